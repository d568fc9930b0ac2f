"""After an exercise: the hot wash, what is to be mended, the report, and the one entry that leaves its space.

The entry is ``exercise.held``: that an exercise was played counts where any exercise counts. The report goes with it as
evidence, with a banner on every page. Nothing else of what was played is in either.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from charteroak.adapters.system_clock import now
from charteroak.clock import connecticut_day
from charteroak.documents.after_action import AfterActionReport, after_action_document
from charteroak.documents.blocks import Document
from charteroak.errors import AccessError
from charteroak.program.bodies.practices import Play as PlayedHere
from charteroak.records.exercises.models import ExerciseSpace, HotWashAnswer, Improvement, Player
from charteroak.records.ledger.models import LedgerEntry
from charteroak.response.exercises import play as played
from charteroak.response.exercises.after_action import after_action_report
from charteroak.services.exercise_play import TEXT_LIMIT
from charteroak.services.exercise_spaces import ExerciseStateError, elapsed_of, scenario_of
from charteroak.services.exercises import NewExercise, hold_exercise
from charteroak.services.programs import (
    EARLIEST_DAY,
    ProgramInputError,
    Recorder,
    UploadedFile,
    require_keeper,
    usable_line,
)

State = ExerciseSpace.State
ANSWERS_LIMIT = 1_000
IMPROVEMENTS_LIMIT = 200
LATEST_DUE = date(2200, 1, 1)


@dataclass(frozen=True, slots=True)
class NewImprovement:
    """Something to be mended as it is handed in."""

    what: str
    owner: str
    due: date | None = None


def answer_hot_wash(space: ExerciseSpace, player: Player | None, question: str, text: str) -> HotWashAnswer:
    """Keep what somebody said to a question of the debriefing.

    Raises:
        ProgramInputError: it is empty, too long, or no question of this scenario.
        ExerciseStateError: the exercise has not ended, or its report is filed.
    """
    words = text.strip()
    if question not in scenario_of(space).debrief:
        raise ProgramInputError("Choose one of the questions.", field="question")
    if not words or len(words) > TEXT_LIMIT:
        raise ProgramInputError(f"Answer in at most {TEXT_LIMIT:,} characters.", field="text")
    with transaction.atomic():
        _require_ended(space)
        if space.answers.count() >= ANSWERS_LIMIT:
            raise ProgramInputError("More was said than one exercise holds.", field="text")
        return HotWashAnswer.objects.create(space=space, player=player, question=question, text=words, moment=now())


def add_improvement(space: ExerciseSpace, new: NewImprovement, recorder: Recorder) -> Improvement:
    """Write down something to be mended, with its owner and day.

    Raises:
        AccessError: the person does not keep this organisation's record.
        ProgramInputError: a field cannot be used.
        ExerciseStateError: the exercise has not ended, or its report is filed.
    """
    require_keeper(space.organisation, recorder)
    what, owner = usable_line(new.what, "what"), usable_line(new.owner, "owner")[:200]
    if new.due is not None and not EARLIEST_DAY <= new.due <= LATEST_DUE:
        raise ProgramInputError("There is a slip in the year.", field="due")
    with transaction.atomic():
        _require_ended(space)
        if space.improvements.count() >= IMPROVEMENTS_LIMIT:
            raise ProgramInputError("More is to be mended than one exercise holds.", field="what")
        return Improvement.objects.create(space=space, what=what, owner=owner, due=new.due)


def play_of(space: ExerciseSpace) -> played.Play:
    """What was played, as ``response.exercises`` reads it."""
    return played.Play(
        scenario=space.scenario,
        scenario_sha256=space.scenario_sha256,
        name=space.name,
        organisation=space.organisation.name,
        facilitator=str(space.facilitator),
        started=space.started or space.created,
        elapsed_seconds=int(elapsed_of(space, now()).total_seconds()),
        players=tuple(played.Player(name=row.name, role=row.role) for row in space.players.all()),
        acts=tuple(
            played.Act(
                after_seconds=row.after_seconds,
                kind=row.kind,  # type: ignore[arg-type] # the column's choices are the struct's words
                by="" if row.player is None else row.player.name,
                role="" if row.player is None else row.player.role,
                inject=row.inject or None,
                expected=row.expected or None,
                option=row.option or None,
                text=row.text,
            )
            for row in space.acts.select_related("player")
        ),
        answers=tuple(
            played.DebriefAnswer(question=row.question, by="" if row.player is None else row.player.name, text=row.text)
            for row in space.answers.select_related("player")
        ),
        improvements=tuple(
            played.Improvement(what=row.what, owner=row.owner, due=row.due) for row in space.improvements.all()
        ),
    )


def report_of(space: ExerciseSpace) -> AfterActionReport:
    """The after-action report as it stands now."""
    return after_action_report(scenario_of(space), play_of(space))


def render_report(space: ExerciseSpace, form: str) -> bytes:
    """The report as ``pdf``, ``docx`` or ``md``.

    Raises:
        AccessError: there is no such form.
        DocumentNotMadeError: the typesetter refused.
    """
    makers: dict[str, Callable[[Document], bytes]] = {"pdf": _pdf, "docx": _docx, "md": _markdown}
    if form not in makers:
        raise AccessError("There is nothing here that you may see.", remedy="Ask for pdf, docx or md.")
    return makers[form](after_action_document(report_of(space)))


def file_exercise(space: ExerciseSpace, recorder: Recorder) -> LedgerEntry:
    """Enter into the ledger that an exercise was played, with its report as evidence. Filed once.

    Raises:
        AccessError: the person does not keep this organisation's record.
        ExerciseStateError: it has not ended, nobody played, or it is filed already.
        EvidenceTooLargeError, DocumentNotMadeError: the report cannot be kept; nothing was recorded.
    """
    require_keeper(space.organisation, recorder)
    started, report = space.started, report_of(space)
    if space.state != State.ENDED or started is None:
        raise ExerciseStateError("The exercise has not been played to its end.", remedy="End it first.")
    people = space.players.count()
    if people == 0:
        raise ExerciseStateError("Nobody joined; an exercise without players is no evidence.", remedy="Play it again.")
    data = render_report(space, "pdf")
    with transaction.atomic():
        locked = ExerciseSpace.objects.select_for_update().get(pk=space.pk)
        if locked.entry_id is not None:
            raise ExerciseStateError("The report is filed already.", remedy="See the evidence log.")
        new = NewExercise(
            title=space.name,
            scenario=scenario_of(space).title,
            led_by=str(space.facilitator),
            participants=people,
            findings=report.late + report.not_seen,
            day=connecticut_day(started),
            files=(UploadedFile(f"after-action-{space.pk}.pdf", "application/pdf", io.BytesIO(data)),),
        )
        locked.entry = hold_exercise(
            space.organisation,
            new,
            recorder,
            play=PlayedHere(
                scenario_sha256=space.scenario_sha256,
                minutes=report.minutes,
                expected=report.in_time + report.late + report.not_seen,
                in_time=report.in_time,
                late=report.late,
                not_seen=report.not_seen,
                roles=space.players.values("role").distinct().count(),
            ),
        )
        locked.save(update_fields=["entry"])
    space.entry = locked.entry
    return locked.entry


def _require_ended(space: ExerciseSpace) -> None:
    locked = ExerciseSpace.objects.select_for_update().get(pk=space.pk)
    if locked.state != State.ENDED:
        raise ExerciseStateError("The exercise is still being played.", remedy="End it first.")
    if locked.entry_id is not None:
        raise ExerciseStateError("The report is filed; it does not change any more.", remedy="Hold another exercise.")


def _pdf(document: Document) -> bytes:
    from charteroak.documents.typesetting import render_document  # noqa: PLC0415 - Typst is heavy and rarely needed

    return render_document(document)


def _docx(document: Document) -> bytes:
    from charteroak.documents.docx_writer import docx_bytes  # noqa: PLC0415 - python-docx is heavy and rarely needed

    return docx_bytes(document)


def _markdown(document: Document) -> bytes:
    from charteroak.documents.markdown import markdown_text  # noqa: PLC0415 - only for this form

    return markdown_text(document).encode()
