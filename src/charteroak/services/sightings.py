"""Sightings: how often a member saw an indicator of the desk. Counts leave the member, and nothing else does."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import Max, Min, Sum

from charteroak.adapters.system_clock import now
from charteroak.clock import format_instant
from charteroak.errors import InputError
from charteroak.intel.stix import MAX_SIGHTING_COUNT
from charteroak.records.accounts.models import Membership, Organisation, User
from charteroak.records.intelligence.models import IndicatorRecord, Sighting
from charteroak.services.access import actor_of, require_role
from charteroak.services.ledger import append_entry


class SightingInputError(InputError):
    """A sighting cannot be taken as described; nothing was recorded."""

    code: ClassVar[str] = "intel.sighting.invalid"


@dataclass(frozen=True, slots=True)
class SightingCount:
    """An indicator of the desk, how often it was seen, and when first and last."""

    stix_id: str
    count: int
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True, slots=True)
class SightingSummary:
    """What a desk knows of one indicator from all members together."""

    stix_id: str
    count: int
    organisations: int
    first_seen: datetime | None
    last_seen: datetime | None


@transaction.atomic
def send_sighting(
    member: Organisation,
    desk: Organisation,
    sighting: SightingCount,
    *,
    by: User,
    recorded: datetime | None = None,
) -> Sighting:
    """Send counts from a member to a desk of this installation. Both ledgers record it, in one transaction.

    Raises:
        AccessError: the person may not act for the member.
        SightingInputError: the count or the times are none, or the desk never released such an indicator.
    """
    require_role(by, member, Membership.Role.SECURITY_LEAD, Membership.Role.PROVIDER)
    _check(desk, sighting)
    append_entry(
        member,
        actor=actor_of(by),
        kind="sighting.sent",
        occurred_from=format_instant(sighting.first_seen),
        occurred_to=format_instant(sighting.last_seen),
        body={**_counts(sighting), "desk": desk.slug},
        recorded=recorded,
    )
    return record_sighting(desk, sighting, reported_by=member, actor=actor_of(by), recorded=recorded)


@transaction.atomic
def record_sighting(
    desk: Organisation,
    sighting: SightingCount,
    *,
    reported_by: Organisation,
    actor: str = "system",
    recorded: datetime | None = None,
) -> Sighting:
    """Record at the desk what a member counted. The caller has made sure who the member is.

    Raises:
        SightingInputError: the count or the times are none, or the desk never released such an indicator.
    """
    _check(desk, sighting)
    entry = append_entry(
        desk,
        actor=actor,
        kind="sighting.received",
        occurred_from=format_instant(sighting.first_seen),
        occurred_to=format_instant(sighting.last_seen),
        body={**_counts(sighting), "organisation": reported_by.slug},
        recorded=recorded,
    )
    return Sighting.objects.create(
        desk=desk,
        stix_id=sighting.stix_id,
        organisation=reported_by,
        count=sighting.count,
        first_seen=sighting.first_seen,
        last_seen=sighting.last_seen,
        received=recorded or now(),
        entry=entry,
    )


def sightings_of(desk: Organisation, stix_id: str) -> SightingSummary:
    """All members' counts of one indicator, added up; it names none of them."""
    rows = Sighting.objects.filter(desk=desk, stix_id=stix_id)
    sums = rows.aggregate(count=Sum("count"), first=Min("first_seen"), last=Max("last_seen"))
    return SightingSummary(
        stix_id=stix_id,
        count=sums["count"] or 0,
        organisations=rows.values("organisation").distinct().count(),
        first_seen=sums["first"],
        last_seen=sums["last"],
    )


def _check(desk: Organisation, sighting: SightingCount) -> None:
    if not 1 <= sighting.count <= MAX_SIGHTING_COUNT:
        raise SightingInputError(f"A sighting counts from 1 to {MAX_SIGHTING_COUNT}.")
    if sighting.first_seen.tzinfo is None or sighting.last_seen.tzinfo is None:
        raise SightingInputError("A sighting's times have an offset.")
    if sighting.last_seen < sighting.first_seen:
        raise SightingInputError("A sighting was first seen before it was last seen.")
    released = IndicatorRecord.objects.filter(desk=desk, stix_id=sighting.stix_id, released_at__isnull=False)
    if not released.exists():
        raise SightingInputError(
            "The desk never released such an indicator.", remedy="Name an indicator that it shared."
        )


def _counts(sighting: SightingCount) -> dict[str, Any]:
    return {
        "indicator": sighting.stix_id,
        "count": sighting.count,
        "firstSeen": format_instant(sighting.first_seen),
        "lastSeen": format_instant(sighting.last_seen),
    }
