"""An incident's own page: what is due next, then where to go; and the form that closes it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from charteroak.adapters.system_clock import now
from charteroak.errors import InputError
from charteroak.portal.forms import form_page, posted
from charteroak.portal.incidents.alerts import banner_of
from charteroak.portal.incidents.duties import shown_clock
from charteroak.portal.incidents.forms import CloseForm, ReasonForm
from charteroak.portal.incidents.frame import (
    incident_of,
    incident_page,
    keeps,
    may_keep,
    next_sentence,
    own_page,
    url_of,
)
from charteroak.portal.incidents.sections import sections_of
from charteroak.portal.incidents.tasks import first_task
from charteroak.portal.people import person_of
from charteroak.records.incidents.models import Incident
from charteroak.response.duty_clocks import most_urgent, undecided
from charteroak.services.incident_clocks import clocks_of_incident
from charteroak.services.incident_closing import close_incident, left_open
from charteroak.services.incident_ending import reopen_incident, say_opened_in_error
from charteroak.services.incidents import INCIDENT_KEEPERS
from charteroak.services.programs import ProgramInputError, Recorder, recorder_for

_SHOWN_CLOCKS = 3


@require_safe
def incident(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """What is due next and to whom, the nearest clocks, and one big line for each part of the record."""
    found = incident_of(request, slug, number)
    moment = now()
    clocks = clocks_of_incident(found)
    nearest = most_urgent(clocks, moment)
    answer = next_sentence(clocks, moment)
    if found.opened_in_error is not None:
        answer = _("It was opened in error: there was no incident.")
    elif found.closed is not None:
        answer = _("This incident is closed.") + (f" {answer}" if nearest else "")
    context = {
        "page": own_page(found, answer),
        "organisation": found.organisation,
        "incident": found,
        "banner": banner_of(found.organisation) if found.space_id is None else None,
        "clocks": [shown_clock(clock, moment) for clock in nearest[:_SHOWN_CLOCKS]],
        "first_task": first_task(found, moment) if found.closed is None else None,
        "more": max(0, len(nearest) - _SHOWN_CLOCKS),
        "undecided": len(undecided(clocks)),
        "parts": sections_of(found),
        "may_keep": may_keep(request, found),
        "may_reopen": found.closed is not None and keeps(request, found),
        "facts_url": url_of(found, "incidents:facts"),
    }
    return render(request, "incidents/incident.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """Close an incident. Duties that are open are named, and each needs a reason why it stays so."""
    found = incident_of(request, slug, number, *INCIDENT_KEEPERS)
    clocks = clocks_of_incident(found)
    form = CloseForm(posted(request), left=left_open(clocks) if found.closed is None else [])
    if request.method == "POST" and form.is_valid():
        try:
            recorder = recorder_for(person_of(request))
            close_incident(found, form.cleaned_data["note"], recorder, reasons=form.reasons())
        except InputError as error:
            form.take_error(error, form.field_of(error.field) if isinstance(error, ProgramInputError) else None)
        else:
            return redirect(url_of(found))
    moment = now()
    open_ones = most_urgent(clocks, moment)
    context = {
        "page": incident_page(
            found, _("Close the incident"), _("A closed record takes one thing more: that somebody was told.")
        ),
        "organisation": found.organisation,
        "incident": found,
        "form": form,
        "clocks": [shown_clock(clock, moment) for clock in open_ones],
    }
    return form_page(request, "incidents/close.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def opened_in_error(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """Say that there was no incident."""
    found = incident_of(request, slug, number, *INCIDENT_KEEPERS)
    texts = _ReasonTexts(
        _("Opened in error"),
        _("There was no incident? Say why; every clock and alert of it ends."),
        _("Say that it was opened in error"),
        _("Nothing is deleted: facts, timeline and evidence stay, and the entry names each duty whose clock ends."),
    )
    return _with_reason(request, found, say_opened_in_error, texts)


@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """Take a closed incident up again."""
    found = incident_of(request, slug, number, *INCIDENT_KEEPERS)
    texts = _ReasonTexts(
        _("Reopen the incident"),
        _("It goes on from what is known; every duty counts as before."),
        _("Reopen it"),
        _("Limits are counted from the same moments as before. Being closed has stopped none of them."),
    )
    return _with_reason(request, found, reopen_incident, texts)


@dataclass(frozen=True, slots=True)
class _ReasonTexts:
    subject: str
    answer: str
    verb: str
    note: str


def _with_reason(
    request: HttpRequest, found: Incident, act: Callable[[Incident, str, Recorder], None], texts: _ReasonTexts
) -> HttpResponse:
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            act(found, form.cleaned_data["reason"], recorder_for(person_of(request)))
        except InputError as error:
            form.take_error(error, error.field if isinstance(error, ProgramInputError) else None)
        else:
            return redirect(url_of(found))
    context = {
        "page": incident_page(found, texts.subject, texts.answer),
        "organisation": found.organisation,
        "incident": found,
        "form": form,
        "verb": texts.verb,
        "note": texts.note,
    }
    return form_page(request, "incidents/form.html", context)
