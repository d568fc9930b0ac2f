"""What the papers of an incident are made from: one moment's picture of its record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from charteroak.clock import CONNECTICUT
from charteroak.documents.after_action import EXERCISE_BANNER
from charteroak.documents.blocks import AnyBlock, Blank, Document, Texts
from charteroak.response.duty_clocks import DutyClock
from charteroak.response.incident_tasks import Task, TaskState
from charteroak.response.plans.plan import Person

SAMPLE_BANNER = "MADE-UP SAMPLE: NOTHING IN IT HAPPENED"
SITUATION_LIMIT = 12
"""Events that a briefing repeats, the newest; all of them stand in the activity log."""


@dataclass(frozen=True, slots=True)
class PictureEvent:
    """An event of the timeline, with its moment in words."""

    number: int
    when: str
    what: str
    source: str
    recorded: datetime
    by: str = ""


@dataclass(frozen=True, slots=True)
class PicturePerson:
    """Somebody with a role on the day."""

    role: str
    ics: str
    person: Person


@dataclass(frozen=True, slots=True)
class PictureContact:
    """Somebody outside whom the plan names at the level of now, and since when they are on record as told."""

    who: str
    reached: str


@dataclass(frozen=True, slots=True)
class IncidentPicture:
    """An incident as its record has it at one moment."""

    organisation: str
    number: str
    title: str
    opened: datetime
    closed: datetime | None
    outcome: str
    moment: datetime
    log: str
    is_fictional: bool = False
    is_exercise: bool = False
    level: str = ""
    """In words, such as ``3 High`` or ``2 Medium to 3 High``; empty where nobody judged it."""
    level_means: str = ""
    in_force: str = ""
    """The plan in force with its level, in words."""
    events: Sequence[PictureEvent] = ()
    tasks: Sequence[Task] = ()
    clocks: Sequence[DutyClock] = ()
    people: Sequence[PicturePerson] = ()
    contacts: Sequence[PictureContact] = ()
    period: tuple[datetime, datetime] | None = None
    """The operational period that is asked about."""

    @property
    def open_tasks(self) -> tuple[Task, ...]:
        """What is still to be done, by when it is due."""
        return tuple(sorted((task for task in self.tasks if task.state is TaskState.OPEN), key=lambda task: task.due))

    @property
    def done_tasks(self) -> tuple[Task, ...]:
        """What was done."""
        return tuple(task for task in self.tasks if task.state is TaskState.DONE)

    def holder(self, ics: str) -> Person:
        """Who has the position that comes closest to one of ICS; an empty person where nobody has."""
        return next((each.person for each in self.people if each.ics == ics), Person())


def when(moment: datetime) -> str:
    """``Sun 22 Nov 2026, 14:05 EST``, as every paper of an incident writes a moment."""
    local = moment.astimezone(CONNECTICUT)
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M} {local.tzname()}"


def day_words(day: date) -> str:
    """A day with its weekday."""
    return f"{day:%a} {day.day} {day:%b %Y}"


def period_words(picture: IncidentPicture) -> Texts:
    """The operational period, or a blank."""
    if picture.period is None:
        return (Blank("from and to"),)
    return (f"{when(picture.period[0])} to {when(picture.period[1])}",)


def incident_paper(picture: IncidentPicture, title: str, *body: AnyBlock) -> Document:
    """A paper of an incident with its marks: whose, of what moment, and whether it is made up or played."""
    banners = [
        *([EXERCISE_BANNER] if picture.is_exercise else []),
        *([SAMPLE_BANNER] if picture.is_fictional else []),
    ]
    return Document(
        title=title,
        subtitle=f"{picture.organisation}, {picture.number}",
        dated=picture.moment,
        running=f"{title}, {picture.number}",
        footer=f"From the record as of {when(picture.moment)}",
        banner=". ".join(banners),
        body=body,
    )
