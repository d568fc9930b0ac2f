"""The objects of a document that declare or refer to something, with their places, found in one walk by levels.

It does not recurse: a document decides nothing about our stack. Most places are never asked for, so a place is kept as
its last step and the steps before it.
"""

from typing import Any, NamedTuple, TypeAlias

from charteroak.oscal.issues import json_pointer

Place: TypeAlias = "tuple[Place | None, str | int]"


class Found(NamedTuple):
    """An object, and where it stands."""

    content: dict[str, Any]
    place: "Place | None"

    @property
    def name(self) -> str:
        """The member that it, or the list that it is in, stands under."""
        place = self.place
        while place is not None and place[1].__class__ is int:
            place = place[0]
        return "" if place is None else str(place[1])

    def pointer(self, *more: str | int) -> str:
        """Its JSON pointer, or that of something below it."""
        steps: list[str | int] = []
        place = self.place
        while place is not None:
            steps.append(place[1])
            place = place[0]
        return json_pointer((*reversed(steps), *more))


MEMBERS = frozenset(
    {"uuid", "id", "href", "prose", "role-id", "component-uuid", "state", "methods", "end"}
    | {"control-id", "with-ids", "param-id"}
    | {"party-uuids", "member-of-organizations", "location-uuids"}
    | {"observation-uuid", "risk-uuid", "finding-uuid"}
)
"""Members that declare something, refer to something, or decide how a result is read."""


def objects_by_member(whole: Any, *, depth_limit: int) -> dict[str, list[Found]]:
    """For each of ``MEMBERS`` the objects that have it, level by level and in document order within a level.

    Raises:
        RecursionError: objects and lists stand in one another deeper than the limit.
    """
    found: dict[str, list[Found]] = {member: [] for member in MEMBERS}
    level: list[tuple[Any, Place | None]] = [(whole, None)] if isinstance(whole, dict | list) else []
    for _ in range(depth_limit):
        if not level:
            return found
        below: list[tuple[Any, Place | None]] = []
        push = below.append
        for value, place in level:
            if value.__class__ is dict:
                for member, inner in value.items():
                    if member in MEMBERS:
                        found[member].append(Found(value, place))
                    if inner.__class__ is dict or inner.__class__ is list:
                        push((inner, (place, member)))
            else:
                for index, inner in enumerate(value):
                    if inner.__class__ is dict or inner.__class__ is list:
                        push((inner, (place, index)))
        level = below
    raise RecursionError
