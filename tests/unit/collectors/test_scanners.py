"""Reports of two scanners: what they say, and that no report can make the reader grow, resolve or wait."""

import io
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest

from charteroak.collectors.collected import FINDINGS_LISTED, Collected, CollectorInputError, Occasion
from charteroak.collectors.nessus import read_nessus
from charteroak.collectors.openvas import read_openvas
from charteroak.collectors.scanner_reports import MOST_NAMED
from charteroak.collectors.scanner_xml import (
    DEEPEST,
    LONGEST_TEXT,
    LONGEST_TOKEN_BYTES,
    MOST_KEPT_BYTES,
    MOST_KEPT_ELEMENTS,
    REPORT_LIMIT_BYTES,
)

OCCASION = Occasion("The office", datetime(2026, 11, 20, 17, tzinfo=UTC), date(2026, 11, 20))
NESSUS = """<?xml version="1.0" ?>
<NessusClientData_v2><Policy><policyName>Basic</policyName></Policy><Report name="office">
<ReportHost name="192.0.2.7"><HostProperties>
<tag name="HOST_START_TIMESTAMP">1763546400</tag><tag name="HOST_END">Wed Nov 19 10:20:30 2025</tag>
<tag name="Credentialed_Scan">true</tag></HostProperties>
<ReportItem port="0" severity="0" pluginID="19506" pluginName="Nessus Scan Information"/>
<ReportItem port="445" severity="{severity}" pluginID="97833" pluginName="SMB hole"><description>x</description>
</ReportItem>
</ReportHost></Report></NessusClientData_v2>"""
OPENVAS = """<report id="a"><report id="b"><scan_start>2026-11-18T08:00:00Z</scan_start>
<scan_end>2026-11-18T09:00:00Z</scan_end><host><ip>192.0.2.8</ip></host><results max="10">
<result id="1"><name>Old OpenSSL</name><host>192.0.2.8<asset asset_id="1"/></host><port>443/tcp</port>
<nvt oid="1"><name>Old OpenSSL</name></nvt><severity>{severity}</severity></result></results></report></report>"""


def nessus(severity: str = "3", **changes: str) -> Collected:
    text = NESSUS.format(severity=severity)
    for old, new in changes.items():
        text = text.replace(old, new)
    return read_nessus(io.BytesIO(text.encode()), OCCASION)


def openvas(severity: str, **changes: str) -> Collected:
    text = OPENVAS.format(severity=severity)
    for old, new in changes.items():
        text = text.replace(old, new)
    return read_openvas(io.BytesIO(text.encode()), OCCASION)


def test_a_nessus_report_tells_hosts_results_and_days() -> None:
    read = nessus("3")
    scanned, closed = read.observations
    assert (scanned.holds, closed.holds) == (True, True)
    assert scanned.detail == "1 hosts, 2 results."
    assert "0 critical, 1 high" in closed.detail
    assert (read.first, read.last) == (date(2025, 11, 19), date(2025, 11, 19))
    assert read.findings[0].where == "192.0.2.7, port 445"


def test_a_critical_hole_is_told_by_its_name() -> None:
    closed = nessus("4").observations[1]
    assert closed.holds is False
    assert "SMB hole" in closed.detail


def test_a_severity_that_is_none_is_said_to_be_passed_over() -> None:
    read = nessus("9")
    assert read.not_read == ("a result of severity '9'",)
    assert read.could_not_read == 1


def test_results_that_were_not_understood_leave_open_whether_one_is_critical_and_are_all_counted() -> None:
    strange = '<ReportItem severity="Critical" pluginName="hole"/>' * 500
    read = nessus("0", **{"</ReportHost>": f"{strange}</ReportHost>"})
    assert read.observations[1].holds is None
    assert "500 results could not be read" in read.observations[1].detail
    assert (len(read.not_read), read.could_not_read, read.to_json()["notReadLeftOut"]) == (MOST_NAMED, 500, 480)


def test_a_scan_that_looked_into_no_host_does_not_say_that_nothing_is_open() -> None:
    for instead in ('"Credentialed_Scan">false', '"other">x'):
        closed = nessus("3", **{'"Credentialed_Scan">true': instead}).observations[1]
        assert (instead, closed.holds) == (instead, None)
        assert "No host was looked into with credentials." in closed.detail
    one_of_two = '<ReportHost name="b"><HostProperties><tag name="Credentialed_Scan">false</tag></HostProperties>'
    scanned, closed = nessus("3", **{"</Report>": f"{one_of_two}</ReportHost></Report>"}).observations
    assert closed.holds is True
    assert scanned.detail == "2 hosts, 2 results; 1 hosts could not be looked into."


def test_what_is_known_to_be_critical_is_said_whatever_else_could_not_be_read() -> None:
    read = nessus("4", **{'severity="0"': 'severity="?"', '"Credentialed_Scan">true': '"Credentialed_Scan">false'})
    assert read.observations[1].holds is False
    assert openvas("9.9", **{"<results": f"{status('Stopped')}<results"}).observations[1].holds is False


def status(word: str) -> str:
    return f"<scan_run_status>{word}</scan_run_status>"


def test_an_openvas_result_without_a_score_leaves_open_whether_it_is_critical() -> None:
    scored = "<result><host>192.0.2.9</host><severity>10.0 (High)</severity></result>"
    read = openvas("0.0", **{"</results>": f"{scored}</results>"})
    assert read.observations[1].holds is None
    assert "1 results could not be read" in read.observations[1].detail


@pytest.mark.parametrize(
    ("changes", "holds"),
    [
        ({"<results": f"{status('Done')}<results"}, True),
        ({"<results": f"{status('Stopped')}<results"}, None),
        ({"<results": f"{status('Stopped')}<results", "2026-11-18T09:00:00Z": ""}, None),
        ({"<results": f"{status('')}<results"}, None),
        ({"2026-11-18T09:00:00Z": ""}, None),
    ],
    ids=["done", "stopped", "stopped, no end", "no status", "no end"],
)
def test_a_scan_that_did_not_end_tells_neither_that_all_was_scanned_nor_that_nothing_is_open(
    changes: dict[str, str], holds: bool | None
) -> None:
    assert [each.holds for each in openvas("0.0", **changes).observations] == [holds, holds]


@pytest.mark.parametrize(
    ("count", "holds"),
    [("1<full>1</full><filtered>1</filtered>", True), ("900<full>900</full><filtered>900</filtered>", None),
     ("1<full>40</full><filtered>1</filtered>", None), ("many", None), ("", None), ("9" * 5000, None)],
    ids=["all", "cut off", "filtered", "a word", "nothing", "enormous"],
)  # fmt: skip
def test_a_file_with_fewer_results_than_the_scan_had_leaves_open_what_the_others_say(
    count: str, holds: bool | None
) -> None:
    closed = openvas("0.0", **{"<results": f"<result_count>{count}</result_count><results"}).observations[1]
    assert closed.holds is holds


@pytest.mark.parametrize(
    ("score", "level", "holds"),
    [("9.0", "critical", False), ("8.9", "high", True), ("4.0", "medium", True), ("0.1", "low", True),
     ("0.0", None, True), ("-1.0", None, True)],
)  # fmt: skip
def test_an_openvas_score_falls_into_its_level(score: str, level: str | None, holds: bool) -> None:
    read = openvas(score)
    assert read.observations[1].holds is holds
    assert [each.severity for each in read.findings] == ([level] if level else [])
    assert (read.first, read.last) == (date(2026, 11, 18), date(2026, 11, 18))


@pytest.mark.parametrize("score", ["NaN", "Infinity", "11", "", "high", "1e99"])
def test_an_openvas_score_that_is_none_is_said_to_be_passed_over(score: str) -> None:
    assert "severity" in openvas(score).not_read[0]


BOMB = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
FETCH = b'<?xml version="1.0"?><!DOCTYPE a SYSTEM "http://192.0.2.1/x.dtd">'
READERS: list[tuple[Callable[..., Collected], bytes, bytes]] = [
    (read_nessus, b"<NessusClientData_v2>", b"</NessusClientData_v2>"),
    (read_openvas, b"<report>", b"</report>"),
]


@pytest.mark.parametrize(("read", "begin", "end"), READERS, ids=["nessus", "openvas"])
@pytest.mark.parametrize(
    "inside",
    [
        b"", BOMB + b"&b;", b"&undeclared;", b"<a>" * (DEEPEST + 1), b"<a" + b" " * 100_000 + b"/", b"\xff\xfe\x00",
        b"<a>" + b"x" * (LONGEST_TEXT + 1) + b"</a>", b"</b>", b"]]>", b"\x00",
    ],
    ids=["nothing", "bomb inside", "unknown entity", "too deep", "unfinished tag", "bad bytes", "one huge text",
         "wrong end", "end of cdata", "zero"],
)  # fmt: skip
def test_hostile_reports_end_in_one_clear_line(
    read: Callable[..., Collected], begin: bytes, end: bytes, inside: bytes
) -> None:
    with pytest.raises(CollectorInputError):
        read(io.BytesIO(begin + inside + end), OCCASION)


@pytest.mark.parametrize(
    "head", [BOMB, FETCH, b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY % p SYSTEM "file:///etc/hostname">%p;]>']
)
@pytest.mark.parametrize(("read", "begin", "end"), READERS, ids=["nessus", "openvas"])
def test_a_document_type_is_refused_before_anything_of_it_is_read(
    read: Callable[..., Collected], begin: bytes, end: bytes, head: bytes
) -> None:
    with pytest.raises(CollectorInputError, match="document type"):
        read(io.BytesIO(head + begin + end), OCCASION)


@pytest.mark.parametrize(
    "data", [b"", b"<html/>", b"{}", b"PK\x03\x04", b'<?xml version="1.0" encoding="moon"?><report/>']
)
@pytest.mark.parametrize("read", [read_nessus, read_openvas])
def test_what_is_no_report_is_refused(read: Callable[..., Collected], data: bytes) -> None:
    with pytest.raises(CollectorInputError):
        read(io.BytesIO(data), OCCASION)


class Endless(io.RawIOBase):
    """A report that goes on for ever: hosts with results, and no end."""

    def __init__(self, head: bytes, piece: bytes) -> None:
        self._head, self._piece = head, piece * (1 + (1 << 16) // len(piece))

    def read(self, size: int = -1) -> bytes:  # noqa: ARG002 - a stream is read so
        head, self._head = self._head, b""
        return head or self._piece


class Counted(io.BytesIO):
    """Bytes that know how many of them were asked for."""

    def given(self) -> int:
        return self.tell()


@pytest.mark.parametrize(
    "begin",
    [b'<ReportItem severity="0" x="', b"<!--", b"<?x ", b"<a>"],
    ids=["attribute", "comment", "instruction", "text"],
)
def test_a_token_that_does_not_end_is_refused_while_it_goes_on(begin: bytes) -> None:
    data = Counted(b"<NessusClientData_v2><Report>" + begin + b"a" * (3 << 20))
    with pytest.raises(CollectorInputError, match="without an element"):
        read_nessus(data, OCCASION)
    assert data.given() <= LONGEST_TOKEN_BYTES + (1 << 18)


@pytest.mark.parametrize(
    ("piece", "what"),
    [(b'<a b=""/>', f"{MOST_KEPT_ELEMENTS} elements"), (b"<a>" + b"x" * 9000 + b"</a>", f"{MOST_KEPT_BYTES >> 20} MB")],
    ids=["elements", "bytes"],
)
def test_a_result_with_more_inside_than_scanners_write_is_refused_before_it_is_kept(piece: bytes, what: str) -> None:
    head = b'<NessusClientData_v2><Report><ReportHost name="h"><ReportItem severity="0">'
    data = Counted(head + piece * (MOST_KEPT_ELEMENTS - 1 if len(piece) > 100 else 50 * MOST_KEPT_ELEMENTS))
    with pytest.raises(CollectorInputError, match=f"result of more than {what}"):
        read_nessus(data, OCCASION)
    assert data.given() <= MOST_KEPT_BYTES + (1 << 18)


def test_what_is_not_wanted_is_not_kept_in_memory() -> None:
    hosts = b"".join(b'<Unknown name="%d"><a>y</a></Unknown>%s' % (n, b"z" * 3000) for n in range(1000))
    data = NESSUS.format(severity="1").encode().replace(b"</Report>", hosts + b"</Report>")
    tracemalloc.start()
    assert read_nessus(io.BytesIO(data), OCCASION).observations[1].holds is True
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < len(data) // 2


@pytest.mark.slow
def test_a_report_of_more_than_100_mb_is_refused_and_never_kept_in_memory() -> None:
    head = b'<NessusClientData_v2><Report><ReportHost name="a">'
    item = (
        b'<ReportItem severity="4" pluginName="hole"><plugin_output>' + b"x" * 4000 + b"</plugin_output></ReportItem>"
    )
    tracemalloc.start()
    with pytest.raises(CollectorInputError, match=f"{REPORT_LIMIT_BYTES >> 20} MB"):
        read_nessus(Endless(head, item), OCCASION)  # type: ignore[arg-type]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 << 20


def test_only_the_gravest_findings_are_listed_and_the_others_are_counted() -> None:
    def items() -> Iterator[str]:
        for number in range(3 * FINDINGS_LISTED):
            yield f'<ReportItem severity="{2 if number else 4}" pluginName="hole {number}"/>'

    text = NESSUS.format(severity="1").replace("</ReportHost>", "".join(items()) + "</ReportHost>")
    read = read_nessus(io.BytesIO(text.encode()), OCCASION)
    assert (len(read.findings), read.findings[0].severity) == (FINDINGS_LISTED, "critical")
    assert read.findings_left_out == 2 * FINDINGS_LISTED + 1


@pytest.mark.parametrize(
    "times",
    [{"1763546400": "99999999999999", "2025<": "2999<"}, {"1763546400": "soon", "Wed Nov 19 10:20:30 2025": "later"}],
    ids=["in the future", "no times"],
)
def test_a_scan_on_a_day_that_cannot_be_is_refused(times: dict[str, str]) -> None:
    with pytest.raises(CollectorInputError, match="when it was made"):
        nessus("1", **times)
