"""Tasks of an incident: which playbooks it follows, what was said of each task, what comes next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db import transaction

from charteroak.program.bodies import TaskDone
from charteroak.records.incident_work.models import PlaybookChoice, TaskStep
from charteroak.records.incidents.models import Incident
from charteroak.response.incident_tasks import Said, Task, TaskState, next_tasks, task_named, tasks_of
from charteroak.response.incident_times import refuse_absurd
from charteroak.response.playbooks import OWNER_TITLES, Owner, playbook_named
from charteroak.services.incidents import facts_of, lock_open, record_for, require_incident_keeper
from charteroak.services.program_record import usable_text
from charteroak.services.programs import MAX_LINE, ProgramInputError, Recorder
from charteroak.services.response_plans import people_of_plan

__all__ = [
    "TaskBoard",
    "choose_playbooks",
    "chosen_playbooks",
    "people_of_incident",
    "say_of_task",
    "start_of",
    "task_board",
]

Outcome = TaskStep.Outcome
_IN_LEDGER: Mapping[str, Literal["done", "not-needed", "reassigned", "reopened"]] = {
    "done": "done",
    "not-needed": "not-needed",
    "reassigned": "reassigned",
    "reopened": "reopened",
}
PLAYBOOKS_LIMIT = 4
"""More at once is a list that nobody works through."""


@dataclass(frozen=True, slots=True)
class TaskBoard:
    """The tasks of an incident as they stand."""

    playbooks: tuple[str, ...]
    start: datetime
    """From which each task's time is counted."""
    tasks: tuple[Task, ...]

    @property
    def next(self) -> tuple[Task, ...]:
        """The few things to do now."""
        return next_tasks(self.tasks)

    @property
    def open(self) -> tuple[Task, ...]:
        """What is still to be done."""
        return tuple(task for task in self.tasks if task.state is TaskState.OPEN)

    @property
    def settled(self) -> tuple[Task, ...]:
        """What was done or is not needed, the newest first."""
        return tuple(task for task in self.tasks if task.state is not TaskState.OPEN)


def chosen_playbooks(incident: Incident) -> tuple[str, ...]:
    """The codes of the playbooks that an incident follows, the first one first."""
    choice = incident.playbook_choices.order_by("-id").first()
    return tuple(incident.playbooks if choice is None else choice.playbooks)


def start_of(incident: Incident) -> datetime:
    """From when tasks are counted: as chosen with the playbook, else when it was noticed, else when it was opened."""
    choice = incident.playbook_choices.order_by("-id").first()
    if choice is not None:
        return choice.start
    return facts_of(incident).moment("discoveredAt") or incident.opened


def choose_playbooks(
    incident: Incident, codes: Sequence[str], recorder: Recorder, *, start: datetime | None = None
) -> PlaybookChoice:
    """Follow these playbooks from now on. What was done under others stays done.

    Raises:
        AccessError: the person does not keep this record.
        PlaybookError: there is no such playbook; nothing was recorded.
        ProgramInputError: none or too many were chosen, or the incident is closed.
        MomentError: the start cannot be so.
    """
    require_incident_keeper(incident.organisation, recorder, incident.space)
    chosen = tuple(dict.fromkeys(codes))
    if not 1 <= len(chosen) <= PLAYBOOKS_LIMIT:
        raise ProgramInputError(f"Choose 1 to {PLAYBOOKS_LIMIT} playbooks.", field="playbooks")
    for code in chosen:
        playbook_named(code)
    begin = start or start_of(incident)
    refuse_absurd(begin, "discoveredAt", recorder.moment)
    with transaction.atomic():
        lock_open(incident)
        newest = incident.playbook_choices.order_by("-id").first()
        if newest is not None and (tuple(newest.playbooks), newest.start) == (chosen, begin):
            return newest
        incident.playbooks = list(chosen)
        incident.save(update_fields=["playbooks"])
        return PlaybookChoice.objects.create(
            incident=incident,
            playbooks=list(chosen),
            start=begin,
            recorded=recorder.moment,
            recorded_by=recorder.user,
        )


def task_board(incident: Incident) -> TaskBoard:
    """The tasks as they stand now, with who does them."""
    steps = incident.task_steps.select_related("recorded_by").order_by("id")
    said = [
        Said(step.task, step.outcome, step.recorded, step.owner, step.note, str(step.recorded_by or ""))
        for step in steps
    ]
    start, playbooks = start_of(incident), chosen_playbooks(incident)
    return TaskBoard(playbooks, start, tasks_of(playbooks, start, said, _people(incident)))


def say_of_task(
    incident: Incident, key: str, outcome: str, recorder: Recorder, *, owner: str = "", note: str = ""
) -> TaskStep | None:
    """Record that a task is done, not needed, handed to another, or taken up again.

    ``None`` where nothing changes: what is done already is not done twice, however often the form is sent.

    Raises:
        AccessError: the person does not keep this record.
        TaskError: this incident has no such task.
        ProgramInputError: a reason or a name is missing, or the incident is closed; nothing was recorded.
    """
    require_incident_keeper(incident.organisation, recorder, incident.space)
    if outcome not in Outcome.values:
        raise ProgramInputError("Choose what to say of the task.", field="outcome")
    reason, name = usable_text(note, "note"), " ".join(owner.split())
    if outcome == Outcome.NOT_NEEDED and not reason:
        raise ProgramInputError("Say why it is not needed.", field="note")
    if outcome == Outcome.REASSIGNED and not 1 <= len(name) <= min(MAX_LINE, 200):
        raise ProgramInputError("Say who does it now, in at most 200 characters.", field="owner")
    with transaction.atomic():
        lock_open(incident)
        task = task_named(task_board(incident).tasks, key)
        if _changes_nothing(task, outcome, name):
            return None
        body = TaskDone(
            incident=incident.number,
            task=key,
            by=OWNER_TITLES[task.role],
            outcome=_IN_LEDGER[outcome],
            owner=name if outcome == Outcome.REASSIGNED else "",
            note=reason,
        )
        entry = record_for(incident, "task.done", body, recorder)
        return TaskStep.objects.create(
            incident=incident,
            task=key,
            outcome=outcome,
            owner=name if outcome == Outcome.REASSIGNED else "",
            note=reason,
            recorded=recorder.moment,
            recorded_by=recorder.user,
            entry=entry,
        )


def _changes_nothing(task: Task, outcome: str, owner: str) -> bool:
    if outcome == Outcome.REASSIGNED:
        return task.owner == owner
    if outcome == Outcome.REOPENED:
        return task.state is TaskState.OPEN
    return task.state.value == outcome


def people_of_incident(incident: Incident) -> Mapping[Owner, tuple[str, str]]:
    """Name and number of who has each role, by the response plan in force; nobody where there is none."""
    named = people_of_plan(incident.organisation)
    return {Owner(role): person for role, person in named.items() if role in set(Owner)}


def _people(incident: Incident) -> dict[Owner, str]:
    return {owner: ", ".join(part for part in person if part) for owner, person in people_of_incident(incident).items()}
