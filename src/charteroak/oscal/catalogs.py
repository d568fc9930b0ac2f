"""Walking through the controls of a catalog's content. Depth is bounded by the reader, so recursion is safe here."""

from collections.abc import Iterator
from typing import Any

from charteroak.oscal.document import Document, Json


def controls_within(holder: Json) -> Iterator[Json]:
    """The controls below a catalog, a group or a control, each before its own, in document order."""
    for group in holder.get("groups", ()):
        yield from controls_within(group)
    for control in holder.get("controls", ()):
        yield control
        yield from controls_within(control)


def holders_within(holder: Json) -> Iterator[Json]:
    """The catalog itself, its groups and its controls: whatever may declare parameters."""
    yield holder
    for group in holder.get("groups", ()):
        yield from holders_within(group)
    for control in holder.get("controls", ()):
        yield from holders_within(control)


def control_ids(document: Document) -> list[str]:
    """The identifiers of a catalog's controls, in document order."""
    return [control["id"] for control in controls_within(document.content)]


def param_ids(document: Document) -> set[str]:
    """The identifiers of a catalog's parameters."""
    return {param["id"] for holder in holders_within(document.content) for param in holder.get("params", ())}


def prop_value(item: Json, name: str, **members: Any) -> str | None:
    """The value of the first property with this name whose other members are as given; ``None`` means absent."""
    for prop in item.get("props", ()):
        if prop["name"] == name and all(prop.get(key.rstrip("_")) == value for key, value in members.items()):
            return str(prop["value"])
    return None


def is_withdrawn(control: Json) -> bool:
    """Whether the publisher withdrew a control: it stands as a tombstone, with no wording in force."""
    return (prop_value(control, "status") or "").lower() == "withdrawn"
