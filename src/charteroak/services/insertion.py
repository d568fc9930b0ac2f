"""Adding many rows at once by written statements, for tables that are only ever added to.

An entry of a ledger is some seven rows; building each as a model instance would take longer than writing it.
"""

import functools
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connection, models


def insert_rows(model: type[models.Model], columns: tuple[str, ...], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows; ``columns`` are the model's column names in the order of each row's values."""
    statement, days, moments = _statement(model, columns)
    values = list(rows)
    if not values:
        return
    if days or moments:
        values = _stored(values, days, moments)
    with connection.cursor() as cursor:
        cursor.executemany(statement, values)


def insert_instance(instance: models.Model) -> None:
    """Insert the row of a new instance, as its ``save`` would but for signals, and give the instance its key."""
    statement, fields = _statement_of_instances(type(instance), 1, ("pk",))
    with connection.cursor() as cursor:
        cursor.execute(statement, _values_of(instance, fields))
        _is_stored(instance, cursor.fetchone()[0])


def insert_instances(instances: Sequence[models.Model], *, found_by: str = "") -> None:
    """Insert the rows of new instances of one model in one statement.

    They get their keys where ``found_by`` names a column in which no two of them are alike: in which order a database
    answers is its own affair.
    """
    if not instances:
        return
    statement, fields = _statement_of_instances(
        type(instances[0]), len(instances), ("pk", found_by) if found_by else ()
    )
    values = [value for instance in instances for value in _values_of(instance, fields)]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        if found_by:
            keys = {name: key for key, name in cursor.fetchall()}
            for instance in instances:
                _is_stored(instance, keys[getattr(instance, found_by)])


def _values_of(instance: models.Model, fields: Sequence[Any]) -> list[Any]:
    return [field.get_db_prep_save(field.pre_save(instance, True), connection) for field in fields]


def _is_stored(instance: models.Model, key: Any) -> None:
    instance.pk = key
    instance._state.adding, instance._state.db = False, connection.alias  # noqa: SLF001 - Django's public interface


@functools.lru_cache(maxsize=256)
def _statement_of_instances(
    model: type[models.Model], count: int, answered: tuple[str, ...]
) -> tuple[str, tuple[Any, ...]]:
    """The statement that inserts so many rows and answers some columns, and the fields whose values it takes."""
    meta = model._meta  # noqa: SLF001 - Django's public interface
    fields = tuple(field for field in meta.local_concrete_fields if not field.primary_key)
    names = ", ".join(f'"{field.column}"' for field in fields)
    row = f"({', '.join(['%s'] * len(fields))})"
    statement = f'INSERT INTO "{meta.db_table}" ({names}) VALUES {", ".join([row] * count)}'  # noqa: S608 - the model's own names
    if answered:
        columns = [meta.pk.column if name == "pk" else name for name in answered]
        statement += " RETURNING " + ", ".join(f'"{column}"' for column in columns)
    return statement, fields


@functools.cache
def _statement(model: type[models.Model], columns: tuple[str, ...]) -> tuple[str, tuple[int, ...], tuple[int, ...]]:
    """The statement, and in which places of a row there are days and moments."""
    fields = {field.column: field for field in model._meta.concrete_fields}  # noqa: SLF001 - Django's public interface
    dated = [place for place, name in enumerate(columns) if isinstance(fields[name], models.DateField)]
    moments = tuple(place for place in dated if isinstance(fields[columns[place]], models.DateTimeField))
    names = ", ".join(f'"{column}"' for column in columns)
    places = ", ".join(["%s"] * len(columns))
    statement = f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ({places})'  # noqa: S608, SLF001 - the model's own names
    return statement, tuple(place for place in dated if place not in moments), moments


def _stored(rows: Iterable[Sequence[Any]], days: tuple[int, ...], moments: tuple[int, ...]) -> list[Sequence[Any]]:
    """The rows with days and moments as the database stores them; the same few come again and again."""
    operations = connection.ops
    adapters: list[tuple[Callable[[Any], Any], tuple[int, ...]]] = [
        (operations.adapt_datefield_value, days),
        (operations.adapt_datetimefield_value, moments),
    ]
    known: dict[Any, Any] = {None: None}
    stored: list[Sequence[Any]] = []
    for row in rows:
        changed = list(row)
        for adapt, places in adapters:
            for place in places:
                value = changed[place]
                if value not in known:
                    known[value] = adapt(value)
                changed[place] = known[value]
        stored.append(changed)
    return stored
