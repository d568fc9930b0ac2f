"""Reports of incidents: filed once, supplemented, corrected, withdrawn; nothing that was said is overwritten.

Whatever channel a report comes by, ``file_report`` takes the one record that ``response.incident_report`` makes. It
returns only when the record, its receipt and its ledger entries are committed to the disk, and the same form sent again
gives the same receipt. A report is reached for more by its receipt, or by an account of the organisation that filed it;
any other, and one that is closed or withdrawn, is absent.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

import msgspec
from django.db import IntegrityError, transaction
from django.db.models import Max

from charteroak.adapters.system_clock import now
from charteroak.errors import InputError
from charteroak.program.bodies import ReportCorrected, ReportSupplemented, ReportWithdrawn
from charteroak.records.accounts.models import Membership, Organisation, User
from charteroak.records.exercises.models import ExerciseSpace
from charteroak.records.reports.models import Report, ReportVersion
from charteroak.response.incident_report import (
    IncidentReportRecord,
    ReportFieldError,
    parse_report_json,
    report_bytes,
    report_sha256,
    verify_times,
)
from charteroak.response.report_history import Change, changes_between, folded
from charteroak.response.report_text import clean_text
from charteroak.services.access import organisations_of, refuse, require_role
from charteroak.services.filed_forms import key_of_form, report_of_form
from charteroak.services.filed_reports import NewReport, Reporter, desk_of_installation, enter
from charteroak.services.first_reports import FirstReport, file_first
from charteroak.services.reports import report_by_receipt

__all__ = ["Reporter"]
SUMMARY_LIMIT = 300
REASON_LIMIT = 5_000
VERSIONS_LIMIT = 200
"""Of one report. A story that needs more is several reports."""

Kind = ReportVersion.Kind


class ReportStepError(InputError):
    """A report cannot be changed as it was asked."""

    code: ClassVar[str] = "report.step"


@dataclass(frozen=True, slots=True)
class Told:
    """One version of a report, as it is shown: its row, what it said, and what that changed."""

    row: ReportVersion
    record: IncidentReportRecord | None
    changes: Sequence[Change]


def file_report(
    record: IncidentReportRecord,
    reporter: Reporter,
    *,
    channel: str,
    token: str = "",
    arrival: Mapping[str, Any] | None = None,
    desk: Organisation | None = None,
    received: datetime | None = None,
    space: ExerciseSpace | None = None,
) -> Report:
    """Record a first report; the same one with the same ``token`` returns the report that it made.

    ``arrival`` is what the channel found out about how it came, ``received`` is for made-up organisations only, and
    ``space`` makes it part of an exercise, without ledger, feed or campaign.

    Raises:
        ReportFieldError: a time lies in the future, or it is no first report; nothing was recorded.
        NoDeskError: there is no desk.
    """
    return file_first(
        first_report(
            record,
            reporter,
            channel=channel,
            token=token,
            arrival=arrival,
            desk=desk,
            received=received,
            space=space,
        )
    )


def first_report(
    record: IncidentReportRecord,
    reporter: Reporter,
    *,
    channel: str,
    token: str = "",
    arrival: Mapping[str, Any] | None = None,
    desk: Organisation | None = None,
    received: datetime | None = None,
    space: ExerciseSpace | None = None,
) -> FirstReport:
    """What ``file_report`` writes, checked and not written.

    Raises:
        ReportFieldError, NoDeskError: as ``file_report``.
    """
    receiver = desk or desk_of_installation()
    verify_times(record, received or now())
    if record.report_type != "initial":
        raise ReportFieldError("A supplement belongs to a report.", remedy="Say which, by its receipt.")
    data = report_bytes(record)
    digest = hashlib.sha256(data).hexdigest()
    new = NewReport(
        kind=Report.Kind.INCIDENT,
        outcome=record.outcome,
        disclosure=record.disclosure,
        channel=channel,
        summary=summary_of(record),
        sha256=digest,
        space=space,
    )
    return FirstReport(
        desk=receiver,
        reporter=reporter,
        new=new,
        record=data,
        arrival=_arrival_kept(arrival, record.disclosure),
        key=_key(token, digest, reporter, record.disclosure, space),
        received=received,
    )


def report_filed_before(
    record: IncidentReportRecord, reporter: Reporter, *, token: str, space: ExerciseSpace | None = None
) -> Report | None:
    """The report that this very form made when it was sent before; none if it is new or carries no token."""
    return report_of_form(_key(token, report_sha256(record), reporter, record.disclosure, space), space)


def report_to_extend(
    *, receipt: str = "", user: User | None = None, number: int | None = None, even_closed: bool = False
) -> Report:
    """The incident report that a receipt names, or that the person's organisation filed under this number.

    Raises:
        ReceiptError: the text is not a receipt code.
        AccessError: there is none, it is another's, or nothing more is taken for it.
    """
    if receipt:
        row = report_by_receipt(receipt)
    else:
        mine = organisations_of(user) if user is not None else Organisation.objects.none()
        found = (
            Report.objects.select_related("desk", "organisation").filter(pk=number or 0, organisation__in=mine).first()
        )
        if found is None:
            refuse()
        row = found
    is_over = row.withdrawn is not None or row.closed is not None
    if row.kind != Report.Kind.INCIDENT or (is_over and not even_closed):
        refuse()
    return row


def add_supplement(
    report: Report,
    record: IncidentReportRecord,
    reporter: Reporter,
    *,
    channel: str,
    token: str = "",
    arrival: Mapping[str, Any] | None = None,
) -> ReportVersion:
    """Add a supplement, a final report or the report of a ransom payment to one that stands.

    Raises:
        ReportFieldError: a time is impossible or lies in the future; nothing was recorded.
        ReportStepError: it is a first report, or there are too many versions.
        AccessError: the report is closed or withdrawn.
    """
    if record.report_type == "initial":
        raise ReportStepError("This is a first report.", remedy="Say that it is a supplement or the final report.")
    return _add(report, Kind(record.report_type), record, reporter, channel=channel, token=token, arrival=arrival)


def correct_report(
    report: Report,
    record: IncidentReportRecord,
    reporter: Reporter,
    *,
    reason: str,
    channel: str,
    token: str = "",
) -> ReportVersion:
    """Record that something was wrong, and what is right; what was said before stays readable.

    Raises:
        ReportFieldError, ReportStepError, AccessError: as ``add_supplement``.
    """
    words = clean_text(reason, limit=REASON_LIMIT, what="The reason")
    return _add(report, Kind.CORRECTION, record, reporter, channel=channel, token=token, note=words)


def withdraw_report(
    report: Report, reporter: Reporter, *, reason: str = "", channel: str, token: str = ""
) -> ReportVersion:
    """Record that the reporter takes the report back. It counts no more, and nothing of it is removed.

    Raises:
        AccessError: it is withdrawn or closed already.
    """
    words = clean_text(reason, limit=REASON_LIMIT, what="The reason")
    return _add(report, Kind.WITHDRAWAL, None, reporter, channel=channel, token=token, note=words)


def close_report(report: Report, user: User) -> None:
    """The desk is done with a report: nothing more is taken for it.

    Raises:
        AccessError: the person is no analyst of the desk that has it.
    """
    require_role(user, report.desk, Membership.Role.ANALYST)
    Report.objects.filter(pk=report.pk, closed=None).update(closed=now())
    report.refresh_from_db(fields=["closed"])


def told_of(report: Report) -> tuple[Told, ...]:
    """Every version of a report in order, with what each of them changed."""
    told: list[Told] = []
    whole: IncidentReportRecord | None = None
    for row in report.versions.select_related("by"):
        record = record_of(row)
        changes: Sequence[Change] = ()
        if record is not None and whole is not None:
            changes = changes_between(whole, record)
            whole = folded(whole, [(record, row.kind == Kind.CORRECTION)])
        elif record is not None:
            whole = record
        told.append(Told(row, record, changes))
    return tuple(told)


def record_of(row: ReportVersion) -> IncidentReportRecord | None:
    """What a version said; nothing where it said only that the report is withdrawn."""
    return None if row.record is None else parse_report_json(bytes(row.record))


def standing_record(report: Report) -> IncidentReportRecord:
    """What the report says as a whole, after all that was added and corrected.

    Raises:
        AccessError: it has no record: a suspicious mail is no incident report.
    """
    said = [(told.record, told.row.kind == Kind.CORRECTION) for told in told_of(report) if told.record is not None]
    if not said:
        refuse()
    return folded(said[0][0], said[1:])


def summary_of(record: IncidentReportRecord) -> str:
    """The first line of a report, as queues show it."""
    first = record.narrative.partition("\n")[0]
    return first if len(first) <= SUMMARY_LIMIT else f"{first[: SUMMARY_LIMIT - 1]}\u2026"


def _add(
    report: Report,
    kind: Kind,
    record: IncidentReportRecord | None,
    reporter: Reporter,
    *,
    channel: str,
    token: str = "",
    note: str = "",
    arrival: Mapping[str, Any] | None = None,
) -> ReportVersion:
    digest = "" if record is None else report_sha256(record)
    key = _key(token, f"{report.pk}:{kind}:{digest}:{note}", reporter, report.disclosure)
    before = report.versions.filter(token_key=key).first() if key else None
    if before is not None:
        return before
    if record is not None:
        record = _under_level_of(report, record)
        verify_times(record, now())
        _verify_whole(report, record, corrects=kind is Kind.CORRECTION)
    try:
        with transaction.atomic():
            locked = _locked(report)
            version = _write_version(
                locked, kind, record, reporter, channel=channel, key=key, note=note, arrival=arrival, digest=digest
            )
            _enter_version(locked, version, reporter.user, note)
    except IntegrityError:
        again = report.versions.filter(token_key=key).first() if key else None
        if again is None:
            raise
        return again
    report.refresh_from_db()
    return version


def _under_level_of(report: Report, record: IncidentReportRecord) -> IncidentReportRecord:
    """The record under the report's own level, which a supplement does not change.

    Raises:
        ReportFieldError: the report is anonymous, and the record holds a name.
    """
    same = msgspec.structs.replace(record, disclosure=Report.Disclosure(report.disclosure).value)
    return parse_report_json(report_bytes(same))


def _verify_whole(report: Report, record: IncidentReportRecord, *, corrects: bool) -> None:
    """Refuse a version with which the report as a whole would contradict itself."""
    whole = folded(standing_record(report), [(record, corrects)])
    # A report that became anonymous later still has the names that were given before.
    parse_report_json(report_bytes(msgspec.structs.replace(whole, disclosure="desk-only")))


def _locked(report: Report) -> Report:
    """The report's row, held until the transaction ends; none that is over."""
    rows = Report.objects if report.space_id is None else Report.played
    row = rows.select_for_update(of=("self",)).select_related("desk", "organisation").get(pk=report.pk)
    if row.withdrawn is not None or row.closed is not None:
        refuse()
    return row


def _write_version(
    report: Report,
    kind: Kind,
    record: IncidentReportRecord | None,
    reporter: Reporter,
    *,
    channel: str,
    key: str,
    note: str,
    arrival: Mapping[str, Any] | None,
    digest: str,
) -> ReportVersion:
    last = report.versions.aggregate(last=Max("number"))["last"] or 0
    if last >= VERSIONS_LIMIT:
        raise ReportStepError(f"This report has {last} versions already.", remedy="File what is new as a report.")
    moment = now()
    is_anonymous = report.disclosure == Report.Disclosure.ANONYMOUS
    version = ReportVersion.objects.create(
        report=report,
        number=last + 1,
        kind=kind,
        record=None if record is None else report_bytes(record),
        sha256=digest,
        received=moment,
        channel=channel,
        arrival=_arrival_kept(arrival, report.disclosure),
        disclosure=report.disclosure,
        by=None if is_anonymous else reporter.user,
        note=note,
        token_key=key,
    )
    if record is None:
        report.withdrawn = moment
    else:
        report.outcome = record.outcome
        if kind is Kind.CORRECTION and record.narrative:
            report.summary = summary_of(record)
    report.save(update_fields=["withdrawn", "outcome", "summary"])
    return version


def _enter_version(report: Report, version: ReportVersion, user: User | None, note: str) -> None:
    number, channel = version.number, version.channel
    match version.kind:
        case Kind.WITHDRAWAL:
            withdrawn = ReportWithdrawn(report=report.pk, number=number, channel=channel, reason=note)
            enter(report, "report.withdrawn", withdrawn, user, version.received)
        case Kind.CORRECTION:
            corrected = ReportCorrected(
                report=report.pk, number=number, channel=channel, sha256=version.sha256, reason=note
            )
            enter(report, "report.corrected", corrected, user, version.received)
        case _:
            supplemented = ReportSupplemented(
                report=report.pk,
                number=number,
                report_type=version.kind,  # type: ignore[arg-type] # the body checks it
                channel=channel,
                sha256=version.sha256,
            )
            enter(report, "report.supplemented", supplemented, user, version.received)


def _arrival_kept(arrival: Mapping[str, Any] | None, disclosure: str) -> Mapping[str, Any] | None:
    """How a report came, without whether an account of this installation sent it where no name was to be kept."""
    if arrival is None or disclosure != Report.Disclosure.ANONYMOUS:
        return arrival
    return {"verified": False, "finding": "No name is to be kept; nothing about the sender was recorded."}


def _key(token: str, what: str, reporter: Reporter, disclosure: str, space: ExerciseSpace | None = None) -> str:
    is_anonymous = disclosure == Report.Disclosure.ANONYMOUS
    people = (None, None) if is_anonymous else (reporter.user, reporter.organisation)
    who = [each.pk if each is not None else None for each in (*people, space)]
    return key_of_form(token, ["incident", what, who])
