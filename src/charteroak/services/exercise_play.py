"""Playing: what a player sees, does and decides; what the facilitator sees of all of them.

Nothing here writes a ledger entry. A player is known by the row that joining made; the pages keep its number in the
session.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction

from charteroak.adapters.system_clock import now
from charteroak.records.accounts.models import User
from charteroak.records.exercises.models import ExerciseAct, ExerciseSpace, InjectSeen, Player
from charteroak.records.incidents.models import Incident
from charteroak.records.reports.models import Report
from charteroak.response.exercises.clock import Due, due_after
from charteroak.response.exercises.scenario import Expected, Inject, Scenario
from charteroak.services.access import refuse, roles_in
from charteroak.services.exercise_spaces import (
    EXERCISE_READERS,
    FACILITATORS,
    ExerciseStateError,
    choices_in,
    elapsed_of,
    scenario_of,
)
from charteroak.services.incidents import NewIncident, open_incident
from charteroak.services.programs import ProgramInputError, Recorder, recorder_for, require_keeper, usable_line

PLAYERS_LIMIT = 60
ACTS_LIMIT = 5_000
"""In one exercise; ten people who write every half minute all day stay below it."""
TEXT_LIMIT = 2_000
State = ExerciseSpace.State
Kind = ExerciseAct.Kind


@dataclass(frozen=True, slots=True)
class ShownInject:
    """An inject on a player's screen: when it came, whether it is new, and what was decided."""

    inject: Inject
    after: timedelta
    is_new: bool
    chosen: str


@dataclass(frozen=True, slots=True)
class BoardLine:
    """An inject on the facilitator's board: when it comes or came, who has seen it, what is expected."""

    inject: Inject
    after: timedelta
    has_come: bool
    seen_by: tuple[tuple[Player, timedelta], ...]
    not_seen_by: tuple[Player, ...]
    expected: tuple[tuple[Expected, timedelta | None], ...]
    chosen: str


def join_exercise(space: ExerciseSpace, name: str, role: str, user: User | None = None) -> Player:
    """Come in with a part. Several people may take one part; the same account joins a part once.

    Raises:
        ProgramInputError: the name or the role cannot be used, or the room is full.
        ExerciseStateError: it has ended.
    """
    line = usable_line(name, "name")[:120]
    if role not in {each.id for each in scenario_of(space).roles}:
        raise ProgramInputError("Choose a part.", field="role")
    with transaction.atomic():
        locked = ExerciseSpace.objects.select_for_update().get(pk=space.pk)
        if locked.state == State.ENDED:
            raise ExerciseStateError("This exercise has ended.", remedy="Ask who led it for the report.")
        if user is not None and (known := space.players.filter(user=user, role=role).first()) is not None:
            return known
        if space.players.count() >= PLAYERS_LIMIT:
            raise ProgramInputError(f"{PLAYERS_LIMIT} people play already.", field="name")
        return Player.objects.create(space=space, name=line, role=role, user=user, joined=now())


def player_numbered(space_pk: int, player_pk: object) -> Player:
    """The player whom a session remembers.

    Raises:
        AccessError: there is none, or in another exercise.
    """
    if not isinstance(player_pk, int):
        refuse()
    rows = Player.objects.select_related("space", "space__organisation", "user")
    player = rows.filter(pk=player_pk, space_id=space_pk).first()
    if player is None:
        refuse()
    return player


def screen_of(player: Player) -> tuple[ShownInject, ...]:
    """What has come for a player, the newest first; that it was shown is kept."""
    space, scenario = player.space, scenario_of(player.space)
    elapsed = elapsed_of(space, now())
    due = _due_for(scenario, space, elapsed, player.role)
    known = set(player.seen.values_list("inject", flat=True))
    fresh = [each for each in due if each.inject.id not in known]
    # Two tabs of one browser may show an inject at the same moment; the first one counts.
    InjectSeen.objects.bulk_create(
        [
            InjectSeen(player=player, inject=each.inject.id, moment=now(), after_seconds=int(elapsed.total_seconds()))
            for each in fresh
        ],
        ignore_conflicts=True,
    )
    chosen = {inject: made.option for inject, made in choices_in(space).items()}
    return tuple(
        ShownInject(each.inject, each.after, each.inject.id not in known, _chosen_text(each.inject, chosen))
        for each in reversed(due)
    )


def note_action(player: Player, text: str, inject: str = "") -> ExerciseAct:
    """Write down what a player does.

    Raises:
        ProgramInputError: it is empty or too long, or about an inject that has not come; nothing was recorded.
        ExerciseStateError: the clock does not run yet, or has ended.
    """
    words = text.strip()
    if not words or len(words) > TEXT_LIMIT:
        raise ProgramInputError(f"Say what you do, in at most {TEXT_LIMIT:,} characters.", field="text")
    with transaction.atomic():
        space = _locked_and_open(player.space)
        elapsed = elapsed_of(space, now())
        if inject and inject not in {
            each.inject.id for each in _due_for(scenario_of(space), space, elapsed, player.role)
        }:
            raise ProgramInputError("Choose something that has come.", field="inject")
        return _add(space, player, Kind.NOTE, elapsed, inject=inject, text=words)


def decide(player: Player, inject: str, option: str) -> ExerciseAct:
    """Make the decision that an inject asks for. The first one counts for the whole exercise.

    Raises:
        ProgramInputError: it asks for no such decision, has not come, or was decided; nothing was recorded.
        ExerciseStateError: the clock does not run yet, or has ended.
    """
    try:
        with transaction.atomic():
            space = _locked_and_open(player.space)
            scenario = scenario_of(space)
            elapsed = elapsed_of(space, now())
            due = {each.inject.id: each.inject for each in _due_for(scenario, space, elapsed, player.role)}
            asked = due.get(inject)
            if asked is None or asked.choice is None or option not in {each.id for each in asked.choice.options}:
                raise ProgramInputError("Choose one of the answers.", field="option")
            return _add(space, player, Kind.CHOICE, elapsed, inject=inject, option=option)
    except IntegrityError as error:
        raise ProgramInputError("Somebody has decided this already.", field="option") from error


def tick_expected(space: ExerciseSpace, expected: str, recorder: Recorder) -> None:
    """The facilitator saw an expected action done; ticking it again changes nothing.

    Raises:
        AccessError: the person does not keep this organisation's record.
        ProgramInputError: this scenario expects nothing of that name.
        ExerciseStateError: the clock has not started.
    """
    require_keeper(space.organisation, recorder)
    inject = {each.id: owner.id for owner, each in scenario_of(space).expected}.get(expected)
    if inject is None:
        raise ProgramInputError("This scenario expects no such action.", field="expected")
    with transaction.atomic():
        locked = ExerciseSpace.objects.select_for_update().get(pk=space.pk)
        if locked.state == State.GATHERING:
            raise ExerciseStateError("The clock does not run yet.", remedy="Start the exercise.")
        if not locked.acts.filter(kind=Kind.SEEN_DONE, expected=expected).exists():
            _add(locked, None, Kind.SEEN_DONE, elapsed_of(locked, now()), inject=inject, expected=expected)


def board_of(space: ExerciseSpace) -> tuple[BoardLine, ...]:
    """Every inject that has come or is still to come as things stand, in the order of its time."""
    scenario, choices = scenario_of(space), choices_in(space)
    elapsed = elapsed_of(space, now())
    players = list(space.players.all())
    seen: dict[tuple[int, str], int] = {
        (row.player_id, row.inject): row.after_seconds for row in InjectSeen.objects.filter(player__space=space)
    }
    ticked = {row.expected: timedelta(seconds=row.after_seconds) for row in space.acts.filter(kind=Kind.SEEN_DONE)}
    chosen = {inject: made.option for inject, made in choices.items()}
    lines = []
    for due in due_after(scenario, max(timedelta(minutes=scenario.minutes), elapsed), choices):
        concerned = [player for player in players if player.role in due.inject.to]
        saw = [(player, seen.get((player.pk, due.inject.id))) for player in concerned]
        lines.append(
            BoardLine(
                inject=due.inject,
                after=due.after,
                has_come=space.started is not None and due.after <= elapsed,
                seen_by=tuple((player, timedelta(seconds=at)) for player, at in saw if at is not None),
                not_seen_by=tuple(player for player, at in saw if at is None),
                expected=tuple((each, ticked.get(each.id)) for each in due.inject.expect),
                chosen=_chosen_text(due.inject, chosen),
            )
        )
    return tuple(lines)


def open_exercise_incident(space: ExerciseSpace, title: str, user: User) -> Incident:
    """Open an incident that belongs to the exercise, on the same forms as a real one.

    Raises:
        AccessError: the person keeps no record of the organisation that holds the exercise.
        ProgramInputError: the title cannot be used.
        ExerciseStateError: the clock does not run yet, or has ended.
    """
    if not roles_in(user, space.organisation) & set(FACILITATORS):
        refuse()
    if space.state not in {State.RUNNING, State.PAUSED}:
        raise ExerciseStateError("The clock does not run.", remedy="Start the exercise.")
    return open_incident(space.organisation, NewIncident(title), recorder_for(user), space=space)


def incidents_in(space: ExerciseSpace) -> list[Incident]:
    """The incidents that were opened in an exercise, the newest first."""
    return list(Incident.played.in_space(space).select_related("organisation").order_by("-opened", "-id"))


def reports_in(space: ExerciseSpace) -> list[Report]:
    """The reports that were filed in an exercise, the newest first. No desk has them."""
    return list(Report.played.in_space(space).order_by("-received", "-id"))


def may_open_incidents(space: ExerciseSpace, user: object) -> bool:
    """Whether a person may work on the incidents of an exercise with the forms of the organisation."""
    return isinstance(user, User) and bool(roles_in(user, space.organisation) & set(EXERCISE_READERS))


def _due_for(scenario: Scenario, space: ExerciseSpace, elapsed: timedelta, role: str) -> list[Due]:
    if space.started is None:
        return []
    return [each for each in due_after(scenario, elapsed, choices_in(space)) if role in each.inject.to]


def _chosen_text(inject: Inject, chosen: dict[str, str]) -> str:
    if inject.choice is None or inject.id not in chosen:
        return ""
    return next((option.text for option in inject.choice.options if option.id == chosen[inject.id]), "")


def _locked_and_open(space: ExerciseSpace) -> ExerciseSpace:
    locked = ExerciseSpace.objects.select_for_update().get(pk=space.pk)
    if locked.state not in {State.RUNNING, State.PAUSED}:
        raise ExerciseStateError("The clock does not run.", remedy="Wait until it starts, or read the report.")
    if locked.acts.count() >= ACTS_LIMIT:
        raise ExerciseStateError("More was written down than one exercise holds.", remedy="End it.")
    return locked


def _add(
    space: ExerciseSpace, player: Player | None, kind: ExerciseAct.Kind, elapsed: timedelta, **fields: str
) -> ExerciseAct:
    seconds = int(elapsed.total_seconds())
    return ExerciseAct.objects.create(
        space=space, player=player, kind=kind, moment=now(), after_seconds=seconds, **fields
    )
