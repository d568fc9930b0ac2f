"""The days that a question is about, and what a timeline answers for all of them together.

Where the start or the end of the interval is not known, some days are surely in it and others only possibly. A no on
a day that is only possibly in the interval leaves the answer uncertain; the same answer on every possible day stands.
"""

from dataclasses import dataclass
from datetime import date
from typing import Self

from charteroak.law.timeline import BEGINNING, END, Answer, Run, Status, Timeline, unique


@dataclass(frozen=True, slots=True)
class Judgement:
    """One answer for all the days asked about, with its reason as a clause."""

    status: Status
    why: str
    exhibits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AskedTime:
    """An interval of days, both ends inclusive; an end that is None is not known.

    ``sure`` is the part that surely belongs to it, as ordinals.
    """

    first: date | None
    last: date | None
    sure: tuple[int, int] | None

    @classmethod
    def between(cls, first: date | None, last: date | None, *, surely_includes: date | None = None) -> Self:
        """The days from ``first`` to ``last``; ``surely_includes`` is a day known to be inside."""
        known = [day.toordinal() for day in (first, last, surely_includes) if day is not None]
        return cls(first, last, (min(known), max(known)) if known else None)

    @property
    def possible(self) -> tuple[int, int]:
        """The first and the last day that may belong to it, as ordinals."""
        return (
            self.first.toordinal() if self.first is not None else BEGINNING,
            self.last.toordinal() if self.last is not None else END,
        )

    def judge(self, answers: Timeline) -> Judgement:
        """The answer for the whole time: the worst day decides."""
        first, last = self.possible
        cuts = (self.sure[0], self.sure[1] + 1) if self.sure is not None else ()
        runs = list(answers.runs(first, last, cuts))
        statuses = {run.answer.status for run in runs}
        if len(statuses) > 1:
            runs = [run if self._is_sure(run) else _weakened(run) for run in runs]
        worst = min((run.answer.status for run in runs), key=lambda status: status.rank)
        decisive = _merged([run for run in runs if run.answer.status is worst])
        return Judgement(
            status=worst,
            why=self._described(decisive),
            exhibits=unique(exhibit for run in decisive for exhibit in run.answer.exhibits),
        )

    def _is_sure(self, run: Run) -> bool:
        return self.sure is not None and self.sure[0] <= run.first and run.last <= self.sure[1]

    def _described(self, runs: list[Run]) -> str:
        """The reasons of the deciding runs, each with its days unless it holds throughout."""
        if len(runs) == 1 and (runs[0].first, runs[0].last) == self.possible:
            return runs[0].answer.why
        shown = [f"{_days(run)}: {run.answer.why}" for run in runs[:3]]
        more = f"; and {len(runs) - 3} more periods" if len(runs) > 3 else ""
        return "; ".join(shown) + more


def _weakened(run: Run) -> Run:
    """A run on days that may lie outside the interval: anything but a yes leaves the matter open."""
    if run.answer.status is Status.MET:
        return run
    why = f"the interval's bounds are not known, and it may reach days on which {run.answer.why}"
    return Run(run.first, run.last, Answer(Status.UNCERTAIN, why, run.answer.exhibits))


def _merged(runs: list[Run]) -> list[Run]:
    """Adjacent runs with one answer as one run."""
    whole: list[Run] = []
    for run in runs:
        if whole and whole[-1].answer == run.answer and whole[-1].last + 1 == run.first:
            whole[-1] = Run(whole[-1].first, run.last, run.answer)
        else:
            whole.append(run)
    return whole


def _days(run: Run) -> str:
    first, last = date.fromordinal(run.first), date.fromordinal(run.last)
    if run.first == run.last:
        return f"on {first}"
    if run.first == BEGINNING:
        return f"until {last}"
    if run.last == END:
        return f"from {first} on"
    return f"from {first} to {last}"
