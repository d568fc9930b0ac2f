"""Places at which a process can die while it records: counted, and deadly where the counter says so.

Everything that reaches the disk from this side of SQLite passes one of them: opening, renaming, linking and removing
files below the data directory, each write into a new file (a fatal one writes half), both sides of each ``fsync``, of
each SQL statement and of each commit. The product knows nothing of it; the hooks live in the process that will die.
"""

import io
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

_AUDITED = ("open", "os.rename", "os.link", "os.remove", "os.mkdir", "os.truncate", "os.chmod")


def die() -> NoReturn:
    """End at once, as by ``kill -9``: no handler, no flush, no roll-back of ours."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


class KillPoints:
    """Counts the places that were passed, by name, and dies at one of them."""

    def __init__(self, below: Path, kill_at: int | None) -> None:
        self.passed: list[str] = []
        self._below = str(below)
        self._kill_at = kill_at

    @property
    def is_next_fatal(self) -> bool:
        return self._kill_at == len(self.passed) + 1

    def reach(self, name: str) -> None:
        if self.is_next_fatal:
            die()
        self.passed.append(name)

    def install(self) -> None:
        """Hook this process, for the rest of its life."""
        self.install_for_files()
        from django.db import connection
        from django.db.backends.base.base import BaseDatabaseWrapper

        connection.execute_wrappers.append(self._execute)
        BaseDatabaseWrapper._commit = self._on_both_sides(BaseDatabaseWrapper._commit)  # type: ignore[method-assign]

    def install_for_files(self) -> None:
        """Hook what reaches the disk without a database."""
        sys.addaudithook(self._audit)
        os.fsync = self._on_both_sides(os.fsync)
        os.fdopen = self._fdopen(os.fdopen)

    def _audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event not in _AUDITED or not isinstance(arguments[0], str | bytes):
            return
        path = os.fsdecode(arguments[0])
        is_reading = event == "open" and not (isinstance(arguments[2], int) and arguments[2] & os.O_CREAT)
        if path.startswith(self._below) and not is_reading:
            self.reach(event)

    def _on_both_sides(self, function: Callable[..., Any]) -> Callable[..., Any]:
        name = function.__name__

        def hooked(*arguments: Any) -> Any:
            self.reach(f"before {name}")
            result = function(*arguments)
            self.reach(f"after {name}")
            return result

        return hooked

    def _execute(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        word = sql.split(maxsplit=1)[0]
        if word == "SELECT":
            return execute(sql, *rest)
        self.reach(f"before {word}")
        result = execute(sql, *rest)
        self.reach(f"after {word}")
        return result

    def _fdopen(self, fdopen: Callable[..., Any]) -> Callable[..., Any]:
        def hooked(descriptor: int, mode: str = "r", *arguments: Any, **options: Any) -> Any:
            if mode != "wb":
                return fdopen(descriptor, mode, *arguments, **options)
            return io.BufferedWriter(_DyingFile(descriptor, self))

        return hooked


class _DyingFile(io.FileIO):
    def __init__(self, descriptor: int, points: KillPoints) -> None:
        super().__init__(descriptor, "wb")
        self._points = points

    def write(self, data: Any, /) -> int:
        if self._points.is_next_fatal:
            super().write(memoryview(data)[: len(data) // 2])
        self._points.reach("write")
        return super().write(data)


@contextmanager
def forked(work: Callable[[int], None]) -> Iterator[tuple[int, int]]:
    """Run ``work`` in a process of its own, with a pipe to write to: its number, and the end to read from."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(reading)
        code = 1
        try:
            work(writing)
            code = 0
        except BaseException:  # noqa: BLE001 - the last frame of a forked process: nothing may return from it
            sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
        finally:
            os._exit(code)
    os.close(writing)
    try:
        yield process, reading
    finally:
        os.close(reading)
