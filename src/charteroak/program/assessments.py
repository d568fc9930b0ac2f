"""What assessors found about requirements: for each requirement or objective, the finding that stands on a day.

A finding stands until a newer one about the same requirement or objective. No finding is made of others: that every
objective is satisfied says no more than that, and nothing is called compliant.
"""

from collections.abc import Iterable
from datetime import date

from charteroak.program.bodies import RequirementAssessed
from charteroak.program.recorded import RecordedFact


def assessments_on(facts: Iterable[RecordedFact], day: date) -> tuple[RecordedFact, ...]:
    """The assessments among some standing facts that stand on a day, by framework, edition, requirement, objective."""
    newest: dict[tuple[str, str, str, str], RecordedFact] = {}
    for fact in facts:
        if isinstance(fact.body, RequirementAssessed) and fact.first_day <= day:
            body = fact.body
            subject = (body.framework, body.edition, body.requirement, body.objective or "")
            rival = newest.get(subject)
            if rival is None or rival.order < fact.order:
                newest[subject] = fact
    return tuple(newest[subject] for subject in sorted(newest))
