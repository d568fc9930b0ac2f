"""A column type that stays what it is when somebody alters the database by hand."""

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.db import models

_Set = TypeVar("_Set", contravariant=True)  # noqa: PLC0105 - the names of the stubs' two parameters
_Get = TypeVar("_Get", covariant=True)  # noqa: PLC0105 - see above

if TYPE_CHECKING:  # the stubs' fields take type arguments, Django's do not

    class _Binary(models.BinaryField[_Set, _Get]): ...

else:

    class _Binary(models.BinaryField, Generic[_Set, _Get]): ...


def as_bytes(value: Any) -> bytes:
    """What a column of bytes gives back, whatever was written into it by hand."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, memoryview):
        return bytes(value)
    return str(value).encode("utf-8", "surrogateescape")


class BytesField(_Binary[_Set, _Get]):
    """Binary data that is always ``bytes`` when it is read.

    SQLite gives back whatever type was written into a column, and PostgreSQL's driver a view. An altered value must
    come out as other bytes, so that it is found by its digest and not by a fault in the program that reads it.
    """

    def from_db_value(self, value: Any, *_expression: Any) -> bytes | None:
        """The stored value as bytes."""
        return None if value is None else as_bytes(value)

    def deconstruct(self) -> Any:
        """For migrations this is Django's own field: the column is the same."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.BinaryField", args, kwargs
