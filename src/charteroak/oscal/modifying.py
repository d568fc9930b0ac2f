"""What a profile changes in the controls that it selected (NIST, OSCAL profile resolution, *modify*).

A change that finds no place is told as a warning, never dropped in silence: a profile may be newer than the catalog
that is at hand.
"""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from charteroak.oscal.catalogs import controls_within, holders_within
from charteroak.oscal.document import Json
from charteroak.oscal.issues import Issue, Severity, json_pointer, shown

_LISTS = {"params": "param", "props": "prop", "links": "link", "parts": "part"}
_ADDED_TO = ("props", "links")
"""Members of a parameter that a setting adds to; it takes the place of every other."""


def modify(content: Json, directive: Json) -> list[Issue]:
    """Set parameters and alter controls in a merged catalog. Controls that are altered are replaced, never shared."""
    issues = list(_set_parameters(content, directive.get("set-parameters", ())))
    controls = {control["id"]: control for control in controls_within(content)}
    for number, alter in enumerate(directive.get("alters", ())):
        place = ("profile", "modify", "alters", number)
        control = controls.get(alter["control-id"])
        if control is None:
            issues.append(_no_place((*place, "control-id"), "control", alter["control-id"]))
            continue
        inner = control.get("controls")
        altered = deepcopy({member: value for member, value in control.items() if member != "controls"})
        for removal in alter.get("removes", ()):
            _remove(altered, removal)
        for position, addition in enumerate(alter.get("adds", ())):
            if not _add(altered, addition):
                issues.append(_no_place((*place, "adds", position, "by-id"), "part", addition.get("by-id", "")))
        control.clear()
        control |= altered
        if inner is not None:
            control["controls"] = inner
    return issues


def _no_place(place: tuple[str | int, ...], what: str, name: str) -> Issue:
    reason = f"The selected controls have no {what} {shown(name)}; this change was left out."
    return Issue("oscal.change-without-place", json_pointer(place), reason, Severity.WARNING)


def _set_parameters(content: Json, settings: Any) -> Iterator[Issue]:
    owners: dict[str, tuple[Json, int]] = {}
    for holder in holders_within(content):
        for position, param in enumerate(holder.get("params", ())):
            owners.setdefault(param["id"], (holder, position))
    for number, setting in enumerate(settings):
        name = setting["param-id"]
        if name not in owners:
            yield _no_place(("profile", "modify", "set-parameters", number, "param-id"), "parameter", name)
            continue
        holder, position = owners[name]
        # The list may be the source catalog's own; the parameter is replaced in a copy of it.
        params = list(holder["params"])
        param = dict(params[position])
        for member, value in setting.items():
            if member in _ADDED_TO:
                param[member] = [*param.get(member, ()), *value]
            elif member != "param-id":
                param[member] = value
        if "values" in setting:
            param.pop("select", None)
        elif "select" in setting:
            param.pop("values", None)
        params[position] = param
        holder["params"] = params


def _remove(item: Json, removal: Json) -> None:
    for member, kind in _LISTS.items():
        if member not in item:
            continue
        kept = [each for each in item[member] if not _is_meant(each, kind, removal)]
        for each in kept:
            _remove(each, removal)
        if kept:
            item[member] = kept
        else:
            del item[member]


def _is_meant(item: Json, kind: str, removal: Json) -> bool:
    """Whether every criterion of a removal holds for an item."""
    criteria = {"by-name": "name", "by-class": "class", "by-id": "id", "by-ns": "ns"}
    asked = [(member, removal[name]) for name, member in criteria.items() if name in removal]
    by_kind = removal.get("by-item-name")
    if not asked and by_kind is None:
        return False
    return all(item.get(member) == value for member, value in asked) and by_kind in {None, kind}


def _add(control: Json, addition: Json) -> bool:
    """Whether an addition found its place."""
    target = addition.get("by-id")
    position = addition.get("position", "ending")
    if target is None or target == control["id"]:
        _add_into(control, addition, at_start=position in {"starting", "before"})
        return True
    for holder, member, index in _items(control):
        if holder[member][index].get("id") != target:
            continue
        if position in {"before", "after"}:
            at = index + (position == "after")
            holder[member][at:at] = deepcopy(addition.get(member, []))
        else:
            _add_into(holder[member][index], addition, at_start=position == "starting")
        return True
    return False


def _add_into(item: Json, addition: Json, *, at_start: bool) -> None:
    if "title" in addition:
        item["title"] = addition["title"]
    for member in _LISTS:
        added = deepcopy(addition.get(member, []))
        if added:
            present = item.get(member, [])
            item[member] = [*added, *present] if at_start else [*present, *added]


def _items(item: Json) -> Iterator[tuple[Json, str, int]]:
    """Every parameter and part inside an item: its holder, the member it stands under, and its place there."""
    for member in ("params", "parts"):
        for index, each in enumerate(item.get(member, ())):
            yield item, member, index
            yield from _items(each)
