"""The timeline of an incident: questions first, the picture, its table; an event is added, corrected, put in order."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from charteroak.adapters.system_clock import now
from charteroak.documents.event_picture import NARROW, ROWS_LIMIT, WIDE
from charteroak.documents.incident_timeline import TimelineRow
from charteroak.errors import InputError
from charteroak.portal.drawn import drawn
from charteroak.portal.forms import form_page, posted
from charteroak.portal.incidents.frame import file_stem, incident_of, incident_page, may_keep, url_of
from charteroak.portal.incidents.timeline_forms import CorrectForm, EventForm, OrderForm
from charteroak.portal.people import person_of
from charteroak.records.incidents.models import Incident, IncidentEvent
from charteroak.response.event_times import ZONES, EventTimeError
from charteroak.response.timeline_words import question_of, when_in_words
from charteroak.services.incident_decisions import withdraw_delay, withdraw_finding
from charteroak.services.incident_grounds import HARM_FINDING, POLICE_DELAY
from charteroak.services.incident_timeline import Timeline, event_numbered, say_order, timeline_of, withdraw_order
from charteroak.services.incidents import INCIDENT_KEEPERS, NewEvent, add_event
from charteroak.services.programs import ProgramInputError, recorder_for
from charteroak.services.timeline_papers import timeline_pdf, timeline_rows, timeline_svg

_WITHDRAWALS = {HARM_FINDING: withdraw_finding, POLICE_DELAY: withdraw_delay}
"""What takes the effect of an event out with it."""


@dataclass(frozen=True, slots=True)
class ShownEvent:
    """An event for the template."""

    row: TimelineRow
    is_open: bool
    """Whether it may also have come after the next one."""
    is_questioned: bool
    raw: str
    """How a log wrote its time, where that is known."""


@require_safe
def timeline(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """What happened, in order, as far as it is known."""
    found = incident_of(request, slug, number)
    told = timeline_of(found)
    context = {
        "page": incident_page(found, _("Timeline"), _answer(told)),
        "organisation": found.organisation,
        "incident": found,
        "questions": [question_of(each) for each in told.ordered.contradictions],
        "events": _shown(told),
        "wide": drawn(timeline_svg(told, name="timeline-wide", width=WIDE)),
        "narrow": drawn(timeline_svg(told, name="timeline-narrow", width=NARROW)),
        "drawn_limit": ROWS_LIMIT,
        "order": OrderForm(None, events=_choices(told)),
        "orders": told.orders,
        "left_out": told.left_out,
        "may_keep": may_keep(request, found),
    }
    return render(request, "incidents/timeline.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_event(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """Add an event."""
    found = incident_of(request, slug, number, *INCIDENT_KEEPERS)
    form = EventForm(posted(request), initial={"day": now().astimezone(ZoneInfo(ZONES[0])).date(), "zone": ZONES[0]})
    if request.method == "POST" and form.is_valid() and _recorded(request, found, form):
        return redirect(url_of(found, "incidents:timeline"))
    page = incident_page(found, _("Add an event"), _("A day is enough; a time is better; both ends if nobody is sure."))
    return _form_page(request, found, form, page, _("Add it"))


@require_http_methods(["GET", "HEAD", "POST"])
def event(request: HttpRequest, slug: str, number: str, event: int) -> HttpResponse:
    """Put a better word in the place of an event, or take it out; the old one stays on record."""
    found = incident_of(request, slug, number, *INCIDENT_KEEPERS)
    try:
        row = event_numbered(found, event)
    except InputError:
        return redirect(url_of(found, "incidents:timeline"))
    form = CorrectForm(posted(request), initial=_initial(row))
    if request.method == "POST" and form.is_valid() and _recorded(request, found, form, row):
        return redirect(url_of(found, "incidents:timeline"))
    subject = _("Correct event %(number)s") % {"number": row.number}
    page = incident_page(found, subject, when_in_words(row.earliest, row.latest))
    return _form_page(request, found, form, page, _("Record the correction"))


@require_POST
def order(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """Say which of two events came first, or take that back."""
    found = incident_of(request, slug, number, *INCIDENT_KEEPERS)
    form = OrderForm(request.POST, events=_choices(timeline_of(found)))
    if not form.is_valid():
        messages.warning(request, _("Choose two events of this timeline; nothing was recorded."))
        return redirect(url_of(found, "incidents:timeline"))
    said = form.cleaned_data
    verb = withdraw_order if said["withdrawn"] else say_order
    try:
        verb(found, int(said["before"]), int(said["after"]), recorder_for(person_of(request)))
    except InputError as error:
        messages.warning(request, f"{error.message} {error.remedy}".strip())
    return redirect(url_of(found, "incidents:timeline"))


@require_safe
def paper(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """The timeline as a PDF."""
    found = incident_of(request, slug, number)
    answer = HttpResponse(timeline_pdf(found, now()), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{file_stem(found)}-timeline.pdf"'
    return answer


def timeline_line(incident: Incident) -> str:
    """How the timeline stands in a few words, for the incident's own page."""
    return _answer(timeline_of(incident))


def _answer(told: Timeline) -> str:
    count, questions = len(told.ordered.events), len(told.ordered.contradictions)
    if not count:
        return _("Nothing is on the timeline yet. Write down what happened while it is fresh.")
    said = ngettext("%(count)s event.", "%(count)s events.", count) % {"count": count}
    if not questions:
        return said
    asked = ngettext(
        "%(count)s question: what is told cannot all be so.",
        "%(count)s questions: what is told cannot all be so.",
        questions,
    ) % {"count": questions}
    return f"{said} {asked}"


def _shown(told: Timeline) -> list[ShownEvent]:
    questioned = {each.number for question in told.ordered.contradictions for each in question.chain}
    rows = timeline_rows(told)
    shown = []
    for place, row in enumerate(rows):
        stored = told.rows.get(row.number)
        raw = str(stored.detail.get("raw", "")) if stored is not None else ""
        is_open = place + 1 < len(rows) and told.ordered.is_open_after(place)
        shown.append(ShownEvent(row, is_open, row.number in questioned, raw))
    return shown


def _choices(told: Timeline) -> list[tuple[int, str]]:
    return [(each.number, each.what) for each in told.ordered.events if each.number in told.rows]


def _recorded(request: HttpRequest, found: Incident, form: EventForm, before: IncidentEvent | None = None) -> bool:
    """Whether the event could be recorded; if not, the form says why."""
    said = form.cleaned_data
    try:
        earliest, latest = form.span
        new = NewEvent(
            what=said["what"],
            earliest=earliest,
            latest=latest,
            precision=form.stored_precision,
            zone=said["zone"] or ZONES[0],
            kind=said["kind"],
            detail={} if before is None else before.detail,
        )
        recorder = recorder_for(person_of(request))
        is_withdrawn = bool(said.get("withdrawn"))
        withdraw = _WITHDRAWALS.get(before.kind) if before is not None and is_withdrawn else None
        if withdraw is not None:
            withdraw(found, said["what"], recorder)
        else:
            add_event(found, new, recorder, supersedes=before, withdrawn=is_withdrawn)
    except EventTimeError as error:
        form.take_error(error, error.field)
    except InputError as error:
        names = {"latest": "until_day", "earliest": "day", "beganAt": "day"}
        field = error.field if isinstance(error, ProgramInputError) else "day"
        form.take_error(error, names.get(field, field))
    return not form.errors


def _initial(row: IncidentEvent) -> dict[str, object]:
    """An event as it stands in the form, on the clocks of its own zone."""
    zone = ZoneInfo(row.zone)
    first, last = row.earliest.astimezone(zone), row.latest.astimezone(zone)
    is_day = row.precision == IncidentEvent.Precision.DAY
    is_span = (row.latest - row.earliest).total_seconds() >= {"day": 90_000, "hour": 3600}.get(row.precision, 60)
    return {
        "what": row.what,
        "kind": row.kind,
        "day": first.date(),
        "clock": None if is_day else first.time(),
        "precision": row.precision if row.precision in {"minute", "hour", "second"} else "minute",
        "until_day": last.date() if is_span else None,
        "until_clock": last.time() if is_span and not is_day else None,
        "zone": row.zone,
    }


def _form_page(request: HttpRequest, found: Incident, form: EventForm, page: object, verb: str) -> HttpResponse:
    context = {
        "page": page,
        "organisation": found.organisation,
        "incident": found,
        "form": form,
        "verb": verb,
        "note": _("Nothing is overwritten: what was said before stays on record."),
    }
    return form_page(request, "incidents/form.html", context)
