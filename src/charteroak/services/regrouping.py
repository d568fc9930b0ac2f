"""Group anew what a change has touched, and keep the answer: campaigns, their reports, the links with their reasons.

What is regrouped is always closed: with a lure come all reports of its campaign, and with a report come all reports
that a standing decision names beside it. So the answer for a part is the part of the answer for the whole.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet

from charteroak.mail.clustering import Decision, Group, Grouping, Node, group_nodes
from charteroak.mail.evidence import desk_salt, evidence_of
from charteroak.records.accounts.models import Organisation
from charteroak.records.reports.models import Campaign, CampaignDecision, CampaignLink, DecidedReport, Lure, Report
from charteroak.services import trait_index
from charteroak.services.campaign_links import keys_of
from charteroak.services.campaign_names import name_groups

_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class GroupedReport:
    """What is needed of a report to group it."""

    number: int
    lure: int
    campaign: int | None
    message: str


@dataclass(slots=True)
class Region:
    """Reports to be grouped by themselves, with the standing decisions about them."""

    reports: dict[int, GroupedReport] = field(default_factory=dict)
    decisions: list[Decision] = field(default_factory=list)


def regroup(desk: Organisation, lures: Iterable[int]) -> Grouping:
    """Group the reports of these lures and of their campaigns, and keep the answer, within the caller's transaction."""
    region = region_of(desk, lures)
    nodes, bearers = nodes_of(desk, region)
    grouping = _grouped(desk, region, nodes)
    settle(desk, region, grouping.groups, bearers)
    return grouping


def grouping_of(desk: Organisation, region: Region) -> Grouping:
    """How the reports of a region group; nothing is kept."""
    return _grouped(desk, region, nodes_of(desk, region)[0])


def _grouped(desk: Organisation, region: Region, nodes: Sequence[Node]) -> Grouping:
    shared = [code for code, count in _counted(nodes).items() if count > 1]
    return group_nodes(nodes, trait_index.profiles_of_traits(desk, shared), region.decisions)


def region_of(desk: Organisation, lures: Iterable[int]) -> Region:
    """The smallest closed region with these lures."""
    region = Region()
    rows = Report.objects.filter(desk=desk, lure__isnull=False)
    waiting = _read(rows.filter(lure__in=part) for part in _parts(lures))
    standing = standing_decisions(desk)
    while waiting:
        region.reports |= {report.number: report for report in waiting}
        campaigns = {report.campaign for report in waiting if report.campaign is not None}
        together = _read(rows.filter(campaign__in=part) for part in _parts(campaigns))
        alike = _read(rows.filter(lure__in=part) for part in _parts({report.lure for report in waiting}))
        named = {
            number
            for decision in standing
            if not region.reports.keys().isdisjoint(everyone := {*decision.together, *decision.apart_from})
            for number in everyone
        }
        beside = _read(rows.filter(pk__in=part) for part in _parts(named - region.reports.keys()))
        found = {report.number: report for report in (*together, *alike, *beside)}
        waiting = [report for number, report in found.items() if number not in region.reports]
    region.decisions = [
        decision
        for decision in standing
        if not region.reports.keys().isdisjoint((*decision.together, *decision.apart_from))
    ]
    return region


def standing_decisions(desk: Organisation) -> list[Decision]:
    """Every decision that was not taken back."""
    sides: dict[int, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    rows = DecidedReport.objects.filter(decision__desk=desk, decision__undone_by=None).exclude(
        decision__kind=CampaignDecision.Kind.UNDONE
    )
    for number, report, is_apart in rows.order_by("report_id").values_list("decision__number", "report_id", "is_apart"):
        sides[number][is_apart].append(report)
    return [Decision(number, tuple(ones), tuple(others)) for number, (ones, others) in sorted(sides.items())]


def nodes_of(desk: Organisation, region: Region) -> tuple[list[Node], dict[int, list[int]]]:
    """What is grouped, and the reports of each node: the reports of a lure, as far as the same was decided about them.

    A report that a decision keeps apart from others is a node of its own. A node is named by its earliest report.
    """
    kept_apart: set[int] = set()
    together: dict[int, tuple[int, ...]] = defaultdict(tuple)
    for decision in region.decisions:
        if decision.apart_from:
            kept_apart.update(decision.together, decision.apart_from)
        for number in decision.together:
            together[number] += (decision.number,)
    alike: dict[tuple[int, int, tuple[int, ...]], list[int]] = defaultdict(list)
    for number in sorted(region.reports):
        alone = number if number in kept_apart else 0
        alike[region.reports[number].lure, alone, together.get(number, ())].append(number)
    found: dict[int, tuple[int, tuple[int, ...]]] = {}
    salt = desk_salt(desk.pk)
    for part in _parts({lure for lure, *_ in alike}):
        for row in Lure.objects.filter(pk__in=part):
            found[row.pk] = row.digest, tuple(evidence_of(keys_of(row), salt))
    nodes, bearers = [], {}
    for (lure, _, decisions), numbers in alike.items():
        digest, codes = found[lure]
        message = region.reports[numbers[0]].message if len(numbers) == 1 else ""
        order: tuple[str | int, ...] = (digest, message, *decisions)
        nodes.append(Node(numbers[0], order, codes, copies=len(numbers)))
        bearers[numbers[0]] = numbers
    return nodes, bearers


def settle(desk: Organisation, region: Region, groups: Sequence[Group], bearers: Mapping[int, Sequence[int]]) -> None:
    """Keep the answer: which campaign each report has, and the links. ``campaign_names`` says which name goes on."""
    members = [sorted(number for name in group.members for number in bearers[name]) for group in groups]
    place_of = {number: place for place, numbers in enumerate(members) for number in numbers}
    olds = {report.campaign for report in region.reports.values() if report.campaign is not None}
    named = name_groups(desk, _wishes(region, place_of), place_of.get)
    chosen = named.campaigns
    unnamed = [place for place in range(len(members)) if place not in chosen]
    chosen |= zip(unnamed, new_campaigns(desk, [members[place][0] for place in unnamed]), strict=True)
    moves: dict[int | None, list[int]] = defaultdict(list)
    for number, report in region.reports.items():
        campaign = chosen[place_of[number]].pk if number in place_of else None
        if campaign != report.campaign:
            moves[campaign].append(number)
    for campaign, numbers in moves.items():
        for part in _parts(numbers):
            Report.objects.filter(pk__in=part).update(campaign=campaign)
    named.keep()
    CampaignLink.objects.filter(campaign__in=olds | {row.pk for row in chosen.values()}).delete()
    CampaignLink.objects.bulk_create(
        CampaignLink(campaign=chosen[place], first=tie.first, second=tie.second, worth=tie.worth, decision=tie.decision)
        for place, group in enumerate(groups)
        for tie in group.ties
    )


def _wishes(region: Region, place_of: Mapping[int, int]) -> dict[int, list[int]]:
    """The groups that each campaign's reports are in now: the one with most of them first, else with the earliest."""
    votes: dict[int, Counter[int]] = defaultdict(Counter)
    earliest: dict[tuple[int, int], int] = {}
    for number in sorted(region.reports):
        old, place = region.reports[number].campaign, place_of.get(number)
        if old is not None and place is not None:
            votes[old][place] += 1
            earliest.setdefault((old, place), number)
    return {
        old: sorted(counts, key=lambda place: (-counts[place], earliest[old, place])) for old, counts in votes.items()
    }


def new_campaigns(desk: Organisation, earliest: Sequence[int]) -> list[Campaign]:
    """A new campaign for each of these earliest reports, with the next numbers of the desk."""
    received = {
        number: moment
        for part in _parts(earliest)
        for number, moment in Report.objects.filter(pk__in=part).values_list("pk", "received")
    }
    count = Campaign.objects.filter(desk=desk).count()
    return Campaign.objects.bulk_create(
        Campaign(desk=desk, name=f"Campaign {received[report]:%Y}-{count + place:03d}", created=received[report])
        for place, report in enumerate(earliest, start=1)
    )


def _read(queries: Iterable[QuerySet[Report]]) -> list[GroupedReport]:
    found = []
    for rows in queries:
        values = rows.values_list("pk", "lure_id", "campaign_id", "message_sha256")
        found += [GroupedReport(*row) for row in values]
    return found


def _parts(values: Iterable[int]) -> Iterable[list[int]]:
    """Numbers in lists that a statement can take."""
    ordered = sorted(values)
    return (ordered[start : start + _AT_ONCE] for start in range(0, len(ordered), _AT_ONCE))


def _counted(nodes: Iterable[Node]) -> Counter[int]:
    counts: Counter[int] = Counter()
    for node in nodes:
        for code in node.codes:
            counts[code] += node.copies
    return counts
