"""Public-records markings: which there are, as data with citations, and which stand on what, folded from the record.

A marking says on which ground a public body would withhold something if it were asked. It decides nothing: whether an
exemption applies is for counsel and, in the end, for the Freedom of Information Commission and the courts.
"""

import functools
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files

import msgspec

from charteroak.program.bodies import EvidenceMarked, Identifier, Line
from charteroak.program.recorded import RecordedFact


class Marking(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A ground for withholding, in our words; ``checked`` says what its citation rests on."""

    code: Identifier
    title: Line
    citation: Line
    checked: str


class _MarkingsFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    reviewer: Line
    reviewed: date
    markings: tuple[Marking, ...]


@functools.cache
def load_markings() -> Mapping[str, Marking]:
    """The markings of this release, by code."""
    data = files("charteroak.program").joinpath("data", "markings.toml").read_text("utf-8")
    document = msgspec.convert(tomllib.loads(data), _MarkingsFile)
    return {marking.code: marking for marking in document.markings}


@dataclass(frozen=True, slots=True)
class StandingMarking:
    """A marking that was set and not withdrawn."""

    code: str
    sha256: str | None
    marked_entry: int | None
    basis: str
    marked_by: str
    entry: int
    recorded: datetime


def standing_markings(facts: Iterable[RecordedFact]) -> tuple[StandingMarking, ...]:
    """The markings that stand, in the order in which they were set. Each set and each withdrawal stays an entry."""
    standing: dict[tuple[str | None, int | None, str], StandingMarking] = {}
    for fact in facts:
        if isinstance(fact.body, EvidenceMarked):
            body = fact.body
            place = body.sha256, body.entry, body.marking
            standing.pop(place, None)
            if body.state == "set":
                standing[place] = StandingMarking(
                    body.marking, body.sha256, body.entry, body.basis, body.marked_by, fact.index, fact.recorded
                )
    return tuple(standing.values())
