"""From a profile to the catalog that it means: NIST's profile resolution, over documents at hand.

The outcome is deterministic: the same profile and catalogs give the same bytes. Its UUID follows from theirs, and its
date is the profile's own.
"""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

from charteroak.errors import SourceLocation
from charteroak.oscal.catalogs import controls_within
from charteroak.oscal.document import Document, Json, told_apart
from charteroak.oscal.errors import OSCALInvalidError, OSCALModelError
from charteroak.oscal.issues import Issue
from charteroak.oscal.limits import IMPORT_LIMIT, PROFILE_CHAIN_LIMIT
from charteroak.oscal.merging import Source, merge
from charteroak.oscal.models import Model
from charteroak.oscal.modifying import modify
from charteroak.oscal.selection import selected_ids
from charteroak.oscal.shelf import Shelf

_IN_TEXT = re.compile(r"\(#([0-9A-Fa-f-]{36})\)")


@dataclass(frozen=True, slots=True)
class Resolution:
    """The catalog that a profile means."""

    document: Document
    selected: tuple[str, ...]
    """The controls it selected. Others may stand in the document as holders of these."""
    issues: tuple[Issue, ...]
    """Warnings: changes that found no place."""


@dataclass(slots=True)
class _Run:
    """What is at hand, what was resolved of it already, and how many imports were followed."""

    shelf: Shelf
    resolved: dict[int, Resolution] = field(default_factory=dict)
    """By the identity of the profile, which the shelf keeps."""
    imports: int = 0


def resolve_profile(profile: Document, shelf: Shelf) -> Resolution:
    """The catalog that a profile means.

    Raises:
        OSCALModelError: this is no profile.
        ImportNotAtHandError: it imports what is not at hand.
        OSCALInvalidError: it names controls that are not there, two controls clash, profiles import in a circle, or
            there are more imports or patterns than are followed.
    """
    return _resolve(profile, _Run(shelf), ())


def _once(profile: Document, run: _Run, chain: tuple[str, ...]) -> Resolution:
    """A profile that is imported; the same one again means the same."""
    known = run.resolved.get(id(profile))
    if known is None:
        known = run.resolved[id(profile)] = _resolve(profile, run, chain)
    return known


def _resolve(profile: Document, run: _Run, chain: tuple[str, ...]) -> Resolution:
    if profile.model is not Model.PROFILE:
        raise OSCALModelError(
            f"This is a {profile.model.value}; a profile is resolved.", location=SourceLocation(pointer="/")
        )
    if profile.uuid in chain or len(chain) >= PROFILE_CHAIN_LIMIT:
        reason = "Profiles import one another in a circle, or too many build on one another."
        raise OSCALInvalidError([Issue("oscal.import-circle", "/profile/imports", reason)])
    run.imports += len(profile.content["imports"])
    if run.imports > IMPORT_LIMIT:
        reason = f"More than {IMPORT_LIMIT} imports stand in this profile and those below it."
        raise OSCALInvalidError([Issue("oscal.too-many-imports", "/profile/imports", reason)])
    sources: list[Source] = []
    origins: list[Document] = []
    issues: list[Issue] = []
    for number, directive in enumerate(profile.content["imports"]):
        place = ("profile", "imports", number)
        found = run.shelf.find(profile, directive["href"], f"/profile/imports/{number}/href")
        if found.model is Model.PROFILE:
            inner = _once(found, run, (*chain, profile.uuid))
            issues += inner.issues
            found = inner.document
        elif found.model is not Model.CATALOG:
            raise OSCALModelError(
                f"It imports a {found.model.value}; only catalogs and profiles can be imported.",
                location=SourceLocation(pointer=f"/profile/imports/{number}/href"),
            )
        sources.append(Source(found.content, selected_ids(directive, controls_within(found.content), place)))
        origins.append(found)
    merged = merge(sources, profile.content.get("merge", {}))
    issues += modify(merged.content, profile.content.get("modify", {}))
    document = _document(profile, origins, merged.content)
    # Two imports may lead to the same profile, which is told about once.
    return Resolution(document, merged.selected, tuple(dict.fromkeys(issues)))


def _document(profile: Document, origins: list[Document], content: Json) -> Document:
    metadata = profile.content["metadata"]
    stable = " ".join((profile.uuid, profile.sha256, *(f"{each.uuid} {each.sha256}" for each in origins)))
    catalog: Json = {
        "uuid": str(uuid.uuid5(uuid.UUID(profile.uuid), stable)),
        "metadata": {
            "title": metadata["title"],
            "last-modified": metadata["last-modified"],
            "version": metadata["version"],
            "oscal-version": profile.oscal_version,
            "props": [{"name": "resolution-tool", "value": "Charter Oak"}],
            "links": [{"href": f"urn:uuid:{profile.uuid}", "rel": "source-profile"}],
        },
        **content,
    }
    resources = _resources(catalog, [*origins, profile])
    if resources:
        catalog["back-matter"] = {"resources": resources}
    return told_apart({"catalog": catalog})


def _resources(catalog: Json, origins: list[Document]) -> list[Json]:
    """The resources that the new catalog refers to, and those that say that they are always kept."""
    known = {
        resource["uuid"]: resource
        for origin in origins
        for resource in origin.content.get("back-matter", {}).get("resources", ())
    }
    wanted = set(_referred_to(catalog))
    return [
        resource
        for identifier, resource in known.items()
        if identifier in wanted or {"name": "keep", "value": "always"} in resource.get("props", ())
    ]


def _referred_to(catalog: Json) -> Iterator[str]:
    found = told_apart({"catalog": catalog}).found
    for each in found["href"]:
        href = each.content["href"]
        if isinstance(href, str) and href.startswith("#"):
            yield href[1:]
    for each in found["prose"]:
        yield from _IN_TEXT.findall(each.content["prose"])
