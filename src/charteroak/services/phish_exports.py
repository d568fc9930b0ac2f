"""Reported mails for programs: as a STIX 2.1 bundle that passed the release gate, and as lists for spreadsheets.

No reporter, no recipient and no organisation stands in any of them, whatever level a reporter chose: what programs
exchange is about the attacker.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from charteroak.clock import format_instant
from charteroak.intel.confidentiality import ConfidentialTerms
from charteroak.intel.mail_bundle import (
    MAX_MAILS,
    Gate,
    MailBundle,
    campaign_identifier,
    mail_bundle,
)
from charteroak.intel.stix import NamedObject
from charteroak.program.tables import render_csv
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.reports.models import Campaign, Report
from charteroak.response.own_sites import official_domains
from charteroak.response.protected_receivers import protect_receivers
from charteroak.services.access import access_campaign, access_desk, access_report, refuse
from charteroak.services.mail_analysis import names_here
from charteroak.services.mail_exports import (
    CSV_MEDIA_TYPE,
    OBSERVABLE_COLUMNS,
    STIX_MEDIA_TYPE,
    WITHHELD,
    MailFile,
    observable_rows,
    seen_mail,
)
from charteroak.services.own_sites import sites_here
from charteroak.services.phish_papers import name_to_tell, receivers_of_report
from charteroak.services.publication import desk_identity
from charteroak.services.release_review import review_for
from charteroak.tlp import TLPLabel

MOST_ROWS = 500
"""Of a list of reports, the newest: every text in it is searched for every name that must not leave."""
REPORT_COLUMNS = (
    "report", "received", "outcome", "verdict", "score", "partial", "campaign", "subject", "sender", "sha256",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class BundleFile:
    """A bundle as a file to hand out, with what was held back and why."""

    file: MailFile
    indicators: int
    held_back: tuple[tuple[str, str], ...]


def phish_bundle_file(user: User | AnonymousUser, number: int, tlp: TLPLabel = TLPLabel.AMBER) -> BundleFile:
    """The report with this number as a bundle, for an analyst of its desk.

    Raises:
        AccessError: the report is absent, not theirs, or about no mail.
        MailBundleError: the label lets nobody have it.
    """
    report = access_report(user, number)
    if report.analysis is None:
        refuse()
    return _bundle_of(report.desk, [report], tlp, f"phish-report-{report.pk}.stix.json")


def campaign_bundle_file(user: User | AnonymousUser, number: int, tlp: TLPLabel = TLPLabel.AMBER) -> BundleFile:
    """The mails of a campaign as a bundle, the newest of them where there are very many.

    Raises:
        AccessError: the campaign is absent or not theirs, or has no mail.
        MailBundleError: the label lets nobody have it.
    """
    campaign = access_campaign(user, number)
    live = campaign.reports.filter(desk=campaign.desk, analysis__isnull=False, withdrawn__isnull=True)
    reports = list(live.select_related("desk", "organisation").order_by("-received", "-pk")[:MAX_MAILS])
    if not reports:
        refuse()
    return _bundle_of(campaign.desk, reports[::-1], tlp, f"campaign-{campaign.pk}.stix.json", campaign=campaign)


def reports_table_file(user: User | AnonymousUser) -> MailFile:
    """The newest reported mails of a desk as a list that no spreadsheet calculates; who reported is not in it.

    Raises:
        AccessError: the person is no analyst of a desk.
    """
    desk = access_desk(user)
    reports = Report.objects.filter(desk=desk, analysis__isnull=False).select_related("campaign")[:MOST_ROWS]
    terms = review_for(desk, ()).terms
    rows = (_report_row(report, terms) for report in reports)
    return MailFile("phish-reports.csv", CSV_MEDIA_TYPE, render_csv(REPORT_COLUMNS, rows))


def observables_table_file(user: User | AnonymousUser, number: int) -> MailFile:
    """What stood in one reported mail, as a list that no spreadsheet calculates.

    Raises:
        AccessError: the report is absent, not theirs, or about no mail.
    """
    report = access_report(user, number)
    analysis: Mapping[str, Any] = report.analysis or refuse()
    terms = review_for(report.desk, ()).terms
    protect_receivers(terms, receivers_of_report(report))
    rows = observable_rows(analysis, str(report.pk), terms, sites_here())
    return MailFile(f"phish-report-{report.pk}.csv", CSV_MEDIA_TYPE, render_csv(OBSERVABLE_COLUMNS, rows))


def _bundle_of(
    desk: Organisation, reports: Sequence[Report], tlp: TLPLabel, name: str, *, campaign: Campaign | None = None
) -> BundleFile:
    review = review_for(desk, ())
    mails = []
    for report in reports:
        protect_receivers(review.terms, receivers_of_report(report))
        mails.append(seen_mail(report.analysis or refuse(), key=f"report {report.pk}", received=report.received))
    with transaction.atomic():
        # An identity that is not there yet begins before anything that it publishes.
        publisher = desk_identity(desk, at=min(report.received for report in reports))
    named = None if campaign is None else _campaign_named(campaign, publisher, tlp)
    # An analyst may release the page of a school that was broken into, one by one; no file hands it out by itself.
    lists = review.lists.with_own_domains(official_domains(names_here()))
    made: MailBundle = mail_bundle(mails, Gate(lists, review.terms, tlp), publisher=publisher, campaign=named)
    return BundleFile(MailFile(name, STIX_MEDIA_TYPE, made.data), made.indicators, made.held_back)


def _campaign_named(campaign: Campaign, publisher: NamedObject, tlp: TLPLabel) -> NamedObject:
    return NamedObject(
        id=campaign_identifier(publisher.id, tlp, campaign.pk, campaign.name),
        name=campaign.name,
        created=campaign.created,
        modified=campaign.created,
    )


def _report_row(report: Report, terms: ConfidentialTerms) -> dict[str, str]:
    analysis: Mapping[str, Any] = report.analysis or {}
    subject, sender = str(analysis.get("subject", "")), str(analysis.get("from", ""))
    return {
        "report": str(report.pk),
        "received": format_instant(report.received),
        "outcome": report.outcome,
        "verdict": str(analysis.get("verdict", "")),
        "score": str(analysis.get("score", "")),
        "partial": "yes" if analysis.get("status") == "partial" else "no",
        "campaign": "" if report.campaign is None else name_to_tell(report.campaign, terms),
        "subject": WITHHELD if terms.kinds_in_text(subject) else subject,
        "sender": WITHHELD if terms.kinds_in_text(sender) else sender,
        "sha256": report.message_sha256,
    }
