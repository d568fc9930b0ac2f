"""The first list of gaps: what the first practices and the act's paper still lack, in the order of work.

It is a view of the record and of the proposal's order; nothing in it is recorded as a gap. What is answered *yes*
stays in it until something shows it: an answer alone is no evidence.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from charteroak.program.findings import Finding
from charteroak.program.gaps import Gap, open_gaps
from charteroak.program.start.proposal import FirstPractice
from charteroak.program.status import ProgramStatus

_WORK_FIRST = ("no", "partly", "unknown", "yes")
"""Within the list: what is not done, what is half done, what must be found out, what only has to be shown."""
FIND_OUT_MINUTES = (5, 15)
"""To find out who knows, and ask. Our estimate."""
SHOW_MINUTES = (5, 10)
"""To take a picture or an export and record it. Our estimate."""


@dataclass(frozen=True, slots=True)
class FirstGap:
    """One thing to do next: what, about how long, and what will show it."""

    practice: FirstPractice
    answer: str
    do: str
    minutes: tuple[int, int]
    shows: Sequence[str]


@dataclass(frozen=True, slots=True)
class FirstGaps:
    """The first list of gaps on a day."""

    gaps: tuple[FirstGap, ...]
    shown: tuple[FirstPractice, ...]
    """Answered yes and shown by fresh evidence."""
    paper: tuple[Gap, ...]
    """What the act asks for beside the practices, in order of work."""

    @property
    def minutes(self) -> tuple[int, int]:
        """What the first steps take together."""
        return sum(gap.minutes[0] for gap in self.gaps), sum(gap.minutes[1] for gap in self.gaps)


def first_gaps(status: ProgramStatus, first: Sequence[FirstPractice]) -> FirstGaps:
    """What is open among the first practices, and what the act asks for beside them."""
    found = [(each, status.findings[each.practice.id]) for each in first if each.practice.id in status.findings]
    todo = [(each, finding) for each, finding in found if not finding.is_shown]
    todo.sort(key=lambda pair: _WORK_FIRST.index(pair[1].answer))
    return FirstGaps(
        gaps=tuple(_gap(each, finding) for each, finding in todo),
        shown=tuple(each for each, finding in found if finding.is_shown),
        paper=tuple(_paper(status)),
    )


def _gap(first: FirstPractice, finding: Finding) -> FirstGap:
    practice, rule = first.practice, first.rule
    match finding.answer:
        case "unknown":
            do, minutes = f"Find out who knows, and ask: {practice.question}", FIND_OUT_MINUTES
        case "yes":
            do, minutes = "You say that it is done. Show it.", SHOW_MINUTES
        case "partly":
            do, minutes = f"Do the rest. {practice.do}", rule.minutes
        case _:
            do, minutes = rule.first_step, rule.minutes
    return FirstGap(first, finding.answer, do, minutes, practice.shows)


def _paper(status: ProgramStatus) -> Iterator[Gap]:
    return (gap for gap in open_gaps(status) if gap.practice is None)
