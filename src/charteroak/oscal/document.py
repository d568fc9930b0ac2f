"""An OSCAL document: read from bytes within limits, told apart by model and version, and written again.

What is read is kept as it was: ``write_document`` of a document gives JSON that is equal to what came in. Validity
is not judged here; ``schema`` and ``references`` do that.

Versions 1.0.0 to 1.2.x are read. 1.3 and later are refused by name: nobody knows yet what they will say. Some of
NIST's own files write ``v1.1.3``; the letter is tolerated.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from charteroak.errors import SourceLocation
from charteroak.oscal.errors import OSCALModelError, OSCALVersionError
from charteroak.oscal.issues import shown
from charteroak.oscal.models import Model
from charteroak.oscal.strict_json import collector_at_rest, read_json, walked
from charteroak.oscal.walking import Found, Walk

Json: TypeAlias = dict[str, Any]

_VERSION = re.compile(r"v?1\.(\d{1,3})\.(\d{1,3})(-[0-9A-Za-z.-]{1,40})?")
_NEWEST_MINOR = 2
_SCHEMA_DIRECTIVE = "$schema"
_KEY_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Document:
    """A document of one model. ``content`` is what stands below its root member."""

    model: Model
    content: Json
    oscal_version: str
    """Without a leading letter."""
    whole: Json
    """The JSON object as it was read, with its root member."""
    found: Mapping[str, list[Found]] = field(repr=False, compare=False)
    """Its objects that declare or refer to something, by member."""
    sha256: str = ""
    """Of the bytes it was read from; empty for one that was made here."""

    @property
    def title(self) -> str:
        """What the document is called."""
        return str(self.content["metadata"]["title"])

    @property
    def version(self) -> str:
        """The document's own version, as its publisher writes it."""
        return str(self.content["metadata"]["version"])

    @property
    def last_modified(self) -> str:
        """When its publisher changed it last, as it says itself."""
        return str(self.content["metadata"]["last-modified"])

    @property
    def uuid(self) -> str:
        """The identifier of this version of the document."""
        return str(self.content["uuid"])


def parse_document(data: bytes, *, path: str | None = None) -> Document:
    """The document that some bytes of JSON hold.

    Raises:
        OSCALFormatError: it is larger or deeper than is read, or no strict JSON.
        OSCALModelError: it is no OSCAL document of a model that is read.
        OSCALVersionError: it names no version from 1.0.0 to 1.2.x.
    """
    with collector_at_rest():
        whole, found = read_json(data, SourceLocation(path=path))
        return _told_apart(whole, found, path, hashlib.sha256(data).hexdigest())


def told_apart(whole: Any) -> Document:
    """A JSON value as a document of the model that its root member names.

    Raises:
        OSCALFormatError: it is nested too deeply.
        OSCALModelError: it is none.
        OSCALVersionError: it names no version that is read.
    """
    return _told_apart(whole, walked(whole, SourceLocation()), None, "")


def _told_apart(whole: Any, walk: Walk, path: str | None, sha256: str) -> Document:
    if not isinstance(whole, dict):
        kind = "list" if isinstance(whole, list) else "single value"
        raise OSCALModelError(
            f"An OSCAL document is a JSON object; this is a {kind}.",
            remedy="Name the document itself.",
            location=SourceLocation(path=path, pointer="/"),
        )
    roots = [key for key in whole if key != _SCHEMA_DIRECTIVE]
    models = {model.value: model for model in Model}
    if len(roots) != 1 or roots[0] not in models:
        found = ", ".join(key[:_KEY_SHOWN] for key in roots[:3]) or "nothing"
        raise OSCALModelError(
            f"An OSCAL document has one root member ({', '.join(models)}); here is {found}.",
            remedy="Name a document of one of these models.",
            location=SourceLocation(path=path, pointer="/"),
        )
    content = whole[roots[0]]
    pointer = f"/{roots[0]}"
    if not isinstance(content, dict):
        raise OSCALModelError(
            "This must be an object.",
            remedy="Correct the document.",
            location=SourceLocation(path=path, pointer=pointer),
        )
    version = _version_of(content, SourceLocation(path=path, pointer=f"{pointer}/metadata/oscal-version"))
    return Document(models[roots[0]], content, version, whole, walk.having, sha256)


def write_document(document: Document) -> bytes:
    """The document as JSON bytes, in the order in which its members stand; equal documents give equal bytes."""
    return (json.dumps(document.whole, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode()


def _version_of(content: Json, place: SourceLocation) -> str:
    metadata = content.get("metadata")
    version = metadata.get("oscal-version") if isinstance(metadata, dict) else None
    if not isinstance(version, str):
        raise OSCALVersionError(
            "The document does not say which OSCAL version it follows.",
            remedy="Write metadata.oscal-version, such as 1.2.0.",
            location=place,
        )
    match = _VERSION.fullmatch(version)
    if match is None or int(match[1]) > _NEWEST_MINOR:
        raise OSCALVersionError(
            f"OSCAL {shown(version)} is not read; versions 1.0.0 to 1.2.x are.",
            remedy="Convert the document, or use a newer Charter Oak.",
            location=place,
        )
    return version.removeprefix("v")
