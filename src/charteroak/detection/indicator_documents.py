"""Indicators in JSON: a STIX 2.1 bundle (or 2.0, or a TAXII envelope) and a MISP event.

STIX: every object of type ``indicator`` counts, through its pattern; other objects are context. A revoked indicator
is set aside. MISP: attributes on the event and in its objects; what is deleted, or marked ``to_ids: false`` (context,
in MISP's own words not for automated detection), is set aside. Values are reported as they are written there.
"""

from collections.abc import Iterator
from typing import Any

from charteroak.canonical import CanonicalError, parse_json
from charteroak.detection.errors import IndicatorFileError
from charteroak.detection.indicators import Listed, type_word
from charteroak.errors import SourceLocation
from charteroak.intel.pattern_reading import read_pattern

_CONTEXT_PARTS = {"port", "filename"}
"""Halves of MISP's composite types (``ip-dst|port``) that narrow the other half and are no indicator themselves."""


def listed_in_json(text: str, path: str) -> Iterator[Listed]:
    """The values of a STIX or MISP document.

    Raises:
        IndicatorFileError: it is not JSON, or JSON of neither kind.
    """
    try:
        document = parse_json(text)
    except CanonicalError as error:
        raise IndicatorFileError(error.message, remedy=error.remedy, location=SourceLocation(path=path)) from error
    if isinstance(document, dict):
        if document.get("type") == "indicator":
            return _stix([document], path, "")
        if isinstance(document.get("objects"), list):
            return _stix(document["objects"], path, "/objects")
    events = list(_misp_events(document, ""))
    if events:
        return (listed for pointer, event in events for listed in _misp_event(event, path, pointer))
    raise IndicatorFileError(
        "This JSON is neither a STIX bundle nor a MISP event.",
        remedy='Name a document with "objects" (STIX) or "Event" (MISP).',
        location=SourceLocation(path=path),
    )


def _stix(objects: list[Any], path: str, pointer: str) -> Iterator[Listed]:
    for index, item in enumerate(objects):
        if not isinstance(item, dict) or item.get("type") != "indicator":
            continue
        place = SourceLocation(path=path, pointer=f"{pointer}/{index}/pattern" if pointer else "/pattern")
        pattern = item.get("pattern")
        if not isinstance(pattern, str):
            yield Listed(str(item.get("id", "")), place, problem="The indicator has no pattern.")
        elif item.get("revoked") is True:
            yield Listed(pattern, place, aside="Revoked by its author.")
        elif item.get("pattern_type", "stix") != "stix":
            yield Listed(pattern, place, problem=f"A pattern of the type {item['pattern_type']!r} is not read here.")
        else:
            reading = read_pattern(pattern)
            yield from (Listed(value, place, kind) for kind, value in reading.values)
            yield from (Listed(part, place, problem=reason) for part, reason in reading.unread)


def _misp_events(document: Any, pointer: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Events wherever MISP puts them: alone, in an export's ``response``, in a list."""
    if isinstance(document, list):
        for index, item in enumerate(document):
            yield from _misp_events(item, f"{pointer}/{index}")
    elif isinstance(document, dict):
        if isinstance(document.get("Event"), dict):
            yield f"{pointer}/Event", document["Event"]
        elif isinstance(document.get("response"), list | dict):
            yield from _misp_events(document["response"], f"{pointer}/response")
        elif isinstance(document.get("Attribute"), list):
            yield pointer, document


def _misp_event(event: dict[str, Any], path: str, pointer: str) -> Iterator[Listed]:
    yield from _misp_attributes(event.get("Attribute"), path, f"{pointer}/Attribute")
    objects = event.get("Object")
    for index, item in enumerate(objects if isinstance(objects, list) else []):
        if isinstance(item, dict) and item.get("deleted") is not True:
            yield from _misp_attributes(item.get("Attribute"), path, f"{pointer}/Object/{index}/Attribute")


def _misp_attributes(attributes: Any, path: str, pointer: str) -> Iterator[Listed]:
    for index, attribute in enumerate(attributes if isinstance(attributes, list) else []):
        place = SourceLocation(path=path, pointer=f"{pointer}/{index}")
        if not isinstance(attribute, dict) or not isinstance(attribute.get("value"), str):
            yield Listed("", place, problem="The attribute has no value.")
            continue
        value, kind = attribute["value"], str(attribute.get("type", ""))
        if attribute.get("deleted") is True:
            yield Listed(value, place, aside="Deleted by its author.")
        elif attribute.get("to_ids") is False:
            yield Listed(value, place, aside="Marked as context, not for detection (to_ids is false).")
        elif "|" in kind:
            yield from _composite(value, kind, place)
        else:
            yield Listed(value, place, kind or None)


def _composite(value: str, kind: str, place: SourceLocation) -> Iterator[Listed]:
    kinds, values = kind.split("|"), value.split("|")
    pairs = list(zip(kinds, values, strict=False))
    if len(kinds) != len(values) or not any(type_word(part) for part in kinds):
        yield Listed(value, place, kind)
        return
    for part, text in pairs:
        if part not in _CONTEXT_PARTS:
            yield Listed(text, place, part)
