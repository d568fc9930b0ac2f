"""Co-signatures of witnesses: what they say, when, and what is none."""

import base64
import struct
from datetime import UTC, datetime, timedelta, timezone

import pytest

from charteroak.ledger.checkpoint import Checkpoint, render_checkpoint
from charteroak.ledger.cosignature import (
    Ed25519CosignatureVerifier,
    Ed25519Cosigner,
    parse_cosigner_vkey,
)
from charteroak.ledger.errors import CheckpointFormatError, KeyFormatError, NoteSignatureError
from charteroak.ledger.keys import Signer, parse_vkey
from charteroak.ledger.note import SignedNote, verify_note

WITNESS = Ed25519Cosigner("witness.example/w1", bytes(range(32)))
TEXT = render_checkpoint(Checkpoint("log.example/a", 7, bytes(32)))
AT = datetime(2026, 11, 22, 0, 30, 5, tzinfo=UTC)
LINE = WITNESS.cosign(TEXT, at=AT)


def signed_by_hand(seconds: int, text: str = TEXT) -> bytes:
    key = Signer(WITNESS.name, WITNESS.seed)
    return struct.pack(">Q", seconds) + key.sign(f"cosignature/v1\ntime {seconds}\n{text}".encode())


def test_a_co_signature_says_which_witness_saw_the_checkpoint_and_when() -> None:
    assert WITNESS.verifier.verify_cosignature(TEXT, LINE.signature) == AT
    assert (LINE.key_name, LINE.key_id) == (WITNESS.name, WITNESS.verifier.key_id)
    assert len(LINE.signature) == 72
    assert verify_note(SignedNote(TEXT, (LINE,)), [WITNESS.verifier]) == (WITNESS.verifier,)


def test_what_is_signed_is_the_message_of_the_specification() -> None:
    assert LINE.signature == signed_by_hand(int(AT.timestamp()))


def test_seconds_are_cut_off_and_zones_are_one_moment() -> None:
    eastern = (AT + timedelta(milliseconds=999)).astimezone(timezone(timedelta(hours=-5)))

    assert WITNESS.cosign(TEXT, at=eastern) == LINE


@pytest.mark.parametrize("seconds", [1, 253402300799])
def test_the_first_and_the_last_second_can_be_told(seconds: int) -> None:
    assert WITNESS.verifier.verify_cosignature(TEXT, signed_by_hand(seconds)).timestamp() == seconds


BAD = {
    "empty": b"",
    "no time": LINE.signature[8:],
    "a byte less": LINE.signature[:-1],
    "a byte more": LINE.signature + b"\x00",
    "another time": struct.pack(">Q", int(AT.timestamp()) + 1) + LINE.signature[8:],
    "a changed signature": LINE.signature[:-1] + bytes([LINE.signature[-1] ^ 1]),
    "time zero": signed_by_hand(0),
    "beyond the calendar": signed_by_hand(253402300800),
    "the largest time": signed_by_hand((1 << 64) - 1),
    "of a plain note": bytes(8) + Signer(WITNESS.name, WITNESS.seed).sign(TEXT.encode()),
}


@pytest.mark.parametrize("signature", BAD.values(), ids=BAD)
def test_refuses_what_is_no_co_signature(signature: bytes) -> None:
    with pytest.raises(NoteSignatureError) as caught:
        WITNESS.verifier.verify_cosignature(TEXT, signature)
    assert caught.value.key_name == WITNESS.name


def test_another_checkpoint_is_not_the_one_that_was_seen() -> None:
    for text in (TEXT.replace("7", "8"), TEXT + "an extension\n"):
        with pytest.raises(NoteSignatureError, match="does not verify"):
            WITNESS.verifier.verify_cosignature(text, LINE.signature)
    with pytest.raises(NoteSignatureError, match="no text"):
        WITNESS.verifier.verify(b"\xff", LINE.signature)


@pytest.mark.parametrize("text", ["", "hello\n", TEXT.removesuffix("\n"), TEXT.replace("7", "07")])
def test_nothing_but_a_checkpoint_is_ever_co_signed(text: str) -> None:
    with pytest.raises(CheckpointFormatError):
        WITNESS.cosign(text, at=AT)


@pytest.mark.parametrize(
    "at", [AT.replace(tzinfo=None), datetime(1970, 1, 1, tzinfo=UTC), datetime(1960, 1, 1, tzinfo=UTC)]
)
def test_refuses_a_moment_that_the_format_cannot_say(at: datetime) -> None:
    with pytest.raises(ValueError, match=r"zone|1970"):
        WITNESS.cosign(TEXT, at=at)


def test_a_witness_key_survives_its_text_and_is_no_log_key() -> None:
    assert parse_cosigner_vkey(WITNESS.verifier.vkey) == WITNESS.verifier
    with pytest.raises(KeyFormatError):
        parse_vkey(WITNESS.verifier.vkey)
    with pytest.raises(KeyFormatError, match="signature type 0x04, this has 0x01"):
        parse_cosigner_vkey(Signer(WITNESS.name, WITNESS.seed).verifier.vkey)
    assert Ed25519Cosigner.of(Signer(WITNESS.name, WITNESS.seed)) == WITNESS
    assert WITNESS.seed.hex() not in repr(WITNESS)


NAME, KEY_ID, KEY = WITNESS.verifier.vkey.split("+", 2)


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"{NAME}+00000000+{KEY}",
        f"other+{KEY_ID}+{KEY}",
        f"{NAME}+{KEY_ID}+{KEY[:-4]}",
        f"{NAME}+{KEY_ID}",
        "a b+c+d",
    ],
)
def test_refuses_a_witness_key_that_contradicts_itself(text: str) -> None:
    with pytest.raises(KeyFormatError):
        parse_cosigner_vkey(text)


def test_a_signature_of_the_same_key_as_a_log_does_not_count_as_a_co_signature() -> None:
    """The types have key IDs of their own, so one line can never be taken for the other."""
    log = Signer(WITNESS.name, WITNESS.seed)

    assert log.key_id != WITNESS.verifier.key_id
    assert Ed25519CosignatureVerifier(WITNESS.name, log.verifier.public_key) == WITNESS.verifier
    assert base64.b64decode(KEY)[0] == 4
