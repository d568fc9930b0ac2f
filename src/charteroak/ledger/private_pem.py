"""Private keys as PKCS #8 in PEM (RFC 5958, RFC 7468), encrypted under a passphrase or not.

A file and a passphrase belong together: an encrypted key without a passphrase, a wrong passphrase, and a passphrase for
a key that lies open are each said as what they are. None of them ever looks like "no key".
"""

from typing import ClassVar

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    KeySerializationEncryption,
    NoEncryption,
    load_pem_private_key,
)

from charteroak.ledger.errors import KeyFormatError

_ENCRYPTED = b"-----BEGIN ENCRYPTED PRIVATE KEY-----"
_PLAIN = b"-----BEGIN PRIVATE KEY-----"


class KeyPassphraseError(KeyFormatError):
    """A private key and a passphrase do not belong together."""

    code: ClassVar[str] = "ledger.key.passphrase"


def encryption_of(passphrase: bytes | None) -> KeySerializationEncryption:
    """How a private key is written: under the passphrase (PBES2, AES-256), or open when there is none."""
    return NoEncryption() if passphrase is None else BestAvailableEncryption(passphrase)


def load_private_pem(name: str, pem: bytes, passphrase: bytes | None) -> PrivateKeyTypes:
    """The private key in a PEM file.

    Raises:
        KeyPassphraseError: it is encrypted and the passphrase is missing or wrong, or it is not and one is given.
        KeyFormatError: it is no PKCS #8 PEM.
    """
    is_encrypted = pem.startswith(_ENCRYPTED)
    if not is_encrypted and not pem.startswith(_PLAIN):
        raise KeyFormatError(f"The private key of {name!r} is no PKCS #8 PEM.")
    if is_encrypted and passphrase is None:
        raise KeyPassphraseError(f"The private key of {name!r} is encrypted, and no passphrase is given.")
    if not is_encrypted and passphrase is not None:
        raise KeyPassphraseError(f"A passphrase is given, but the private key of {name!r} lies open in its file.")
    try:
        return load_pem_private_key(pem, password=passphrase)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        if is_encrypted:
            raise KeyPassphraseError(
                f"The private key of {name!r} does not open: the passphrase is wrong, or the file is damaged."
            ) from error
        raise KeyFormatError(f"The private key of {name!r} is no PKCS #8 PEM.") from error
