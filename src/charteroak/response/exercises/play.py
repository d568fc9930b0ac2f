"""What players did in an exercise, and what it came to against what was expected.

Times are seconds on the exercise's clock, so that a play at a faster pace reads like any other.
"""

from datetime import date, datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal

import msgspec
from msgspec import Meta

from charteroak.errors import InputError
from charteroak.response.exercises.clock import Chosen, due_after
from charteroak.response.exercises.scenario import Expected, Inject, Scenario

PLAY_LIMIT_BYTES = 4 << 20

_Line = Annotated[str, Meta(max_length=200)]
_Text = Annotated[str, Meta(max_length=4000)]
_Seconds = Annotated[int, Meta(ge=0, le=10 * 366 * 86400)]


class PlayError(InputError):
    """A file is no record of an exercise, or of another scenario."""

    code: ClassVar[str] = "exercise.play"


class Act(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that was done or decided: a note in a player's words, a decision, or an expected action seen done."""

    after_seconds: _Seconds
    kind: Literal["note", "choice", "seen-done"]
    by: _Line = ""
    role: _Line = ""
    inject: _Line | None = None
    expected: _Line | None = None
    option: _Line | None = None
    text: _Text = ""


class Player(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who played which part."""

    name: _Line
    role: _Line


class DebriefAnswer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody said in the hot wash."""

    question: _Line
    by: _Line
    text: _Text


class Improvement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something to be mended, by whom and until when."""

    what: _Text
    owner: _Line
    due: date | None = None


class Play(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One exercise as it was played."""

    scenario: _Line
    scenario_sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
    name: _Line
    organisation: _Line = ""
    facilitator: _Line = ""
    started: datetime
    elapsed_seconds: _Seconds
    players: tuple[Player, ...] = ()
    acts: Annotated[tuple[Act, ...], Meta(max_length=20_000)] = ()
    answers: Annotated[tuple[DebriefAnswer, ...], Meta(max_length=2000)] = ()
    improvements: Annotated[tuple[Improvement, ...], Meta(max_length=500)] = ()

    def to_json(self) -> Any:
        """Plain JSON values."""
        return msgspec.to_builtins(self)


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """One expected action and what became of it. ``after`` counts from the inject; none if nobody saw it done."""

    inject: Inject
    expected: Expected
    after: timedelta | None

    @property
    def word(self) -> Literal["in time", "late", "not seen"]:
        """How it went. *Not seen* is not *not done*: somebody may have done it without saying so."""
        if self.after is None:
            return "not seen"
        return "in time" if self.after <= timedelta(minutes=self.expected.within_minutes) else "late"


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """What an exercise came to: the injects that came, and each expected action of theirs."""

    outcomes: tuple[Outcome, ...]
    came: tuple[tuple[Inject, timedelta], ...]
    did_not_come: tuple[Inject, ...]

    def count(self, word: str) -> int:
        """How many expected actions went so."""
        return sum(outcome.word == word for outcome in self.outcomes)

    @property
    def findings(self) -> int:
        """Expected actions that were late or not seen."""
        return sum(outcome.word != "in time" for outcome in self.outcomes)


def parse_play(data: bytes, name: str = "play") -> Play:
    """A record of an exercise from its JSON.

    Raises:
        PlayError: it is too large, or no such record.
    """
    if len(data) > PLAY_LIMIT_BYTES:
        raise PlayError(f"{name} is larger than {PLAY_LIMIT_BYTES >> 20} MB.", remedy="Name the record itself.")
    try:
        play = msgspec.json.decode(data, type=Play)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PlayError(
            f"{name} is no record of an exercise: {error}.", remedy="charteroak exercise run -o makes one."
        ) from error
    if play.started.tzinfo is None:
        raise PlayError(f"{name}: the start has no zone.", remedy="Write it with its offset.")
    return play


def choices_of(acts: tuple[Act, ...]) -> dict[str, Chosen]:
    """The decisions, by inject; the first one counts, for what follows from it has happened."""
    found: dict[str, Chosen] = {}
    for act in acts:
        if act.kind == "choice" and act.inject and act.option:
            found.setdefault(act.inject, Chosen(act.option, timedelta(seconds=act.after_seconds)))
    return found


def review(scenario: Scenario, play: Play) -> Review:
    """Hold what was done against what was expected.

    Raises:
        PlayError: the record is of another scenario.
    """
    if play.scenario != scenario.id:
        raise PlayError(
            f"This was played with the scenario {play.scenario!r}, not {scenario.id!r}.", remedy="Name that scenario."
        )
    due = due_after(scenario, timedelta(seconds=play.elapsed_seconds), choices_of(play.acts))
    seen: dict[str, int] = {}
    for act in play.acts:
        if act.kind == "seen-done" and act.expected is not None:
            seen[act.expected] = min(seen.get(act.expected, act.after_seconds), act.after_seconds)
    outcomes = []
    for each in due:
        for expected in each.inject.expect:
            at = seen.get(expected.id)
            after = None if at is None else max(timedelta(seconds=at) - each.after, timedelta())
            outcomes.append(Outcome(inject=each.inject, expected=expected, after=after))
    came = {each.inject.id for each in due}
    return Review(
        outcomes=tuple(outcomes),
        came=tuple((each.inject, each.after) for each in due),
        did_not_come=tuple(inject for inject in scenario.in_time if inject.id not in came),
    )
