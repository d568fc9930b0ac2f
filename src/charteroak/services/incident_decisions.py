"""Whether law enforcement asked that notice be delayed: who, in writing or not, until when; each answer is recorded.

Conn. Gen. Stat. § 36a-701b(d): notice is delayed for a reasonable time if a law-enforcement agency determines that it
would impede an investigation and asks so. A request changes the facts that limits are computed from; the record that
nobody asked changes no limit, and recipients ask for it. The finding that harm is unlikely is recorded by
``incidents.record_finding``; ``decisions_of`` reads both.
"""

from datetime import date, datetime, time

from django.db import transaction

from charteroak.clock import CONNECTICUT, connecticut_day, parse_day
from charteroak.program.bodies import IncidentDecided
from charteroak.records.incidents.models import Incident, IncidentEvent
from charteroak.response.notices.decisions import Decision, DecisionKind, check_decision
from charteroak.services.incidents import (
    NewEvent,
    add_event,
    describe_incident,
    document_of,
    finding_of,
    record_for,
    standing_events,
)
from charteroak.services.program_record import usable_text
from charteroak.services.programs import Recorder, refuse_day, usable_line

POLICE_DELAY = "law-enforcement-delay"
"""The kind of the event that says whether delay was asked for."""


def decisions_of(incident: Incident) -> tuple[Decision, ...]:
    """The decisions in force."""
    found = []
    delay = _standing_delay(incident)
    if delay is not None:
        found.append(_delay_decision(delay))
    finding = finding_of(incident)
    if finding is not None:
        found.append(
            Decision(
                kind=DecisionKind.HARM_UNLIKELY,
                answer=True,
                day=connecticut_day(finding.earliest),
                by=str(finding.detail.get("by", "")),
                reason=finding.what,
            )
        )
    return tuple(found)


def record_police_delay(incident: Incident, decision: Decision, recorder: Recorder) -> IncidentEvent:
    """Record that delay was asked for, or that nobody asked; a newer record takes the place of the one before.

    Raises:
        AccessError: the person does not keep this record.
        ParticularError, ProgramInputError: a field cannot be used, or the incident is closed; nothing was recorded.
    """
    by, reason = usable_line(decision.by, "by"), usable_text(decision.reason, "reason")
    check_decision(decision)
    refuse_day(decision.day, connecticut_day(recorder.moment), "day")
    what = f"{by} asked that notice be delayed." if decision.answer else f"Nobody asked for delay, says {by}."
    detail = {
        "answer": decision.answer,
        "by": by,
        "day": decision.day.isoformat(),
        "inWriting": decision.in_writing if decision.answer else None,
        "until": None if decision.until is None or not decision.answer else decision.until.isoformat(),
        "reason": reason,
    }
    earliest = datetime.combine(decision.day, time(0), CONNECTICUT)
    new = NewEvent(
        what=what, earliest=earliest, latest=min(_end_of(decision.day), max(earliest, recorder.moment)),
        precision=IncidentEvent.Precision.DAY, kind=POLICE_DELAY, detail=detail,
    )  # fmt: skip
    with transaction.atomic():
        event = add_event(incident, new, recorder, supersedes=_standing_delay(incident))
        body = IncidentDecided(
            incident=incident.number,
            decision="police-delay",
            answer=decision.answer,
            by=by,
            decided_on=decision.day,
            in_writing=decision.in_writing if decision.answer else None,
            until=decision.until if decision.answer else None,
            reason=reason,
        )
        record_for(incident, "incident.decided", body, recorder)
        document = document_of(incident)
        until = _end_of(decision.until).isoformat() if decision.answer and decision.until is not None else None
        document["incident"] = {**document.get("incident", {}), "lawEnforcementDelayUntil": until}
        describe_incident(incident, document, recorder)
    return event


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59), CONNECTICUT)


def _standing_delay(incident: Incident) -> IncidentEvent | None:
    return standing_events(incident).filter(kind=POLICE_DELAY).order_by("-number").first()


def _delay_decision(event: IncidentEvent) -> Decision:
    detail = event.detail
    until = detail.get("until")
    return Decision(
        kind=DecisionKind.POLICE_DELAY,
        answer=bool(detail.get("answer")),
        day=parse_day(str(detail["day"])),
        by=str(detail.get("by", "")),
        in_writing=detail.get("inWriting"),
        until=None if until is None else parse_day(str(until)),
        reason=str(detail.get("reason", "")),
    )
