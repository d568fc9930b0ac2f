"""P-256 keys of logs (signed-note, signature type 0x02): ECDSA with SHA-256 over NIST P-256.

They stand beside the Ed25519 keys because every ``openssl`` and LibreSSL checks them with ``openssl dgst -sha256
-verify``. Two things differ from Ed25519 and are as signed-note has them: the public key in a verifier key is its DER
SubjectPublicKeyInfo, and the key ID is SHA-256 of that alone, without the name.

Signatures are DER (RFC 3279 section 2.2.3) and deterministic (RFC 6979): the same note has the same signature, and no
bad random number can give the key away. As with ``keys``, a new key comes from a seed that the caller drew.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Self

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    derive_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_public_key,
    load_pem_public_key,
)

from charteroak.ledger.errors import KeyFormatError, NoteSignatureError
from charteroak.ledger.note import KEY_ID_BYTES
from charteroak.ledger.private_pem import load_private_pem
from charteroak.ledger.vkey import check_vkey_id, check_vkey_name, render_vkey, split_vkey

SIGNATURE_TYPE_ECDSA = 0x02
PRIVATE_VALUE_BYTES = 32
P256_SEED_BYTES = 40
"""FIPS 186-5 appendix A.2.1: 64 bits more than the order has, so that reducing them leaves no bias."""

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@dataclass(frozen=True, slots=True)
class P256Verifier:
    """A named P-256 public key that we trust for what it signs; ``spki`` is its DER SubjectPublicKeyInfo."""

    name: str
    spki: bytes
    _key: EllipticCurvePublicKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_vkey_name(self.name)
        try:
            key = load_der_public_key(self.spki)
        except (ValueError, UnsupportedAlgorithm) as error:
            raise KeyFormatError("This is no public key in DER.") from error
        if not isinstance(key, EllipticCurvePublicKey) or not isinstance(key.curve, SECP256R1):
            raise KeyFormatError("This public key is not on the curve P-256.")
        if _spki_of(key) != self.spki:
            raise KeyFormatError("This public key is not in its one canonical form (named curve, uncompressed point).")
        object.__setattr__(self, "_key", key)

    @property
    def key_id(self) -> bytes:
        """SHA-256(SubjectPublicKeyInfo), first four bytes: the name is not in it."""
        return hashlib.sha256(self.spki).digest()[:KEY_ID_BYTES]

    @property
    def vkey(self) -> str:
        """The key as one line of text: ``<name>+<hex key ID>+<base64 of type and SubjectPublicKeyInfo>``."""
        return render_vkey(self.name, self.key_id, SIGNATURE_TYPE_ECDSA, self.spki)

    @property
    def spki_pem(self) -> bytes:
        """The public key in PEM, for ``openssl dgst -sha256 -verify``. The name is not in it."""
        return self._key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def verify(self, message: bytes, signature: bytes) -> None:
        """Return if this is the key's signature over the message, in DER.

        Raises:
            NoteSignatureError: it is not, or is not DER.
        """
        try:
            self._key.verify(signature, message, ECDSA(SHA256()))
        except InvalidSignature as error:
            raise NoteSignatureError(
                f"The signature of {self.name}+{self.key_id.hex()} does not verify.", key_name=self.name
            ) from error


@dataclass(frozen=True, slots=True)
class P256Signer:
    """A named P-256 private key. Its text form never shows the secret."""

    name: str
    private_value: bytes = field(repr=False)
    verifier: P256Verifier = field(init=False, compare=False)
    _key: EllipticCurvePrivateKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        value = int.from_bytes(self.private_value, "big")
        if len(self.private_value) != PRIVATE_VALUE_BYTES or not 0 < value < _ORDER:
            raise KeyFormatError(f"A P-256 private value has {PRIVATE_VALUE_BYTES} bytes and is below the order.")
        key = derive_private_key(value, SECP256R1())
        object.__setattr__(self, "_key", key)
        object.__setattr__(self, "verifier", P256Verifier(self.name, _spki_of(key.public_key())))

    @classmethod
    def from_seed(cls, name: str, seed: bytes) -> Self:
        """The key that ``P256_SEED_BYTES`` random bytes stand for (FIPS 186-5 appendix A.2.1).

        Raises:
            KeyFormatError: the seed has another length, or the name cannot be a key's name.
        """
        if len(seed) != P256_SEED_BYTES:
            raise KeyFormatError(f"A P-256 seed has {P256_SEED_BYTES} bytes, this has {len(seed)}.")
        value = int.from_bytes(seed, "big") % (_ORDER - 1) + 1
        return cls(name, value.to_bytes(PRIVATE_VALUE_BYTES, "big"))

    @property
    def key_id(self) -> bytes:
        """The key ID of the public key."""
        return self.verifier.key_id

    @property
    def pkcs8_pem(self) -> bytes:
        """The private key as open PKCS #8 in PEM, for ``private_pem.seal_pem`` or a file that only its owner reads."""
        return self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def sign(self, message: bytes) -> bytes:
        """The DER signature over the message."""
        return self._key.sign(message, ECDSA(SHA256(), deterministic_signing=True))


def parse_p256_signer(name: str, pem: bytes, passphrase: bytes | None = None) -> P256Signer:
    """A signer from its PKCS #8 PEM.

    Raises:
        KeyFormatError: it is no P-256 private key, or the name cannot be a key's name.
        KeyPassphraseError: it is encrypted and the passphrase is missing or wrong, or the other way round.
    """
    key = load_private_pem(name, pem, passphrase)
    if not isinstance(key, EllipticCurvePrivateKey) or not isinstance(key.curve, SECP256R1):
        raise KeyFormatError(f"The private key of {name!r} is not on the curve P-256.")
    return P256Signer(name, key.private_numbers().private_value.to_bytes(PRIVATE_VALUE_BYTES, "big"))


def parse_p256_spki_pem(name: str, pem: bytes) -> P256Verifier:
    """A verifier from a public key in PEM, which does not hold the key's name.

    Raises:
        KeyFormatError: it is no P-256 public key, or the name cannot be a key's name.
    """
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeyFormatError(f"The public key of {name!r} is no PEM public key.") from error
    if not isinstance(key, EllipticCurvePublicKey):
        raise KeyFormatError(f"The public key of {name!r} is not on the curve P-256.")
    return P256Verifier(name, _spki_of(key))


def parse_p256_vkey(text: str) -> P256Verifier:
    """A verifier from its one-line text.

    Raises:
        KeyFormatError: the text is no P-256 verifier key, or its parts contradict each other.
    """
    parts = split_vkey(text)
    if parts.signature_type != SIGNATURE_TYPE_ECDSA:
        raise KeyFormatError("This verifier key is not an ECDSA key of signature type 0x02.")
    verifier = P256Verifier(parts.name, parts.public_key)
    check_vkey_id(parts, verifier.key_id)
    return verifier


def _spki_of(key: EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
