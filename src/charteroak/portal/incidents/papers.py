"""Papers of an incident: ICS forms, a situation report, the after-action report and what people say for it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from charteroak.errors import InputError
from charteroak.portal.forms import QuestionForm, form_page, posted
from charteroak.portal.incidents.after_action_form import AfterActionForm
from charteroak.portal.incidents.fields import MomentField
from charteroak.portal.incidents.frame import incident_of, incident_page, may_keep, url_of
from charteroak.portal.people import person_of
from charteroak.portal.programs.draft_views import as_download
from charteroak.records.incidents.models import Incident
from charteroak.services.access import refuse
from charteroak.services.after_actions import NotesOvertakenError, notes_of, save_notes
from charteroak.services.incident_papers import PAPERS, incident_paper_file
from charteroak.services.incidents import INCIDENT_KEEPERS
from charteroak.services.program_papers import FORMS
from charteroak.services.programs import ProgramInputError, recorder_for

TITLES: dict[str, tuple[str | Promise, str | Promise]] = {
    "ics-201": (gettext_lazy("ICS 201, incident briefing"), gettext_lazy("For whoever takes over.")),
    "ics-202": (gettext_lazy("ICS 202, incident objectives"), gettext_lazy("For an operational period.")),
    "ics-214": (gettext_lazy("ICS 214, activity log"), gettext_lazy("What was done, in order.")),
    "situation-report": (gettext_lazy("Situation report"), gettext_lazy("What is known now, and what comes next.")),
    "after-action": (gettext_lazy("After-action report"), gettext_lazy("When it is over.")),
}
_ENDS = {"pdf": "PDF", "docx": "DOCX", "md": "Markdown"}


class PeriodForm(QuestionForm):
    """The operational period; without one, the papers tell of the whole incident."""

    records = False
    not_marked = frozenset({"begins", "ends"})
    begins = MomentField(label=gettext_lazy("From"))
    ends = MomentField(label=gettext_lazy("Until"))

    def clean(self) -> dict[str, Any]:
        """Both or none, in their order."""
        said = super().clean() or {}
        begins, ends = said.get("begins"), said.get("ends")
        if (begins is None) != (ends is None) and not self.errors:
            raise forms.ValidationError(_("A period needs both moments."))
        if begins is not None and ends is not None and ends <= begins:
            raise forms.ValidationError(_("The period ends before it begins."))
        return said

    @property
    def period(self) -> tuple[datetime, datetime] | None:
        """The period, from a valid form."""
        begins, ends = self.cleaned_data.get("begins"), self.cleaned_data.get("ends")
        return None if begins is None or ends is None else (begins, ends)


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A paper with its three forms."""

    name: str
    title: str | Promise
    text: str | Promise
    files: list[tuple[str, str]]


@require_safe
def papers(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """Every paper, filled in from the record as it is now, for the whole incident or for a period."""
    return _papers_page(request, incident_of(request, slug, number))


def _papers_page(request: HttpRequest, found: Incident) -> HttpResponse:
    form = _period_form(request)
    is_good = not form.is_bound or form.is_valid()
    asked = f"?{request.GET.urlencode()}" if form.is_bound and is_good else ""
    above = url_of(found, "incidents:papers")
    lines = [
        PaperLine(name, title, text, [(ends, f"{above}{name}.{end}{asked}") for end, ends in _ENDS.items()])
        for name, (title, text) in TITLES.items()
    ]
    answer = _("Each is filled in from the record as it is now; what is not known stays blank.")
    context = {
        "page": incident_page(found, _("Forms and reports"), answer),
        "organisation": found.organisation,
        "incident": found,
        "form": form,
        "lines": lines,
        "may_keep": may_keep(request, found),
    }
    return form_page(request, "incidents/papers.html", context)


@require_safe
def paper(request: HttpRequest, slug: str, number: str, paper: str, form: str) -> HttpResponse:
    """One paper as a file; a period that cannot be is told on the page of all papers."""
    found = incident_of(request, slug, number)
    name = next((each for each in PAPERS if each == paper), None)
    ending = next((each for each in FORMS if each == form), None)
    if name is None or ending is None:
        refuse()
    period = _period_form(request)
    if period.is_bound and not period.is_valid():
        return _papers_page(request, found)
    asked = period.period if period.is_bound else None
    made = incident_paper_file(found, name, ending, recorder_for(person_of(request)), period=asked)
    return as_download(made)


def _period_form(request: HttpRequest) -> PeriodForm:
    said = any(request.GET.get(name) for name in request.GET if name.startswith(("begins_", "ends_")))
    return PeriodForm(request.GET if said else None)


@require_http_methods(["GET", "HEAD", "POST"])
def after_action(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """What went well, what did not, who mends it until when; improvements can become gaps of the program."""
    found = incident_of(request, slug, number, *INCIDENT_KEEPERS)
    kept = notes_of(found)
    form = AfterActionForm(posted(request), kept=kept)
    recorder = recorder_for(person_of(request))
    theirs = None
    if request.method == "POST" and form.is_valid():
        try:
            said = form.cleaned_data
            opened = save_notes(found, form.notes(), recorder, seen=said["seen"] or 0, as_gaps=said["record_gaps"])
        except NotesOvertakenError as error:
            sent: QueryDict = request.POST.copy()
            theirs = notes_of(found)
            sent["seen"] = str(theirs.saves)
            form = AfterActionForm(sent, kept=theirs)
            form.is_valid()
            form.take_error(error)
        except InputError as error:
            form.take_error(error, error.field if isinstance(error, ProgramInputError) else None)
        else:
            messages.success(
                request,
                _("Saved. %(count)s improvements were recorded as gaps.") % {"count": opened}
                if opened
                else _("Saved."),
            )
            return redirect(url_of(found, "incidents:papers"))
    context = {
        "page": incident_page(
            found, _("After-action notes"), _("What went well, what did not, who mends it until when?")
        ),
        "organisation": found.organisation,
        "incident": found,
        "form": form,
        "theirs": theirs.notes if theirs is not None else None,
    }
    return form_page(request, "incidents/after_action.html", context)


def papers_line(incident: Incident) -> str:
    """Whether after-action notes were begun."""
    return _("ICS 201, 202, 214, situation report") if not notes_of(incident).saves else _("After-action notes begun")
