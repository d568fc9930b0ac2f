"""The queue before SQLite's write lock: it lets one writer in at a time and is never left locked behind anyone."""

import fcntl
import gc
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.db import connections as django_connections
from pytest_django.plugin import DjangoDbBlocker

from charteroak.adapters.sqlite import base
from charteroak.adapters.sqlite.base import DatabaseWrapper

Connect = Callable[[], DatabaseWrapper]
ALIAS = "queue"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "queue.sqlite3"
    with sqlite3.connect(file) as made:
        made.executescript("PRAGMA journal_mode=WAL; CREATE TABLE kept (value INTEGER UNIQUE NOT NULL);")
    made.close()
    return file


@pytest.fixture
def database(path: Path, monkeypatch: pytest.MonkeyPatch, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The alias of a database of this test alone, with the engine and options of an installation."""
    settings: dict[str, Any] = {
        **django_connections["default"].settings_dict,
        "ENGINE": "charteroak.adapters.sqlite",
        "NAME": str(path),
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 5, "init_command": "PRAGMA synchronous=FULL"},
    }
    monkeypatch.setitem(django_connections.settings, ALIAS, settings)
    with django_db_blocker.unblock():
        yield ALIAS
        close()


def close() -> None:
    """Each thread has a connection of its own."""
    django_connections[ALIAS].close()
    del django_connections[ALIAS]


def add(value: int) -> None:
    with django_connections[ALIAS].cursor() as cursor:
        cursor.execute("INSERT INTO kept VALUES (%s)", (value,))


def add_and_fail(value: int, error: BaseException) -> None:
    with transaction.atomic(using=ALIAS):
        add(value)
        raise error


def add_around_a_closing() -> None:
    with transaction.atomic(using=ALIAS):
        add(1)
        django_connections[ALIAS].close()
        add(2)


def kept(path: Path) -> list[int]:
    reader = sqlite3.connect(path)
    try:
        return [row[0] for row in reader.execute("SELECT value FROM kept ORDER BY value")]
    finally:
        reader.close()


def is_free(path: Path) -> bool:
    gate = base._GATES.of(str(path))
    free = gate.acquire(blocking=False)
    if free:
        gate.release()
    return free


def is_locked_alone(path: Path, part: str) -> bool:
    """Whether nobody else holds one of the two files beside the database."""
    with Path(f"{path}-{part}").open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def in_thread(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_a_transaction_holds_the_place_from_its_beginning_to_its_outermost_end(database: str, path: Path) -> None:
    with transaction.atomic(using=database):
        assert not is_free(path)
        with transaction.atomic(using=database):
            add(1)
        assert not is_free(path), "a savepoint that is kept ends nothing"
        with pytest.raises(ValueError, match="mine"):
            add_and_fail(2, ValueError("mine"))
        assert not is_free(path), "a savepoint that is undone ends nothing"
        add(3)
    assert is_free(path)
    assert kept(path) == [1, 3]


def test_a_transaction_that_fails_gives_its_place_up(database: str, path: Path) -> None:
    add(1)
    with pytest.raises(IntegrityError), transaction.atomic(using=database):
        add(1)
    assert is_free(path)
    with pytest.raises(KeyboardInterrupt):
        add_and_fail(2, KeyboardInterrupt())
    assert is_free(path)
    assert kept(path) == [1]


@pytest.mark.usefixtures("database")
def test_a_transaction_whose_connection_is_closed_gives_its_place_up(path: Path) -> None:
    with pytest.raises(DatabaseError):
        add_around_a_closing()
    assert is_free(path)
    assert kept(path) == []


def test_a_commit_that_fails_keeps_its_place_until_it_is_undone(
    database: str, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = django_connections[database]
    seen: list[bool] = []
    undo: Callable[[], None] = vars(base.DatabaseWrapper)["_rollback"].__get__(connection)

    def look_and_undo() -> None:
        seen.append(is_free(path))
        undo()

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("CREATE TABLE part (whole INTEGER REFERENCES whole (id) DEFERRABLE INITIALLY DEFERRED)")
        cursor.execute("CREATE TABLE whole (id INTEGER PRIMARY KEY)")
    monkeypatch.setattr(connection, "_rollback", look_and_undo)
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(using=database),
        connection.cursor() as cursor,
    ):
        cursor.execute("INSERT INTO part VALUES (7)")
    assert seen == [False]
    assert is_free(path)


@pytest.mark.usefixtures("database")
def test_a_statement_outside_of_a_transaction_takes_no_place(path: Path) -> None:
    add(1)
    assert is_free(path)
    gate = base._GATES.of(str(path))
    with gate:
        add(2)
    assert kept(path) == [1, 2]


def test_threads_that_write_at_once_all_get_through_one_after_another(database: str, path: Path) -> None:
    within: list[int] = []
    most = []

    def write(first: int) -> None:
        for value in range(first, first + 25):
            with transaction.atomic(using=database):
                within.append(value)
                most.append(len(within))
                add(value)
                within.remove(value)
        close()

    began = time.monotonic()
    threads = [in_thread(lambda first=100 * number: write(first)) for number in range(8)]  # type: ignore[misc]
    for thread in threads:
        thread.join()
    assert len(kept(path)) == 200
    assert max(most) == 1
    assert time.monotonic() - began < 120, "somebody was kept waiting for good"
    assert is_free(path)


def test_a_long_reader_holds_no_writer_up_and_goes_on_reading_what_it_began_with(database: str, path: Path) -> None:
    add(1)
    reader = sqlite3.connect(path, isolation_level=None)
    try:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM kept").fetchone() == (1,)
        with transaction.atomic(using=database):
            add(2)
        assert reader.execute("SELECT count(*) FROM kept").fetchone() == (1,)
    finally:
        reader.close()
    assert kept(path) == [1, 2]


def test_a_thread_that_ends_within_a_transaction_leaves_the_place_free(database: str, path: Path) -> None:
    def vanish() -> None:
        transaction.atomic(using=database).__enter__()
        add(1)
        del django_connections[database]  # as the end of a thread does, which nobody waits for

    in_thread(vanish).join()
    gc.collect()
    assert is_free(path)
    with transaction.atomic(using=database):
        add(2)
    assert kept(path) == [2]


def test_whoever_waits_too_long_is_told_by_sqlite_and_nothing_is_stuck(
    database: str, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "WAIT_SECONDS", 0.1)
    django_connections.settings[database]["OPTIONS"]["timeout"] = 0.1
    told: list[str] = []

    def wait() -> None:
        try:
            with transaction.atomic(using=database):
                add(2)
        except DatabaseError as error:
            told.append(str(error))
        close()

    with transaction.atomic(using=database):
        add(1)
        in_thread(wait).join()
    assert told == ["database is locked"]
    assert is_free(path)
    wait()
    assert kept(path) == [1, 2]


HOLD = """
import sqlite3, sys, time
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN IMMEDIATE")
held.execute("INSERT INTO kept VALUES (1)")
print("held", flush=True)
sys.stdin.readline()
held.execute("COMMIT")
"""


@pytest.mark.parametrize("is_killed", [False, True], ids=["commits", "is killed"])
def test_another_process_that_writes_is_waited_for(database: str, path: Path, *, is_killed: bool) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"

        def end() -> None:
            time.sleep(0.3)
            if is_killed:
                other.kill()
            else:
                other.communicate("\n")

        thread = in_thread(end)
        with transaction.atomic(using=database):
            add(2)
        thread.join()
    assert kept(path) == ([2] if is_killed else [1, 2])
    assert is_free(path)


OTHER = """
import sys
from charteroak.adapters.sqlite.base import _GATES
gate = _GATES.of(sys.argv[1])
assert gate.acquire()
print("first", flush=True)
sys.stdin.readline()
gate.release()
print("left", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def other_process(path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that stands first in the line to the database, until it is told to leave it."""
    with subprocess.Popen(
        [sys.executable, "-c", OTHER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "first\n"
        yield process
        process.kill()


def test_processes_stand_in_one_line(database: str, path: Path, other_process: subprocess.Popen[str]) -> None:
    assert not is_free(path)
    done = threading.Event()

    def write() -> None:
        with transaction.atomic(using=database):
            add(1)
        done.set()
        close()

    thread = in_thread(write)
    assert not done.wait(0.2)
    assert kept(path) == []
    assert other_process.stdin
    other_process.stdin.write("leave\n")
    other_process.stdin.flush()
    thread.join()
    assert kept(path) == [1]
    assert is_free(path)


def test_no_process_overtakes_the_one_that_is_next(path: Path, other_process: subprocess.Popen[str]) -> None:
    """A process whose threads write one after the other would else take its turn again between two looks."""
    mine = base._GATES.of(str(path))
    assert is_locked_alone(path, "next"), "nobody waits yet"
    thread = in_thread(lambda: mine.release() if mine.acquire() else None)
    while is_locked_alone(path, "next"):
        time.sleep(0.001)
    assert other_process.stdin
    assert other_process.stdout
    other_process.stdin.write("leave\n")
    other_process.stdin.flush()
    assert other_process.stdout.readline() == "left\n"
    thread.join()
    assert is_locked_alone(path, "next"), "who has had its turn is next no more"


def test_a_process_that_is_killed_leaves_the_line(path: Path, other_process: subprocess.Popen[str]) -> None:
    other_process.kill()
    other_process.wait()
    assert is_free(path)


def test_who_has_waited_too_long_goes_on_to_sqlite(
    database: str, path: Path, other_process: subprocess.Popen[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "WAIT_SECONDS", 0.05)
    with transaction.atomic(using=database):
        add(1)
    assert kept(path) == [1]
    assert other_process.poll() is None
    assert not is_free(path), "the other one's place was not given up for it"
