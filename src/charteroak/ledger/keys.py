"""Ed25519 keys of logs (signed-note, signature type 0x01), as PEM for files and as verifier keys for people.

With ``p256_keys`` beside it; ``log_keys`` joins the two. No randomness is made here: a new key comes from a seed that
the caller drew.
"""

import hashlib
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_public_key,
)

from charteroak.ledger.errors import KeyFormatError, NoteSignatureError
from charteroak.ledger.note import KEY_ID_BYTES
from charteroak.ledger.p256_keys import SIGNATURE_TYPE_ECDSA, P256Verifier, parse_p256_vkey
from charteroak.ledger.private_pem import load_private_pem
from charteroak.ledger.vkey import check_vkey_id, check_vkey_name, render_vkey, split_vkey

SEED_BYTES = 32
PUBLIC_KEY_BYTES = 32
SIGNATURE_TYPE_ED25519 = 0x01


@dataclass(frozen=True, slots=True)
class Verifier:
    """A named Ed25519 public key that we trust for what it signs."""

    name: str
    public_key: bytes
    _key: Ed25519PublicKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_vkey_name(self.name)
        try:
            key = Ed25519PublicKey.from_public_bytes(self.public_key)
        except ValueError as error:
            raise KeyFormatError(f"An Ed25519 public key has {PUBLIC_KEY_BYTES} bytes.") from error
        object.__setattr__(self, "_key", key)

    @property
    def key_id(self) -> bytes:
        """SHA-256(name || 0x0A || 0x01 || public key), first four bytes."""
        material = self.name.encode() + b"\n" + bytes([SIGNATURE_TYPE_ED25519]) + self.public_key
        return hashlib.sha256(material).digest()[:KEY_ID_BYTES]

    @property
    def vkey(self) -> str:
        """The key as one line of text: ``<name>+<hex key ID>+<base64 of type and public key>``."""
        return render_vkey(self.name, self.key_id, SIGNATURE_TYPE_ED25519, self.public_key)

    @property
    def spki_pem(self) -> bytes:
        """The public key as SubjectPublicKeyInfo in PEM, which ``openssl`` reads. The name is not in it."""
        return self._key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def verify(self, message: bytes, signature: bytes) -> None:
        """Return if this is the key's signature over the message (RFC 8032).

        Raises:
            NoteSignatureError: it is not.
        """
        try:
            self._key.verify(signature, message)
        except InvalidSignature as error:
            raise NoteSignatureError(
                f"The signature of {self.name}+{self.key_id.hex()} does not verify.", key_name=self.name
            ) from error


@dataclass(frozen=True, slots=True)
class Signer:
    """A named Ed25519 private key. Its text form never shows the secret."""

    name: str
    seed: bytes = field(repr=False)
    verifier: Verifier = field(init=False, compare=False)
    _key: Ed25519PrivateKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        try:
            key = Ed25519PrivateKey.from_private_bytes(self.seed)
        except ValueError as error:
            raise KeyFormatError(f"An Ed25519 seed has {SEED_BYTES} bytes.") from error
        object.__setattr__(self, "_key", key)
        object.__setattr__(self, "verifier", Verifier(self.name, key.public_key().public_bytes_raw()))

    @property
    def key_id(self) -> bytes:
        """The key ID of the public key."""
        return self.verifier.key_id

    @property
    def pkcs8_pem(self) -> bytes:
        """The private key as open PKCS #8 in PEM, for ``private_pem.seal_pem`` or a file that only its owner reads."""
        return self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def sign(self, message: bytes) -> bytes:
        """The 64-byte Ed25519 signature over the message."""
        return self._key.sign(message)


def parse_signer(name: str, pem: bytes, passphrase: bytes | None = None) -> Signer:
    """A signer from its PKCS #8 PEM.

    Raises:
        KeyFormatError: it is no Ed25519 private key, or the name cannot be a key's name.
        KeyPassphraseError: it is encrypted and the passphrase is missing or wrong, or the other way round.
    """
    key = load_private_pem(name, pem, passphrase)
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFormatError(f"The private key of {name!r} is not Ed25519.")
    return Signer(name, key.private_bytes_raw())


def parse_spki_pem(name: str, pem: bytes) -> Verifier:
    """A verifier from a public key in PEM, which does not hold the key's name.

    Raises:
        KeyFormatError: it is no Ed25519 public key, or the name cannot be a key's name.
    """
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeyFormatError(f"The public key of {name!r} is no PEM public key.") from error
    if not isinstance(key, Ed25519PublicKey):
        raise KeyFormatError(f"The public key of {name!r} is not Ed25519.")
    return Verifier(name, key.public_bytes_raw())


def parse_vkey(text: str) -> Verifier | P256Verifier:
    """A log's verifier from its one-line text, of either kind that a log here signs with.

    Co-signers' keys have a type of their own (``cosignature.parse_cosigner_vkey``) and are refused here: what they
    sign is no plain note.

    Raises:
        KeyFormatError: the text is no such verifier key, or its parts contradict each other.
    """
    is_p256 = split_vkey(text).signature_type == SIGNATURE_TYPE_ECDSA
    return parse_p256_vkey(text) if is_p256 else parse_ed25519_vkey(text)


def parse_ed25519_vkey(text: str) -> Verifier:
    """A verifier from its one-line text. The key ID must be the one that signed-note derives from name and key.

    Raises:
        KeyFormatError: the text is no Ed25519 verifier key, or its parts contradict each other.
    """
    parts = split_vkey(text)
    if parts.signature_type != SIGNATURE_TYPE_ED25519:
        raise KeyFormatError(f"A log's verifier key has signature type 0x01 or 0x02, not {parts.signature_type:#04x}.")
    verifier = Verifier(parts.name, parts.public_key)
    check_vkey_id(parts, verifier.key_id)
    return verifier
