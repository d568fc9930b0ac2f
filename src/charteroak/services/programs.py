"""The security program of an organisation: recording it, answering for it as of a date, putting it in a dossier.

Every verb writes one ledger entry in the same transaction as the rows that pages read. Nothing here decides law:
``determine`` hands the assembled facts to ``charteroak.law`` and returns its answer. Dossiers are in ``dossiers``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePath
from typing import Any, BinaryIO, ClassVar

from django.db import transaction

from charteroak.adapters.evidence_store import StoredEvidence
from charteroak.adapters.system_clock import now
from charteroak.clock import connecticut_day, format_instant
from charteroak.errors import InputError
from charteroak.law import Determination, determine
from charteroak.law.facts import parse_facts
from charteroak.ledger.entry import Precision
from charteroak.program.assembly import breach_facts, failure_start, prospective_facts
from charteroak.program.bodies import ProgramAdopted
from charteroak.program.gaps import Gap, next_step, open_gaps
from charteroak.program.history import Change, KnownAt, check_interval, knowledge
from charteroak.program.practices import Practice, load_practices
from charteroak.program.recorded import RecordedFact, read_fact
from charteroak.program.status import ProgramStatus, program_status
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.ledger.models import LedgerEntry
from charteroak.records.programs.models import EvidenceFile
from charteroak.services.access import Role, actor_of, refuse, require_role
from charteroak.services.evidence_files import keeping, store_of
from charteroak.services.ledger import append_entry, read_entries
from charteroak.services.selected import changes_of, facts_between, facts_on, facts_to_answer, no_lists

KEEPERS = (Role.SECURITY_LEAD, Role.PROVIDER)
"""Who keeps an organisation's record: its own lead, and its provider's people."""
DOSSIER_READERS = (*KEEPERS, Role.COUNSEL)
"""Who makes and reads dossiers: those who keep the record, and counsel."""
MAX_FILES = 10
"""Files in one evidence entry."""
MAX_LINE = 300
"""Characters of a title, a name or a version; as in ``charteroak.program.bodies``."""
EARLIEST_DAY = date(1900, 1, 1)
"""Nothing is recorded about earlier days: a year such as 0026 is a slip of the keyboard."""


class ProgramInputError(InputError):
    """Something about the program cannot be recorded as handed in; ``field`` names the form field."""

    code: ClassVar[str] = "program.invalid"

    def __init__(self, message: str, *, field: str, remedy: str = "") -> None:
        super().__init__(message, remedy=remedy)
        self.field = field


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file as handed in: what it was called, what it claims to be, and its bytes."""

    name: str
    media_type: str
    stream: BinaryIO


@dataclass(frozen=True, slots=True)
class NewEvidence:
    """Evidence that a practice was followed: when it was so, in whose words, with which files."""

    practice: str
    title: str
    occurred_from: date
    occurred_to: date | None = None
    note: str = ""
    files: Sequence[UploadedFile] = ()
    precision: Precision | None = None
    """How exactly ``occurred_from`` is known, where that is less than the day: a month as its first day."""


@dataclass(frozen=True, slots=True)
class Recorder:
    """Who records, and (for made-up organisations only) when."""

    actor: str
    user: User | None = None
    recorded: datetime | None = None

    @property
    def moment(self) -> datetime:
        """When it is recorded."""
        return self.recorded or now()


def recorder_for(user: User) -> Recorder:
    """The recorder that a signed-in person is."""
    return Recorder(actor=actor_of(user), user=user)


def require_keeper(organisation: Organisation, recorder: Recorder) -> None:
    """Refuse a person who does not keep this organisation's record. The system itself is no person.

    Raises:
        AccessError: they are neither its security lead nor of its provider.
    """
    if recorder.user is not None:
        require_role(recorder.user, organisation, *KEEPERS)


def practice_named(practice_id: str, *, field: str = "practice") -> Practice:
    """A practice of the catalog.

    Raises:
        ProgramInputError: there is none with this identifier.
    """
    practice = load_practices().asked.get(practice_id)
    if practice is None:
        raise ProgramInputError("Choose a practice from the list.", field=field)
    return practice


def usable_line(text: str, field: str) -> str:
    """A title, a name or a version on one line, without doubled blanks.

    Raises:
        ProgramInputError: nothing is left of it, or it is too long.
    """
    line = " ".join(text.split())
    if not line:
        raise ProgramInputError("Answer this question.", field=field)
    if len(line) > MAX_LINE:
        raise ProgramInputError(f"Use at most {MAX_LINE} characters.", field=field)
    return line


def refuse_day(day: date, today: date, field: str) -> None:
    """Refuse a day about which nothing can be on record.

    Raises:
        ProgramInputError: it lies in the future, or before ``EARLIEST_DAY``.
    """
    if day > today:
        raise ProgramInputError("This day lies in the future.", field=field)
    if day < EARLIEST_DAY:
        raise ProgramInputError(f"The year {day.year} is too long ago.", field=field, remedy="Check the year.")


def refuse_period(first: date, last: date | None, today: date, fields: tuple[str, str]) -> None:
    """Refuse a period that is reversed or touches a day about which nothing can be on record.

    Raises:
        ProgramInputError: it does; the first or the second of ``fields`` is named.
    """
    refuse_day(first, today, fields[0])
    if last is not None:
        if last < first:
            raise ProgramInputError("The period ends before it begins.", field=fields[1])
        refuse_day(last, today, fields[1])


def record_evidence(organisation: Organisation, evidence: NewEvidence, recorder: Recorder) -> LedgerEntry:
    """Keep the files, then record in one transaction that they show a practice at work.

    Raises:
        AccessError: the person does not keep this organisation's record.
        ProgramInputError: a field cannot be used; nothing was recorded.
        EvidenceTooLargeError: a file is too large; nothing was recorded.
    """
    require_keeper(organisation, recorder)
    practice_named(evidence.practice)
    title = usable_line(evidence.title, "title")
    if not evidence.files and not evidence.note.strip():
        raise ProgramInputError("Add a file, or describe what was done.", field="files")
    if len(evidence.files) > MAX_FILES:
        raise ProgramInputError(f"At most {MAX_FILES} files at once.", field="files")
    today = connecticut_day(recorder.moment)
    refuse_period(evidence.occurred_from, evidence.occurred_to, today, ("occurred_from", "occurred_to"))
    with keeping(organisation) as files:
        stored = [(file, files.put(file.stream)) for file in evidence.files]
        body = {
            "practice": evidence.practice,
            "title": title,
            "note": evidence.note.strip()[:5000],
            "files": [file_document(file, kept) for file, kept in stored],
        }
        with transaction.atomic():
            entry = append_entry(
                organisation,
                actor=recorder.actor,
                kind="evidence.recorded",
                occurred_from=evidence.occurred_from.isoformat(),
                occurred_to=None if evidence.occurred_to is None else evidence.occurred_to.isoformat(),
                precision=evidence.precision,
                body=body,
                recorded=recorder.recorded,
            )
            for file, kept in stored:
                files.keep(kept)
                keep_file_row(organisation, entry, file, kept)
    return entry


def record_with_files(
    organisation: Organisation,
    kind: str,
    body: Mapping[str, Any],
    files: Sequence[UploadedFile],
    recorder: Recorder,
    *,
    day: date,
    precision: Precision | None = None,
) -> LedgerEntry:
    """Keep some files, then record in one transaction what they show happened on a day.

    Raises:
        ProgramInputError: there are too many files; nothing was recorded.
        EvidenceTooLargeError: a file is too large; nothing was recorded.
    """
    if len(files) > MAX_FILES:
        raise ProgramInputError(f"At most {MAX_FILES} files at once.", field="files")
    with keeping(organisation) as keeper:
        stored = [(file, keeper.put(file.stream)) for file in files]
        named = [file_document(file, kept) for file, kept in stored]
        with transaction.atomic():
            entry = append_entry(
                organisation,
                actor=recorder.actor,
                kind=kind,
                occurred_from=day.isoformat(),
                precision=precision,
                body={**body, "files": named},
                recorded=recorder.recorded,
            )
            for file, kept in stored:
                keeper.keep(kept)
                keep_file_row(organisation, entry, file, kept)
    return entry


def file_document(file: UploadedFile, kept: StoredEvidence) -> dict[str, Any]:
    """A kept file as the member ``files`` of a body names it."""
    return {
        "sha256": kept.sha256,
        "size": kept.size,
        "name": safe_name(file.name),
        "mediaType": file.media_type[:128],
    }


@dataclass(frozen=True, slots=True)
class NewProgram:
    """A version of the written program, with its document."""

    title: str
    version: str
    by: str
    document: UploadedFile
    adopted: date
    practices: Sequence[str] = ()
    other_forms: Sequence[UploadedFile] = ()
    """The same document in other forms, such as the one to go on writing in."""


def adopt_program(organisation: Organisation, program: NewProgram, recorder: Recorder) -> LedgerEntry:
    """Keep the written program's document, and record in one transaction that this version was adopted.

    Raises:
        AccessError: the person does not keep this organisation's record.
        ProgramInputError: a field cannot be used, or the version is on record already; nothing was recorded.
        EvidenceTooLargeError: the document is too large; nothing was recorded.
    """
    require_keeper(organisation, recorder)
    version = usable_line(program.version, "version")
    body = {
        "title": usable_line(program.title, "title"),
        "version": version,
        "by": usable_line(program.by, "by"),
        "practices": [practice_named(practice, field="practices").id for practice in program.practices],
    }
    refuse_day(program.adopted, connecticut_day(recorder.moment), "adopted")
    refuse_known_version(organisation, version)
    with keeping(organisation) as files:
        kept = files.put(program.document.stream)
        others = [(file, files.put(file.stream)) for file in program.other_forms]
        named = {"files": [file_document(file, other) for file, other in others]} if others else {}
        with transaction.atomic():
            Organisation.objects.select_for_update().get(pk=organisation.pk)
            refuse_known_version(organisation, version)
            entry = append_entry(
                organisation,
                actor=recorder.actor,
                kind="program.adopted",
                occurred_from=program.adopted.isoformat(),
                body=body | {"documentSha256": kept.sha256} | named,
                recorded=recorder.recorded,
            )
            for file, each in ((program.document, kept), *others):
                files.keep(each)
                keep_file_row(organisation, entry, file, each)
    return entry


def refuse_known_version(organisation: Organisation, version: str) -> None:
    """Approvals and reviews name a version, so that two documents must not bear the same one.

    Raises:
        ProgramInputError: the version is on record already.
    """
    known = {adoption.version: index for index, adoption in adopted_versions(organisation).items()}
    if version in known:
        raise ProgramInputError(
            f"Version {version} is on record already, as entry {known[version]}.",
            field="version",
            remedy="Give this one a version of its own, or correct that entry first.",
        )


def adopted_versions(organisation: Organisation) -> dict[int, ProgramAdopted]:
    """The adoptions of the written program that stand, by entry, in ledger order."""
    standing = knowledge(recorded_facts(organisation)).standing
    return {fact.index: fact.body for fact in standing if isinstance(fact.body, ProgramAdopted)}


def record(
    organisation: Organisation,
    kind: str,
    body: Mapping[str, Any],
    recorder: Recorder,
    *,
    occurred_from: str | None = None,
    occurred_to: str | None = None,
    precision: Precision | None = None,
) -> LedgerEntry:
    """Record one fact about the program (described, adopted, approved, reviewed, edition adopted, practice answered).

    Raises:
        InputError: the body does not fit its kind; nothing was recorded.
    """
    with transaction.atomic():
        return append_entry(
            organisation,
            actor=recorder.actor,
            kind=kind,
            occurred_from=occurred_from or format_instant(recorder.moment),
            occurred_to=occurred_to,
            precision=precision,
            body=body,
            recorded=recorder.recorded,
        )


def keep_file_row(organisation: Organisation, entry: LedgerEntry, file: UploadedFile, kept: StoredEvidence) -> None:
    """Write the row by which pages find a kept file, in the transaction of the entry that names it."""
    EvidenceFile.objects.create(
        organisation=organisation,
        entry=entry,
        sha256=kept.sha256,
        size=kept.size,
        name=safe_name(file.name),
        media_type=file.media_type[:128],
    )


def recorded_facts(organisation: Organisation) -> list[RecordedFact]:
    """Everything that an organisation's ledger records, in order."""
    return [read_fact(entry) for entry in read_entries(organisation)]


def open_evidence_file(organisation: Organisation, sha256: str) -> tuple[EvidenceFile, BinaryIO]:
    """An evidence file of the organisation with its bytes; the caller closes them.

    Raises:
        AccessError: the organisation has no such file.
        EvidenceMissingError: the store has lost it.
        EvidenceErasedError: it was erased.
    """
    row = EvidenceFile.objects.filter(organisation=organisation, sha256=sha256).first()
    if row is None:
        refuse()
    return row, store_of(organisation).open(sha256)


def status_of(
    organisation: Organisation, *, as_of: date, known_at: KnownAt = None, with_lists: bool = True
) -> ProgramStatus:
    """Where the program stood on a day, as known at a moment: the answer of the whole ledger, however long it is.

    Without lists the answers are the same; of evidence only the newest item of each practice is there, and what is
    late, corrected or not understood is not. It costs a fraction, and is for pages that show none of these.

    Raises:
        LogError: an entry that it rests on is missing or was altered.
    """
    if not with_lists:
        answers = facts_to_answer(organisation, as_of, known_at, with_other_practices=True)
        return program_status(answers, as_of, known_at, totals=no_lists())
    facts, totals = facts_on(organisation, as_of, known_at)
    return program_status(facts, as_of, known_at, totals=totals)


@dataclass(frozen=True, slots=True)
class SafeHarborStatus:
    """A determination with what stands behind it: the facts document, the gaps, and the changes in the interval."""

    determination: Determination
    facts: Mapping[str, Any]
    gaps: tuple[Gap, ...]
    changes: Sequence[Change]
    interval: tuple[date, date]
    is_prospective: bool
    hindsight: Determination | None = None
    changes_left_out: int = 0
    """How many changes happened before the ones listed."""
    entries: Sequence[RecordedFact] = ()
    """What an answer about an imagined breach was made from, so that nothing need be read again."""

    @property
    def next_step(self) -> str:
        """The one thing to do next, as a sentence."""
        return next_step(self.gaps)


def determine_prospective(organisation: Organisation, *, as_of: date, known_at: KnownAt = None) -> SafeHarborStatus:
    """What the record would support if the organisation were breached on a day."""
    facts = facts_to_answer(organisation, as_of, known_at)
    document = prospective_facts(facts, as_of=as_of, known_at=known_at)
    return SafeHarborStatus(
        determination=determine(parse_facts(document)),
        facts=document,
        gaps=open_gaps(program_status(facts, as_of, known_at, totals=no_lists(), with_coverage=False)),
        changes=(),
        interval=(as_of, as_of),
        is_prospective=True,
        entries=facts,
    )


def determine_breach(
    organisation: Organisation,
    *,
    first: date,
    last: date,
    known_at: KnownAt = None,
    answers: Mapping[str, Any] | None = None,
) -> SafeHarborStatus:
    """What the record supports over a breach interval, both days inclusive.

    Unless another moment is named, the answer rests on what had been recorded when the interval's last day ended: a
    later entry never leaks into it. ``hindsight`` is the answer with everything recorded since, to be shown beside it.

    Raises:
        ProgramInputError: a day lies in the future, or so far back that it is a slip.
        InputError: the interval is reversed, or an answer has no place.
    """
    today = connecticut_day(now())
    refuse_day(first, today, "breach_from")
    refuse_day(last, today, "breach_to")
    check_interval(first, last)
    start = failure_start(first, answers)
    moment = last if known_at is None else known_at
    then, since = (facts_between(organisation, start, last, known) for known in (moment, None))
    document = breach_facts(then, first=first, last=last, known_at=moment, answers=answers)
    changes = changes_of(organisation, first, last)
    return SafeHarborStatus(
        determination=determine(parse_facts(document)),
        facts=document,
        gaps=open_gaps(status_of(organisation, as_of=last, known_at=moment)),
        changes=changes.changes,
        changes_left_out=changes.left_out,
        interval=(first, last),
        is_prospective=False,
        hindsight=determine(parse_facts(breach_facts(since, first=first, last=last, answers=answers))),
    )


def safe_name(name: str) -> str:
    """The last part of a file name with nothing in it that a shell, a header or a page would act on."""
    last = PurePath(name.replace("\\", "/")).name
    kept = "".join(c if c.isalnum() or c in "._- " else "_" for c in last).strip(". ")
    return kept[:120] or "file"
