"""That a notice was sent: by a person, outside this program, and put on record here with its exact bytes and a proof.

What was sent is either the file that a person hands in or the draft as it stands, made once more and kept. Its SHA-256
stands in one ledger entry for each duty that it serves, and the clocks of these duties read from the timeline that
their recipient was told. A mistake is withdrawn by a further entry; nothing is deleted. Both are
taken for a closed incident, too: closing ends no duty.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from charteroak.adapters.evidence_store import SealedEvidence
from charteroak.clock import format_instant
from charteroak.program.bodies import NoticeSent, NoticeWithdrawn
from charteroak.program.bodies.fields import EvidenceFile as NamedFile
from charteroak.records.accounts.models import Organisation
from charteroak.records.incidents.models import Incident
from charteroak.records.ledger.models import LedgerEntry
from charteroak.records.notices.models import NoticeSending, NoticeWithdrawal
from charteroak.response.notices import NoticeTemplate, notice_named
from charteroak.services.access import refuse
from charteroak.services.evidence_files import Keeping, keeping
from charteroak.services.incident_grounds import TOLD, refuse_told_before
from charteroak.services.incidents import (
    NewEvent,
    add_event,
    describe_incident,
    document_of,
    facts_of,
    record_for,
    standing_events,
)
from charteroak.services.notices import Form, notice_file, require_sender
from charteroak.services.program_record import usable_text
from charteroak.services.programs import (
    ProgramInputError,
    Recorder,
    UploadedFile,
    file_document,
    keep_file_row,
    usable_line,
)

RESIDENTS = "CT-BREACH-RES/residents"
"""The duty whose sending decides by when the Attorney General has to know."""
_AHEAD = timedelta(minutes=5)
"""How far ahead a clock may go; a notice that will be sent is not sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSending:
    """What is recorded about a notice that was sent."""

    notice: str
    to: str
    sent: datetime
    how: str
    language: str = "en"
    document: UploadedFile | None = None
    """Exactly what was sent."""
    draft_as: Form | None = None
    """Instead of a file: the draft of this moment, in this form."""
    proof: UploadedFile | None = None
    note: str = ""
    duties: tuple[str, ...] = ()
    """Which of the notice's duties this sending serves; all of them where none is named and they go out as one."""
    is_day_of_residents: bool = False
    """Record, too, that residents were told then."""


def sendings_of(incident: Incident, notice: str | None = None) -> list[NoticeSending]:
    """What was recorded as sent, the newest first, with what was withdrawn."""
    rows = incident.notice_sendings.select_related("withdrawal", "entry", "recorded_by").order_by("-sent", "-id")
    return list(rows if notice is None else rows.filter(notice=notice))


def record_sending(incident: Incident, new: NewSending, recorder: Recorder) -> NoticeSending:
    """Put on record that a notice was sent. The same again gives the record that there is.

    Raises:
        AccessError: the person does not keep this record.
        NoticeError: there is no such notice.
        ProgramInputError: a field cannot be used; nothing was recorded.
        EvidenceTooLargeError: a file is too large; nothing was recorded.
        DocumentNotMadeError: the draft could not be made; nothing was recorded.
    """
    require_sender(incident, recorder)
    template = notice_named(new.notice, new.language)
    duties = _duties_served(template, new.duties)
    answers = {
        "to": usable_line(new.to, "to"),
        "how": usable_line(new.how, "how"),
        "note": usable_text(new.note, "note"),
    }
    if new.sent > recorder.moment + _AHEAD:
        raise ProgramInputError(
            "This moment lies in the future.", field="sent", remedy="Record it once the notice has gone out."
        )
    refuse_told_before(new.sent, facts_of(incident), "sent")
    document = new.document or _draft(incident, new, recorder)
    with keeping(incident.organisation) as files:
        kept = _kept(files, incident, document)
        proof = _kept(files, incident, new.proof)
        with transaction.atomic():
            # Whoever records the same at the same moment waits here, and finds it.
            Organisation.objects.select_for_update().get(pk=incident.organisation_id)
            before = _same_sending(incident, new, duties, answers["to"], kept)
            if before is not None:
                return before
            return _write(
                incident, template, duties, new, answers, recorder, files, (document, kept), (new.proof, proof)
            )


def _duties_served(template: NoticeTemplate, named: tuple[str, ...]) -> list[str]:
    if not named and template.separate:
        raise ProgramInputError(
            "Say which of its duties this served.",
            field="duties",
            remedy=f"One or more of {', '.join(template.duties)}.",
        )
    unknown = [duty for duty in named if duty not in template.duties]
    if unknown:
        raise ProgramInputError(f"This notice serves no {unknown[0][:80]!r}.", field="duties")
    return [duty for duty in template.duties if not named or duty in named] or [f"notice/{template.id}"]


def _draft(incident: Incident, new: NewSending, recorder: Recorder) -> UploadedFile | None:
    if new.draft_as is None:
        return None
    made = notice_file(incident, new.notice, new.language, new.draft_as, recorder.moment)
    return UploadedFile(made.name, made.media_type, io.BytesIO(made.content))


def _kept(files: Keeping, incident: Incident, file: UploadedFile | None) -> SealedEvidence | None:
    """What is played in an exercise is no evidence."""
    return None if file is None or incident.space_id is not None else files.put(file.stream)


def _same_sending(
    incident: Incident, new: NewSending, duties: list[str], to: str, kept: SealedEvidence | None
) -> NoticeSending | None:
    rows = incident.notice_sendings.filter(
        notice=new.notice,
        language=new.language,
        to=to,
        sent=new.sent,
        sha256="" if kept is None else kept.sha256,
        withdrawal=None,
    )
    return next((row for row in rows if row.duties == duties), None)


_Named = tuple[UploadedFile | None, SealedEvidence | None]


def _write(
    incident: Incident,
    template: NoticeTemplate,
    duties: list[str],
    new: NewSending,
    answers: Mapping[str, str],
    recorder: Recorder,
    files: Keeping,
    document: _Named,
    proof: _Named,
) -> NoticeSending:
    named = [(file, kept) for file, kept in (document, proof) if file is not None and kept is not None]
    sha256 = None if document[1] is None else document[1].sha256
    first: LedgerEntry | None = None
    for duty in duties:
        body = NoticeSent(
            incident=incident.number,
            duty=duty,
            to=answers["to"],
            sent_at=new.sent,
            how=answers["how"],
            sha256=sha256,
            files=() if first is not None else tuple(_named_file(file, kept) for file, kept in named),
            note=answers["note"],
        )
        entry = record_for(incident, "notice.sent", body, recorder, occurred=new.sent)
        if first is None and entry is not None:
            first = entry
            for file, kept in named:
                files.keep(kept)
                keep_file_row(incident.organisation, entry, file, kept)
    row = incident.notice_sendings.create(
        notice=template.id,
        language=new.language,
        duties=duties,
        to=answers["to"],
        sent=new.sent,
        how=answers["how"],
        sha256=sha256 or "",
        name="" if document[0] is None else document[0].name[:255],
        proof_sha256="" if proof[1] is None else proof[1].sha256,
        note=answers["note"],
        recorded=recorder.moment,
        recorded_by=recorder.user,
        entry=first,
    )
    for duty in duties:
        what = f"{template.recipient}: told ({template.title}, {answers['how']})."
        detail = {"duty": duty, "notice": template.id, "sending": row.pk}
        add_event(
            incident, NewEvent(what=what, earliest=new.sent, kind=TOLD, detail=detail), recorder, even_closed=True
        )
    if new.is_day_of_residents and RESIDENTS in duties:
        _say_that_residents_know(incident, new.sent, recorder)
    return row


def _named_file(file: UploadedFile, kept: SealedEvidence) -> NamedFile:
    named = file_document(file, kept)
    return NamedFile(sha256=named["sha256"], size=named["size"], name=named["name"], media_type=named["mediaType"])


def _say_that_residents_know(incident: Incident, sent: datetime, recorder: Recorder) -> None:
    document = document_of(incident)
    facts = document.get("incident", {})
    if facts.get("residentsNotifiedAt") is None:
        document["incident"] = {**facts, "residentsNotifiedAt": format_instant(sent)}
        describe_incident(incident, document, recorder, even_closed=True)


def _take_back_that_residents_know(incident: Incident, sent: datetime, recorder: Recorder) -> None:
    document = document_of(incident)
    facts = document.get("incident", {})
    if facts.get("residentsNotifiedAt") == format_instant(sent):
        document["incident"] = {**facts, "residentsNotifiedAt": None}
        describe_incident(incident, document, recorder, even_closed=True)


def withdraw_sending(incident: Incident, sending: int, reason: str, recorder: Recorder) -> NoticeWithdrawal:
    """Say that a sending was recorded by mistake. It stays on record, and the duties show again as not told.

    Raises:
        AccessError: the person does not keep this record, or it has no such sending.
        ProgramInputError: no reason is given, or it was withdrawn already.
    """
    require_sender(incident, recorder)
    why = usable_text(reason, "reason")
    if not why:
        raise ProgramInputError("Say why it is withdrawn.", field="reason")
    with transaction.atomic():
        row = incident.notice_sendings.select_for_update().filter(pk=sending).first()
        if row is None:
            refuse()
        if NoticeWithdrawal.objects.filter(sending=row).exists() or hasattr(row, "withdrawal"):
            raise ProgramInputError("It was withdrawn already.", field="reason")
        entry = None
        if row.entry is not None:
            body = NoticeWithdrawn(incident=incident.number, supersedes=row.entry.index, reason=why)
            entry = record_for(incident, "notice.withdrawn", body, recorder)
        for event in standing_events(incident).filter(kind=TOLD, detail__sending=row.pk):
            gone = NewEvent(what=why, earliest=event.earliest, latest=event.latest, kind=TOLD, detail=event.detail)
            add_event(incident, gone, recorder, supersedes=event, withdrawn=True, even_closed=True)
        if RESIDENTS in row.duties:
            _take_back_that_residents_know(incident, row.sent, recorder)
        return NoticeWithdrawal.objects.create(
            sending=row, reason=why, recorded=recorder.moment, recorded_by=recorder.user, entry=entry
        )
