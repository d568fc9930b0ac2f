"""Hostile files as logs: text, JSON Lines, CSV, EVTX, gzip and zstd, in every state of damage.

A search never raises for what stands in a log: what cannot be read on is in the tally.
"""

import gzip
import io

import zstandard

from charteroak.detection.hunt import search_log
from charteroak.detection.indicator_files import read_indicators
from charteroak.detection.matcher import Matcher
from charteroak.detection.readers.batches import ReadTally
from charteroak.detection.readers.log_files import LogFile
from harness import fuzz

TEXT = b"2026-11-10 CONNECT login.oak-parcel.example:443\n203.0.113.9 GET /\nd41d8cd98f00b204e9800998ecf8427e\n"
JSON_LINES = b'{"host":"login.oak-parcel.example","n":[{"ip":"203.0.113.9"}]}\n{"a":"\\u006fak-parcel.example"}\n'
SEEDS = (
    TEXT,
    JSON_LINES,
    b'time,host\n1,login.oak-parcel.example\n2,"a ""quoted""\nline"\n',
    gzip.compress(TEXT, mtime=0),
    zstandard.compress(JSON_LINES),
    "oak-parcel.example\n".encode("utf-16"),
    b"ElfFile\x00" + bytes(4088) + b"ElfChnk\x00" + bytes(1024),
)
LISTED = read_indicators(b"oak-parcel.example\n203.0.113.9\nd41d8cd98f00b204e9800998ecf8427e\n", "list.txt")
MATCHER = Matcher(LISTED.usable)


def parse(data: bytes) -> None:
    """Whatever is in the file, the search ends, and each match names a line."""
    for match in search_log(LogFile("-"), MATCHER, ReadTally(), stdin=io.BytesIO(data)):
        assert match.line >= 1


if __name__ == "__main__":
    fuzz("log", parse, SEEDS)
