"""Somebody who closes an incident and has a reason for everything that stays open."""

from charteroak.records.incidents.models import Incident
from charteroak.services.incident_clocks import clocks_of_incident
from charteroak.services.incident_closing import left_open

REASON = "Counsel answers on Monday."


def reasons_for(incident: Incident) -> dict[str, str]:
    """A reason for each duty that closing leaves open, by its key."""
    return {each.key: REASON for each in left_open(clocks_of_incident(incident))}
