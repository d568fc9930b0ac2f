"""Legal holds: what may not be erased now, folded from the record.

A hold stands from the moment it was recorded until a later entry lifts it by its name. A correction never ends one:
lifting is an act of its own, with a name and a reason under it. A hold whose entry cannot be read any more covers
everything, because nobody can tell what it covered.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from charteroak.program.bodies import HoldLifted, HoldSet, NotUnderstood
from charteroak.program.recorded import RecordedFact

HOLD_KINDS = ("hold.set", "hold.lifted")
"""The entries that this module reads."""


@dataclass(frozen=True, slots=True)
class Hold:
    """One hold, with its end if it has one. A withheld or erased matter is empty."""

    name: str
    matter: str
    sha256: frozenset[str] | None
    """The digests it covers; ``None`` for everything."""
    set_by: str
    authority: str
    entry: int
    since: datetime
    lifted: HoldLifted | None = None
    lifted_entry: int | None = None
    lifted_on: datetime | None = None
    actor: str = ""
    """Who recorded it; one that is of an incident is lifted by another."""

    @property
    def stands(self) -> bool:
        """Whether nobody has lifted it."""
        return self.lifted is None

    def covers(self, digests: Iterable[str]) -> bool:
        """Whether any of these files is under it."""
        return self.sha256 is None or not self.sha256.isdisjoint(digests)


def read_holds(facts: Iterable[RecordedFact]) -> tuple[Hold, ...]:
    """Every hold of the record, in the order in which they were set."""
    holds: dict[str, Hold] = {}
    for fact in facts:
        match fact.body:
            case HoldSet() as body:
                # A name is used once. If it comes again, the older hold must not vanish behind the newer one.
                name = body.hold if body.hold not in holds else f"{body.hold} (entry {fact.index})"
                holds[name] = Hold(
                    name=name,
                    matter=body.matter,
                    sha256=None if body.scope == "everything" else frozenset(body.sha256),
                    set_by=body.set_by,
                    authority=body.authority,
                    entry=fact.index,
                    since=fact.recorded,
                    actor=fact.actor,
                )
            case HoldLifted() as body if body.hold in holds and holds[body.hold].stands:
                holds[body.hold] = _lifted(holds[body.hold], body, fact)
            case NotUnderstood() if fact.kind == "hold.set":
                name = f"entry-{fact.index}"
                holds[name] = Hold(name, "", None, "", "", fact.index, fact.recorded)
    return tuple(holds.values())


def standing_holds(facts: Iterable[RecordedFact]) -> tuple[Hold, ...]:
    """The holds that nobody has lifted."""
    return tuple(hold for hold in read_holds(facts) if hold.stands)


def _lifted(hold: Hold, body: HoldLifted, fact: RecordedFact) -> Hold:
    return Hold(
        hold.name, hold.matter, hold.sha256, hold.set_by, hold.authority, hold.entry, hold.since,
        lifted=body, lifted_entry=fact.index, lifted_on=fact.recorded, actor=hold.actor,
    )  # fmt: skip
