"""The determination: every element, the outcome, and what it rests on.

The outcome, in this order: any element not met; any uncertain or for counsel; a six-month clock on which E12 rests
that ends 0 to 90 days after the interval; else the record supports all elements. Assumed elements stay out of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from charteroak.law.asked_time import AskedTime, Judgement
from charteroak.law.clocks import edition_clocks
from charteroak.law.editions import load_frameworks
from charteroak.law.facts import Facts, Mode
from charteroak.law.reviews import Review
from charteroak.law.safe_harbor.conformity import Conforming
from charteroak.law.safe_harbor.rules import CONFORMITY_RULES, Answered, answer_elements
from charteroak.law.safe_harbor.statute import Element, Statute, load_statute
from charteroak.law.timeline import Status

AT_RISK_DAYS = 90
"""A clock that ends at most so many days after the interval puts the answer at risk."""


class Outcome(StrEnum):
    """What the elements come to. None of the words says more than what the record supports."""

    ELEMENT_NOT_MET = "element-not-met"
    INDETERMINATE = "indeterminate"
    AT_RISK = "at-risk"
    RECORD_SUPPORTS_ALL_ELEMENTS = "record-supports-all-elements"


@dataclass(frozen=True, slots=True)
class ElementFinding:
    """The answer for one element. ``assumed``: taken as given for an imagined breach, and outside the outcome."""

    id: str
    question: str
    status: Status
    assumed: bool
    reason: str
    citation: str
    exhibits: tuple[str, ...]
    would_change: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """The element as INTERFACES gives it."""
        return {
            "id": self.id,
            "status": str(self.status),
            "assumed": self.assumed,
            "reason": self.reason,
            "citation": self.citation,
            "exhibits": list(self.exhibits),
            "wouldChange": list(self.would_change),
        }


@dataclass(frozen=True, slots=True)
class Determination:
    """The whole answer. ``first`` and ``last`` are None where the interval's bound is not known."""

    statute: Statute
    mode: Mode
    first: date | None
    last: date | None
    outcome: Outcome
    at_breach: Outcome
    elements: tuple[ElementFinding, ...]
    edition_clocks: tuple[dict[str, Any], ...]
    reviews: tuple[Review, ...] = ()
    """How old the data on the law was on the day of the answer; empty where that day was not given."""

    @property
    def stale(self) -> tuple[Review, ...]:
        """What was reviewed too long ago."""
        return tuple(review for review in self.reviews if review.is_stale)

    def to_json(self) -> dict[str, Any]:
        """The document of ``charteroak safe-harbor determine --json``."""
        return {
            "statute": self.statute.code,
            "reviewedOn": self.statute.reviewed_on.isoformat(),
            "mode": str(self.mode),
            "interval": {
                "from": self.first.isoformat() if self.first is not None else None,
                "to": self.last.isoformat() if self.last is not None else None,
            },
            "outcome": str(self.outcome),
            "protects": self.statute.protects,
            "elements": [element.to_json() for element in self.elements],
            "readings": {"wholeInterval": str(self.outcome), "atBreach": str(self.at_breach)},
            "editionClocks": list(self.edition_clocks),
            "dataReviews": [review.to_json() for review in self.reviews],
            "notLegalAdvice": True,
        }


def determine(facts: Facts, *, statute: str = "ct", today: date | None = None) -> Determination:
    """What the record supports under a statute. Pure: the same facts and ``today`` give the same answer.

    ``today`` matters for a breach that is still going on and has no ``as_of``, whose interval then ends today, and says
    from when our data on the law is looked at; without it nothing is said of the data's age.

    Raises:
        UnknownStatuteError: no evaluator answers for the statute.
    """
    law = load_statute(statute)
    asked = facts.asked_time(today, with_failure=law.terms.asks_from_failure)
    answered = answer_elements(facts, law)
    assumed = law.assumed if facts.mode is Mode.PROSPECTIVE else frozenset()
    findings = tuple(
        _assumed(element, facts)
        if element.id in assumed
        else _finding(element, asked.judge(answered.timelines[element.id]))
        for element in law.elements
    )
    return Determination(
        statute=law,
        mode=facts.mode,
        first=asked.first,
        last=asked.last,
        outcome=_outcome([finding.status for finding in findings], answered.conforming, asked),
        at_breach=_outcome_at_breach(findings, answered, law, facts, asked),
        elements=findings,
        edition_clocks=tuple(_clocks(facts, law)),
        reviews=() if today is None else _reviews(facts, law, today),
    )


def _finding(element: Element, judgement: Judgement) -> ElementFinding:
    return ElementFinding(
        id=element.id,
        question=element.question,
        status=judgement.status,
        assumed=False,
        reason=f"{judgement.why[:1].upper()}{judgement.why[1:]}.",
        citation=element.citation,
        exhibits=judgement.exhibits,
        would_change=element.would_change[judgement.status],
    )


def _assumed(element: Element, facts: Facts) -> ElementFinding:
    return ElementFinding(
        id=element.id,
        question=element.question,
        status=Status.MET,
        assumed=True,
        reason=f"Assumed for an imagined breach on {facts.as_of}; not judged, and outside the outcome.",
        citation=element.citation,
        exhibits=(),
        would_change=("A real breach and a real claim: ask again in breach mode.",),
    )


def _outcome(statuses: Sequence[Status], e12: Conforming, asked: AskedTime) -> Outcome:
    """The outcome of INTERFACES. An assumed element counts as met, which leaves it out."""
    if Status.NOT_MET in statuses:
        return Outcome.ELEMENT_NOT_MET
    if Status.UNCERTAIN in statuses or Status.COUNSEL in statuses:
        return Outcome.INDETERMINATE
    last = asked.possible[1]
    clock = e12.rests_on_clock_until(last)
    if clock is not None and clock.toordinal() - last <= AT_RISK_DAYS:
        return Outcome.AT_RISK
    return Outcome.RECORD_SUPPORTS_ALL_ELEMENTS


def _outcome_at_breach(
    findings: Sequence[ElementFinding], answered: Answered, law: Statute, facts: Facts, asked: AskedTime
) -> Outcome:
    """The other reading: conformity is asked for on ``breach.from`` alone; everything else stands."""
    if facts.mode is Mode.BREACH:
        asked = AskedTime.between(facts.breach.period.first, facts.breach.period.first)
    by_rule = {element.id for element in law.elements if element.rule in CONFORMITY_RULES}
    statuses = [
        asked.judge(answered.timelines[finding.id]).status if finding.id in by_rule else finding.status
        for finding in findings
    ]
    return _outcome(statuses, answered.conforming, asked)


def _reviews(facts: Facts, law: Statute, today: date) -> tuple[Review, ...]:
    """The age of the statute's data and of the lists of editions that the conformity list names."""
    frameworks = load_frameworks()
    named = dict.fromkeys(row.framework for row in facts.conformity or () if row.framework in frameworks)
    return (
        Review(law.name, law.reviewed_on, today),
        *(Review(f"Editions: {frameworks[code].name}", frameworks[code].reviewed_on, today) for code in named),
    )


def _clocks(facts: Facts, law: Statute) -> list[dict[str, Any]]:
    named = [
        (row.framework, row.edition)
        for row in facts.conformity or ()
        if row.framework is not None and row.edition is not None
    ]
    return edition_clocks(named, replace(facts.policy, window_months=law.terms.catch_up.months))
