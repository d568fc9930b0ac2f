"""Hostile bytes as a list of indicators; what is usable can be compiled and searched for."""

from charteroak.detection.indicator_files import read_indicators
from harness import fuzz

LINES = (
    b"# a comment\noak-parcel[.]example\n203.0.113.9\n198.51.100.0/24\nhxxp://a[.]example/b\nx@evil[.]example\n"
    b"d41d8cd98f00b204e9800998ecf8427e\n2001:db8::1\n"
)
SEEDS = (
    LINES,
    b'type,value,comment\ndomain,evil.example,"a, b"\nipv4,192.0.2.1,\n',
    b"\xef\xbb\xbfindicator;kind\nevil.example;domain\n",
    b"evil.example\r\n\r\n  192.0.2.1  \r\n",
)


def parse(data: bytes) -> None:
    """Each indicator that is kept has a value."""
    for indicator in read_indicators(data, "list.txt").usable:
        assert indicator.value


if __name__ == "__main__":
    fuzz("indicator_list", parse, SEEDS)
