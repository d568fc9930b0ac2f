"""The words of a catalog's controls as passages for a page: statement, guidance, examples, objectives.

Parameters are put in as the publisher prints them: *[Assignment: ...]*, *[Selection: ...]*. OSCAL's texts are Markdown;
what is kept are the words. Nothing here is ever rendered as markup.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from charteroak.oscal.catalogs import controls_within, holders_within, is_withdrawn, prop_value
from charteroak.oscal.document import Document, Json
from charteroak.oscal.errors import OSCALInvalidError
from charteroak.oscal.issues import Issue
from charteroak.oscal.limits import INSERT_DEPTH, PASSAGE_LIMIT_CHARACTERS, WORDING_LIMIT_CHARACTERS
from charteroak.oscal.references import INSERTED
from charteroak.oscal.texts import plain

_LINK = re.compile(r"\[([^\]\[]{0,500})\]\([^()\s]{0,500}\)")
_EMPHASIS = re.compile(r"(?<![\\\w])(\*{1,2}|`)(?=\S)([^*`]{1,500})(?<=\S)\1(?!\w)")
_SECTIONS = {
    "statement": "statement",
    "guidance": "guidance",
    "example": "example",
    "assessment-objective": "objective",
    "assessment-method": "method",
    "overview": "statement",
}
_INHERITED = frozenset({"item", "", "assessment-objects"})


class Passage(NamedTuple):
    """Some words of a control: in which section, under which label, how far indented."""

    section: str
    label: str
    depth: int
    text: str

    def to_json(self) -> list[Any]:
        """The passage as JSON values."""
        return list(self)


class ControlText(NamedTuple):
    """One control with its words."""

    identifier: str
    label: str
    title: str
    group: str
    parent: str
    withdrawn: bool
    passages: tuple[Passage, ...]


def control_texts(
    document: Document, *, within: Collection[str] | None = None, limit_characters: int = WORDING_LIMIT_CHARACTERS
) -> Iterator[ControlText]:
    """Every control of a catalog with its words, in document order.

    ``within`` are the identifiers that stand for themselves; what lies below one of them and is none of them (NIST's
    security requirements in 800-171) lends it its words. Without it every control stands for itself.

    Raises:
        OSCALInvalidError: parameters inside parameters make too much of it, or too many lie in one another.
    """
    yield from _texts(document.content, "", "", within, _Insertions(_parameters(document.content), limit_characters))


class _Insertions:
    """What stands in a catalog for each parameter, and how many characters its texts may still come to."""

    def __init__(self, values: Mapping[str, str], limit_characters: int) -> None:
        self._values = values
        self._limit = self._left = limit_characters

    def words(self, prose: str) -> str:
        text = words(prose, self._values)
        self.spend(text)
        return text

    def spend(self, *texts: str) -> None:
        self._left -= sum(map(len, texts))
        if self._left < 0:
            raise _too_much(f"The texts of this catalog come to more than {self._limit} characters.")


def _texts(
    holder: Json, group: str, parent: str, within: Collection[str] | None, values: _Insertions
) -> Iterator[ControlText]:
    for each in holder.get("groups", ()):
        yield from _texts(each, str(each.get("title", "")), "", within, values)
    for control in holder.get("controls", ()):
        identifier = control["id"]
        if within is not None and identifier not in within:
            continue
        lent = [
            passage
            for below in controls_within(control)
            if within is not None and below["id"] not in within
            for passage in _passages(below, values)
        ]
        own = tuple(_passages(control, values))
        # A title of a group stands with each of its controls.
        values.spend(identifier, str(control["title"]), group, parent)
        yield ControlText(
            identifier=identifier,
            label=prop_value(control, "label", class_=None) or prop_value(control, "label") or identifier,
            title=str(control["title"]),
            group=group,
            parent=parent,
            withdrawn=is_withdrawn(control),
            passages=(*lent, *own) if any(each.section == "statement" for each in lent) else (*own, *lent),
        )
        yield from _texts(control, group, identifier, within, values)


def _passages(control: Json, values: _Insertions) -> Iterator[Passage]:
    for part in control.get("parts", ()):
        yield from _part(part, _SECTIONS.get(part.get("name", ""), "other"), 0, values)


def _part(part: Json, section: str, depth: int, values: _Insertions) -> Iterator[Passage]:
    name = part.get("name", "")
    own = section if name in _INHERITED else _SECTIONS.get(name, section)
    text = values.words(part.get("prose", ""))
    label = prop_value(part, "label") or (prop_value(part, "method") or "").capitalize()
    if text or (label and part.get("parts")):
        yield Passage(own, label, depth, text)
    for below in part.get("parts", ()):
        yield from _part(below, own, depth + bool(text or label), values)


def words(prose: str, values: Mapping[str, str]) -> str:
    """A text with its parameters put in and without its markup.

    Raises:
        OSCALInvalidError: it comes to more than ``PASSAGE_LIMIT_CHARACTERS``, or parameters stand in one another deeper
            than ``INSERT_DEPTH``.
    """
    _refuse_long(len(prose))
    for _ in range(INSERT_DEPTH):
        if "{{" not in prose:
            break
        prose = _inserted(prose, values)
    if INSERTED.search(prose):
        raise _too_much(f"Parameters stand in the values of parameters more than {INSERT_DEPTH} deep.")
    prose = _LINK.sub(r"\1", prose)
    return plain(_EMPHASIS.sub(r"\2", prose)).strip()


def _inserted(prose: str, values: Mapping[str, str]) -> str:
    """A text with what stands for its parameters, counted before it is put together."""
    pieces: list[str] = []
    size = end = 0
    for match in INSERTED.finditer(prose):
        pieces += (prose[end : match.start()], values.get(match[1], f"[{match[1]}]"))
        size += len(pieces[-2]) + len(pieces[-1])
        _refuse_long(size)
        end = match.end()
    _refuse_long(size + len(prose) - end)
    return "".join((*pieces, prose[end:]))


def _refuse_long(characters: int) -> None:
    if characters > PASSAGE_LIMIT_CHARACTERS:
        raise _too_much(f"A text comes to more than {PASSAGE_LIMIT_CHARACTERS} characters with its parameters put in.")


def _too_much(reason: str) -> OSCALInvalidError:
    return OSCALInvalidError([Issue("oscal.too-much-text", "/catalog", reason)])


def _parameters(content: Json) -> dict[str, str]:
    """For each parameter what stands in its place: its value, a choice, or what is to be assigned."""
    return {param["id"]: _printed(param) for holder in holders_within(content) for param in holder.get("params", ())}


def _printed(param: Json) -> str:
    if "values" in param:
        return ", ".join(param["values"])
    select = param.get("select")
    if select is not None:
        several = " (one or more)" if select.get("how-many") == "one-or-more" else ""
        return f"[Selection{several}: {'; '.join(select.get('choice', ()))}]"
    return f"[Assignment: {param.get('label') or param['id']}]"
