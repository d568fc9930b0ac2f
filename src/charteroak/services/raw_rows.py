"""Reading rows by written statements, where building them from models would take longer than running them.

Values are parameters, so that a statement has the same text each time and the database need not plan it again. Those
that vary in number are whole numbers of our own and stand in the text.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection

_BATCH = 900


def select_rows(statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Every row that a statement finds. Its words are those of this program, never of a person."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


def number_lists(numbers: Iterable[int]) -> Iterator[tuple[list[int], str]]:
    """Numbers in batches that fit a statement, each with its text for an ``IN``."""
    every = list(numbers)
    for start in range(0, len(every), _BATCH):
        some = every[start : start + _BATCH]
        yield some, ",".join([str(int(number)) for number in some])
