"""A timeline as a document: rows in words, the picture, the PDF. The page, the command and the paper say the same."""

from datetime import datetime
from typing import Any

from charteroak.clock import format_instant
from charteroak.documents.event_picture import WIDE, draw_events
from charteroak.documents.incident_timeline import TimelinePaper, TimelineRow, render_timeline
from charteroak.records.incidents.models import Incident, IncidentEvent
from charteroak.response.event_order import Event
from charteroak.response.timeline_words import narrowing_of, question_of, timeline_picture, when_in_words
from charteroak.services.incident_timeline import Timeline, timeline_of


def timeline_document(incident: Incident) -> dict[str, Any]:
    """The document of ``charteroak incident timeline --json``."""
    told = timeline_of(incident)
    return {
        "incident": incident.number,
        "events": [_event(told, event) for event in told.ordered.events],
        "orders": [{"before": before, "after": after} for before, after in told.orders],
        "questions": [
            {"events": [event.number for event in each.chain], "question": question_of(each)}
            for each in told.ordered.contradictions
        ],
        "leftOut": told.left_out,
    }


def timeline_svg(timeline: Timeline, *, name: str = "timeline", width: int = WIDE) -> str:
    """The picture of a timeline as an ``svg`` element."""
    picture = timeline_picture(timeline.ordered, log_numbers(timeline))
    return draw_events(picture, name=name, width=width)


def timeline_rows(timeline: Timeline) -> tuple[TimelineRow, ...]:
    """Every event as a table tells it."""
    return tuple(
        TimelineRow(
            number=event.number,
            when=when_in_words(event.earliest, event.latest),
            what=event.what,
            source=source_in_words(timeline.rows.get(event.number)),
            remark=narrowing_of(timeline.ordered, event),
        )
        for event in timeline.ordered.events
    )


def timeline_pdf(incident: Incident, moment: datetime) -> bytes:
    """The timeline as a PDF: the same bytes for the same record at the same moment.

    Raises:
        InputError: there is more than one document may hold.
        DocumentNotMadeError: the typesetter refused.
    """
    told = timeline_of(incident)
    return render_timeline(
        TimelinePaper(
            number=incident.number,
            title=incident.title,
            organisation=incident.organisation.name,
            made=moment,
            svg=timeline_svg(told),
            summary=timeline_picture(told.ordered).summary,
            rows=timeline_rows(told),
            questions=tuple(question_of(each) for each in told.ordered.contradictions),
            left_out=told.left_out,
            is_exercise=incident.space_id is not None,
        )
    )


def source_in_words(row: IncidentEvent | None) -> str:
    """From whom or from where an event is known."""
    if row is None:
        return "The facts of the incident"
    if row.source == IncidentEvent.Source.LOG:
        detail = row.detail
        place = f"{detail.get('file', 'a log')}, line {detail.get('line', '?')}"
        skew = detail.get("skewSeconds")
        return f"{place}; clock corrected by {skew:+} s" if isinstance(skew, int) and skew else place
    return str(row.recorded_by or row.get_source_display())


def log_numbers(timeline: Timeline) -> frozenset[int]:
    """The events that a log tells."""
    return frozenset(number for number, row in timeline.rows.items() if row.source == IncidentEvent.Source.LOG)


def _event(timeline: Timeline, event: Event) -> dict[str, Any]:
    row = timeline.rows.get(event.number)
    narrowed = timeline.ordered.narrowed.get(event.number)
    return {
        "number": event.number,
        "what": event.what,
        "kind": event.kind or None,
        "earliest": format_instant(event.earliest),
        "latest": format_instant(event.latest),
        "precision": None if row is None else row.precision,
        "zone": None if row is None else row.zone,
        "source": "facts" if row is None else row.source,
        "detail": {} if row is None else row.detail,
        "narrowed": None
        if narrowed is None
        else {"earliest": format_instant(narrowed.earliest), "latest": format_instant(narrowed.latest)},
    }
