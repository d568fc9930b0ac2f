"""The clocks of a stored incident: its newest facts, and whom its timeline says was told."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from charteroak.clock import format_instant
from charteroak.records.incidents.models import Incident
from charteroak.response.duty_clocks import ClockChange, DutyClock, changes_between, clocks_of
from charteroak.services.incident_grounds import TOLD
from charteroak.services.incidents import facts_of, standing_events


def told_of(incident: Incident) -> dict[str, datetime]:
    """Since when each duty's recipient is on record as told, by the duty's key."""
    told: dict[str, datetime] = {}
    for event in standing_events(incident).filter(kind=TOLD).order_by("earliest", "number"):
        duty = event.detail.get("duty")
        if isinstance(duty, str):
            told.setdefault(duty, event.earliest)
    return told


def clocks_of_incident(incident: Incident) -> tuple[DutyClock, ...]:
    """Every duty of an incident, as a clock, by what is known now; none of one that was opened in error.

    Raises:
        FactsError: what is stored cannot be read by this release.
    """
    if incident.opened_in_error is not None:
        return ()
    return clocks_of(facts_of(incident), told_of(incident))


def changes_since(incident: Incident, before: Sequence[DutyClock]) -> list[ClockChange]:
    """What was answered otherwise before, duty by duty."""
    return changes_between(before, clocks_of_incident(incident))


def clock_document(clock: DutyClock, moment: datetime) -> dict[str, Any]:
    """A clock as JSON values: the duty's answer, and where its clock stands at a moment."""
    share = clock.share(moment)
    return {
        "duty": clock.key,
        **clock.answer.to_json(),
        "state": clock.state(moment).value,
        "limitPassesAt": None if clock.ends is None else format_instant(clock.ends),
        "elapsedPercent": None if share is None else int(share * 100),
        "toldAt": None if clock.told is None else format_instant(clock.told),
    }
