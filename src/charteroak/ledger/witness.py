"""What a witness decides (c2sp.org/tlog-witness, ``add-checkpoint``), as a pure function.

The caller looks up what the witness holds of the log that a request names, asks here, and then *durably* stores the
accepted size and root, all in one transaction, before it answers: two requests that are checked against the same state
and both stored would roll the log back. The texts of requests and answers are in ``witness_protocol``.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from charteroak.ledger.checkpoint import Checkpoint, parse_checkpoint
from charteroak.ledger.cosignature import CheckpointCosigner
from charteroak.ledger.errors import CheckpointFormatError, ConsistencyProofError, NoteFormatError, NoteSignatureError
from charteroak.ledger.note import NoteSignature, NoteVerifier, SignedNote, parse_note, render_note, verify_note
from charteroak.ledger.tree import EMPTY_ROOT
from charteroak.ledger.verification import verify_consistency
from charteroak.ledger.witness_protocol import AddCheckpoint


class RefusalReason(Enum):
    """Why a witness does not co-sign."""

    MALFORMED = "malformed"
    UNKNOWN_LOG = "unknown-log"
    BAD_SIGNATURE = "bad-signature"
    STALE_SIZE = "stale-size"
    INCONSISTENT = "inconsistent"
    SPLIT_VIEW = "split-view"


@dataclass(frozen=True, slots=True)
class WitnessedLog:
    """A log that a witness knows: its keys, and the newest tree that the witness co-signed (none: the empty one)."""

    origin: str
    verifiers: tuple[NoteVerifier, ...]
    size: int = 0
    root: bytes = EMPTY_ROOT


@dataclass(frozen=True, slots=True)
class WitnessAccepted:
    """The new state to store, the line to answer with, and the note to publish under the log's origin hash.

    ``note`` carries the lines of the log's keys that were verified, and the co-signature; nothing else.
    """

    checkpoint: Checkpoint
    signature: NoteSignature
    note: bytes


@dataclass(frozen=True, slots=True)
class WitnessRefusal:
    """No co-signature, and why.

    ``size`` is that of the newest co-signed tree where the client needs it. ``is_evidence`` says that the log's own
    keys signed a tree that contradicts one co-signed before: keep the request and raise the alarm.
    """

    reason: RefusalReason
    message: str
    size: int | None = None
    is_evidence: bool = False


def answer_add_checkpoint(
    request: AddCheckpoint, log: WitnessedLog | None, cosigner: CheckpointCosigner, *, at: datetime
) -> WitnessAccepted | WitnessRefusal:
    """The answer to a request, given what the witness holds of the log that it names (``None``: unknown).

    The checks stand in the order of the specification.

    Raises:
        ValueError: the moment cannot be written in a co-signature.
    """
    # (1) It is a checkpoint at all.
    try:
        note = parse_note(request.note)
        checkpoint = parse_checkpoint(note.text)
    except (NoteFormatError, CheckpointFormatError) as error:
        return WitnessRefusal(RefusalReason.MALFORMED, error.message)
    # (2) The log is known.
    if log is None or log.origin != checkpoint.origin:
        return WitnessRefusal(RefusalReason.UNKNOWN_LOG, "This witness does not know that log.")
    # (3) A trusted key of the log signed it, and no line of a trusted key fails.
    try:
        signed_by = verify_note(note, log.verifiers)
    except NoteSignatureError as error:
        return WitnessRefusal(RefusalReason.BAD_SIGNATURE, error.message)
    # (4) to (8) It continues the tree that was co-signed before.
    refusal = _refusal(request, checkpoint, log)
    if refusal is not None:
        return refusal
    # (9) All holds.
    signature = cosigner.cosign(note.text, at=at)
    return WitnessAccepted(checkpoint, signature, _published(note, signed_by, signature))


def _refusal(request: AddCheckpoint, checkpoint: Checkpoint, log: WitnessedLog) -> WitnessRefusal | None:
    # (4) The old size is not above the new one.
    if request.old_size > checkpoint.size:
        return WitnessRefusal(RefusalReason.MALFORMED, "The old size is larger than the checkpoint's.")
    is_other_root = checkpoint.size == log.size and not hmac.compare_digest(checkpoint.root, log.root)
    # (5) The old size is that of the newest tree that was co-signed.
    if request.old_size != log.size:
        message = f"The newest checkpoint that this witness co-signed has size {log.size}."
        return WitnessRefusal(RefusalReason.STALE_SIZE, message, size=log.size, is_evidence=is_other_root)
    # (6) The empty tree has one root.
    if checkpoint.size == 0 and checkpoint.root != EMPTY_ROOT:
        return WitnessRefusal(RefusalReason.INCONSISTENT, "The root of an empty tree is another.")
    # (7) Of one size there is one root. Another one, under the log's own signature, is a split view.
    if is_other_root:
        message = f"This witness co-signed another root at size {log.size}."
        return WitnessRefusal(RefusalReason.SPLIT_VIEW, message, size=log.size, is_evidence=True)
    # (8) The proof leads from the old root to the new one.
    try:
        verify_consistency(log.size, checkpoint.size, request.proof, log.root, checkpoint.root)
    except ConsistencyProofError as error:
        return WitnessRefusal(RefusalReason.INCONSISTENT, error.message, size=log.size)
    return None


def _published(note: SignedNote, signed_by: tuple[NoteVerifier, ...], cosignature: NoteSignature) -> bytes:
    keys = {(verifier.name, verifier.key_id) for verifier in signed_by}
    lines = tuple(signature for signature in note.signatures if (signature.key_name, signature.key_id) in keys)
    return render_note(SignedNote(note.text, (*lines, cosignature)))
