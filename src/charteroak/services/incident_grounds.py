"""What a duty's answer rests on beside the facts: a finding, a request for delay, that somebody was told.

Each is an event of its own kind with a service of its own, which also writes the fact and the ledger's entry. None of
them is changed or taken out as a mere line of the timeline, and no fact claims what is not on record.
"""

from datetime import UTC, date, datetime, time

from charteroak.clock import CONNECTICUT, parse_day
from charteroak.law.duties.facts import DutyFacts
from charteroak.records.incidents.models import Incident, IncidentEvent
from charteroak.services.programs import ProgramInputError

HARM_FINDING = "harm-unlikely-finding"
"""The kind of the event on which the exception of § 36a-701b(b)(1) rests."""
POLICE_DELAY = "law-enforcement-delay"
"""The kind of the event that says whether delay was asked for."""
TOLD = "told"
"""The kind of an event by which somebody was told; ``detail["duty"]`` names the duty that this satisfies."""
_REMEDIES = {
    HARM_FINDING: "Record a new finding, or say that this one did not happen.",
    POLICE_DELAY: "Record whether delay is asked for now, or say that this did not happen.",
    TOLD: "Withdraw the record that the notice was sent, and record it anew.",
}


def finding_of(incident: Incident) -> IncidentEvent | None:
    """The finding that harm is unlikely, if one is on record."""
    return _standing(incident, HARM_FINDING)


def delay_of(incident: Incident) -> IncidentEvent | None:
    """The newest record of whether delay was asked for, if there is one."""
    return _standing(incident, POLICE_DELAY)


def refuse_mere_correction(before: IncidentEvent, kind: str) -> None:
    """Refuse to put an event of another kind in the place of one that a duty rests on.

    Raises:
        ProgramInputError: it would.
    """
    if before.kind in _REMEDIES and kind != before.kind:
        raise ProgramInputError("A duty rests on this record.", field="what", remedy=_REMEDIES[before.kind])


def refuse_without_grounds(incident: Incident | None, facts: DutyFacts) -> None:
    """Refuse facts that claim a finding or a delay of which nothing is on record.

    Raises:
        ProgramInputError: they do.
    """
    if facts.incident.harm_unlikely_finding and (incident is None or finding_of(incident) is None):
        raise ProgramInputError(
            "The exception needs a finding that is on record.",
            field="harm_unlikely_finding",
            remedy="Record the finding first: who investigated, whom they asked, and why harm is unlikely.",
        )
    until = facts.moment("lawEnforcementDelayUntil")
    recorded = None if incident is None else delay_of(incident)
    if until is not None and (recorded is None or _until(recorded) != until):
        raise ProgramInputError(
            "A delay needs a request that is on record.",
            field="law_enforcement_delay_until",
            remedy="Record the request with the notices: who asked, how, and until when.",
        )


def refuse_told_before(moment: datetime, facts: DutyFacts, field: str) -> None:
    """Refuse that somebody was told of an incident before anybody knew of it: a slip in the year silences a duty.

    Raises:
        ProgramInputError: it was not discovered yet.
    """
    discovered = facts.moment("discoveredAt")
    if discovered is not None and moment < discovered:
        raise ProgramInputError(
            f"This lies before the discovery, {discovered.astimezone(CONNECTICUT):%Y-%m-%d %H:%M}.",
            field=field,
            remedy="Check the year, or correct when it was discovered.",
        )


def refuse_discovery_after_told(incident: Incident, facts: DutyFacts) -> None:
    """Refuse facts by which it was discovered after somebody had been told of it.

    Raises:
        ProgramInputError: they do.
    """
    for event in incident.events.filter(superseded_by=None, withdrawn=False, kind=TOLD):
        refuse_told_before(event.earliest, facts, "discovered_at")


def end_of_day(day: date) -> datetime:
    """The last second of a day in Connecticut."""
    return datetime.combine(day, time(23, 59, 59), CONNECTICUT)


def _until(event: IncidentEvent) -> datetime | None:
    until = event.detail.get("until")
    return end_of_day(parse_day(str(until))).astimezone(UTC) if event.detail.get("answer") and until else None


def _standing(incident: Incident, kind: str) -> IncidentEvent | None:
    rows = incident.events.filter(superseded_by=None, withdrawn=False, kind=kind)
    return rows.order_by("-number").first()
