"""The retention schedule: the least time for which each class of record is kept, and what has passed its term.

The schedule is data (``data/retention.toml``, or the file of the same name that an administrator puts into the data
directory). Passing a term erases nothing. It makes an entry eligible, and somebody may propose its erasure; a class of
0 years never becomes eligible.
"""

import calendar
import functools
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from charteroak.errors import SourceLocation
from charteroak.program.bodies import Identifier, Line
from charteroak.program.errors import QuestionError
from charteroak.program.recorded import RecordedFact

OTHER = "other"
"""The class of an entry whose kind stands in no other."""


class RecordClass(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A class of records; ``label`` says whether its term is somebody's rule or our own default."""

    code: Identifier
    title: Line
    kinds: tuple[str, ...]
    years: Annotated[int, Meta(ge=0, le=200)]
    label: Literal["cited", "ours"]
    basis: str


class Schedule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A schedule with who answers for it."""

    name: Line
    reviewer: Line
    reviewed: date
    public_bodies: str
    classes: tuple[RecordClass, ...]

    @property
    def by_kind(self) -> Mapping[str, RecordClass]:
        """The class of each kind that is named."""
        return {kind: each for each in self.classes for kind in each.kinds}

    def class_of(self, kind: str) -> RecordClass:
        """The class of a kind of entry."""
        return self.by_kind.get(kind) or next(each for each in self.classes if each.code == OTHER)


@functools.cache
def packaged_schedule() -> bytes:
    """The schedule that this release ships, as a file to copy and edit."""
    return files("charteroak.program").joinpath("data", "retention.toml").read_bytes()


def parse_schedule(data: bytes, *, path: str = "retention.toml") -> Schedule:
    """A schedule from its file.

    Raises:
        QuestionError: it is no TOML, a member is unknown or missing, a kind stands in two classes, or there is no
            class for what is in no other.
    """
    place = SourceLocation(path=path)
    try:
        schedule = msgspec.convert(tomllib.loads(data.decode("utf-8")), Schedule)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise QuestionError(
            f"This is no retention schedule: {error}", remedy="Compare it with the one we ship.", location=place
        ) from error
    kinds = [kind for each in schedule.classes for kind in each.kinds]
    doubled = sorted({kind for kind in kinds if kinds.count(kind) > 1})
    if doubled:
        raise QuestionError(f"{doubled[0]} stands in two classes of this schedule.", location=place)
    if OTHER not in {each.code for each in schedule.classes}:
        raise QuestionError(f"This schedule has no class {OTHER!r}.", remedy="Add it, with no kinds.", location=place)
    return schedule


@dataclass(frozen=True, slots=True)
class Due:
    """An entry whose term has passed, and since when."""

    fact: RecordedFact
    record_class: RecordClass
    kept_until: date


def past_their_term(facts: Iterable[RecordedFact], schedule: Schedule, today: date) -> tuple[Due, ...]:
    """The entries that have been kept for their whole term, oldest first. Whether a hold covers them is not asked."""
    due = []
    for fact in facts:
        record_class = schedule.class_of(fact.kind)
        if record_class.years == 0:
            continue
        kept_until = years_later(max(fact.last_day or fact.recorded_day, fact.recorded_day), record_class.years)
        # A state without an end still holds: its term has not begun.
        if kept_until < today and fact.last_day is not None:
            due.append(Due(fact, record_class, kept_until))
    return tuple(sorted(due, key=lambda each: (each.kept_until, each.fact.index)))


def years_later(day: date, years: int) -> date:
    """The same day so many years later, or earlier; 29 February becomes 28 February where there is none."""
    year = day.year + years
    if year > date.max.year:
        return date.max
    return date(year, day.month, min(day.day, calendar.monthrange(year, day.month)[1]))
