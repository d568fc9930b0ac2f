"""Exercises held and trainings completed: who took part, what was found, with files that show it.

Both count as evidence for the practices that name them among their operations.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import msgspec

from charteroak.clock import connecticut_day
from charteroak.ledger.entry import Precision
from charteroak.program.bodies.practices import Play
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import LedgerEntry
from charteroak.services.program_record import usable_text
from charteroak.services.programs import (
    ProgramInputError,
    Recorder,
    UploadedFile,
    record_with_files,
    refuse_day,
    require_keeper,
    usable_line,
)

MOST_PEOPLE = 1_000_000
"""More than any member has; a longer number is a slip of the keyboard."""


@dataclass(frozen=True, slots=True)
class NewExercise:
    """An exercise as it is handed in."""

    title: str
    scenario: str
    led_by: str
    participants: int
    findings: int
    day: date
    note: str = ""
    files: Sequence[UploadedFile] = ()
    precision: Precision | None = None


@dataclass(frozen=True, slots=True)
class NewTraining:
    """A training as it is handed in; ``of`` is how many should have come, where that is known."""

    title: str
    audience: str
    people: int
    day: date
    of: int | None = None
    note: str = ""
    files: Sequence[UploadedFile] = ()
    precision: Precision | None = None


def hold_exercise(
    organisation: Organisation, exercise: NewExercise, recorder: Recorder, *, play: Play | None = None
) -> LedgerEntry:
    """Record that an incident was played through on a day; ``play`` says how it went where it was played here.

    Raises:
        AccessError: the person does not keep this organisation's record.
        ProgramInputError: a field cannot be used; nothing was recorded.
        EvidenceTooLargeError: a file is too large; nothing was recorded.
    """
    require_keeper(organisation, recorder)
    refuse_day(exercise.day, connecticut_day(recorder.moment), "day")
    body = {
        "title": usable_line(exercise.title, "title"),
        "scenario": usable_line(exercise.scenario, "scenario"),
        "ledBy": usable_line(exercise.led_by, "led_by"),
        "participants": _usable_number(exercise.participants, "participants", least=1),
        "findings": _usable_number(exercise.findings, "findings", least=0),
        "note": usable_text(exercise.note, "note"),
        **({} if play is None else {"play": msgspec.to_builtins(play)}),
    }
    return record_with_files(
        organisation, "exercise.held", body, exercise.files, recorder, day=exercise.day, precision=exercise.precision
    )


def complete_training(organisation: Organisation, training: NewTraining, recorder: Recorder) -> LedgerEntry:
    """Record that people completed a training on a day.

    Raises:
        AccessError: the person does not keep this organisation's record.
        ProgramInputError: a field cannot be used; nothing was recorded.
        EvidenceTooLargeError: a file is too large; nothing was recorded.
    """
    require_keeper(organisation, recorder)
    refuse_day(training.day, connecticut_day(recorder.moment), "day")
    people = _usable_number(training.people, "people", least=1)
    if training.of is not None and _usable_number(training.of, "of", least=1) < people:
        raise ProgramInputError("More people came than there are.", field="of")
    body = {
        "title": usable_line(training.title, "title"),
        "audience": usable_line(training.audience, "audience"),
        "people": people,
        "of": training.of,
        "note": usable_text(training.note, "note"),
    }
    return record_with_files(
        organisation,
        "training.completed",
        body,
        training.files,
        recorder,
        day=training.day,
        precision=training.precision,
    )


def _usable_number(number: int, field: str, *, least: int) -> int:
    if not least <= number <= MOST_PEOPLE:
        raise ProgramInputError(f"Give a number from {least} to {MOST_PEOPLE}.", field=field)
    return number
