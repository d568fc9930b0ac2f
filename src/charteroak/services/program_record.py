"""The verbs that keep a program's record: describe, approve, review, assert, answer, correct.

Each writes one ledger entry or none, and only for someone who keeps the organisation's record (``AccessError`` for
anybody else). What is refused names the form field it concerns. Adopting a version and recording evidence carry files
and stand in ``programs``.
"""

from datetime import date

import msgspec
from django.db import transaction

from charteroak.clock import connecticut_day
from charteroak.law.editions import load_frameworks
from charteroak.law.errors import FactsError
from charteroak.program.bodies import (
    Body,
    CorrectionMade,
    EditionAdopted,
    OrganisationDescribed,
    PracticeAnswered,
    ProgramApproved,
    ProgramDescribed,
    ProgramReviewed,
    body_document,
)
from charteroak.program.history import in_force, knowledge
from charteroak.program.recorded import RecordedFact
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import LedgerEntry
from charteroak.services.access import refuse
from charteroak.services.programs import (
    ProgramInputError,
    Recorder,
    adopted_versions,
    practice_named,
    record,
    recorded_facts,
    refuse_day,
    refuse_period,
    require_keeper,
    usable_line,
)

MAX_TEXT = 5000
"""Characters of a note or a reason; as in ``charteroak.program.bodies``."""


def answer_practice(
    organisation: Organisation, answer: PracticeAnswered, since: date, recorder: Recorder
) -> LedgerEntry:
    """Record the answer to a practice's question, and since which day it is so.

    Raises:
        ProgramInputError: a field cannot be used; nothing was recorded.
    """
    require_keeper(organisation, recorder)
    practice_named(answer.practice)
    body = msgspec.structs.replace(answer, note=usable_text(answer.note, "note"))
    return record_day(organisation, "practice.answered", body, (since, "since"), recorder)


def describe_organisation(
    organisation: Organisation, description: OrganisationDescribed, since: date, recorder: Recorder
) -> LedgerEntry:
    """Record what kind of organisation this is and which information it holds. What is ``None`` is not known.

    Raises:
        ProgramInputError: a field cannot be used; nothing was recorded.
    """
    require_keeper(organisation, recorder)
    return record_day(organisation, "organisation.described", description, (since, "since"), recorder)


def describe_program(
    organisation: Organisation, description: ProgramDescribed, since: date, recorder: Recorder
) -> LedgerEntry:
    """Record what the written program contains, and where in it that stands.

    Raises:
        ProgramInputError: no program was adopted, or a field cannot be used; nothing was recorded.
    """
    require_keeper(organisation, recorder)
    if not adopted_versions(organisation):
        raise ProgramInputError("There is no written program to describe.", field="since", remedy="Adopt one first.")
    return record_day(organisation, "program.described", description, (since, "since"), recorder)


def approve_program(
    organisation: Organisation, approval: ProgramApproved, day: date, recorder: Recorder
) -> LedgerEntry:
    """Record that someone with authority approved a version that was adopted.

    Raises:
        ProgramInputError: the version is not on record, or a field cannot be used; nothing was recorded.
    """
    require_keeper(organisation, recorder)
    _refuse_unknown_version(organisation, approval.version)
    body = msgspec.structs.replace(approval, by=usable_line(approval.by, "by"), role=usable_line(approval.role, "role"))
    return record_day(organisation, "program.approved", body, (day, "day"), recorder)


def review_program(organisation: Organisation, review: ProgramReviewed, day: date, recorder: Recorder) -> LedgerEntry:
    """Record that a version was reviewed, and with which outcome.

    Raises:
        ProgramInputError: the version is not on record, or a field cannot be used; nothing was recorded.
    """
    require_keeper(organisation, recorder)
    _refuse_unknown_version(organisation, review.version)
    body = msgspec.structs.replace(review, by=usable_line(review.by, "by"), note=usable_text(review.note, "note"))
    return record_day(organisation, "program.reviewed", body, (day, "day"), recorder)


def adopt_edition(organisation: Organisation, assertion: EditionAdopted, recorder: Recorder) -> LedgerEntry:
    """Record what a named officer asserts about one edition of a framework that the act names.

    An assertion about days before the edition was published is refused: the determination could not read it.

    Raises:
        ProgramInputError: a field cannot be used; nothing was recorded.
    """
    require_keeper(organisation, recorder)
    framework = load_frameworks().get(assertion.framework)
    try:
        edition = framework.edition(assertion.edition) if framework is not None else None
    except FactsError:
        edition = None
    if framework is None or edition is None:
        raise ProgramInputError("Choose an edition from the list.", field="edition")
    refuse_period(assertion.from_, assertion.to, connecticut_day(recorder.moment), ("from_", "to"))
    if assertion.from_ < edition.published:
        raise ProgramInputError(
            f"{framework.label(edition.code)} was published on {edition.published.isoformat()}.",
            field="from_",
            remedy="Correct the day or the edition.",
        )
    body = msgspec.structs.replace(assertion, asserted_by=usable_line(assertion.asserted_by, "asserted_by"))
    return record(
        organisation,
        "edition.adopted",
        body_document(body),
        recorder,
        occurred_from=assertion.from_.isoformat(),
        occurred_to=None if assertion.to is None else assertion.to.isoformat(),
    )


def correct_entry(organisation: Organisation, correction: CorrectionMade, recorder: Recorder) -> LedgerEntry:
    """Record that an earlier entry was wrong. It stays where it is and counts no more from this moment on.

    Raises:
        AccessError: the organisation's ledger has no such entry.
        ProgramInputError: it was corrected already, or there is no reason; nothing was recorded.
    """
    require_keeper(organisation, recorder)
    reason = usable_text(correction.reason, "reason")
    if not reason:
        raise ProgramInputError("Say what was wrong.", field="reason")
    body = msgspec.structs.replace(correction, reason=reason)
    with transaction.atomic():
        # The row is locked, so that two people who correct one entry at a time cannot both find it uncorrected.
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        known = knowledge(recorded_facts(organisation))
        if not 0 <= correction.corrects < len(known.facts):
            refuse()
        earlier = known.corrected_by.get(correction.corrects)
        if earlier is not None:
            raise ProgramInputError(
                f"Entry {correction.corrects} was corrected already, by entry {earlier.index}.", field="reason"
            )
        return record(
            organisation,
            "correction.made",
            body_document(body),
            recorder,
            occurred_from=connecticut_day(recorder.moment).isoformat(),
        )


def overtaken_by(organisation: Organisation, entry: LedgerEntry, today: date) -> RecordedFact | None:
    """The entry that stands today in place of one just recorded, because what it says began later.

    ``None`` where the new entry itself stands, where it speaks of an event, or where nothing stands today.
    """
    standing = knowledge(recorded_facts(organisation)).standing
    new = next(fact for fact in standing if fact.index == entry.index)
    if not new.is_state:
        return None
    force = in_force((fact for fact in standing if _subject(fact) == _subject(new)), today)
    return None if force is None or force.index == new.index else force


def _subject(fact: RecordedFact) -> tuple[str, ...]:
    """What a state is a state of: newer ones of the same subject take its place."""
    match fact.body:
        case PracticeAnswered(practice=practice):
            return fact.kind, practice
        case EditionAdopted(framework=framework, edition=edition):
            return fact.kind, framework, edition
        case _:
            return (fact.kind,)


def record_day(
    organisation: Organisation, kind: str, body: Body, day: tuple[date, str], recorder: Recorder
) -> LedgerEntry:
    """Record what was so on a day, or since it; the day comes with its field.

    Raises:
        ProgramInputError: nothing can be on record about that day.
    """
    refuse_day(day[0], connecticut_day(recorder.moment), day[1])
    return record(organisation, kind, body_document(body), recorder, occurred_from=day[0].isoformat())


def usable_text(text: str, field: str) -> str:
    """A note without blanks around it; line ends are those of Unix, so that a form's two characters count as one.

    Raises:
        ProgramInputError: it is too long.
    """
    kept = text.replace("\r\n", "\n").strip()
    if len(kept) > MAX_TEXT:
        raise ProgramInputError(f"Use at most {MAX_TEXT} characters.", field=field)
    return kept


def _refuse_unknown_version(organisation: Organisation, version: str) -> None:
    if version not in {adoption.version for adoption in adopted_versions(organisation).values()}:
        raise ProgramInputError("Choose a version that was adopted.", field="version")
