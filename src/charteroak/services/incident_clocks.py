"""The clocks of a stored incident: its newest facts, and whom its timeline says was told."""

from datetime import datetime

from charteroak.law.duties import parse_duty_facts
from charteroak.records.incidents.models import Incident
from charteroak.response.duty_clocks import ClockChange, DutyClock, changes_between, clocks_of
from charteroak.services.incidents import TOLD, facts_of, standing_events


def told_of(incident: Incident) -> dict[str, datetime]:
    """Since when each duty's recipient is on record as told, by the duty's key."""
    told: dict[str, datetime] = {}
    for event in standing_events(incident).filter(kind=TOLD).order_by("earliest", "number"):
        duty = event.detail.get("duty")
        if isinstance(duty, str):
            told.setdefault(duty, event.earliest)
    return told


def clocks_of_incident(incident: Incident) -> tuple[DutyClock, ...]:
    """Every duty of an incident, as a clock, by what is known now.

    Raises:
        FactsError: what is stored cannot be read by this release.
    """
    return clocks_of(facts_of(incident), told_of(incident))


def last_changes(incident: Incident) -> list[ClockChange]:
    """What the newest facts changed, against those before; nothing where there are none before."""
    newest = [row.document for row in incident.facts.order_by("-id")[:2]]
    if len(newest) < 2:
        return []
    now, before = (clocks_of(parse_duty_facts(document)) for document in newest)
    return changes_between(before, now)
