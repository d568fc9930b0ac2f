"""How selected controls are put together (NIST, OSCAL profile resolution, *merge*): as they stood, flat, or custom.

Where a control is selected and the one above it is not, the upper one stays as its holder, as in NIST's own resolved
catalogs. ``Merged.selected`` says which were selected. Nothing of the sources is changed: what is returned shares with
them what nobody will alter.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from charteroak.oscal.catalogs import controls_within
from charteroak.oscal.document import Json
from charteroak.oscal.errors import OSCALInvalidError
from charteroak.oscal.issues import Issue, shown
from charteroak.oscal.limits import INSERTION_LIMIT
from charteroak.oscal.selection import selected_ids


@dataclass(frozen=True, slots=True)
class Source:
    """The content of a catalog, and what was selected of it."""

    content: Json
    selected: Mapping[str, None]


@dataclass(frozen=True, slots=True)
class Merged:
    """Parameters, groups and controls of the new catalog."""

    content: Json
    selected: tuple[str, ...]


def merge(sources: Sequence[Source], directive: Json) -> Merged:
    """The selected controls in the structure that a profile asks for; flat where it asks for none.

    Raises:
        OSCALInvalidError: two different controls of one identifier come together, and nothing says what to do; or a
            custom structure has more places than are filled.
    """
    method = directive.get("combine", {}).get("method", "keep")
    kept = _combined(sources, method)
    selected = tuple(dict.fromkeys(identifier for source in kept for identifier in source.selected))
    if directive.get("as-is"):
        content = _as_is(kept)
    elif "custom" in directive:
        content = _custom(kept, directive["custom"])
    else:
        content = {"controls": [_alone(control) for control in _in_order(kept)]}
    return Merged({member: value for member, value in content.items() if value}, selected)


def _combined(sources: Sequence[Source], method: str) -> list[Source]:
    """Each control from one source only: the first that selected it."""
    taken: dict[str, Json] = {}
    kept = []
    for source in _by_content(sources):
        controls = {control["id"]: control for control in controls_within(source.content)}
        own: dict[str, None] = {}
        for identifier in source.selected:
            control = controls[identifier]
            rival = taken.setdefault(identifier, control)
            if rival is control:
                own[identifier] = None
            elif rival != control and method != "use-first":
                raise OSCALInvalidError(
                    [Issue("oscal.control-clash", "/profile/merge", f"Two controls are called {shown(identifier)}.")]
                )
        kept.append(Source(source.content, own))
    return kept


def _by_content(sources: Sequence[Source]) -> list[Source]:
    """Several imports of one catalog select from it together."""
    together: dict[int, Source] = {}
    for source in sources:
        known = together.get(id(source.content))
        selected = source.selected if known is None else {**known.selected, **source.selected}
        together[id(source.content)] = Source(source.content, selected)
    return list(together.values())


def _as_is(sources: Iterable[Source]) -> Json:
    merged: Json = {"params": [], "groups": [], "controls": []}
    params: dict[str, Json] = {}
    for source in sources:
        for param in source.content.get("params", ()):
            params.setdefault(param["id"], param)
        merged["groups"] = _joined(
            merged["groups"], [g for g in (_group(each, source) for each in source.content.get("groups", ())) if g]
        )
        merged["controls"] += _controls(source.content, source)
    merged["params"] = list(params.values())
    return merged


def _joined(groups: list[Json], more: list[Json]) -> list[Json]:
    """Groups of one identifier, from several catalogs, are one group."""
    known = {group["id"]: group for group in groups if "id" in group}
    for group in more:
        same = known.get(group.get("id", ""))
        if same is None:
            groups.append(group)
        elif "controls" in same and "controls" in group:
            same["controls"] = [*same["controls"], *group["controls"]]
        else:
            same["groups"] = _joined(same.get("groups", []), group.get("groups", []))
    return groups


def _group(group: Json, source: Source) -> Json | None:
    groups = [kept for kept in (_group(each, source) for each in group.get("groups", ())) if kept]
    controls = _controls(group, source)
    if not groups and not controls:
        return None
    pruned = {member: value for member, value in group.items() if member not in {"groups", "controls"}}
    if groups:
        pruned["groups"] = groups
    if controls:
        pruned["controls"] = controls
    return pruned


def _controls(holder: Json, source: Source) -> list[Json]:
    return [kept for kept in (_control(each, source) for each in holder.get("controls", ())) if kept]


def _control(control: Json, source: Source) -> Json | None:
    inner = _controls(control, source)
    if control["id"] not in source.selected and not inner:
        return None
    pruned = _alone(control)
    if inner:
        pruned["controls"] = inner
    return pruned


def _alone(control: Json) -> Json:
    return {member: value for member, value in control.items() if member != "controls"}


def _in_order(sources: Iterable[Source]) -> list[Json]:
    return [c for source in sources for c in controls_within(source.content) if c["id"] in source.selected]


def _custom(sources: Sequence[Source], custom: Json) -> Json:
    available = [_alone(control) for control in _in_order(sources)]
    place = ("profile", "merge", "custom")
    if _places(custom) > INSERTION_LIMIT:
        reason = f"Controls are put into more than {INSERTION_LIMIT} places."
        raise OSCALInvalidError([Issue("oscal.too-many-insertions", "/profile/merge/custom", reason)])
    return {
        "groups": [_custom_group(group, available, place) for group in custom.get("groups", ())],
        "controls": _inserted(custom, available, place),
    }


def _places(holder: Json) -> int:
    return 1 + len(holder.get("insert-controls", ())) + sum(_places(each) for each in holder.get("groups", ()))


def _custom_group(group: Json, available: list[Json], place: tuple[str | int, ...]) -> Json:
    made = {member: value for member, value in group.items() if member not in {"groups", "insert-controls"}}
    inner = [_custom_group(each, available, place) for each in group.get("groups", ())]
    if inner:
        made["groups"] = inner
    controls = _inserted(group, available, place)
    if controls:
        made["controls"] = controls
    return made


def _inserted(holder: Json, available: list[Json], place: tuple[str | int, ...]) -> list[Json]:
    controls: list[Json] = []
    by_id = {control["id"]: control for control in available}
    for insertion in holder.get("insert-controls", ()):
        chosen = list(selected_ids(insertion, available, (*place, "insert-controls"), all_by_default=False))
        if insertion.get("order") in {"ascending", "descending"}:
            chosen.sort(reverse=insertion["order"] == "descending")
        controls += [dict(by_id[identifier]) for identifier in chosen]
    return controls
