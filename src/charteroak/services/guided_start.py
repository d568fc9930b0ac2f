"""The guided start of an organisation: saved after every step, continued by whoever keeps the record, finished once.

Until it is finished it is a draft and no part of the ledger. Finishing records what was said, through the same verbs
that pages use, as one transaction: the description of the organisation, the answers to the first practices, and the
framework that it means to aim for, with everything that was said as a file.
"""

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

import msgspec
from django.db import transaction

from charteroak.clock import connecticut_day, parse_instant
from charteroak.errors import InputError
from charteroak.program.bodies import OrganisationDescribed, PracticeAnswered
from charteroak.program.practices import load_practices
from charteroak.program.start.answers import Choice, FirstAnswer, StartAnswers, answers_document, parse_answers
from charteroak.program.start.description import describe, start_document
from charteroak.program.start.first_gaps import FirstGaps, first_gaps
from charteroak.program.start.proposal import propose
from charteroak.program.status import ProgramStatus
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import LedgerEntry
from charteroak.records.programs.models import StartDraft
from charteroak.services.program_record import answer_practice, describe_organisation, usable_text
from charteroak.services.programs import (
    ProgramInputError,
    Recorder,
    UploadedFile,
    record_with_files,
    require_keeper,
    status_of,
)


class StartOvertakenError(InputError):
    """Somebody else saved this part of the start meanwhile; nothing was saved over it."""

    code: ClassVar[str] = "program.start.overtaken"


@dataclass(frozen=True, slots=True)
class Saved:
    """How often a section was saved, when last, and by whom."""

    times: int
    moment: datetime
    by: str


@dataclass(frozen=True, slots=True)
class StartState:
    """The start of an organisation as it stands."""

    answers: StartAnswers
    saved: Mapping[str, Saved]
    finished: LedgerEntry | None = None

    @property
    def has_begun(self) -> bool:
        """Whether anything was saved."""
        return bool(self.saved)

    def times(self, section: str) -> int:
        """How often a section was saved; a form sends the number that it was shown with."""
        return self.saved[section].times if section in self.saved else 0


def start_of(organisation: Organisation) -> StartState:
    """The start of an organisation; an empty one where nobody has begun."""
    row = StartDraft.objects.select_related("finished").filter(organisation=organisation).first()
    return StartState(StartAnswers(), {}) if row is None else _state(row)


def save_section(
    organisation: Organisation,
    section: str,
    change: Callable[[StartAnswers], StartAnswers],
    recorder: Recorder,
    *,
    seen: int,
) -> StartState:
    """Save one section of the start. ``seen`` is how often it had been saved when the person was shown it.

    Raises:
        AccessError: the person does not keep this organisation's record.
        StartOvertakenError: somebody saved the section meanwhile; nothing was saved.
    """
    require_keeper(organisation, recorder)
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        row, _new = StartDraft.objects.get_or_create(
            organisation=organisation, defaults={"created": recorder.moment, "changed": recorder.moment}
        )
        state = _state(row)
        if state.times(section) != seen:
            other = state.saved[section].by or "somebody else"
            raise StartOvertakenError(
                f"This page was saved meanwhile by {other}.",
                remedy="Your answers are still here. Send them again to put them in place, or open the page anew.",
            )
        row.answers = answers_document(change(state.answers))
        row.saved[section] = {
            "times": seen + 1,
            "moment": recorder.moment.isoformat(),
            "by": "" if recorder.user is None else str(recorder.user),
        }
        row.changed, row.changed_by = recorder.moment, recorder.user
        # Whoever changes something after the end begins a second round, which is finished anew.
        row.finished = None
        row.save()
        return _state(row)


def choose_aim(organisation: Organisation, framework: str, reason: str, recorder: Recorder, *, seen: int) -> StartState:
    """Save which framework the person means to aim for. An intent; nothing is recorded before the start is finished.

    Raises:
        ProgramInputError: it is none that may be chosen, or another than the proposed one without a reason.
        StartOvertakenError: somebody chose meanwhile; nothing was saved.
    """
    proposal = propose(start_of(organisation).answers)
    chosen = next((aim for aim in proposal.choices if aim.framework == framework), None)
    if chosen is None:
        raise ProgramInputError("Choose a framework from the list.", field="framework")
    why = usable_text(reason, "reason")
    if chosen != proposal.aim and not why:
        raise ProgramInputError("Say in a sentence why you choose another one.", field="reason")
    choice = Choice(framework=chosen.framework, edition=chosen.edition, proposed=proposal.aim.framework, reason=why)
    return save_section(
        organisation, "choice", lambda said: msgspec.structs.replace(said, choice=choice), recorder, seen=seen
    )


def answer_first_practice(
    organisation: Organisation, practice: str, answer: FirstAnswer, recorder: Recorder, *, seen: int
) -> StartState:
    """Save the answer to one of the first practices.

    Raises:
        ProgramInputError: there is no such practice, or the note is too long.
        StartOvertakenError: somebody answered it meanwhile; nothing was saved.
    """
    if practice not in load_practices().by_id:
        raise ProgramInputError("Choose a practice from the list.", field="answer")
    kept = msgspec.structs.replace(answer, note=usable_text(answer.note, "note"))
    return save_section(
        organisation,
        f"practice {practice}",
        lambda said: msgspec.structs.replace(said, practices={**said.practices, practice: kept}),
        recorder,
        seen=seen,
    )


def finish_start(organisation: Organisation, recorder: Recorder) -> list[LedgerEntry]:
    """Record what was said: the description, the answers given, and the aim; all of it or nothing. The aim comes last.

    Raises:
        AccessError: the person does not keep this organisation's record.
        ProgramInputError: a step that the record needs was not saved, or all of this was recorded already.
    """
    require_keeper(organisation, recorder)
    today = connecticut_day(recorder.moment)
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        row = StartDraft.objects.filter(organisation=organisation).first()
        answers = StartAnswers() if row is None else parse_answers(row.answers)
        if row is None or answers.about is None:
            raise ProgramInputError("Say first what kind of organization it is.", field="about")
        if answers.choice is None:
            raise ProgramInputError("Choose first what to aim for.", field="choice")
        if row.finished is not None:
            raise ProgramInputError("All of this is on record already.", field="about")
        status = status_of(organisation, as_of=today, with_lists=False)
        description = describe(organisation.name, answers.about, answers, _described(status))
        entries = [describe_organisation(organisation, description, today, recorder)]
        entries += _record_answers(organisation, answers, status, today, recorder)
        # The file comes last: what is refused before it leaves nothing in the evidence store.
        entries.append(_record_aim(organisation, answers, answers.choice, today, recorder))
        row.finished, row.changed, row.changed_by = entries[-1], recorder.moment, recorder.user
        row.save()
    return entries


def first_gaps_of(organisation: Organisation, as_of: date) -> FirstGaps:
    """The first list of gaps: what the record lacks today of the practices to begin with, and of the act's paper."""
    return first_gaps(status_of(organisation, as_of=as_of), propose(start_of(organisation).answers).first)


def has_record(organisation: Organisation) -> bool:
    """Whether anything about the program is on record; keys of the log are none of it."""
    return LedgerEntry.objects.filter(organisation=organisation).exclude(kind="key.ceremony").exists()


def _described(status: ProgramStatus) -> OrganisationDescribed | None:
    body = status.organisation.body if status.organisation is not None else None
    return body if isinstance(body, OrganisationDescribed) else None


def _record_answers(
    organisation: Organisation, answers: StartAnswers, status: ProgramStatus, today: date, recorder: Recorder
) -> list[LedgerEntry]:
    """The answers that say something else than the record does."""
    recorded = []
    for practice, said in answers.practices.items():
        finding = status.findings.get(practice)
        body = finding.answered.body if finding is not None and finding.answered is not None else None
        known = (body.answer, body.note) if isinstance(body, PracticeAnswered) else ("unknown", "")
        if finding is None or (said.answer, said.note) == known:
            continue
        answer = PracticeAnswered(practice=practice, answer=said.answer, note=said.note)
        recorded.append(answer_practice(organisation, answer, today, recorder))
    return recorded


def _record_aim(
    organisation: Organisation, answers: StartAnswers, choice: Choice, today: date, recorder: Recorder
) -> LedgerEntry:
    document: dict[str, Any] = start_document(answers, propose(answers))
    content = json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True).encode()
    file = UploadedFile(f"guided-start-{today.isoformat()}.json", "application/json", io.BytesIO(content))
    body = {
        "framework": choice.framework,
        "edition": choice.edition,
        "proposed": choice.proposed,
        "reason": choice.reason,
    }
    return record_with_files(organisation, "start.finished", body, [file], recorder, day=today)


def _state(row: StartDraft) -> StartState:
    saved = {
        section: Saved(times=told["times"], moment=parse_instant(told["moment"]), by=told["by"])
        for section, told in row.saved.items()
    }
    return StartState(parse_answers(row.answers), saved, row.finished)
