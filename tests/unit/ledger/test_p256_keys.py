"""P-256 keys in files, on signature lines and as one line of text, and what public tools say of them."""

import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from charteroak.ledger.errors import KeyFormatError, NoteSignatureError
from charteroak.ledger.keys import Signer, Verifier, parse_ed25519_vkey, parse_signer, parse_spki_pem, parse_vkey
from charteroak.ledger.note import parse_note, render_note, sign_note, verify_note
from charteroak.ledger.p256_keys import (
    P256Signer,
    P256Verifier,
    parse_p256_signer,
    parse_p256_spki_pem,
    parse_p256_vkey,
)
from charteroak.ledger.private_pem import KeyPassphraseError, seal_pem

NAME = "log.example/a"
RANDOM = bytes(range(32))
SIGNER = P256Signer.from_seed(NAME, bytes(range(40)))
ED25519 = Signer(NAME, bytes(range(32)))
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
P384 = ec.derive_private_key(7, ec.SECP384R1())
MESSAGE = b"log.example/a\n5\nroot\n"
SIGNATURE = SIGNER.sign(MESSAGE)


def pem_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def test_a_signer_survives_its_file() -> None:
    assert parse_p256_signer(NAME, SIGNER.pkcs8_pem) == SIGNER
    assert parse_p256_signer(NAME, seal_pem(SIGNER.pkcs8_pem, b"secret", randomness=RANDOM), b"secret") == SIGNER


def test_a_verifier_survives_its_two_texts() -> None:
    verifier = SIGNER.verifier

    assert parse_vkey(verifier.vkey) == parse_p256_vkey(verifier.vkey) == verifier
    assert parse_p256_spki_pem(NAME, verifier.spki_pem) == verifier
    assert SIGNER.key_id == verifier.key_id


def test_the_same_message_has_the_same_signature() -> None:
    """RFC 6979 appendix A.2.5, the key and the message "sample" with SHA-256."""
    signer = P256Signer("a", bytes.fromhex("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721"))

    assert decode_dss_signature(signer.sign(b"sample")) == (
        0xEFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716,
        0xF7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8,
    )


def test_openssl_checks_a_signature_and_refuses_another(tmp_path: Path) -> None:
    (tmp_path / "log.pem").write_bytes(SIGNER.verifier.spki_pem)
    (tmp_path / "note.sig").write_bytes(SIGNATURE)
    (tmp_path / "note").write_bytes(MESSAGE)
    line = ["openssl", "dgst", "-sha256", "-verify", "log.pem", "-signature", "note.sig", "note"]

    good = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, check=False)
    (tmp_path / "note").write_bytes(MESSAGE + b"x")
    bad = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert (good.returncode, good.stdout.strip()) == (0, "Verified OK")
    assert (bad.returncode, bad.stdout.strip()) == (1, "Verification failure")


def test_openssl_reads_the_private_key_under_its_passphrase(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    path.write_bytes(seal_pem(SIGNER.pkcs8_pem, b"correct horse", randomness=RANDOM))
    line = ["openssl", "pkey", "-in", str(path), "-pubout", "-passin"]

    read = subprocess.run([*line, "pass:correct horse"], capture_output=True, check=True)
    refused = subprocess.run([*line, "pass:wrong"], capture_output=True, check=False)

    assert read.stdout == SIGNER.verifier.spki_pem
    assert refused.returncode == 1


def test_both_lines_of_a_note_are_checked_and_either_condemns_it() -> None:
    note = parse_note(render_note(sign_note(MESSAGE.decode(), ED25519, SIGNER)))

    assert verify_note(note, [ED25519.verifier, SIGNER.verifier]) == (ED25519.verifier, SIGNER.verifier)
    for signer in (ED25519, SIGNER):
        with pytest.raises(NoteSignatureError, match="does not verify"):
            verify_note(type(note)(note.text.replace("5", "6"), note.signatures), [signer.verifier])


R, S = decode_dss_signature(SIGNATURE)
NOT_SIGNATURES = {
    "empty": b"",
    "zeroes": bytes(71),
    "another's": P256Signer.from_seed(NAME, bytes(40)).sign(MESSAGE),
    "of Ed25519": ED25519.sign(MESSAGE),
    "cut": SIGNATURE[:-1],
    "a byte behind": SIGNATURE + b"\x00",
    "a long length": b"\x30\x81" + SIGNATURE[1:],
    "an integer with a leading zero": b"\x30"
    + bytes([len(SIGNATURE) - 1])
    + b"\x02"
    + bytes([SIGNATURE[3] + 1])
    + b"\x00"
    + SIGNATURE[4:],
    "raw, not DER": R.to_bytes(32, "big") + S.to_bytes(32, "big"),
    "zero twice": encode_dss_signature(0, 0),
    "not below the order": encode_dss_signature(R, S + ORDER),
    "a megabyte": SIGNATURE + bytes(1 << 20),
}


@pytest.mark.parametrize("signature", NOT_SIGNATURES.values(), ids=NOT_SIGNATURES)
def test_refuses_what_is_no_signature_in_its_one_form(signature: bytes) -> None:
    SIGNER.verifier.verify(MESSAGE, SIGNATURE)
    with pytest.raises(NoteSignatureError) as caught:
        SIGNER.verifier.verify(MESSAGE, signature)
    assert caught.value.key_name == NAME


def test_the_secret_is_in_no_text_form() -> None:
    assert SIGNER.private_value.hex() not in repr(SIGNER)
    assert repr(int.from_bytes(SIGNER.private_value, "big")) not in repr(SIGNER)
    assert "private_value" not in repr(SIGNER)


@pytest.mark.parametrize("value", [bytes(32), ORDER.to_bytes(32, "big"), b"\xff" * 32, bytes(31), b"\x01" * 33])
def test_refuses_a_private_value_out_of_range(value: bytes) -> None:
    with pytest.raises(KeyFormatError, match="below the order"):
        P256Signer("a", value)


@pytest.mark.parametrize("seed", [b"", bytes(32), bytes(41)])
def test_refuses_a_seed_of_another_length(seed: bytes) -> None:
    with pytest.raises(KeyFormatError, match="40 bytes"):
        P256Signer.from_seed("a", seed)


def test_every_seed_is_a_key() -> None:
    for seed in (bytes(40), b"\xff" * 40, (ORDER - 1).to_bytes(40, "big"), ORDER.to_bytes(40, "big")):
        assert P256Signer.from_seed("a", seed).verifier


POINT = ec.derive_private_key(5, ec.SECP256R1()).public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
COMPRESSED = bytes.fromhex("3039301306072a8648ce3d020106082a8648ce3d030107032200") + POINT

NOT_SPKI = {
    "empty": b"",
    "noise": bytes(range(91)),
    "of Ed25519": bytes.fromhex("302a300506032b6570032100") + ED25519.verifier.public_key,
    "on P-384": P384.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
    "a point off the curve": SIGNER.verifier.spki[:-1] + bytes([SIGNER.verifier.spki[-1] ^ 1]),
    "a byte behind": SIGNER.verifier.spki + b"\x00",
    "a compressed point": COMPRESSED,
}


@pytest.mark.parametrize("spki", NOT_SPKI.values(), ids=NOT_SPKI)
def test_refuses_a_public_key_of_another_kind_or_form(spki: bytes) -> None:
    with pytest.raises(KeyFormatError):
        P256Verifier("a", spki)


VKEY = SIGNER.verifier.vkey
_, KEY_ID, KEY = VKEY.split("+", 2)
NOT_VKEYS = {
    "another ID": f"{NAME}+00000000+{KEY}",
    "the ID of the Ed25519 key": f"{NAME}+{ED25519.key_id.hex()}+{KEY}",
    "the type of Ed25519": f"{NAME}+{KEY_ID}+AT{KEY[2:]}",
    "a short key": f"{NAME}+{KEY_ID}+{KEY[:-4]}",
    "a space in the name": f"log example+{KEY_ID}+{KEY}",
    "no name": f"+{KEY_ID}+{KEY}",
    "no end": f"{NAME}+{KEY_ID}+" + "A" * 5000,
}


@pytest.mark.parametrize("text", NOT_VKEYS.values(), ids=NOT_VKEYS)
def test_refuses_a_verifier_key_that_contradicts_itself(text: str) -> None:
    for parse in (parse_vkey, parse_p256_vkey):
        with pytest.raises(KeyFormatError):
            parse(text)


def test_a_key_of_one_kind_is_not_read_as_the_other() -> None:
    for refused in (
        lambda: parse_p256_vkey(ED25519.verifier.vkey),
        lambda: parse_ed25519_vkey(VKEY),
        lambda: parse_p256_spki_pem(NAME, ED25519.verifier.spki_pem),
        lambda: parse_spki_pem(NAME, SIGNER.verifier.spki_pem),
        lambda: parse_p256_signer(NAME, ED25519.pkcs8_pem),
        lambda: parse_signer(NAME, SIGNER.pkcs8_pem),
        lambda: parse_p256_signer(NAME, pem_of(P384)),
        lambda: parse_p256_spki_pem(NAME, b"noise"),
    ):
        with pytest.raises(KeyFormatError):
            refused()
    assert isinstance(parse_vkey(ED25519.verifier.vkey), Verifier)


def test_a_name_is_no_part_of_the_key_id_but_of_the_verifier() -> None:
    """signed-note has it so for type 0x02; the name on the signature line still has to be the trusted one."""
    other = P256Verifier("log.example/b", SIGNER.verifier.spki)

    assert other.key_id == SIGNER.key_id
    with pytest.raises(NoteSignatureError, match="No trusted key"):
        verify_note(sign_note(MESSAGE.decode(), SIGNER), [other])


@pytest.mark.parametrize("signer", [SIGNER, ED25519], ids=["P-256", "Ed25519"])
def test_a_missing_or_wrong_passphrase_is_said_as_such(signer: Signer | P256Signer) -> None:
    parse = parse_p256_signer if isinstance(signer, P256Signer) else parse_signer
    sealed = seal_pem(signer.pkcs8_pem, b"right", randomness=RANDOM)

    assert parse(NAME, sealed, b"right") == signer
    with pytest.raises(KeyPassphraseError, match="no passphrase is given"):
        parse(NAME, sealed)
    with pytest.raises(KeyPassphraseError, match="passphrase is wrong"):
        parse(NAME, sealed, b"wrong")


def test_a_passphrase_for_a_key_that_lies_open_is_refused() -> None:
    with pytest.raises(KeyPassphraseError, match="lies open"):
        parse_p256_signer(NAME, SIGNER.pkcs8_pem, b"right")


def test_sealing_takes_an_open_key_a_passphrase_and_fresh_randomness() -> None:
    sealed = seal_pem(SIGNER.pkcs8_pem, b"right", randomness=RANDOM)

    assert sealed == seal_pem(SIGNER.pkcs8_pem, b"right", randomness=RANDOM)
    assert sealed != seal_pem(SIGNER.pkcs8_pem, b"right", randomness=bytes(32))
    assert SIGNER.private_value.hex() not in sealed.hex()
    for passphrase, randomness in ((b"", RANDOM), (b"right", bytes(31)), (b"right", b"")):
        with pytest.raises(ValueError, match="random bytes"):
            seal_pem(SIGNER.pkcs8_pem, passphrase, randomness=randomness)
    for pem in (b"", b"noise", sealed, SIGNER.verifier.spki_pem, SIGNER.pkcs8_pem.replace(b"M", b"!", 1)):
        with pytest.raises(KeyFormatError):
            seal_pem(pem, b"right", randomness=RANDOM)


@pytest.mark.parametrize("place", [70, 200, 300])
def test_a_sealed_key_that_was_damaged_is_never_another_key(place: int) -> None:
    sealed = bytearray(seal_pem(SIGNER.pkcs8_pem, b"right", randomness=RANDOM))
    sealed[place] = ord("A") if sealed[place] != ord("A") else ord("B")

    with pytest.raises(KeyFormatError):
        parse_p256_signer(NAME, bytes(sealed), b"right")
