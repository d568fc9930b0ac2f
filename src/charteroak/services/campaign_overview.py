"""A campaign as an analyst looks at it: when it came, who sends it with what to where, what to block, how it works.

Nothing of a reporter or a recipient is in it: traits and observables name neither, and what a member's report names
as its own is left out of what all members' mails hold.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from charteroak.mail.evidence import shown_value
from charteroak.mail.fingerprint import CampaignKey
from charteroak.records.reports.models import Campaign, Report
from charteroak.response.own_sites import OwnSites
from charteroak.services.campaign_confirmations import confirmed_reports
from charteroak.services.campaign_links import NO_REASON, keys_of, links_of, own_names
from charteroak.services.own_sites import sites_here

MOST_MEMBERS = 200
MOST_INDICATORS = 40
_COLUMNS = {
    "sender-address": "sender",
    "sender-domain": "sender",
    "sender-name": "sender",
    "reply-address": "sender",
    "reply-domain": "sender",
    "subject": "lure",
    "attachment": "infrastructure",
    "link-domain": "infrastructure",
    "link-address": "infrastructure",
}


@dataclass(frozen=True, slots=True)
class Member:
    """A report of the campaign, and why it is in it."""

    report: Report
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Feature:
    """A sender, a lure or a piece of infrastructure, as it may be shown, and the reports that have it."""

    column: str
    kind: str
    text: str
    reports: frozenset[int]


@dataclass(frozen=True, slots=True)
class SeenIndicator:
    """Something to block: what it is, as it may be shown, and in how many reports it stood."""

    type: str
    defanged: str
    reports: int


@dataclass(frozen=True, slots=True)
class Overview:
    """The whole answer. ``reports`` counts all; ``members`` are the newest where there are very many.

    ``confirmed`` counts those that an analyst confirmed to belong together; others may have joined since then.
    """

    campaign: Campaign
    reports: int
    confirmed: int
    organisations: int
    members: Sequence[Member]
    days: Sequence[tuple[date, int]]
    features: Sequence[Feature]
    indicators: Sequence[SeenIndicator]
    indicators_left: int
    sites: Sequence[SeenIndicator]
    """True sites of public bodies and of protected names that the mails name: nothing to block."""
    sites_left: int
    techniques: Sequence[tuple[str, int]]


def overview_of(campaign: Campaign) -> Overview:
    """Look at a campaign."""
    rows = campaign.reports.all()
    members = list(rows.select_related("organisation", "lure").order_by("-received", "-pk")[:MOST_MEMBERS])
    members.reverse()
    days = Counter(moment.date() for moment in rows.values_list("received", flat=True))
    own = own_names(campaign)
    sites = sites_here()
    indicators, true_sites = _indicators(members, own, sites)
    return Overview(
        campaign=campaign,
        reports=sum(days.values()),
        confirmed=confirmed_reports().filter(campaign=campaign).count(),
        organisations=rows.filter(organisation__isnull=False).values("organisation").distinct().count(),
        members=_with_reasons(campaign, members),
        days=sorted(days.items()),
        features=_features(members, own, sites),
        indicators=indicators[:MOST_INDICATORS],
        indicators_left=max(0, len(indicators) - MOST_INDICATORS),
        sites=true_sites[:MOST_INDICATORS],
        sites_left=max(0, len(true_sites) - MOST_INDICATORS),
        techniques=_techniques(members),
    )


def other_campaigns(campaign: Campaign) -> list[Campaign]:
    """The newest other campaigns of its desk that have reports."""
    rows = Campaign.objects.filter(desk=campaign.desk, reports__isnull=False).exclude(pk=campaign.pk)
    return list(rows.distinct()[:MOST_MEMBERS])


def standing_name(campaign: Campaign) -> Campaign:
    """The campaign itself, or the one that its reports went to."""
    seen = {campaign.pk}
    while campaign.merged_into is not None and not campaign.reports.exists() and campaign.merged_into_id not in seen:
        campaign = campaign.merged_into
        seen.add(campaign.pk)
    return campaign


def _with_reasons(campaign: Campaign, members: Sequence[Report]) -> list[Member]:
    """Each with the reasons of its strongest link; a copy of a mail names the mail's first report."""
    best: dict[int, tuple[str, ...]] = {}
    for link in links_of(campaign, most=5 * MOST_MEMBERS):
        for number, other in ((link.first, link.second), (link.second, link.first)):
            best.setdefault(number, (f"with report {other}", *link.reasons))
    firsts: dict[int | None, int] = {}
    copied: set[int | None] = set()
    for number, lure in campaign.reports.order_by("pk").values_list("pk", "lure_id"):
        if firsts.setdefault(lure, number) != number:
            copied.add(lure)
    found = []
    for report in members:
        first = firsts.get(report.lure_id, report.pk)
        reasons = best.get(report.pk) or (() if first == report.pk else (f"the same mail as report {first}",))
        of_itself = "the first report of this mail" if report.lure_id in copied else NO_REASON
        found.append(Member(report, reasons or (of_itself,)))
    return found


def _features(members: Iterable[Report], own: Collection[str], sites: OwnSites) -> list[Feature]:
    holders: dict[tuple[str, str, str], set[int]] = defaultdict(set)
    for report in members:
        for key in keys_of(report.lure) if report.lure is not None else ():
            is_site = key.kind == "link-domain" and sites.holds_seen({"type": "domain", "value": key.value})
            if key.kind in _COLUMNS and not is_site and not _is_own(key.value, own):
                holders[_COLUMNS[key.kind], key.kind, _shown(key)].add(report.pk)
    found = [Feature(*what, frozenset(reports)) for what, reports in holders.items()]
    return sorted(found, key=lambda feature: (-len(feature.reports), feature.column, feature.kind, feature.text))


def _shown(key: CampaignKey) -> str:
    return f"SHA-256 {key.value[:16]}…" if key.kind == "attachment" else shown_value(key)


def _is_own(value: str, own: Collection[str]) -> bool:
    text = value.lower()
    return any(name in text for name in own)


def _indicators(
    members: Sequence[Report], own: Collection[str], sites: OwnSites
) -> tuple[list[SeenIndicator], list[SeenIndicator]]:
    """What to block, and the true sites that are no part of it."""
    seen: Counter[tuple[str, str, str]] = Counter()
    for report in members:
        observables: Sequence[Mapping[str, Any]] = (report.analysis or {}).get("observables", ())
        seen.update({(str(one["type"]), str(one["value"]), str(one["defanged"])) for one in observables})
    # Most of the hundreds of names stand nowhere, and 200 mails hold up to 100,000 values.
    written = "\n".join(value for _type, value, _defanged in seen).lower()
    own = [name for name in own if name in written]
    found: tuple[list[SeenIndicator], list[SeenIndicator]] = ([], [])
    for (type_, value, defanged), count in sorted(seen.items(), key=lambda item: (-item[1], item[0])):
        if not _is_own(value, own):
            is_site = sites.holds_seen({"type": type_, "value": value})
            found[is_site].append(SeenIndicator(type_, defanged, count))
    return found


def _techniques(members: Iterable[Report]) -> list[tuple[str, int]]:
    """ATT&CK techniques that the mails' signals show, with the number of reports that show each."""
    counts: Counter[str] = Counter()
    for report in members:
        signals: Sequence[Mapping[str, Any]] = (report.analysis or {}).get("signals", ())
        counts.update({str(signal["technique"]) for signal in signals if signal.get("technique")})
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
