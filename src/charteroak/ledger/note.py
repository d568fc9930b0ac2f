"""Signed notes (c2sp.org/signed-note): a text, a blank line, and signature lines that name their keys.

The rules kept here:

* A note is UTF-8 without control characters other than newline; its text ends at the last blank line.
* A signature counts only if both its key name and its key ID are those of a key we trust; all others are ignored.
* A trusted key's signature that fails condemns the whole note, whatever else is on it.

Keys and algorithms are in ``keys``; here a key is anything with a name, an ID, and a way to sign or to verify.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from charteroak.ledger.errors import NoteFormatError, NoteSignatureError
from charteroak.ledger.limits import NOTE_LIMIT_BYTES, NOTE_LIMIT_SIGNATURES
from charteroak.ledger.strict_base64 import decode_base64, encode_base64

KEY_ID_BYTES = 4
_SIGNATURE_PREFIX = "\N{EM DASH} "


class NoteVerifier(Protocol):
    """A key that we trust for what it signs."""

    @property
    def name(self) -> str:
        """The key's name as it stands on signature lines."""

    @property
    def key_id(self) -> bytes:
        """The four bytes that tell this key from others of its name."""

    def verify(self, message: bytes, signature: bytes) -> None:
        """Return if the signature holds.

        Raises:
            NoteSignatureError: it does not.
        """


class NoteSigner(Protocol):
    """A key that signs notes."""

    @property
    def name(self) -> str:
        """The key's name as it stands on signature lines."""

    @property
    def key_id(self) -> bytes:
        """The four bytes that tell this key from others of its name."""

    def sign(self, message: bytes) -> bytes:
        """The signature over the message."""


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line: who says to have signed, and the bytes to check."""

    key_name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class SignedNote:
    """A parsed note. The text means nothing until ``verify_note`` has returned."""

    text: str
    signatures: tuple[NoteSignature, ...]


def parse_note(data: bytes) -> SignedNote:
    """Read a signed note; nothing is verified yet.

    Raises:
        NoteFormatError: it breaks the format, or is larger than we read.
    """
    whole = _decode(data)
    text, blank_line, tail = whole.rpartition("\n\n")
    if not blank_line:
        raise NoteFormatError("A signed note has a blank line between its text and its signatures.")
    if not tail.endswith("\n"):
        raise NoteFormatError("A signed note ends with a signature line and its newline.")
    return SignedNote(text + "\n", _parse_signatures(tail))


def render_note(note: SignedNote) -> bytes:
    """The note's bytes.

    Raises:
        NoteFormatError: the text cannot be a note's text, or there is no signature.
    """
    _check_text(note.text)
    if not note.signatures:
        raise NoteFormatError("A signed note has at least one signature.")
    return f"{note.text}\n".encode() + render_signature_lines(note.signatures)


def parse_signature_lines(data: bytes) -> tuple[NoteSignature, ...]:
    """Signature lines that stand alone, as a witness answers with them; at least one.

    Raises:
        NoteFormatError: they are none, or more than we read.
    """
    whole = _decode(data)
    if not whole.endswith("\n"):
        raise NoteFormatError("Each signature line ends with its newline.")
    return _parse_signatures(whole)


def render_signature_lines(signatures: Sequence[NoteSignature]) -> bytes:
    """The lines of signatures, without a text.

    Raises:
        NoteFormatError: a key name could not be read back, or there are more than a note may have.
    """
    if len(signatures) > NOTE_LIMIT_SIGNATURES:
        raise NoteFormatError(f"A signed note has at most {NOTE_LIMIT_SIGNATURES} signatures here.")
    for signature in signatures:
        check_key_name(signature.key_name)
    return "".join(
        f"{_SIGNATURE_PREFIX}{signature.key_name} {encode_base64(signature.key_id + signature.signature)}\n"
        for signature in signatures
    ).encode()


def sign_note(text: str, *signers: NoteSigner) -> SignedNote:
    """The text with a signature of each signer.

    Raises:
        NoteFormatError: the text cannot be a note's text.
    """
    _check_text(text)
    message = text.encode()
    return SignedNote(
        text, tuple(NoteSignature(signer.name, signer.key_id, signer.sign(message)) for signer in signers)
    )


def verify_note(note: SignedNote, verifiers: Sequence[NoteVerifier]) -> tuple[NoteVerifier, ...]:
    """The trusted keys that signed this note; at least one, in the order given.

    Raises:
        NoteSignatureError: no trusted key signed it, or a trusted key's signature fails.
    """
    message = note.text.encode()
    signed_by: list[NoteVerifier] = []
    for verifier in verifiers:
        mine = [s for s in note.signatures if (s.key_name, s.key_id) == (verifier.name, verifier.key_id)]
        for signature in mine:
            verifier.verify(message, signature.signature)
        if mine:
            signed_by.append(verifier)
    if not signed_by:
        names = ", ".join(f"{verifier.name}+{verifier.key_id.hex()}" for verifier in verifiers) or "none"
        raise NoteSignatureError(
            f"No trusted key signed this note (trusted: {names}).",
            key_name=verifiers[0].name if verifiers else "",
            remedy="Check that this is the log's key.",
        )
    return tuple(signed_by)


def check_key_name(name: str) -> None:
    """Return if this may be a key's name: not empty, no space of any kind, no plus, no control character.

    Raises:
        NoteFormatError: it may not.
    """
    if not name or "+" in name or any(character.isspace() or character < " " for character in name):
        raise NoteFormatError(f"{name[:100]!r} cannot be a key name: it is empty or has a space or a plus.")


def _check_text(text: str) -> None:
    if not text.endswith("\n") or any(character < " " and character != "\n" for character in text):
        raise NoteFormatError("A note's text ends with a newline and has no other control characters.")


def _decode(data: bytes) -> str:
    if len(data) > NOTE_LIMIT_BYTES:
        raise NoteFormatError(f"A signed note has at most {NOTE_LIMIT_BYTES >> 20} MB, this has {len(data)} bytes.")
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NoteFormatError(f"A signed note is UTF-8; byte {error.start} is not.") from error
    if any(character < " " and character != "\n" for character in whole):
        raise NoteFormatError("A signed note has no control characters but newlines.")
    return whole


def _parse_signatures(tail: str) -> tuple[NoteSignature, ...]:
    if tail.count("\n") > NOTE_LIMIT_SIGNATURES:
        raise NoteFormatError(f"A signed note has at most {NOTE_LIMIT_SIGNATURES} signatures here.")
    return tuple(_parse_signature(line) for line in tail.removesuffix("\n").split("\n"))


def _parse_signature(line: str) -> NoteSignature:
    if not line.startswith(_SIGNATURE_PREFIX):
        raise NoteFormatError(f"Not a signature line: {line[:100]!r}.")
    name, separator, encoded = line.removeprefix(_SIGNATURE_PREFIX).partition(" ")
    check_key_name(name)
    try:
        data = decode_base64(encoded)
    except ValueError as error:
        raise NoteFormatError(f"A signature line of {name!r} cannot be read: {error}.") from error
    if not separator or len(data) <= KEY_ID_BYTES:
        raise NoteFormatError(f"A signature line of {name!r} has no signature.")
    return NoteSignature(name, data[:KEY_ID_BYTES], data[KEY_ID_BYTES:])
