"""Two time axes: what was so, and what was known."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from charteroak.program.errors import QuestionError
from charteroak.program.history import Timing, as_of, changes_between, in_force, knowledge


def indexes(facts: Any) -> list[int]:
    return [fact.index for fact in facts]


def test_what_was_recorded_later_is_not_there_whatever_it_says(history: Any) -> None:
    history.answer("lock", "no", "2026-03-01")
    history.answer("lock", "yes", "2026-02-01", recorded="2026-10-01")
    assert indexes(as_of(history.facts, date(2026, 5, 1), date(2026, 9, 30))) == [0]
    assert indexes(as_of(history.facts, date(2026, 5, 1), date(2026, 10, 1))) == [0, 1]


def test_a_day_means_what_was_known_when_it_ended_and_an_instant_means_that_instant(history: Any) -> None:
    history.answer("lock", "no", "2026-03-01")
    assert indexes(knowledge(history.facts, date(2026, 3, 1)).facts) == [0]
    assert indexes(knowledge(history.facts, datetime(2026, 3, 1, 16, 59, tzinfo=UTC)).facts) == []
    assert indexes(knowledge(history.facts, datetime(2026, 3, 1, 17, tzinfo=UTC)).facts) == [0]


def test_the_state_that_began_last_is_in_force_even_if_an_older_one_was_recorded_after_it(history: Any) -> None:
    history.answer("lock", "no", "2026-03-01")
    history.answer("lock", "yes", "2026-02-01", recorded="2026-10-01")
    current = in_force(history.facts, date(2026, 5, 1))
    assert current is not None
    assert current.index == 0


def test_of_two_states_that_began_together_the_one_recorded_later_is_in_force(history: Any) -> None:
    history.answer("lock", "no", "2026-03-01")
    history.answer("lock", "yes", "2026-03-01", recorded="2026-03-05")
    current = in_force(history.facts, date(2026, 3, 1))
    assert current is not None
    assert current.index == 1


def test_a_state_with_an_end_gives_way_to_the_one_that_still_holds(history: Any) -> None:
    history.answer("lock", "yes", "2026-01-01")
    history.answer("lock", "no", "2026-03-01", to="2026-03-15")
    answers = [in_force(history.facts, date(2026, 3, day)) for day in (1, 15, 16)]
    assert [fact.index for fact in answers if fact is not None] == [1, 1, 0]


def test_nothing_is_in_force_before_the_first_state(history: Any) -> None:
    history.answer("lock", "yes", "2026-01-01")
    assert in_force(history.facts, date(2025, 12, 31)) is None


def test_a_correction_holds_from_when_it_was_recorded_and_edits_nothing(history: Any) -> None:
    history.answer("lock", "yes", "2026-01-01")
    history.correct(0, "2026-04-01")
    before, after = knowledge(history.facts, date(2026, 3, 31)), knowledge(history.facts, date(2026, 4, 1))
    assert indexes(before.standing) == [0]
    assert indexes(after.standing) == [1]
    assert indexes(after.facts) == [0, 1]
    assert after.corrected_by[0].index == 1


def test_a_corrected_correction_no_longer_corrects(history: Any) -> None:
    history.answer("lock", "yes", "2026-01-01")
    history.correct(0, "2026-02-01")
    history.correct(1, "2026-03-01")
    assert indexes(knowledge(history.facts).standing) == [0, 2]


@pytest.mark.parametrize("target", [1, 2, 99], ids=["itself", "a later entry", "no entry"])
def test_a_correction_reaches_backwards_only(history: Any, target: int) -> None:
    history.answer("lock", "yes", "2026-01-01")
    history.correct(target, "2026-02-01")
    history.answer("lock", "no", "2026-03-01")
    assert indexes(knowledge(history.facts).standing) == [0, 1, 2]


def test_changes_in_an_interval_are_listed_in_order_and_late_ones_are_named(history: Any) -> None:
    history.answer("lock", "yes", "2026-01-05")
    history.evidence("lock", "2026-02-10")
    history.evidence("lock", "2026-01-20", recorded="2026-02-15")
    history.evidence("train", "2026-02-05", recorded="2026-04-01")
    history.evidence("train", "2026-03-05")
    changes = changes_between(history.facts, date(2026, 2, 1), date(2026, 2, 28))
    assert [(change.fact.index, change.timing) for change in changes] == [
        (2, Timing.RECORDED_INSIDE),
        (3, Timing.LATE),
        (1, Timing.IN_TIME),
    ]


def test_late_entries_about_the_time_before_the_interval_are_listed_too(history: Any) -> None:
    history.answer("lock", "yes", "2025-06-01", recorded="2026-10-01")
    changes = changes_between(history.facts, date(2026, 2, 1), date(2026, 2, 28))
    assert [change.timing for change in changes] == [Timing.LATE]
    assert changes_between(history.facts, date(2026, 2, 1), date(2026, 2, 28), date(2026, 9, 30)) == ()


def test_a_long_event_and_the_end_of_a_state_are_changes_inside(history: Any) -> None:
    history.evidence("lock", "2026-01-01", to="2026-06-30")
    history.answer("lock", "yes", "2026-01-01", to="2026-02-10", recorded="2026-01-02")
    history.answer("train", "yes", "2026-01-01")
    changes = changes_between(history.facts, date(2026, 2, 1), date(2026, 2, 28))
    assert {change.fact.index: change.timing for change in changes} == {0: Timing.LATE, 1: Timing.IN_TIME}


def test_a_corrected_change_names_its_correction(history: Any) -> None:
    history.evidence("lock", "2026-02-10")
    history.correct(0, "2026-05-01")
    changes = changes_between(history.facts, date(2026, 2, 1), date(2026, 2, 28))
    assert [(change.fact.index, change.corrected_by) for change in changes] == [(0, 1)]


def test_a_reversed_interval_is_refused(history: Any) -> None:
    with pytest.raises(QuestionError, match="2026-01-01 lies before 2026-02-01"):
        changes_between(history.facts, date(2026, 2, 1), date(2026, 1, 1))
