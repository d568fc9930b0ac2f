"""From a profile to the catalog that it means: NIST's profile resolution, over documents at hand.

The outcome is deterministic: the same profile and catalogs give the same bytes. Its UUID follows from theirs, and its
date is the profile's own.
"""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from charteroak.errors import SourceLocation
from charteroak.oscal.catalogs import controls_within
from charteroak.oscal.document import Document, Json, told_apart
from charteroak.oscal.errors import OSCALInvalidError, OSCALModelError
from charteroak.oscal.issues import Issue
from charteroak.oscal.merging import Source, merge
from charteroak.oscal.models import Model
from charteroak.oscal.modifying import modify
from charteroak.oscal.selection import selected_ids
from charteroak.oscal.shelf import Shelf

_CHAIN_LIMIT = 8
"""Profiles that build on one another."""
_IN_TEXT = re.compile(r"\(#([0-9A-Fa-f-]{36})\)")


@dataclass(frozen=True, slots=True)
class Resolution:
    """The catalog that a profile means."""

    document: Document
    selected: tuple[str, ...]
    """The controls it selected. Others may stand in the document as holders of these."""
    issues: tuple[Issue, ...]
    """Warnings: changes that found no place."""


def resolve_profile(profile: Document, shelf: Shelf) -> Resolution:
    """The catalog that a profile means.

    Raises:
        OSCALModelError: this is no profile.
        ImportNotAtHandError: it imports what is not at hand.
        OSCALInvalidError: it names controls that are not there, two controls clash, or profiles import in a circle.
    """
    return _resolve(profile, shelf, ())


def _resolve(profile: Document, shelf: Shelf, chain: tuple[str, ...]) -> Resolution:
    if profile.model is not Model.PROFILE:
        raise OSCALModelError(
            f"This is a {profile.model.value}; a profile is resolved.", location=SourceLocation(pointer="/")
        )
    if profile.uuid in chain or len(chain) >= _CHAIN_LIMIT:
        reason = "Profiles import one another in a circle, or too many build on one another."
        raise OSCALInvalidError([Issue("oscal.import-circle", "/profile/imports", reason)])
    sources: list[Source] = []
    origins: list[Document] = []
    issues: list[Issue] = []
    for number, directive in enumerate(profile.content["imports"]):
        place = ("profile", "imports", number)
        found = shelf.find(profile, directive["href"], f"/profile/imports/{number}/href")
        if found.model is Model.PROFILE:
            inner = _resolve(found, shelf, (*chain, profile.uuid))
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
    return Resolution(document, merged.selected, tuple(issues))


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
