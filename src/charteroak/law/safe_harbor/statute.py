"""A statute as data: its elements, which rule answers each, its terms, its citations, and when it was last reviewed.

A state is a file in ``law/data/safe_harbors``. An element names the rule that reads the facts for it
(``charteroak.law.safe_harbor.rules``); what differs from state to state within one rule stands in the terms.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from charteroak.law.errors import UnknownStatuteError
from charteroak.law.facts.words import Forum, InformationSense, LawOfClaim, OrganisationKind
from charteroak.law.timeline import Status

STATUTES = ("ct", "oh", "tx")
"""The statutes that have data, the product's own first."""


@dataclass(frozen=True, slots=True)
class Element:
    """One element: what it asks, which rule answers, where it stands in the law, what would change each answer.

    ``assumed``: it belongs to a breach and a lawsuit, and is taken as given where none has happened.
    ``confidence`` says how the text behind it was read; ``seen`` or ``memory``.
    """

    id: str
    question: str
    rule: str
    citation: str
    assumed: bool
    confidence: str
    would_change: dict[Status, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class CatchUp:
    """How long conformity to a superseded edition counts.

    ``answer`` is what a day inside that time comes to: counsel where the act's own words were not at hand.
    """

    months: int
    words: str
    answer: Status
    caveat: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What differs between states inside one rule."""

    state: str
    information: InformationSense
    kinds: frozenset[OrganisationKind]
    kinds_elsewhere: str
    law: LawOfClaim
    own_courts: frozenset[Forum]
    federal_courts: frozenset[Forum]
    court: str
    limit_of_court: str
    in_force_from: str
    factors: tuple[str, ...]
    reasonable: bool
    asks_from_failure: bool
    routes: Mapping[str, str]
    undated_frameworks: frozenset[str]
    catch_up: CatchUp
    largest: int | None
    """The act does not reach an organization with more employees; None: size does not matter."""


@dataclass(frozen=True, slots=True)
class Statute:
    """One state's act."""

    code: str
    name: str
    short_name: str
    effective: date
    reviewed_on: date
    protects: str
    not_legal_advice: str
    caution: str
    terms: Terms
    elements: tuple[Element, ...]

    @property
    def assumed(self) -> frozenset[str]:
        """The elements that belong to a breach and a lawsuit."""
        return frozenset(element.id for element in self.elements if element.assumed)


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
    otherwise = document.get("would_change", {})
    return Statute(
        code=table["code"],
        name=table["name"],
        short_name=table["short_name"],
        effective=table["effective"],
        reviewed_on=table["last_reviewed_on"],
        protects=table["protects"],
        not_legal_advice=table["not_legal_advice"],
        caution=document["provenance"]["caution"],
        terms=_terms(document["terms"]),
        elements=tuple(_element(element, otherwise) for element in document["element"]),
    )


def _terms(table: Mapping[str, Any]) -> Terms:
    catch_up = table["catch_up"]
    return Terms(
        state=table["state"],
        information=InformationSense(table["information"]),
        kinds=frozenset(OrganisationKind(kind) for kind in table["kinds"]),
        kinds_elsewhere=table["kinds_elsewhere"],
        law=LawOfClaim(table["law"]),
        own_courts=frozenset(Forum(forum) for forum in table["own_courts"]),
        federal_courts=frozenset(Forum(forum) for forum in table["federal_courts"]),
        court=table["court"],
        limit_of_court=table["limit_of_court"],
        in_force_from=table["in_force_from"],
        factors=tuple(table["factors"]),
        reasonable=table["reasonable"],
        asks_from_failure=table["asks_from_failure"],
        routes={code: route for route, codes in table["routes"].items() for code in codes},
        undated_frameworks=frozenset(table["undated_frameworks"]),
        catch_up=CatchUp(
            months=catch_up["months"],
            words=catch_up["words"],
            answer=Status(catch_up["answer"]),
            caveat=catch_up["caveat"],
        ),
        largest=table.get("largest"),
    )


def _element(table: Mapping[str, Any], otherwise: Mapping[str, list[str]]) -> Element:
    texts = {**otherwise, **table["would_change"]}
    return Element(
        id=table["id"],
        question=table["question"],
        rule=table["rule"],
        citation=table["citation"],
        assumed=table.get("assumed", False),
        confidence=table["confidence"],
        would_change={status: tuple(texts[status.value]) for status in Status},
    )
