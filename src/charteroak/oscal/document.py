"""An OSCAL document: read from bytes within limits, told apart by model and version, and written again.

What is read is kept as it was: ``write_document`` of a document gives JSON that is equal to what came in. Validity
is not judged here; ``schema`` and ``references`` do that.

Versions 1.0.0 to 1.2.x are read. 1.3 and later are refused by name: nobody knows yet what they will say. Some of
NIST's own files write ``v1.1.3``; the letter is tolerated.
"""

import gc
import hashlib
import json
import math
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import msgspec

from charteroak.errors import SourceLocation
from charteroak.oscal.errors import OSCALFormatError, OSCALModelError, OSCALVersionError
from charteroak.oscal.issues import shown
from charteroak.oscal.limits import DEPTH_LIMIT, DOCUMENT_LIMIT_BYTES, MEMBER_LIMIT
from charteroak.oscal.models import Model
from charteroak.oscal.walking import Found, Walk, walk

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
    place = SourceLocation(path=path)
    _refuse_large(data, place)
    _refuse_nothing(data, place)
    with collector_at_rest():
        whole, found = _parse_json(data, place)
        return _told_apart(whole, found, path, hashlib.sha256(data).hexdigest())


def told_apart(whole: Any) -> Document:
    """A JSON value as a document of the model that its root member names.

    Raises:
        OSCALFormatError: it is nested too deeply.
        OSCALModelError: it is none.
        OSCALVersionError: it names no version that is read.
    """
    return _told_apart(whole, _walked(whole, SourceLocation()), None, "")


def _told_apart(whole: Any, walked: Walk, path: str | None, sha256: str) -> Document:
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
    return Document(models[roots[0]], content, version, whole, walked.having, sha256)


def _walked(whole: Any, place: SourceLocation) -> Walk:
    try:
        return walk(whole, depth_limit=DEPTH_LIMIT)
    except RecursionError as error:
        raise _too_deep(place) from error


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Nothing that is read becomes garbage, yet the collector would walk all of it a dozen times: half of the work."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


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


def _refuse_large(data: bytes, place: SourceLocation) -> None:
    if len(data) > DOCUMENT_LIMIT_BYTES:
        raise OSCALFormatError(
            f"The document has {len(data) >> 20} MB; at most {DOCUMENT_LIMIT_BYTES >> 20} MB are read.",
            remedy="Name the document itself.",
            location=place,
        )
    if not data.strip():
        raise OSCALFormatError("The file is empty.", remedy="Name a file with content.", location=place)
    # A member takes two bytes at least.
    if len(data) > 2 * MEMBER_LIMIT and data.count(b",") + data.count(b"{") + data.count(b"[") > MEMBER_LIMIT:
        raise OSCALFormatError(
            f"The document has more than {MEMBER_LIMIT} members.", remedy="Split the document.", location=place
        )


def _refuse_nothing(data: bytes, place: SourceLocation) -> None:
    """No database keeps it, and no text needs it."""
    if b"\\u0000" in data:
        raise OSCALFormatError(
            "An escape stands for no character (NUL).", remedy="Correct the document.", location=place
        )


def _unique(pairs: list[tuple[str, Any]]) -> Json:
    content = dict(pairs)
    if len(content) != len(pairs):
        keys = [key for key, _ in pairs]
        double = next(key for index, key in enumerate(keys) if key in keys[:index])
        raise OSCALFormatError(f"The key {shown(double)} stands twice in one object.", remedy="Keep one of them.")
    return content


def _refuse_constant(name: str) -> None:
    raise OSCALFormatError(f"{name} is not JSON.", remedy="Use a number or leave it out.")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise OSCALFormatError(f"The number {digits[:40]} is larger than any reader holds.", remedy="Correct it.")
    return number


def _integer(digits: str) -> int:
    if len(digits) > 20:
        raise OSCALFormatError(f"The number {digits[:40]}... is larger than any reader holds.", remedy="Correct it.")
    return int(digits)


_CAREFUL = json.JSONDecoder(
    parse_constant=_refuse_constant, parse_float=_finite, parse_int=_integer, object_pairs_hook=_unique
)
_BLANKS = b" \t\r\n"


def _parse_json(data: bytes, place: SourceLocation) -> tuple[Any, Walk]:
    """Strict JSON (RFC 8259), and a walk through it.

    ``msgspec`` reads it fast and keeps the last of two keys. Less all blanks, each key ends in the two bytes that are
    counted here; a text may hold them too. If they are as many as the members of all objects, no key stands twice. If
    they are more, or if anything is wrong, a slower reader looks at every object and says what it is.
    """
    text = data.removeprefix(b"\xef\xbb\xbf")
    try:
        whole = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        _say_what_is_wrong(text, place)
        raise OSCALFormatError(f"Not JSON: {error}.", remedy="Correct the document.", location=place) from error
    except RecursionError as error:
        raise _too_deep(place) from error
    found = _walked(whole, place)
    if text.translate(None, _BLANKS).count(b'":') != found.members:
        _say_what_is_wrong(text, place)
    return whole, found


def _say_what_is_wrong(data: bytes, place: SourceLocation) -> None:
    try:
        # Half a character can be written as an escape and has no form in UTF-8, so that nothing could be written.
        json.dumps(_CAREFUL.decode(data.decode("utf-8")), ensure_ascii=False).encode()
    except OSCALFormatError as error:
        raise OSCALFormatError(error.message, remedy=error.remedy, location=place) from error
    except UnicodeDecodeError as error:
        raise OSCALFormatError(
            f"Not UTF-8 text at byte {error.start}.", remedy="Save the file as UTF-8 JSON.", location=place
        ) from error
    except UnicodeEncodeError as error:
        raise OSCALFormatError(
            "An escape stands for half a character.", remedy="Correct the document.", location=place
        ) from error
    except json.JSONDecodeError as error:
        raise OSCALFormatError(
            f"Not JSON: {error.msg} at column {error.colno}.",
            remedy="Correct the document.",
            location=SourceLocation(path=place.path, line=error.lineno),
        ) from error
    except RecursionError as error:
        raise _too_deep(place) from error


def _too_deep(place: SourceLocation) -> OSCALFormatError:
    return OSCALFormatError(
        f"Objects and lists stand in one another more than {DEPTH_LIMIT} deep.",
        remedy="Name an OSCAL document.",
        location=place,
    )
