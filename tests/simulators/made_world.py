"""A world that a module builds once and that each of its tests finds as it was built.

Rows: the world is built inside a transaction that stays open; each test runs in a savepoint of it, which pytest-django
takes back at the end as it does with the whole transaction elsewhere. Files: each test gets the data directory as it
was when the world stood. Objects: whoever hands the world out copies it.
"""

import contextlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker

World = TypeVar("World")
FOLDERS = ("evidence", "keys", "privileged", "catalogs")
"""What a portal keeps in its data directory beside the database."""


@contextlib.contextmanager
def standing(
    build: Callable[[], World], data: Path, blocker: "DjangoDbBlocker"
) -> Iterator[tuple[World, Callable[[], None]]]:
    """The world, and what puts its files back before each test."""
    with tempfile.TemporaryDirectory(prefix="charteroak-test-world-") as folder, _transaction(blocker):
        with blocker.unblock():
            world = build()
        kept = Path(folder)
        _copy(data, kept)
        yield world, lambda: _copy(kept, data)


@contextlib.contextmanager
def _transaction(blocker: "DjangoDbBlocker") -> Iterator[None]:
    from django.db import connection, transaction

    around = transaction.atomic()
    # As Django's own test cases mark theirs: what must be outermost counts from here.
    around._from_testcase = True  # type: ignore[attr-defined]
    with blocker.unblock():
        around.__enter__()
    # Each test closes the connection at its end, and with it the world would go.
    connection.close = lambda: None  # type: ignore[method-assign]
    try:
        yield
    finally:
        del connection.close  # type: ignore[method-assign]
        with blocker.unblock():
            transaction.set_rollback(True)
            around.__exit__(None, None, None)
            connection.close()


def _copy(source: Path, target: Path) -> None:
    for name in FOLDERS:
        shutil.rmtree(target / name, ignore_errors=True)
        if (source / name).exists():
            shutil.copytree(source / name, target / name)
