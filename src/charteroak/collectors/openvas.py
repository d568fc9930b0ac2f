"""A report of OpenVAS (Greenbone): an XML ``report`` alone, in another one, or in the answer of GMP ``get_reports``."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import BinaryIO
from xml.etree.ElementTree import Element

from charteroak.clock import TimeFormatError, parse_instant
from charteroak.collectors.collected import Collected, CollectorInputError, FindingSeverity, Occasion, shown
from charteroak.collectors.scanner_reports import ScanTally
from charteroak.collectors.scanner_xml import Path, read_elements

NAME, VERSION = "openvas", "2"
_ROOTS = frozenset({"report", "get_reports_response"})
_TIMES = frozenset({"scan_start", "scan_end"})
_TOLD = _TIMES | {"scan_run_status", "result_count"}
_FINISHED = "Done"
_LEVELS: tuple[tuple[Decimal, FindingSeverity], ...] = (
    (Decimal("9.0"), "critical"), (Decimal("7.0"), "high"), (Decimal("4.0"), "medium"), (Decimal("0.1"), "low"),
)  # fmt: skip
"""From which CVSS score on (FIRST, CVSS v3.1, section 5)."""


def read_openvas(source: BinaryIO, occasion: Occasion) -> Collected:
    """What a scan found.

    Raises:
        CollectorInputError: it is no such report, goes beyond a limit, or holds no host or no day.
    """
    tally = ScanTally()
    statuses: set[str] = set()
    ended = False

    def opened(path: Path, _element: Element) -> None:
        if len(path) == 1 and path[0] not in _ROOTS:
            raise CollectorInputError(
                f"This is no OpenVAS report: it begins with {shown(path[0], 60)!r}.",
                remedy="Export the report as XML.",
            )

    for path, element in read_elements(source, _is_wanted, opened):
        if path[-1] == "result":
            _read_result(element, tally)
        elif path[-1] == "ip":
            if host := shown(element.text or "", 120):
                tally.hosts.add(host)
        elif path[-1] == "scan_run_status":
            statuses.add(shown((element.text or "").strip(), 40))
        elif path[-1] == "result_count":
            _read_count(element, tally)
        elif (element.text or "").strip():  # A scan that is not finished has an empty end.
            ended = ended or path[-1] == "scan_end"
            _read_time(element, tally)
    if told := sorted(statuses - {_FINISHED}):
        tally.unfinished = f"The scan is not done: its status is {', '.join(told)!r}."
    elif not statuses and not ended:
        tally.unfinished = "The report does not say that the scan came to its end."
    return tally.collected(NAME, VERSION, occasion)


def _is_wanted(path: Path) -> bool:
    if path[-2:] == ("results", "result") or path[-3:] == ("report", "host", "ip"):
        return True
    return path[-1] in _TOLD and path[-2:-1] == ("report",)


def _read_result(element: Element, tally: ScanTally) -> None:
    host = shown((element.findtext("host") or "").strip(), 120) or "a host without a name"
    score = (element.findtext("severity") or "").strip()
    try:
        number = Decimal(score[:10])
    except InvalidOperation:
        tally.pass_over_result(f"a result of severity {shown(score, 20)!r} about {host}")
        return
    if not number.is_finite() or number > 10:
        tally.pass_over_result(f"a result of severity {shown(score, 20)!r} about {host}")
        return
    tally.hosts.add(host)
    # A score below zero is no measure of harm: a false positive, an error, or what the scanner noted by the way.
    severity: FindingSeverity = next((level for least, level in _LEVELS if number >= least), "none")
    title = (element.findtext("name") or element.findtext("nvt/name") or "a result without a name").strip()
    port = (element.findtext("port") or "").strip()
    tally.add(severity, title, f"{host}, {port}" if port else host)


def _read_count(element: Element, tally: ScanTally) -> None:
    """How many results the scan had: all of them, also those that a filter kept out of the file."""
    numbers = [(each.text or "").strip() for each in (element, *element.findall("full"), *element.findall("filtered"))]
    said = [number for number in numbers if number]
    if not said or not all(number.isascii() and number.isdigit() and len(number) < 12 for number in said):
        tally.pass_over_result("how many results there are")
        return
    tally.results_told += max(map(int, said))


def _read_time(element: Element, tally: ScanTally) -> None:
    text = (element.text or "").strip()
    try:
        day: date = parse_instant(text).date()
    except TimeFormatError:
        tally.pass_over(f"the time {element.tag} {shown(text, 40)!r}")
    else:
        tally.days.add(day)
