"""Plans as documents: written as a file, adopted with their exact bytes, compared, listed by version."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import ClassVar

import msgspec
from django.db import transaction

from charteroak.clock import CONNECTICUT, add_months, connecticut_day
from charteroak.documents.blocks import Document
from charteroak.documents.document_changes import Section, change_blocks, changes_between, sections_of
from charteroak.errors import InputError
from charteroak.program.bodies import ExerciseHeld, PlanAdopted, body_document
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import LedgerEntry
from charteroak.records.plans.models import PlanDraft, PlanVersion
from charteroak.records.programs.models import EvidenceFile
from charteroak.response.plans.paper import ALWAYS_NEW, PlanPaper, plan_paper
from charteroak.response.plans.plan import Plan, PlanKind
from charteroak.response.plans.reading import parse_plan, plan_document
from charteroak.response.plans.source import ExerciseLine, PlanAdoption, PlanSource, PlanVersionLine
from charteroak.services.evidence_files import keeping, store_of
from charteroak.services.evidence_log import newest_of_kinds
from charteroak.services.ledger import append_entry
from charteroak.services.log_keys import origin_of
from charteroak.services.plan_activations import activation_lines
from charteroak.services.program_papers import FORMS, Comparison, Form, PaperFile, next_version, rendered
from charteroak.services.programs import (
    ProgramInputError,
    Recorder,
    UploadedFile,
    file_document,
    keep_file_row,
    refuse_day,
    require_keeper,
    usable_line,
)
from charteroak.services.response_plans import KeptPlan, kept_plan, require_plan_reader

DRAFT = "draft"
"""How the draft is called where versions are named."""
TESTS = 20
"""Exercises that a plan's document lists at most."""


class NoPlanError(InputError):
    """There is no such plan, or no such version of it."""

    code: ClassVar[str] = "plan.absent"


@dataclass(frozen=True, slots=True)
class NewPlanAdoption:
    """The adoption of a draft: who approved it, in which office, when, and until when it is to be reviewed."""

    version: str
    by: str
    office: str
    adopted: date
    review_by: date | None = None


def paper_of_plan(organisation: Organisation, kind: PlanKind, recorder: Recorder) -> PlanPaper:
    """The document as the draft has it today, with what changed since the version in force.

    Raises:
        AccessError: the person may not read this organisation's plans.
        NoPlanError: nobody began this plan.
    """
    require_plan_reader(organisation, recorder)
    return _paper(organisation, _kept(organisation, kind).plan, recorder, None)


def plan_file(
    organisation: Organisation, kind: PlanKind, form: Form, recorder: Recorder, *, version: str | None = None
) -> PaperFile:
    """The plan as a file: of a version its exact bytes, else the draft, marked as one on every page.

    Without a draft, the version in force is handed out.

    Raises:
        AccessError: the person may not read this organisation's plans.
        NoPlanError: there is no such plan or version, or it was not adopted in this form.
        DocumentNotMadeError: the typesetter refused.
    """
    require_plan_reader(organisation, recorder)
    kept = _kept(organisation, kind)
    rows = _rows(organisation, kind)
    if version is None and not kept.is_draft and rows:
        version = rows[0].version
    if version is not None and version != DRAFT:
        return _adopted_file(organisation, kind, version, form)
    document = _paper(organisation, kept.plan, recorder, None).document
    return PaperFile(f"{kind}-{organisation.slug}-draft.{form}", FORMS[form], rendered(document, form))


def adopt_plan(organisation: Organisation, kind: PlanKind, new: NewPlanAdoption, recorder: Recorder) -> LedgerEntry:
    """Adopt the draft: its PDF, DOCX, Markdown and data become evidence, and one entry names their digests.

    Raises:
        AccessError: the person does not keep this organisation's record.
        ProgramInputError: a field cannot be used, or the version is on record already; nothing was recorded.
        NoPlanError: nobody began this plan.
        DocumentNotMadeError: the typesetter refused; nothing was recorded.
    """
    require_keeper(organisation, recorder)
    kept = _kept(organisation, kind)
    refuse_day(new.adopted, connecticut_day(recorder.moment), "adopted")
    review_by = new.review_by or add_months(new.adopted, kept.plan.upkeep.every_months or 12)
    if review_by <= new.adopted:
        raise ProgramInputError("The review lies before the adoption.", field="review_by")
    version = usable_line(new.version, "version")
    adoption = PlanAdoption(
        version, usable_line(new.by, "by"), usable_line(new.office, "office"), new.adopted, review_by
    )
    if version == DRAFT:
        raise ProgramInputError("A version needs a number or a name of its own.", field="version")
    _refuse_known(organisation, kind, version)
    document = _paper(organisation, kept.plan, recorder, adoption).document
    name = f"{kind}-{version}"
    pdf = _upload(f"{name}.pdf", FORMS["pdf"], rendered(document, "pdf"))
    others = (
        _upload(f"{name}.docx", FORMS["docx"], rendered(document, "docx")),
        _upload(f"{name}.md", FORMS["md"].partition(";")[0], rendered(document, "md")),
        _upload(f"{name}.json", "application/json", msgspec.json.encode(document)),
        _upload(f"{name}-plan.json", "application/json", msgspec.json.encode(kept.plan)),
    )
    return _record_adoption(organisation, kept, adoption, (pdf, *others), recorder)


def _record_adoption(
    organisation: Organisation,
    kept: KeptPlan,
    adoption: PlanAdoption,
    uploads: Sequence[UploadedFile],
    recorder: Recorder,
) -> LedgerEntry:
    plan = kept.plan
    with keeping(organisation) as files:
        stored = [(file, files.put(file.stream)) for file in uploads]
        body = PlanAdopted(
            plan=plan.kind,
            version=adoption.version,
            title=plan.title,
            sha256=stored[0][1].sha256,
            by=adoption.by,
            office=adoption.office,
            review_by=adoption.review_by,
        )
        named = [file_document(file, each) for file, each in stored[1:]]
        with transaction.atomic():
            Organisation.objects.select_for_update().get(pk=organisation.pk)
            _refuse_known(organisation, plan.kind, adoption.version)
            _refuse_overtaken(organisation, kept)
            entry = append_entry(
                organisation,
                actor=recorder.actor,
                kind="plan.adopted",
                occurred_from=adoption.day.isoformat(),
                body=body_document(body) | {"files": named},
                recorded=recorder.recorded,
            )
            for file, each in stored:
                files.keep(each)
                keep_file_row(organisation, entry, file, each)
            PlanVersion.objects.create(
                organisation=organisation,
                kind=plan.kind,
                version=adoption.version,
                content=plan_document(plan),
                adopted=adoption.day,
                by=adoption.by,
                office=adoption.office,
                review_by=adoption.review_by,
                entry=entry,
            )
            PlanDraft.objects.filter(organisation=organisation, kind=plan.kind).delete()
    return entry


def plan_versions(organisation: Organisation, kind: PlanKind) -> list[PlanVersion]:
    """Every adopted version, the newest first."""
    return _rows(organisation, kind)


def compare_plans(organisation: Organisation, kind: PlanKind, old: str, new: str, recorder: Recorder) -> Comparison:
    """What changed between two versions; ``draft`` names the draft.

    Both are written anew from their data by this release, so that a change of our own words is none of the plan's.

    Raises:
        AccessError: the person may not read this organisation's plans.
        NoPlanError: there is no such version.
    """
    require_plan_reader(organisation, recorder)
    sections = []
    for name in (old, new):
        plan = _kept(organisation, kind).plan if name == DRAFT else parse_plan(_row(organisation, kind, name).content)
        sections.append(_sections(_bare(organisation, plan, recorder)))
    return Comparison(old, new, changes_between(sections[0], sections[1]))


def suggested_version(organisation: Organisation, kind: PlanKind) -> str:
    """The number that the next version would bear."""
    return next_version([row.version for row in _rows(organisation, kind)])


def _paper(organisation: Organisation, plan: Plan, recorder: Recorder, adoption: PlanAdoption | None) -> PlanPaper:
    source = _source(organisation, plan, recorder, adoption)
    rows = _rows(organisation, plan.kind)
    if not rows:
        return plan_paper(source)
    before = _sections(_bare(organisation, parse_plan(rows[0].content), recorder))
    changes = changes_between(before, _sections(_bare(organisation, plan, recorder)))
    return plan_paper(source, tuple(change_blocks(changes, rows[0].version)))


def _bare(organisation: Organisation, plan: Plan, recorder: Recorder) -> Document:
    """A plan's document without what the record adds, for comparing."""
    today = connecticut_day(recorder.moment)
    return plan_paper(
        PlanSource(
            organisation=organisation.name,
            is_fictional=organisation.is_fictional,
            day=today,
            moment=datetime.combine(today, time(12), CONNECTICUT),
            log="",
            plan=plan,
        )
    ).document


def _sections(document: Document) -> tuple[Section, ...]:
    return sections_of(document, without={document.title, *ALWAYS_NEW})


def _source(organisation: Organisation, plan: Plan, recorder: Recorder, adoption: PlanAdoption | None) -> PlanSource:
    today = connecticut_day(recorder.moment)
    rows = _rows(organisation, plan.kind)
    return PlanSource(
        organisation=organisation.name,
        is_fictional=organisation.is_fictional,
        day=today,
        moment=datetime.combine(today, time(12), CONNECTICUT),
        log=origin_of(organisation),
        plan=plan,
        adoption=adoption,
        next_version=next_version([row.version for row in rows]),
        before=[PlanVersionLine(row.version, row.adopted, f"{row.by}, {row.office}") for row in reversed(rows)],
        tests=_tests(organisation, today),
        activations=activation_lines(organisation, plan.kind),
    )


def _tests(organisation: Organisation, today: date) -> list[ExerciseLine]:
    """The exercises on record, the newest first."""
    lines = []
    for entry in newest_of_kinds(organisation, ("exercise.held",), TESTS):
        body, day = entry.fact.body, entry.fact.first_day
        if entry.corrected_by is None and isinstance(body, ExerciseHeld) and day <= today:
            lines.append(
                ExerciseLine(day, body.title, body.scenario, body.participants, body.findings, entry.fact.index)
            )
    return lines


def _kept(organisation: Organisation, kind: PlanKind) -> KeptPlan:
    kept = kept_plan(organisation, kind)
    if kept is None:
        raise NoPlanError(f"{organisation.slug} has no {kind.upper()}.", remedy="Begin one with the short form.")
    return kept


def _rows(organisation: Organisation, kind: PlanKind) -> list[PlanVersion]:
    return list(PlanVersion.objects.filter(organisation=organisation, kind=kind).select_related("entry"))


def _row(organisation: Organisation, kind: PlanKind, version: str) -> PlanVersion:
    found = next((row for row in _rows(organisation, kind) if row.version == version), None)
    if found is None:
        raise NoPlanError(f"There is no version {version[:60]!r} of this plan.", remedy="Choose one from the list.")
    return found


def _adopted_file(organisation: Organisation, kind: PlanKind, version: str, form: Form) -> PaperFile:
    row = _row(organisation, kind, version)
    files = EvidenceFile.objects.filter(organisation=organisation, entry=row.entry)
    file = next((each for each in files if each.name.endswith(f".{form}")), None)
    if file is None:
        raise NoPlanError(f"Version {version} was not adopted as {form.upper()}.")
    with store_of(organisation).open(file.sha256) as stream:
        return PaperFile(file.name, FORMS[form], stream.read())


def _refuse_known(organisation: Organisation, kind: PlanKind, version: str) -> None:
    if any(row.version == version for row in _rows(organisation, kind)):
        raise ProgramInputError(
            f"Version {version} is on record already.", field="version", remedy="Give this one a version of its own."
        )


def _refuse_overtaken(organisation: Organisation, kept: KeptPlan) -> None:
    """Nobody adopts what they did not read: a draft that was saved meanwhile is not adopted."""
    now_ = kept_plan(organisation, kept.plan.kind)
    if now_ is None or now_.plan != kept.plan:
        raise ProgramInputError(
            "The draft was changed meanwhile; nothing was recorded.", field="", remedy="Read it again, then adopt it."
        )


def _upload(name: str, media_type: str, content: bytes) -> UploadedFile:
    return UploadedFile(name, media_type, io.BytesIO(content))
