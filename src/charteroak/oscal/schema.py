"""Whether a document is valid by the published schema of its model: OSCAL 1.2.3, which also takes 1.0 and 1.1 content.

Always the schema of one model. The complete schema wraps all models in ``oneOf`` and can only say that none fits. A
fault below an alternative is reported where it lies deepest: that is the alternative that was meant.
"""

import functools
import json
import sys
from collections.abc import Iterator
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from charteroak.oscal.document import Document
from charteroak.oscal.issues import Issue, Severity, json_pointer, shown
from charteroak.oscal.limits import LISTED_ISSUES, VALUES_AT_ONCE
from charteroak.oscal.models import Model

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError, Validator

SCHEMA_VERSION = "1.2.3"
"""The release whose schemas are carried, and the OSCAL version of what is written."""
_SCHEMAS = files("charteroak.oscal") / "data" / "schemas" / SCHEMA_VERSION
_KINDS = {"object": "an object", "array": "a list", "string": "a text", "integer": "a whole number"}
_KINDS |= {"boolean": "true or false", "number": "a number", "null": "null"}
_SAID = {
    "UUIDDatatype": "is no UUID of version 4 or 5",
    "TokenDatatype": "is no token: a letter or _ first, then letters, digits, dots, hyphens and _",
    "DateTimeWithTimezoneDatatype": "is no date and time with a time zone",
    "StringDatatype": "must not be empty, or begin or end with a blank",
    "MarkupLineDatatype": "must be one line of text, and not empty",
    "EmailAddressDatatype": "is no e-mail address",
    "URIDatatype": "is no absolute URI",
    "URIReferenceDatatype": "is no URI or reference to one",
    "Base64Datatype": "is no Base64",
}


def validate_schema(document: Document, *, values_at_once: int = VALUES_AT_ONCE) -> list[Issue]:
    """What the schema of the document's model refuses, in document order, at most ``LISTED_ISSUES`` of it.

    Of a long document only the first stretch with faults is told; a warning says so.
    """
    validator = _validator(document.model)
    if validator.is_valid(document.whole):
        return []
    begun, is_whole = _first_faulty(document.whole, validator, values_at_once)
    found: dict[str, Issue] = {}
    for error in validator.iter_errors(begun):
        for deepest in _deepest(error):
            issue = _issue(deepest, document.model)
            # One fault of a value is often told twice, by its pattern and by its format.
            found.setdefault(f"{issue.pointer} {issue.code}", issue)
        if len(found) >= LISTED_ISSUES:
            break
    if len(found) < LISTED_ISSUES and not is_whole:
        reason = "The document goes on, and what follows was not looked at; correct these faults first."
        return [*found.values(), Issue("oscal.schema.more", "/", reason, Severity.WARNING)]
    return list(found.values())[:LISTED_ISSUES]


def _first_faulty(whole: Any, validator: "Validator", at_once: int) -> tuple[Any, bool]:
    """An invalid document up to its first faults, and whether that is all of it.

    The validator makes all faults of what it is given before it hands out one. So it is given only so many values
    behind those that it takes.
    """
    size = _beginning(whole, sys.maxsize)[1]
    valid, faulty = 0, at_once
    while faulty < size and validator.is_valid(_beginning(whole, faulty)[0]):
        valid, faulty = faulty, 2 * faulty
    faulty = min(faulty, size)
    while faulty - valid > at_once:
        middle = (valid + faulty) // 2
        if validator.is_valid(_beginning(whole, middle)[0]):
            valid = middle
        else:
            faulty = middle
    return (whole, True) if faulty >= size else (_beginning(whole, faulty)[0], False)


def _beginning(whole: Any, limit: int) -> tuple[Any, int]:
    """A document whose lists end where it has as many values, and how many it has.

    Every pointer stays what it was, and no list turns empty: a list behind the limit keeps its first item. The depth of
    a document is bounded, so that this may recurse.
    """
    taken = 0

    def begun(value: Any) -> Any:
        nonlocal taken
        if value.__class__ is dict:
            taken += len(value)
            return {member: begun(inner) for member, inner in value.items()}
        if value.__class__ is not list:
            return value
        kept: list[Any] = []
        for inner in value:
            if kept and taken >= limit:
                break
            taken += 1
            kept.append(begun(inner))
        return kept

    return begun(whole), taken


def schema_text(model: Model) -> str:
    """The schema of a model as it is carried."""
    return (_SCHEMAS / f"{model.value}.json").read_text(encoding="utf-8")


@functools.cache
def _validator(model: Model) -> "Validator":
    # A compiled library that only this check needs: pages and small commands do not load it.
    import jsonschema_rs  # noqa: PLC0415

    # The mask keeps the library's own messages, which nobody reads, from holding what they are about.
    return jsonschema_rs.validator_for(json.loads(schema_text(model)), validate_formats=True, mask="...")


@functools.cache
def _phrases(model: Model) -> dict[str, str]:
    """What each pattern of the schema asks for, in words."""
    phrases = {}
    definitions = json.loads(schema_text(model))["definitions"]
    for name, phrase in _SAID.items():
        definition = definitions.get(name, {})
        for part in (definition, *definition.get("allOf", ())):
            if "pattern" in part:
                phrases[part["pattern"]] = phrase
    return phrases


def _deepest(error: "ValidationError") -> Iterator["ValidationError"]:
    """The errors of the alternative that fits best, for a choice between alternatives; else the error itself."""
    alternatives = getattr(error.kind, "context", None)
    if not alternatives:
        yield error
        return
    told = [[deep for each in alternative for deep in _deepest(each)] for alternative in alternatives]
    # Of two alternatives with faults equally deep the one with fewer faults was meant.
    best = max(told, key=lambda errors: (max(len(each.instance_path) for each in errors), -len(errors)))
    yield from best


def _issue(error: "ValidationError", model: Model) -> Issue:
    kind: Any = error.kind
    path: list[Any] = list(error.instance_path)
    match kind.name:
        case "required":
            return Issue("oscal.schema.missing", json_pointer(path), f"{shown(kind.property)} is missing here.")
        case "additionalProperties":
            names = ", ".join(shown(name) for name in kind.unexpected[:5])
            return Issue("oscal.schema.unexpected", json_pointer(path), f"{names} has no place here in OSCAL.")
        case "pattern":
            phrase = _phrases(model).get(kind.pattern, "has not the form that OSCAL asks for here")
            return Issue("oscal.schema.form", json_pointer(path), f"{shown(error.instance)} {phrase}.")
        case "format":
            return Issue("oscal.schema.form", json_pointer(path), f"{shown(error.instance)} is no {kind.format}.")
        case "type":
            wanted = " or ".join(_KINDS.get(name, name) for name in kind.types)
            return Issue("oscal.schema.type", json_pointer(path), f"This must be {wanted}.")
        case "enum" | "const":
            return Issue("oscal.schema.value", json_pointer(path), f"{shown(error.instance)} is no value of this.")
        case "minItems":
            return Issue("oscal.schema.empty-list", json_pointer(path), "A list must not be empty; leave it out.")
        case _:
            return Issue("oscal.schema.refused", json_pointer(path), f"The schema refuses this ({kind.name}).")
