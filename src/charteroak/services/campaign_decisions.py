"""What an analyst decides about campaigns: these reports belong together, those apart; and taking a decision back.

Decisions are added and never changed. The standing ones are replayed whenever reports are grouped, the newest first, so
that a later decision is stronger than an earlier one; what can no longer be kept is a named conflict. Each is an entry
in the desk's ledger.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import transaction
from django.db.models import QuerySet

from charteroak.adapters.system_clock import now
from charteroak.clock import format_instant
from charteroak.errors import InputError
from charteroak.mail.clustering import Grouping
from charteroak.program.bodies import CampaignDecided, body_document
from charteroak.records.accounts.models import Membership, Organisation, User
from charteroak.records.reports.models import Campaign, CampaignDecision, DecidedReport, Lure, Report
from charteroak.services.access import actor_of, require_role
from charteroak.services.ledger import append_entry
from charteroak.services.regrouping import grouping_of, region_of, regroup
from charteroak.services.trait_index import lock_desk

WHY_CHARACTERS = 500
Kind = CampaignDecision.Kind


class CampaignDecisionError(InputError):
    """A decision cannot be taken as it was given; ``field`` names the form field."""

    code: ClassVar[str] = "campaign.decision"

    def __init__(self, message: str, *, field: str, remedy: str = "") -> None:
        super().__init__(message, remedy=remedy)
        self.field = field


@dataclass(frozen=True, slots=True)
class BrokenDecision:
    """A standing decision that newer ones make impossible, and for how many pairs of reports."""

    number: int
    pairs: int


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision as it was recorded, with what it makes impossible."""

    decision: CampaignDecision
    conflicts: tuple[BrokenDecision, ...]


def keep_together(
    desk: Organisation, user: User, reports: Collection[int], why: str, *, recorded: datetime | None = None
) -> Decided:
    """These reports, by number, belong together, whatever the evidence says.

    Raises:
        AccessError: the person is no analyst of the desk.
        CampaignDecisionError: fewer than two mails that were reported to the desk, or no reason.
    """
    if len(set(reports)) < 2:
        raise CampaignDecisionError("Name two reports or more.", field="reports")
    return _decide(desk, user, set(reports), set(), why, recorded)


def keep_apart(
    desk: Organisation,
    user: User,
    reports: Collection[int],
    others: Collection[int],
    why: str,
    *,
    recorded: datetime | None = None,
) -> Decided:
    """None of these reports, by number, belongs to a campaign of any of the others, whatever the evidence says.

    Raises:
        AccessError: the person is no analyst of the desk.
        CampaignDecisionError: a side is empty, a report stands on both, or no reason is given.
    """
    if not reports or not others:
        raise CampaignDecisionError("Name the reports that leave; at least one has to stay.", field="reports")
    if not set(reports).isdisjoint(others):
        raise CampaignDecisionError("A report stands on both sides.", field="reports")
    return _decide(desk, user, set(reports), set(others), why, recorded)


def split_campaign(campaign: Campaign, user: User, leaving: Collection[int], why: str) -> Decided:
    """The reports that leave, by number, are kept apart from those that stay.

    Raises:
        AccessError: the person is no analyst of the desk.
        CampaignDecisionError: none leaves, none stays, one is not of the campaign, or no reason is given.
    """
    everyone = set(campaign.reports.values_list("pk", flat=True))
    if strangers := set(leaving) - everyone:
        raise CampaignDecisionError(f"Report {min(strangers)} is not of this campaign.", field="reports")
    return keep_apart(campaign.desk, user, leaving, everyone - set(leaving), why)


def merge_campaigns(campaign: Campaign, other: Campaign, user: User, why: str) -> Decided:
    """Two campaigns of a desk are one.

    Raises:
        AccessError: the person is no analyst of the desk.
        CampaignDecisionError: they are the same, or one has no reports, or no reason is given.
    """
    if campaign.pk == other.pk or campaign.desk_id != other.desk_id:
        raise CampaignDecisionError("Choose another campaign of this desk.", field="other")
    reports = set(Report.objects.filter(campaign__in=(campaign, other)).values_list("pk", flat=True))
    return keep_together(campaign.desk, user, reports, why)


@transaction.atomic
def undo_decision(
    desk: Organisation, user: User, number: int, why: str, *, recorded: datetime | None = None
) -> Decided:
    """Take a decision back, by a new one; the evidence and the other decisions say from now on.

    Raises:
        AccessError: the person is no analyst of the desk.
        CampaignDecisionError: there is no such decision, or it was taken back before, or no reason is given.
    """
    require_role(user, desk, Membership.Role.ANALYST)
    lock_desk(desk)
    undone = CampaignDecision.objects.filter(desk=desk, number=number).exclude(kind=Kind.UNDONE).first()
    if undone is None or CampaignDecision.objects.filter(undoes=undone).exists():
        raise CampaignDecisionError(
            f"Decision {number} does not stand.", field="number", remedy="Name one that the campaign's page lists."
        )
    reports = set(undone.reports.values_list("report_id", flat=True))
    row = write_decision(desk, user, Kind.UNDONE, set(), set(), why, recorded, undoes=undone)
    _enter(row, user, len(reports), recorded)
    Campaign.objects.filter(confirmation=undone).update(
        state=Campaign.State.PROPOSED, confirmed_by=None, confirmation=None
    )
    return Decided(row, _conflicts(_regroup(desk, reports)))


def write_decision(
    desk: Organisation,
    user: User,
    kind: str,
    together: Collection[int],
    apart: Collection[int],
    why: str,
    recorded: datetime | None,
    *,
    undoes: CampaignDecision | None = None,
) -> CampaignDecision:
    """A decision's row and its reports, in the transaction of the caller, which holds the desk's lock.

    Raises:
        CampaignDecisionError: no reason is given, or it is too long.
    """
    reason = " ".join(why.split())
    if not reason or len(reason) > WHY_CHARACTERS:
        raise CampaignDecisionError(f"Say why, in {WHY_CHARACTERS} characters or fewer.", field="why")
    newest = CampaignDecision.objects.filter(desk=desk).first()
    row = CampaignDecision.objects.create(
        desk=desk, number=newest.number + 1 if newest else 1, kind=kind, by=user, made=recorded or now(), why=reason,
        undoes=undoes,
    )  # fmt: skip
    DecidedReport.objects.bulk_create(
        DecidedReport(decision=row, report_id=number, is_apart=is_apart)
        for is_apart, numbers in ((False, together), (True, apart))
        for number in sorted(numbers)
    )
    return row


def decisions_about(campaign: Campaign) -> QuerySet[CampaignDecision]:
    """Every decision, the newest first, that names a report of the campaign, with those that took one back."""
    named = CampaignDecision.objects.filter(reports__report__campaign=campaign)
    found = CampaignDecision.objects.filter(pk__in=named) | CampaignDecision.objects.filter(undoes__in=named)
    return found.select_related("by", "undoes", "undone_by").distinct().order_by("-number")


def conflicts_of(campaign: Campaign) -> tuple[BrokenDecision, ...]:
    """The standing decisions about a campaign that newer ones make impossible."""
    lures = set(Lure.objects.filter(reports__campaign=campaign).values_list("pk", flat=True))
    return _conflicts(grouping_of(campaign.desk, region_of(campaign.desk, lures)))


@transaction.atomic
def _decide(
    desk: Organisation, user: User, together: set[int], apart: set[int], why: str, recorded: datetime | None
) -> Decided:
    require_role(user, desk, Membership.Role.ANALYST)
    lock_desk(desk)
    reports = together | apart
    known = set(Report.objects.filter(desk=desk, lure__isnull=False, pk__in=reports).values_list("pk", flat=True))
    if missing := reports - known:
        raise CampaignDecisionError(
            f"Report {min(missing)} is no mail that was reported here.", field="reports", remedy="Check the number."
        )
    row = write_decision(desk, user, Kind.APART if apart else Kind.TOGETHER, together, apart, why, recorded)
    _enter(row, user, len(reports), recorded)
    return Decided(row, _conflicts(_regroup(desk, reports)))


def _regroup(desk: Organisation, reports: Collection[int]) -> Grouping:
    return regroup(desk, set(Lure.objects.filter(reports__in=reports).values_list("pk", flat=True)))


def _enter(row: CampaignDecision, user: User, reports: int, recorded: datetime | None) -> None:
    body = CampaignDecided(
        decision=row.number,
        verdict=row.kind,  # type: ignore[arg-type] # the body checks it
        reports=reports,
        undoes=row.undoes.number if row.undoes is not None else None,
        reason=row.why,
    )
    append_entry(
        row.desk,
        actor=actor_of(user),
        kind="campaign.decided",
        occurred_from=format_instant(row.made),
        body=body_document(body),
        recorded=recorded,
    )


def _conflicts(grouping: Grouping) -> tuple[BrokenDecision, ...]:
    pairs: dict[int, int] = {}
    for conflict in grouping.conflicts:
        pairs[conflict.decision] = pairs.get(conflict.decision, 0) + 1
    return tuple(BrokenDecision(number, count) for number, count in sorted(pairs.items()))
