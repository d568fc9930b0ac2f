"""What every report has in common when it is filed: the desk, the reporter, the row, the ledger entries.

An anonymous report keeps neither the account nor the organisation of who filed it, in no column and no ledger. A report
of an exercise makes no entry in any ledger.
"""

import dataclasses
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from charteroak.adapters.system_clock import now
from charteroak.clock import format_instant
from charteroak.errors import CouldNotError
from charteroak.program.bodies import Body, ReportFiledWithDigest, body_document
from charteroak.receipts import make_receipt
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.exercises.models import ExerciseSpace
from charteroak.records.reports.models import Report
from charteroak.services.access import actor_of
from charteroak.services.insertion import insert_instance
from charteroak.services.ledger import NewEntry, append_to_ledgers
from charteroak.services.ready_queries import ReadyQuery

DESK_MAIL = "ctic@ct.gov"
"""Where a report goes that cannot be filed here."""


class NoDeskError(CouldNotError):
    """This installation has no desk to report to."""

    code: ClassVar[str] = "report.no-desk"


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who reports: a signed-in person for an organisation, or someone with or without a name."""

    user: User | None = None
    organisation: Organisation | None = None
    name: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class NewReport:
    """A report's row as it is first written."""

    kind: str
    outcome: str
    disclosure: str
    channel: str
    summary: str
    sha256: str
    details: Mapping[str, Any] = field(default_factory=dict)
    analysis: Mapping[str, Any] | None = None
    message_sha256: str = ""
    space: ExerciseSpace | None = None


def desk_of_installation() -> Organisation:
    """The desk that reports go to.

    Raises:
        NoDeskError: there is none.
    """
    desks = _FIRST_DESK.rows()
    if not desks:
        raise NoDeskError("There is no desk here to report to.", remedy=f"Send the report to {DESK_MAIL} by mail.")
    return desks[0]


_FIRST_DESK = ReadyQuery(lambda: Organisation.objects.filter(part=Organisation.Part.DESK).order_by("pk")[:1], 0)


def create_report(
    desk: Organisation, reporter: Reporter, new: NewReport, *, received: datetime | None = None
) -> Report:
    """Write a report's row and its entries, in the transaction of the caller."""
    row = report_row(desk, reporter, new, received=received)
    insert_instance(row)
    enter_filed([FiledReport(row, new, reporter.user, received)])
    return row


def report_row(desk: Organisation, reporter: Reporter, new: NewReport, *, received: datetime | None = None) -> Report:
    """A report's row with a receipt of its own, not written yet."""
    is_anonymous = new.disclosure == Report.Disclosure.ANONYMOUS
    return Report(
        receipt=make_receipt(secrets.token_bytes(10)),
        desk=desk,
        organisation=None if is_anonymous else reporter.organisation,
        filed_by=None if is_anonymous else reporter.user,
        kind=new.kind,
        outcome=new.outcome,
        disclosure=new.disclosure,
        channel=new.channel,
        received=received or now(),
        summary=new.summary,
        details=dict(new.details),
        analysis=new.analysis,
        message_sha256=new.message_sha256,
        space=new.space,
    )


@dataclass(frozen=True, slots=True)
class FiledReport:
    """A report's row as it was just written, with what its entries say of it."""

    row: Report
    new: NewReport
    user: User | None
    recorded: datetime | None = None


def enter_filed(filed: Sequence[FiledReport]) -> None:
    """The entries of reports that were just written, in their order."""
    entries: list[tuple[Report, NewEntry]] = []
    for each in filed:
        row, new = each.row, each.new
        body = ReportFiledWithDigest(
            report=row.pk,
            report_kind="phish" if new.kind == Report.Kind.PHISH else "incident",
            outcome=new.outcome,  # type: ignore[arg-type] # the body checks it
            channel=new.channel,
            sha256=new.sha256,
        )
        entries.append((row, _entry(row, "report.filed", body, each.user, row.received, each.recorded)))
    _append(entries)


def enter(row: Report, kind: str, body: Body, user: User | None, moment: datetime) -> None:
    """One entry in the desk's ledger and one in the member's, where it is known and the report was no exercise."""
    _append([(row, _entry(row, kind, body, user, moment))])


def _entry(
    row: Report, kind: str, body: Body, user: User | None, moment: datetime, recorded: datetime | None = None
) -> NewEntry:
    is_anonymous = row.disclosure == Report.Disclosure.ANONYMOUS
    return NewEntry(
        actor=actor_of(user) if user is not None and not is_anonymous else "system",
        kind=kind,
        occurred_from=format_instant(moment),
        body=body_document(body),
        recorded=recorded,
    )


def _append(entries: Sequence[tuple[Report, NewEntry]]) -> None:
    """Each entry in both ledgers; none for a report of an exercise."""
    ledgers: dict[int, tuple[Organisation, list[NewEntry]]] = {}
    for row, entry in entries:
        for ledger in (row.desk, row.organisation) if row.space_id is None else ():
            if ledger is not None:
                mine = entry if ledger.is_fictional else dataclasses.replace(entry, recorded=None)
                ledgers.setdefault(ledger.pk, (ledger, []))[1].append(mine)
    if ledgers:
        append_to_ledgers(list(ledgers.values()))
