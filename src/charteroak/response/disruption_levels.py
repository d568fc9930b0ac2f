"""What follows from a level, 0 to 5: what it means here, who is told, which plan is in force.

The numbers, names and colors are those of the National Cyber Incident Severity Schema (PPD-41, 2016). The rest is ours
and says so: the State's own communications flow matrix was not to be had.
"""

import functools
import tomllib
from collections.abc import Sequence
from datetime import date
from importlib.resources import files
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from charteroak.errors import InputError
from charteroak.response.scoring_model import Band

_FILE = files("charteroak.response") / "data" / "disruption" / "levels.toml"
_Text = Annotated[str, Meta(min_length=1)]


class DisruptionLevelsError(InputError):
    """A table of levels cannot be used."""

    code: ClassVar[str] = "response.levels"


class DisruptionLevel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One level."""

    number: Annotated[int, Meta(ge=0, le=5)]
    name: _Text
    color: _Text
    meaning: _Text
    tell: Annotated[tuple[_Text, ...], Meta(min_length=1)]
    plan: _Text


class DisruptionLevels(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of them, and whose they are."""

    label: _Text
    source: _Text
    reviewed: date
    level: tuple[DisruptionLevel, ...]

    def of(self, band: Band) -> DisruptionLevel:
        """The level with a band's name.

        Raises:
            DisruptionLevelsError: the table has none of this name.
        """
        found = next((level for level in self.level if level.name == band.name), None)
        if found is None:
            raise DisruptionLevelsError(
                f"The table of levels has no {band.name!r}.", remedy="Give it the names of the bands."
            )
        return found

    def between(self, low: Band, high: Band) -> Sequence[DisruptionLevel]:
        """The levels that are possible, the mildest first."""
        first, last = self.of(low).number, self.of(high).number
        return [level for level in self.level if first <= level.number <= last]


def parse_levels(text: str) -> DisruptionLevels:
    """A table of levels from its TOML.

    Raises:
        DisruptionLevelsError: it is no such table, or its levels are not 0 to 5 in this order.
    """
    try:
        levels = msgspec.convert(tomllib.loads(text), DisruptionLevels)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise DisruptionLevelsError(f"This is no table of levels: {error}.") from error
    if [level.number for level in levels.level] != list(range(6)):
        raise DisruptionLevelsError("The levels are not 0 to 5, each once, in this order.")
    return levels


@functools.cache
def load_levels() -> DisruptionLevels:
    """The packaged table."""
    return parse_levels(_FILE.read_text(encoding="utf-8"))
