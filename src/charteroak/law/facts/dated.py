"""A fact that may change over time, and its answers day by day.

A bare yes or no holds for all the time asked about. With rows, a day without a row is unknown, and a day on which rows
do not agree is uncertain, with the rows named. A row whose start or end is not known makes the days that it may cover
uncertain, unless another row surely covers them and says the same.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from charteroak.law.timeline import Answer, Cover, Period, Status, Timeline, always, covers, timeline, unique


class FactStatus(StrEnum):
    """What a row of a dated fact says."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class DatedRow:
    """What is recorded for a period."""

    period: Period
    status: FactStatus
    exhibits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DatedFact:
    """``rows`` None: ``bare`` holds for all the time asked about, and None is unknown."""

    bare: bool | None = None
    rows: tuple[DatedRow, ...] | None = None

    @classmethod
    def of(cls, *rows: DatedRow) -> Self:
        """A fact with these rows; days without a row are unknown."""
        return cls(rows=rows)


UNKNOWN = DatedFact()
YES = DatedFact(bare=True)
NO = DatedFact(bare=False)


@dataclass(frozen=True, slots=True)
class Sentence:
    """How a fact is said: where it stands in the document, and the clause for yes and for no."""

    pointer: str
    yes: str
    no: str

    @property
    def unknown(self) -> str:
        """The clause for a day on which it is not known."""
        return f"it is not known whether {self.yes} ({self.pointer})"


def named_rows(pointer: str, rows: tuple[int, ...]) -> str:
    """The rows as places in the document; the first four and how many more."""
    more = f" and {len(rows) - 4} more" if len(rows) > 4 else ""
    return ", ".join(f"{pointer}/{row}" for row in rows[:4]) + more


def answers(fact: DatedFact, sentence: Sentence) -> Timeline:
    """The fact, day by day: yes is met, no is not-met, everything else is uncertain."""
    if fact.rows is None:
        return {
            True: always(Status.MET, sentence.yes),
            False: always(Status.NOT_MET, sentence.no),
            None: always(Status.UNCERTAIN, sentence.unknown),
        }[fact.bare]
    rows = fact.rows
    stretches = covers([row.period for row in rows])
    return timeline((stretch.start, _answer(rows, stretch, sentence)) for stretch in stretches)


def _answer(rows: tuple[DatedRow, ...], cover: Cover, sentence: Sentence) -> Answer:
    exhibits = unique(exhibit for row in cover.sure for exhibit in rows[row].exhibits)
    sure = {rows[row].status for row in cover.sure}
    if len(sure) > 1:
        why = f"the rows {named_rows(sentence.pointer, cover.sure)} contradict each other on whether {sentence.yes}"
        return Answer(Status.UNCERTAIN, why, exhibits)
    doubtful = tuple(row for row in cover.possible if {rows[row].status} != sure)
    if doubtful:
        why = f"a start or an end is not known in {named_rows(sentence.pointer, doubtful)}, and {sentence.unknown}"
        return Answer(Status.UNCERTAIN, why, exhibits)
    if sure == {FactStatus.YES}:
        return Answer(Status.MET, sentence.yes, exhibits)
    if sure == {FactStatus.NO}:
        return Answer(Status.NOT_MET, sentence.no, exhibits)
    return Answer(Status.UNCERTAIN, sentence.unknown, exhibits)
