"""An interval cut into stretches of days that share one answer."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Stretch(Generic[Answer]):
    """Days, both inclusive, that share one answer."""

    first: date
    last: date
    answer: Answer


def stretches(
    first: date, last: date, turning_days: Iterable[date], answer_on: Callable[[date], Answer]
) -> list[Stretch[Answer]]:
    """The interval as the fewest stretches.

    ``turning_days`` must hold every day on which the answer may differ from the day before; days outside the interval
    are ignored. The question is asked once for each, so a long interval costs no more than a short one.
    """
    starts = sorted({first, *(day for day in turning_days if first < day <= last)})
    ends = [start - timedelta(days=1) for start in starts[1:]] + [last]
    joined: list[Stretch[Answer]] = []
    for start, end in zip(starts, ends, strict=True):
        answer = answer_on(start)
        if joined and joined[-1].answer == answer:
            joined[-1] = Stretch(joined[-1].first, end, answer)
        else:
            joined.append(Stretch(start, end, answer))
    return joined
