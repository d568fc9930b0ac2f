"""An incident's own page: what is due next, then where to go; and the form that closes it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from charteroak.adapters.system_clock import now
from charteroak.errors import InputError
from charteroak.portal.forms import form_page, posted
from charteroak.portal.incidents.alerts import banner_of
from charteroak.portal.incidents.duties import shown_clock
from charteroak.portal.incidents.forms import CloseForm
from charteroak.portal.incidents.frame import incident_of, incident_page, may_keep, next_sentence, own_page, url_of
from charteroak.portal.incidents.sections import sections_of
from charteroak.portal.incidents.tasks import first_task
from charteroak.portal.people import person_of
from charteroak.response.duty_clocks import most_urgent, undecided
from charteroak.services.incident_clocks import clocks_of_incident
from charteroak.services.incident_closing import close_incident, left_open
from charteroak.services.incidents import INCIDENT_KEEPERS
from charteroak.services.programs import ProgramInputError, recorder_for

_SHOWN_CLOCKS = 3


@require_safe
def incident(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """What is due next and to whom, the nearest clocks, and one big line for each part of the record."""
    found = incident_of(request, slug, number)
    moment = now()
    clocks = clocks_of_incident(found)
    nearest = most_urgent(clocks, moment)
    answer = next_sentence(clocks, moment)
    if found.closed is not None:
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
