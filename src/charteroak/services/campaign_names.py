"""Which campaign a group of reports is, when what belongs together has changed.

A campaign keeps its name with the group that has most of its reports (the one with its earliest report where two have
as many); a confirmed one with what was confirmed. Confirmed campaigns and older ones choose first. One that is left
without a group is merged into the campaign that most of its reports went to, and comes back when what it began with
(the reports that were confirmed; else its first report) is in another group than that campaign's own beginning.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef

from charteroak.records.accounts.models import Organisation
from charteroak.records.reports.models import Campaign, Report

_AT_ONCE = 5_000

Wishes = Mapping[int, Sequence[int]]
"""For each campaign that has reports, the groups that they are in now: the one with most of them first."""

PlaceOf = Callable[[int], int | None]
"""The group of a report, by number; none where it is in no group, or was in no campaign before."""


@dataclass(slots=True)
class Named:
    """The campaign of each group that has one, and for each campaign that lost its own the group that it went to."""

    campaigns: dict[int, Campaign] = field(default_factory=dict)
    merged: dict[int, int] = field(default_factory=dict)

    def keep(self) -> None:
        """Write which campaigns were merged, and which came back. Every group has to have its campaign by then."""
        for campaign in self.campaigns.values():
            if campaign.merged_into_id is not None:
                campaign.merged_into = None
                campaign.save(update_fields=["merged_into"])
        for old, place in self.merged.items():
            Campaign.objects.filter(pk=old).update(merged_into=self.campaigns[place])


def name_groups(desk: Organisation, wishes: Wishes, place_of: PlaceOf) -> Named:
    """Name the groups that go on under a name that the desk has given before."""
    olds = Campaign.objects.in_bulk(list(wishes))
    parted = [olds[old] for old in sorted(olds) if len(wishes[old]) > 1]
    lost = _merged_into(desk, parted)
    targets = {row.merged_into_id for row in lost}
    beginnings = _beginnings(desk, [row for row in parted if row.confirmation_id or row.pk in targets], place_of)
    wanted = {old: list(places) for old, places in wishes.items()}
    for old, place in beginnings.items():
        wanted[old].sort(key=place.__ne__)
    reserved = {places[0] for places in wanted.values() if places}
    returning = {pk: place for pk, place in _beginnings(desk, lost, place_of).items() if place not in reserved}
    wanted |= {pk: [place] for pk, place in returning.items()}
    everyone = olds | {row.pk: row for row in lost if row.pk in returning}
    named = Named()
    for number in sorted(everyone, key=lambda pk: (everyone[pk].state == Campaign.State.PROPOSED, pk)):
        places = wanted[number]
        if number in olds:
            places = [place for place in places if place not in returning.values()] or places
        if places and named.campaigns.setdefault(places[0], everyone[number]) is not everyone[number]:
            named.merged[number] = places[0]
    return named


def _merged_into(desk: Organisation, campaigns: Iterable[Campaign]) -> list[Campaign]:
    """The campaigns without reports that were merged into one of these, or into one that was."""
    found: dict[int, Campaign] = {}
    waiting = [row.pk for row in campaigns]
    empty = Campaign.objects.filter(~Exists(Report.objects.filter(campaign=OuterRef("pk"))), desk=desk)
    while waiting:
        parts = (waiting[start : start + _AT_ONCE] for start in range(0, len(waiting), _AT_ONCE))
        following = [row for part in parts for row in empty.filter(merged_into__in=part) if row.pk not in found]
        found |= {row.pk: row for row in following}
        waiting = [row.pk for row in following]
    return [found[number] for number in sorted(found)]


def _beginnings(desk: Organisation, campaigns: Iterable[Campaign], place_of: PlaceOf) -> dict[int, int]:
    """Where what these campaigns began with is now: what was confirmed, else the report with which one was named."""
    found = {}
    rows = Report.objects.filter(desk=desk, lure__isnull=False).order_by("pk")
    for campaign in campaigns:
        if campaign.confirmation_id is not None:
            first = rows.filter(decided__decision=campaign.confirmation_id)
        else:
            first = rows.filter(received=campaign.created)
        places = [place for number in first.values_list("pk", flat=True) if (place := place_of(number)) is not None]
        if places:
            found[campaign.pk] = Counter(places).most_common(1)[0][0]
    return found
