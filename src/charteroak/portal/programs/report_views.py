"""A report over a period, for a board or a client: on a page, and as a file."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from charteroak.documents.client_report import ClientReport
from charteroak.portal.forms import QuestionForm, form_page
from charteroak.portal.page import Crumb, Page
from charteroak.portal.people import person_of
from charteroak.portal.programs.draft_views import as_download
from charteroak.portal.programs.forms import DateInput
from charteroak.portal.programs.recording import today
from charteroak.records.accounts.models import Organisation
from charteroak.services import client_reports
from charteroak.services.access import access_organisation, refuse
from charteroak.services.program_papers import FORMS
from charteroak.services.programs import DOSSIER_READERS, ProgramInputError, recorder_for

USUAL_DAYS = 91
"""A quarter, until someone asks for another period."""


class PeriodForm(QuestionForm):
    """The two days of a report."""

    records = False
    first = forms.DateField(
        label=gettext_lazy("From which day?"),
        widget=DateInput,
        help_text=gettext_lazy("Such as that of the last report."),
    )
    last = forms.DateField(label=gettext_lazy("To which day?"), widget=DateInput)


@require_safe
def client_report(request: HttpRequest, slug: str) -> HttpResponse:
    """What slipped, what got better and what comes next, over a period."""
    organisation = access_organisation(request.user, slug, *DOSSIER_READERS)
    form = _form(request)
    report = _report(request, organisation, form)
    answer = _("Choose a period that lies in the past.") if report is None else report.sentence
    context = {
        "page": Page(_("Report"), answer, (Crumb(_("History"), reverse("programs:as-of", args=[slug])),), organisation),
        "organisation": organisation,
        "form": form,
        "report": report,
    }
    return form_page(request, "programs/client_report.html", context)


@require_safe
def client_report_file(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """The report of a period as a file; a period that cannot be asked about is refused on the page."""
    organisation = access_organisation(request.user, slug, *DOSSIER_READERS)
    if form not in FORMS:
        refuse()
    asked = _form(request)
    if _report(request, organisation, asked) is None:
        return client_report(request, slug)
    days: tuple[date, date] = (asked.cleaned_data["first"], asked.cleaned_data["last"])
    return as_download(client_reports.report_file(organisation, *days, recorder_for(person_of(request)), form))


def _form(request: HttpRequest) -> PeriodForm:
    usual: dict[str, Any] = {"first": today() - timedelta(days=USUAL_DAYS), "last": today()}
    asked = {name: request.GET.get(name, str(day)) for name, day in usual.items()}
    return PeriodForm(asked)


def _report(request: HttpRequest, organisation: Organisation, form: PeriodForm) -> ClientReport | None:
    if not form.is_valid():
        return None
    days = form.cleaned_data["first"], form.cleaned_data["last"]
    try:
        return client_reports.client_report(organisation, *days, recorder_for(person_of(request)))
    except ProgramInputError as error:
        form.take_error(error, error.field)
        return None
