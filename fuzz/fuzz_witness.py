"""Hostile bytes to a witness and to whoever asks one: requests, answers, co-signed notes, co-signers' keys."""

from collections.abc import Callable
from datetime import UTC, datetime

from charteroak.errors import CharterOakError
from charteroak.ledger.checkpoint import Checkpoint, sign_checkpoint
from charteroak.ledger.cosignature import Ed25519Cosigner, parse_cosigner_vkey
from charteroak.ledger.keys import Signer
from charteroak.ledger.note import parse_note, parse_signature_lines, render_signature_lines
from charteroak.ledger.p256_keys import P256Signer
from charteroak.ledger.tree import EMPTY_ROOT, hash_leaf
from charteroak.ledger.witness import WitnessAccepted, WitnessedLog, WitnessRefusal, answer_add_checkpoint
from charteroak.ledger.witness_answer import render_answer
from charteroak.ledger.witness_protocol import (
    AddCheckpoint,
    parse_add_checkpoint,
    parse_witness_answer,
    render_add_checkpoint,
)
from charteroak.ledger.witnessed import accept_cosignatures, merge_signatures, read_cosignatures
from harness import fuzz

ORIGIN = "log.example/ledger/elm-hollow-bakery"
LOG = (Signer(ORIGIN, bytes(32)), P256Signer.from_seed(ORIGIN, bytes(40)))
WITNESS = Ed25519Cosigner("desk.example/witness", b"\x01" * 32)
AT = datetime(2026, 11, 22, tzinfo=UTC)
KNOWN = WitnessedLog(ORIGIN, tuple(signer.verifier for signer in LOG))
FIRST = sign_checkpoint(Checkpoint(ORIGIN, 1, hash_leaf(b"leaf")), *LOG)
LINE = WITNESS.cosign(parse_note(FIRST).text, at=AT)
SEEDS = (
    render_add_checkpoint(AddCheckpoint(0, (), FIRST)),
    render_add_checkpoint(AddCheckpoint(3, (bytes(32), bytes(range(32))), FIRST)),
    merge_signatures(FIRST, [LINE]),
    render_signature_lines((LINE, LINE)),
    WITNESS.verifier.vkey.encode(),
    b"20852014\n",
)


def decide(data: bytes) -> None:
    """A witness answers every request that can be read, and co-signs nothing but what it may."""
    answer = answer_add_checkpoint(parse_add_checkpoint(data), KNOWN, WITNESS, at=AT)
    assert render_answer(answer).status in {200, 400, 403, 404, 409, 422}
    if isinstance(answer, WitnessAccepted):
        assert answer.checkpoint.origin == ORIGIN
        assert (answer.checkpoint.size > 0) is (answer.checkpoint.root != EMPTY_ROOT)
        assert read_cosignatures(answer.note, [WITNESS.verifier])
    else:
        assert isinstance(answer, WitnessRefusal)
        assert not answer.is_evidence or answer.size is not None


def answered(status: int) -> Callable[[bytes], None]:
    """A reader of answers with this status."""

    def read(data: bytes) -> None:
        parse_witness_answer(status, "text/x.tlog.size", data)

    return read


def rewritten(data: bytes) -> None:
    """What is read is written alike."""
    assert render_add_checkpoint(parse_add_checkpoint(data)) == data


def lines_rewritten(data: bytes) -> None:
    """Signature lines too."""
    assert render_signature_lines(parse_signature_lines(data)) == data


def key_rewritten(data: bytes) -> None:
    """And keys."""
    assert parse_cosigner_vkey(data.decode("latin-1")).vkey.encode("latin-1") == data


def cosigned(data: bytes) -> None:
    """A co-signed note is read, or refused."""
    read_cosignatures(data, [WITNESS.verifier])


def accepted(data: bytes) -> None:
    """An answer is taken over only with a line of a known witness, which verifies."""
    merged = accept_cosignatures(FIRST, data, [WITNESS.verifier])
    assert merged.startswith(FIRST)
    assert read_cosignatures(merged, [WITNESS.verifier])


READERS: tuple[Callable[[bytes], None], ...] = (
    decide, rewritten, lines_rewritten, key_rewritten, cosigned, accepted, answered(200), answered(409), answered(403),
)  # fmt: skip


def parse(data: bytes) -> None:
    """Each reader refuses in our own words, or keeps its promise."""
    refused: list[CharterOakError] = []
    for read in READERS:
        try:
            read(data)
        except CharterOakError as error:
            refused.append(error)
    if len(refused) == len(READERS):
        raise refused[0]


if __name__ == "__main__":
    fuzz("witness", parse, SEEDS)
