"""What several threads want written at once goes into one transaction; each gets its own result or its own error."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError

from charteroak.services import written_together
from charteroak.services.written_together import MOST, WrittenTogether

WAIT_SECONDS = 20
LOCKED = 1_000


class Disk:
    """Where numbers are written; the first to come waits until it is told to go on, so that others gather behind."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.alone: list[int] = []
        self.is_held = threading.Event()
        self.go_on = threading.Event()
        self.together = WrittenTogether(self._all, self._one)

    def _all(self, items: Sequence[int]) -> Sequence[str]:
        self.groups.append(list(items))
        if LOCKED in items:
            raise OperationalError("database is locked")
        if any(item < 0 for item in items):
            raise ValueError(items)
        return [f"written {item}" for item in items]

    def _one(self, item: int) -> str:
        if not self.is_held.is_set():
            self.is_held.set()
            assert self.go_on.wait(WAIT_SECONDS)
        self.alone.append(item)
        if item < 0:
            raise ValueError(item)
        return f"written {item}"

    def waiting(self) -> int:
        return len(self.together._queue)

    def wait_for(self, number: int) -> None:
        pause = threading.Event()
        for _ in range(WAIT_SECONDS * 100):
            if self.waiting() == number:
                return
            pause.wait(0.01)


def gather(disk: Disk, items: Sequence[int]) -> list[object]:
    """What each item's own thread got, when all of them came while item 0 was being written."""
    with ThreadPoolExecutor(len(items) + 1) as threads:
        first = threads.submit(disk.together.write, 0)
        assert disk.is_held.wait(WAIT_SECONDS)
        others = [threads.submit(disk.together.write, item) for item in items]
        disk.wait_for(len(items))
        disk.go_on.set()
        return [each.exception(WAIT_SECONDS) or each.result(WAIT_SECONDS) for each in (first, *others)]


def test_nobody_waits_for_company() -> None:
    disk = Disk()
    disk.go_on.set()
    assert disk.together.write(7) == "written 7"
    assert (disk.alone, disk.groups) == ([7], [])


def test_those_who_come_while_one_is_written_are_written_together() -> None:
    disk = Disk()
    assert gather(disk, [1, 2, 3]) == [f"written {number}" for number in range(4)]
    assert (disk.alone, [sorted(group) for group in disk.groups]) == ([0], [[1, 2, 3]])


def test_a_bad_one_spoils_nothing_for_the_others_and_meets_its_own_error() -> None:
    disk = Disk()
    results = gather(disk, [1, -2, 3])
    assert [results[0], results[1], results[3]] == ["written 0", "written 1", "written 3"]
    assert isinstance(results[2], ValueError)
    assert results[2].args == (-2,)
    assert sorted(disk.alone) == [-2, 0, 1, 3]


def test_a_locked_database_is_told_to_all_of_the_group_at_once() -> None:
    disk = Disk()
    first, *others = gather(disk, [1, LOCKED, 3])
    assert first == "written 0"
    assert [type(each) for each in others] == [OperationalError] * 3
    assert disk.alone == [0], "nobody waited for the lock once more"


def test_a_group_has_a_bound_and_nobody_is_forgotten() -> None:
    disk = Disk()
    items = list(range(1, 2 * MOST + 6))
    assert gather(disk, items) == [f"written {number}" for number in (0, *items)]
    assert [len(group) for group in disk.groups] == [MOST, MOST, 5]


def test_an_error_of_one_that_is_alone_reaches_it_and_the_next_is_written() -> None:
    disk = Disk()
    disk.go_on.set()
    with pytest.raises(ValueError, match="-1"):
        disk.together.write(-1)
    assert disk.together.write(1) == "written 1"


def test_who_is_interrupted_while_it_waits_to_write_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    disk = Disk()
    wait = written_together._Waiting.wait

    def wait_and_be_interrupted(waiting: "written_together._Waiting[int, str]") -> None:
        wait(waiting)
        if waiting.item == 1:
            raise KeyboardInterrupt

    monkeypatch.setattr(written_together._Waiting, "wait", wait_and_be_interrupted)
    with ThreadPoolExecutor(3) as threads:
        first = threads.submit(disk.together.write, 0)
        assert disk.is_held.wait(WAIT_SECONDS)
        interrupted = threads.submit(disk.together.write, 1)
        disk.wait_for(1)
        last = threads.submit(disk.together.write, 2)
        disk.wait_for(2)
        disk.go_on.set()
        assert (first.result(WAIT_SECONDS), last.result(WAIT_SECONDS)) == ("written 0", "written 2")
        assert isinstance(interrupted.exception(WAIT_SECONDS), KeyboardInterrupt)
    assert disk.alone == [0, 2]
    assert disk.together.write(3) == "written 3"
