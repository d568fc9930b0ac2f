"""The clock of an exercise: pauses, paces, steps and decisions."""

from datetime import UTC, datetime, timedelta

import pytest

from charteroak.response.exercises.clock import (
    STEPPED,
    Chosen,
    ExerciseClock,
    Pause,
    injects_due,
    next_after,
    skipped_to,
)
from charteroak.response.exercises.packaged import load_scenarios

START = datetime(2026, 3, 8, 6, 30, tzinfo=UTC)  # half an hour before clocks in Connecticut jump
TOWN = load_scenarios()["town-hall-ransomware"]


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def names(now: datetime, **more: object) -> list[str]:
    return [due.inject.id for due in injects_due(TOWN, START, now, **more)]  # type: ignore[arg-type] # a test's shorthand


@pytest.mark.parametrize(
    ("clock", "at", "elapsed"),
    [
        (ExerciseClock(START), 60, 60),
        (ExerciseClock(START, factor=10), 3, 30),
        (ExerciseClock(START), -5, 0),
        (ExerciseClock(START, pauses=(Pause(START + minutes(10), START + minutes(25)),)), 60, 45),
        (ExerciseClock(START, pauses=(Pause(START + minutes(10)),)), 60, 10),
        (ExerciseClock(START, pauses=(Pause(START + minutes(10)), Pause(START + minutes(5)))), 60, 5),
        (ExerciseClock(START, pauses=(Pause(START - minutes(9), START + minutes(1)),)), 10, 9),
        (ExerciseClock(START, factor=STEPPED, skipped=minutes(40)), 3000, 40),
        (ExerciseClock(START, ended=START + minutes(7)), 60, 7),
        (ExerciseClock(START, skipped=minutes(5)), 1, 6),
    ],
)
def test_exercise_time_at_a_moment(clock: ExerciseClock, at: float, elapsed: float) -> None:
    assert clock.elapsed(START + minutes(at)) == minutes(elapsed)


def test_an_inject_comes_at_its_minute_and_not_before() -> None:
    assert names(START + minutes(9.99)) == ["clerk-calls"]
    assert names(START + minutes(10)) == ["clerk-calls", "more-machines"]


def test_no_inject_comes_while_the_clock_stands() -> None:
    assert names(START + minutes(600), pauses=(Pause(START + minutes(1)),)) == ["clerk-calls"]


def test_a_branch_nobody_chose_does_not_come() -> None:
    everything = names(START + minutes(90))
    assert "they-answer" not in everything
    assert "insurer-warns" not in everything


def test_a_branch_comes_when_it_is_chosen_if_that_is_later_than_its_time() -> None:
    late = {"the-note": Chosen("pay", minutes(50))}
    assert "insurer-warns" not in names(START + minutes(49), choices=late)
    due = injects_due(TOWN, START, START + minutes(50), choices=late)
    assert next(each.after for each in due if each.inject.id == "insurer-warns") == minutes(50)
    early = {"the-note": Chosen("pay", minutes(26))}
    assert "insurer-warns" not in names(START + minutes(39), choices=early)
    assert "insurer-warns" in names(START + minutes(40), choices=early)


def test_stepping_goes_to_the_next_inject_and_never_back() -> None:
    clock = ExerciseClock(START, factor=STEPPED)
    following = next_after(TOWN, minutes(0), {})
    assert following == minutes(10)
    stepped = skipped_to(clock, START, minutes(10))
    assert stepped.elapsed(START) == minutes(10)
    assert skipped_to(stepped, START, minutes(3)).elapsed(START) == minutes(10)
    assert next_after(TOWN, minutes(90), {}) is None
