"""Times of log lines: every form that loggers write, zones that are not said, and what is no time at all."""

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charteroak.detection.log_times import EARLIEST, line_facts

HERE = ZoneInfo("America/New_York")
READ = datetime(2026, 11, 22, 9, tzinfo=UTC)
MOMENT = datetime(2026, 3, 2, 12, 15, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "host"),
    [
        ("2026-03-02T12:15:04Z GET http://a.example/", ""),
        ("2026-03-02 07:15:04,123 ERROR something", ""),
        ("2026-03-02T07:15:04.5-05:00 mail01 postfix[11]: from=<x>", "mail01"),
        ("<34>1 2026-03-02T12:15:04.003Z gate.example.org su - ID47 - text", "gate.example.org"),
        ("Mar  2 07:15:04 fw-1 kernel: DROP", "fw-1"),
        ("<13>Mar  2 2026 07:15:04 fw-1 kernel: DROP", "fw-1"),
        ('10.0.0.1 - - [02/Mar/2026:07:15:04 -0500] "GET / HTTP/1.1" 200', ""),
        ("3/2/2026 7:15:04 AM,web,10.0.0.1", ""),
        ("1772453704.881  200 10.0.0.1 TCP_MISS/200", ""),
        ("1772453704000 x", ""),
        (json.dumps({"host": "pc7", "@timestamp": "2026-03-02T12:15:04Z", "m": "2020-01-01 00:00:00"}), "pc7"),
        (json.dumps({"ts": 1772453704.5, "id": 1}), ""),
        (json.dumps({"Event": {"System": {"Computer": "PC7", "TimeCreated": {"#attributes":
            {"SystemTime": "2026-03-02T12:15:04.000000Z"}}}}}), "PC7"),
    ],
)  # fmt: skip
def test_every_form_gives_the_same_moment(line: str, host: str) -> None:
    facts = line_facts(line.encode(), HERE, READ)
    assert facts.time is not None
    assert facts.time.earliest.replace(microsecond=0) == MOMENT
    assert facts.host == host


def test_a_time_without_a_zone_is_read_in_the_zone_that_was_stated_and_says_so() -> None:
    stated = line_facts(b"2026-03-02 07:15:04 x", ZoneInfo("UTC"), READ).time
    assert stated is not None
    assert stated.earliest.hour == 7
    assert not stated.has_zone
    assert stated.raw == "2026-03-02 07:15:04"


def test_on_the_night_when_clocks_go_back_it_is_both_hours() -> None:
    time = line_facts(b"2026-11-01 01:30:00 x", HERE, READ).time
    assert time is not None
    assert (time.latest - time.earliest).total_seconds() == 3600


def test_a_time_without_a_year_is_the_last_such_one() -> None:
    for text, year in (("Nov 21 10:00:00", 2026), ("Dec  9 10:00:00", 2025), ("Feb 29 10:00:00", 2024)):
        time = line_facts(text.encode(), HERE, READ).time
        assert time is not None
        assert time.earliest.year == year
        assert not time.has_year


@pytest.mark.parametrize(
    "line",
    [
        b"1970-01-01T00:00:00Z x", b"9999-12-31 23:59:59 x", b"0000-00-00 00:00:00 x", b"2026-13-45 99:99:99 x",
        b"2027-03-02T12:15:04Z x", b'{"time": "1970-01-01T00:00:00Z"}', b'{"ts": 1e400}', b'{"ts": 0}',
        b'{"ts": 99999999999999999999}', b"13/40/2026 7:15:04 x", b"1/2/2026 44:15 PM",
        b"2026-03-02T12:15:04+99:99 x",
    ],
)  # fmt: skip
def test_what_cannot_be_a_time_is_absurd_and_never_a_moment(line: bytes) -> None:
    facts = line_facts(line, HERE, READ)
    if facts.time is not None:  # an offset of 99 hours is arithmetic, however odd
        assert EARLIEST <= facts.time.earliest <= READ
    else:
        assert facts.is_absurd


@pytest.mark.parametrize(
    "line",
    [
        b"", b"\x00" * 50_000, b"{" * 100_000, b'{"a":' * 20_000, b"[" * 100_000, b"9" * 100_000, b"\xff\xfe" * 9_000,
        b'{"time": ' + b"9" * 5_000 + b"}", b" " * 40_000 + b"2026-03-02T12:15:04Z",
        b'{"host": "' + b"\\u202e" * 99 + b'"}',
    ],
)  # fmt: skip
def test_hostile_lines_have_no_time_and_take_none(line: bytes) -> None:
    assert line_facts(line, HERE, READ).time is None


@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_no_bytes_raise(line: bytes) -> None:
    facts = line_facts(line, HERE, READ)
    assert facts.time is None or facts.time.earliest <= facts.time.latest
    assert facts.host.isprintable()
