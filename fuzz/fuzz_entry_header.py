"""Hostile bytes to the reader of entry headers; a header has exactly one canonical spelling."""

from charteroak.ledger.entry import header_bytes, parse_header
from harness import fuzz

SEEDS = (
    b'{"actor":"user:0a4f1c9e-3f0b-4a53-9f0e-2b6b1a6f0f11","bodySha256":"'
    + b"ab" * 32
    + b'","bodyVersion":1,"index":7,'
    b'"kind":"evidence.recorded","occurred":{"from":"2026-03-01","to":null},"organisation":"elm-hollow-bakery",'
    b'"recorded":"2026-03-02T14:00:00Z","v":1}',
    b'{"actor":"system","bodySha256":"' + b"00" * 32 + b'","bodyVersion":1,"index":0,"kind":"hunt.run",'
    b'"occurred":{"from":"2026-03-01T09:00:00-05:00","to":"2026-03-01T09:00:01.5-05:00"},"organisation":"a",'
    b'"recorded":"2026-03-02T14:00:00.000001Z","v":1}',
)


def parse(data: bytes) -> None:
    """A header is written back as it was read."""
    assert header_bytes(parse_header(data)) == data


if __name__ == "__main__":
    fuzz("entry_header", parse, SEEDS)
