"""Reading decoded JSON strictly: every refusal names the place as a JSON pointer (RFC 6901) and what to write.

Nothing is guessed and nothing is coerced: 1 is not true, 40.0 is not 40, and a key outside the list is refused.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, NoReturn, TypeVar

from charteroak.errors import SourceLocation
from charteroak.law.errors import FactsError

ROWS_LIMIT = 1000
"""A dated fact or a list written by people or assembled from a ledger stays far below this."""

TEXT_LIMIT = 500
"""A name, a title or the number of an exhibit."""

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Word = TypeVar("Word", bound=StrEnum)
Item = TypeVar("Item")


def refuse(pointer: str, message: str, remedy: str = "") -> NoReturn:
    """Refuse what stands at a place.

    Raises:
        FactsError: always.
    """
    raise FactsError(message, remedy=remedy, location=SourceLocation(pointer=pointer or "/"))


def _shown(value: object) -> str:
    """A value as it may stand in a one-line message: bounded, and free of control characters."""
    if isinstance(value, list | tuple | Mapping):
        return _kind(value)
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _kind(value: object) -> str:
    names: dict[type, str] = {bool: "true or false", int: "a number", float: "a number", str: "a text"}
    names |= {list: "a list", dict: "an object", type(None): "null"}
    return names.get(type(value), "another type")


class ObjectReader:
    """One JSON object whose keys are known in advance."""

    def __init__(self, value: object, pointer: str, keys: tuple[str, ...]) -> None:
        """Refuse anything but an object with these keys.

        Raises:
            FactsError: it is not an object, or has another key; the message names the key.
        """
        if not isinstance(value, Mapping):
            refuse(pointer, f"An object is needed here, and this is {_kind(value)}.", "Write { ... }.")
        for key in value:
            if key not in keys:
                place = f"{pointer}/{_escaped(str(key))}"
                refuse(place, f"Unknown key {_shown(key)}.", f"Known keys here: {', '.join(keys)}.")
        self.pointer = pointer
        self._value: Mapping[str, Any] = value

    def at(self, key: str) -> str:
        """The place of a key."""
        return f"{self.pointer}/{key}"

    def has(self, key: str) -> bool:
        """Whether the key is present, be it null."""
        return key in self._value

    def get(self, key: str) -> Any:
        """The raw value; None where the key is absent or null."""
        return self._value.get(key)

    def section(self, key: str, keys: tuple[str, ...]) -> "ObjectReader":
        """A nested object; absent and null read as one without keys."""
        value = self.get(key)
        return ObjectReader({} if value is None else value, self.at(key), keys)

    def truth(self, key: str) -> bool | None:
        """True, false, or None for unknown."""
        value = self.get(key)
        if value is None or isinstance(value, bool):
            return value
        return refuse(self.at(key), f"This is {_kind(value)}.", "Write true, false or null.")

    def count(self, key: str) -> int | None:
        """A whole number from 0 on, or None for unknown."""
        value = self.get(key)
        if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
            return value
        return refuse(self.at(key), f"{_shown(value)} is not a count.", "Write a whole number such as 40, or null.")

    def day(self, key: str) -> date | None:
        """A calendar day, or None."""
        value = self.get(key)
        if value is None:
            return None
        if isinstance(value, str) and _DATE.fullmatch(value):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        return refuse(self.at(key), f"{_shown(value)} is not a calendar date.", "Write a day such as 2026-03-01.")

    def word(self, key: str, words: type[Word]) -> Word | None:
        """A word of a closed list, or None for unknown."""
        value = self.get(key)
        return None if value is None else read_word(value, self.at(key), words)

    def text(self, key: str) -> str | None:
        """A short printable text, or None for unknown."""
        value = self.get(key)
        return None if value is None else read_text(value, self.at(key))

    def each(self, key: str, read: Callable[[Any, str], Item]) -> tuple[Item, ...] | None:
        """The items of a list, each read with its place, or None for unknown."""
        value = self.get(key)
        return None if value is None else tuple(read(item, place) for item, place in items(value, self.at(key)))


def items(value: object, pointer: str) -> Iterator[tuple[Any, str]]:
    """The items of a list with their places.

    Raises:
        FactsError: it is not a list, or longer than ``ROWS_LIMIT``.
    """
    if not isinstance(value, list | tuple):
        refuse(pointer, f"A list is needed here, and this is {_kind(value)}.", "Write [ ... ].")
    if len(value) > ROWS_LIMIT:
        refuse(pointer, f"This list has {len(value)} items.", f"At most {ROWS_LIMIT} are read; join rows that agree.")
    for index, item in enumerate(value):
        yield item, f"{pointer}/{index}"


def read_word(value: object, pointer: str, words: type[Word]) -> Word:
    """A word of a closed list.

    Raises:
        FactsError: it is not one of them.
    """
    if isinstance(value, str) and value in list(words):
        return words(value)
    return refuse(pointer, f"{_shown(value)} is not known here.", f"Use one of {', '.join(words)}.")


def read_text(value: object, pointer: str) -> str:
    """A text of at most ``TEXT_LIMIT`` printable characters.

    Raises:
        FactsError: it is empty, too long, or would move a terminal's cursor.
    """
    if not isinstance(value, str) or not value.strip():
        refuse(pointer, f"A text is needed here, and this is {_shown(value)}.", "Write a name, or null.")
    if len(value) > TEXT_LIMIT:
        refuse(pointer, f"This text has {len(value)} characters.", f"Use at most {TEXT_LIMIT}.")
    if any(unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for character in value):
        refuse(pointer, "This text has control characters.", "Use printable characters on one line.")
    return value


def _escaped(key: str) -> str:
    printable = "".join(character if character.isprintable() else "?" for character in key[:60])
    return printable.replace("~", "~0").replace("/", "~1")
