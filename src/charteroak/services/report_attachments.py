"""Files of a report: sealed into the desk's evidence while they come, with custody from the first byte.

A file is hashed and encrypted as it arrives, and its entry says when its first byte came, when it was whole, by which
channel and from whom. Its own name, and whatever a camera or an office program wrote into it, stay inside the seal and
in a private part: only analysts of the desk read them. Nothing is opened, shown or run here; programs are kept as well.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, ClassVar

from django.db import transaction
from django.db.models import Max, Sum

from charteroak.adapters.evidence_store import EVIDENCE_LIMIT_BYTES, SealedEvidence
from charteroak.adapters.system_clock import now
from charteroak.clock import format_instant
from charteroak.errors import InputError
from charteroak.program.bodies import EvidenceFile as NamedFile
from charteroak.program.bodies import body_document
from charteroak.program.bodies.attachments import ReportAttachmentTaken
from charteroak.records.accounts.models import User
from charteroak.records.attachments.models import ReportAttachment
from charteroak.records.programs.models import EvidenceFile
from charteroak.records.reports.models import Report
from charteroak.services.access import access_report, actor_of, refuse
from charteroak.services.evidence_files import keeping, store_of
from charteroak.services.ledger import append_entry
from charteroak.services.programs import safe_name

FILES_LIMIT = 20
"""Of one report. A disk image stays with its custodian; its digest goes into the report."""
FILE_LIMIT_BYTES = EVIDENCE_LIMIT_BYTES
TOTAL_LIMIT_BYTES = 256 << 20
MEDIA_TYPE = "application/octet-stream"
"""What a file is served as, whatever it says it is: no browser shows or runs it."""


class AttachmentError(InputError):
    """A file cannot be added to this report; nothing was kept."""

    code: ClassVar[str] = "report.attachment"


@dataclass(frozen=True, slots=True)
class NewAttachment:
    """A file as it is handed in: its stream is read once."""

    name: str
    stream: BinaryIO


def attach_file(report: Report, new: NewAttachment, *, user: User | None, channel: str) -> ReportAttachment:
    """Seal a file and name it in the ledger. The same bytes handed in again are the attachment that is there.

    Raises:
        AttachmentError: it is empty, or the report has as much as it may have.
        EvidenceTooLargeError: it is larger than one file may be.
        EvidenceNotKeptError: the disk refused.
        AccessError: the report is withdrawn or closed.
    """
    began = now()
    _refuse_full(report)
    with keeping(report.desk) as files:
        sealed = files.put(new.stream, limit_bytes=FILE_LIMIT_BYTES)
        if not sealed.size:
            raise AttachmentError("This file is empty.", remedy="Choose the file again.")
        with transaction.atomic():
            rows = Report.objects if report.space_id is None else Report.played
            locked = rows.select_for_update(of=("self",)).select_related("desk").get(pk=report.pk)
            if locked.withdrawn is not None or locked.closed is not None:
                refuse()
            before = locked.attachments.filter(sha256=sealed.sha256).first()
            if before is not None:
                return before
            _refuse_full(locked, more=sealed.size)
            files.keep(sealed)
            is_named = locked.disclosure != Report.Disclosure.ANONYMOUS
            return _write(locked, sealed, new.name, began, user if is_named else None, channel)


def attachments_of(user: User, report_number: int) -> Sequence[ReportAttachment]:
    """The files of a report, for an analyst of its desk.

    Raises:
        AccessError: the report is absent or not theirs.
    """
    return list(access_report(user, report_number).attachments.select_related("by", "entry"))


def open_attachment(user: User, report_number: int, number: int) -> tuple[ReportAttachment, BinaryIO]:
    """One file's bytes for an analyst of the desk; the caller closes them and serves them as a download only.

    Raises:
        AccessError: there is none, or it is not theirs.
        EvidenceErasedError, EvidenceMissingError: the bytes are gone.
    """
    report = access_report(user, report_number)
    row = report.attachments.filter(number=number).first() or refuse()
    return row, store_of(report.desk).open(row.sha256)


def keep_original(report: Report, data: bytes, name: str, *, channel: str) -> ReportAttachment:
    """Keep what a report was read from (a mail, a scanned sheet) beside it."""
    return attach_file(report, NewAttachment(name, io.BytesIO(data)), user=None, channel=channel)


def _refuse_full(report: Report, *, more: int = 0) -> None:
    held = report.attachments.aggregate(total=Sum("size"))["total"] or 0
    if report.attachments.count() >= FILES_LIMIT or held + more > TOTAL_LIMIT_BYTES:
        raise AttachmentError(
            f"A report holds at most {FILES_LIMIT} files and {TOTAL_LIMIT_BYTES >> 20} MB.",
            remedy="Keep the rest where it is, and write its SHA-256 into the report.",
        )


def _write(
    report: Report, sealed: SealedEvidence, name: str, began: datetime, user: User | None, channel: str
) -> ReportAttachment:
    number = (report.attachments.aggregate(last=Max("number"))["last"] or 0) + 1
    received, shown = now(), safe_name(name)
    neutral = f"report-{report.pk}-file-{number}"
    entry = None
    if report.space_id is None:
        body = ReportAttachmentTaken(
            report=report.pk,
            number=number,
            channel=channel,
            began=began,
            detected_type=sealed.detected_type[:120],
            name=shown,
            files=(NamedFile(sha256=sealed.sha256, size=sealed.size, name=neutral, media_type=MEDIA_TYPE),),
        )
        entry = append_entry(
            report.desk,
            actor=actor_of(user) if user is not None else "system",
            kind="report.attachment",
            occurred_from=format_instant(received),
            body=body_document(body),
        )
        EvidenceFile.objects.create(
            organisation=report.desk,
            entry=entry,
            sha256=sealed.sha256,
            size=sealed.size,
            name=neutral,
            media_type=MEDIA_TYPE,
        )
    return ReportAttachment.objects.create(
        report=report,
        number=number,
        name=shown,
        sha256=sealed.sha256,
        size=sealed.size,
        detected_type=sealed.detected_type[:120],
        began=began,
        received=received,
        channel=channel,
        by=user,
        entry=entry,
    )
