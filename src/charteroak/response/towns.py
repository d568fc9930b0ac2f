"""Connecticut's 169 towns, with the Census Bureau's codes, and what to ask back where a name is none of them."""

import csv
import difflib
import functools
import io
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import ClassVar

from charteroak.errors import InputError

OUTSIDE = "outside Connecticut"
"""What stands in the place of a town where somebody reports for a place elsewhere."""

_FOLDER = files("charteroak.response") / "data" / "towns"
_FORM = re.compile(r"\A(?:the\s+)?(?:town|city)\s+of\s+|(?:\s+(?:town|city))?(?:\s*,\s*(?:ct|conn\.?|connecticut))?\Z")
_LONGEST = 60


class TownError(InputError):
    """A name is none of the 169 towns."""

    code: ClassVar[str] = "town.unknown"


@dataclass(frozen=True, slots=True)
class Town:
    """A town, which in Connecticut is every incorporated place that covers the land: cities are towns as well."""

    name: str
    cousub: str
    """County-subdivision code; ``09`` + planning region or county + this is the Census Bureau's GEOID."""
    planning_region: str


@functools.cache
def load_towns() -> Mapping[str, Town]:
    """The 169 towns by name, in alphabetical order."""
    rows = csv.DictReader(io.StringIO((_FOLDER / "towns.csv").read_text(encoding="utf-8")))
    return {row["name"]: Town(row["name"], row["cousub"], row["planningRegion"]) for row in rows}


@functools.cache
def _by_plain_name() -> Mapping[str, str]:
    return {name.casefold(): name for name in load_towns()}


@functools.cache
def _villages() -> Mapping[str, str]:
    found: dict[str, str] = tomllib.loads((_FOLDER / "villages.toml").read_text(encoding="utf-8"))
    return {village.casefold(): town for village, town in found.items()}


def parse_town(text: str) -> str:
    """The official name of a town as people write it (*City of Norwich*, *norwich, CT*), or ``OUTSIDE``.

    Raises:
        TownError: it is none of the 169; the remedy names the nearest, or the town that a village belongs to.
    """
    plain = re.sub(r"\s+", " ", text[: _LONGEST + 1]).strip().casefold()
    if plain == OUTSIDE.casefold():
        return OUTSIDE
    names = _by_plain_name()
    bare = _FORM.sub("", plain)
    found = names.get(plain) or names.get(bare)
    if found is not None and len(text) <= _LONGEST:
        return found
    shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
    raise TownError(f"{shown!r} is not one of Connecticut's 169 towns.", remedy=_remedy(bare))


def _remedy(plain: str) -> str:
    if town := _villages().get(plain):
        return f"It is part of {town}: write {town}."
    near = difflib.get_close_matches(plain, list(_by_plain_name()), n=2, cutoff=0.75)
    if near:
        return f"Did you mean {' or '.join(_by_plain_name()[name] for name in near)}?"
    return f"Write the town that the place belongs to, or {OUTSIDE!r}."
