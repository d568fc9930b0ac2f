"""Private keys as PKCS #8 in PEM (RFC 5958, RFC 7468), open or sealed under a passphrase.

A file and a passphrase belong together: a sealed key without a passphrase, a wrong passphrase, and a passphrase for a
key that lies open are each said as what they are. None of them ever looks like "no key".

Sealing is PBES2 (RFC 8018) with scrypt (RFC 7914) and AES-256-CBC, which ``openssl pkey -passin`` opens. The cost is
that of ``openssl pkcs8 -topk8 -scrypt``, 16 MiB and a tenth of a second: a log's keys are opened for each checkpoint.
"""

import base64
import binascii
import hashlib
from typing import ClassVar

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from charteroak.ledger.der import Tag, write, write_integer, write_oid
from charteroak.ledger.errors import KeyFormatError

SEALING_RANDOM_BYTES = 32
"""What a caller draws for each sealing: 16 bytes of salt, and 16 for the first block of the cipher."""

_OPEN = ("-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----")
_SEALED = ("-----BEGIN ENCRYPTED PRIVATE KEY-----", "-----END ENCRYPTED PRIVATE KEY-----")
_SCRYPT_N, _SCRYPT_R, _SCRYPT_P = 1 << 14, 8, 1
_SCRYPT_MEMORY_BYTES = 1 << 26
_LINE = 64


class KeyPassphraseError(KeyFormatError):
    """A private key and a passphrase do not belong together."""

    code: ClassVar[str] = "ledger.key.passphrase"


def is_open_pem(pem: bytes) -> bool:
    """Whether this is a private key that anyone who reads it can use."""
    return pem.startswith(_OPEN[0].encode())


def seal_pem(pem: bytes, passphrase: bytes, *, randomness: bytes) -> bytes:
    """The same private key, sealed under a passphrase; ``randomness`` is drawn by the caller and used once.

    Raises:
        KeyFormatError: the bytes are no open PKCS #8 PEM.
        ValueError: there are not ``SEALING_RANDOM_BYTES`` of randomness, or the passphrase is empty.
    """
    if len(randomness) != SEALING_RANDOM_BYTES or not passphrase:
        raise ValueError(f"Sealing a key takes a passphrase and {SEALING_RANDOM_BYTES} random bytes.")
    salt, first_block = randomness[:16], randomness[16:]
    key = hashlib.scrypt(
        passphrase, salt=salt, n=_SCRYPT_N, r=_SCRYPT_R, p=_SCRYPT_P, maxmem=_SCRYPT_MEMORY_BYTES, dklen=32
    )
    padder = PKCS7(128).padder()
    encryptor = Cipher(AES256(key), CBC(first_block)).encryptor()
    padded = padder.update(_der_of(pem)) + padder.finalize()
    sealed = encryptor.update(padded) + encryptor.finalize()
    algorithm = write(
        Tag.SEQUENCE, write_oid("1.2.840.113549.1.5.13") + write(Tag.SEQUENCE, _scrypt(salt) + _aes(first_block))
    )
    return _pem_of(write(Tag.SEQUENCE, algorithm + write(Tag.OCTET_STRING, sealed)))


def load_private_pem(name: str, pem: bytes, passphrase: bytes | None) -> PrivateKeyTypes:
    """The private key in a PEM file.

    Raises:
        KeyPassphraseError: it is sealed and the passphrase is missing or wrong, or it is open and one is given.
        KeyFormatError: it is no PKCS #8 PEM.
    """
    is_sealed = pem.startswith(_SEALED[0].encode())
    if not is_sealed and not is_open_pem(pem):
        raise KeyFormatError(f"The private key of {name!r} is no PKCS #8 PEM.")
    if is_sealed and passphrase is None:
        raise KeyPassphraseError(f"The private key of {name!r} is sealed, and no passphrase is given.")
    if not is_sealed and passphrase is not None:
        raise KeyPassphraseError(f"A passphrase is given, but the private key of {name!r} lies open in its file.")
    try:
        return load_pem_private_key(pem, password=passphrase)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        if is_sealed:
            raise KeyPassphraseError(
                f"The private key of {name!r} does not open: the passphrase is wrong, or the file is damaged."
            ) from error
        raise KeyFormatError(f"The private key of {name!r} is no PKCS #8 PEM.") from error


def _scrypt(salt: bytes) -> bytes:
    numbers = b"".join(write_integer(number) for number in (_SCRYPT_N, _SCRYPT_R, _SCRYPT_P))
    parameters = write(Tag.SEQUENCE, write(Tag.OCTET_STRING, salt) + numbers)
    return write(Tag.SEQUENCE, write_oid("1.3.6.1.4.1.11591.4.11") + parameters)


def _aes(first_block: bytes) -> bytes:
    return write(Tag.SEQUENCE, write_oid("2.16.840.1.101.3.4.1.42") + write(Tag.OCTET_STRING, first_block))


def _der_of(pem: bytes) -> bytes:
    words = " ".join(pem.decode("latin-1").split())
    if not words.startswith(_OPEN[0]) or not words.endswith(_OPEN[1]):
        raise KeyFormatError("This is no open PKCS #8 PEM.")
    try:
        return base64.b64decode("".join(words[len(_OPEN[0]) : -len(_OPEN[1])].split()), validate=True)
    except binascii.Error as error:
        raise KeyFormatError("This is no open PKCS #8 PEM.") from error


def _pem_of(der: bytes) -> bytes:
    text = base64.b64encode(der).decode("ascii")
    lines = [text[at : at + _LINE] for at in range(0, len(text), _LINE)]
    return "\n".join((_SEALED[0], *lines, _SEALED[1], "")).encode("ascii")
