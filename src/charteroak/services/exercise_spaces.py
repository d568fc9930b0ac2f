"""Exercises as spaces: setting one up, its clock, and who may come in.

The facilitator is one who keeps the organisation's record. Players come by a code, with or without an account; whoever
holds the code may play, and nobody who plays gets anything by it but what the exercise shows.
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import QuerySet

from charteroak.errors import InputError
from charteroak.receipts import ALPHABET
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.exercises.models import ClockStep, ExerciseAct, ExerciseSpace
from charteroak.response.exercises.clock import FASTEST, STEPPED, Chosen, ExerciseClock, Pause, next_after
from charteroak.response.exercises.packaged import SCENARIOS, scenario_bytes
from charteroak.response.exercises.scenario import Scenario, parse_scenario
from charteroak.services.access import Role, access_organisation, refuse
from charteroak.services.programs import KEEPERS, ProgramInputError, Recorder, require_keeper, usable_line

FACILITATORS = KEEPERS
EXERCISE_READERS = (*KEEPERS, Role.COUNSEL)
CODE_CHARACTERS = 8
OPEN_LIMIT = 20
"""Exercises of one organisation that may be open at once; more are forgotten ones."""
_SLIPS = str.maketrans({"O": "0", "I": "1", "L": "1"})
Kind = ClockStep.Kind
State = ExerciseSpace.State


class ExerciseStateError(InputError):
    """The exercise is not in a state in which this can be done."""

    code: ClassVar[str] = "exercise.state"


@dataclass(frozen=True, slots=True)
class NewSpace:
    """An exercise as it is set up: a packaged scenario, or the bytes of one's own."""

    name: str
    scenario: str = ""
    scenario_file: bytes | None = field(default=None, repr=False)
    factor: int = 1


def exercises_of(organisation: Organisation) -> QuerySet[ExerciseSpace]:
    """An organisation's exercises, the newest first."""
    return ExerciseSpace.objects.filter(organisation=organisation).select_related("organisation", "facilitator")


def access_space(user: User | AnonymousUser, slug: str, number: int, *roles: str) -> ExerciseSpace:
    """An exercise of an organisation that the person may act for.

    Raises:
        AccessError: it is absent or not theirs.
    """
    organisation = access_organisation(user, slug, *(roles or EXERCISE_READERS))
    space = exercises_of(organisation).filter(pk=number).first()
    if space is None:
        refuse()
    return space


def set_up_exercise(organisation: Organisation, new: NewSpace, recorder: Recorder) -> ExerciseSpace:
    """Make a space for an exercise, with the scenario as it is now. The clock does not run yet.

    Raises:
        AccessError: the person does not keep this organisation's record.
        ProgramInputError: the name or the pace cannot be used, or there are too many open ones.
        ScenarioError: the scenario cannot be played; nothing was made.
    """
    require_keeper(organisation, recorder)
    if recorder.user is None:
        refuse()
    name = usable_line(new.name, "name")[:200]
    if not STEPPED <= new.factor <= FASTEST:
        raise ProgramInputError(f"Give a pace from 0 to {FASTEST}.", field="factor")
    if new.scenario_file is None and new.scenario not in SCENARIOS:
        raise ProgramInputError("Choose a scenario, or a file.", field="scenario")
    data = scenario_bytes(new.scenario) if new.scenario_file is None else new.scenario_file
    scenario = parse_scenario(data, "the scenario")
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        if exercises_of(organisation).exclude(state=State.ENDED).count() >= OPEN_LIMIT:
            raise ProgramInputError(f"{OPEN_LIMIT} exercises are open already; end one first.", field="name")
        return ExerciseSpace.objects.create(
            organisation=organisation,
            name=name,
            scenario=scenario.id,
            scenario_sha256=hashlib.sha256(data).hexdigest(),
            scenario_text=data.decode("utf-8"),
            facilitator=recorder.user,
            join_code=_new_code(),
            factor=new.factor,
            created=recorder.moment,
        )


def scenario_of(space: ExerciseSpace) -> Scenario:
    """The scenario as it was when the exercise was set up.

    Raises:
        ScenarioError: this release cannot read it any more.
    """
    return parse_scenario(space.scenario_text.encode(), space.scenario)


def clock_of(space: ExerciseSpace) -> ExerciseClock | None:
    """The clock as its recorded steps make it; none before the start."""
    started: datetime | None = None
    ended: datetime | None = None
    pauses: list[Pause] = []
    skipped = timedelta()
    for step in space.clock_steps.order_by("id"):
        match step.kind:
            case Kind.START:
                started = step.moment
            case Kind.PAUSE:
                pauses.append(Pause(step.moment))
            case Kind.RESUME if pauses:
                pauses[-1] = Pause(pauses[-1].began, step.moment)
            case Kind.SKIP:
                skipped += timedelta(seconds=step.skipped_seconds)
            case Kind.END:
                ended = step.moment
    return None if started is None else ExerciseClock(started, space.factor, tuple(pauses), skipped, ended)


def elapsed_of(space: ExerciseSpace, now: datetime) -> timedelta:
    """Exercise time; nothing before the start."""
    clock = clock_of(space)
    return timedelta() if clock is None else clock.elapsed(now)


def choices_in(space: ExerciseSpace) -> dict[str, Chosen]:
    """The decisions that were made, by inject."""
    rows = space.acts.filter(kind=ExerciseAct.Kind.CHOICE)
    return {row.inject: Chosen(row.option, timedelta(seconds=row.after_seconds)) for row in rows}


def start_exercise(space: ExerciseSpace, recorder: Recorder) -> None:
    """Let the clock run."""
    _turn(space, Kind.START, recorder, frm={State.GATHERING}, to=State.RUNNING)


def pause_exercise(space: ExerciseSpace, recorder: Recorder) -> None:
    """Stop the clock for a while."""
    _turn(space, Kind.PAUSE, recorder, frm={State.RUNNING}, to=State.PAUSED)


def resume_exercise(space: ExerciseSpace, recorder: Recorder) -> None:
    """Let the clock go on."""
    _turn(space, Kind.RESUME, recorder, frm={State.PAUSED}, to=State.RUNNING)


def end_exercise(space: ExerciseSpace, recorder: Recorder) -> None:
    """Stop the clock for good; nobody joins any more, and the hot wash begins."""
    _turn(space, Kind.END, recorder, frm={State.GATHERING, State.RUNNING, State.PAUSED}, to=State.ENDED)


def skip_to_next(space: ExerciseSpace, recorder: Recorder) -> None:
    """Move the clock forward to the next inject as things stand, or to the end where none is left.

    Raises:
        AccessError: the person does not keep this organisation's record.
        ExerciseStateError: the clock has not started, has ended, or nothing is left to come.
    """
    _turn(space, Kind.SKIP, recorder, frm={State.RUNNING, State.PAUSED}, to=None)


def _turn(space: ExerciseSpace, kind: Kind, recorder: Recorder, *, frm: set[State], to: State | None) -> None:
    """One recorded step of the clock.

    Raises:
        AccessError: the person does not keep this organisation's record.
        ExerciseStateError: it cannot be done now; nothing was recorded.
    """
    require_keeper(space.organisation, recorder)
    with transaction.atomic():
        locked = ExerciseSpace.objects.select_for_update().get(pk=space.pk)
        if State(locked.state) not in frm:
            raise ExerciseStateError(
                f"This cannot be done now: {State(locked.state).label.lower()}.", remedy="Load the page again."
            )
        moment = recorder.moment
        skipped = _seconds_to_next(locked, moment) if kind is Kind.SKIP else 0
        ClockStep.objects.create(space=locked, kind=kind, moment=moment, skipped_seconds=skipped, by=recorder.user)
        if kind is Kind.START:
            locked.started = moment
        if kind is Kind.END:
            locked.ended = moment
        locked.state = to or locked.state
        locked.save(update_fields=["state", "started", "ended"])
    space.refresh_from_db(fields=["state", "started", "ended"])


def _seconds_to_next(space: ExerciseSpace, now: datetime) -> int:
    scenario, elapsed = scenario_of(space), elapsed_of(space, now)
    following = next_after(scenario, elapsed, choices_in(space)) or timedelta(minutes=scenario.minutes)
    # Rounded up: a jump that ends a fraction of a second early would show nothing new.
    left = -((elapsed - following) // timedelta(seconds=1))
    if left <= 0:
        raise ExerciseStateError("Everything has come; nothing is left to skip to.", remedy="End the exercise.")
    return left


def space_by_code(text: str) -> ExerciseSpace:
    """The open exercise of a join code, as people type it.

    Raises:
        AccessError: there is none, or it has ended.
    """
    code = "".join(text.split()).replace("-", "").upper().translate(_SLIPS)[: CODE_CHARACTERS + 1]
    rows = ExerciseSpace.objects.exclude(state=State.ENDED).select_related("organisation")
    space = rows.filter(join_code=f"{code[:4]}-{code[4:]}").first()
    if space is None:
        refuse()
    return space


def _new_code() -> str:
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_CHARACTERS))
    return f"{code[:4]}-{code[4:]}"
