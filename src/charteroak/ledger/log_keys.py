"""The two keys that sign each checkpoint of a log, and which pair was valid for which sizes of the tree.

A log has an Ed25519 key and a P-256 key of one name. Every checkpoint carries both signature lines, Ed25519 first:
C2SP's clients read the one, any ``openssl`` or LibreSSL checks the other. Who opens a checkpoint here asks for both, so
that neither line can be taken away unseen.

A rotation is an entry of the log (kind ``key.ceremony``). If that entry has index i, the old pair signed sizes up to i
and the new pair signs from i + 1, the first tree that holds the ceremony. Each size thus belongs to one pair at most.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from charteroak.ledger.checkpoint import Checkpoint, parse_checkpoint
from charteroak.ledger.errors import CheckpointOriginError, KeyFormatError, NoteSignatureError
from charteroak.ledger.keys import Signer, Verifier
from charteroak.ledger.note import NoteSigner, NoteVerifier, parse_note, verify_note
from charteroak.ledger.p256_keys import P256Signer, P256Verifier


@dataclass(frozen=True, slots=True)
class LogKeyPeriod:
    """A log's public keys and the tree sizes that they signed, first and last included; no last size: they still do.

    ``p256`` is absent only for sizes that were signed before logs here had a second key. ``compromised_since`` says
    from when somebody else may have held the private keys: what these keys signed then proves nothing by itself, and
    holds only as far as an outsider (a time-stamp, a witness) saw it earlier. That judgement is the caller's.

    Raises:
        KeyFormatError: the keys have different names, or the sizes are reversed.
    """

    ed25519: Verifier
    p256: P256Verifier | None
    first_size: int = 0
    last_size: int | None = None
    compromised_since: datetime | None = None

    def __post_init__(self) -> None:
        if self.p256 is not None and self.p256.name != self.ed25519.name:
            raise KeyFormatError(f"The keys of a log have one name, not {self.ed25519.name!r} and {self.p256.name!r}.")
        if self.first_size < 0 or (self.last_size is not None and self.last_size < self.first_size):
            raise KeyFormatError("The sizes for which a log's keys are valid are reversed.")

    @property
    def verifiers(self) -> tuple[NoteVerifier, ...]:
        """The keys whose lines a checkpoint of this period carries, Ed25519 first."""
        return (self.ed25519,) if self.p256 is None else (self.ed25519, self.p256)

    @property
    def vkeys(self) -> tuple[str, ...]:
        """The keys as lines of text, Ed25519 first."""
        return (self.ed25519.vkey,) if self.p256 is None else (self.ed25519.vkey, self.p256.vkey)

    def covers(self, size: int) -> bool:
        """Whether a checkpoint of this size is these keys' to sign."""
        return self.first_size <= size and (self.last_size is None or size <= self.last_size)


@dataclass(frozen=True, slots=True)
class LogKeys:
    """A log's two private keys, of one name. Their text form never shows a secret.

    Raises:
        KeyFormatError: their names differ.
    """

    ed25519: Signer
    p256: P256Signer

    def __post_init__(self) -> None:
        if self.ed25519.name != self.p256.name:
            raise KeyFormatError(f"The keys of a log have one name, not {self.ed25519.name!r} and {self.p256.name!r}.")

    @property
    def name(self) -> str:
        """The log's name, as it stands on signature lines and as its origin."""
        return self.ed25519.name

    @property
    def signers(self) -> tuple[NoteSigner, ...]:
        """Both, in the order of a checkpoint's lines; for ``sign_checkpoint(checkpoint, *keys.signers)``."""
        return (self.ed25519, self.p256)

    @property
    def public(self) -> LogKeyPeriod:
        """The public halves, without an end."""
        return LogKeyPeriod(self.ed25519.verifier, self.p256.verifier)


@dataclass(frozen=True, slots=True)
class OpenedCheckpoint:
    """A checkpoint that its log signed, and with which keys."""

    checkpoint: Checkpoint
    period: LogKeyPeriod


@dataclass(frozen=True, slots=True)
class LogVerifiers:
    """The public keys of one log over all its rotations, oldest first.

    Raises:
        KeyFormatError: there are none, or two pairs claim the same size.
    """

    origin: str
    periods: tuple[LogKeyPeriod, ...]

    def __post_init__(self) -> None:
        if not self.periods:
            raise KeyFormatError(f"No key of {self.origin!r} is known.")
        for before, after in pairwise(self.periods):
            if before.last_size is None or after.first_size <= before.last_size:
                raise KeyFormatError(f"Two key pairs of {self.origin!r} claim size {after.first_size}.")

    def period_of(self, size: int) -> LogKeyPeriod:
        """The keys that were valid for a size.

        Raises:
            NoteSignatureError: none were, so that no signature on such a checkpoint counts.
        """
        for period in self.periods:
            if period.covers(size):
                return period
        raise NoteSignatureError(
            f"No key of {self.origin!r} was valid for size {size}.",
            key_name=self.origin,
            remedy="Check that every key ceremony of this log is known here.",
        )

    def open(self, note: bytes) -> OpenedCheckpoint:
        """The checkpoint in a note, if it is this log's and both keys of its size signed it.

        Raises:
            NoteFormatError, CheckpointFormatError: the bytes are no checkpoint.
            CheckpointOriginError: it is a checkpoint of another log.
            NoteSignatureError: a line of these keys is missing or fails, or no key was valid for its size.
        """
        parsed = parse_note(note)
        checkpoint = parse_checkpoint(parsed.text)
        if checkpoint.origin != self.origin:
            raise CheckpointOriginError(expected=self.origin, got=checkpoint.origin)
        period = self.period_of(checkpoint.size)
        signed_by = verify_note(parsed, period.verifiers)
        _require_all(period.verifiers, signed_by)
        return OpenedCheckpoint(checkpoint, period)


def _require_all(wanted: Sequence[NoteVerifier], signed_by: Sequence[NoteVerifier]) -> None:
    for verifier in wanted:
        if verifier not in signed_by:
            raise NoteSignatureError(
                f"The signature line of {verifier.name}+{verifier.key_id.hex()} is missing: "
                "each checkpoint of this log carries one of each of its keys.",
                key_name=verifier.name,
            )
