"""The database engine of an installation without a server: Django's own, with a queue before the write lock.

SQLite has one writer at a time. Whoever finds the lock taken sleeps up to a tenth of a second and looks again, so that
under load the lock stands free while everybody sleeps. Threads of one process wait here for each other instead and are
woken at once; between processes SQLite's own way remains. The queue decides nothing: whoever has waited too long goes
on to SQLite, which says so in its own words, and a statement outside of a transaction asks SQLite alone.
"""

import os
import threading
from typing import Any

from django.db.backends.sqlite3 import base

WAIT_SECONDS = 10.0
"""In line. SQLite itself then waits as long as the settings say."""


class _Gates:
    """One lock for each database file."""

    def __init__(self) -> None:
        self._locks: dict[str, threading.Lock] = {}
        os.register_at_fork(after_in_child=self._locks.clear)

    def of(self, name: str) -> threading.Lock:
        return self._locks.setdefault(name, threading.Lock())


_GATES = _Gates()


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose transactions wait in line; its place is given up exactly when its transaction is over."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._held: threading.Lock | None = None

    def _start_transaction_under_autocommit(self) -> None:
        gate = _GATES.of(str(self.settings_dict["NAME"]))
        if self._held is None and gate.acquire(timeout=WAIT_SECONDS):
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
