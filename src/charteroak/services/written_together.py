"""A group commit: what several threads want written at the same moment goes into one transaction.

Waiting for the disk, and for the lock of a ledger's head, costs the same for one row as for thirty. Whoever comes
while a transaction runs waits, and the first of those that waited then writes for all of them; nobody waits for
company. Whoever wrote wakes the one who is to write next, and then those it wrote for: a lock that all of them waited
for would wake one after the other only to learn that its work is done, and nobody would write meanwhile.

A thread gets its answer after the commit and not before. What cannot be written together is written one by one, each
by its own thread, so that one bad item spoils nothing for the others and its error reaches the one who sent it. A
database that is locked or gone is nobody's own fault: all of the group are told at once, since each would only wait for
it anew, one behind the other.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Generic, TypeVar

from django.db import OperationalError

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")
MOST = 32
"""In one transaction. More would make the first of them wait for the last."""

log = logging.getLogger(__name__)


class _Waiting(Generic[_Item, _Result]):
    """One item in the queue, and what became of it."""

    def __init__(self, item: _Item) -> None:
        self.item = item
        self.is_over = False
        self.results: list[_Result] = []
        """The result, once it is committed; none where the group failed."""
        self.failure: OperationalError | None = None
        """What kept the database from writing anything for the group."""
        self._turn = threading.Lock()
        self._turn.acquire()

    def wait(self) -> None:
        """Until it is over, or until it is this one's turn to write."""
        self._turn.acquire()

    def wake(self) -> None:
        """Let its thread go on; once for each item."""
        self._turn.release()


class WrittenTogether(Generic[_Item, _Result]):
    """``write_all`` writes several items in one transaction and answers their results in order; ``write_one`` one."""

    def __init__(
        self, write_all: Callable[[Sequence[_Item]], Sequence[_Result]], write_one: Callable[[_Item], _Result]
    ) -> None:
        self._write_all, self._write_one = write_all, write_one
        self._queue: list[_Waiting[_Item, _Result]] = []
        self._is_led = False
        """Whether some thread writes, or was woken to; where nobody does, nobody waits."""
        self._following: _Waiting[_Item, _Result] | None = None
        """Who was woken to write and has not begun."""
        self._joining = threading.Lock()

    def write(self, item: _Item) -> _Result:
        """The result of an item that is written and committed.

        Raises:
            OperationalError: the database could not write for anybody; then it is not written.
            Exception: whatever ``write_one`` raises for this item; then it is not written.
        """
        mine: _Waiting[_Item, _Result] = _Waiting(item)
        with self._joining:
            self._queue.append(mine)
            has_to_wait, self._is_led = self._is_led, True
        if has_to_wait:
            try:
                mine.wait()
            except BaseException:
                self._leave(mine)
                raise
        if not mine.is_over:
            with self._joining:
                group, self._queue, self._following = self._queue[:MOST], self._queue[MOST:], None
            try:
                if group == [mine]:
                    return self._write_one(item)
                self._lead(group)
            finally:
                self._hand_over(each for each in group if each is not mine)
        if mine.failure is not None:
            # One error object for each thread: raising adds to its traceback.
            raise OperationalError(*mine.failure.args) from mine.failure
        return mine.results[0] if mine.results else self._write_one(item)

    def _hand_over(self, others: Iterable[_Waiting[_Item, _Result]]) -> None:
        """Wake who is to write next, if anybody waits, and those who were written for."""
        with self._joining:
            self._following = self._queue[0] if self._queue else None
            self._is_led = self._following is not None
            woken = [*filter(None, [self._following]), *others]
        for each in woken:
            each.wake()

    def _leave(self, mine: _Waiting[_Item, _Result]) -> None:
        """Who is interrupted while it waits is not written for, and is not waited for to write for others."""
        with self._joining:
            if mine in self._queue:
                self._queue.remove(mine)
            is_to_write = self._following is mine
        if is_to_write:
            self._hand_over(())

    def _lead(self, group: Sequence[_Waiting[_Item, _Result]]) -> None:
        try:
            results = self._write_all([each.item for each in group])
            for each, result in zip(group, results, strict=True):
                each.results.append(result)
        except OperationalError as error:
            for each in group:
                each.failure = error
        except Exception:
            # Each of them meets its own error when it is written alone.
            log.info("%d could not be written together and are written one by one.", len(group), exc_info=True)
        finally:
            for each in group:
                each.is_over = True
