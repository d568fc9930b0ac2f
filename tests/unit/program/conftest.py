"""Short histories for the tests of the program: a day, what happened, and when it was written down."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest

from charteroak.program.bodies import decode_body
from charteroak.program.practices import Link, LinkRelation, Practice, PracticeSet, SafeguardKind
from charteroak.program.recorded import RecordedFact

DIGEST = "ab" * 32

Write = Callable[..., RecordedFact]


class History:
    """A growing ledger; each call appends one entry."""

    def __init__(self) -> None:
        self.facts: list[RecordedFact] = []

    def add(
        self,
        kind: str,
        body: Mapping[str, Any],
        *,
        occurred: str,
        to: str | None = None,
        recorded: str | None = None,
        version: int = 1,
    ) -> RecordedFact:
        day = recorded or to or occurred
        fact = RecordedFact(
            index=len(self.facts),
            kind=kind,
            body_version=version,
            actor="system",
            occurred_from=date.fromisoformat(occurred),
            occurred_to=None if to is None else date.fromisoformat(to),
            recorded=datetime.fromisoformat(f"{day}T17:00:00").replace(tzinfo=UTC),
            body=decode_body(kind, version, body),
            body_sha256=DIGEST,
        )
        self.facts.append(fact)
        return fact

    def answer(self, practice: str, answer: str, occurred: str, **when: str) -> RecordedFact:
        return self.add("practice.answered", {"practice": practice, "answer": answer}, occurred=occurred, **when)

    def evidence(self, practice: str, occurred: str, **when: str) -> RecordedFact:
        return self.add("evidence.recorded", {"practice": practice, "title": "Shown"}, occurred=occurred, **when)

    def adopt(self, occurred: str, practices: tuple[str, ...] = ("lock", "train"), version: str = "1") -> RecordedFact:
        body = {
            "title": "Written program",
            "version": version,
            "documentSha256": DIGEST,
            "by": "Board",
            "practices": list(practices),
        }
        return self.add("program.adopted", body, occurred=occurred)

    def correct(self, index: int, occurred: str) -> RecordedFact:
        return self.add("correction.made", {"corrects": index, "reason": "It was entered twice."}, occurred=occurred)


def _practice(identifier: str, kind: SafeguardKind, freshness_days: int, **more: Any) -> Practice:
    return Practice(
        id=identifier,
        title=identifier.title(),
        kind=kind,
        question=f"Do you {identifier}?",
        do="Do it.",
        why="It helps.",
        shows=("A list",),
        small_way="Do a little of it.",
        freshness_days=freshness_days,
        links=(Link(framework="nist-csf", edition="2.0", id="PR.AA-06", relation=LinkRelation.CONTRIBUTES),),
        **more,
    )


@pytest.fixture
def history() -> History:
    return History()


@pytest.fixture
def practices() -> PracticeSet:
    """Two practices: one shown by files, one also by hunts."""
    lock = _practice("lock", SafeguardKind.PHYSICAL, 100)
    train = _practice("train", SafeguardKind.ADMINISTRATIVE, 30, operations=("hunt.run",))
    return PracticeSet(reviewer="a test", reviewed=date(2026, 1, 1), by_id={"lock": lock, "train": train})
