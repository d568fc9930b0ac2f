"""The timeline of an incident on paper: the picture, the table with every event, and the questions that are open."""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

from charteroak.documents.after_action import EXERCISE_BANNER
from charteroak.documents.blocks import AnyBlock, Column, Document, Items, Note, Picture, Table
from charteroak.documents.showable_text import showable_line
from charteroak.documents.wording import moment


class TimelineRow(Struct, frozen=True, kw_only=True):
    """One event as the table tells it."""

    number: int
    when: str
    what: str
    source: str
    remark: str = ""


class TimelinePaper(Struct, frozen=True, kw_only=True):
    """Everything that the paper says."""

    number: str
    title: str
    organisation: str
    made: datetime
    svg: str
    summary: str
    rows: tuple[TimelineRow, ...]
    questions: tuple[str, ...]
    left_out: int = 0
    is_exercise: bool = False


def render_timeline(paper: TimelinePaper) -> bytes:
    """The PDF.

    Raises:
        InputError: there is more than one document may hold.
        DocumentNotMadeError: the typesetter refused.
    """
    from charteroak.documents.typesetting import render_document  # noqa: PLC0415 - Typst is heavy and rarely needed

    return render_document(timeline_pages(paper))


def timeline_pages(paper: TimelinePaper) -> Document:
    """The paper as blocks."""
    return Document(
        title=f"Timeline of {paper.number}",
        subtitle=f"{showable_line(paper.organisation)}: {showable_line(paper.title)}",
        running=f"Timeline of {paper.number}",
        dated=paper.made,
        footer=f"{paper.number}, as of {moment(paper.made)}. Times as they are known; bars are uncertain",
        banner=EXERCISE_BANNER if paper.is_exercise else "",
        body=tuple(_blocks(paper)),
    )


def _blocks(paper: TimelinePaper) -> Iterator[AnyBlock]:
    if paper.questions:
        yield Note("Open questions.", ("What is told of these events cannot all be so:",))
        yield Items(tuple((question,) for question in paper.questions), ordered=True)
    if paper.rows:
        yield Picture(paper.svg, paper.summary, "A dot is a moment; a bar is the time within which it happened.")
    yield Table(
        "Every event, in the order of time",
        (Column("No.", 0.4), Column("When", 1.7), Column("What", 3.0), Column("Known from", 1.4)),
        tuple(_row(row) for row in paper.rows),
        empty="No event is on record",
    )
    if paper.left_out:
        yield Note("Not all.", (f"{paper.left_out:,} more events are on record and not in this paper.",))


def _row(row: TimelineRow) -> tuple[tuple[str], ...]:
    when = f"{row.when}. {row.remark}" if row.remark else row.when
    return (str(row.number),), (when,), (row.what,), (row.source,)
