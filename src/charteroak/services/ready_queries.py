"""Queries that Django words once: for the few that every report asks, where wording them costs more than the answer.

The statement, its columns and their conversions are Django's own, taken from the same queryset that anyone else would
write; only the values differ from one call to the next.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connection, models
from django.db.models import QuerySet

_Row = TypeVar("_Row", bound=models.Model)
_FIRST_STAND_IN = 7_310_000_001
"""Whole numbers that stand in for values while a statement is worded; no key of ours is as large."""


@dataclass(frozen=True, slots=True)
class _Worded:
    statement: str
    parameters: tuple[Any, ...]
    names: tuple[str, ...]
    converters: tuple[tuple[int, Sequence[Any], Any], ...]


class ReadyQuery(Generic[_Row]):
    """Rows of a model by whole numbers, such as keys; ``build`` makes the queryset of some of them."""

    def __init__(self, build: Callable[..., QuerySet[_Row]], values: int) -> None:
        self._build, self._values = build, values
        self._worded: dict[str, _Worded] = {}
        self._model: type[_Row] | None = None
        self._lock = threading.Lock()

    def rows(self, *values: int) -> list[_Row]:
        """Every row that the queryset of these values finds, in its order."""
        worded = self._worded.get(connection.vendor) or self._word()
        given = [
            values[value - _FIRST_STAND_IN] if _is_stand_in(value, self._values) else value
            for value in worded.parameters
        ]
        with connection.cursor() as cursor:
            cursor.execute(worded.statement, given)
            found = cursor.fetchall()
        model = self._model
        assert model is not None  # noqa: S101 - set with the wording
        return [model.from_db(connection.alias, worded.names, _converted(row, worded)) for row in found]

    def _word(self) -> _Worded:
        queryset = self._build(*range(_FIRST_STAND_IN, _FIRST_STAND_IN + self._values))
        compiler = queryset.query.get_compiler(connection=connection)
        statement, parameters = compiler.as_sql()
        columns = [column[0] for column in compiler.select]
        converters = compiler.get_converters(columns)
        names = tuple(column.target.attname for column in columns)
        with self._lock:
            self._model = queryset.model
            worded = _Worded(
                statement,
                tuple(parameters),
                names,
                tuple((place, found, column) for place, (found, column) in converters.items()),
            )
            self._worded[connection.vendor] = worded
        return worded


def _is_stand_in(value: Any, number: int) -> bool:
    return type(value) is int and _FIRST_STAND_IN <= value < _FIRST_STAND_IN + number


def _converted(row: Sequence[Any], worded: _Worded) -> list[Any]:
    values = list(row)
    for place, converters, column in worded.converters:
        for convert in converters:
            values[place] = convert(values[place], column, connection)
    return values
