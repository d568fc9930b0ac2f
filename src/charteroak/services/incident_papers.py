"""Papers of an incident from its record, its tasks, its clocks and the plan in force: ICS forms, situation report."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Literal, TypeAlias

from charteroak.clock import CONNECTICUT
from charteroak.documents.blocks import Document
from charteroak.records.accounts.models import Organisation
from charteroak.records.incidents.models import Incident, IncidentEvent
from charteroak.response.disruption_levels import load_levels
from charteroak.response.incident_papers.after_action import after_action_report
from charteroak.response.incident_papers.ics import ics_201, ics_202, ics_214
from charteroak.response.incident_papers.picture import (
    IncidentPicture,
    PictureContact,
    PictureEvent,
    PicturePerson,
    when,
)
from charteroak.response.incident_papers.situation import situation_report
from charteroak.response.plans.plan import PLAN_TITLES, Plan, PlanKind
from charteroak.services.after_actions import notes_of
from charteroak.services.incident_clocks import clocks_of_incident
from charteroak.services.incident_severity import newest_severity
from charteroak.services.incident_tasks import task_board
from charteroak.services.incidents import standing_events
from charteroak.services.log_keys import origin_of
from charteroak.services.plan_activations import activation_of
from charteroak.services.program_papers import FORMS, Form, PaperFile, rendered
from charteroak.services.programs import ProgramInputError, Recorder
from charteroak.services.response_plans import plan_in_force, require_plan_reader

PaperName: TypeAlias = Literal["ics-201", "ics-202", "ics-214", "situation-report", "after-action"]
PAPERS: Mapping[PaperName, Callable[..., Document]] = {
    "ics-201": ics_201,
    "ics-202": ics_202,
    "ics-214": ics_214,
    "situation-report": situation_report,
    "after-action": after_action_report,
}
"""The papers by name, in the order in which they are offered."""
EVENTS = 500
"""Events that a paper repeats at most, the newest."""
_OUTCOMES = {
    "successful": "It succeeded",
    "unsuccessful": "It did not succeed",
    "blocked": "It was blocked",
    "suspected": "It is suspected",
    "unknown": "Not known",
}
_SOURCES = {"person": "a person", "log": "a log", "system": "this system"}


def incident_numbered(organisation: Organisation, number: str) -> Incident:
    """A live incident of an organisation by its number.

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


def incident_paper_file(
    incident: Incident,
    paper: PaperName,
    form: Form,
    recorder: Recorder,
    *,
    period: tuple[datetime, datetime] | None = None,
) -> PaperFile:
    """A paper of an incident as a file, filled in from the record at this moment.

    Raises:
        AccessError: the person may not read this organisation's record.
        ProgramInputError: the period ends before it begins.
        DocumentNotMadeError: the typesetter refused.
    """
    if incident.space_id is None:
        require_plan_reader(incident.organisation, recorder)
    if period is not None and period[1] <= period[0]:
        raise ProgramInputError("The period ends before it begins.", field="until")
    picture = picture_of(incident, recorder.moment, period=period)
    spoken = (notes_of(incident).notes,) if paper == "after-action" else ()
    document = PAPERS[paper](picture, *spoken)
    mark = "EXERCISE-" if incident.space_id is not None else ""
    name = f"{mark}{paper}-{incident.number.lower()}.{form}"
    return PaperFile(name, FORMS[form], rendered(document, form))


def picture_of(
    incident: Incident, moment: datetime, *, period: tuple[datetime, datetime] | None = None
) -> IncidentPicture:
    """The incident as its record has it now. Of a period only the events of that period are told.

    Raises:
        FactsError: what is stored of it cannot be read by this release.
    """
    organisation = incident.organisation
    adopted = plan_in_force(organisation, "cirp")
    plan = adopted.plan if adopted is not None else None
    level, means, number = _level(incident, plan)
    return IncidentPicture(
        organisation=organisation.name,
        number=incident.number,
        title=incident.title,
        opened=incident.opened,
        closed=incident.closed,
        outcome=_OUTCOMES.get(incident.outcome, incident.outcome),
        moment=moment,
        log="" if incident.space_id is not None else origin_of(organisation),
        is_fictional=organisation.is_fictional,
        is_exercise=incident.space_id is not None,
        level=level,
        level_means=means,
        in_force="" if incident.space_id is not None else _in_force(organisation),
        events=_events(incident, period),
        tasks=task_board(incident).tasks,
        clocks=clocks_of_incident(incident),
        people=_people(organisation, plan),
        contacts=_contacts(plan, number),
        period=period,
    )


def _level(incident: Incident, plan: Plan | None) -> tuple[str, str, int | None]:
    """The level of now in words, what it means by the plan, and its number; the higher end where it is not certain."""
    found = newest_severity(incident)
    if found is None:
        return "", "", None
    names = {level.number: level.name for level in load_levels().level}
    low, high = f"{found.low_level} {names[found.low_level]}", f"{found.high_level} {names[found.high_level]}"
    meant = plan.level(found.high_level) if plan is not None else None
    means = meant.meaning if meant is not None else load_levels().level[found.high_level].meaning
    if low == high:
        return high, means, found.high_level
    return f"{low} to {high}", f"Until more is known the higher one counts: {means}", found.high_level


def _in_force(organisation: Organisation) -> str:
    kinds: tuple[PlanKind, ...] = ("cdrp", "cirp")
    standing = [found for found in (activation_of(organisation, kind) for kind in kinds) if found is not None]
    return "; ".join(
        f"{PLAN_TITLES[each.plan]}, level {each.level}, since {when(each.since)}, by {each.by}" for each in standing
    )


def _events(incident: Incident, period: tuple[datetime, datetime] | None) -> list[PictureEvent]:
    rows = standing_events(incident).select_related("recorded_by").order_by("-earliest", "-number")
    if period is not None:
        rows = rows.filter(latest__gte=period[0], earliest__lt=period[1])
    return [
        PictureEvent(
            number=row.number,
            when=_moment_words(row),
            what=row.what,
            source=_SOURCES.get(row.source, row.source),
            recorded=row.recorded,
            by=str(row.recorded_by or ""),
        )
        for row in reversed(rows[:EVENTS])
    ]


def _moment_words(event: IncidentEvent) -> str:
    if event.latest != event.earliest:
        return f"between {when(event.earliest)} and {when(event.latest)}"
    if event.precision == IncidentEvent.Precision.DAY:
        local = event.earliest.astimezone(CONNECTICUT)
        return f"{local:%a} {local.day} {local:%b %Y}"
    about = "about " if event.precision == IncidentEvent.Precision.HOUR else ""
    return f"{about}{when(event.earliest)}"


def _people(organisation: Organisation, plan: Plan | None) -> list[PicturePerson]:
    """The people of the response plan, then those whom only the disruption plan names."""
    disruption = plan_in_force(organisation, "cdrp")
    people: dict[str, PicturePerson] = {}
    for each in (plan, disruption.plan if disruption is not None else None):
        for role in each.roles if each is not None else ():
            if role.id not in people or not people[role.id].person.name:
                people[role.id] = PicturePerson(role.title, role.ics, role.holder)
    return list(people.values())


def _contacts(plan: Plan | None, level: int | None) -> list[PictureContact]:
    """Whom the plan names at the level of now."""
    if plan is None or level is None or (meant := plan.level(level)) is None:
        return []
    told = (contact for contact in plan.contacts if contact.id in meant.tell)
    return [PictureContact(each.short, each.number or each.address) for each in told]
