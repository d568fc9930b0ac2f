"""Hostile bytes as a report of Nessus and of OpenVAS."""

import io

from charteroak.clock import connecticut_day, parse_instant
from charteroak.collectors.collected import FINDINGS_LISTED, Occasion
from charteroak.collectors.nessus import read_nessus
from charteroak.collectors.openvas import read_openvas
from charteroak.errors import CharterOakError
from harness import fuzz

NOW = parse_instant("2026-11-20T17:00:00Z")
OCCASION = Occasion("The office", NOW, connecticut_day(NOW))


def parse(data: bytes) -> None:
    """What is read is bounded and says when."""
    for read in (read_nessus, read_openvas):
        try:
            collected = read(io.BytesIO(data), OCCASION)
        except CharterOakError:
            continue
        assert collected.first <= collected.last <= OCCASION.day
        assert len(collected.findings) <= FINDINGS_LISTED
        assert all(each.detail for each in collected.observations)


if __name__ == "__main__":
    fuzz("scanner_reports", parse, ())
