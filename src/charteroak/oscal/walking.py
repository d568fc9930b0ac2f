"""The objects of a document that declare or refer to something, found in one walk.

Where each stands is only asked for when something is wrong with one, so it is found by a second walk then. The depth
of a document is bounded, so that both may recurse.
"""

from typing import Any, NamedTuple

from charteroak.oscal.issues import json_pointer


class Found(NamedTuple):
    """An object, and the member that it, or the list that it is in, stands under."""

    content: dict[str, Any]
    name: str


class Walk(NamedTuple):
    """What one walk through a document finds."""

    having: dict[str, list[Found]]
    """For each of ``MEMBERS`` the objects that have it, in document order."""
    members: int
    """How many members all objects have together."""


MEMBERS = frozenset(
    {"uuid", "id", "href", "prose", "role-id", "component-uuid", "state", "methods", "end"}
    | {"control-id", "with-ids", "param-id"}
    | {"party-uuids", "member-of-organizations", "location-uuids"}
    | {"observation-uuid", "risk-uuid", "finding-uuid"}
)
"""Members that declare something, refer to something, or decide how a result is read."""


_make = Found._make


def walk(whole: Any, *, depth_limit: int) -> Walk:
    """The objects that have one of ``MEMBERS``.

    Raises:
        RecursionError: objects and lists stand in one another deeper than the limit.
    """
    found: dict[str, list[Found]] = {member: [] for member in MEMBERS}
    members = 0

    def look(value: Any, name: str, depth: int) -> None:
        nonlocal members
        if not depth:
            raise RecursionError
        if value.__class__ is dict:
            members += len(value)
            for member, inner in value.items():
                if member in MEMBERS:
                    found[member].append(_make((value, name)))
                if inner.__class__ is dict or inner.__class__ is list:
                    look(inner, member, depth - 1)
        else:
            for inner in value:
                if inner.__class__ is dict or inner.__class__ is list:
                    look(inner, name, depth - 1)

    if isinstance(whole, dict | list):
        look(whole, "", depth_limit)
    return Walk(found, members)


def _paths_of(whole: Any) -> dict[int, tuple[str | int, ...]]:
    """The path of every object of a document, by the object's identity."""
    found: dict[int, tuple[str | int, ...]] = {}
    stack: list[tuple[Any, tuple[str | int, ...]]] = [(whole, ())]
    while stack:
        value, path = stack.pop()
        if isinstance(value, dict):
            found[id(value)] = path
            stack += [(inner, (*path, member)) for member, inner in value.items()]
        elif isinstance(value, list):
            stack += [(inner, (*path, index)) for index, inner in enumerate(value)]
    return found


class Places:
    """Where the objects of one document stand, worked out when it is first asked."""

    def __init__(self, whole: Any) -> None:
        self._whole = whole
        self._paths: dict[int, tuple[str | int, ...]] | None = None

    def path(self, found: Found) -> tuple[str | int, ...]:
        """The path of an object."""
        if self._paths is None:
            self._paths = _paths_of(self._whole)
        return self._paths[id(found.content)]

    def pointer(self, found: Found, *more: str | int) -> str:
        """The JSON pointer of an object, or of something below it."""
        return json_pointer((*self.path(found), *more))
