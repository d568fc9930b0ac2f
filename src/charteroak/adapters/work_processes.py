"""One job for each of many items, on several processes, any of which may be lost.

Answers come in the order of the items. What is held is bounded: each process has one batch, and no batch begins that
lies far ahead of the answer that is waited for. A process that dies or takes too long costs the one item that did it:
the items of its batch are tried again one by one, and the culprit is answered with ``None``. Processes are started
afresh (``spawn``) and inherit nothing; they end with whoever started them.
"""

import itertools
import logging
import multiprocessing
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import ClassVar, Generic, TypeVar

from charteroak.adapters.log_lines import raised
from charteroak.errors import CouldNotError

SECONDS_PER_BATCH = 120.0
"""Longest wait for a batch; the limits of what is analysed allow no message a tenth of it."""

START_SECONDS = 60.0
_BATCH_ITEMS = 16
_BATCH_BYTES = 1 << 20
_AHEAD = 4
"""Batches for each process that may be done or under way before the one that is waited for."""

_log = logging.getLogger(__name__)

_Item = TypeVar("_Item")
_Answer = TypeVar("_Answer")


class WorkProcessError(CouldNotError):
    """Processes cannot be started here."""

    code: ClassVar[str] = "work.processes"


@dataclass(slots=True)
class _Batch(Generic[_Item]):
    items: list[_Item]
    number: int
    first: int = 0
    """Where in its numbered batch the first item stood."""


@dataclass(frozen=True, slots=True)
class _Raised:
    """That the work raised, of which kind and where; never its message, which may quote what people received."""

    what: str


@dataclass(slots=True)
class _Worker(Generic[_Item]):
    process: SpawnProcess
    pipe: Connection
    batch: _Batch[_Item] | None = None
    deadline: float = 0.0


@dataclass(slots=True)
class _Numbered(Generic[_Answer]):
    """The answers of one batch as far as they are there."""

    answers: list[_Answer | None]
    missing: int


@dataclass(slots=True)
class WorkProcesses(Generic[_Item, _Answer]):
    """So many processes that do ``work``, which both it and the items must be able to cross a pipe for."""

    work: Callable[[_Item], _Answer]
    processes: int
    size: Callable[[_Item], int]
    seconds_per_batch: float = SECONDS_PER_BATCH
    start_seconds: float = START_SECONDS
    _workers: list[_Worker[_Item]] = field(default_factory=list)

    def answers(self, items: Iterable[_Item]) -> Iterator[_Answer | None]:
        """The answer for each item in turn; ``None`` for one that cost its process."""
        batches = _batches(items, self.size)
        foremost = next(batches, None)
        if foremost is None:
            return
        batches = itertools.chain([foremost], batches)
        again: deque[_Batch[_Item]] = deque()
        under_way: dict[int, _Numbered[_Answer]] = {}
        wanted = 0
        exhausted = False
        try:
            while True:
                while wanted in under_way and not under_way[wanted].missing:
                    yield from under_way.pop(wanted).answers
                    wanted += 1
                for worker in self._idle():
                    if again:
                        self._give(worker, again.popleft())
                        continue
                    started = max(under_way, default=wanted - 1) + 1
                    if exhausted or started - wanted >= _AHEAD * self.processes:
                        continue
                    items_of_batch = next(batches, None)
                    if items_of_batch is None:
                        exhausted = True
                        continue
                    under_way[started] = _Numbered([None] * len(items_of_batch), len(items_of_batch))
                    self._give(worker, _Batch(items_of_batch, started))
                if exhausted and not under_way:
                    return
                for batch, found in self._finished():
                    target = under_way[batch.number]
                    if found is None and len(batch.items) > 1:
                        again.extend(_Batch([item], batch.number, place) for place, item in enumerate(batch.items))
                        continue
                    for offset, answer in enumerate(found or [None]):
                        target.answers[batch.first + offset] = answer
                    target.missing -= len(batch.items)
        finally:
            self._end()

    def _idle(self) -> list[_Worker[_Item]]:
        started = [self._start() for _ in range(self.processes - len(self._workers))]
        self._workers += started
        for worker in started:
            _wait_until_ready(worker, self.start_seconds)
        return [worker for worker in self._workers if worker.batch is None]

    def _start(self) -> _Worker[_Item]:
        context = multiprocessing.get_context("spawn")
        here, there = context.Pipe()
        process = context.Process(target=_serve, args=(self.work, there), daemon=True)
        process.start()
        there.close()
        return _Worker(process, here)

    def _give(self, worker: _Worker[_Item], batch: _Batch[_Item]) -> None:
        worker.batch = batch
        worker.deadline = time.monotonic() + self.seconds_per_batch
        try:
            worker.pipe.send(batch.items)
        except OSError:
            # It is gone; that shows as its pipe's end when answers are waited for.
            worker.deadline = 0.0

    def _finished(self) -> Iterator[tuple[_Batch[_Item], list[_Answer] | None]]:
        """Batches with their answers, or with none where the process was lost; waits for the first."""
        busy = {worker.pipe: worker for worker in self._workers if worker.batch is not None}
        left = min(worker.deadline for worker in busy.values()) - time.monotonic()
        ready = set(wait(list(busy), timeout=max(0.0, left)))
        for pipe, worker in busy.items():
            if pipe not in ready and worker.deadline > time.monotonic():
                continue
            batch, worker.batch = worker.batch, None
            found: list[_Answer] | None = None
            if pipe in ready:
                try:
                    received = pipe.recv()
                except (EOFError, OSError):
                    received = None
                if isinstance(received, _Raised):
                    # The items of a larger batch are tried again one by one, and the culprit raises once more.
                    if batch is not None and len(batch.items) == 1:
                        _log.error("An item is lost: its work raised %s.", received.what)
                    received = None
                found = received
            if found is None:
                self._workers.remove(worker)
                _end(worker)
            if batch is not None:
                yield batch, found

    def _end(self) -> None:
        for worker in self._workers:
            _end(worker)
        self._workers.clear()


def _wait_until_ready(worker: _Worker[_Item], seconds: float) -> None:
    try:
        is_ready = worker.pipe.poll(seconds) and worker.pipe.recv()
    except (EOFError, OSError):
        is_ready = False
    if not is_ready:
        # No item did this, so that none may be blamed for it.
        raise WorkProcessError(
            "A process to share the work with did not start.", remedy="Work in one process: --jobs 1."
        )


def _end(worker: _Worker[_Item]) -> None:
    worker.pipe.close()
    worker.process.kill()
    worker.process.join()
    worker.process.close()


def _batches(items: Iterable[_Item], size: Callable[[_Item], int]) -> Iterator[list[_Item]]:
    batch: list[_Item] = []
    held = 0
    for item in items:
        batch.append(item)
        held += size(item)
        if len(batch) == _BATCH_ITEMS or held >= _BATCH_BYTES:
            yield batch
            batch, held = [], 0
    if batch:
        yield batch


def _serve(work: Callable[[_Item], _Answer], pipe: Connection) -> None:
    """In another process: batches in, answers out, until the pipe ends."""
    try:
        pipe.send(True)
        while True:
            items = pipe.recv()
            try:
                answers = [work(item) for item in items]
            except Exception as error:  # noqa: BLE001 - whatever it was, the item that did it is answered as lost, and named
                pipe.send(_Raised(raised(error)))
                return
            pipe.send(answers)
    except (EOFError, OSError, KeyboardInterrupt):
        return
