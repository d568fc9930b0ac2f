"""Which controls an import of a profile selects (NIST, OSCAL profile resolution, *import*)."""

import fnmatch
import re
from collections.abc import Iterable, Iterator, Sequence

from charteroak.oscal.catalogs import controls_within
from charteroak.oscal.document import Json
from charteroak.oscal.errors import OSCALInvalidError
from charteroak.oscal.issues import Issue, json_pointer, shown
from charteroak.oscal.limits import MATCHING_LIMIT, PATTERN_LIMIT, PATTERN_LIMIT_CHARACTERS


def selected_ids(
    selection: Json, controls: Iterable[Json], place: tuple[str | int, ...], *, all_by_default: bool = True
) -> dict[str, None]:
    """The identifiers that a selection includes and does not exclude, in the order of the controls.

    A selection that includes nothing by name takes everything. Patterns match whole identifiers, ``*`` any characters
    and ``?`` one.

    Raises:
        OSCALInvalidError: it names a control that is not there, or has more or longer patterns than are tried.
    """
    tree = {control["id"]: control for control in controls}
    if "include-controls" in selection:
        included = _named(selection["include-controls"], tree, (*place, "include-controls"))
    elif "include-all" in selection or all_by_default:
        included = set(tree)
    else:
        included = set()
    excluded = _named(selection.get("exclude-controls", ()), tree, (*place, "exclude-controls"))
    return dict.fromkeys(identifier for identifier in tree if identifier in included and identifier not in excluded)


def _named(selectors: Sequence[Json], tree: dict[str, Json], place: tuple[str | int, ...]) -> set[str]:
    _refuse_many_patterns(selectors, len(tree), place)
    found: set[str] = set()
    missing: list[Issue] = []
    for number, selector in enumerate(selectors):
        own: set[str] = set()
        for position, identifier in enumerate(selector.get("with-ids", ())):
            if identifier in tree:
                own.add(identifier)
            else:
                pointer = json_pointer((*place, number, "with-ids", position))
                missing.append(Issue("oscal.unknown-control", pointer, f"No control {shown(identifier)} is there."))
        for matching in selector.get("matching", ()):
            own.update(_matching(matching.get("pattern", ""), tree))
        if selector.get("with-child-controls") == "yes":
            own.update(child["id"] for identifier in tuple(own) for child in controls_within(tree[identifier]))
        found |= own
    if missing:
        raise OSCALInvalidError(missing)
    return found


def _refuse_many_patterns(selectors: Sequence[Json], controls: int, place: tuple[str | int, ...]) -> None:
    patterns = [matching.get("pattern", "") for each in selectors for matching in each.get("matching", ())]
    if len(patterns) > PATTERN_LIMIT:
        reason = f"{len(patterns)} patterns stand here; at most {PATTERN_LIMIT} are tried."
    elif len(patterns) * controls > MATCHING_LIMIT:
        reason = f"{len(patterns)} patterns for {controls} controls are more than is tried."
    elif any(len(pattern) > PATTERN_LIMIT_CHARACTERS for pattern in patterns):
        reason = f"A pattern is longer than {PATTERN_LIMIT_CHARACTERS} characters."
    else:
        return
    raise OSCALInvalidError([Issue("oscal.too-many-patterns", json_pointer(place), reason)])


def _matching(pattern: str, tree: dict[str, Json]) -> Iterator[str]:
    # A bracket is a letter like any other in OSCAL's patterns.
    fits = re.compile(fnmatch.translate(pattern.replace("[", "[[]"))).match
    return (identifier for identifier in tree if fits(identifier))
