"""Hostile bytes to the JSON reader; what it accepts must have one canonical form, and that form must be stable."""

from charteroak.canonical import canonical_json, parse_json
from harness import fuzz

SEEDS = (
    b'{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"literals":[null,true,false]}',
    b'{"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/"}',
    b'[{"a":{"b":[1,2,{"c":null}]}},"\xc3\xa9\xf0\x9f\x98\x80"]',
    b"9007199254740991",
    b"-0",
)


def parse(data: bytes) -> None:
    """Canonicalising is idempotent on everything that has a canonical form."""
    form = canonical_json(parse_json(data))
    assert canonical_json(parse_json(form)) == form


if __name__ == "__main__":
    fuzz("canonical_json", parse, SEEDS)
