"""The picture of an interval in words: a paragraph that stands for it, and a table that holds all of it."""

from collections.abc import Sequence
from datetime import date

from charteroak.documents.timeline import Event, IntervalPicture, Side


def alternative(picture: IntervalPicture) -> str:
    """What a person who sees the picture takes from it, in a few sentences."""
    known, late = picture.on(Side.KNOWN), picture.on(Side.LATE)
    length = "1 day" if picture.days == 1 else f"{picture.days} days"
    parts = [f"The interval runs from {day_text(picture.first)} to {day_text(picture.last)}, {length}."]
    parts.append(_known_sentence(known, picture))
    parts.append(_late_sentence(late, picture.last))
    uncertain = sum(event.is_uncertain for event in picture.events)
    if uncertain:
        parts.append(f"Of {uncertain} of them the record knows only a span of days, drawn as a dashed bar.")
    if picture.windows:
        windows = "; ".join(f"{window.label}, to {day_text(window.last)}" for window in picture.windows)
        parts.append(f"Six-month windows of framework editions: {windows}.")
    parts.append("The table after the picture names every entry.")
    return " ".join(parts)


def event_rows(picture: IntervalPicture) -> tuple[tuple[str, ...], ...]:
    """Each event in the order of happening: entry, what, when it was so, when recorded, on which side it stands."""
    ordered = sorted(picture.events, key=lambda event: (event.first, event.last, event.entry))
    return tuple(
        (str(event.entry), event.label, span_text(event), day_text(event.recorded), side_text(event, picture.last))
        for event in ordered
    )


EVENT_COLUMNS = ("Entry", "What", "When it was so", "Recorded", "On record")


def span_text(event: Event) -> str:
    """When an event was so."""
    if event.first == event.last:
        return day_text(event.first)
    between = "on a day between {} and {}" if event.is_uncertain else "{} to {}"
    return between.format(day_text(event.first), day_text(event.last))


def side_text(event: Event, last: date) -> str:
    """On which side of the line an event stands."""
    if event.side is Side.KNOWN:
        return "when the interval ended"
    days = max(0, (event.recorded - last).days)
    if days == 0:
        return "later"
    return f"later, by {'1 day' if days == 1 else f'{days} days'}"


def day_text(day: date) -> str:
    """``1 March 2026``."""
    return f"{day.day} {day:%B %Y}"


def _known_sentence(known: Sequence[Event], picture: IntervalPicture) -> str:
    if not known:
        return "Nothing about it was on record when it ended."
    inside = sum(event.last >= picture.first for event in known)
    entries = "1 entry was" if len(known) == 1 else f"{len(known)} entries were"
    return f"{entries} on record when it ended, {inside} of them about the interval itself."


def _late_sentence(late: Sequence[Event], last: date) -> str:
    if not late:
        return "Nothing was recorded later."
    farthest = max(0, *((event.recorded - last).days for event in late))
    entries = "1 entry was" if len(late) == 1 else f"{len(late)} entries were"
    return (
        f"{entries} recorded later, the last of them {'1 day' if farthest == 1 else f'{farthest} days'} after its end."
    )
