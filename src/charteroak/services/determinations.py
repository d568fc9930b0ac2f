"""Around a determination: the same record under another state's act, what speaks against it, clocks that end soon."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from charteroak.law import determine
from charteroak.law.clocks import RunningClock, clocks_running_out
from charteroak.law.facts import parse_facts
from charteroak.program.contrary_evidence import ContraryItem, contrary_evidence
from charteroak.records.accounts.models import Organisation
from charteroak.services.evidence_log import newest_of_kinds
from charteroak.services.programs import SafeHarborStatus, determine_breach, determine_prospective
from charteroak.services.selected import facts_between, facts_to_answer

LOOKED_AT = 200
"""Of exceptions and of corrections, the newest that are looked at for what expired."""


def under_statute(status: SafeHarborStatus, statute: str, today: date) -> SafeHarborStatus:
    """The same facts under an act, with the age of its data as seen today. Hindsight is for Connecticut's act alone.

    Raises:
        UnknownStatuteError: there is no data for the act.
    """
    determination = determine(parse_facts(status.facts), statute=statute, today=today)
    return replace(status, determination=determination, hindsight=status.hindsight if statute == "ct" else None)


def contrary_to(organisation: Organisation, status: SafeHarborStatus) -> tuple[ContraryItem, ...]:
    """What the other side may point to on the last day of a question, from what was known when that day ended.

    Raises:
        LogError: an entry that it rests on is missing or was altered.
    """
    first, last = status.interval
    known_at = None if status.is_prospective else last
    selected = (
        status.entries
        if status.is_prospective
        else (*facts_between(organisation, first, last, last), *facts_to_answer(organisation, last, last))
    )
    # An exception that expired before the interval bears on no answer, and so is in no selection.
    kept = (entry.fact for entry in newest_of_kinds(organisation, ("exception.accepted", "correction.made"), LOOKED_AT))
    facts = {fact.index: fact for fact in (*selected, *kept)}
    in_order = [facts[index] for index in sorted(facts)]
    return contrary_evidence(in_order, first=first, last=last, known_at=known_at)


def clocks_of(facts: Mapping[str, Any], day: date) -> tuple[RunningClock, ...]:
    """The clocks that run out soon for an organisation with this facts document, by what it says it conforms to."""
    rests_on = [
        (row["framework"], row["edition"])
        for row in facts.get("conformity") or ()
        if row["status"] in {"conforms", "partly"} and row["from"] <= day.isoformat() <= (row["to"] or "9999-12-31")
    ]
    return clocks_running_out(rests_on, day)


def determination_document(
    organisation: Organisation, *, statute: str, today: date, first: date | None = None, last: date | None = None
) -> dict[str, Any]:
    """The determination as JSON values, with the contrary evidence and the clocks beside it.

    Without days it asks about a breach imagined today.

    Raises:
        ProgramInputError: a day lies in the future, or too far back.
        UnknownStatuteError: there is no data for the act.
        InputError: the interval is reversed.
    """
    if first is None or last is None:
        asked = determine_prospective(organisation, as_of=today)
    else:
        asked = determine_breach(organisation, first=first, last=last)
    status = under_statute(asked, statute, today)
    return {
        **status.determination.to_json(),
        "contraryEvidence": [item.to_json() for item in contrary_to(organisation, status)],
        "clocksRunningOut": [clock.to_json() for clock in clocks_of(status.facts, status.interval[1])],
    }
