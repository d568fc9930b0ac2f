"""Which practices a drop can speak for: from the claims that it makes, by a table that is data.

A tie needs all its claims. Where one does not hold, or could not be told, the drop shows nothing at work for that
practice; it is recorded nevertheless, so that the record holds what was seen and not only what pleased.
"""

import functools
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Annotated

import msgspec
from msgspec import Meta

from charteroak.collectors.collected import Collected, Observation
from charteroak.program.bodies import Identifier, Line, PracticeId, Severity


class ClaimWords(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A claim in words; ``if_not`` is the gap that is proposed where it does not hold, and is left out for none."""

    id: Identifier
    title: Line
    if_not: Line | None = None
    severity: Severity | None = None


class Tie(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which claims speak for a practice, and what of its question they leave open."""

    practice: PracticeId
    needs: Annotated[tuple[Identifier, ...], Meta(min_length=1)]
    leaves_open: Line


class _TiesFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    reviewer: Line
    reviewed: date
    every_days: Mapping[str, Annotated[int, Meta(ge=1, le=400)]]
    claims: tuple[ClaimWords, ...]
    ties: tuple[Tie, ...]


@dataclass(frozen=True, slots=True)
class CollectorTies:
    """The table of this release."""

    reviewer: str
    reviewed: date
    every_days: Mapping[str, int]
    claims: Mapping[str, ClaimWords]
    ties: tuple[Tie, ...]

    def title(self, claim: str) -> str:
        """A claim in words; a tool's own claim by its name."""
        known = self.claims.get(claim)
        return claim if known is None else known.title


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a drop says about one practice."""

    tie: Tie
    observations: tuple[Observation, ...]

    @property
    def shows(self) -> bool:
        """Whether it shows the practice at work."""
        return all(each.holds is True for each in self.observations)


@functools.cache
def load_collector_ties() -> CollectorTies:
    """The table that comes with this release."""
    text = (files("charteroak.program") / "data" / "collector_ties.toml").read_text(encoding="utf-8")
    content = msgspec.convert(tomllib.loads(text), _TiesFile)
    return CollectorTies(
        reviewer=content.reviewer,
        reviewed=content.reviewed,
        every_days=content.every_days,
        claims={claim.id: claim for claim in content.claims},
        ties=content.ties,
    )


def practices_spoken_for(collected: Collected, ties: Iterable[Tie] | None = None) -> tuple[Spoken, ...]:
    """What a drop says about each practice of which it makes any of the claims; a claim it does not make is unknown."""
    spoken = []
    for tie in load_collector_ties().ties if ties is None else ties:
        made = [collected.observation(claim) for claim in tie.needs]
        if any(each is not None for each in made):
            absent = (Observation(claim, None, "This drop does not say.") for claim in tie.needs)
            pairs = zip(made, absent, strict=True)
            spoken.append(Spoken(tie, tuple(each if each is not None else other for each, other in pairs)))
    return tuple(spoken)
