"""What the schemas cannot say: that identifiers are unique, and that what a document refers to is there.

NIST states these as constraints of the Metaschema, which JSON Schema has no words for. Only what can be decided from
the document itself, and from catalogs at hand, is judged: what stands in a plan or system that the document merely
names by address is left alone. The document has passed its schema before.
"""

import re
from collections.abc import Callable, Container, Iterator
from typing import Any

from charteroak.oscal.catalogs import holders_within
from charteroak.oscal.document import Document
from charteroak.oscal.issues import Issue, Severity, shown
from charteroak.oscal.limits import LISTED_ISSUES
from charteroak.oscal.models import Model
from charteroak.oscal.walking import Found, Places

INSERTED = re.compile(r"\{\{\s*(?:insert:\s*)?param,?\s*([^\s{}]{1,200})\s*\}\}")
"""A parameter in a text: as OSCAL 1.1 writes it, and as 1.0 did."""
_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_ID_HOLDERS = frozenset({"groups", "controls", "params", "parts"})
_REFERRED_TO = frozenset({"parties", "locations", "components", "resources", "observations", "risks", "findings"})
"""Things that other members name by UUID, so that a second one of the same name makes a reference mean two things."""
_PEOPLE = {"party-uuids": "parties", "member-of-organizations": "parties", "location-uuids": "locations"}
_SAME_DOCUMENT = {"observation-uuid": "observations", "risk-uuid": "risks", "finding-uuid": "findings"}
"""Members that refer to things of the same results or plan of action, and where those stand."""
_SINGULAR = {"parties": "party", "locations": "location", "observations": "observation", "risks": "risk"}
_SINGULAR |= {"findings": "finding", "components": "component"}
_ASSESSED = frozenset({Model.ASSESSMENT_RESULTS, Model.PLAN_OF_ACTION_AND_MILESTONES})
_STATES = frozenset({"satisfied", "not-satisfied"})
_METHODS = frozenset({"EXAMINE", "INTERVIEW", "TEST", "UNKNOWN"})


class _Index:
    """What a document declares, and the objects that may refer to it."""

    def __init__(self, document: Document) -> None:
        self.model = document.model
        self.imports_components = "import-component-definitions" in document.content
        self.having = document.found
        self.places = Places(document.whole)
        self.under: dict[str, set[str]] = {}
        """The UUIDs declared under a member: of parties, components, observations."""
        self.uuids: set[str] = set()
        self.ids: set[str] = set()
        self.params: set[str] = set()
        self.roles: set[str] = set()

    def texts(self, member: str) -> Iterator[tuple[Found, str]]:
        """The objects that have a member whose value is a text."""
        return ((found, value) for found in self.having[member] if (value := found.content[member]).__class__ is str)


def validate_references(
    document: Document, *, control_ids: Container[str] | None = None, param_ids: Container[str] | None = None
) -> list[Issue]:
    """What does not hold among a document's identifiers and references, at most ``LISTED_ISSUES`` of it.

    ``control_ids`` and ``param_ids`` are those of the catalogs that the document builds on, where they are at hand.
    """
    lost = list(_lost(document))
    if lost:
        return lost[:LISTED_ISSUES]
    index = _Index(document)
    checks: list[Callable[[_Index], Iterator[Issue]]] = [_uuids, _ids, _fragments, _people, _roles, _periods]
    if document.model is Model.CATALOG:
        checks.append(_insertions)
    if document.model in _ASSESSED:
        checks += [_assessed, _values]
    if document.model in {Model.SYSTEM_SECURITY_PLAN, Model.COMPONENT_DEFINITION}:
        checks.append(_components)
    issues = [issue for check in checks for issue in check(index)]
    if control_ids is not None:
        issues.extend(_controls(index, control_ids))
    if param_ids is not None:
        issues.extend(_parameters(index, param_ids))
    return sorted(issues, key=lambda issue: (issue.severity.value, issue.pointer))[:LISTED_ISSUES]


def _lost(document: Document) -> Iterator[Issue]:
    """Members that OSCAL requires and that its JSON schemas forgot, where they offer alternatives."""
    if document.model is Model.PROFILE:
        for number, directive in enumerate(document.content.get("imports", ())):
            if "href" not in directive:
                yield Issue("oscal.schema.missing", f"/profile/imports/{number}", "'href' is missing here.")
    if document.model is Model.CATALOG:
        places = Places(document.whole)
        for holder in holders_within(document.content):
            for number, param in enumerate(holder.get("params", ())):
                if "id" not in param:
                    pointer = places.pointer(Found(holder, ""), "params", number)
                    yield Issue("oscal.schema.missing", pointer, "'id' is missing here.")


def _uuids(index: _Index) -> Iterator[Issue]:
    for found, uuid in index.texts("uuid"):
        name = found.name
        known = index.under.setdefault(name, set())
        if uuid in index.uuids:
            severity = Severity.ERROR if uuid in known and name in _REFERRED_TO else Severity.WARNING
            yield _twice("oscal.uuid-twice", index, found, "uuid", severity)
        known.add(uuid)
        index.uuids.add(uuid)


def _ids(index: _Index) -> Iterator[Issue]:
    """Identifiers of a catalog's groups, controls, parameters and parts; elsewhere only roles have any that matter."""
    ids, is_catalog = index.ids, index.model is Model.CATALOG
    for found in index.having["id"]:
        content, name = found
        identifier = content["id"]
        if identifier in ids and is_catalog and name in _ID_HOLDERS:
            yield _twice("oscal.id-twice", index, found, "id", Severity.ERROR)
        ids.add(identifier)
        if name == "params":
            index.params.add(identifier)
        elif name == "roles":
            index.roles.add(identifier)


def _twice(code: str, index: _Index, found: Found, member: str, severity: Severity) -> Issue:
    return Issue(
        code,
        index.places.pointer(found, member),
        f"{shown(found.content[member])} names something else already.",
        severity,
    )


def _fragments(index: _Index) -> Iterator[Issue]:
    """``#`` references lead to a back-matter resource or something else that this document declares.

    A link beside the text is no more than a hint, and in a resolved or partial catalog it may lead to what was left
    out; so is a name, which may be one of an imported catalog.
    """
    known = index.uuids | index.ids
    for found in index.having["href"]:
        href = found.content["href"]
        if href.__class__ is not str or href[:1] != "#" or href[1:] in known:
            continue
        is_hint = found.name == "links" or _UUID.fullmatch(href[1:]) is None
        yield Issue(
            "oscal.dangling-href",
            index.places.pointer(found, "href"),
            f"Nothing in this document is called {shown(href[1:])}.",
            Severity.WARNING if is_hint else Severity.ERROR,
        )


def _unknown(what: str, pointer: str, value: str, severity: Severity = Severity.ERROR) -> Issue:
    return Issue(f"oscal.unknown-{what}", pointer, f"No {what} of this document is called {shown(value)}.", severity)


def _people(index: _Index) -> Iterator[Issue]:
    for member, place in _PEOPLE.items():
        known = index.under.get(place, set())
        for found in index.having[member]:
            for position, uuid in enumerate(found.content[member]):
                if uuid not in known:
                    yield _unknown(_SINGULAR[place], index.places.pointer(found, member, position), uuid)


def _roles(index: _Index) -> Iterator[Issue]:
    """A role that parties are given is one of the document; others may be those of a system that will use it."""
    for found, role in index.texts("role-id"):
        if role not in index.roles:
            severity = Severity.ERROR if found.name == "responsible-parties" else Severity.WARNING
            yield _unknown("role", index.places.pointer(found, "role-id"), role, severity)


def _assessed(index: _Index) -> Iterator[Issue]:
    for member, place in _SAME_DOCUMENT.items():
        known = index.under.get(place, set())
        for found, uuid in index.texts(member):
            if uuid not in known:
                yield _unknown(_SINGULAR[place], index.places.pointer(found, member), uuid)


def _components(index: _Index) -> Iterator[Issue]:
    if index.imports_components:
        return
    known = index.under.get("components", set())
    for found, uuid in index.texts("component-uuid"):
        if uuid not in known:
            yield _unknown("component", index.places.pointer(found, "component-uuid"), uuid)


def _insertions(index: _Index) -> Iterator[Issue]:
    """A text inserts only parameters that the catalog declares."""
    for found in index.having["prose"]:
        prose = found.content["prose"]
        if prose.__class__ is str and "{{" in prose:
            for name in INSERTED.findall(prose):
                if name not in index.params:
                    yield _unknown("parameter", index.places.pointer(found, "prose"), name)


def _values(index: _Index) -> Iterator[Issue]:
    """The values that decide how a result is read."""
    for found, state in index.texts("state"):
        if state not in _STATES and index.places.path(found)[-2:] == ("target", "status"):
            yield Issue("oscal.value", index.places.pointer(found, "state"), "A finding is satisfied or not-satisfied.")
    for found in index.having["methods"]:
        for position, method in enumerate(found.content["methods"]):
            if found.name == "observations" and method not in _METHODS:
                reason = f"{shown(method)} is no method: EXAMINE, INTERVIEW, TEST or UNKNOWN."
                yield Issue("oscal.value", index.places.pointer(found, "methods", position), reason, Severity.WARNING)


def _periods(index: _Index) -> Iterator[Issue]:
    """Compared by calendar day: NIST's own examples differ in their time zones."""
    for found, end in index.texts("end"):
        start = found.content.get("start")
        if isinstance(start, str) and end[:10] < start[:10]:
            yield Issue(
                "oscal.reversed-period", index.places.pointer(found, "end"), "The period ends before it begins."
            )


def _controls(index: _Index, control_ids: Container[str]) -> Iterator[Issue]:
    named: list[tuple[Found, tuple[str | int, ...], Any]] = [
        (found, ("control-id",), found.content["control-id"]) for found in index.having["control-id"]
    ]
    for found in index.having["with-ids"]:
        named += [(found, ("with-ids", position), each) for position, each in enumerate(found.content["with-ids"])]
    for found, steps, identifier in named:
        if identifier not in control_ids:
            reason = f"The catalog has no control {shown(identifier)}."
            yield Issue("oscal.unknown-control", index.places.pointer(found, *steps), reason)


def _parameters(index: _Index, param_ids: Container[str]) -> Iterator[Issue]:
    """A setting sets a parameter that a catalog, or the document itself, declares."""
    for found, identifier in index.texts("param-id"):
        if identifier not in param_ids and identifier not in index.params:
            reason = f"The catalog has no parameter {shown(identifier)}."
            yield Issue("oscal.dangling-set-parameter", index.places.pointer(found, "param-id"), reason)
