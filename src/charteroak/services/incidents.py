"""Incidents of an organisation: opened, described again and again, told as a timeline.

Facts and events are added and never changed. Each step is one ledger entry in the same transaction, except in an
exercise: what is played there has no ledger, and ``record_for`` writes none.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction
from django.db.models import QuerySet

from charteroak.clock import connecticut_day, format_instant
from charteroak.law.duties.facts import DutyFacts, parse_duty_facts
from charteroak.law.errors import FactsError
from charteroak.program.bodies import (
    Body,
    IncidentDescribed,
    IncidentOpened,
    body_document,
)
from charteroak.program.bodies.sharing import ReportOutcome
from charteroak.records.accounts.models import Organisation
from charteroak.records.exercises.models import ExerciseSpace
from charteroak.records.incidents.models import Incident, IncidentEvent, IncidentFacts
from charteroak.records.ledger.models import LedgerEntry
from charteroak.records.reports.models import Report
from charteroak.response.incident_times import MomentError, refuse_absurd, refuse_impossible_moments
from charteroak.services.access import Role, refuse, require_role
from charteroak.services.incident_grounds import (
    TOLD,
    refuse_discovery_after_told,
    refuse_mere_correction,
    refuse_told_before,
    refuse_without_grounds,
)
from charteroak.services.programs import ProgramInputError, Recorder, record, usable_line

INCIDENT_KEEPERS = (Role.SECURITY_LEAD, Role.PROVIDER)
"""Who keeps the record of an incident: the organisation's lead, and its provider's people."""
INCIDENT_READERS = (*INCIDENT_KEEPERS, Role.COUNSEL)
MAX_EVENT_CHARACTERS = 20_000
"""Of what happened, in one event; a longer story is a file."""
FIRST_ACTIVITY = "first-activity"
"""The kind of the event that says when it began."""


@dataclass(frozen=True, slots=True)
class NewIncident:
    """An incident as it is opened. What is known at that moment may be next to nothing."""

    title: str
    outcome: str = Report.Outcome.UNKNOWN
    facts: Mapping[str, Any] = field(default_factory=dict)
    """A duty-facts document; what the organisation's record says about the entity is added where it says nothing."""
    report: Report | None = None


@dataclass(frozen=True, slots=True)
class NewEvent:
    """Something that happened between two moments; a moment that is known exactly is both."""

    what: str
    earliest: datetime
    latest: datetime | None = None
    precision: str = IncidentEvent.Precision.MINUTE
    zone: str = "America/New_York"
    source: str = IncidentEvent.Source.PERSON
    kind: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


def incidents_of(organisation: Organisation) -> QuerySet[Incident]:
    """Every incident that happened, open ones first, the newest of each first."""
    return Incident.objects.filter(organisation=organisation).order_by("closed", "-opened", "-id")


def incident_named(organisation: Organisation, number: str) -> Incident:
    """An incident that happened, by its number, for a terminal; pages go through ``access_incident``.

    Raises:
        ProgramInputError: there is none.
    """
    found = Incident.objects.filter(organisation=organisation, number=number).first()
    if found is None:
        raise ProgramInputError(
            f"{organisation.slug} has no incident {number[:40]!r}.",
            field="incident",
            remedy=f"See: charteroak incident list --org {organisation.slug}",
        )
    return found


def open_incident(
    organisation: Organisation, new: NewIncident, recorder: Recorder, *, space: ExerciseSpace | None = None
) -> Incident:
    """Open a record: its number, what is known so far, and the report that it came from.

    Raises:
        AccessError: the person does not keep this organisation's record, or the report is not one of its own.
        ProgramInputError: the title cannot be used; nothing was recorded.
        FactsError: the facts cannot be used; nothing was recorded.
    """
    require_incident_keeper(organisation, recorder, space)
    title = usable_line(new.title, "title")
    if new.outcome not in Report.Outcome.values:
        raise ProgramInputError("Choose one of the outcomes.", field="outcome")
    if new.report is not None and new.report.organisation_id != organisation.pk:
        refuse()
    document = _with_outcome(_with_entity(new.facts, organisation), new.outcome)
    facts = parse_duty_facts(document)
    refuse_impossible_moments(facts, now=recorder.moment)
    refuse_without_grounds(None, facts)
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        incident = Incident.objects.create(
            organisation=organisation,
            number=_next_number(organisation, recorder.moment, space),
            title=title,
            opened=recorder.moment,
            opened_by=recorder.user,
            outcome=new.outcome,
            space=space,
        )
        if new.report is not None:
            incident.reports.add(new.report)
        body = IncidentOpened(incident=incident.number, title=title, outcome=_outcome(facts))
        record_for(incident, "incident.opened", body, recorder)
        _write_facts(incident, document, recorder)
    return incident


def document_of(incident: Incident) -> dict[str, Any]:
    """The newest facts document, as it was recorded."""
    newest = incident.facts.order_by("-id").first()
    return {} if newest is None else dict(newest.document)


def facts_of(incident: Incident) -> DutyFacts:
    """What is known of an incident now, as the table of duties reads it."""
    return parse_duty_facts(document_of(incident))


def facts_history(incident: Incident) -> list[IncidentFacts]:
    """Everything that was known, the newest first."""
    return list(incident.facts.select_related("recorded_by").order_by("-id"))


def describe_incident(
    incident: Incident, document: Mapping[str, Any], recorder: Recorder, *, even_closed: bool = False
) -> IncidentFacts:
    """Record what is known from now on; the same document again changes nothing.

    Raises:
        AccessError: the person does not keep this record.
        ProgramInputError: the incident is closed, or the facts claim a finding or a delay that is not on record, or a
            discovery after somebody had been told.
        FactsError, MomentError: the facts cannot be used, or their moments cannot all be so. Nothing was recorded.
    """
    require_incident_keeper(incident.organisation, recorder, incident.space)
    facts = parse_duty_facts(dict(document))
    began = began_at(incident)
    refuse_impossible_moments(facts, now=recorder.moment, began=began)
    with transaction.atomic():
        lock_open(incident, even_closed=even_closed)
        refuse_without_grounds(incident, facts)
        refuse_discovery_after_told(incident, facts)
        newest = incident.facts.order_by("-id").first()
        if newest is not None and newest.document == dict(document):
            return newest
        incident.outcome = _outcome(facts)
        incident.save(update_fields=["outcome"])
        return _write_facts(incident, dict(document), recorder)


def add_event(
    incident: Incident,
    new: NewEvent,
    recorder: Recorder,
    *,
    supersedes: IncidentEvent | None = None,
    withdrawn: bool = False,
    even_closed: bool = False,
) -> IncidentEvent:
    """Put an event into the timeline, or a better word in the place of an older one.

    Raises:
        AccessError: the person does not keep this record, or the event to supersede is another incident's.
        ProgramInputError: a field cannot be used, the older event was superseded already or a duty rests on it, or
            somebody is said to have been told before the discovery; nothing was recorded.
        MomentError: a moment cannot be so.
    """
    require_incident_keeper(incident.organisation, recorder, incident.space)
    what = new.what.strip()
    if not what or len(what) > MAX_EVENT_CHARACTERS:
        raise ProgramInputError(f"Say what happened, in at most {MAX_EVENT_CHARACTERS:,} characters.", field="what")
    latest = new.latest or new.earliest
    for moment in (new.earliest, latest):
        refuse_absurd(moment, "beganAt", recorder.moment)
    if latest < new.earliest:
        raise ProgramInputError("It ended before it began.", field="latest")
    if not _is_zone(new.zone):
        raise ProgramInputError("Name a time zone such as America/New_York.", field="zone")
    with transaction.atomic():
        lock_open(incident, even_closed=even_closed)
        if supersedes is not None:
            if supersedes.incident_id != incident.pk:
                refuse()
            if incident.events.filter(supersedes=supersedes).exists():
                raise ProgramInputError("This was corrected already.", field="what", remedy="Look at the newer one.")
            refuse_mere_correction(supersedes, new.kind)
        if new.kind == TOLD and not withdrawn:
            refuse_told_before(new.earliest, facts_of(incident), "sent")
        last = incident.events.order_by("-number").first()
        return incident.events.create(
            number=1 if last is None else last.number + 1,
            what=what,
            kind=new.kind,
            earliest=new.earliest,
            latest=latest,
            precision=new.precision,
            zone=new.zone,
            source=new.source,
            detail=dict(new.detail),
            supersedes=supersedes,
            withdrawn=withdrawn,
            recorded=recorder.moment,
            recorded_by=recorder.user,
        )


def standing_events(incident: Incident) -> QuerySet[IncidentEvent]:
    """The timeline as it stands: what was neither corrected nor withdrawn, in the order of time."""
    return incident.events.filter(superseded_by=None, withdrawn=False)


def began_at(incident: Incident) -> datetime | None:
    """When it began at the earliest, if anybody has said."""
    first = standing_events(incident).filter(kind=FIRST_ACTIVITY).order_by("earliest").first()
    return None if first is None else first.earliest


def say_when_it_began(incident: Incident, moment: datetime, recorder: Recorder) -> IncidentEvent:
    """Put the beginning into the timeline, in the place of what was said before.

    Raises:
        AccessError, ProgramInputError, MomentError: as ``add_event``; and it cannot begin after it was discovered.
    """
    discovered = facts_of(incident).moment("discoveredAt")
    if discovered is not None and moment > discovered:
        raise MomentError("It was discovered before it began.", field="beganAt", remedy="Correct one of the two.")
    before = standing_events(incident).filter(kind=FIRST_ACTIVITY).order_by("earliest").first()
    if before is not None and before.earliest == moment:
        return before
    new = NewEvent(what="It began, as far as is known.", earliest=moment, kind=FIRST_ACTIVITY)
    return add_event(incident, new, recorder, supersedes=before)


def record_for(
    incident: Incident, kind: str, body: Body, recorder: Recorder, *, occurred: datetime | None = None
) -> LedgerEntry | None:
    """Write an entry about an incident into its organisation's ledger; an exercise has none, and gets ``None``.

    Raises:
        InputError: the body does not fit its kind.
    """
    if incident.space_id is not None:
        return None
    moment = None if occurred is None else format_instant(occurred)
    return record(incident.organisation, kind, body_document(body), recorder, occurred_from=moment)


def require_incident_keeper(organisation: Organisation, recorder: Recorder, space: ExerciseSpace | None) -> None:
    """Refuse who does not keep this organisation's record. In an exercise, its own pages decide who plays.

    Raises:
        AccessError: they do not.
    """
    if recorder.user is not None and space is None:
        require_role(recorder.user, organisation, *INCIDENT_KEEPERS)


def lock_open(incident: Incident, *, even_closed: bool = False) -> None:
    """Let nobody else write this organisation's record meanwhile, and refuse an incident that is closed.

    ``even_closed`` is for what closing does not end: that somebody was told, or was not told after all.

    Raises:
        ProgramInputError: it is closed.
    """
    Organisation.objects.select_for_update().get(pk=incident.organisation_id)
    incident.refresh_from_db(fields=["closed", "opened_in_error"])
    if incident.closed is not None and not even_closed:
        raise ProgramInputError(
            "This incident is closed; nothing was recorded.",
            field="",
            remedy="Reopen it with a reason, or open a new one.",
        )


def _next_number(organisation: Organisation, moment: datetime, space: ExerciseSpace | None) -> str:
    # A number of its own kind: an exercise neither takes a number of a real incident nor can be taken for one.
    rows = Incident.objects.all() if space is None else Incident.played.in_space(space)
    prefix = f"INC-{connecticut_day(moment).year}-" if space is None else f"EX{space.pk}-"
    taken = rows.filter(organisation=organisation, number__startswith=prefix).values_list("number", flat=True)
    return f"{prefix}{max((int(number.removeprefix(prefix)) for number in taken), default=0) + 1:03}"


def _write_facts(incident: Incident, document: dict[str, Any], recorder: Recorder) -> IncidentFacts:
    body = IncidentDescribed(incident=incident.number, facts=document)
    entry = record_for(incident, "incident.described", body, recorder)
    return incident.facts.create(document=document, recorded=recorder.moment, recorded_by=recorder.user, entry=entry)


def _with_entity(facts: Mapping[str, Any], organisation: Organisation) -> dict[str, Any]:
    """What is known of the organisation anyway is not asked for at three in the morning."""
    known: dict[str, Any] = {}
    try:
        parse_duty_facts({"entity": {"kind": organisation.kind}})
        known["kind"] = organisation.kind
    except FactsError:
        pass  # another vocabulary's kind: the question stays open
    return {**facts, "entity": {**known, **facts.get("entity", {})}}


def _with_outcome(document: dict[str, Any], outcome: str) -> dict[str, Any]:
    return {**document, "incident": {"outcome": outcome, **document.get("incident", {})}}


def _outcome(facts: DutyFacts) -> ReportOutcome:
    return facts.incident.outcome or "unknown"


def _is_zone(name: str) -> bool:
    try:
        return bool(ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
