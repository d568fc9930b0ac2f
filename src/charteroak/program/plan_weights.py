"""Our published weights: how much closing a gap helps, with a reason for each number.

They order work. They are no estimate of a loss or of a probability, and nothing here multiplies them by dollars.
"""

import functools
import tomllib
from collections.abc import Mapping
from datetime import date
from importlib.resources import files
from typing import Annotated

import msgspec
from msgspec import Meta

from charteroak.program.bodies import Line
from charteroak.program.findings import Finding, Freshness
from charteroak.program.poam import PlanItem

Points = Annotated[int, Meta(ge=0, le=100)]
Percent = Annotated[int, Meta(ge=0, le=100)]


class Weight(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A number of points, and why."""

    points: Points
    reason: Line


class StateShare(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which part of the points, and which part of the effort and cost, is left in a state."""

    percent: Percent
    effort: Percent
    reason: Line


class WeightsProvenance(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who reviewed the weights, when, and what they rest on."""

    reviewer: Line
    reviewed: date
    basis: str


class PlanWeights(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that a task's weight is made of."""

    provenance: WeightsProvenance
    theme: Mapping[str, Weight]
    starting: Weight
    other: Weight
    state: Mapping[str, StateShare]
    recorded: Mapping[str, Weight]

    def of(self, finding: Finding, *, is_starting: bool, recorded: PlanItem | None) -> tuple[int, tuple[str, ...]]:
        """The weight of closing what a finding lacks, and its reasons."""
        theme = self.theme.get(finding.practice.theme, self.other)
        share = self.state[state_of(finding)]
        points, reasons = theme.points, [theme.reason]
        if is_starting:
            points += self.starting.points
            reasons.append(self.starting.reason)
        weight = -(-points * share.percent // 100)
        reasons.append(share.reason)
        if recorded is not None:
            more, why = self.recorded_of(recorded)
            weight, reasons = weight + more, [*reasons, *why]
        return weight, tuple(reasons)

    def recorded_of(self, item: PlanItem) -> tuple[int, list[str]]:
        """What a gap on record adds, and why."""
        parts = [self.recorded[item.severity or "ungraded"]]
        if item.is_overdue:
            parts.append(self.recorded["overdue"])
        return sum(part.points for part in parts), [part.reason for part in parts]


def state_of(finding: Finding) -> str:
    """In which state a practice is that is not shown; the keys are those of ``weights.toml``."""
    if finding.answer in {"no", "partly"}:
        return finding.answer
    if finding.answer == "unknown":
        return "unanswered"
    return "no-evidence" if finding.freshness is Freshness.NONE else "stale-evidence"


@functools.cache
def load_weights() -> PlanWeights:
    """The weights that come with this release."""
    text = (files("charteroak.program") / "data" / "weights.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), PlanWeights)
