"""The printed sheet of one incident, made of what is on record at a moment."""

from collections.abc import Mapping
from datetime import date, datetime

from charteroak.clock import CONNECTICUT
from charteroak.documents.incident_card import (
    LIMITS_SHOWN,
    NEVER_SHOWN,
    PEOPLE_SHOWN,
    TASKS_SHOWN,
    CardLimit,
    CardPerson,
    CardTask,
    IncidentCard,
    render_incident_card,
)
from charteroak.records.incidents.models import Incident
from charteroak.response.disruption_levels import load_levels
from charteroak.response.duty_clocks import most_urgent
from charteroak.response.incident_tasks import Task
from charteroak.response.playbooks import OWNER_TITLES, Owner, load_playbooks
from charteroak.services.incident_clocks import clocks_of_incident
from charteroak.services.incident_severity import newest_severity
from charteroak.services.incident_tasks import people_of_incident, task_board


def card_of_incident(incident: Incident, moment: datetime) -> bytes:
    """The sheet as a PDF: the same bytes for the same record at the same moment.

    Raises:
        DocumentNotMadeError: the typesetter refused.
    """
    board, books = task_board(incident), load_playbooks()
    people = people_of_incident(incident)
    open_ones = most_urgent(clocks_of_incident(incident), moment)
    return render_incident_card(
        IncidentCard(
            number=incident.number,
            title=incident.title,
            organisation=incident.organisation.name,
            level=_level(incident),
            noticed=_at(board.start),
            tasks=tuple(
                CardTask(due=_at(task.due), who=_who(task, people), text=task.text) for task in board.open[:TASKS_SHOWN]
            ),
            more_tasks=max(0, len(board.open) - TASKS_SHOWN),
            limits=tuple(
                CardLimit(
                    to=clock.answer.duty.to,
                    standard=clock.answer.duty.standard,
                    limit="none named" if clock.answer.outer_limit is None else _at(clock.answer.outer_limit),
                )
                for clock in open_ones[:LIMITS_SHOWN]
            ),
            more_limits=max(0, len(open_ones) - LIMITS_SHOWN),
            people=tuple(
                CardPerson(title=title, name=people.get(owner, ("", ""))[0], phone=people.get(owner, ("", ""))[1])
                for owner, title in OWNER_TITLES.items()
            )[:PEOPLE_SHOWN],
            never=tuple(text for name in board.playbooks if name in books for text in books[name].never)[:NEVER_SHOWN],
            made=moment,
            is_exercise=incident.space_id is not None,
        )
    )


def _who(task: Task, people: Mapping[Owner, tuple[str, str]]) -> str:
    """The name alone; the number stands among those to call."""
    name, phone = people.get(task.role, ("", ""))
    return name if name and task.owner == f"{name}, {phone}" else task.owner


def _level(incident: Incident) -> str:
    newest = newest_severity(incident)
    if newest is None:
        return "Severity not judged yet"
    levels = load_levels().level
    low, high = levels[newest.low_level], levels[newest.high_level]
    if low == high:
        return f"Level {low.number}, {low.name}, by our profile"
    return f"Level {low.number} to {high.number} by our profile"


def _at(moment: datetime | date) -> str:
    if not isinstance(moment, datetime):
        return f"{moment:%a} {moment.day} {moment:%b %Y}"
    local = moment.astimezone(CONNECTICUT)
    return f"{local:%a} {local.day} {local:%b, %H:%M %Z}"
