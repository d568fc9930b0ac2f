"""From playbooks to the tasks of one incident: who, until when, what was said of them, what comes next.

A task is a step of a chosen playbook. Its time is counted from the moment at which the incident was noticed and is our
advice, no limit of any law. Two playbooks that ask for the same thing give one task. A task of which something was said
stays, whatever playbook is chosen later: what was done was done.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from charteroak.errors import InputError
from charteroak.response.playbooks import OWNER_TITLES, PHASE_TITLES, Owner, Phase, Playbook, playbook_named

FIRST = "first"
"""The step that each playbook has before its numbered ones."""
NEXT_SHOWN = 3
"""More at once nobody reads at three in the morning."""


class TaskError(InputError):
    """There is no such task."""

    code: ClassVar[str] = "response.task"


class TaskState(StrEnum):
    """Where a task stands."""

    OPEN = "open"
    DONE = "done"
    NOT_NEEDED = "not-needed"


@dataclass(frozen=True, slots=True)
class Said:
    """One thing said of a task, in the words of the ledger: done, not-needed, reassigned, reopened."""

    task: str
    outcome: str
    moment: datetime
    owner: str = ""
    note: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do about one incident."""

    key: str
    """<playbook>/<step>."""
    text: str
    phase: Phase
    role: Owner
    due: datetime
    state: TaskState
    owner: str
    """Who does it: a name where one was given, else the title of the role."""
    last: Said | None
    """What was said of it last."""
    is_chosen: bool
    """Whether one of the playbooks that are followed now asks for it."""

    @property
    def purpose(self) -> str:
        """What it is for."""
        return PHASE_TITLES[self.phase]

    def is_late(self, now: datetime) -> bool:
        """Whether its time has passed and nobody said that it is done."""
        return self.state is TaskState.OPEN and self.due < now


def tasks_of(
    playbooks: Sequence[str], start: datetime, said: Iterable[Said], people: Mapping[Owner, str] | None = None
) -> tuple[Task, ...]:
    """The tasks: open ones first, by when they are due, then what was done, the newest first.

    ``people`` names who has a role, as the response plan says; titles stand where it does not.

    Raises:
        PlaybookError: a playbook is not there.
    """
    words: dict[str, list[Said]] = {}
    for each in said:
        words.setdefault(each.task, []).append(each)
    found: dict[str, Task] = {}
    first_keys: dict[str, str] = {}
    touched = dict.fromkeys(key.partition("/")[0] for key in words)
    # What something was said of comes first, so that the same words in another playbook are not asked for twice.
    in_turn = sorted(dict.fromkeys((*playbooks, *touched)), key=lambda name: name not in touched)
    for name in in_turn:
        for key, step_text, phase, role, minutes in _steps(playbook_named(name)):
            is_chosen = name in playbooks
            same = _sameness(key, step_text, phase)
            if same in first_keys:
                if is_chosen:
                    found[first_keys[same]] = _chosen(found[first_keys[same]])
                continue
            if not is_chosen and key not in words:
                continue
            first_keys[same] = key
            task = _task(
                key, step_text, phase, role, start + timedelta(minutes=minutes), words.get(key, []), people or {}
            )
            found[key] = _chosen(task) if is_chosen else task
    place = {key: number for number, key in enumerate(found)}
    return tuple(sorted(found.values(), key=lambda task: _turn(task, place[task.key])))


def next_tasks(tasks: Iterable[Task]) -> tuple[Task, ...]:
    """The few things to do now."""
    return tuple(task for task in tasks if task.state is TaskState.OPEN and task.is_chosen)[:NEXT_SHOWN]


def task_named(tasks: Iterable[Task], key: str) -> Task:
    """The task of this key.

    Raises:
        TaskError: there is none.
    """
    found = next((task for task in tasks if task.key == key), None)
    if found is None:
        raise TaskError(f"There is no task {key[:80]!r} here.", remedy="Look at the tasks of this incident again.")
    return found


def _steps(playbook: Playbook) -> Iterable[tuple[str, str, Phase, Owner, int]]:
    yield f"{playbook.id}/{FIRST}", playbook.first, Phase.CONTAIN, Owner.IT, 0
    for step in playbook.in_time:
        yield f"{playbook.id}/{step.id}", step.text, step.phase, step.who, step.within_minutes


def _sameness(key: str, text: str, phase: Phase) -> str:
    """Telling and learning happen once, whatever the playbook; the rest is the same if its words are."""
    return key.partition("/")[2] if phase in {Phase.TELL, Phase.LEARN} else text


def _task(
    key: str, text: str, phase: Phase, role: Owner, due: datetime, words: Sequence[Said], people: Mapping[Owner, str]
) -> Task:
    state, owner = TaskState.OPEN, people.get(role) or OWNER_TITLES[role]
    for each in words:
        if each.outcome == "reassigned":
            owner = each.owner or owner
        else:
            state = TaskState.OPEN if each.outcome == "reopened" else TaskState(each.outcome)
    return Task(key, text, phase, role, due, state, owner, words[-1] if words else None, is_chosen=False)


def _chosen(task: Task) -> Task:
    return Task(task.key, task.text, task.phase, task.role, task.due, task.state, task.owner, task.last, is_chosen=True)


def _turn(task: Task, place: int) -> tuple[int, float, int]:
    if task.state is TaskState.OPEN:
        return 0, task.due.timestamp(), place
    return 1, -task.last.moment.timestamp() if task.last is not None else 0.0, place
