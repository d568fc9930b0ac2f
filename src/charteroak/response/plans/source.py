"""What a plan's document is made from, and what each of its chapters hands back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from charteroak.documents.blocks import AnyBlock, Blank, Texts
from charteroak.documents.wording import day as day_words
from charteroak.response.plans.plan import Person, Plan, Role


@dataclass(frozen=True, slots=True)
class PlanAdoption:
    """That, when, by whom and in which office this very document was adopted."""

    version: str
    by: str
    office: str
    day: date
    review_by: date | None = None


@dataclass(frozen=True, slots=True)
class PlanVersionLine:
    """An earlier version, as the table of versions has it."""

    version: str
    day: date
    by: str


@dataclass(frozen=True, slots=True)
class ExerciseLine:
    """An exercise on record: when, what was played, by how many, with how many findings, and the entry that says so."""

    day: date
    title: str
    scenario: str
    participants: int
    findings: int
    entry: int


@dataclass(frozen=True, slots=True)
class ActivationLine:
    """A step in the life of an activated plan: activated, another level, or stood down."""

    moment: datetime
    step: str
    level: int | None
    by: str
    reason: str
    entry: int


@dataclass(frozen=True, slots=True)
class PlanSource:
    """Everything that the document says comes from here."""

    organisation: str
    is_fictional: bool
    day: date
    moment: datetime
    """The one date in the file."""
    log: str
    plan: Plan
    adoption: PlanAdoption | None = None
    next_version: str = "1.0"
    before: Sequence[PlanVersionLine] = ()
    tests: Sequence[ExerciseLine] = ()
    activations: Sequence[ActivationLine] = ()


@dataclass(frozen=True, slots=True)
class PlanPoint:
    """Something that the plan lacks: what, and which of its parts mends it."""

    text: str
    part: str


@dataclass(frozen=True, slots=True)
class PlanChapter:
    """A numbered chapter: its title, what stands below it, and what it lacks."""

    title: str
    blocks: tuple[AnyBlock, ...]
    points: tuple[PlanPoint, ...] = ()


def said(text: str, what: str) -> Texts:
    """A text, or a blank that says what belongs there."""
    return (text,) if text.strip() else (Blank(what),)


def called(person: Person) -> Texts:
    """The telephone numbers of a person, by day and by night."""
    night: Texts = (f"; after hours {person.after_hours}",) if person.after_hours else ()
    return (*said(person.phone, "telephone"), *night)


def reached(person: Person) -> Texts:
    """The telephone numbers and the mail address of a person."""
    return (*called(person), *((f"; {person.mail}",) if person.mail else ()))


def name_of(role: Role | None) -> Texts:
    """Who holds a role; a blank where nobody does."""
    if role is None:
        return (Blank("who"),)
    return said(role.holder.name, role.title)


def on(value: date | None, what: str) -> Texts:
    """A day, or a blank."""
    return (day_words(value),) if value is not None else (Blank(what),)
