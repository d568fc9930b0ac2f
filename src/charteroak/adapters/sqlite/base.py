"""The database engine of an installation without a server: Django's own, with a queue before the write lock.

SQLite has one writer at a time. Whoever finds the lock taken sleeps up to a tenth of a second and looks again, so that
under load the lock stands free while everybody sleeps. Threads of one process wait here for each other instead and are
woken at once. Between processes a locked file beside the database says whose turn it is, and a second one who is next:
a process whose threads wait would otherwise take its turn again and again between two looks of the other. Whoever waits
looks every millisecond, and the system frees both files where a process dies. The queue decides nothing: whoever has
waited too long goes on to SQLite, which says so in its own words, and a statement outside of a transaction asks SQLite
alone.
"""

import contextlib
import fcntl
import os
import threading
import time
from typing import Any

from django.db.backends.sqlite3 import base

WAIT_SECONDS = 10.0
"""In line. SQLite itself then waits as long as the settings say."""


LOOK_SECONDS = 0.001
"""How often a process looks whether another one has left the line."""


class _Gate:
    """The way to one database file: a lock for threads of this process, two locked files beside it for processes."""

    def __init__(self, name: str) -> None:
        self._threads = threading.Lock()
        self._next: int | None = None
        self._line: int | None = None
        if os.path.isfile(name):  # noqa: PTH113 - not a database in memory, whose name is no path
            with contextlib.suppress(OSError):  # a folder where nothing can be made: SQLite's own way remains
                self._line = os.open(f"{name}-line", os.O_RDONLY | os.O_CREAT, 0o600)
                self._next = os.open(f"{name}-next", os.O_RDONLY | os.O_CREAT, 0o600)

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()

    def acquire(self, *, blocking: bool = True) -> bool:
        """Whether it is this thread's turn now. Nobody waits longer than ``WAIT_SECONDS`` for each of the two."""
        if not self._threads.acquire(timeout=WAIT_SECONDS if blocking else 0):
            return False
        last = time.monotonic() + WAIT_SECONDS if blocking else 0.0
        # Whoever is next lets nobody overtake, and is so only until its turn.
        is_next = _locked(self._next, last)
        is_first = (is_next or blocking) and _locked(self._line, last)
        if is_next:
            _unlock(self._next)
        if not is_first and not blocking:
            self._threads.release()
            return False
        return True

    def release(self) -> None:
        """Let the next one go on."""
        _unlock(self._line)
        self._threads.release()

    def close(self) -> None:
        """Leave the line for good; a lock that a parent holds stays the parent's."""
        for file in (self._line, self._next):
            if file is not None:
                os.close(file)
        self._line = self._next = None


def _locked(file: int | None, last: float) -> bool:
    """Whether the file is this process's, at the latest at that moment; as good as locked where there is none."""
    while file is not None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= last:
                return False
            time.sleep(LOOK_SECONDS)
        except OSError:  # a file system without such locks
            break
        else:
            break
    return True


def _unlock(file: int | None) -> None:
    if file is not None:
        with contextlib.suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_UN)


class _Gates:
    """One gate for each database file."""

    def __init__(self) -> None:
        self._gates: dict[str, _Gate] = {}
        self._making = threading.Lock()
        # A child has its own threads, and must not share its parent's place in the line.
        os.register_at_fork(after_in_child=self._forget)

    def of(self, name: str) -> _Gate:
        with self._making:
            return self._gates.get(name) or self._gates.setdefault(name, _Gate(name))

    def _forget(self) -> None:
        self._making = threading.Lock()
        for gate in self._gates.values():
            gate.close()
        self._gates.clear()


_GATES = _Gates()


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose transactions wait in line; its place is given up exactly when its transaction is over."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._held: _Gate | None = None

    def _start_transaction_under_autocommit(self) -> None:
        gate = _GATES.of(str(self.settings_dict["NAME"]))
        if self._held is None and gate.acquire():
            self._held = gate
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc] # Django has it, its stubs do not
        except BaseException:
            self._leave_if_over()
            raise

    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc] # see above
        finally:
            self._leave_if_over()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc] # see above
        finally:
            self._leave_if_over()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc] # see above
        finally:
            self._leave()

    def __del__(self) -> None:
        """A thread that ended within a transaction ends it with its connection."""
        self._leave()

    def _leave_if_over(self) -> None:
        # A commit that failed, such as on a full disk, leaves the transaction open until it is rolled back.
        if self.connection is None or not self.connection.in_transaction:
            self._leave()

    def _leave(self) -> None:
        held, self._held = getattr(self, "_held", None), None
        if held is not None:
            held.release()
