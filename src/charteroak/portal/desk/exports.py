"""A reported mail to take away: as a document in the shape of the state's form, as STIX, as a list for spreadsheets."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from charteroak.portal.desk.wording import name_of_report
from charteroak.portal.page import Crumb, Page
from charteroak.portal.people import person_of
from charteroak.portal.programs.draft_views import as_download
from charteroak.records.reports.models import Report
from charteroak.services import phish_exports, phish_papers
from charteroak.services.access import access_report, refuse
from charteroak.services.mail_exports import PAPER_TYPES, MailFile
from charteroak.tlp import TLPLabel

LABELS = {label.value.removeprefix("TLP:").lower().replace("+", "-"): label for label in TLPLabel}
"""TLP labels as they stand in an address; RED leaves in no file."""
MOST_ON_PAGE = 100
"""Addresses and files of a mail that pass the gate for the page alone, to show what it holds back."""
_KEPT = {
    Report.Disclosure.NAMED: gettext_lazy("The organization is named, as the reporter agreed; no person is."),
    Report.Disclosure.DESK_ONLY: gettext_lazy("Who reported is withheld, as the reporter chose."),
    Report.Disclosure.ANONYMOUS: gettext_lazy("Who reported was never kept."),
}


@require_safe
def exports(request: HttpRequest, number: int) -> HttpResponse:
    """What can be taken away of a report, and what each form holds and leaves out."""
    person, row = person_of(request), access_report(request.user, number)
    seen = len((row.analysis or refuse())["observables"])
    # The gate looks for every name in each address; of very many it does so only when the bundle is taken.
    bundle = phish_exports.phish_bundle_file(person, number) if seen <= MOST_ON_PAGE else None
    crumbs = (
        Crumb(_("Desk"), reverse("desk:queue")),
        Crumb(name_of_report(row), reverse("desk:report", args=[row.pk])),
    )
    sentence = _("Take it as a document for the state, or as data for other people's tools.")
    context: dict[str, Any] = {
        "page": Page(_("Hand on report %(number)s") % {"number": number}, sentence, crumbs, row.desk),
        "report": row,
        "kept": _KEPT[Report.Disclosure(row.disclosure)],
        "form": phish_papers.form_here().provenance,
        "papers": [(ends.upper(), reverse("desk:export", args=[row.pk, ends])) for ends in PAPER_TYPES],
        "labels": [
            (label.value, f"{reverse('desk:export', args=[row.pk, 'stix'])}?tlp={word}")
            for word, label in LABELS.items()
            if label is not TLPLabel.RED
        ],
        "bundle": bundle,
        "seen": seen,
    }
    return render(request, "desk/exports.html", context)


@require_safe
def export(request: HttpRequest, number: int, form: str) -> HttpResponse:
    """One report in one form."""
    person = person_of(request)
    return as_download(exported(person, number, form, request.GET.get("tlp", "amber")))


@require_safe
def reports_table(request: HttpRequest) -> HttpResponse:
    """The newest reported mails of the desk as a list."""
    return as_download(phish_exports.reports_table_file(request.user))


@require_safe
def campaign_bundle(request: HttpRequest, number: int) -> HttpResponse:
    """The mails of a campaign as STIX."""
    label = LABELS.get(request.GET.get("tlp", "amber")) or refuse()
    return as_download(phish_exports.campaign_bundle_file(request.user, number, label).file)


def exported(person: Any, number: int, form: str, tlp: str) -> MailFile:
    """A report in the form that is asked for; what is no form is not found.

    Raises:
        AccessError: there is no such report or form.
        MailBundleError: the label lets nobody have the bundle.
        DocumentNotMadeError: the typesetter refused.
    """
    if form == "stix":
        return phish_exports.phish_bundle_file(person, number, LABELS.get(tlp) or refuse()).file
    if form == "csv":
        return phish_exports.observables_table_file(person, number)
    if form not in PAPER_TYPES:
        refuse()
    return phish_papers.phish_paper_file(person, number, form)
