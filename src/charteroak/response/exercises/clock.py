"""The clock of an exercise: real time, faster, paused, or moved by hand; and which injects have come by a moment.

A pure function of what was recorded, so that every browser sees the same time and a play can be told again later.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from charteroak.response.exercises.scenario import Inject, Scenario

STEPPED = 0
"""The pace at which time moves only when the facilitator moves it."""
FASTEST = 240


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch in which the clock stood; without an end it still stands."""

    began: datetime
    ended: datetime | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """An inject that has come, and when on the exercise's clock and on the wall's."""

    inject: Inject
    after: timedelta


@dataclass(frozen=True, slots=True)
class ExerciseClock:
    """What moves the time of one exercise. ``skipped`` is exercise time that was jumped over."""

    started: datetime
    factor: int = 1
    pauses: Sequence[Pause] = ()
    skipped: timedelta = timedelta()
    ended: datetime | None = None

    def elapsed(self, now: datetime) -> timedelta:
        """Exercise time at a moment; never negative, never more after the end than at it."""
        until = now if self.ended is None else min(now, self.ended)
        running = max(until - self.started, timedelta()) - self._stood(until)
        return max(running, timedelta()) * self.factor + self.skipped

    def _stood(self, until: datetime) -> timedelta:
        """How long the clock stood; pauses that overlap count once."""
        stood, covered = timedelta(), self.started
        for pause in sorted(self.pauses, key=lambda each: each.began):
            begin = max(pause.began, covered)
            end = min(until if pause.ended is None else pause.ended, until)
            if end > begin:
                stood += end - begin
                covered = end
        return stood

    @property
    def is_paused(self) -> bool:
        """Whether a pause has not ended."""
        return self.ended is None and any(pause.ended is None for pause in self.pauses)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A decision that was made, and when on the exercise's clock."""

    option: str
    after: timedelta


def injects_due(
    scenario: Scenario,
    started: datetime,
    now: datetime,
    pauses: Sequence[Pause] = (),
    factor: int = 1,
    *,
    skipped: timedelta = timedelta(),
    choices: Mapping[str, Chosen] | None = None,
) -> tuple[Due, ...]:
    """The injects that have come by ``now``, in the order in which they came.

    One that depends on a decision comes at its own time, or when the decision is made if that is later; it does not
    come if nobody decided, or otherwise.
    """
    clock = ExerciseClock(started, factor, pauses, skipped)
    return due_after(scenario, clock.elapsed(now), choices or {})


def due_after(scenario: Scenario, elapsed: timedelta, choices: Mapping[str, Chosen]) -> tuple[Due, ...]:
    """The same for a time on the exercise's clock."""
    found = []
    for inject in scenario.in_time:
        after: timedelta | None = timedelta(minutes=inject.at_minutes)
        if inject.only_if is not None:
            made = choices.get(inject.only_if.inject)
            fits = made is not None and made.option == inject.only_if.chose
            after = max(after, made.after) if fits and made is not None and after is not None else None
        if after is not None and after <= elapsed:
            found.append(Due(inject, after))
    return tuple(sorted(found, key=lambda due: due.after))


def next_after(scenario: Scenario, elapsed: timedelta, choices: Mapping[str, Chosen]) -> timedelta | None:
    """When the next inject comes as things stand; none if all have come."""
    end = due_after(scenario, timedelta(minutes=scenario.minutes), choices)
    return next((due.after for due in end if due.after > elapsed), None)


def skipped_to(clock: ExerciseClock, now: datetime, target: timedelta) -> ExerciseClock:
    """The clock moved forward to a time; it never goes back."""
    ahead = max(target - clock.elapsed(now), timedelta())
    return replace(clock, skipped=clock.skipped + ahead)
