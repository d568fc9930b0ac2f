"""Who may know who reported: chosen by the reporter, widened only with recorded consent, narrowed from now on.

The levels, from narrow to wide: anonymous, the desk only, named to other members. To widen needs the words that were
shown and agreed to; they stand in the version and in the ledger's entry. To narrow needs nobody's leave. It holds from
that moment: what was told before cannot be taken back, and the words on the page say so.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import Max

from charteroak.adapters.system_clock import now
from charteroak.errors import InputError
from charteroak.program.bodies import DisclosureWidened
from charteroak.records.reports.models import Report, ReportVersion
from charteroak.response.incident_report import parse_report, report_bytes, report_document, report_sha256
from charteroak.services.access import refuse
from charteroak.services.filed_reports import Reporter, enter
from charteroak.services.incident_reports import standing_record

LEVELS = (Report.Disclosure.ANONYMOUS, Report.Disclosure.DESK_ONLY, Report.Disclosure.NAMED)
"""From narrow to wide."""


class ConsentError(InputError):
    """Nobody may be told more without the reporter's own words of consent."""

    code: ClassVar[str] = "disclosure.no-consent"


def is_wider(after: str, before: str) -> bool:
    """Whether a level lets more people know than another."""
    return LEVELS.index(Report.Disclosure(after)) > LEVELS.index(Report.Disclosure(before))


def change_disclosure(
    report: Report,
    level: str,
    reporter: Reporter,
    *,
    consent: str = "",
    names: Mapping[str, Any] | None = None,
    channel: str,
) -> Report:
    """Let more people, or fewer, know who reported.

    ``consent`` is the text that the reporter was shown and agreed to; ``names`` are the answers of the record that an
    anonymous report did not keep (``reporter``, ``entity``, ``technicalContact``). The account of a signed-in reporter
    is joined to the report when it stops being anonymous, and taken off when it becomes so.

    Raises:
        ConsentError: it would be wider, and no words were agreed to.
        ReportFieldError: a name cannot be used.
        AccessError: the report is withdrawn or closed.
    """
    if level not in Report.Disclosure.values:
        raise ConsentError("Choose one of the answers.", remedy="Say who may know.")
    with transaction.atomic():
        rows = Report.objects if report.space_id is None else Report.played
        row = rows.select_for_update(of=("self",)).select_related("desk", "organisation").get(pk=report.pk)
        before = row.disclosure
        if row.withdrawn is not None or row.closed is not None:
            refuse()
        if level == before:
            return row
        widens = is_wider(level, before)
        if widens and not consent.strip():
            raise ConsentError(
                "This lets more people know who reported.", remedy="The reporter is to agree to it first."
            )
        version = _write(row, level, consent if widens else "", names or {}, channel, reporter)
        if widens:
            body = DisclosureWidened(
                report=row.pk,
                number=version.number,
                before=before,  # type: ignore[arg-type] # the body checks it
                after=level,  # type: ignore[arg-type] # see above
                words=consent,
            )
            enter(row, "disclosure.widened", body, reporter.user, version.received)
    return row


def _write(
    row: Report, level: str, words: str, names: Mapping[str, Any], channel: str, reporter: Reporter
) -> ReportVersion:
    standing = standing_record(row)
    said: dict[str, Any] = {"outcome": standing.outcome, "disclosure": level, "reportType": "supplement"}
    if level != Report.Disclosure.ANONYMOUS:
        said |= dict(names)
        entity = report_document(standing).get("entity", {})
        if entity and names.get("entity"):
            said["entity"] = {**entity, **names["entity"]}
    record = parse_report(said)
    row.disclosure = level
    is_anonymous = level == Report.Disclosure.ANONYMOUS
    row.organisation = None if is_anonymous else (row.organisation or reporter.organisation)
    row.filed_by = None if is_anonymous else (row.filed_by or reporter.user)
    row.save(update_fields=["disclosure", "organisation", "filed_by"])
    return ReportVersion.objects.create(
        report=row,
        number=(row.versions.aggregate(last=Max("number"))["last"] or 0) + 1,
        kind=ReportVersion.Kind.DISCLOSURE,
        record=report_bytes(record),
        sha256=report_sha256(record),
        received=now(),
        channel=channel,
        disclosure=level,
        by=None if is_anonymous else reporter.user,
        note=words,
    )
