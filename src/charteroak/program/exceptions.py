"""Exceptions that an officer accepted: which stand on a day, and what they touch.

Of several entries about one exception the one that began last counts, whether it prolongs or shortens. On the day of
its expiry an exception has no effect any more. It never makes anything met: what it touches is left to counsel.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from charteroak.frameworks.catalog import EditionName
from charteroak.program.bodies import ExceptionAccepted
from charteroak.program.links import has_part
from charteroak.program.practices import Practice
from charteroak.program.recorded import RecordedFact


@dataclass(frozen=True, slots=True)
class AcceptedException:
    """One exception, by the entry that counts."""

    fact: RecordedFact
    body: ExceptionAccepted

    def touches_practice(self, practice: Practice) -> bool:
        """Whether it is about this practice, or about a requirement that the practice has a part in."""
        if self.body.practice == practice.id:
            return True
        body = self.body
        if body.framework is None or body.edition is None or body.requirement is None:
            return False
        return has_part(practice, EditionName(body.framework, body.edition), body.requirement)

    def touches_edition(self, name: EditionName, practices: Mapping[str, Practice]) -> bool:
        """Whether it is about a requirement of this edition, or about a practice that has a part in one."""
        if (self.body.framework, self.body.edition) == name:
            return True
        practice = None if self.body.practice is None else practices.get(self.body.practice)
        return practice is not None and has_part(practice, name)

    def touches_requirement(self, name: EditionName, identifier: str) -> bool:
        """Whether it is about this requirement of this edition."""
        return (self.body.framework, self.body.edition, self.body.requirement) == (*name, identifier)


def accepted_exceptions(facts: Iterable[RecordedFact]) -> tuple[AcceptedException, ...]:
    """The acceptances among some standing facts."""
    return tuple(AcceptedException(fact, fact.body) for fact in facts if isinstance(fact.body, ExceptionAccepted))


def exceptions_on(accepted: Iterable[AcceptedException], day: date) -> tuple[AcceptedException, ...]:
    """The exceptions in effect on a day, by name."""
    newest: dict[str, AcceptedException] = {}
    for each in accepted:
        if each.fact.first_day <= day:
            rival = newest.get(each.body.exception)
            if rival is None or rival.fact.order < each.fact.order:
                newest[each.body.exception] = each
    return tuple(newest[name] for name in sorted(newest) if day < newest[name].body.expires)


def turning_days(accepted: Iterable[AcceptedException]) -> set[date]:
    """Every day on which an exception may begin or lose its effect."""
    return {day for each in accepted for day in (each.fact.first_day, each.body.expires)}
