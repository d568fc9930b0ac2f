"""The incidents of an organisation, and the form that opens one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from charteroak.adapters.system_clock import now
from charteroak.clock import format_instant
from charteroak.errors import InputError
from charteroak.portal.forms import form_page, posted
from charteroak.portal.incidents.alerts import banner_of
from charteroak.portal.incidents.facts import Said, known_answers
from charteroak.portal.incidents.forms import OpenForm
from charteroak.portal.incidents.frame import next_sentence, url_of
from charteroak.portal.page import Crumb, Page
from charteroak.portal.people import person_of
from charteroak.records.accounts.models import Organisation
from charteroak.records.incidents.models import Incident
from charteroak.records.reports.models import Report
from charteroak.response.incident_times import MomentError
from charteroak.response.playbooks import playbook_named
from charteroak.response.reported_facts import ReportedFacts
from charteroak.services.access import access_organisation, roles_in
from charteroak.services.incident_clocks import clocks_of_incident
from charteroak.services.incident_closing import watched_clocks
from charteroak.services.incidents import (
    FIRST_ACTIVITY,
    INCIDENT_KEEPERS,
    INCIDENT_READERS,
    NewIncident,
    incidents_of,
    open_incident,
)
from charteroak.services.opening_from_reports import open_from_report, reported_facts, title_of
from charteroak.services.programs import ProgramInputError, Recorder, recorder_for

CLOSED_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Row:
    """An incident as a line of the list."""

    incident: Incident
    url: str
    next: str


@require_safe
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """Open incidents with what each asks next; closed ones below."""
    organisation = access_organisation(request.user, slug, *INCIDENT_READERS)
    moment = now()
    rows = incidents_of(organisation)
    open_ones = [_row(each, moment) for each in rows.filter(closed=None).order_by("-opened", "-id")]
    closed = rows.exclude(closed=None).order_by("-closed")[:CLOSED_SHOWN]
    answer = (
        ngettext("%(count)s incident is open.", "%(count)s incidents are open.", len(open_ones))
        % {"count": len(open_ones)}
        if open_ones
        else _("No incident is open. If something happened, open one now; little needs to be known.")
    )
    context = {
        "page": Page(_("Incidents"), answer, (), organisation),
        "organisation": organisation,
        "rows": open_ones,
        "banner": banner_of(organisation),
        "closed": [_closed_row(each, moment) for each in closed],
        "may_open": bool(roles_in(person_of(request), organisation) & set(INCIDENT_KEEPERS)),
    }
    return render(request, "incidents/overview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def open_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Open an incident: three questions, one of them required."""
    organisation = access_organisation(request.user, slug, *INCIDENT_KEEPERS)
    report = _report_of(request, organisation.pk)
    said = None if report is None else reported_facts(report)
    form = OpenForm(posted(request), initial=_initial(report, said))
    if request.method == "POST" and form.is_valid():
        try:
            incident = _open(organisation, report, form.cleaned_data, recorder_for(person_of(request)))
        except MomentError as error:
            form.take_error(error, "discovered")
        except InputError as error:
            form.take_error(error, error.field if isinstance(error, ProgramInputError) else None)
        else:
            return redirect(url_of(incident))
    page = Page(
        _("Open an incident"),
        _("What happened? A few words are enough; everything can be said better later."),
        (Crumb(_("Incidents"), reverse("incidents:overview", args=[slug])),),
        organisation,
    )
    context = {
        "page": page,
        "organisation": organisation,
        "form": form,
        "report": report,
        "taken_over": [] if said is None else _taken_over(said),
        "playbooks": [] if said is None else [playbook_named(code) for code in said.playbooks(form["outcome"].value())],
    }
    return form_page(request, "incidents/open.html", context)


def _initial(report: Report | None, said: ReportedFacts | None) -> dict[str, Any] | None:
    if report is None or said is None:
        return None
    return {"title": title_of(report), "outcome": report.outcome, "discovered": said.discovered}


def _open(
    organisation: Organisation, report: Report | None, answers: Mapping[str, Any], recorder: Recorder
) -> Incident:
    discovered = answers["discovered"]
    if report is not None:
        new = NewIncident(answers["title"], answers["outcome"])
        return open_from_report(organisation, report, new, discovered, recorder)
    known = {} if discovered is None else {"discoveredAt": format_instant(discovered)}
    new = NewIncident(answers["title"], answers["outcome"], {"incident": known})
    return open_incident(organisation, new, recorder)


def _taken_over(said: ReportedFacts) -> list[Said]:
    """What need not be asked again: the answers that the form itself does not show."""
    document = said.document(said.discovered)
    shown = {"outcome", "discoveredAt"}
    document["incident"] = {name: value for name, value in document["incident"].items() if name not in shown}
    began = next((event.moment.earliest for event in said.events if event.kind == FIRST_ACTIVITY), None)
    return known_answers(document, began)


def _row(incident: Incident, moment: datetime) -> Row:
    try:
        said = next_sentence(clocks_of_incident(incident), moment)
    except InputError as error:
        said = str(error)
    return Row(incident, url_of(incident), said)


def _closed_row(incident: Incident, moment: datetime) -> Row:
    """A closed incident, with what it left open. What cannot be read is said, as of an open one."""
    try:
        clocks = watched_clocks(incident)
        said = next_sentence(clocks, moment) if clocks else ""
    except InputError as error:
        said = str(error)
    return Row(incident, url_of(incident), said)


def _report_of(request: HttpRequest, organisation_id: int) -> Report | None:
    """The report of an incident from which the record is opened, if the address names one of this organisation's."""
    number = request.GET.get("report", "")
    if not (number.isascii() and number.isdecimal() and len(number) < 16):
        return None
    mine = Report.objects.filter(organisation_id=organisation_id, kind=Report.Kind.INCIDENT, withdrawn=None)
    return mine.filter(pk=int(number)).first()
