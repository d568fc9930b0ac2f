"""An interval cut into stretches: complete, without overlap, and as few as possible."""

import itertools
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from charteroak.program.stretches import Stretch, stretches

FIRST = date(2026, 1, 1)


def test_neighbors_with_one_answer_are_one_stretch() -> None:
    turning = [date(2026, 1, 5), date(2026, 1, 9)]
    found = stretches(FIRST, date(2026, 1, 20), turning, lambda day: day >= date(2026, 1, 9))
    assert found == [
        Stretch(FIRST, date(2026, 1, 8), answer=False),
        Stretch(date(2026, 1, 9), date(2026, 1, 20), answer=True),
    ]


def test_days_outside_the_interval_are_ignored() -> None:
    assert len(stretches(FIRST, FIRST, [FIRST - timedelta(1), FIRST + timedelta(1)], lambda day: day)) == 1


@given(st.lists(st.integers(0, 3), min_size=1, max_size=60))
def test_stretches_say_the_same_as_asking_each_day(answers: list[int]) -> None:
    last = FIRST + timedelta(days=len(answers) - 1)
    turning = [FIRST + timedelta(days=n) for n in range(1, len(answers)) if answers[n] != answers[n - 1]]
    found = stretches(FIRST, last, turning, lambda day: answers[(day - FIRST).days])
    spoken = [stretch.answer for stretch in found for _ in range((stretch.last - stretch.first).days + 1)]
    assert spoken == answers
    assert all(a.answer != b.answer for a, b in itertools.pairwise(found))
