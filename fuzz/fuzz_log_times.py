"""Hostile lines of logs: what they say of their own time and host is bounded, printable and in order, or nothing."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from charteroak.detection.log_times import EARLIEST, HOST_CHARACTERS, RAW_CHARACTERS, line_facts
from harness import fuzz

SEEDS = (
    b"2026-03-02T07:15:04.5-05:00 mail01 postfix[11]: from=<x>",
    b"<13>Mar  2 2026 07:15:04 fw-1 kernel: DROP",
    b'10.0.0.1 - - [02/Mar/2026:07:15:04 -0500] "GET / HTTP/1.1" 200',
    b"3/2/2026 7:15:04 AM,web,10.0.0.1",
    b"1772453704.881  200 10.0.0.1 TCP_MISS/200",
    b'{"host": "pc7", "@timestamp": "2026-03-02T12:15:04Z", "Event": {"System": {"Computer": "PC7", "ts": 1e9}}}',
    b'{"time": "9999-12-31T23:59:59+99:99"}',
)
ZONES = ZoneInfo("America/New_York"), ZoneInfo("UTC")
READ_AT = datetime(2026, 11, 22, 9, tzinfo=UTC)


def parse(data: bytes) -> None:
    """No bytes raise, whichever zone is stated; what is found stays within its limits."""
    for zone in ZONES:
        facts = line_facts(data, zone, READ_AT)
        assert facts.host.isprintable()
        assert len(facts.host) <= HOST_CHARACTERS
        if facts.time is not None:
            assert EARLIEST <= facts.time.earliest <= facts.time.latest
            assert len(facts.time.raw) <= RAW_CHARACTERS


if __name__ == "__main__":
    fuzz("log-times", parse, SEEDS)
