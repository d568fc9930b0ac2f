"""What named officers asserted about editions of frameworks.

Conformity is never inferred here, least of all from a crosswalk: it is what someone with a name asserted, from one day
to another. Of several assertions about one edition on a day, the one whose period began last stands; of two that began
together, the one recorded later.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from charteroak.frameworks.catalog import EditionName
from charteroak.program.bodies import EditionAdopted
from charteroak.program.recorded import RecordedFact


@dataclass(frozen=True, slots=True)
class Assertion:
    """One assertion about one edition."""

    fact: RecordedFact
    body: EditionAdopted

    @property
    def name(self) -> EditionName:
        """The edition it is about."""
        return EditionName(self.body.framework, self.body.edition)

    def covers(self, day: date) -> bool:
        """Whether its period holds this day."""
        return self.body.from_ <= day and (self.body.to is None or day <= self.body.to)


def assertions(facts: Iterable[RecordedFact]) -> tuple[Assertion, ...]:
    """The assertions among some standing facts."""
    return tuple(Assertion(fact, fact.body) for fact in facts if isinstance(fact.body, EditionAdopted))


def assertions_on(asserted: Iterable[Assertion], day: date) -> list[Assertion]:
    """The assertions that stand on a day, one for each edition."""
    standing: dict[EditionName, Assertion] = {}
    for assertion in asserted:
        if assertion.covers(day):
            rival = standing.get(assertion.name)
            if rival is None or _rank(rival) < _rank(assertion):
                standing[assertion.name] = assertion
    return [standing[name] for name in sorted(standing)]


def turning_days(asserted: Iterable[Assertion]) -> set[date]:
    """Every day on which another assertion may stand than the day before."""
    turning: set[date] = set()
    for assertion in asserted:
        turning.add(assertion.body.from_)
        if assertion.body.to is not None:
            turning.add(assertion.body.to + timedelta(days=1))
    return turning


def _rank(assertion: Assertion) -> tuple[date, int]:
    return assertion.body.from_, assertion.fact.index
