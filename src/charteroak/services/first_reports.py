"""Writing first reports of incidents: alone, or together with those that come at the same moment.

However it is written, a report, its version, the key of its form and its ledger entries are one transaction, the same
form makes one report, and nobody has a receipt before the commit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from charteroak.adapters.system_clock import now
from charteroak.records.accounts.models import Organisation
from charteroak.records.reports.models import FiledForm, Report, ReportVersion
from charteroak.services.exercise_guard import is_playing
from charteroak.services.filed_forms import file_once, forget_old_forms
from charteroak.services.filed_reports import FiledReport, NewReport, Reporter, enter_filed, report_row
from charteroak.services.insertion import insert_instances
from charteroak.services.written_together import WrittenTogether


@dataclass(frozen=True, slots=True)
class FirstReport:
    """A report that is about to be filed: where to, by whom, what, and the key of its form if it has one."""

    desk: Organisation
    reporter: Reporter
    new: NewReport
    record: bytes
    """Canonical JSON."""
    arrival: Mapping[str, Any] | None
    key: str
    received: datetime | None = None


def file_first(report: FirstReport) -> Report:
    """The row of a report that is on the disk, or, within a transaction of the caller's, as good as that makes it.

    The same form returns the report that it made before.
    """
    # A report of an exercise is written behind that thread's own lock, and a caller's transaction is the caller's.
    if report.new.space is not None or connection.in_atomic_block or is_playing():
        return _file_alone(report)
    return _TOGETHER.write(report)


def _file_alone(report: FirstReport) -> Report:
    return file_once(lambda: _write([report])[0], report.key, report.new.space)


def file_together(reports: Sequence[FirstReport]) -> Sequence[Report]:
    """The rows of several reports in their order, written in one transaction of its own; none of them of an exercise.

    Raises:
        IntegrityError: one of their forms was filed before; nothing was written, and each is to be filed alone.
    """
    forget_old_forms()
    # Of a form that was sent twice within a moment, the second finds the report of the first.
    places = [report.key or str(number) for number, report in enumerate(reports)]
    kept: dict[str, FirstReport] = {}
    for place, report in zip(places, reports, strict=True):
        kept.setdefault(place, report)
    with transaction.atomic():
        rows = dict(zip(kept, _write(list(kept.values()), with_forms=True), strict=True))
    return [rows[place] for place in places]


_TOGETHER = WrittenTogether(file_together, _file_alone)


def _write(reports: Sequence[FirstReport], *, with_forms: bool = False) -> list[Report]:
    """The rows of some reports; those of their ledgers come last, so that the heads are held for the shortest time."""
    rows = [report_row(each.desk, each.reporter, each.new, received=each.received) for each in reports]
    insert_instances(rows, found_by="receipt")
    insert_instances([_first_version(row, each) for row, each in zip(rows, reports, strict=True)])
    if with_forms:
        moment = now()
        forms = [(row, each.key) for row, each in zip(rows, reports, strict=True) if each.key]
        insert_instances([FiledForm(key=key, report=row, filed=moment) for row, key in forms])
    enter_filed(
        [FiledReport(row, each.new, each.reporter.user, each.received) for row, each in zip(rows, reports, strict=True)]
    )
    return rows


def _first_version(row: Report, report: FirstReport) -> ReportVersion:
    return ReportVersion(
        report=row,
        number=1,
        kind=ReportVersion.Kind.FIRST,
        record=report.record,
        sha256=report.new.sha256,
        received=row.received,
        channel=row.channel,
        arrival=report.arrival,
        disclosure=row.disclosure,
        by=row.filed_by,
    )
