"""Bodies about practices: what was answered, what shows it, and the exercises, trainings and hunts that do."""

from typing import Annotated, Literal

from msgspec import Meta

from charteroak.program.bodies.fields import Body, Count, Digest, Files, Line, Part, PracticeId, Text


class PracticeAnswered(Body, frozen=True, kw_only=True):
    """An answer to a practice's question."""

    practice: PracticeId
    answer: Literal["yes", "partly", "no", "unknown"]
    note: Text = ""


class EvidenceRecorded(Body, frozen=True, kw_only=True):
    """Something that shows a practice in operation."""

    practice: PracticeId
    title: Line
    note: Text = ""
    files: Files = ()


class EvidenceSuperseded(Body, frozen=True, kw_only=True):
    """From the day of this entry on, an earlier item of evidence shows nothing more; ``by`` is what took its place."""

    supersedes: Count
    by: Count | None = None
    reason: Text = ""


class ExerciseHeld(Body, frozen=True, kw_only=True):
    """People played through an incident before it came."""

    title: Line
    scenario: Line
    led_by: Line
    participants: Count
    findings: Count
    note: Text = ""
    files: Files = ()


class Play(Part, frozen=True, kw_only=True):
    """How an exercise went that was played with Charter Oak: its scenario, how long, and what became of each action."""

    scenario_sha256: Digest
    minutes: Count
    expected: Count
    in_time: Count
    late: Count
    not_seen: Count
    roles: Count


class ExercisePlayed(ExerciseHeld, frozen=True, kw_only=True):
    """The same; one that was played here says how it went. What was played stays in its space and is not here."""

    play: Play | None = None


class TrainingCompleted(Body, frozen=True, kw_only=True):
    """People were trained: how many, and of how many if that is known."""

    title: Line
    audience: Line
    people: Count
    of: Count | None = None
    note: Text = ""
    files: Files = ()


class NotRead(Part, frozen=True, kw_only=True):
    """A file that a hunt could not read, and why."""

    path: Annotated[str, Meta(min_length=1, max_length=4096)]
    reason: Annotated[str, Meta(max_length=2000)]


class HuntRun(Body, frozen=True, kw_only=True):
    """Own logs were searched for indicators. Matches stay with the member; only their number stands here."""

    indicators: Count
    indicators_sha256: Digest | None = None
    engine: Line
    files: Count
    bytes: Count
    lines: Count
    matches: Count
    could_not_read: tuple[NotRead, ...] = ()
