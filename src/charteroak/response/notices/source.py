"""All that a notice is drafted from: the facts of the incident, the particulars, the decisions, and own words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from charteroak.clock import connecticut_day, parse_day
from charteroak.law.duties import DutyFacts
from charteroak.response.notices.decisions import Decision, DecisionKind
from charteroak.response.notices.particulars import Particulars

MONTHS_OF_LAW = 24
"""Conn. Gen. Stat. § 36a-701b(b)(2)(B): the least that identity theft services may last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeSource:
    """The one record of an incident, as of a moment."""

    organisation: str
    incident: str
    as_of: datetime
    facts: DutyFacts
    particulars: Particulars = field(default_factory=dict)
    decisions: tuple[Decision, ...] = ()
    """Those in force; the newest of a kind counts."""
    own_words: Mapping[str, str] = field(default_factory=dict)
    """Paragraphs that people wrote for this notice, by the item that they belong to."""
    is_exercise: bool = False
    """Played: every form that is made from it says so on every page."""

    def decision(self, kind: DecisionKind) -> Decision | None:
        """The newest decision of a kind."""
        return next((each for each in reversed(self.decisions) if each.kind is kind), None)

    def day(self, key: str) -> date | None:
        """A day among the particulars."""
        text = self.particulars.get(key)
        return None if text is None else parse_day(text)


def validate_source(source: NoticeSource) -> list[str]:
    """What does not fit together, as sentences. None of it is mended here, and nothing is left out because of it."""
    problems = []
    discovered, first = source.facts.moment("discoveredAt"), source.day("breach_from")
    if discovered is not None and first is not None and connecticut_day(discovered) < first:
        problems.append(f"It was discovered on {connecticut_day(discovered)}, before its first day, {first}.")
    months = source.particulars.get("identity_months")
    kinds = source.facts.incident.data_kinds
    if months is not None and int(months) < MONTHS_OF_LAW and kinds is not None and {"ssn", "tax-id"} & set(kinds):
        problems.append(f"{months} months of identity theft help are fewer than the {MONTHS_OF_LAW} that the law asks.")
    finding = source.decision(DecisionKind.HARM_UNLIKELY)
    said = source.facts.incident.harm_unlikely_finding
    if said is True and (finding is None or not finding.answer):
        problems.append("The facts say that harm was found unlikely, and no record says who found it and why.")
    delay = source.decision(DecisionKind.POLICE_DELAY)
    if source.facts.moment("lawEnforcementDelayUntil") is not None and (delay is None or not delay.answer):
        problems.append("The facts say that law enforcement asked for delay, and no record says who asked and how.")
    if delay is not None and delay.answer and delay.in_writing is False:
        problems.append("Law enforcement asked for delay by word of mouth: ask for the request in writing.")
    return problems
