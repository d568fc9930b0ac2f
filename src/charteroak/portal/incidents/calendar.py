"""Limits in a calendar: secret addresses to make and revoke, a file of one incident, and the feed itself."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from charteroak.portal.forms import form_page, posted
from charteroak.portal.incidents.forms import FeedForm
from charteroak.portal.incidents.frame import incident_of
from charteroak.portal.page import Crumb, Page
from charteroak.portal.people import person_of
from charteroak.services.access import access_organisation, refuse
from charteroak.services.incident_calendar import (
    calendar_by_token,
    calendar_of_incident,
    feeds_of,
    open_feed,
    revoke_feed,
)
from charteroak.services.incidents import INCIDENT_KEEPERS
from charteroak.services.programs import ProgramInputError, recorder_for

_TYPE = "text/calendar; charset=utf-8"
_MOST_DIGITS = 15


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def addresses(request: HttpRequest, slug: str) -> HttpResponse:
    """The secret addresses: make one, which is shown once, or revoke one."""
    organisation = access_organisation(request.user, slug, *INCIDENT_KEEPERS)
    here = reverse("incidents:calendar", args=[slug])
    recorder = recorder_for(person_of(request))
    if "revoke" in request.POST:
        number = request.POST["revoke"]
        is_number = number.isascii() and number.isdecimal() and len(number) <= _MOST_DIGITS
        revoke_feed(organisation, int(number) if is_number else refuse(), recorder)
        messages.success(request, _("That address works no more."))
        return redirect(here)
    form = FeedForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            token = open_feed(organisation, form.cleaned_data["name"], recorder)
        except ProgramInputError as error:
            form.take_error(error, error.field)
        else:
            address = request.build_absolute_uri(reverse("calendar-feed", args=[token]))
            words = _("Copy this address into your calendar program now; it is not shown again: {address}")
            messages.success(request, format_html(words, address=format_html("<code>{}</code>", address)))
            return redirect(here)
    feeds = feeds_of(organisation)
    page = Page(
        _("Limits in a calendar"),
        _("An address for a calendar program. Whoever has it reads numbers and duties, never titles."),
        (Crumb(_("Incidents"), reverse("incidents:overview", args=[slug])),),
        organisation,
    )
    return form_page(
        request, "incidents/calendar.html", {"page": page, "organisation": organisation, "form": form, "feeds": feeds}
    )


@require_safe
def download(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """The limits of one incident as a file; an exercise wakes nobody, and puts nothing into anybody's calendar."""
    incident = incident_of(request, slug, number)
    if incident.space_id is not None:
        refuse()
    answer = HttpResponse(calendar_of_incident(incident), content_type=_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{incident.number}.ics"'
    return answer


@login_not_required
@require_safe
@never_cache
def feed(request: HttpRequest, token: str) -> HttpResponse:  # noqa: ARG001 - a view's signature
    """The calendar behind a secret address, for a program without an account."""
    return HttpResponse(calendar_by_token(token), content_type=_TYPE)
