"""Policies as modules of text: rules in our own words, with places that the organisation fills in.

A clause says what must or may be done, never what is done. What an organisation fills in stands for ``{name}`` in a
clause; an example is a hint of the form and never gets into a document by itself.
"""

import functools
import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Annotated

import msgspec
from msgspec import Meta

from charteroak.documents.blocks import Blank, Text
from charteroak.program.bodies import Identifier, Line, PracticeId

_PLACE = re.compile(r"\{([a-z_]+)\}")


class Parameter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that only the organisation can say, such as how often."""

    id: Annotated[str, Meta(pattern="^[a-z_]+\\Z", max_length=64)]
    label: Line
    example: Line


class Clause(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One rule."""

    id: Identifier
    text: str

    def texts(self, values: Mapping[str, str], labels: Mapping[str, str]) -> tuple[Text, ...]:
        """The rule with what was filled in; a blank where nothing was."""
        parts: list[Text] = []
        at = 0
        for place in _PLACE.finditer(self.text):
            parts.append(self.text[at : place.start()])
            parts.append(values.get(place[1], "") or Blank(labels.get(place[1], place[1])))
            at = place.end()
        return tuple(part for part in (*parts, self.text[at:]) if part)


class Policy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Rules about one subject, and the practices that carry them out."""

    order: int
    id: Identifier
    title: Line
    aim: Line
    practices: tuple[PracticeId, ...]
    parameters: tuple[Parameter, ...]
    clauses: Annotated[tuple[Clause, ...], Meta(min_length=1)]

    @property
    def labels(self) -> Mapping[str, str]:
        """What is filled in where, in words."""
        return {parameter.id: parameter.label for parameter in self.parameters}

    @property
    def places(self) -> frozenset[str]:
        """The parameters that its clauses name."""
        return frozenset(name for clause in self.clauses for name in _PLACE.findall(clause.text))


@functools.cache
def load_policies() -> Mapping[str, Policy]:
    """The policies of this release by identifier, in reading order."""
    folder = files("charteroak.program") / "data" / "policies"
    read = (
        msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), Policy)
        for file in folder.iterdir()
        if file.name.endswith(".toml") and file.name != "provenance.toml"
    )
    return {policy.id: policy for policy in sorted(read, key=lambda policy: policy.order)}
