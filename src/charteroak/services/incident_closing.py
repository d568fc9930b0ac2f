"""How an incident is closed: not over duties that are open, unless somebody says of each of them why it stays so.

Where missing facts decide whether a limit runs, one reason is asked for all of them; that the incident's discovery is
among what is missing makes no limit go away.

Closing ends no duty. What was left open stands in the ledger's entry and in the timeline with its reason; its alerts
and its limit in calendars go on, and that somebody was told is still taken (``notice_sending``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Q, QuerySet

from charteroak.program.bodies import IncidentClosed
from charteroak.records.incidents.models import Incident, IncidentEvent
from charteroak.response.alerts import FACTS_MISSING
from charteroak.response.duty_clocks import DutyClock, undecided
from charteroak.services.incident_clocks import clocks_of_incident
from charteroak.services.incidents import NewEvent, add_event, lock_open, record_for, require_incident_keeper
from charteroak.services.program_record import usable_text
from charteroak.services.programs import ProgramInputError, Recorder, usable_line

LEFT_OPEN = "left-open"
"""The kind of an event that says why a duty was left open when its incident was closed."""
_MOST_SAID = 400
"""Of a refusal that names who would have to be told."""


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """Something that closing leaves open: one duty, or together all duties with a limit that missing facts decide."""

    key: str
    """The duty's key, or ``FACTS_MISSING``."""
    clocks: tuple[DutyClock, ...]

    @property
    def to(self) -> str:
        """Who would have to be told."""
        return ", ".join(dict.fromkeys(clock.answer.duty.to for clock in self.clocks))


def left_open(clocks: Sequence[DutyClock]) -> list[LeftOpen]:
    """What an incident that is closed now leaves open, each of which needs a reason."""
    found = [LeftOpen(clock.key, (clock,)) for clock in clocks if clock.is_open]
    unknown = tuple(clock for clock in undecided(clocks) if clock.ends is not None or _waits_for_discovery(clock))
    return [*found, LeftOpen(FACTS_MISSING, unknown)] if unknown else found


def close_incident(
    incident: Incident, note: str, recorder: Recorder, *, reasons: Mapping[str, str] | None = None
) -> None:
    """Say that nothing more is expected; its record stays readable. ``reasons`` are by the key of what stays open.

    Raises:
        AccessError: the person does not keep this record.
        FactsError: what is known cannot be read, so that nobody can tell what is open.
        ProgramInputError: it is closed already, a duty is open of which no reason says why, or a text cannot be used;
            nothing was recorded. The field is the key of the duty.
    """
    require_incident_keeper(incident.organisation, recorder, incident.space)
    text = usable_text(note, "note")
    with transaction.atomic():
        lock_open(incident)
        open_ones = left_open(clocks_of_incident(incident))
        given = {each.key: _reason(each, reasons or {}) for each in open_ones}
        moment = recorder.moment
        for each in open_ones:
            what = f"Closed while this is open: tell {each.to}. {given[each.key]}"
            detail = {"duty": each.key, "reason": given[each.key]}
            add_event(incident, NewEvent(what=what, earliest=moment, kind=LEFT_OPEN, detail=detail), recorder)
        incident.closed = moment
        incident.save(update_fields=["closed"])
        body = IncidentClosed(incident=incident.number, note=text, left_open=tuple(given), reasons=given or None)
        record_for(incident, "incident.closed", body, recorder)


def watched_incidents() -> QuerySet[Incident]:
    """The incidents whose clocks go on: open ones, and closed ones that left something open or were added to since.

    One that was opened in error has none.
    """
    added = IncidentEvent.objects.filter(Q(kind=LEFT_OPEN) | Q(recorded__gt=F("incident__closed")))
    return Incident.objects.filter(opened_in_error=None).filter(Q(closed=None) | Q(pk__in=added.values("incident_id")))


def watched_clocks(incident: Incident) -> tuple[DutyClock, ...]:
    """The clocks that go on: all of an open incident; of a closed one, which takes no facts, its open duties.

    Raises:
        FactsError: what is stored cannot be read by this release.
    """
    clocks = clocks_of_incident(incident)
    return clocks if incident.closed is None else tuple(clock for clock in clocks if clock.is_open)


def _waits_for_discovery(clock: DutyClock) -> bool:
    """Whether its limit would run if only the moment of the discovery were known."""
    return clock.starts is None and clock.answer.duty.start == "discoveredAt" and clock.answer.duty.limit is not None


def _reason(each: LeftOpen, reasons: Mapping[str, str]) -> str:
    reason = reasons.get(each.key, "")
    if not reason.strip():
        raise ProgramInputError(
            f"This is still open: tell {each.to}."[:_MOST_SAID],
            field=each.key,
            remedy="Record that they were told, or say why it stays open.",
        )
    return usable_line(reason, each.key)
