"""Hostile bytes to the readers of notes, checkpoints, proofs, keys and headers; what is accepted is rewritten alike."""

from collections.abc import Callable

from charteroak.errors import CharterOakError
from charteroak.ledger.checkpoint import Checkpoint, parse_checkpoint, render_checkpoint, sign_checkpoint
from charteroak.ledger.entry import header_bytes, parse_header
from charteroak.ledger.keys import Signer, parse_vkey
from charteroak.ledger.note import parse_note, render_note
from charteroak.ledger.proof import TLogProof, parse_proof, render_proof
from harness import fuzz

LOG = Signer("log.example/ledger/elm-hollow-bakery", bytes(32))
NOTE = sign_checkpoint(Checkpoint(LOG.name, 5, bytes(range(32)), ("an extension",)), LOG)
SEEDS = (
    NOTE,
    NOTE.partition(b"\n\n")[0] + b"\n",
    render_proof(TLogProof(2, (bytes(32), bytes(range(32))), NOTE)),
    render_proof(TLogProof(0, (), NOTE, extra=b"extra")),
    LOG.verifier.vkey.encode(),
    b'{"actor":"system","bodySha256":"' + b"0" * 64 + b'","bodyVersion":1,"index":7,"kind":"evidence.recorded",'
    b'"occurred":{"from":"2026-03-01","to":"2026-03-02T03:00:00-05:00"},"organisation":"elm-hollow-bakery",'
    b'"recorded":"2026-03-02T14:00:00.500000Z","v":1}',
)
READERS: tuple[Callable[[bytes], bytes], ...] = (
    lambda data: render_note(parse_note(data)),
    lambda data: render_proof(parse_proof(data)),
    lambda data: header_bytes(parse_header(data)),
    lambda data: render_checkpoint(parse_checkpoint(data.decode("latin-1"))).encode("latin-1"),
    lambda data: parse_vkey(data.decode("latin-1")).vkey.encode("latin-1"),
)


def parse(data: bytes) -> None:
    """Each reader refuses, or writes its value back byte for byte."""
    refused: list[CharterOakError] = []
    for read in READERS:
        try:
            assert read(data) == data
        except CharterOakError as error:
            refused.append(error)
    if len(refused) == len(READERS):
        raise refused[0]


if __name__ == "__main__":
    fuzz("checkpoint", parse, SEEDS)
