"""The texts between a log and a witness: read, written alike, and refused where they are something else."""

import base64

import pytest

from charteroak.ledger.checkpoint import Checkpoint, sign_checkpoint
from charteroak.ledger.errors import NoteFormatError
from charteroak.ledger.keys import Signer
from charteroak.ledger.note import NoteSignature, render_signature_lines
from charteroak.ledger.witness_protocol import (
    AddCheckpoint,
    WitnessAnswerError,
    WitnessConflict,
    WitnessRejected,
    WitnessRequestError,
    WitnessSigned,
    origin_hash,
    parse_add_checkpoint,
    parse_witness_answer,
    render_add_checkpoint,
)

NOTE = sign_checkpoint(Checkpoint("log.example/a", 7, bytes(32)), Signer("log.example/a", bytes(32)))
HASH = base64.b64encode(bytes(32)).decode()
LINES = render_signature_lines((NoteSignature("w.example", b"abcd", bytes(72)),))


@pytest.mark.parametrize("proof", [(), (bytes(32),), (bytes(32),) * 63])
@pytest.mark.parametrize("size", [0, 1, 2**63 - 1])
def test_a_request_survives_its_text(size: int, proof: tuple[bytes, ...]) -> None:
    request = AddCheckpoint(size, proof, NOTE)

    assert parse_add_checkpoint(render_add_checkpoint(request)) == request
    assert request.origin == "log.example/a"


def text(head: str, note: bytes = NOTE) -> bytes:
    return head.encode() + b"\n\n" + note


NOT_REQUESTS = {
    "empty": b"",
    "a checkpoint alone": NOTE,
    "no old size": text(HASH),
    "old without a size": text("old "),
    "a leading zero": text("old 07"),
    "a negative size": text("old -1"),
    "a plus": text("old +7"),
    "digits of another script": "old \u0667\n\n".encode() + NOTE,
    "a size beyond 63 bits": text(f"old {2**63}"),
    "a size of a megabyte": text("old " + "9" * (1 << 20)),
    "two spaces": text("old  7"),
    "a capital": text("Old 7"),
    "a carriage return": text("old 7\r"),
    "a tab": text("old\t7"),
    "a NUL": text("old 7\x00"),
    "a proof line that is no base64": text(f"old 7\n{HASH[:-1]}!"),
    "a proof line without padding": text(f"old 7\n{HASH.rstrip('=')}"),
    "a proof line with stray bits": text(f"old 7\n{HASH[:-2]}B="),
    "a short hash": text("old 7\nAAAA"),
    "a long hash": text(f"old 7\n{base64.b64encode(bytes(33)).decode()}"),
    "a word behind a hash": text(f"old 7\n{HASH} x"),
    "64 hashes": text("old 7" + f"\n{HASH}" * 64),
    "a huge proof": text("old 7" + f"\n{HASH}" * 30_000),
    "no empty line": b"old 7\n" + NOTE.replace(b"\n\n", b"\n"),
    "nothing behind the empty line": b"old 7\n\n",
    "too large": b"old 7\n\n" + bytes(1 << 21),
}


@pytest.mark.parametrize("data", NOT_REQUESTS.values(), ids=NOT_REQUESTS)
def test_refuses_what_is_no_request(data: bytes) -> None:
    with pytest.raises(WitnessRequestError):
        parse_add_checkpoint(data)


def test_a_request_without_a_note_has_no_origin() -> None:
    with pytest.raises(NoteFormatError):
        _ = parse_add_checkpoint(b"old 7\n\nhello").origin


@pytest.mark.parametrize(
    "request_",
    [
        AddCheckpoint(-1, (), NOTE),
        AddCheckpoint(0, (b"short",), NOTE),
        AddCheckpoint(0, (), b""),
        AddCheckpoint(0, [bytes(32)], NOTE),  # type: ignore[arg-type]
    ],
)
def test_refuses_to_write_what_could_not_be_read(request_: AddCheckpoint) -> None:
    with pytest.raises(WitnessRequestError):
        render_add_checkpoint(request_)


def test_the_three_kinds_of_answer_are_told_apart() -> None:
    assert parse_witness_answer(200, "text/plain", LINES) == WitnessSigned(
        LINES, (NoteSignature("w.example", b"abcd", bytes(72)),)
    )
    assert parse_witness_answer(409, "text/x.tlog.size", b"20852014\n") == WitnessConflict(20852014)
    assert parse_witness_answer(409, "Text/X.tlog.size; charset=utf-8", b"0") == WitnessConflict(0)
    for status in (400, 403, 404, 422):
        assert parse_witness_answer(status, None, b"no\n") == WitnessRejected(status, "no")


def test_a_witnesss_own_words_are_made_printable_and_short() -> None:
    rejected = parse_witness_answer(403, None, b"\x1b[31mred\x00\xff\n" + b"a" * 5000)

    assert isinstance(rejected, WitnessRejected)
    assert rejected.words.isprintable()
    assert len(rejected.words) <= 200


NOT_ANSWERS = {
    "a redirect": (302, None, b""),
    "a fault": (500, None, b"oops"),
    "200 with a page": (200, "text/html", b"<html></html>\n"),
    "200 with nothing": (200, None, b""),
    "200 with a megabyte": (200, None, LINES * 2000),
    "409 as a page": (409, "text/html", b"7\n"),
    "409 without a type": (409, None, b"7\n"),
    "409 with words": (409, "text/x.tlog.size", b"seven\n"),
    "409 with a leading zero": (409, "text/x.tlog.size", b"07\n"),
    "409 with two newlines": (409, "text/x.tlog.size", b"7\n\n"),
    "409 beyond ASCII": (409, "text/x.tlog.size", b"\xd9\xa7\n"),
    "409 with nothing": (409, "text/x.tlog.size", b""),
}


@pytest.mark.parametrize(("status", "kind", "body"), NOT_ANSWERS.values(), ids=NOT_ANSWERS)
def test_refuses_an_answer_that_the_protocol_does_not_have(status: int, kind: str | None, body: bytes) -> None:
    with pytest.raises(WitnessAnswerError):
        parse_witness_answer(status, kind, body)


def test_the_origin_hash_is_sha_256_in_lower_case_hex() -> None:
    assert origin_hash("go.sum database tree") == "46613be2987d5d316f5ad065e4aa2eee26ccdd3de17a3735cd0da18156a22bdd"
