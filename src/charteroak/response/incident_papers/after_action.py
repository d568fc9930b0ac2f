"""An after-action report, of an incident or of an exercise: what went well, what did not, who mends it until when."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from charteroak.documents.blocks import (
    AnyBlock,
    Blank,
    Column,
    Document,
    Heading,
    Items,
    Note,
    Strong,
    Table,
    Terms,
    Texts,
    paragraph,
)
from charteroak.documents.wording import count, short_day, terms
from charteroak.response.incident_papers.picture import IncidentPicture, incident_paper, when
from charteroak.response.plans.errors import PlanError
from charteroak.response.plans.plan import Line, Narrative
from charteroak.response.plans.source import said
from charteroak.response.plans.text import paragraphs

FINDINGS = 100
"""Strengths, areas and improvements of one report at most, of each."""


class Improvement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """Something to be mended: what, by whom, until when. ``gap`` is set once it is a gap of the program."""

    what: Annotated[str, Meta(min_length=1, max_length=300)]
    owner: Line = ""
    due: date | None = None
    practice: Line = ""
    gap: Line = ""


class AfterAction(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """What people say when it is over."""

    summary: Narrative = ""
    strengths: Annotated[tuple[Line, ...], Meta(max_length=FINDINGS)] = ()
    areas: Annotated[tuple[Line, ...], Meta(max_length=FINDINGS)] = ()
    improvements: Annotated[tuple[Improvement, ...], Meta(max_length=FINDINGS)] = ()
    held_on: date | None = None
    present: Narrative = ""


def parse_after_action(document: Any) -> AfterAction:
    """What people said, from JSON values.

    Raises:
        PlanError: it is of another form.
    """
    try:
        return msgspec.convert(document, AfterAction)
    except msgspec.ValidationError as error:
        raise PlanError(f"These after-action notes are not usable: {str(error).rstrip('.')}.") from error


def after_action_report(picture: IncidentPicture, after: AfterAction) -> Document:
    """The report; what nobody said is a blank."""
    return incident_paper(
        picture,
        "After-action report",
        Terms(
            terms(
                ("Of", (picture.title,)),
                ("Opened", (when(picture.opened),)),
                ("Closed", (when(picture.closed),) if picture.closed is not None else (Blank("when it ended"),)),
                ("Level", said(picture.level, "highest level")),
                ("Outcome", (picture.outcome,)),
                ("Talked over on", (short_day(after.held_on),) if after.held_on else (Blank("day"),)),
                ("By", said(after.present, "who was there")),
            )
        ),
        Note(
            "Without blame.", ("It says what the record shows and what people saw, so that it goes better next time.",)
        ),
        Heading("In short"),
        *(
            [paragraph(text) for text in paragraphs(after.summary)]
            or [paragraph(Blank("what happened and how it ended"))]
        ),
        Heading("What went well"),
        _listed(after.strengths, "a strength to keep"),
        Heading("What did not"),
        _listed(after.areas, "an area to improve"),
        *_measured(picture),
        Heading("Improvement plan"),
        Table(
            "What is mended, by whom, until when",
            (Column("What", 2.8), Column("Who", 1.3), Column("Until", 1), Column("On record as", 1.1)),
            tuple(
                (
                    (each.what,),
                    said(each.owner, "who"),
                    (short_day(each.due),) if each.due else (Blank("day"),),
                    (f"gap {each.gap}" if each.gap else "not yet a gap",),
                )
                for each in after.improvements
            )
            or (((Blank("what"),), (Blank("who"),), (Blank("day"),), ("",)),),
            "None.",
        ),
        Heading("What happened, from the record"),
        Table(
            "Timeline",
            (Column("When", 1.4), Column("What", 3.6), Column("Known from", 0.9)),
            tuple(((each.when,), (each.what,), (each.source,)) for each in picture.events),
            "No event is on record.",
        ),
    )


def _listed(items: Sequence[str], what: str) -> Items:
    rows: tuple[Texts, ...] = tuple((item,) for item in items)
    return Items(rows or ((Blank(what),),))


def _measured(picture: IncidentPicture) -> tuple[AnyBlock, ...]:
    """What the record itself shows, good and bad."""
    done = picture.done_tasks
    late = [task for task in done if task.last is not None and task.last.moment > task.due]
    never = picture.open_tasks
    told = [clock for clock in picture.clocks if clock.told is not None]
    tardy = [clock for clock in told if clock.told is not None and clock.ends is not None and clock.told >= clock.ends]
    return (
        Heading("What the record shows"),
        Terms(
            terms(
                ("Tasks done", (f"{count(len(done), 'task')}, {len(late)} after their time",)),
                ("Tasks never done" if picture.closed is not None else "Tasks open", (count(len(never), "task"),)),
                ("Told", (f"{count(len(told), 'recipient')}, {len(tardy)} after the outer limit",)),
                ("Events on record", (count(len(picture.events), "event"),)),
            )
        ),
        *((Items(tuple((Strong("Late: "), f"{task.text} ({task.owner})") for task in late[:20])),) if late else ()),
    )
