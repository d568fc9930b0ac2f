"""The line in which processes wait for one database file: a locked file says whose turn it is, another who is next.

Without the second, a process whose threads wait would take its turn again and again between two looks of another one.
The system frees both files where a process dies. Threads of one process wait elsewhere: they hold these locks together.
"""

import contextlib
import fcntl
import os
import time

LOOK_SECONDS = 0.001
"""How often a process looks whether another one has left the line."""


class ProcessLine:
    """A place in line for this process; where no such files can be made or locked, everybody is first."""

    def __init__(self, database: str) -> None:
        self._next: int | None = None
        self._turn: int | None = None
        if os.path.isfile(database):  # noqa: PTH113 - not a database in memory, whose name is no path
            with contextlib.suppress(OSError):  # a folder where nothing can be made: SQLite's own way remains
                self._turn = os.open(f"{database}-line", os.O_RDONLY | os.O_CREAT, 0o600)
                self._next = os.open(f"{database}-next", os.O_RDONLY | os.O_CREAT, 0o600)

    def enter(self, wait_seconds: float) -> bool:
        """Whether it is this process's turn, at the latest after so long; with 0 it does not wait at all."""
        last = time.monotonic() + wait_seconds
        # Whoever is next lets nobody overtake, and is so only until its turn.
        is_next = _locked(self._next, last)
        is_first = (is_next or wait_seconds > 0) and _locked(self._turn, last)
        if is_next:
            _unlock(self._next)
        return is_first

    def leave(self) -> None:
        """Let the next one go on."""
        _unlock(self._turn)

    def close(self) -> None:
        """Leave the line for good; a lock that a parent holds stays the parent's."""
        for file in (self._turn, self._next):
            if file is not None:
                os.close(file)
        self._turn = self._next = None


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
