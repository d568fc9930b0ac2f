"""From a report to the desk to the organisation's own record of the incident, without asking anything twice."""

import re
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.db.models import F

from charteroak.clock import format_instant
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.incidents.models import Incident
from charteroak.records.reports.models import Report
from charteroak.response.incident_times import MomentError
from charteroak.response.notices.particulars import Particulars
from charteroak.response.reported_facts import ReportedFacts, facts_of_report, severity_of_report
from charteroak.response.reported_particulars import NAMES_PEOPLE, PROPOSED_ONLY, particulars_of_report
from charteroak.services.access import refuse, roles_in
from charteroak.services.attached_reports import attached_reports
from charteroak.services.incident_reports import standing_record
from charteroak.services.incident_tasks import Outcome, choose_playbooks, say_of_task, task_board
from charteroak.services.incidents import (
    FIRST_ACTIVITY,
    INCIDENT_KEEPERS,
    NewEvent,
    NewIncident,
    add_event,
    incidents_of,
    open_incident,
    require_incident_keeper,
)
from charteroak.services.notices import answers_of, keep_answers
from charteroak.services.programs import ProgramInputError, Recorder

OPEN_ONES_SHOWN = 3
TITLE_LIMIT = 100
TITLE_WORDS = 3
"""A first sentence of fewer words names no incident, and is more often an abbreviation."""
_STOP = re.compile(r"\.\s+(?=(\S))")
_ABBREVIATIONS = frozenset(
    ("ave", "capt", "co", "corp", "dept", "dr", "inc", "jr", "lt", "mr", "mrs", "ms", "prof", "sgt", "sr", "st")
)
REPORTING_TASKS = frozenset(
    f"{playbook}/report"
    for playbook in (
        "ransomware",
        "data-theft",
        "lost-device",
        "third-party",
        "defacement",
        "denial-of-service",
        "school",
    )
)
"""Tasks that a report to the desk settles. Where the mail is asked for, or counsel first, it does not."""


@dataclass(frozen=True, slots=True)
class OwnRecord:
    """What the organisation's own record has of a report: the incident that it belongs to, or those it could."""

    incident: Incident | None
    open_ones: tuple[Incident, ...]


def own_record_of(report: Report, user: User) -> OwnRecord | None:
    """The record beside a report, for who keeps it; nothing for anybody else, and for a report that names nobody."""
    organisation = report.organisation
    if report.kind != Report.Kind.INCIDENT or report.withdrawn is not None or organisation is None:
        return None
    if not roles_in(user, organisation) & set(INCIDENT_KEEPERS):
        return None
    attached = _incident_of(organisation, report)
    if attached is not None:
        return OwnRecord(attached, ())
    open_ones = incidents_of(organisation).filter(closed=None).order_by("-opened", "-id")
    return OwnRecord(None, tuple(open_ones[:OPEN_ONES_SHOWN]))


def reported_facts(report: Report) -> ReportedFacts:
    """What a report answers already, after all that was added and corrected.

    Raises:
        AccessError: it is no report of an incident.
    """
    return facts_of_report(standing_record(report))


def open_from_report(
    organisation: Organisation, report: Report, new: NewIncident, discovered: datetime | None, recorder: Recorder
) -> Incident:
    """Open the record of the incident that a report is about; title, outcome and discovery as the person says them now.

    The report is opened into one incident: asked again, the same one is given back while it is open. A record that was
    opened in error is none. Who reported stays with the desk: names of people are taken over for the one who filed the
    report, and for nobody else.

    Raises:
        AccessError: the person does not keep this organisation's record, or the report is not one of its own.
        ProgramInputError: the report was taken back, or its incident is closed.
        ProgramInputError, FactsError, MomentError: as ``open_incident`` and ``add_event``; nothing was recorded.
    """
    require_incident_keeper(organisation, recorder, None)
    if report.organisation_id != organisation.pk or report.space_id is not None:
        refuse()
    said = reported_facts(report)
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        before = _incident_of(organisation, report)
        if before is not None and before.closed is None:
            return before
        if before is not None:
            raise ProgramInputError(
                f"This report belongs to {before.number}, which is closed.",
                field="report",
                remedy="Reopen that incident, or open another without the report.",
            )
        if not Report.objects.filter(pk=report.pk, withdrawn=None).exists():
            raise ProgramInputError(
                "This report was taken back; it counts no more.",
                field="report",
                remedy="Open the incident without it, or file a new report.",
            )
        document = said.document(discovered)
        document["incident"]["outcome"] = new.outcome
        incident = open_incident(organisation, replace(new, facts=document, report=report), recorder)
        for event in said.events:
            moment = event.moment
            if event.kind == FIRST_ACTIVITY and discovered is not None and moment.earliest > discovered:
                raise MomentError(
                    f"The report says that it began at {format_instant(moment.earliest)}, after this discovery.",
                    field="discoveredAt",
                    remedy="Correct the discovery, or the report first.",
                )
            add_event(
                incident,
                NewEvent(
                    what=event.what,
                    # A day that is not over yet ends now: nobody reports what is still to come.
                    earliest=moment.earliest,
                    latest=max(moment.earliest, min(moment.latest, recorder.moment)),
                    precision=moment.precision,
                    zone=moment.zone,
                    kind=event.kind,
                ),
                recorder,
            )
        if playbooks := said.playbooks(new.outcome):
            choose_playbooks(incident, playbooks, recorder)
            _tick_reporting(incident, recorder)
        answers = _answered(report, recorder.user)
        for_agencies = {key: answer for key, answer in answers.items() if key not in PROPOSED_ONLY}
        if for_agencies:
            keep_answers(incident, for_agencies, recorder)
    return incident


@dataclass(frozen=True, slots=True)
class ProposedCase:
    """What the incident's reports say for a referral; nothing of one whose reporter said that it may not go there."""

    summary: str
    contact: str
    is_refused: bool
    """Whether somebody who reported answered so."""


def proposed_answers(incident: Incident, user: User) -> Particulars:
    """What the incident's reports say of the questions of notices, the newest report first; kept by nobody yet.

    Who reported is proposed to the one who did, and to nobody else.
    """
    proposed: dict[str, str] = {}
    for report in _telling_reports(incident):
        proposed = {**_answered(report, user), **proposed}
    return proposed


def proposed_case(incident: Incident, user: User) -> ProposedCase:
    """What a referral to the police begins with, the newest report first; a person looks at it before it goes anywhere.

    Who reported was asked whether it may go to the State Police. What a report that may not go there says is left out,
    the contact that was taken over from it too.
    """
    allowed: dict[str, str] = {}
    refused: list[Particulars] = []
    for report in _telling_reports(incident):
        said = _answered(report, user)
        if _may_refer(report):
            allowed = {**said, **allowed}
        else:
            refused.append(particulars_of_report(standing_record(report)))
    contact = answers_of(incident).get("technical_contact", "")
    withheld = {said.get("technical_contact") for said in refused} - {allowed.get("technical_contact")}
    contact = "" if contact in withheld else contact
    is_refused = any(not _may_refer(report) for report in _standing_reports(incident))
    return ProposedCase(allowed.get("what_happened", ""), contact, is_refused)


def proposed_severity(incident: Incident) -> dict[str, list[str]]:
    """What the incident's reports say of its severity, the newest report first; nobody has judged by it yet."""
    proposed: dict[str, list[str]] = {}
    for report in _telling_reports(incident):
        proposed = {**severity_of_report(standing_record(report)), **proposed}
    return proposed


def _tick_reporting(incident: Incident, recorder: Recorder) -> None:
    """The report was filed before the record was opened: nobody is told to file it."""
    for task in task_board(incident).tasks:
        if task.key in REPORTING_TASKS:
            said = "The report was filed before this record was opened."
            say_of_task(incident, task.key, Outcome.DONE, recorder, note=said)


def _telling_reports(incident: Incident) -> list[Report]:
    """The reports from which something may be taken over: not one taken back, nor one that became anonymous since."""
    return [each for each in _standing_reports(incident) if each.disclosure != Report.Disclosure.ANONYMOUS]


def _standing_reports(incident: Incident) -> list[Report]:
    reports = attached_reports(incident)
    return [each for each in reports if each.kind == Report.Kind.INCIDENT and each.withdrawn is None]


def _may_refer(report: Report) -> bool:
    sharing = standing_record(report).sharing
    return sharing is None or sharing.may_refer != "no"


def _answered(report: Report, user: User | None) -> Particulars:
    """What a report answers of the notices, for this person: its names of people are for who filed it."""
    is_own = user is not None and report.filed_by_id == user.pk
    answers = particulars_of_report(standing_record(report))
    return {key: said for key, said in answers.items() if is_own or key not in NAMES_PEOPLE}


def title_of(report: Report) -> str:
    """A name for the incident of a report: the first sentence of what happened, or its beginning.

    The name stands in the ledger for good, so a period that may not end a sentence ends none.
    """
    said = report.summary
    stops = (stop for stop in _STOP.finditer(said) if _ends_sentence(said, stop))
    stop = next(stops, None)
    first = said if stop is None else said[: stop.start()]
    return first.removesuffix(".")[:TITLE_LIMIT].rstrip()


def _ends_sentence(said: str, stop: re.Match[str]) -> bool:
    words = said[: stop.start()].split()
    if len(words) < TITLE_WORDS or not stop[1].isupper():
        return False
    last = words[-1].casefold()
    return len(last) > 1 and "." not in last and last not in _ABBREVIATIONS


def _incident_of(organisation: Organisation, report: Report) -> Incident | None:
    """The incident that a report belongs to, an open one first; a record opened in error has no clocks and is none."""
    found = incidents_of(organisation).filter(reports=report, opened_in_error=None)
    return found.order_by(F("closed").desc(nulls_first=True), "id").first()
