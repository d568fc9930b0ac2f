"""Adding many rows at once by written statements, for tables that are only ever added to.

An entry of a ledger is some seven rows; building each as a model instance would take longer than writing it.
"""

import functools
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, models


def insert_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows; ``columns`` are the model's column names in the order of each row's values."""
    days = functools.cache(connection.ops.adapt_datefield_value)
    moments = functools.cache(connection.ops.adapt_datetimefield_value)
    adapters: dict[type, Callable[[Any], Any]] = {date: days, datetime: moments}
    values = [
        tuple(adapters[type(value)](value) if type(value) in adapters else value for value in row) for row in rows
    ]
    if not values:
        return
    names = ", ".join(f'"{column}"' for column in columns)
    places = ", ".join(["%s"] * len(columns))
    statement = f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ({places})'  # noqa: S608, SLF001 - the model's own names, and _meta is Django's public interface
    with connection.cursor() as cursor:
        cursor.executemany(statement, values)
