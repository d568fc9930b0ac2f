"""Why reports are of one campaign, in words: the links that hold it together, and what the two ends of each share."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from charteroak.mail.campaign import link_strength
from charteroak.mail.domains import registrable_domain, shared_services
from charteroak.mail.evidence import desk_salt, evidence_of
from charteroak.mail.fingerprint import CampaignKey
from charteroak.records.intelligence.models import OwnDomain
from charteroak.records.reports.models import Campaign, CampaignLink, Lure, Report
from charteroak.services.trait_index import profiles_of_traits

NO_REASON = "an earlier version grouped it; the command phish campaigns rebuild finds today's reasons"
"""What is said of a report that nothing on record links."""


@dataclass(frozen=True, slots=True)
class ReportLink:
    """A link between two reports by number: points, reasons, and the decision that made it if an analyst did."""

    first: int
    second: int
    score: float
    reasons: tuple[str, ...]
    decision: int | None = None


def keys_of(lure: Lure) -> tuple[CampaignKey, ...]:
    """A lure's traits."""
    return tuple(CampaignKey(kind, value) for kind, value in lure.traits)


def links_of(campaign: Campaign, *, most: int = 500) -> list[ReportLink]:
    """The links that hold a campaign together, the strongest first."""
    return _worded(campaign, list(campaign.links.all()[:most]), own_names(campaign))


def own_names(campaign: Campaign) -> frozenset[str]:
    """The addresses of a campaign's reporters and every member's own domains: what no page about it tells."""
    names = set(OwnDomain.objects.exclude(organisation=campaign.desk_id).values_list("domain", flat=True))
    contacts = campaign.reports.values_list("details__reporterContact", flat=True)
    for contact in {str(contact).strip().lower() for contact in contacts}:
        _local, at, host = contact.partition("@")
        if at:
            names.add(contact)
            domain = registrable_domain(host)
            if domain and shared_services().kind_of(domain) != "free-mail":
                names.add(domain)
    return frozenset(names)


def reasons_of(report: Report) -> tuple[str, ...]:
    """Why a report is of its campaign: what its strongest link says. Nothing where it is of none.

    A campaign of an earlier version has no links until it is grouped anew; then that is what is said.
    """
    if report.campaign is None:
        return ()
    alike = report.campaign.reports.filter(lure=report.lure).order_by("pk").values_list("pk", flat=True)
    links = report.campaign.links
    link = links.filter(first__in=alike).first()
    other = links.filter(second__in=alike).first()
    best = max((each for each in (link, other) if each is not None), key=lambda each: each.worth, default=None)
    if best is None:
        return ("another report is of the same mail",) if len(alike) > 1 else (NO_REASON,)
    return _worded(report.campaign, [best], own_names(report.campaign))[0].reasons


def _worded(campaign: Campaign, rows: Sequence[CampaignLink], own: Collection[str]) -> list[ReportLink]:
    ends = {number for row in rows for number in (row.first, row.second)}
    reports = Report.objects.filter(pk__in=ends).select_related("lure")
    keys = {report.pk: keys_of(report.lure) for report in reports if report.lure is not None}
    salt = desk_salt(campaign.desk_id)
    evidence = {number: evidence_of(found, salt) for number, found in keys.items()}
    shared: set[int] = set()
    for row in rows:
        shared |= evidence.get(row.first, {}).keys() & evidence.get(row.second, {}).keys()
    profiles = profiles_of_traits(campaign.desk, shared)
    frequency = {key: profiles[code] for found in evidence.values() for code, key in found.items() if code in profiles}
    links = []
    for row in rows:
        if row.decision is not None:
            links.append(ReportLink(row.first, row.second, 0.0, (_decided(row.decision),), row.decision))
            continue
        strength = link_strength(keys.get(row.first, ()), keys.get(row.second, ()), frequency, own=own)
        links.append(ReportLink(row.first, row.second, strength.score, strength.reasons))
    return links


def _decided(number: int) -> str:
    return f"an analyst decided that they belong together (decision {number})"
