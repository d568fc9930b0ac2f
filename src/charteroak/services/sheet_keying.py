"""Sheets of paper filed from what an operator of the desk keyed.

The record is the one that the same answers make by any other channel; who keyed it and which sheet it was stand beside
it.
"""

import hashlib
from collections.abc import Mapping

from charteroak.adapters.system_clock import now
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.reports.models import Report
from charteroak.response.incident_report import IncidentReportRecord, parse_report, without_names
from charteroak.response.report_sheet import Keyed, document_from_keys, parse_sheet_number
from charteroak.services.access import Role, require_role
from charteroak.services.filed_reports import Reporter
from charteroak.services.incident_reports import file_report


def read_sheet(keyed: Mapping[str, Keyed], language: str = "en") -> IncidentReportRecord:
    """The record of what was keyed from a sheet in this language; nothing is recorded.

    Raises:
        SheetError: a block does not hold.
        ReportFieldError: an answer cannot be taken.
    """
    document = document_from_keys(keyed) | {"language": language}
    if document.get("disclosure") == "anonymous":
        document = without_names(document)
    return parse_report(document, received=now())


def file_sheet(
    desk: Organisation, number: str, keyed: Mapping[str, Keyed], operator: User, *, language: str = "en"
) -> Report:
    """File a sheet that an analyst of the desk keyed and compared; the same sheet keyed twice alike is one report.

    Raises:
        AccessError: the person is no analyst of this desk.
        SheetError, ReportFieldError: as ``read_sheet``; the number of the sheet is checked too.
    """
    require_role(operator, desk, Role.ANALYST)
    sheet = parse_sheet_number(number)
    record = read_sheet(keyed, language)
    checked = sorted(letter for letter, said in keyed.items() if said.text.strip() and said.check.strip())
    arrival = {
        "verified": False,
        "finding": "Keyed from a sheet of paper. Who wrote it is a claim until somebody has called back.",
        "sheet": sheet,
        "keyedBy": f"user:{operator.pk}",
        "blocksWithCheck": checked,
    }
    token = f"sheet:{hashlib.sha256(sheet.encode()).hexdigest()}"
    return file_report(record, Reporter(), channel="sheet", token=token, arrival=arrival, desk=desk)
