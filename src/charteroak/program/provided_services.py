"""What a provider's people did for a client in a period, as the client's own record shows it: counted, never praised.

An entry counts if a provider's person recorded it, what it tells of began in the period, and it was not corrected.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from charteroak.program.findings import shows_work
from charteroak.program.history import knowledge
from charteroak.program.recorded import RecordedFact

SERVICES: Mapping[str, str] = {
    "hunt.run": "Searched the client's logs for indicators",
    "evidence.recorded": "Recorded evidence that a practice was followed",
    "training.completed": "Held trainings",
    "exercise.held": "Held exercises",
    "requirement.assessed": "Assessed requirements",
    "practice.answered": "Answered for practices",
    "gap.opened": "Wrote down gaps",
    "gap.closed": "Closed gaps",
    "program.reviewed": "Reviewed the written program",
    "report.filed": "Filed reports with a desk",
    "sighting.sent": "Sent sightings to a desk",
}
"""The kinds of entry that tell of work, in the order of a statement."""


@dataclass(frozen=True, slots=True)
class ProvidedService:
    """Work of one kind: the entries that show it, and a digest over their leaf hashes in ledger order."""

    kind: str
    title: str
    entries: tuple[int, ...]
    sha256: str


def provided_services(
    facts: Iterable[RecordedFact], leaf_hashes: Mapping[int, bytes], actors: frozenset[str], first: date, last: date
) -> tuple[ProvidedService, ...]:
    """The work that the actors recorded, by kind; kinds without an entry are left out.

    A hunt that read nothing and a training that nobody came to are no work.
    """
    done: dict[str, list[int]] = {}
    for fact in knowledge(facts).standing:
        is_work = fact.kind in SERVICES and fact.actor in actors and first <= fact.first_day <= last
        if is_work and (fact.kind not in _SHOWS or shows_work(fact)):
            done.setdefault(fact.kind, []).append(fact.index)
    return tuple(
        ProvidedService(kind, title, tuple(done[kind]), _digest(done[kind], leaf_hashes))
        for kind, title in SERVICES.items()
        if kind in done
    )


_SHOWS = frozenset({"hunt.run", "training.completed", "exercise.held"})


def _digest(entries: Iterable[int], leaf_hashes: Mapping[int, bytes]) -> str:
    lines = "".join(f"{index} {leaf_hashes[index].hex()}\n" for index in entries)
    return hashlib.sha256(lines.encode("ascii")).hexdigest()
