import io
from pathlib import Path

import pytest

from charteroak.detection.errors import LogReadError
from charteroak.detection.hunt import search_log
from charteroak.detection.indicators import parse_indicator
from charteroak.detection.matcher import Matcher
from charteroak.detection.readers.batches import ReadTally
from charteroak.detection.readers.event_log import read_event_log
from charteroak.detection.readers.log_files import LogFile

PLANTED = (Path(__file__).parents[3] / "assets" / "logs" / "planted.evtx").read_bytes()
LISTED = ["payroll-quickpay.example", "203.0.113.77", "d41d8cd98f00b204e9800998ecf8427e"]
MATCHER = Matcher([parse_indicator(listed) for listed in LISTED])
EXPECTED = [
    (2, "Event.EventData.QueryName", "login.payroll-quickpay.example"),
    (4, "Event.EventData.CommandLine", "Payroll-Quickpay.example"),
    (4, "Event.EventData.DestinationIp", "203.0.113.77"),
    (6, "Event.EventData.Hashes", "D41D8CD98F00B204E9800998ECF8427E"),
]


def search(data: bytes) -> tuple[list[tuple[int, str | None, str]], ReadTally]:
    tally = ReadTally()
    matches = search_log(LogFile("-"), MATCHER, tally, stdin=io.BytesIO(data))
    return [(match.line, match.field, match.value) for match in matches], tally


def test_records_are_searched_decoded_and_counted_from_one() -> None:
    found, tally = search(PLANTED)
    assert found == EXPECTED
    assert (tally.lines, tally.bytes, tally.reasons) == (6, len(PLANTED), [])


def test_a_log_that_is_cut_off_is_named_though_the_library_passes_over_it() -> None:
    found, tally = search(PLANTED[:5000])
    assert found == []
    assert "Cut off: 0 whole chunks of 1" in tally.reasons[0]


def test_a_log_without_its_last_bytes_is_named() -> None:
    _, tally = search(PLANTED[:-1])
    assert "Cut off" in tally.reasons[0]


def test_a_chunk_that_lost_its_mark_is_named() -> None:
    found, tally = search(PLANTED[:4096] + b"ElfXhnk\x00" + PLANTED[4104:])
    assert found == []
    assert any("without their mark" in reason or "could not be read" in reason for reason in tally.reasons)


def test_a_record_that_cannot_be_read_is_counted_and_the_others_are_searched() -> None:
    damaged = bytearray(PLANTED)
    third = PLANTED.index(b"notpayroll".decode().encode("utf-16-le")) - 4
    damaged[third : third + 2] = b"\x7f\x7f"
    found, tally = search(bytes(damaged))
    assert found == EXPECTED
    assert tally.lines == 6
    assert any("1 records or chunks could not be read" in reason for reason in tally.reasons)


@pytest.mark.parametrize("size", [8, 100, 4095])
def test_a_header_alone_is_no_event_log(size: int) -> None:
    with pytest.raises(LogReadError, match="Not an event log"):
        list(read_event_log(io.BytesIO(PLANTED[:size]), ReadTally()))
    assert search(PLANTED[:size])[1].reasons != []
