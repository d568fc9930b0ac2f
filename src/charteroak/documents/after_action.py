"""The after-action report of an exercise: what was expected, what was seen, what people said, who mends what by when.

Its parts are those of an HSEEP after-action report and improvement plan. It is a record of practice: it says of nobody
that he failed, and it says on every page that nothing in it happened.
"""

from datetime import date, datetime

from msgspec import Struct

from charteroak.documents.blocks import (
    Blank,
    Column,
    Document,
    Heading,
    Items,
    Mono,
    Note,
    Signature,
    Table,
    Terms,
    Texts,
    paragraph,
)
from charteroak.documents.wording import count, moment, short_day, terms

EXERCISE_BANNER = "EXERCISE EXERCISE EXERCISE: NOTHING IN THIS DOCUMENT HAPPENED"
"""What stands above every page of every document of an exercise."""


class ActionRow(Struct, frozen=True, kw_only=True):
    """One expected action: of which inject, by whom, how soon, how it went."""

    inject: str
    text: str
    by: str
    within_minutes: int
    result: str
    practises: str = ""


class MomentRow(Struct, frozen=True, kw_only=True):
    """One line of what happened in the room."""

    clock: str
    who: str
    what: str


class Said(Struct, frozen=True, kw_only=True):
    """An answer of the hot wash."""

    question: str
    by: str
    text: str


class Mend(Struct, frozen=True, kw_only=True):
    """An improvement with its owner and day; what is missing is a blank on paper."""

    what: str
    owner: str = ""
    due: date | None = None


class AfterActionReport(Struct, frozen=True, kw_only=True):
    """Everything that the report says."""

    name: str
    organisation: str
    scenario: str
    scenario_sha256: str
    summary: str
    started: datetime
    minutes: int
    facilitator: str
    players: tuple[tuple[str, str], ...]
    objectives: tuple[str, ...]
    in_time: int
    late: int
    not_seen: int
    actions: tuple[ActionRow, ...]
    moments: tuple[MomentRow, ...]
    said: tuple[Said, ...]
    mends: tuple[Mend, ...]
    practices: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()


def after_action_document(report: AfterActionReport) -> Document:
    """The report as blocks; the first page can be the only one read."""
    whole = report.in_time + report.late + report.not_seen
    answer = (
        f"{count(whole, 'action was', 'actions were')} expected: {report.in_time} seen in time, {report.late} late, "
        f"{report.not_seen} not seen. {count(len(report.mends), 'improvement', 'improvements')} with an owner follow."
    )
    return Document(
        title="After-action report",
        subtitle=f"{report.name}, {report.organisation}" if report.organisation else report.name,
        dated=report.started,
        footer=f"Scenario {report.scenario}, SHA-256 {report.scenario_sha256[:16]}",
        banner=EXERCISE_BANNER,
        body=(
            Note("What it came to.", (answer,)),
            Terms(
                terms(
                    ("Exercise", report.name),
                    ("Scenario", report.scenario),
                    ("SHA-256 of the scenario", (Mono(report.scenario_sha256),)),
                    ("Began", moment(report.started)),
                    ("Played", count(report.minutes, "minute", "minutes") + " on the exercise's clock"),
                    ("Led by", (report.facilitator or Blank("who led it"),)),
                )
            ),
            paragraph(report.summary),
            Heading("What it was for"),
            Items(tuple((objective,) for objective in report.objectives), ordered=True),
            _mends(report),
            Heading("Expected and seen"),
            _actions(report),
            Heading("What people said afterwards"),
            Table(
                "Hot wash",
                (Column("Question", 2.0), Column("Who", 0.8), Column("Answer", 3.0)),
                tuple(((each.question,), (each.by,), (each.text,)) for each in report.said),
                "nobody wrote anything down.",
            ),
            Heading("What happened in the room"),
            Table(
                "By the exercise's clock",
                (Column("Clock", 0.6), Column("Who", 1.2), Column("What", 4.0)),
                tuple(((each.clock,), (each.who,), (each.what,)) for each in report.moments),
                "nothing was recorded.",
            ),
            Heading("Who played"),
            Table(
                "Players",
                (Column("Name"), Column("Role")),
                tuple(((name,), (role,)) for name, role in report.players),
                "nobody was entered.",
            ),
            *_evidence(report),
            Signature(("Read by the head of the organization, date",)),
        ),
    )


def _mends(report: AfterActionReport) -> Table:
    rows: list[tuple[Texts, ...]] = [
        (
            (mend.what,),
            (mend.owner or Blank("owner"),),
            (short_day(mend.due) if mend.due is not None else Blank("day"),),
        )
        for mend in report.mends
    ]
    return Table(
        "Improvement plan",
        (Column("What is mended", 4.0), Column("Who", 1.4), Column("By", 1.0)),
        tuple(rows),
        "none was agreed on.",
    )


def _actions(report: AfterActionReport) -> Table:
    return Table(
        "Expected actions",
        (Column("After", 1.4), Column("Expected", 3.0), Column("Who, how soon", 1.3), Column("Seen", 1.0)),
        tuple(
            (
                (row.inject,),
                (f"{row.text} ({row.practises})" if row.practises else row.text,),
                (f"{row.by}, {row.within_minutes} min",),
                (row.result,),
            )
            for row in report.actions
        ),
        "the scenario expects none.",
    )


def _evidence(report: AfterActionReport) -> tuple[Heading | Items | Note, ...]:
    named = (*(f"Practice {name}" for name in report.practices), *report.requirements)
    if not named:
        return ()
    return (
        Heading("What it may be evidence for"),
        Items(tuple((name,) for name in named)),
        Note("A limit.", ("An exercise shows that something was practiced. It certifies nothing.",)),
    )
