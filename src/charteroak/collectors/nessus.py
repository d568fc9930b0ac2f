"""A Nessus report, version 2 of the format (``NessusClientData_v2``): hosts, results of severity 0 to 4, times."""

from datetime import UTC, date, datetime
from typing import BinaryIO
from xml.etree.ElementTree import Element

from charteroak.collectors.collected import Collected, CollectorInputError, FindingSeverity, Occasion, shown
from charteroak.collectors.scanner_reports import ScanTally
from charteroak.collectors.scanner_xml import Path, read_elements

NAME, VERSION = "nessus", "2"
_ROOT = "NessusClientData_v2"
_SEVERITIES: dict[str, FindingSeverity] = {"0": "none", "1": "low", "2": "medium", "3": "high", "4": "critical"}
_HOST = (_ROOT, "Report", "ReportHost")
_ITEM = (*_HOST, "ReportItem")
_TAG = (*_HOST, "HostProperties", "tag")
_TIMES = frozenset({"HOST_START_TIMESTAMP", "HOST_END_TIMESTAMP", "HOST_START", "HOST_END"})
_WRITTEN = "%a %b %d %H:%M:%S %Y"
"""Without a zone; the day is taken as it stands."""


def read_nessus(source: BinaryIO, occasion: Occasion) -> Collected:
    """What a scan found.

    Raises:
        CollectorInputError: it is no such report, goes beyond a limit, or holds no host or no day.
    """
    tally = ScanTally(needs_credentials=True)

    def opened(path: Path, element: Element) -> None:
        if len(path) == 1 and path[0] != _ROOT:
            raise CollectorInputError(
                f"This is no Nessus report: it begins with {shown(path[0], 60)!r}.",
                remedy="Export the scan as Nessus (.nessus), version 2.",
            )
        if path == _HOST:
            tally.host = shown(element.get("name") or "", 120) or "a host without a name"
            tally.hosts.add(tally.host)

    for path, element in read_elements(source, _is_wanted, opened):
        if path == _TAG:
            _read_tag(element, tally)
        else:
            _read_result(element, tally)
    return tally.collected(NAME, VERSION, occasion)


def _is_wanted(path: Path) -> bool:
    return path in {_TAG, _ITEM}


def _read_result(element: Element, tally: ScanTally) -> None:
    severity = _SEVERITIES.get(element.get("severity") or "")
    if severity is None:
        tally.pass_over_result(f"a result of severity {shown(element.get('severity') or 'none', 20)!r}")
        return
    port = element.get("port") or "0"
    title = element.get("pluginName") or f"plug-in {element.get('pluginID') or 'without a number'}"
    tally.add(severity, title, tally.host if port == "0" else f"{tally.host}, port {port}")


def _read_tag(element: Element, tally: ScanTally) -> None:
    name, text = element.get("name") or "", (element.text or "").strip()
    if name in _TIMES:
        day = _day(name, text)
        if day is None:
            tally.pass_over(f"the time {name} of {tally.host}")
        else:
            tally.days.add(day)
    elif name == "Credentialed_Scan":
        if text.lower() == "true":
            tally.looked_into += 1
        else:
            tally.unscanned += 1


def _day(name: str, text: str) -> date | None:
    try:
        if name.endswith("TIMESTAMP"):
            return datetime.fromtimestamp(int(text[:15]), UTC).date()
        return datetime.strptime(" ".join(text.split()), _WRITTEN).date()  # noqa: DTZ007 - the format knows no zone
    except (ValueError, OverflowError, OSError):
        return None
