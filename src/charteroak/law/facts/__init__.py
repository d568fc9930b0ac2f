"""The facts document: what is known of an organization, its program, its claims and a breach.

``parse_facts_json`` and ``parse_facts`` read the document of INTERFACES; ``facts_schema`` is its JSON Schema; the
classes can also be built in Python. Whichever way, a ``Facts`` that exists has passed the same refusals.
"""

from charteroak.law.asked_time import AskedTime
from charteroak.law.editions import AmendedLawClock, EditionPolicy
from charteroak.law.facts.dated import NO, UNKNOWN, YES, DatedFact, DatedRow, FactStatus
from charteroak.law.facts.document import parse_facts, parse_facts_json
from charteroak.law.facts.model import Facts
from charteroak.law.facts.parts import (
    Breach,
    Claim,
    Conformity,
    Handling,
    Information,
    Objectives,
    Organisation,
    Program,
    Safeguards,
    Scale,
    Simplified,
    StateInformation,
)
from charteroak.law.facts.schema import facts_schema
from charteroak.law.facts.words import (
    FAILURE_OF_REASONABLE_CONTROLS,
    BreachException,
    ConformityStatus,
    Culpability,
    Forum,
    FoundedIn,
    InformationSense,
    LawOfClaim,
    Mode,
    OrganisationKind,
    ProgramScope,
    Regime,
)
from charteroak.law.timeline import Period

__all__ = [
    "FAILURE_OF_REASONABLE_CONTROLS",
    "NO",
    "UNKNOWN",
    "YES",
    "AmendedLawClock",
    "AskedTime",
    "Breach",
    "BreachException",
    "Claim",
    "Conformity",
    "ConformityStatus",
    "Culpability",
    "DatedFact",
    "DatedRow",
    "EditionPolicy",
    "FactStatus",
    "Facts",
    "Forum",
    "FoundedIn",
    "Handling",
    "Information",
    "InformationSense",
    "LawOfClaim",
    "Mode",
    "Objectives",
    "Organisation",
    "OrganisationKind",
    "Period",
    "Program",
    "ProgramScope",
    "Regime",
    "Safeguards",
    "Scale",
    "Simplified",
    "StateInformation",
    "facts_schema",
    "parse_facts",
    "parse_facts_json",
]
