"""An incident that was none, and an incident that goes on: what closing does not say.

A record that was opened by mistake, or twice, is not deleted and needs no reason for each duty: it is said, once and
with why, that there was no incident. Its clocks, alerts and calendar events end; its facts, timeline and evidence stay.
Where somebody outside was told of it already, it is no mere slip of ours any more: then it is closed like any other.
"""

from django.db import transaction

from charteroak.program.bodies import IncidentOpenedInError, IncidentReopened
from charteroak.records.incidents.models import Incident
from charteroak.response.duty_clocks import undecided
from charteroak.services.incident_clocks import clocks_of_incident, told_of
from charteroak.services.incidents import NewEvent, add_event, lock_open, record_for, require_incident_keeper
from charteroak.services.program_record import usable_text
from charteroak.services.programs import ProgramInputError, Recorder

IN_ERROR, REOPENED = "opened-in-error", "reopened"
"""Kinds of the events that say so in the timeline."""
_MOST = 2_000
"""Characters of the event; the entry holds the whole reason."""


def say_opened_in_error(incident: Incident, reason: str, recorder: Recorder) -> None:
    """Say that there was no incident: it is closed, and its clocks and alerts end. Its record stays as it is.

    The entry names every duty whose clock ran until then, so that nobody ends one without a trace.

    Raises:
        AccessError: the person does not keep this record.
        FactsError: what is known cannot be read, so that nobody can tell what ends.
        ProgramInputError: no reason is given, it is closed already, or somebody outside is on record as told of it;
            nothing was recorded.
    """
    require_incident_keeper(incident.organisation, recorder, incident.space)
    why = _reason(reason, "Say why it was no incident.")
    with transaction.atomic():
        lock_open(incident)
        if told_of(incident) or incident.referrals.exists():
            raise ProgramInputError(
                "Somebody outside is on record as told of it; nothing was recorded.",
                field="reason",
                remedy="Take that back if it was a mistake, or close the incident.",
            )
        clocks = clocks_of_incident(incident)
        ended = tuple(clock.key for clock in clocks if clock.is_open or clock in undecided(clocks))
        moment = recorder.moment
        event = NewEvent(what=f"This incident was opened in error. {why}"[:_MOST], earliest=moment, kind=IN_ERROR)
        add_event(incident, event, recorder)
        incident.closed = incident.opened_in_error = moment
        incident.save(update_fields=["closed", "opened_in_error"])
        incident.alerts.filter(ended=None).update(ended=moment)
        body = IncidentOpenedInError(incident=incident.number, reason=why, ended=ended)
        record_for(incident, "incident.opened-in-error", body, recorder)


def reopen_incident(incident: Incident, reason: str, recorder: Recorder) -> None:
    """Take a closed incident up again, whichever way it was closed: facts are taken, and its clocks run by them.

    Raises:
        AccessError: the person does not keep this record.
        ProgramInputError: no reason is given, or it is open; nothing was recorded.
    """
    require_incident_keeper(incident.organisation, recorder, incident.space)
    why = _reason(reason, "Say why it goes on.")
    with transaction.atomic():
        lock_open(incident, even_closed=True)
        if incident.closed is None:
            raise ProgramInputError("This incident is open; nothing was recorded.", field="reason")
        incident.closed = incident.opened_in_error = None
        incident.save(update_fields=["closed", "opened_in_error"])
        event = NewEvent(what=f"Reopened. {why}"[:_MOST], earliest=recorder.moment, kind=REOPENED)
        add_event(incident, event, recorder)
        record_for(incident, "incident.reopened", IncidentReopened(incident=incident.number, reason=why), recorder)


def _reason(text: str, missing: str) -> str:
    if not text.strip():
        raise ProgramInputError(missing, field="reason")
    return usable_text(text, "reason")
