"""Co-signatures of witnesses (c2sp.org/tlog-cosignature, version 1, Ed25519, signature type 0x04).

A co-signature says: at this time, the largest consistent tree that I have seen of this log has this root. It is a
signature line on the checkpoint's note, but what is signed is a message of its own, with the time in it:

    cosignature/v1
    time <POSIX time>
    <the checkpoint's text>

so that a witness's key can never be made to sign as a log. The line carries the key ID, the time in eight bytes, and
the 64 bytes of the signature. Many lines on one note are in ``witnessed``.
"""

import hashlib
import struct
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol, Self

from charteroak.ledger.checkpoint import parse_checkpoint
from charteroak.ledger.errors import KeyFormatError, NoteSignatureError
from charteroak.ledger.keys import Signer, Verifier
from charteroak.ledger.note import KEY_ID_BYTES, NoteSignature, NoteVerifier
from charteroak.ledger.vkey import check_vkey_id, render_vkey, split_vkey

SIGNATURE_TYPE_COSIGNATURE = 0x04
_TIME = struct.Struct(">Q")
_SIGNATURE_BYTES = 64
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_SECOND = 253402300799
"""31 December 9999: the last that a calendar here has. The format allows times up to 2**63 - 1."""


class CosignatureVerifier(Protocol):
    """A witness's public key, of whichever kind."""

    @property
    def name(self) -> str:
        """The witness's name as it stands on signature lines."""

    @property
    def key_id(self) -> bytes:
        """The four bytes that tell this key from others of its name."""

    @property
    def vkey(self) -> str:
        """The key as one line of text."""

    def verify(self, message: bytes, signature: bytes) -> None:
        """Return if the co-signature holds for the checkpoint text ``message``; for use as a ``NoteVerifier``.

        Raises:
            NoteSignatureError: it does not.
        """

    def verify_cosignature(self, text: str, signature: bytes) -> datetime:
        """The moment at which this witness says to have seen the checkpoint.

        Raises:
            NoteSignatureError: the co-signature does not hold.
        """


class CheckpointCosigner(Protocol):
    """A witness's private key, of whichever kind."""

    @property
    def verifier(self) -> CosignatureVerifier:
        """The public half."""

    def cosign(self, text: str, *, at: datetime) -> NoteSignature:
        """The signature line over a checkpoint's text."""


@dataclass(frozen=True, slots=True)
class Ed25519CosignatureVerifier:
    """A witness's Ed25519 public key."""

    name: str
    public_key: bytes
    _key: Verifier = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_key", Verifier(self.name, self.public_key))

    @property
    def key_id(self) -> bytes:
        """SHA-256(name || 0x0A || 0x04 || public key), first four bytes."""
        material = self.name.encode() + b"\n" + bytes([SIGNATURE_TYPE_COSIGNATURE]) + self.public_key
        return hashlib.sha256(material).digest()[:KEY_ID_BYTES]

    @property
    def vkey(self) -> str:
        """The key as one line of text, of signature type 0x04."""
        return render_vkey(self.name, self.key_id, SIGNATURE_TYPE_COSIGNATURE, self.public_key)

    def verify(self, message: bytes, signature: bytes) -> None:
        """Return if the co-signature holds for the checkpoint text ``message``.

        Raises:
            NoteSignatureError: it does not, or the text is no UTF-8.
        """
        try:
            text = message.decode()
        except UnicodeDecodeError as error:
            raise NoteSignatureError("What was co-signed is no text.", key_name=self.name) from error
        self.verify_cosignature(text, signature)

    def verify_cosignature(self, text: str, signature: bytes) -> datetime:
        """The moment at which this witness says to have seen the checkpoint.

        Raises:
            NoteSignatureError: the co-signature does not hold, has no time, or one that no calendar has.
        """
        seconds, rest = split_timestamped(self, signature, _SIGNATURE_BYTES)
        try:
            self._key.verify(_message(text, seconds), rest)
        except NoteSignatureError as error:
            raise NoteSignatureError(
                f"The co-signature of {self.name}+{self.key_id.hex()} does not verify.", key_name=self.name
            ) from error
        return moment_of(self, seconds)


@dataclass(frozen=True, slots=True)
class Ed25519Cosigner:
    """A witness's Ed25519 private key. Its text form never shows the secret.

    A key that signs as a log must not co-sign: draw one for the witness alone.
    """

    name: str
    seed: bytes = field(repr=False)
    verifier: Ed25519CosignatureVerifier = field(init=False, compare=False)
    _key: Signer = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        key = Signer(self.name, self.seed)
        object.__setattr__(self, "_key", key)
        object.__setattr__(self, "verifier", Ed25519CosignatureVerifier(self.name, key.verifier.public_key))

    @classmethod
    def of(cls, signer: Signer) -> Self:
        """The witness whose key lies in a file as an Ed25519 key."""
        return cls(signer.name, signer.seed)

    def cosign(self, text: str, *, at: datetime) -> NoteSignature:
        """The signature line over a checkpoint's text, as seen at a moment (whole seconds; the rest is cut off).

        The caller keeps the witness's promise: never co-sign what is inconsistent with what was co-signed before.

        Raises:
            CheckpointFormatError: the text is no checkpoint; nothing else is ever co-signed.
            ValueError: the moment has no zone, or lies before 1970.
        """
        parse_checkpoint(text)
        seconds = posix_seconds(at)
        signature = _TIME.pack(seconds) + self._key.sign(_message(text, seconds))
        return NoteSignature(self.name, self.verifier.key_id, signature)


def parse_cosigner_vkey(text: str) -> Ed25519CosignatureVerifier:
    """A witness's verifier from its one-line text.

    Raises:
        KeyFormatError: the text is no co-signer's Ed25519 key, or its parts contradict each other.
    """
    parts = split_vkey(text)
    if parts.signature_type != SIGNATURE_TYPE_COSIGNATURE:
        raise KeyFormatError(
            f"A witness's verifier key has signature type 0x04, this has {parts.signature_type:#04x}.",
            remedy="Ask the witness for its key as c2sp.org/tlog-cosignature has it.",
        )
    verifier = Ed25519CosignatureVerifier(parts.name, parts.public_key)
    check_vkey_id(parts, verifier.key_id)
    return verifier


def posix_seconds(at: datetime) -> int:
    """Whole seconds since 1970, as the format writes them.

    Raises:
        ValueError: the moment has no zone, or does not lie after the beginning of 1970.
    """
    if at.tzinfo is None:
        raise ValueError("A moment has a zone.")
    seconds = (at - _EPOCH) // timedelta(seconds=1)
    if seconds <= 0:
        raise ValueError("A co-signature is made after 1970.")
    return seconds


def split_timestamped(key: NoteVerifier, signature: bytes, length: int) -> tuple[int, bytes]:
    """Time and signature of a ``timestamped_signature``.

    Raises:
        NoteSignatureError: it has another length.
    """
    if len(signature) != _TIME.size + length:
        raise NoteSignatureError(
            f"A co-signature of {key.name} has {_TIME.size + length} bytes, this has {len(signature)}.",
            key_name=key.name,
        )
    return _TIME.unpack_from(signature)[0], signature[_TIME.size :]


def moment_of(key: NoteVerifier, seconds: int) -> datetime:
    """The moment that a verified co-signature names.

    Raises:
        NoteSignatureError: it names none, or one that no calendar here has.
    """
    if not 0 < seconds <= _LAST_SECOND:
        raise NoteSignatureError(f"The co-signature of {key.name} names no time that can be told.", key_name=key.name)
    return _EPOCH + timedelta(seconds=seconds)


def _message(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()
