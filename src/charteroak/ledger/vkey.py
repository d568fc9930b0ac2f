"""Verifier keys as one line of text (c2sp.org/signed-note, "Verifier keys"), whatever the kind of key.

    <key name>+<hex of the four bytes of the key ID>+<base64 of the signature type and the public key>

The kinds themselves are in ``keys``, ``p256_keys`` and ``cosignature``; each knows its public key and its key ID.
"""

from dataclasses import dataclass

from charteroak.ledger.errors import KeyFormatError, NoteFormatError
from charteroak.ledger.limits import VKEY_LIMIT_CHARACTERS
from charteroak.ledger.note import check_key_name
from charteroak.ledger.strict_base64 import decode_base64, encode_base64


@dataclass(frozen=True, slots=True)
class VKeyParts:
    """What stands in a verifier key; whether the key ID belongs to name and key is the question of its kind."""

    name: str
    key_id: str
    signature_type: int
    public_key: bytes


def render_vkey(name: str, key_id: bytes, signature_type: int, public_key: bytes) -> str:
    """The one-line text."""
    return f"{name}+{key_id.hex()}+{encode_base64(bytes([signature_type]) + public_key)}"


def split_vkey(text: str) -> VKeyParts:
    """The parts of a verifier key's text.

    Raises:
        KeyFormatError: it has not three parts, its name cannot be a key's name, or its last part is no base64.
    """
    if len(text) > VKEY_LIMIT_CHARACTERS:
        raise KeyFormatError(f"A verifier key has at most {VKEY_LIMIT_CHARACTERS} characters, this has {len(text)}.")
    name, _, rest = text.partition("+")
    key_id, separator, encoded = rest.partition("+")
    check_vkey_name(name)
    try:
        data = decode_base64(encoded)
    except ValueError as error:
        raise KeyFormatError(f"A verifier key reads <name>+<hex>+<base64>: {error}.") from error
    if not separator or not data:
        raise KeyFormatError("A verifier key reads <name>+<hex>+<base64>.")
    return VKeyParts(name, key_id, data[0], data[1:])


def check_vkey_id(parts: VKeyParts, key_id: bytes) -> None:
    """Return if the text names the key ID that its kind derives from name and key.

    Raises:
        KeyFormatError: it names another.
    """
    if parts.key_id != key_id.hex():
        raise KeyFormatError(f"The key ID {parts.key_id[:16]!r} is not that of this name and key, {key_id.hex()}.")


def check_vkey_name(name: str) -> None:
    """Return if this may be a key's name.

    Raises:
        KeyFormatError: no signature line could carry it.
    """
    try:
        check_key_name(name)
    except NoteFormatError as error:
        raise KeyFormatError(error.message) from error
