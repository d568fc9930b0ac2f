"""The report of a phish as a document: for an analyst of the desk, for whoever filed it, or of a mail in a file.

The level that the reporter chose decides what stands in it (``response.phish_paper.facts``). The operator's own map of
the form's fields (``phish-form.toml`` in the data directory) takes the place of the packaged one.
"""

import logging
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.contrib.auth.models import AnonymousUser

from charteroak.errors import CharterOakError
from charteroak.intel.confidentiality import ConfidentialTerms, TermSet
from charteroak.mail.particulars import Particulars
from charteroak.mail.receiving_side import ReceivingSide
from charteroak.mail.score import Verdict
from charteroak.mail.triage import triage_signals
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.intelligence.models import OwnDomain
from charteroak.records.reports.models import Campaign, Report
from charteroak.response.phish_answer import in_language
from charteroak.response.phish_paper.facts import PhishFacts
from charteroak.response.phish_paper.field_map import FieldMap, load_field_map
from charteroak.response.phish_paper.paper import phish_paper
from charteroak.response.phish_paper.words import deeds_in_order
from charteroak.services.access import access_report, refuse
from charteroak.services.campaign_links import reasons_of
from charteroak.services.evidence_files import store_of
from charteroak.services.mail_analysis import particulars_here
from charteroak.services.mail_exports import (
    FIELD_MAP_FILE,
    MailFile,
    PaperForm,
    load_form,
    paper_of_mail,
)
from charteroak.services.own_sites import sites_here
from charteroak.services.release_review import review_for

_log = logging.getLogger(__name__)


def phish_paper_file(user: User | AnonymousUser, number: int, form: PaperForm) -> MailFile:
    """The report with this number as a file, for an analyst of its desk.

    Raises:
        AccessError: the report is absent, not theirs, or about no mail.
        DocumentNotMadeError: the typesetter refused.
    """
    return _file_of(access_report(user, number), form)


def reporters_paper_file(report: Report, form: PaperForm, *, language: str = "en") -> MailFile:
    """The same for whoever filed it and still holds its receipt: their own words, and blanks for their own names.

    It is in their language; what goes on to others is in that of the state's form.

    Raises:
        AccessError: it is about no mail.
        DocumentNotMadeError: the typesetter refused.
    """
    return _file_of(report, form, for_reporter=True, language=language)


def facts_of_report(report: Report, *, for_reporter: bool = False, language: str = "en") -> PhishFacts:
    """What may be said of a report at its reporter's level.

    Raises:
        AccessError: it is about no mail.
    """
    analysis: dict[str, Any] = report.analysis or refuse()
    particulars = particulars_of_report(report)
    explanations = {str(each["id"]): in_language(each, language).text for each in analysis["signals"]}
    found = triage_signals(explanations, Verdict(analysis["verdict"]))
    own = report.organisation
    campaign, reasons = ("", ()) if for_reporter else _campaign_of(report)
    return PhishFacts(
        analysis=analysis,
        dated=report.received,
        particulars=particulars,
        disclosure=report.disclosure,
        number=report.pk,
        organisation="" if own is None else own.name,
        masked_names=tuple(_names_in(report, particulars)),
        masked_people=tuple(_people_in(report)),
        own_domains=_own_domains(report, particulars),
        note=str(report.details.get("note", "")),
        outcome=report.outcome,
        deeds=tuple(deed for deed in deeds_in_order() if deed in report.details.get("whatHappened", [])),
        sophisticated=tuple(reason.explanation for reason in found),
        campaign=campaign,
        campaign_reasons=reasons,
        for_reporter=for_reporter,
        is_fictional=report.desk.is_fictional,
        language=language,
        sites=sites_here(),
    )


def name_to_tell(campaign: Campaign, terms: ConfidentialTerms) -> str:
    """A campaign's name, or its number where the name tells of a member: analysts name campaigns as they like."""
    return f"campaign {campaign.pk} of the desk" if terms.kinds_in_text(campaign.name) else campaign.name


def _campaign_of(report: Report) -> tuple[str, tuple[str, ...]]:
    """A report's campaign and why it belongs to it, without what another member's mail tells of that member."""
    if report.campaign is None:
        return "", ()
    terms = review_for(report.desk, ()).terms
    told = tuple(reason for reason in reasons_of(report) if not terms.kinds_in_text(reason))
    return name_to_tell(report.campaign, terms), told


def particulars_of_report(report: Report) -> Particulars | None:
    """The journey and signatures of a report's mail; ``None`` where its bytes were erased or are missing."""
    if not report.message_sha256:
        return None
    try:
        data = store_of(report.desk).read(report.message_sha256)
    except CharterOakError as error:
        _log.info("The mail of %s is not at hand: %s", report, error.code)
        return None
    contact = str(report.details.get("reporterContact", ""))
    return particulars_here(data, at=report.received, reporters=(contact,) if "@" in contact else ())[0]


def receivers_of_report(report: Report) -> ReceivingSide | None:
    """Who received a report's mail, as far as it shows; ``None`` where its bytes were erased or are missing."""
    particulars = particulars_of_report(report)
    return None if particulars is None else particulars.receivers


def _file_of(report: Report, form: PaperForm, *, for_reporter: bool = False, language: str = "en") -> MailFile:
    facts = facts_of_report(report, for_reporter=for_reporter, language=language)
    document = phish_paper(facts, form_here(language))
    name = "phish-report" if for_reporter else f"phish-report-{report.pk}"
    return paper_of_mail(document, form, name)


def form_here(language: str = "en") -> FieldMap:
    """The map of this installation, else the packaged one; one that cannot be used is not used, and the log says so.

    An operator's map is as they wrote it, whatever the language.
    """
    try:
        return load_form(Path(os.environ.get("CHARTEROAK_DATA", "data")), language)
    except CharterOakError as error:
        _log.warning("%s is not used: %s", FIELD_MAP_FILE, error)
        return load_field_map(language)


def _names_in(report: Report, particulars: Particulars | None) -> Iterator[str]:
    """Names by which the mail may tell which member reported: its own, or of those whose domains received it.

    Of a report without a name nobody knows whose it is, so that every member's name counts, but no single word: a town
    called Union would take the word out of every credit union.
    """
    receivers = TermSet()
    for organisation in _receivers(report, particulars):
        receivers.add_name(organisation.name)
    yield from _phrases(receivers)
    if report.organisation_id is None:
        anybody = TermSet()
        members = Organisation.objects.exclude(part=Organisation.Part.DESK)
        for name in members.values_list("name", flat=True).iterator():
            anybody.add_name(name)
        yield from (phrase for phrase in _phrases(anybody) if " " in phrase)


def _people_in(report: Report) -> Iterator[str]:
    """Names and addresses of those who reported, whom nobody named who agreed that the organisation may be."""
    people = TermSet()
    for person in (
        str(report.details.get("reporterName", "")),
        "" if report.filed_by is None else str(report.filed_by),
    ):
        people.add_name(person)
    for contact in ("reporterContact", "technicalContact"):
        people.add_contact(str(report.details.get(contact, "")))
    yield from _phrases(people)
    yield from people.addresses


def _own_domains(report: Report, particulars: Particulars | None) -> frozenset[str]:
    """Domains that are known to be of the receiving side; nobody knows whose a report without a name is."""
    rows = OwnDomain.objects.exclude(organisation__part=Organisation.Part.DESK)
    if report.organisation_id is not None:
        rows = rows.filter(organisation__in=_receivers(report, particulars))
    return frozenset(rows.values_list("domain", flat=True))


def _phrases(terms: TermSet) -> Iterator[str]:
    return (" ".join(phrase) for phrases in terms.phrases.values() for phrase in phrases)


def _receivers(report: Report, particulars: Particulars | None) -> Sequence[Organisation]:
    own = [] if report.organisation is None else [report.organisation]
    domains = frozenset() if particulars is None else particulars.receivers.masked()
    held = OwnDomain.objects.filter(domain__in=sorted(domains)).select_related("organisation")
    return [*own, *(row.organisation for row in held if row.organisation.part != Organisation.Part.DESK)]
