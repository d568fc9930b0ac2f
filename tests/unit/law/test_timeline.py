"""Answers that change from day to day, and how they combine."""

from datetime import date

import pytest

from charteroak.law.timeline import (
    BEGINNING,
    END,
    NOT_KNOWN,
    Answer,
    Cover,
    Period,
    Status,
    all_of,
    always,
    any_of,
    covers,
    negated,
    restricted,
    timeline,
)

MET, NOT_MET, UNCERTAIN, COUNSEL = Status.MET, Status.NOT_MET, Status.UNCERTAIN, Status.COUNSEL


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


@pytest.mark.parametrize(
    ("one", "other", "both", "either"),
    [
        (MET, MET, MET, MET),
        (MET, COUNSEL, COUNSEL, MET),
        (MET, UNCERTAIN, UNCERTAIN, MET),
        (MET, NOT_MET, NOT_MET, MET),
        (COUNSEL, UNCERTAIN, UNCERTAIN, COUNSEL),
        (COUNSEL, NOT_MET, NOT_MET, COUNSEL),
        (UNCERTAIN, NOT_MET, NOT_MET, UNCERTAIN),
    ],
)
def test_the_worst_part_decides_all_and_the_best_part_decides_any(
    one: Status, other: Status, both: Status, either: Status
) -> None:
    for first, second in ((one, other), (other, one)):
        parts = always(first, "a"), always(second, "b")
        assert all_of(*parts).on(5).status is both
        assert any_of(*parts).on(5).status is either


def test_reasons_and_exhibits_of_the_deciding_parts_are_joined_once_each() -> None:
    joined = all_of(always(MET, "a", ("1", "2")), always(MET, "b", ("2", "3")), always(MET, "a"), always(MET, ""))
    assert joined.on(1) == Answer(MET, "a; b", ("1", "2", "3"))


def test_a_step_holds_from_its_first_day_to_the_day_before_the_next() -> None:
    steps = timeline([(BEGINNING, Answer(NOT_MET, "no")), (10, Answer(MET, "yes")), (20, Answer(MET, "yes"))])
    assert [steps.on(number).status for number in (1, 9, 10, 25)] == [NOT_MET, NOT_MET, MET, MET]
    assert len(steps.steps) == 2


def test_runs_are_cut_at_changes_and_at_given_days() -> None:
    steps = timeline([(BEGINNING, Answer(NOT_MET, "no")), (10, Answer(MET, "yes"))])
    assert [(run.first, run.last) for run in steps.runs(5, 20, cuts=[15, 99])] == [(5, 9), (10, 14), (15, 20)]


def test_negation_leaves_open_what_is_open() -> None:
    for status, negative in ((MET, NOT_MET), (NOT_MET, MET), (UNCERTAIN, UNCERTAIN), (COUNSEL, COUNSEL)):
        assert negated(always(status, "x")).on(1).status is negative


def test_a_restricted_part_leaves_the_other_days_to_the_other_answer() -> None:
    other = Answer(MET, "")
    inside = restricted(always(NOT_MET, "x"), 10, 20, other)
    assert [inside.on(number).status for number in (9, 10, 20, 21)] == [MET, NOT_MET, NOT_MET, MET]
    assert restricted(always(NOT_MET, "x"), BEGINNING, END, other) == always(NOT_MET, "x")


@pytest.mark.parametrize(
    ("period", "certain", "possible"),
    [
        (
            Period(date(2024, 1, 1), date(2024, 1, 2)),
            (day("2024-01-01"), day("2024-01-02")),
            (day("2024-01-01"), day("2024-01-02")),
        ),
        (Period(date(2024, 1, 1), None), (day("2024-01-01"), END), (day("2024-01-01"), END)),
        (
            Period(date(2024, 1, 1), None, last_known=False),
            (day("2024-01-01"), day("2024-01-01")),
            (day("2024-01-01"), END),
        ),
        (
            Period(None, date(2024, 1, 2)),
            (day("2024-01-02"), day("2024-01-02")),
            (BEGINNING, day("2024-01-02")),
        ),
        (Period(None, None), None, (BEGINNING, END)),
        (NOT_KNOWN, None, (BEGINNING, END)),
    ],
)
def test_a_period_knows_which_days_are_sure_and_which_are_possible(
    period: Period, certain: tuple[int, int] | None, possible: tuple[int, int]
) -> None:
    assert period.certain() == certain
    assert period.possible() == possible


def test_covers_name_the_rows_of_every_stretch() -> None:
    periods = [Period(date.min, date.max), Period(date.fromordinal(10), None, last_known=False)]
    assert list(covers(periods)) == [Cover(BEGINNING, (0,), ()), Cover(10, (0, 1), ()), Cover(11, (0,), (1,))]


def test_no_rows_cover_nothing() -> None:
    assert list(covers([])) == [Cover(BEGINNING, (), ())]
