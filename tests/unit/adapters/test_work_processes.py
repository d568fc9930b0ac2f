"""Many items on several processes: ordered, bounded, and one bad item costs itself alone."""

import importlib
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from charteroak.adapters.work_processes import WorkProcessError, WorkProcesses

WORK = """
import os, time

def halve(number):
    if number == 13:
        os._exit(1)
    if number == 17:
        time.sleep(60)
    if number == 19:
        raise ValueError("nineteen")
    return number // 2
"""


@pytest.fixture
def halve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], int]:
    """Work that another process can import."""
    (tmp_path / "halving_for_a_test.py").write_text(WORK)
    monkeypatch.syspath_prepend(tmp_path)
    found: Callable[[int], int] = importlib.import_module("halving_for_a_test").halve
    return found


@pytest.mark.parametrize("bad", [13, 19])
def test_item_that_costs_its_process_is_missing_and_the_others_come(halve: Callable[[int], int], bad: int) -> None:
    numbers = [number for number in range(40) if number not in {13, 17, 19} - {bad}]
    processes = WorkProcesses(halve, 2, lambda _: 1)
    assert list(processes.answers(numbers)) == [None if number == bad else number // 2 for number in numbers]


def test_what_was_raised_is_logged_by_kind_and_place_and_never_quoted(
    halve: Callable[[int], int], caplog: pytest.LogCaptureFixture
) -> None:
    assert list(WorkProcesses(halve, 1, lambda _: 1).answers([2, 19, 4])) == [1, None, 2]
    assert [record.getMessage() for record in caplog.records] == [
        "An item is lost: its work raised ValueError at halving_for_a_test.py:10 (halve)."
    ]


def test_item_that_takes_too_long_is_given_up(halve: Callable[[int], int]) -> None:
    processes = WorkProcesses(halve, 2, lambda _: 1, seconds_per_batch=4.0)
    assert list(processes.answers([2, 17, 4])) == [1, None, 2]


def test_items_are_taken_only_a_little_ahead_of_the_answers(halve: Callable[[int], int]) -> None:
    taken = 0

    def endless() -> Iterator[int]:
        nonlocal taken
        for number in itertools.count(100):
            taken += 1
            yield number

    answers = WorkProcesses(halve, 1, lambda _: 1).answers(endless())
    assert [next(answers) for _ in range(5)] == [50, 50, 51, 51, 52]
    assert taken <= 200
    answers.close()  # type: ignore[attr-defined]  # a generator; its processes end with it


def test_no_items_start_nothing(halve: Callable[[int], int]) -> None:
    assert list(WorkProcesses(halve, 2, lambda _: 1).answers([])) == []


def test_work_that_no_other_process_can_load_is_refused_and_blames_no_item() -> None:
    with pytest.raises(WorkProcessError, match="did not start"):
        list(WorkProcesses(int, 1, lambda _: 1, start_seconds=0.0).answers(["1"]))
