"""How long evidence of an incident is kept, and by whose rule: in force, proposed, or our own default."""

import tomllib
from functools import cache
from importlib import resources
from typing import Literal

import msgspec

TermStatus = Literal["in-force", "proposed", "ours"]


class Term(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rule; ``keeps`` says in words what it asks, ``days`` how long that is at the least."""

    code: str
    name: str
    keeps: str
    days: int
    status: TermStatus
    citation: str


class _Terms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    terms: tuple[Term, ...]


@cache
def load_terms() -> tuple[Term, ...]:
    """Every rule of this release."""
    data = resources.files("charteroak.program").joinpath("data", "incident_retention.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(data), _Terms).terms
