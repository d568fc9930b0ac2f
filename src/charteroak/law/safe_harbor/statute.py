"""A statute as data: its elements in plain words, their citations, and when it was last reviewed."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

from charteroak.law.errors import UnknownStatuteError
from charteroak.law.timeline import Status

STATUTES = ("ct",)
"""The statutes that have data and an evaluator."""


@dataclass(frozen=True, slots=True)
class Element:
    """One element: what it asks, where it stands in the law, and what would change each answer."""

    id: str
    question: str
    citation: str
    would_change: dict[Status, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Statute:
    """One state's act."""

    code: str
    name: str
    effective: date
    reviewed_on: date
    protects: str
    not_legal_advice: str
    elements: tuple[Element, ...]


@cache
def load_statute(code: str) -> Statute:
    """The statute of this code.

    Raises:
        UnknownStatuteError: there is no data for it.
    """
    if code not in STATUTES:
        raise UnknownStatuteError(
            f"There is no evaluator for the statute {code[:40]!r}.", remedy=f"Use one of {', '.join(STATUTES)}."
        )
    text = resources.files("charteroak.law").joinpath(f"data/safe_harbors/{code}.toml").read_text(encoding="utf-8")
    document = tomllib.loads(text)
    table = document["statute"]
    return Statute(
        code=table["code"],
        name=table["name"],
        effective=table["effective"],
        reviewed_on=table["last_reviewed_on"],
        protects=table["protects"],
        not_legal_advice=table["not_legal_advice"],
        elements=tuple(
            Element(
                id=element["id"],
                question=element["question"],
                citation=element["citation"],
                would_change={Status(status): tuple(texts) for status, texts in element["would_change"].items()},
            )
            for element in document["element"]
        ),
    )
