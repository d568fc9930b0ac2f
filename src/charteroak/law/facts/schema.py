"""The JSON Schema (draft 2020-12) of the facts document, built from the same vocabularies that the reader uses.

A schema cannot say everything: reversed intervals, editions conformed to before their publication and an adoption
after the interval are refused by ``Facts`` alone.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from charteroak.law.editions import AmendedLawClock, load_frameworks
from charteroak.law.facts.dated import FactStatus
from charteroak.law.facts.document import ALLEGATION_PATTERN, STATE_PATTERN
from charteroak.law.facts.reader import ROWS_LIMIT, TEXT_LIMIT
from charteroak.law.facts.words import (
    UNDATED_FRAMEWORKS,
    BreachException,
    ConformityStatus,
    Culpability,
    Forum,
    FoundedIn,
    LawOfClaim,
    Mode,
    OrganisationKind,
    ProgramScope,
    Regime,
)

Schema = dict[str, Any]

_TRUTH: Schema = {"type": ["boolean", "null"]}
_DAY: Schema = {"type": ["string", "null"], "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
_STILL: Schema = {**_DAY, "description": "null: still. Absent: not known."}
_TEXT: Schema = {"type": "string", "minLength": 1, "maxLength": TEXT_LIMIT}
_EXHIBITS: Schema = {"type": ["array", "null"], "maxItems": ROWS_LIMIT, "items": _TEXT}
_DATED: Schema = {"$ref": "#/$defs/datedFact"}


def _words(words: type[StrEnum], description: str = "") -> Schema:
    schema: Schema = {"enum": [*words, None]}
    return {**schema, "description": description} if description else schema


def _object(properties: Mapping[str, Schema], description: str = "", *, nullable: bool = True) -> Schema:
    schema: Schema = {
        "type": ["object", "null"] if nullable else "object",
        "additionalProperties": False,
        "properties": dict(properties),
    }
    return {**schema, "description": description} if description else schema


def _rows(item: Schema, description: str) -> Schema:
    return {"type": ["array", "null"], "maxItems": ROWS_LIMIT, "items": item, "description": description}


def _organisation() -> Schema:
    handles = dict.fromkeys(("accesses", "maintains", "communicates", "processes"), _DATED)
    return _object(
        {
            "kind": _words(OrganisationKind),
            "regulatedBy": _rows({"enum": list(Regime)}, "Laws that the organization is subject to; null: not known."),
            "employees": {"type": ["integer", "null"], "minimum": 0},
            "locatedIn": _rows(
                {"type": "string", "pattern": STATE_PATTERN},
                "States, by two letters, where it is organized or has a place of business; null: not known.",
            ),
            "handles": _object(handles, "What it does with personal or restricted information."),
        }
    )


def _breach() -> Schema:
    return _object(
        {
            "from": _DAY,
            "to": _STILL,
            "failureFrom": {
                **_DAY,
                "description": "Start of the alleged control failure, where it precedes the intrusion.",
            },
            "access": _TRUTH,
            "acquisition": _TRUTH,
            "materialRisk": _TRUTH,
            "exception": _words(BreachException, "null: none applies. Absent: not known."),
        }
    )


def _program() -> Schema:
    def dated(*keys: str) -> Schema:
        return _object(dict.fromkeys(keys, _DATED))

    return _object(
        {
            "written": _DATED,
            "adopted": _DAY,
            "maintained": _DATED,
            "compliedWith": _DATED,
            "safeguards": dated("administrative", "technical", "physical"),
            "objectives": dated("confidentiality", "threatsOrHazards", "unauthorizedAccessAndAcquisition"),
            "scale": _object(
                dict.fromkeys(("sizeAndComplexity", "activities", "sensitivity", "costAndTools"), _DATED)
                | {"availableResources": {**_DATED, "description": "Ohio's fifth factor; none of Connecticut's."}}
            ),
            "scope": _words(ProgramScope, "Ohio: which information the program was made for."),
            "simplified": _object(
                dict.fromkeys(("passwordPolicy", "employeeTraining"), _DATED),
                "Texas: what its act names for fewer than 20 employees.",
            ),
        }
    )


def _conformity_row() -> Schema:
    frameworks = load_frameworks()
    row = _object(
        {
            "framework": {"enum": [*frameworks, *UNDATED_FRAMEWORKS, None]},
            "edition": {"type": ["string", "null"]},
            "status": _words(ConformityStatus),
            "from": _DAY,
            "to": _STILL,
            "assertedBy": {**_TEXT, "type": ["string", "null"], "description": "The officer who asserts it."},
            "exhibits": _EXHIBITS,
        },
        nullable=False,
    )
    editions = [
        {
            "if": {"properties": {"framework": {"const": code}}, "required": ["framework"]},
            "then": {"properties": {"edition": {"enum": [*(edition.code for edition in framework.editions), None]}}},
        }
        for code, framework in frameworks.items()
    ]
    return {**row, "allOf": editions}


def _claim() -> Schema:
    return _object(
        {
            "foundedIn": _words(FoundedIn),
            "alleges": {
                "type": ["string", "null"],
                "maxLength": TEXT_LIMIT,
                "pattern": ALLEGATION_PATTERN,
                "description": "failure-of-reasonable-controls, or another word for what else it alleges.",
            },
            "law": _words(LawOfClaim),
            "forum": _words(Forum),
            "arisesFromBreach": {**_TRUTH, "description": "Texas: whether the action arises from the breach."},
        },
        nullable=False,
    )


def facts_schema() -> Schema:
    """The schema as a JSON value. Unknown keys are refused; every key may be absent, and absent means unknown."""
    information = ("personal", "restricted", "ownedOrLicensed", "restrictedUnreadable", "publiclyAvailable")
    elsewhere = ("personal", "restricted", "restrictedUnreadable", "publiclyAvailable")
    policy = {"patchReleasesAreRevisions": _TRUTH, "amendedLawClock": _words(AmendedLawClock)}
    dated_row = _object({"from": _DAY, "to": _STILL, "status": _words(FactStatus), "exhibits": _EXHIBITS})
    document = _object(
        {
            "mode": _words(Mode, "Default: breach. Prospective needs asOf."),
            "asOf": _DAY,
            "organisation": _organisation(),
            "information": _object(
                dict.fromkeys(information, _DATED)
                | {
                    state: _object(dict.fromkeys(elsewhere, _DATED), f"By {name}'s own definitions.")
                    for state, name in (("oh", "Ohio"), ("tx", "Texas"))
                },
                "By Connecticut's definitions; oh and tx by theirs.",
            ),
            "claims": _rows(_claim(), "Empty: no claim yet. null: not known."),
            "breach": _breach(),
            "program": _program(),
            "conformity": _rows(_conformity_row(), "A list that is given is complete. null: not known."),
            "culpability": _words(Culpability),
            "policy": _object(policy, "Defaults: true and earlier."),
        },
        "Days are Connecticut calendar days, both ends inclusive. An absent key means unknown, never no.",
        nullable=False,
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Charter Oak: facts for a safe-harbor determination",
        **document,
        "if": {"properties": {"mode": {"const": "prospective"}}, "required": ["mode"]},
        "then": {"properties": {"asOf": {"type": "string"}}, "required": ["asOf"]},
        "$defs": {
            "datedFact": {
                "description": "true or false for all the time asked about, null for unknown, or rows with days.",
                "type": ["boolean", "array", "null"],
                "maxItems": ROWS_LIMIT,
                "items": {**dated_row, "type": "object"},
            }
        },
    }
