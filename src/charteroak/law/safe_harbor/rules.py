"""The rules that elements name, and every element of a statute day by day.

A rule is a pure function from the facts and the terms of a statute to a timeline: its answer on every calendar day.
Which days matter is decided where the timelines are judged. Clauses say what is recorded; none says what a court will
find. A new state needs new rules only where its act asks what no other does.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from charteroak.law.facts import Facts
from charteroak.law.safe_harbor import lawsuit, parties_and_breach, smaller_businesses, written_program
from charteroak.law.safe_harbor.conformity import Conforming, conforming
from charteroak.law.safe_harbor.statute import Statute
from charteroak.law.timeline import Timeline

CONFORMITY_RULE = "framework-conformity"
SIZE_TIER_RULE = "size-tier"
LETTER_RULE = "framework-of-the-list"
CONFORMITY_RULES = frozenset({CONFORMITY_RULE, SIZE_TIER_RULE, LETTER_RULE})
"""The rules that rest on conformity to an edition."""

Rule: TypeAlias = Callable[[Facts, Statute], Timeline]

RULES: Mapping[str, Rule] = {
    "kind-of-organization": lambda facts, statute: parties_and_breach.business(facts, statute.terms),
    "handling": lambda facts, _: parties_and_breach.covered_entity(facts),
    "data-breach": lambda facts, _: parties_and_breach.data_breach(facts),
    "information": lambda facts, statute: parties_and_breach.information(facts, statute.terms),
    "information-in-scope": lambda facts, statute: parties_and_breach.information_in_scope(facts, statute.terms),
    "claim-in-tort": lambda facts, _: lawsuit.claims_in_tort(facts),
    "law-and-court": lawsuit.law_and_court,
    "culpability": lambda facts, _: lawsuit.culpability(facts),
    "written": lambda facts, _: written_program.written(facts.program),
    "created-maintained-followed": lambda facts, _: written_program.kept_and_followed(facts.program),
    "implemented-and-maintained": lambda facts, _: written_program.implemented_and_maintained(facts.program),
    "safeguards": lambda facts, _: written_program.safeguards(facts.program),
    "objectives": lambda facts, _: written_program.objectives(facts.program),
    "scale": lambda facts, statute: written_program.scale(facts.program, statute.terms),
    "size-limit": lambda facts, statute: smaller_businesses.below_the_limit(facts, statute.terms),
    "in-the-state": lambda facts, statute: smaller_businesses.in_the_state(facts, statute.terms),
    "owns-sensitive-information": lambda facts, statute: smaller_businesses.owns_information(facts, statute.terms),
    "breach-of-system-security": lambda facts, statute: smaller_businesses.breach_of_system(facts, statute.terms),
    "action-from-the-breach": smaller_businesses.action_from_breach,
}
"""Every rule but those that rest on conformity, which share one reading of the conformity list."""


@dataclass(frozen=True, slots=True)
class Answered:
    """Every element of a statute day by day, by its id, and the conformity that some of them rest on."""

    timelines: Mapping[str, Timeline]
    conforming: Conforming


def answer_elements(facts: Facts, statute: Statute) -> Answered:
    """Every element of a statute for these facts."""
    policy = replace(facts.policy, window_months=statute.terms.catch_up.months)
    facts = replace(facts, policy=policy)
    e12 = conforming(facts, statute.terms)
    tier = smaller_businesses.size_tier(facts, statute.terms, e12.answers)
    letter = smaller_businesses.framework_of_the_list(facts, e12.answers)
    shared = {CONFORMITY_RULE: e12.answers, SIZE_TIER_RULE: tier, LETTER_RULE: letter}
    return Answered(
        {
            element.id: shared[element.rule] if element.rule in shared else RULES[element.rule](facts, statute)
            for element in statute.elements
        },
        e12,
    )
