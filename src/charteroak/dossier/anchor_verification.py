"""Steps 6 and 7 of checking a dossier: what witnesses and time-stamping authorities say of its checkpoints."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from charteroak.clock import format_instant
from charteroak.dossier import layout
from charteroak.dossier.archive import DossierArchive
from charteroak.dossier.errors import DossierError
from charteroak.dossier.record_files import TIME_BYTES, cosignature_statement
from charteroak.dossier.record_index import CosignatureLine
from charteroak.dossier.record_keys import read_witness, reason_of
from charteroak.dossier.record_verification import VerifiedCheckpoint
from charteroak.dossier.stamp_verification import VerifiedStamp, verify_stamps
from charteroak.errors import VerificationError
from charteroak.ledger.note import NoteSignature, SignedNote, render_note


@dataclass(frozen=True, slots=True)
class VerifiedCosignature:
    """A witness saw this checkpoint, and it continued what that witness had seen."""

    witness: str
    at: datetime
    size: int
    is_outside: bool
    """As the dossier says of itself; nobody can tell from the bytes who runs a witness."""


@dataclass(frozen=True, slots=True)
class VerifiedAnchors:
    """Everything that outsiders vouch for in a dossier."""

    cosignatures: tuple[VerifiedCosignature, ...]
    stamps: tuple[VerifiedStamp, ...]

    @property
    def cosigned(self) -> str:
        """The co-signatures in a line each."""
        lines = (
            f"{c.witness} at {format_instant(c.at)}, over {c.size} entries{_whose(is_outside=c.is_outside)}"
            for c in self.cosignatures
        )
        return "\n   ".join(lines) or "none is enclosed"

    @property
    def stamped(self) -> str:
        """The time-stamps in a line each."""
        lines = [
            f"{s.moment} over {s.size} entries, {s.signer}{_whose(is_outside=s.is_outside)}" for s in self.stamps
        ] or ["none is enclosed"]
        if not self.outsiders:
            lines.append("No outsider has seen this ledger yet: only whoever runs it vouches for its times.")
        return "\n   ".join(lines)

    @property
    def outsiders(self) -> int:
        """How many anchors are of others than whoever runs the log, as the dossier says."""
        return sum(c.is_outside for c in self.cosignatures) + sum(s.is_outside for s in self.stamps)


def _whose(*, is_outside: bool) -> str:
    return "" if is_outside else ", run by whoever runs the log: no outsider"


def verify_anchors(archive: DossierArchive, checkpoints: Sequence[VerifiedCheckpoint]) -> VerifiedAnchors:
    """Check every co-signature and token that the index names.

    Raises:
        DossierError: one does not hold.
        CouldNotError: a token cannot be checked here.
    """
    cosignatures: list[VerifiedCosignature] = []
    for checked in checkpoints:
        lines = []
        for line in checked.line.cosignatures:
            cosignature, signature = _verify_cosignature(archive, checked, line)
            cosignatures.append(cosignature)
            lines.append(signature)
        _verify_cosigned_note(archive, checked, lines)
    return VerifiedAnchors(tuple(cosignatures), verify_stamps(archive, checkpoints))


def _verify_cosignature(
    archive: DossierArchive, checked: VerifiedCheckpoint, line: CosignatureLine
) -> tuple[VerifiedCosignature, NoteSignature]:
    """tlog-cosignature, "Format": Ed25519 over the time and the checkpoint's text."""
    size = checked.line.size
    verifier, key_id = read_witness(archive, line.witness)
    text_name = layout.checkpoint_file(size, f"cosignature-{line.number}.text")
    statement = cosignature_statement(checked.note.text, line.seconds)
    if archive.read(text_name) != statement:
        raise DossierError(text_name, "is not the statement of this checkpoint and time")
    name = layout.checkpoint_file(size, f"cosignature-{line.number}.sig")
    signature = archive.read(name)
    try:
        verifier.verify(statement, signature)
    except VerificationError as error:
        raise DossierError(name, f"is not this witness's signature: {reason_of(error)}") from error
    payload = line.seconds.to_bytes(TIME_BYTES, "big") + signature
    moment = datetime.fromtimestamp(line.seconds, UTC)
    return VerifiedCosignature(verifier.name, moment, size, line.is_outside), NoteSignature(
        verifier.name, key_id, payload
    )


def _verify_cosigned_note(archive: DossierArchive, checked: VerifiedCheckpoint, lines: list[NoteSignature]) -> None:
    name = layout.checkpoint_file(checked.line.size, "cosigned.note")
    if not lines and name not in archive.names:
        return
    if archive.read(name) != render_note(SignedNote(checked.note.text, (*checked.note.signatures, *lines))):
        raise DossierError(name, "is not checkpoint.note with the co-signatures")
