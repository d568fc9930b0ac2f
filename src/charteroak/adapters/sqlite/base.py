"""The database engine of an installation without a server: Django's own, with a queue before the write lock.

SQLite has one writer at a time. Whoever finds the lock taken sleeps up to a tenth of a second and looks again, so that
under load the lock stands free while everybody sleeps. Threads of one process wait here for each other instead and are
woken at once; processes wait in a line of their own (``process_line``). The queue decides nothing: whoever has waited
too long goes on to SQLite, which says so in its own words, and a statement outside of a transaction asks SQLite alone.
"""

import os
import threading
from typing import Any

from django.db.backends.sqlite3 import base

from charteroak.adapters.sqlite.process_line import ProcessLine

WAIT_SECONDS = 10.0
"""In line. SQLite itself then waits as long as the settings say."""


class _Gate:
    """The way to one database file: first among the threads of this process, then among the processes."""

    def __init__(self, name: str) -> None:
        self._threads = threading.Lock()
        self._processes = ProcessLine(name)

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()

    def acquire(self, *, blocking: bool = True) -> bool:
        """Whether it is this thread's turn now. Nobody waits longer than ``WAIT_SECONDS`` for each of the two."""
        wait_seconds = WAIT_SECONDS if blocking else 0
        if not self._threads.acquire(timeout=wait_seconds):
            return False
        if not self._processes.enter(wait_seconds) and not blocking:
            self._threads.release()
            return False
        return True

    def release(self) -> None:
        """Let the next one go on."""
        self._processes.leave()
        self._threads.release()

    def close(self) -> None:
        """Leave the line of processes for good, as a child of the one that stands in it."""
        self._processes.close()


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
