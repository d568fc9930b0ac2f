"""Notices of an incident: what they need to know, drafts made from the one record, versions that were kept.

A draft is made anew from the newest record each time; a version is what it was when somebody kept it, so that a fact
that becomes known later shows as a change. Nothing is sent here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

import msgspec
from django.db import transaction

from charteroak.documents.blocks import Document
from charteroak.documents.document_changes import SectionChange
from charteroak.documents.plain_text import plain_text
from charteroak.law.duties import DutyAnswer, duties_of
from charteroak.records.accounts.models import Organisation
from charteroak.records.incidents.models import Incident
from charteroak.records.notices.models import NoticeAnswers, NoticeVersion
from charteroak.response.duty_clocks import facts_as_told
from charteroak.response.notices import (
    Draft,
    NoticeSource,
    NoticeTemplate,
    Particulars,
    draft_notice,
    notice_named,
    parse_particulars,
)
from charteroak.response.notices.differences import changed_sections, draft_changes
from charteroak.response.notices.particulars import TEXT_LIMIT
from charteroak.response.notices.worksheet import worksheet
from charteroak.services.access import require_role
from charteroak.services.incident_clocks import told_of
from charteroak.services.incident_decisions import decisions_of
from charteroak.services.incidents import INCIDENT_KEEPERS, INCIDENT_READERS, facts_of
from charteroak.services.programs import ProgramInputError, Recorder

Form: TypeAlias = Literal["pdf", "docx", "txt"]
FORMS: Mapping[Form, str] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "txt": "text/plain; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class NoticeFile:
    """A document as a file to hand out."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftedNotice:
    """A draft with what stands around it."""

    draft: Draft
    source: NoticeSource
    answers: tuple[DutyAnswer, ...]
    """The duties that it serves."""
    version: NoticeVersion | None
    """The newest version that was kept."""
    changes: tuple[SectionChange, ...]
    """What changed since then."""


def answers_of(incident: Incident) -> Particulars:
    """The newest answers that notices need."""
    newest = incident.notice_answers.order_by("-id").first()
    return {} if newest is None else parse_particulars(newest.answers)


def keep_answers(incident: Incident, answers: Mapping[str, object], recorder: Recorder) -> NoticeAnswers:
    """Keep answers that notices need, all of them; those before stay on record. The same again changes nothing.

    Raises:
        AccessError: the person may not read this record.
        ParticularError, ProgramInputError: one cannot be used, or the incident is closed; nothing was kept.
    """
    _require_drafter(incident, recorder)
    parsed = parse_particulars(answers)
    with transaction.atomic():
        _lock_open(incident)
        newest = incident.notice_answers.order_by("-id").first()
        if newest is not None and newest.answers == parsed:
            return newest
        return incident.notice_answers.create(answers=dict(parsed), recorded=recorder.moment, recorded_by=recorder.user)


def source_of(incident: Incident, moment: datetime, words: Mapping[str, str] | None = None) -> NoticeSource:
    """All that a notice of this incident is drafted from, as of a moment.

    Raises:
        FactsError: the facts that are stored cannot be read by this release.
    """
    return NoticeSource(
        organisation=incident.organisation.name,
        incident=incident.number,
        as_of=moment,
        facts=facts_as_told(facts_of(incident), told_of(incident)),
        particulars=answers_of(incident),
        decisions=decisions_of(incident),
        own_words=words or {},
        is_exercise=incident.space_id is not None,
    )


def file_stem(incident: Incident, notice: str) -> str:
    """How a notice's files are called; those of an exercise say so, for a name is read before the file is opened."""
    return f"{'EXERCISE-' if incident.space_id is not None else ''}{incident.number}-{notice}"


def drafted(incident: Incident, notice: str, language: str, moment: datetime) -> DraftedNotice:
    """A notice as the record carries it now, and what changed since its newest version.

    Raises:
        NoticeError: there is no such notice, or not in this language.
    """
    template = notice_named(notice, language)
    version = newest_version(incident, notice, language)
    words = {} if version is None else dict(version.words)
    source = source_of(incident, moment, words)
    draft = draft_notice(template, source)
    kept = None if version is None else msgspec.convert(version.document, Document)
    changes = () if kept is None else changed_sections(draft_changes(kept, draft.document))
    return DraftedNotice(
        draft=draft, source=source, answers=answers_for(template, source), version=version, changes=changes
    )


def answers_for(template: NoticeTemplate, source: NoticeSource) -> tuple[DutyAnswer, ...]:
    """The duties that a notice serves, as the law answers them from this record."""
    return tuple(
        answer for answer in duties_of(source.facts) if f"{answer.duty.code}/{answer.duty.part}" in template.duties
    )


def newest_version(incident: Incident, notice: str, language: str) -> NoticeVersion | None:
    """The version that was kept last."""
    return next(iter(versions_of(incident, notice, language)), None)


def versions_of(incident: Incident, notice: str, language: str) -> Sequence[NoticeVersion]:
    """Every version that was kept, the newest first."""
    rows = incident.notice_versions.filter(notice=notice, language=language)
    return list(rows.select_related("recorded_by").order_by("-number"))


def keep_version(
    incident: Incident, notice: str, language: str, words: Mapping[str, str], recorder: Recorder
) -> NoticeVersion:
    """Keep a draft with the paragraphs that people added; versions before stay. The same again makes no new one.

    Raises:
        AccessError: the person may not read this record.
        NoticeError: there is no such notice.
        ProgramInputError: a paragraph belongs to no item or is too long, or the incident is closed; nothing was kept.
    """
    _require_drafter(incident, recorder)
    template = notice_named(notice, language)
    usable = _usable_words(template, words)
    draft = draft_notice(template, source_of(incident, recorder.moment, usable))
    document = msgspec.json.decode(msgspec.json.encode(draft.document))
    with transaction.atomic():
        _lock_open(incident)
        newest = newest_version(incident, notice, language)
        if newest is not None and newest.words == usable and _same_body(newest.document, document):
            return newest
        return incident.notice_versions.create(
            notice=notice,
            language=language,
            number=1 if newest is None else newest.number + 1,
            words=usable,
            document=document,
            recorded=recorder.moment,
            recorded_by=recorder.user,
        )


def notice_file(
    incident: Incident, notice: str, language: str, form: Form, moment: datetime, *, checklist: bool = False
) -> NoticeFile:
    """The draft as a file, or the checklist that belongs to it.

    Raises:
        NoticeError: there is no such notice.
        DocumentTooLargeError: it holds more text than one document may.
        DocumentNotMadeError: the typesetter refused.
    """
    found = drafted(incident, notice, language, moment)
    document = worksheet(found.draft, found.source, found.answers) if checklist else found.draft.document
    kind = "-checklist" if checklist else "" if language == "en" else f"-{language}"
    return NoticeFile(f"{file_stem(incident, notice)}{kind}.{form}", FORMS[form], rendered(document, form))


def rendered(document: Document, form: Form) -> bytes:
    """A document in one of its forms.

    Raises:
        DocumentTooLargeError: it holds more text than one document may.
        DocumentNotMadeError: the typesetter refused.
    """
    if form == "txt":
        return plain_text(document).encode()
    if form == "docx":
        from charteroak.documents.docx_writer import docx_bytes  # noqa: PLC0415 - python-docx is rarely needed

        return docx_bytes(document)
    from charteroak.documents.typesetting import render_document  # noqa: PLC0415 - Typst is heavy and rarely needed

    return render_document(document)


def _usable_words(template: NoticeTemplate, words: Mapping[str, str]) -> dict[str, str]:
    known = {item.id for item in template.items}
    usable = {}
    for item, text in words.items():
        if item not in known:
            raise ProgramInputError("This notice has no such item.", field="words")
        if len(text) > TEXT_LIMIT or "\0" in text:
            raise ProgramInputError(f"Use at most {TEXT_LIMIT:,} characters.", field=item)
        if text.strip():
            usable[item] = text.strip()
    return usable


def _same_body(before: Mapping[str, object], now: Mapping[str, object]) -> bool:
    """Whether two documents say the same; the moment of the record is no part of that."""
    return {**before, "dated": None} == {**now, "dated": None}


def _require_drafter(incident: Incident, recorder: Recorder) -> None:
    """Counsel drafts, too. In an exercise, the pages of the exercise decide who plays."""
    if recorder.user is not None and incident.space_id is None:
        require_role(recorder.user, incident.organisation, *INCIDENT_READERS)


def require_sender(incident: Incident, recorder: Recorder) -> None:
    """Refuse a person who does not keep this record.

    Raises:
        AccessError: they do not.
    """
    if recorder.user is not None and incident.space_id is None:
        require_role(recorder.user, incident.organisation, *INCIDENT_KEEPERS)


def _lock_open(incident: Incident) -> None:
    Organisation.objects.select_for_update().get(pk=incident.organisation_id)
    incident.refresh_from_db(fields=["closed"])
    if incident.closed is not None:
        raise ProgramInputError("This incident is closed; nothing was kept.", field="")
