"""Proposals from logs: first and last seen by indicator and host, bounded, and honest about clocks."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from charteroak.detection.indicators import indicator_for
from charteroak.detection.matcher import Matcher
from charteroak.detection.readers.log_files import LogFile
from charteroak.observables import parse_observable
from charteroak.response import log_proposals
from charteroak.response.log_proposals import LogReadingResult, proposal_in_words, proposals_of, read_log

HERE = ZoneInfo("America/New_York")
READ = datetime(2026, 11, 22, 9, tzinfo=UTC)
BAD = "evil.example"
MATCHER = Matcher([indicator_for(parse_observable(BAD)), indicator_for(parse_observable("203.0.113.9"))])


def read(tmp_path: Path, content: bytes, name: str = "a.log") -> LogReadingResult:
    path = tmp_path / name
    path.write_bytes(content)
    return read_log(LogFile(str(path)), MATCHER, HERE, READ)


def whiches(result: LogReadingResult) -> list[tuple[str, str, int]]:
    return [(each["which"], each["host"], each["line"]) for each in proposals_of(result, 0)]


def test_first_and_last_are_found_by_host_whatever_the_order_of_lines(tmp_path: Path) -> None:
    lines = [
        f"Nov 20 10:00:00 pc1 proxy: GET http://{BAD}/b",
        f"Nov 20 09:00:00 pc1 proxy: GET http://{BAD}/a",
        f"Nov 20 09:30:00 pc1 proxy: GET http://{BAD}/c",
        f"Nov 20 11:00:00 pc2 proxy: GET http://{BAD}/d",
        "Nov 20 11:00:01 pc2 proxy: GET http://good.example/",
    ]
    result = read(tmp_path, "\n".join(lines).encode())
    assert whiches(result) == [("first", "pc1", 2), ("last", "pc1", 1), ("only", "pc2", 4)]
    assert result.backwards == 1
    assert not proposals_of(result, 0)[0]["hasYear"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", "\n".join(json.dumps({"time": f"2026-11-20T0{n}:00:00Z", "q": BAD}) for n in range(3))),
        ("a.csv", "when,who,what\n" + "\n".join(f"2026-11-20T0{n}:00:00Z,x,{BAD}" for n in range(3))),
        ("a.log", "\n".join(f"2026-11-20T0{n}:00:00Z {BAD}" for n in range(3))),
    ],
)
def test_every_reader_gives_the_same_two_events(tmp_path: Path, name: str, content: str) -> None:
    for data, suffix in ((content.encode(), ""), (gzip.compress(content.encode()), ".gz")):
        proposals = proposals_of(read(tmp_path, data, name + suffix), 0)
        assert [(each["which"], each["earliest"]) for each in proposals] == [
            ("first", "2026-11-20T00:00:00Z"),
            ("last", "2026-11-20T02:00:00Z"),
        ]


def test_the_error_of_a_clock_is_added_and_the_raw_time_stays(tmp_path: Path) -> None:
    result = read(tmp_path, f"2026-11-20 10:00:00 {BAD}".encode())
    (slow,) = proposals_of(result, 42)
    assert slow["earliest"] == "2026-11-20T15:00:42Z"
    assert slow["raw"] == "2026-11-20 10:00:00"
    assert "evil[.]example in a.log" in proposal_in_words(slow, "a.log")


@pytest.mark.parametrize(
    "line",
    [
        f"1970-01-01T00:00:00Z {BAD}",
        f"9999-12-31 23:59:59 {BAD}",
        f"\x00\x00\x00 {BAD}",
        f"{BAD} and no time",
        f"2031-01-01T00:00:00Z {BAD}",
    ],
)
def test_a_line_without_a_usable_time_is_counted_and_proposes_nothing(tmp_path: Path, line: str) -> None:
    result = read(tmp_path, (line + "\n" + "x" * 100).encode())
    assert result.matches == 1
    assert result.without_time + result.absurd == 1
    assert proposals_of(result, 0) == []


def test_mixed_zones_are_brought_to_one_clock(tmp_path: Path) -> None:
    text = f"2026-11-20T10:00:00+05:30 {BAD}\n2026-11-20T00:00:00-05:00 {BAD}\n"
    proposals = proposals_of(read(tmp_path, text.encode()), 0)
    assert [each["earliest"] for each in proposals] == ["2026-11-20T04:30:00Z", "2026-11-20T05:00:00Z"]


def test_a_huge_line_and_a_broken_archive_are_told_and_lose_nothing(tmp_path: Path) -> None:
    good = f"2026-11-20T10:00:00Z {BAD}\n".encode()
    result = read(tmp_path, good + b"x" * (33 << 20) + BAD.encode() + b"\n" + good)
    assert len(proposals_of(result, 0)) == 1 or result.without_time
    assert result.could_not_read
    cut = gzip.compress(good * 3)[:-9]
    broken = read(tmp_path, cut, "b.log.gz")
    assert broken.could_not_read


def test_more_than_is_dated_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_proposals, "MATCHES_DATED", 10)
    text = "\n".join(f"2026-11-20T10:00:{n:02d}Z {BAD}" for n in range(25))
    result = read(tmp_path, text.encode())
    assert (result.matches, result.not_dated) == (25, 15)
    assert proposals_of(result, 0)[-1]["line"] == 10


def test_no_more_proposals_than_anybody_ticks(tmp_path: Path) -> None:
    text = "\n".join(f"2026-11-20T10:00:00Z host{n} app[1]: {BAD}" for n in range(300))
    result = read(tmp_path, text.encode())
    assert len(proposals_of(result, 0)) == log_proposals.PROPOSALS_LIMIT
    summary: dict[str, Any] = result.summary
    assert summary["leftOut"] > 0
