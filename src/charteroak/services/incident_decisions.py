"""Whether law enforcement asked that notice be delayed: who, in writing or not, until when; each answer is recorded.

Conn. Gen. Stat. § 36a-701b(d): notice is delayed for a reasonable time if a law-enforcement agency determines that it
would impede an investigation and asks so. A request changes the facts that limits are computed from; the record that
nobody asked changes no limit, and recipients ask for it. § 36a-701b(b)(1): no notice is due where an investigation
finds harm unlikely. Either can be withdrawn; then its effect on the facts goes with it.
"""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Literal

from django.db import transaction

from charteroak.clock import CONNECTICUT, connecticut_day, parse_day
from charteroak.program.bodies import IncidentDecided
from charteroak.records.incidents.models import Incident, IncidentEvent
from charteroak.response.notices.decisions import Decision, DecisionKind, check_decision
from charteroak.services.incident_grounds import HARM_FINDING, POLICE_DELAY, delay_of, end_of_day, finding_of
from charteroak.services.incidents import (
    NewEvent,
    add_event,
    describe_incident,
    document_of,
    record_for,
)
from charteroak.services.program_record import usable_text
from charteroak.services.programs import ProgramInputError, Recorder, refuse_day, usable_line


@dataclass(frozen=True, slots=True)
class NewFinding:
    """An investigation's finding that harm is unlikely: who found it, whom they asked, and why."""

    by: str
    consulted: str
    why: str


def decisions_of(incident: Incident) -> tuple[Decision, ...]:
    """The decisions in force."""
    found = []
    delay = delay_of(incident)
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
        what=what, earliest=earliest, latest=min(end_of_day(decision.day), max(earliest, recorder.moment)),
        precision=IncidentEvent.Precision.DAY, kind=POLICE_DELAY, detail=detail,
    )  # fmt: skip
    with transaction.atomic():
        event = add_event(incident, new, recorder, supersedes=delay_of(incident))
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
        until = end_of_day(decision.until).isoformat() if decision.answer and decision.until is not None else None
        document["incident"] = {**document.get("incident", {}), "lawEnforcementDelayUntil": until}
        describe_incident(incident, document, recorder)
    return event


def record_finding(incident: Incident, finding: NewFinding, recorder: Recorder) -> IncidentEvent:
    """Keep the finding on which the exception rests, and only then let it count.

    Conn. Gen. Stat. § 36a-701b(b)(1): no notice is due where an appropriate investigation reasonably determines that
    the breach will not likely result in harm.

    Raises:
        AccessError, ProgramInputError: the person may not, the incident is closed, or a field cannot be used.
    """
    by, consulted = usable_line(finding.by, "by"), usable_text(finding.consulted, "consulted")
    why = usable_text(finding.why, "why")
    if not why:
        raise ProgramInputError("Say why harm is unlikely.", field="why")
    moment = recorder.moment
    new = NewEvent(what=why, earliest=moment, kind=HARM_FINDING, detail={"by": by, "consulted": consulted})
    with transaction.atomic():
        event = add_event(incident, new, recorder, supersedes=finding_of(incident))
        decided = IncidentDecided(
            incident=incident.number,
            decision="harm-unlikely",
            answer=True,
            by=by,
            decided_on=connecticut_day(moment),
            reason=why,
        )
        record_for(incident, "incident.decided", decided, recorder)
        document = document_of(incident)
        document["incident"] = {**document.get("incident", {}), "harmUnlikelyFinding": True}
        describe_incident(incident, document, recorder)
    return event


def withdraw_finding(incident: Incident, why: str, recorder: Recorder) -> None:
    """Say that the finding does not hold: it stays on record, the exception is gone, and the duties stand again.

    Raises:
        AccessError: the person does not keep this record.
        ProgramInputError: there is none, no reason is given, or the incident is closed.
    """
    _withdraw(incident, finding_of(incident), "harm-unlikely", "harmUnlikelyFinding", why, recorder)


def withdraw_delay(incident: Incident, why: str, recorder: Recorder) -> None:
    """Say that the record of a request for delay does not hold: the law's own limits count again.

    Raises:
        AccessError, ProgramInputError: as ``withdraw_finding``.
    """
    _withdraw(incident, delay_of(incident), "police-delay", "lawEnforcementDelayUntil", why, recorder)


def _withdraw(
    incident: Incident,
    event: IncidentEvent | None,
    decision: Literal["harm-unlikely", "police-delay"],
    fact: str,
    why: str,
    recorder: Recorder,
) -> None:
    reason = usable_text(why, "what")
    if event is None or not reason:
        raise ProgramInputError("Say which record is withdrawn, and why.", field="what")
    with transaction.atomic():
        gone = NewEvent(what=reason, earliest=event.earliest, latest=event.latest, kind=event.kind, detail=event.detail)
        add_event(incident, gone, recorder, supersedes=event, withdrawn=True)
        body = IncidentDecided(
            incident=incident.number,
            decision=decision,
            answer=False,
            by=str(event.detail.get("by") or "not named"),
            decided_on=connecticut_day(recorder.moment),
            reason=reason,
        )
        record_for(incident, "incident.decided", body, recorder)
        document = document_of(incident)
        document["incident"] = {**document.get("incident", {}), fact: None}
        describe_incident(incident, document, recorder)


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
