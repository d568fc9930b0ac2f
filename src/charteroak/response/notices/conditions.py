"""When a part of a notice belongs to it: yes, no, or not known. A part that may belong is a blank."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from charteroak.response.notices.decisions import DecisionKind
from charteroak.response.notices.source import NoticeSource

_Test: TypeAlias = Callable[[NoticeSource], bool | None]


@dataclass(frozen=True, slots=True)
class Condition:
    """A test, and in both languages what would have to be known."""

    test: _Test
    what: str
    what_es: str

    def what_in(self, language: str) -> str:
        """What would have to be known, in a notice's language."""
        return self.what_es if language == "es" else self.what


def _has_kind(*wanted: str) -> _Test:
    def test(source: NoticeSource) -> bool | None:
        kinds = source.facts.incident.data_kinds
        return None if kinds is None else not set(wanted).isdisjoint(kinds)

    return test


def _delay(source: NoticeSource) -> bool | None:
    decision = source.decision(DecisionKind.POLICE_DELAY)
    if decision is not None:
        return decision.answer
    return True if source.facts.moment("lawEnforcementDelayUntil") is not None else None


def _money(source: NoticeSource) -> bool | None:
    answer = source.particulars.get("transfers")
    return None if answer is None else answer.casefold().strip(" .") not in {"none", "no", "no money was sent"}


def _residents(source: NoticeSource) -> bool | None:
    number = source.facts.connecticut_residents
    return None if number is None else number > 0


CONDITIONS: Mapping[str, Condition] = {
    "identity-numbers": Condition(
        _has_kind("ssn", "tax-id"),
        "whether Social Security or taxpayer numbers were there",
        "si había números de Seguro Social o de contribuyente",
    ),
    "payment-data": Condition(
        _has_kind("account", "card"),
        "whether account or card numbers were there",
        "si había números de cuenta o de tarjeta",
    ),
    "passwords": Condition(_has_kind("credentials"), "whether passwords were there", "si había contraseñas"),
    "police-delay": Condition(
        _delay, "whether law enforcement asked for delay", "si la policía pidió esperar antes de avisar"
    ),
    "money-sent": Condition(_money, "whether money was sent", "si se envió dinero"),
    "connecticut-residents": Condition(
        _residents, "number of Connecticut residents", "número de residentes de Connecticut"
    ),
}
"""Tests by the name that a template gives."""


def holds(name: str, source: NoticeSource) -> bool | None:
    """Whether a condition holds; an empty one always does."""
    return True if not name else CONDITIONS[name].test(source)
