"""Hostile bytes to the reader of tlog-proof files; what is accepted has exactly one spelling."""

import base64

from charteroak.ledger.proof import parse_proof, render_proof
from harness import fuzz

HASH = base64.b64encode(bytes(range(32)))
SIGNATURE = b"\n\n\xe2\x80\x94 o AAAAAAAAAA==\n"
SEEDS = (
    b"c2sp.org/tlog-proof@v1\nindex 5\n" + HASH + b"\n" + HASH + b"\n\no\n9\n" + HASH + SIGNATURE,
    b"c2sp.org/tlog-proof@v1\nextra AAAA\nindex 0\n\no\n1\n" + HASH + SIGNATURE,
)


def parse(data: bytes) -> None:
    """A proof is written back as it was read."""
    assert render_proof(parse_proof(data)) == data


if __name__ == "__main__":
    fuzz("tlog_proof", parse, SEEDS)
