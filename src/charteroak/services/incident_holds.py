"""Holding everything of an incident: one legal hold over its files, for as long as the rules that may ask for them say.

The terms are read from ``charteroak.program.incident_retention``; the longest in force, or proposed if the holder says
so, is named in the hold. A hold does not end by itself: another person than the one who set it lifts it, by name and
with a reason, and what it covered is erased only by the two people whom an erasure takes.
"""

from charteroak.program.holds import Hold
from charteroak.program.incident_retention import load_terms
from charteroak.records.incidents.models import Incident
from charteroak.records.ledger.models import LedgerEntry
from charteroak.services.holds import NewHold, holds_of, set_hold
from charteroak.services.incident_evidence import items_of
from charteroak.services.programs import ProgramInputError, Recorder


def hold_incident(incident: Incident, recorder: Recorder, *, authority: str, set_by: str) -> LedgerEntry:
    """Set one hold over every file that is evidence of the incident now.

    Raises:
        AccessError: the person is neither the organisation's lead nor its counsel.
        ProgramInputError: the incident has no file, or all of them are held for it already; nothing was recorded.
    """
    digests = _digests(incident)
    if not digests:
        raise ProgramInputError("This incident has no file to hold.", field="authority")
    covered = _covered(holds_on(incident))
    if set(digests) <= covered:
        raise ProgramInputError("Every file of this incident is held already.", field="authority")
    terms = "; ".join(f"{term.name}: {term.keeps} ({term.status})" for term in load_terms())
    matter = f"Incident {incident.number}. {terms}."
    return set_hold(incident.organisation, NewHold(matter, authority, set_by, digests), recorder)


def holds_on(incident: Incident) -> list[Hold]:
    """The holds that stand for this incident."""
    name = f"Incident {incident.number}."
    return [hold for hold in holds_of(incident.organisation) if hold.stands and hold.matter.startswith(name)]


def hold_line(incident: Incident) -> tuple[list[Hold], int]:
    """The holds that stand for this incident, and how many of its files none of them covers."""
    holds = holds_on(incident)
    return holds, len(set(_digests(incident)) - _covered(holds))


def _covered(holds: list[Hold]) -> set[str]:
    return {sha256 for hold in holds for sha256 in hold.sha256 or ()}


def _digests(incident: Incident) -> tuple[str, ...]:
    return tuple(item.taken.sha256 for item in items_of(incident) if item.taken.sha256)
