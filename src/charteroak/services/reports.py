"""Reports: filing them durably, linking them to campaigns, reading them back.

A receipt is returned only after the transaction has been committed to the disk. One report makes one entry in the
desk's ledger and, where a member filed it, one in the member's: reporting is evidence that the program is followed.
"""

import hashlib
import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import Count, QuerySet

from charteroak.adapters.system_clock import now
from charteroak.clock import format_instant
from charteroak.errors import InputError
from charteroak.mail.analysis import Analysis
from charteroak.mail.campaign import campaign_keys
from charteroak.receipts import parse_receipt
from charteroak.records.accounts.models import Membership, Organisation, User
from charteroak.records.reports.models import Campaign, CampaignDecision, QueueVisit, Report
from charteroak.services.access import actor_of, refuse, require_role
from charteroak.services.campaign_confirmations import confirmed_reports
from charteroak.services.campaign_decisions import write_decision
from charteroak.services.campaigns import place_report
from charteroak.services.evidence_files import keeping
from charteroak.services.filed_forms import file_once, key_of_form, report_of_form
from charteroak.services.filed_reports import (
    DESK_MAIL,
    NewReport,
    NoDeskError,
    Reporter,
    create_report,
    desk_of_installation,
)
from charteroak.services.ledger import append_entry
from charteroak.services.mail_analysis import analyze_reported
from charteroak.services.trait_index import lock_desk

__all__ = ["DESK_MAIL", "NoDeskError", "Reporter", "desk_of_installation"]

MESSAGE_LIMIT_BYTES = 25 << 20
"""One reported message (facts: 25 MB is what mail providers carry)."""


class ReportInputError(InputError):
    """A report cannot be taken as it was handed in; ``field`` names the form field."""

    code: ClassVar[str] = "report.invalid"

    def __init__(self, message: str, *, field: str, remedy: str = "") -> None:
        super().__init__(message, remedy=remedy)
        self.field = field


@dataclass(frozen=True, slots=True)
class PhishReport:
    """A suspicious mail as handed in: the original message with its headers.

    ``carriers`` are addresses of people who only passed it on and are kept out of everything derived; ``arrival`` is
    what is known of how it came.
    """

    message: bytes
    outcome: str
    disclosure: str = Report.Disclosure.DESK_ONLY
    what_happened: Sequence[str] = ()
    note: str = ""
    channel: str = "web"
    carriers: Sequence[str] = ()
    arrival: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class QueueItem:
    """One line of the desk's queue."""

    report: Report
    is_new: bool


@dataclass(frozen=True, slots=True)
class Queue:
    """The desk's queue as one answer: how much is new, how much of it belongs to campaigns, and the lines."""

    new: int
    new_in_campaigns: int
    looked: datetime | None
    items: Sequence[QueueItem] = field(default_factory=tuple)


def read_message(message: bytes, *, reporter: Reporter, carriers: Collection[str] = ()) -> Analysis:
    """Analyse a reported message within limits; nothing is recorded.

    Raises:
        ReportInputError: it is empty, too large, or no mail message at all.
    """
    remedy = "Save the original mail as a file (.eml) and choose that file."
    if not message.strip():
        raise ReportInputError("The mail is empty.", field="message", remedy=remedy)
    if len(message) > MESSAGE_LIMIT_BYTES:
        raise ReportInputError(
            f"The mail is larger than {MESSAGE_LIMIT_BYTES >> 20} MB.", field="message", remedy="Describe it instead."
        )
    addresses = tuple(each for each in (reporter.contact, *carriers) if each)
    analysis = analyze_reported(message, reporters=addresses, names=(reporter.name,))
    if analysis.status == "unreadable":
        raise ReportInputError("This is not a mail message with its headers.", field="message", remedy=remedy)
    return analysis


def filed_before(report: PhishReport, reporter: Reporter, *, token: str) -> Report | None:
    """The report that this very form made when it was sent before; none if it is new or carries no token."""
    return report_of_form(_key_of_form(report, reporter, token))


def file_phish_report(
    report: PhishReport,
    reporter: Reporter,
    *,
    desk: Organisation | None = None,
    received: datetime | None = None,
    token: str = "",
) -> Report:
    """Analyse a suspicious mail, keep its bytes, link it to a campaign, and record it at the desk.

    The returned report (and its receipt) is durable. ``received`` is for made-up sample organisations only. With the
    ``token`` of a form, the same form sent again returns the report that it made.

    Raises:
        ReportInputError: the message or an answer cannot be used; nothing was recorded.
        NoDeskError: there is no desk.
    """
    receiver = desk or desk_of_installation()
    _check_choice(report.outcome, Report.Outcome.values, "outcome")
    _check_choice(report.disclosure, Report.Disclosure.values, "disclosure")
    analysis = read_message(report.message, reporter=reporter, carriers=report.carriers)
    keys = campaign_keys(analysis)

    def record() -> Report:
        files.keep(stored)
        row = create_report(
            receiver,
            reporter,
            NewReport(
                kind=Report.Kind.PHISH,
                outcome=report.outcome,
                disclosure=report.disclosure,
                channel=report.channel,
                summary=analysis.subject[:300] or "(no subject)",
                sha256=stored.sha256,
                details=_details(report, reporter),
                analysis=analysis.to_json(""),
                message_sha256=stored.sha256,
            ),
            received=received,
        )
        place_report(row, keys)
        return row

    with keeping(receiver) as files:
        stored = files.put(io.BytesIO(report.message))
        return file_once(record, _key_of_form(report, reporter, token))


def _key_of_form(report: PhishReport, reporter: Reporter, token: str) -> str:
    answers = asdict(report)
    message = hashlib.sha256(answers.pop("message", b"")).hexdigest()
    who = [each.pk if each is not None else None for each in (reporter.user, reporter.organisation)]
    known = [who, reporter.name, reporter.contact]
    if report.disclosure == Report.Disclosure.ANONYMOUS:
        known = [[None, None], "", ""]
    return key_of_form(token, [type(report).__name__, message, *known, answers])


def _details(report: PhishReport, reporter: Reporter) -> dict[str, Any]:
    details: dict[str, Any] = {"whatHappened": list(report.what_happened), "note": report.note[:5000]}
    if report.arrival is not None:
        details["arrival"] = dict(report.arrival)
    if report.disclosure != Report.Disclosure.ANONYMOUS:
        details |= {"reporterName": reporter.name[:200], "reporterContact": reporter.contact[:300]}
    return details


def report_by_receipt(text: str) -> Report:
    """The report that a receipt names; whoever holds the receipt may see its status.

    Raises:
        ReceiptError: the text is not a receipt code.
        AccessError: there is no such report.
    """
    receipt = parse_receipt(text)
    row = Report.objects.select_related("desk", "campaign").filter(receipt=receipt).first()
    if row is None:
        refuse()
    return row


def desk_queue(desk: Organisation, user: User, *, limit: int = 200) -> Queue:
    """The newest reports of a desk, with what is new since this analyst last looked."""
    visit = QueueVisit.objects.filter(user=user, desk=desk).first()
    looked = visit.looked if visit else None
    rows = Report.objects.filter(desk=desk).select_related("campaign", "organisation")
    fresh = rows if looked is None else rows.filter(received__gt=looked)
    return Queue(
        new=fresh.count(),
        new_in_campaigns=fresh.filter(campaign__isnull=False).count(),
        looked=looked,
        items=tuple(QueueItem(row, looked is None or row.received > looked) for row in rows[:limit]),
    )


def mark_queue_seen(desk: Organisation, user: User) -> None:
    """Remember that this analyst has looked at the queue now."""
    QueueVisit.objects.update_or_create(user=user, desk=desk, defaults={"looked": now()})


def campaigns_of(desk: Organisation) -> QuerySet[Campaign]:
    """A desk's campaigns with the number of their reports, newest first; none that has lost its reports."""
    return Campaign.objects.filter(desk=desk).annotate(report_count=Count("reports")).filter(report_count__gt=0)


@transaction.atomic
def confirm_campaign(campaign: Campaign, user: User, *, recorded: datetime | None = None) -> Campaign:
    """An analyst confirms that a campaign's reports belong together; the desk's ledger records it.

    They stay together from now on, however the evidence changes, until the decision is taken back. Confirming twice
    records nothing new, unless reports have joined since then: a confirmation holds for those that the analyst saw.
    The desk is locked before the campaign is read, as whoever files a mail does.

    Raises:
        AccessError: the person is no analyst of the campaign's desk.
    """
    require_role(user, campaign.desk, Membership.Role.ANALYST)
    lock_desk(campaign.desk)
    locked = Campaign.objects.get(pk=campaign.pk)
    members = list(locked.reports.order_by("pk").values_list("pk", flat=True))
    if confirmed_reports().filter(campaign=locked).count() == len(members):
        return locked
    locked.state = Campaign.State.CONFIRMED
    locked.confirmed_by = user
    locked.confirmation = write_decision(
        locked.desk, user, CampaignDecision.Kind.TOGETHER, members, (), f"Confirmed as {locked.name}.", recorded
    )
    locked.save(update_fields=["state", "confirmed_by", "confirmation"])
    moment = format_instant(recorded or now())
    append_entry(
        locked.desk,
        actor=actor_of(user),
        kind="campaign.confirmed",
        occurred_from=moment,
        body={"campaign": locked.name, "reports": len(members)},
        recorded=recorded,
    )
    return locked


def _check_choice(value: str, allowed: Sequence[str], name: str) -> None:
    if value not in allowed:
        raise ReportInputError("Choose one of the answers.", field=name)
