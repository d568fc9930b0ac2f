"""Entries of a ledger: a header that is the leaf, a body that it commits to, and parts that stand apart.

The header (``charteroak.ledger.header``) is public and stays for ever. Body and private parts are each committed to as
SHA-256(salt || bytes) under a salt of their own (32 random bytes), kept beside them: without it a short text could be
guessed from its digest, and with text and salt erased the proofs still hold. A private part is one member of the body,
as canonical JSON, that can be withheld or erased alone while the rest stays readable.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from charteroak.errors import CouldNotError
from charteroak.ledger.errors import BodyCommitmentError, EntryFormatError, PartCommitmentError
from charteroak.ledger.header import (
    HEADER_VERSION,
    EntryHeader,
    Precision,
    Source,
    header_bytes,
    occurred_day,
    parse_header,
    precision_of,
)

__all__ = [
    "HEADER_VERSION",
    "SALT_BYTES",
    "BodyWithheldError",
    "Entry",
    "EntryHeader",
    "Precision",
    "PrivatePart",
    "Source",
    "body_commitment",
    "header_bytes",
    "occurred_day",
    "parse_header",
    "precision_of",
]

SALT_BYTES = 32


class BodyWithheldError(CouldNotError):
    """An entry's body, a private part of it or a salt is not at hand, so its commitment cannot be checked."""

    code: ClassVar[str] = "ledger.entry.body-withheld"


@dataclass(frozen=True, slots=True)
class PrivatePart:
    """A member of a body that stands apart: its canonical JSON and its salt, or neither once it was erased."""

    salt: bytes | None
    value: bytes | None

    @property
    def is_at_hand(self) -> bool:
        """Whether it can be read and checked."""
        return self.salt is not None and self.value is not None


@dataclass(frozen=True, slots=True)
class Entry:
    """A header with its exact bytes and, where they are at hand, its body, its private parts and their salts."""

    header: EntryHeader
    header_bytes: bytes
    body: bytes | None
    salt: bytes | None
    parts: Mapping[str, PrivatePart] = field(default_factory=dict, hash=False)
    """By the body's member name. A part that the header names and this does not hold is withheld."""

    @property
    def withheld(self) -> tuple[str, ...]:
        """The private parts that the header commits to and that are not at hand, by name."""
        return tuple(
            name for name in sorted(self.header.private) if name not in self.parts or not self.parts[name].is_at_hand
        )

    def verify_body(self) -> None:
        """Return if body and salt are what the header commits to.

        Raises:
            BodyWithheldError: one of them is not at hand.
            BodyCommitmentError: they are others.
        """
        if self.body is None or self.salt is None:
            raise BodyWithheldError(f"The body of entry {self.header.index} is not at hand.")
        got = body_commitment(self.salt, self.body).hex()
        if not hmac.compare_digest(got, self.header.body_sha256):
            raise BodyCommitmentError(index=self.header.index, expected_sha256=self.header.body_sha256, got_sha256=got)

    def verify_part(self, name: str) -> None:
        """Return if a private part and its salt are what the header commits to.

        Raises:
            BodyWithheldError: one of them is not at hand.
            PartCommitmentError: they are others, or the header commits to no such part.
        """
        expected = self.header.private.get(name)
        if expected is None:
            raise PartCommitmentError(index=self.header.index, name=name, expected_sha256=None, got_sha256="")
        part = self.parts.get(name)
        if part is None or part.salt is None or part.value is None:
            raise BodyWithheldError(f"The {name} of entry {self.header.index} is not at hand.")
        got = body_commitment(part.salt, part.value).hex()
        if not hmac.compare_digest(got, expected):
            raise PartCommitmentError(index=self.header.index, name=name, expected_sha256=expected, got_sha256=got)


def body_commitment(salt: bytes, body: bytes) -> bytes:
    """SHA-256(salt || body), for a body and for a private part of it alike.

    Raises:
        EntryFormatError: the salt is not 32 bytes long; with another length two pairs could share a commitment.
    """
    if len(salt) != SALT_BYTES:
        raise EntryFormatError(f"A salt has {SALT_BYTES} bytes, this has {len(salt)}.")
    return hashlib.sha256(salt + body).digest()
