"""The written program as a file: drafted, adopted with its exact bytes, compared with another version.

The document is a function of the draft and of the record on a day, so that making it twice gives the same bytes. What
is adopted are the bytes: the PDF, the DOCX, and the blocks that both were made from, by which versions are compared.
"""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal, TypeAlias

import msgspec
from django.db import transaction

from charteroak.clock import CONNECTICUT, connecticut_day
from charteroak.documents.blocks import Document
from charteroak.documents.document_changes import (
    Section,
    SectionChange,
    change_blocks,
    changes_between,
    sections_of,
    sections_of_text,
    tally,
)
from charteroak.documents.markdown import markdown_text
from charteroak.program.bodies import ProgramAdopted, body_document
from charteroak.program.practices import load_practices
from charteroak.program.written_document.document import ALWAYS_NEW, ProgramPaper, written_program_paper
from charteroak.program.written_document.source import Adoption, ProgramSource
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import LedgerEntry
from charteroak.records.programs.models import EvidenceFile
from charteroak.services.evidence_files import store_of
from charteroak.services.evidence_log import newest_of_kinds
from charteroak.services.log_keys import origin_of
from charteroak.services.program_drafts import draft_of
from charteroak.services.programs import (
    NewProgram,
    ProgramInputError,
    Recorder,
    UploadedFile,
    adopt_program,
    record,
    refuse_day,
    refuse_known_version,
    require_keeper,
    status_of,
    usable_line,
)

Form: TypeAlias = Literal["pdf", "docx", "md"]
FORMS: dict[Form, str] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "md": "text/markdown; charset=utf-8",
}
DRAFT = "draft"
"""How the draft is called where versions are named."""
HISTORY = 60
"""Steps in the life of the program that its document lists at most."""
_READABLE_BYTES = 2 << 20
_PLAIN_VERSION = re.compile(r"(\d{1,6})\.(\d{1,6})")


@dataclass(frozen=True, slots=True)
class PaperFile:
    """A document as a file to hand out."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Version:
    """A version that was adopted: its entry, and its files by form (``pdf``, ``docx``, ``json``, else ``file``)."""

    version: str
    entry: int
    body: ProgramAdopted
    adopted: date
    files: dict[str, EvidenceFile]

    @property
    def is_comparable(self) -> bool:
        """Whether its text can be read here."""
        return "json" in self.files or any(_is_text(file) for file in self.files.values())


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions, and what changed from the one to the other."""

    old: str
    new: str
    changes: tuple[SectionChange, ...]

    @property
    def sentence(self) -> str:
        """How much changed, for a person."""
        return f"From {self.old} to {self.new}: {tally(self.changes)}"


@dataclass(frozen=True, slots=True)
class NewAdoption:
    """The adoption of the draft."""

    version: str
    by: str
    adopted: date
    describe: bool = True
    """Whether to record, too, where the act's ten things stand in the document."""


def program_paper(organisation: Organisation, asked_by: Recorder, *, adoption: Adoption | None = None) -> ProgramPaper:
    """The document as the draft and the record have it today, with what changed since the version in force.

    Raises:
        DraftError: the draft that is stored cannot be read.
        LogError: an entry that it rests on is missing or was altered.
    """
    source = _source(organisation, asked_by, adoption)
    paper = written_program_paper(source)
    before = source.adopted_before
    if before is None:
        return paper
    known = {version.version: version for version in versions_of(organisation)}
    version = known.get(before.version)
    if version is None or "json" not in version.files:
        return paper
    changes = changes_between(_sections(organisation, version), _own_sections(paper.document))
    return written_program_paper(source, tuple(change_blocks(changes, before.version)))


def _source(organisation: Organisation, asked_by: Recorder, adoption: Adoption | None) -> ProgramSource:
    today = connecticut_day(asked_by.moment)
    kinds = ("program.adopted", "program.approved", "program.reviewed")
    steps = [entry for entry in newest_of_kinds(organisation, kinds, HISTORY) if entry.corrected_by is None]
    return ProgramSource(
        organisation=organisation.name,
        is_fictional=organisation.is_fictional,
        day=today,
        moment=datetime.combine(today, time(12), CONNECTICUT),
        log=origin_of(organisation),
        draft=draft_of(organisation).draft,
        status=status_of(organisation, as_of=today),
        history=sorted((entry.fact for entry in steps if entry.fact.first_day <= today), key=lambda fact: fact.order),
        themes=load_practices().themes,
        adoption=adoption,
        next_version=next_version([version.version for version in versions_of(organisation)]),
    )


def next_version(known: Sequence[str]) -> str:
    """The number that a new version would bear: one more than the highest, or 1.0."""
    numbers = [(int(found[1]), int(found[2])) for found in map(_PLAIN_VERSION.fullmatch, known) if found]
    major, minor = max(numbers, default=(1, -1))
    return f"{major}.{minor + 1}"


def paper_file(organisation: Organisation, form: Form, asked_by: Recorder) -> PaperFile:
    """The draft as a file, marked as a draft.

    Raises:
        AccessError: the person does not keep this organisation's record.
        InputError: there is more than one document may hold.
        DocumentNotMadeError: the typesetter refused.
    """
    require_keeper(organisation, asked_by)
    document = program_paper(organisation, asked_by).document
    return PaperFile(f"written-program-{organisation.slug}-draft.{form}", FORMS[form], rendered(document, form))


def rendered(document: Document, form: Form) -> bytes:
    """A document in one of its forms.

    Raises:
        InputError: there is more than one document may hold.
        DocumentNotMadeError: the typesetter refused.
    """
    if form == "md":
        return markdown_text(document).encode()
    if form == "docx":
        from charteroak.documents.docx_writer import docx_bytes  # noqa: PLC0415 - python-docx is rarely needed

        return docx_bytes(document)
    from charteroak.documents.typesetting import render_document  # noqa: PLC0415 - Typst is heavy and rarely needed

    return render_document(document)


def adopt_draft(organisation: Organisation, new: NewAdoption, recorder: Recorder) -> LedgerEntry:
    """Adopt the draft: its PDF, its DOCX and its blocks become evidence, and one entry names their digests.

    Raises:
        AccessError: the person does not keep this organisation's record.
        ProgramInputError: a field cannot be used, or the version is on record already; nothing was recorded.
        InputError: there is more than one document may hold; nothing was recorded.
        DocumentNotMadeError: the typesetter refused; nothing was recorded.
    """
    require_keeper(organisation, recorder)
    adoption = Adoption(usable_line(new.version, "version"), usable_line(new.by, "by"), new.adopted)
    refuse_day(new.adopted, connecticut_day(recorder.moment), "adopted")
    if adoption.version == DRAFT:
        raise ProgramInputError("A version needs a number or a name of its own.", field="version")
    refuse_known_version(organisation, adoption.version)
    kept = draft_of(organisation)
    if not kept.is_begun:
        raise ProgramInputError("Nobody has begun a draft.", field="version", remedy="Write one first.")
    paper = program_paper(organisation, recorder, adoption=adoption)
    promised = _source(organisation, recorder, adoption).promised
    name = f"written-program-{adoption.version}"
    with transaction.atomic():
        entry = adopt_program(
            organisation,
            NewProgram(
                title=kept.draft.title,
                version=adoption.version,
                by=adoption.by,
                document=_upload(f"{name}.pdf", FORMS["pdf"], rendered(paper.document, "pdf")),
                adopted=adoption.day,
                practices=[finding.practice.id for finding in promised],
                other_forms=(
                    _upload(f"{name}.docx", FORMS["docx"], rendered(paper.document, "docx")),
                    _upload(f"{name}.json", "application/json", msgspec.json.encode(paper.document)),
                ),
            ),
            recorder,
        )
        if new.describe:
            body = body_document(paper.described)
            record(organisation, "program.described", body, recorder, occurred_from=adoption.day.isoformat())
    return entry


def _upload(name: str, media_type: str, content: bytes) -> UploadedFile:
    return UploadedFile(name, media_type, io.BytesIO(content))


def versions_of(organisation: Organisation) -> list[Version]:
    """The versions on record, the last adopted first; corrected ones are left out."""
    found = newest_of_kinds(organisation, ("program.adopted",), HISTORY)
    standing = [each for each in found if each.corrected_by is None and isinstance(each.fact.body, ProgramAdopted)]
    rows: dict[int, list[EvidenceFile]] = {}
    for row in EvidenceFile.objects.filter(
        organisation=organisation, entry__index__in=[each.fact.index for each in standing]
    ).select_related("entry"):
        rows.setdefault(row.entry.index, []).append(row)
    versions = []
    for each in sorted(standing, key=lambda each: each.fact.order, reverse=True):
        body = each.fact.body
        if isinstance(body, ProgramAdopted):
            files = {_form_of(row): row for row in rows.get(each.fact.index, ())}
            versions.append(Version(body.version, each.fact.index, body, each.fact.first_day, files))
    return versions


def _form_of(file: EvidenceFile) -> str:
    ending = file.name.rpartition(".")[2].lower()
    return ending if ending in {"pdf", "docx", "json"} else "file"


def _is_text(file: EvidenceFile) -> bool:
    return file.name.lower().endswith((".md", ".txt")) and file.size <= _READABLE_BYTES


def compare_versions(organisation: Organisation, old: str, new: str, asked_by: Recorder) -> Comparison:
    """What changed between two versions; ``draft`` names the draft.

    Raises:
        AccessError: the person does not keep this organisation's record.
        ProgramInputError: there is no such version, or its text cannot be read here.
    """
    require_keeper(organisation, asked_by)
    known = {version.version: version for version in versions_of(organisation)}
    sections = []
    for name, field in ((old, "old"), (new, "new")):
        if name == DRAFT:
            sections.append(_own_sections(program_paper(organisation, asked_by).document))
        elif name not in known:
            raise ProgramInputError(f"There is no version {name}.", field=field, remedy="Choose one from the list.")
        else:
            sections.append(_sections(organisation, known[name], field))
    return Comparison(old, new, changes_between(sections[0], sections[1]))


def _own_sections(document: Document) -> tuple[Section, ...]:
    """The sections of a document of ours that say something by themselves."""
    return sections_of(document, without={document.title, *ALWAYS_NEW})


def _sections(organisation: Organisation, version: Version, field: str = "old") -> tuple[Section, ...]:
    """The text of an adopted version: of its own blocks, or of a text file that was handed in."""
    made = version.files.get("json")
    text = next((file for file in version.files.values() if _is_text(file)), None)
    chosen = made or text
    if chosen is None or chosen.size > 2 * _READABLE_BYTES:
        raise ProgramInputError(
            f"Version {version.version} was handed in as a file whose text cannot be read here.",
            field=field,
            remedy="Compare the files themselves, or adopt the next version from the draft.",
        )
    with store_of(organisation).open(chosen.sha256) as stream:
        content = stream.read(2 * _READABLE_BYTES)
    try:
        if made is not None:
            return _own_sections(msgspec.json.decode(content, type=Document))
        return sections_of_text(content.decode("utf-8-sig"), version.body.title)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ProgramInputError(f"The text of version {version.version} cannot be read.", field=field) from error


def adopted_file(organisation: Organisation, version: str, form: Form, asked_by: Recorder) -> PaperFile:
    """The exact bytes of an adopted version in one of its forms.

    Raises:
        AccessError: the person does not keep this organisation's record.
        ProgramInputError: there is no such version, or it was not adopted in this form.
        EvidenceMissingError: the store has lost it.
        EvidenceErasedError: it was erased.
    """
    require_keeper(organisation, asked_by)
    found = next((one for one in versions_of(organisation) if one.version == version), None)
    if found is None:
        raise ProgramInputError(f"There is no version {version}.", field="version")
    row = found.files.get(form)
    if row is None:
        raise ProgramInputError(f"Version {version} was not adopted as {form.upper()}.", field="form")
    with store_of(organisation).open(row.sha256) as stream:
        return PaperFile(row.name, FORMS[form], stream.read())
