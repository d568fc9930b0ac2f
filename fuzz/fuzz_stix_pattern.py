"""Hostile text to the reader of STIX patterns; what it understands can be written and read again."""

import contextlib

from charteroak.errors import CharterOakError
from charteroak.intel.pattern_reading import read_pattern
from charteroak.intel.patterns import parse_pattern, stix_pattern
from harness import fuzz

SEEDS = (
    b"[domain-name:value = 'oak-parcel.example']",
    b"[ipv4-addr:value ISSUBSET '192.0.2.0/24' OR ipv6-addr:value = '2001:db8::1']",
    b"[file:hashes.'SHA-256' = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855']",
    b"[url:value IN ('http://a.example/', 'http://b.example/\\'x\\\\')] WITHIN 5 SECONDS",
    b"([a:b.c[*].'d-e' MATCHES '^x$'] FOLLOWEDBY [email-addr:value LIKE 'a%@b.example']) REPEATS 3 TIMES",
)


def parse(data: bytes) -> None:
    """A pattern that is read gives observables that can be written as patterns again."""
    text = data.decode("utf-8", errors="replace")
    with contextlib.suppress(CharterOakError):
        read_pattern(text)
    for observable in parse_pattern(text):
        assert parse_pattern(stix_pattern(observable)) == (observable,)


if __name__ == "__main__":
    fuzz("stix_pattern", parse, SEEDS)
