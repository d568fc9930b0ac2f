"""The picture of the interval in a dossier, and the table that holds what it shows."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from charteroak.clock import add_months, connecticut_day
from charteroak.documents.blocks import AnyBlock, Column, Heading, Picture, Strong, paragraph
from charteroak.documents.dossier_document import DossierDocument, EditionRow, EventRow, Occurred
from charteroak.documents.dossier_tables import bounded_table
from charteroak.documents.timeline import Event, IntervalPicture, Side, Window
from charteroak.documents.timeline_svg import draw_interval
from charteroak.documents.timeline_words import EVENT_COLUMNS, alternative, event_rows
from charteroak.documents.wording import day

_SHARES = (0.55, 3, 1.7, 1.3, 1.3)


def timeline_blocks(document: DossierDocument) -> Iterator[AnyBlock]:
    """The picture, the same in words, and the table."""
    picture = interval_picture(document)
    yield Heading("What was known, and what was recorded later")
    yield paragraph(alternative(picture))
    yield Picture(
        draw_interval(picture),
        alternative(picture),
        f"The interval {day(picture.first)} to {day(picture.last)}. Above the line: on record when it ended. "
        "Below, hollow: recorded later. Dashed: somewhere in that span.",
    )
    yield bounded_table(
        "Entries that bear on the interval, in the order of happening",
        tuple(Column(title, share) for title, share in zip(EVENT_COLUMNS, _SHARES, strict=True)),
        tuple(((Strong(row[0]),), *((cell,) for cell in row[1:])) for row in event_rows(picture)),
        "No entry bears on the interval.",
    )


def interval_picture(document: DossierDocument) -> IntervalPicture:
    """The events and windows of a dossier as the picture takes them."""
    return IntervalPicture(
        document.interval.first,
        document.interval.last,
        tuple(_event(row) for row in document.events),
        tuple(_windows(document.editions)),
    )


def _event(row: EventRow) -> Event:
    first = _day_of(row.occurred_from)
    last = first if row.occurred_to is None else _day_of(row.occurred_to)
    months = {"month": 1, "year": 12}.get(row.precision)
    if months and row.occurred_to is None:
        last = add_months(first, months) - timedelta(days=1)
    corrected = "" if row.corrected_by is None else f" (corrected by entry {row.corrected_by})"
    return Event(
        entry=row.entry,
        label=f"{row.title or row.kind}{corrected}",
        first=first,
        last=max(first, last),
        recorded=connecticut_day(row.recorded),
        side=Side.LATE if row.timing == "late" else Side.KNOWN,
        is_uncertain=months is not None,
    )


def _windows(editions: tuple[EditionRow, ...]) -> Iterator[Window]:
    for row in editions:
        if row.superseded_on is not None and row.six_months_end is not None and row.superseded_on <= row.six_months_end:
            following = f" after {row.superseded_by}" if row.superseded_by else ""
            yield Window(f"{row.framework} {row.edition}{following}: six months", row.superseded_on, row.six_months_end)


def _day_of(value: Occurred) -> date:
    return connecticut_day(value) if isinstance(value, datetime) else value
