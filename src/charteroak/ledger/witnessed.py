"""Checkpoints with the co-signatures of witnesses on them: adding lines, reading them, and how many are enough.

Lines are only ever added. What stands on a note stays byte for byte, whoever wrote it, and of one key the first line
stays: an earlier time says more than a later one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from charteroak.errors import VerificationError
from charteroak.ledger.checkpoint import Checkpoint
from charteroak.ledger.cosignature import CosignatureVerifier
from charteroak.ledger.errors import KeyFormatError, NoteFormatError
from charteroak.ledger.log_keys import LogKeyPeriod, LogVerifiers
from charteroak.ledger.note import NoteSignature, parse_note, parse_signature_lines, render_signature_lines


class WitnessQuorumError(VerificationError):
    """Fewer of the known witnesses co-signed a checkpoint than are asked for."""

    code: ClassVar[str] = "ledger.witness.quorum"

    def __init__(self, *, wanted: int, found: tuple[str, ...], known: int) -> None:
        names = f" ({', '.join(found)})" if found else ""
        super().__init__(
            f"{len(found)} of {known} known witnesses co-signed this checkpoint{names}; {wanted} are asked for.",
            remedy="Ask the witnesses for their co-signatures.",
        )
        self.wanted = wanted
        self.found = found


@dataclass(frozen=True, slots=True)
class Cosignature:
    """A verified co-signature: which witness, and when it saw the checkpoint."""

    witness: CosignatureVerifier
    at: datetime


@dataclass(frozen=True, slots=True)
class WitnessPolicy:
    """Which witnesses are known, and how many of them have to have co-signed.

    Raises:
        KeyFormatError: a key stands twice, or the number cannot be reached.
    """

    witnesses: tuple[CosignatureVerifier, ...]
    threshold: int

    def __post_init__(self) -> None:
        keys = {(witness.name, witness.key_id) for witness in self.witnesses}
        if len(keys) != len(self.witnesses):
            raise KeyFormatError("A witness stands twice in this policy.")
        if not 0 <= self.threshold <= len(self.witnesses):
            raise KeyFormatError(f"{self.threshold} of {len(self.witnesses)} witnesses can never be asked for.")


@dataclass(frozen=True, slots=True)
class WitnessedCheckpoint:
    """A checkpoint that its log signed, under which keys, and the co-signatures of known witnesses on it."""

    checkpoint: Checkpoint
    period: LogKeyPeriod
    cosignatures: tuple[Cosignature, ...]


def merge_signatures(note: bytes, signatures: Iterable[NoteSignature]) -> bytes:
    """The note with these signature lines added behind its own, one for each key that has none yet.

    Nothing is verified here: see ``accept_cosignatures``.

    Raises:
        NoteFormatError: the bytes are no note, or it would become larger than a note may be.
    """
    parsed = parse_note(note)
    have = {(signature.key_name, signature.key_id) for signature in parsed.signatures}
    added: list[NoteSignature] = []
    for signature in signatures:
        key = (signature.key_name, signature.key_id)
        if key not in have:
            have.add(key)
            added.append(signature)
    merged = note + render_signature_lines(added)
    parse_note(merged)
    return merged


def accept_cosignatures(note: bytes, answer: bytes, witnesses: Sequence[CosignatureVerifier]) -> bytes:
    """The note with the co-signatures of known witnesses from a witness's answer; lines of unknown keys are left out.

    c2sp.org/tlog-witness: "The client MUST ignore any cosignatures from unknown keys."

    Raises:
        NoteFormatError: the answer is no signature lines, or none of them is a known witness's.
        NoteSignatureError: a line of a known witness fails.
    """
    text = parse_note(note).text
    accepted: list[NoteSignature] = []
    for signature in parse_signature_lines(answer):
        for witness in witnesses:
            if (signature.key_name, signature.key_id) == (witness.name, witness.key_id):
                witness.verify_cosignature(text, signature.signature)
                accepted.append(signature)
    if not accepted:
        raise NoteFormatError("No line of this answer is by a witness that is known here.")
    return merge_signatures(note, accepted)


def read_cosignatures(note: bytes, witnesses: Sequence[CosignatureVerifier]) -> tuple[Cosignature, ...]:
    """The known witnesses that co-signed this note and when, in the order given; of two times of one, the earlier.

    Raises:
        NoteFormatError: the bytes are no note.
        NoteSignatureError: a line of a known witness fails, which condemns the note.
    """
    parsed = parse_note(note)
    found: list[Cosignature] = []
    for witness in witnesses:
        times = [
            witness.verify_cosignature(parsed.text, signature.signature)
            for signature in parsed.signatures
            if (signature.key_name, signature.key_id) == (witness.name, witness.key_id)
        ]
        if times:
            found.append(Cosignature(witness, min(times)))
    return tuple(found)


def verify_witnessed(note: bytes, log: LogVerifiers, policy: WitnessPolicy) -> WitnessedCheckpoint:
    """The checkpoint in a note, if its log signed it and enough known witnesses co-signed it.

    Raises:
        NoteFormatError, CheckpointFormatError, CheckpointOriginError: it is no checkpoint of this log.
        NoteSignatureError: a line of the log is missing or fails, or one of a known witness fails.
        WitnessQuorumError: too few witnesses co-signed it.
    """
    opened = log.open(note)
    cosignatures = read_cosignatures(note, policy.witnesses)
    if len(cosignatures) < policy.threshold:
        names = tuple(cosignature.witness.name for cosignature in cosignatures)
        raise WitnessQuorumError(wanted=policy.threshold, found=names, known=len(policy.witnesses))
    return WitnessedCheckpoint(opened.checkpoint, opened.period, cosignatures)
