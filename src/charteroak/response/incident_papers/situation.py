"""A situation report: what is known at one moment, what is not, what comes next. One page where that is possible."""

from datetime import datetime

from charteroak.documents.blocks import Blank, Column, Document, Heading, Items, Strong, Table, Terms, Texts
from charteroak.documents.wording import count, terms
from charteroak.response.duty_clocks import ClockState, most_urgent, undecided
from charteroak.response.incident_papers.picture import (
    SITUATION_LIMIT,
    IncidentPicture,
    day_words,
    incident_paper,
    when,
)
from charteroak.response.plans.source import said

_NEXT = 8


def situation_report(picture: IncidentPicture) -> Document:
    """The situation report of the picture's moment."""
    lead = picture.holder("Incident Commander")
    late = [task for task in picture.open_tasks if task.is_late(picture.moment)]
    level: Texts = (picture.level,) if picture.level else (Blank("level 0 to 5, and who judged it"),)
    return incident_paper(
        picture,
        "Situation report",
        Terms(
            terms(
                ("As of", (Strong(when(picture.moment)),)),
                ("Incident", (picture.title,)),
                ("Level", level),
                ("That means", (picture.level_means,) if picture.level_means else ""),
                ("Plan in force", said(picture.in_force, "none on record")),
                ("Outcome so far", (picture.outcome,)),
                ("Leads", said(lead.name, "who leads")),
                ("Closed", (when(picture.closed),) if picture.closed is not None else ""),
            )
        ),
        Heading("What happened, the newest last"),
        Items(
            tuple((Strong(f"{each.when}: "), each.what) for each in picture.events[-SITUATION_LIMIT:])
            or ((Blank("what happened"),),)
        ),
        Heading("What people notice"),
        Items(((Blank("services that are down, and for whom"),), (Blank("how they are done meanwhile"),))),
        Heading("What is done, what comes next"),
        Terms(
            terms(
                ("Done", (count(len(picture.done_tasks), "task"),)),
                ("Open", (count(len(picture.open_tasks), "task"),)),
                ("Late", (Strong(count(len(late), "task")),) if late else ""),
            )
        ),
        Table(
            "Next",
            (Column("What", 3), Column("Who", 1.2), Column("By", 1.4)),
            tuple(((task.text,), (task.owner,), (when(task.due),)) for task in picture.open_tasks[:_NEXT]),
            "No task is open.",
        ),
        Heading("Who must be told"),
        _duties(picture),
        Heading("What is not known"),
        Items((*_missing(picture), (Blank("what else nobody knows yet"),))),
        Heading("Help that is wanted"),
        Items(((Blank("what, from whom, until when"),),)),
        Terms(terms(("The next report comes", (Blank("day and time"),)))),
    )


def _missing(picture: IncidentPicture) -> tuple[Texts, ...]:
    missing = len(undecided(picture.clocks))
    return ((f"{count(missing, 'duty', 'duties')} cannot be decided: facts are missing.",),) if missing else ()


def _duties(picture: IncidentPicture) -> Table:
    rows: list[tuple[Texts, ...]] = []
    for clock in most_urgent(picture.clocks, picture.moment):
        duty = clock.answer.duty
        last = clock.answer.outer_limit
        if last is None:
            limit = "no outer limit in days"
        else:
            verb = "passed" if clock.state(picture.moment) is ClockState.PASSED else "outer limit"
            # A limit in days is its last day, as every page shows it; the instant at which it has passed is the next.
            limit = f"{verb} {when(last) if isinstance(last, datetime) else day_words(last)}"
        rows.append(((Strong(duty.to),), (duty.standard,), (limit,)))
    told = [clock for clock in picture.clocks if clock.told is not None]
    rows += [((clock.answer.duty.to,), ("told",), (when(clock.told),)) for clock in told if clock.told is not None]
    return Table(
        "Duties that are due, and who was told",
        (Column("To", 1.6), Column("The law's words", 2.2), Column("Limit", 1.6)),
        tuple(rows),
        "None is known to be due.",
    )
