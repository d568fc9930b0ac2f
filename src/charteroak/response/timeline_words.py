"""A timeline in words and as a picture: moments with their zone, what is open, what contradicts as a question."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from charteroak.clock import CONNECTICUT
from charteroak.documents.event_picture import EventPicture, EventRow
from charteroak.response.event_order import Contradiction, Event, Ordered

KIND_TITLES = {
    "": "Something else",
    "first-activity": "It began",
    "noticed": "It was noticed",
    "contained": "It was contained",
    "recovered": "Everything works again",
    "told": "Somebody was told",
}
_MINUTE = timedelta(minutes=1)


def when_in_words(earliest: datetime, latest: datetime, zone: ZoneInfo = CONNECTICUT) -> str:
    """Between two moments in as few words as are true: a minute, a day, or both ends. The zone is always named."""
    first, last = earliest.astimezone(zone), latest.astimezone(zone)
    if latest - earliest < _MINUTE and (first.hour, first.minute) == (last.hour, last.minute):
        return f"{_day(first)}, {first:%H:%M %Z}"
    is_whole = (first.hour, first.minute) == (0, 0) and (last.hour, last.minute) == (23, 59)
    if is_whole:
        return _day(first) if first.date() == last.date() else f"{_day(first)} to {_day(last)}"
    if first.date() == last.date() and first.utcoffset() == last.utcoffset():
        return f"{_day(first)}, {first:%H:%M} to {last:%H:%M %Z}"
    return f"{_day(first)}, {first:%H:%M %Z}, to {_day(last)}, {last:%H:%M %Z}"


def question_of(contradiction: Contradiction) -> str:
    """A contradiction as the question that it is."""
    first, last = contradiction.chain[0], contradiction.chain[-1]
    if contradiction.is_circle:
        names = ", ".join(str(event.number) for event in contradiction.chain[:-1])
        return f"Events {names} are each said to come before the next, in a circle. Which of these words is wrong?"
    said = "is said to come" if contradiction.said else "must come"
    over = [str(event.number) for event in contradiction.chain[1:-1]]
    way = f" (by way of event {', '.join(over)})" if over else ""
    return (
        f"{_named(first)} {said} before {_named(last)}{way}, but it was not before "
        f"{when_in_words(first.earliest, first.earliest)}, and the other not after "
        f"{when_in_words(last.latest, last.latest)}. Which of the two moments is wrong?"
    )


def narrowing_of(ordered: Ordered, event: Event) -> str:
    """What follows from the order for an event's moment; nothing where it says no more than the event itself."""
    narrowed = ordered.narrowed.get(event.number)
    if narrowed is None:
        return ""
    return f"By its order: {when_in_words(narrowed.earliest, narrowed.latest)}"


def timeline_picture(ordered: Ordered, from_logs: frozenset[int] = frozenset()) -> EventPicture:
    """The timeline to be drawn; ``from_logs`` are the numbers of events that a log tells."""
    questioned = {event.number for each in ordered.contradictions for event in each.chain}
    rows = tuple(
        EventRow(
            number=event.number,
            what=event.what,
            when=when_in_words(event.earliest, event.latest),
            earliest=event.earliest,
            latest=event.latest,
            is_questioned=event.number in questioned,
            is_from_log=event.number in from_logs,
        )
        for event in ordered.events
    )
    return EventPicture("Timeline of the incident", _summary(ordered), rows)


def _summary(ordered: Ordered) -> str:
    if not ordered.events:
        return "No event is on record."
    first, last = ordered.events[0], max(ordered.events, key=lambda event: event.latest)
    count = len(ordered.events)
    events = "1 event" if count == 1 else f"{count} events"
    return f"{events}, {when_in_words(first.earliest, last.latest)}. The table says the same."


def _named(event: Event) -> str:
    text = " ".join(event.what.split())
    short = text if len(text) <= 80 else f"{text[:79].rstrip()}…"
    return f"Event {event.number} (“{short}”)" if event.number else f"“{short}”"


def _day(moment: datetime) -> str:
    return f"{moment:%a} {moment.day} {moment:%b %Y}"
