"""Keys in files, on signature lines and as one line of text."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from cryptography.hazmat.primitives.serialization import PublicFormat as Public

from charteroak.ledger.errors import KeyFormatError, NoteSignatureError
from charteroak.ledger.keys import Signer, Verifier, parse_signer, parse_spki_pem, parse_vkey

SIGNER = Signer("log.example/a", bytes(range(32)))
RSA = generate_private_key(public_exponent=65537, key_size=2048)


def test_a_signer_survives_its_file() -> None:
    again = parse_signer(SIGNER.name, SIGNER.pkcs8_pem)

    assert again == SIGNER
    assert again.sign(b"x") == SIGNER.sign(b"x")
    assert SIGNER.pkcs8_pem.startswith(b"-----BEGIN PRIVATE KEY-----")


def test_a_verifier_survives_its_two_texts() -> None:
    verifier = SIGNER.verifier

    assert parse_vkey(verifier.vkey) == verifier
    assert parse_spki_pem(verifier.name, verifier.spki_pem) == verifier
    assert SIGNER.key_id == verifier.key_id


def test_a_signature_counts_for_its_message_only() -> None:
    signature = SIGNER.sign(b"message")

    SIGNER.verifier.verify(b"message", signature)
    for message, bad in (
        (b"massage", signature),
        (b"message", signature[:-1]),
        (b"message", b""),
        (b"message", bytes(64)),
    ):
        with pytest.raises(NoteSignatureError) as caught:
            SIGNER.verifier.verify(message, bad)
        assert caught.value.key_name == "log.example/a"


def test_the_secret_is_in_no_text_form() -> None:
    assert "seed" not in repr(SIGNER)
    assert bytes(range(32)).hex() not in repr(SIGNER)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u2003b"])
def test_refuses_a_name_that_no_note_could_carry(name: str) -> None:
    with pytest.raises(KeyFormatError):
        Signer(name, bytes(32))
    with pytest.raises(KeyFormatError):
        Verifier(name, SIGNER.verifier.public_key)


@pytest.mark.parametrize("length", [0, 31, 33])
def test_refuses_keys_of_another_length(length: int) -> None:
    with pytest.raises(KeyFormatError, match="32 bytes"):
        Signer("a", bytes(length))
    with pytest.raises(KeyFormatError, match="32 bytes"):
        Verifier("a", bytes(length))


PRIVATE = {
    "empty": b"",
    "noise": bytes(range(256)),
    "a public key": SIGNER.verifier.spki_pem,
    "RSA": RSA.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    "encrypted": Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")
    ),
}
PUBLIC = {
    "empty": b"",
    "noise": bytes(range(256)),
    "a private key": SIGNER.pkcs8_pem,
    "RSA": RSA.public_key().public_bytes(Encoding.PEM, Public.SubjectPublicKeyInfo),
}


@pytest.mark.parametrize("pem", PRIVATE.values(), ids=PRIVATE)
def test_refuses_a_private_key_file_of_another_kind(pem: bytes) -> None:
    with pytest.raises(KeyFormatError):
        parse_signer("a", pem)


@pytest.mark.parametrize("pem", PUBLIC.values(), ids=PUBLIC)
def test_refuses_a_public_key_file_of_another_kind(pem: bytes) -> None:
    with pytest.raises(KeyFormatError):
        parse_spki_pem("a", pem)


VKEY = SIGNER.verifier.vkey
NAME, KEY_ID, KEY = VKEY.split("+", 2)

NOT_VKEYS = {
    "empty": "",
    "a name": NAME,
    "no key": f"{NAME}+{KEY_ID}",
    "another name": f"log.example/b+{KEY_ID}+{KEY}",
    "another ID": f"{NAME}+00000000+{KEY}",
    "an ID in capitals": f"{NAME}+{KEY_ID.upper()}+{KEY}",
    "a co-signer's type": f"{NAME}+{KEY_ID}+B{KEY[1:]}",
    "no base64": f"{NAME}+{KEY_ID}+{KEY}!",
    "a short key": f"{NAME}+{KEY_ID}+{KEY[:-4]}",
    "a space": f"{VKEY} ",
}


@pytest.mark.parametrize("text", NOT_VKEYS.values(), ids=NOT_VKEYS)
def test_refuses_a_verifier_key_that_contradicts_itself(text: str) -> None:
    with pytest.raises(KeyFormatError):
        parse_vkey(text)
