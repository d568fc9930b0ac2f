"""The evidence of an incident: things and files taken in as items, each with a number and a chain of custody.

A file comes from an upload, from the record (another entry named it first), or from a report of the organisation's own,
of which it gets a copy of its own. What is played in an exercise has no evidence here.
"""

import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import transaction

from charteroak.clock import connecticut_day, format_instant
from charteroak.errors import InputError
from charteroak.program.bodies import ItemKind, ItemSource, ItemTaken, body_document
from charteroak.program.incident_items import IncidentItem, item_name, read_items
from charteroak.records.accounts.models import Organisation
from charteroak.records.incidents.models import Incident
from charteroak.records.ledger.models import LedgerEntry
from charteroak.records.programs.models import EvidenceFile
from charteroak.records.reports.models import Report
from charteroak.services.access import refuse, require_role
from charteroak.services.custody import CUSTODIANS, chain_of, chains_of
from charteroak.services.evidence_files import keeping, store_of
from charteroak.services.holds import facts_of_kinds
from charteroak.services.ledger import append_entry
from charteroak.services.program_record import usable_text
from charteroak.services.programs import (
    ProgramInputError,
    Recorder,
    UploadedFile,
    file_document,
    keep_file_row,
    refuse_day,
    usable_line,
)

ITEM_KIND = "item.taken"
MAX_ITEMS = 500
"""Items of one incident; beyond that somebody is uploading a disk file by file."""
_LINES = ("maker", "model", "serial", "capacity", "seal", "condition", "found_at", "system", "collected_from", "method",
          "clock_offset", "authority")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class NewItemOfEvidence:
    """What is asked about an item that is taken in; only the first six answers are needed."""

    title: str
    what: ItemKind
    collected_by: str
    to: str
    place: str
    purpose: str
    collected_on: date | None = None
    description: str = ""
    maker: str = ""
    model: str = ""
    serial: str = ""
    capacity: str = ""
    seal: str = ""
    condition: str = ""
    found_at: str = ""
    system: str = ""
    collected_from: str = ""
    method: str = ""
    write_protected: bool | None = None
    is_original: bool | None = None
    clock_offset: str = ""
    authority: str = ""
    stated_sha256: str | None = None


def items_of(incident: Incident) -> list[IncidentItem]:
    """The items of an incident, each with its chain up to now.

    Raises:
        LogError: an entry that they rest on is missing or was altered.
    """
    items = read_items(facts_of_kinds(incident.organisation, (ITEM_KIND,)), incident.number)
    chains = chains_of(incident.organisation, [item.taken.item for item in items])
    return [IncidentItem(item.taken, item.entry, chains[item.taken.item]) for item in items]


def item_numbered(incident: Incident, number: int) -> IncidentItem:
    """One item of an incident.

    Raises:
        AccessError: there is none with this number.
    """
    return next((item for item in items_of(incident) if item.taken.number == number), None) or refuse()


def take_thing(incident: Incident, new: NewItemOfEvidence, recorder: Recorder) -> LedgerEntry:
    """Take in something that is no file of ours: a laptop, a disk image in a safe.

    Raises:
        AccessError: the person may not.
        ProgramInputError: a field cannot be used; nothing was recorded.
    """
    _require_custodian(incident, recorder)
    answers = _usable(new, recorder)
    with transaction.atomic():
        number = _next_number(incident)
        return _record(
            incident, new, answers, recorder, number, source="thing", item=item_name(incident.number, number)
        )


def take_upload(incident: Incident, new: NewItemOfEvidence, file: UploadedFile, recorder: Recorder) -> LedgerEntry:
    """Take in a file: sealed and hashed before anything is acknowledged. A file that is an item already stays one.

    Raises:
        AccessError: the person may not.
        ProgramInputError: a field cannot be used, or this file is an item of the incident; nothing was recorded.
        EvidenceTooLargeError: the file is too large; nothing was recorded.
    """
    _require_custodian(incident, recorder)
    answers = _usable(new, recorder)
    with keeping(incident.organisation) as files:
        kept = files.put(file.stream)
        with transaction.atomic():
            number = _next_number(incident, kept.sha256)
            entry = _record(
                incident, new, answers, recorder, number,
                source="upload", item=kept.sha256, sha256=kept.sha256, files=[file_document(file, kept)],
            )  # fmt: skip
            files.keep(kept)
            keep_file_row(incident.organisation, entry, file, kept)
    return entry


def take_recorded(incident: Incident, new: NewItemOfEvidence, sha256: str, recorder: Recorder) -> LedgerEntry:
    """Count a file that is on record already to the incident. Its chain goes on; whoever has it keeps it.

    Raises:
        AccessError: the person may not.
        ProgramInputError: no such file is on record, or it is an item of the incident; nothing was recorded.
    """
    _require_custodian(incident, recorder)
    answers = _usable(new, recorder)
    digest = sha256.strip().lower()
    if not EvidenceFile.objects.filter(organisation=incident.organisation, sha256=digest).exists():
        raise ProgramInputError(
            "No file with this SHA-256 is on record.", field="sha256", remedy="Copy it from the evidence log."
        )
    with transaction.atomic():
        number = _next_number(incident, digest)
        chain = chain_of(incident.organisation, digest)
        holder = answers | {"to": chain.holder or answers["to"]}
        return _record(incident, new, holder, recorder, number, source="entry", item=digest, sha256=digest)


def take_from_report(incident: Incident, new: NewItemOfEvidence, report: Report, recorder: Recorder) -> LedgerEntry:
    """Take in the message of a report that this organisation filed, as a copy of its own.

    Raises:
        AccessError: the person may not, or the report is another's, or nobody's by the reporter's choice.
        ProgramInputError: nothing came with the report, or it is an item of the incident; nothing was recorded.
    """
    _require_custodian(incident, recorder)
    if report.organisation_id != incident.organisation_id or report.disclosure == Report.Disclosure.ANONYMOUS:
        refuse()
    if not report.message_sha256:
        raise ProgramInputError("No file came with this report.", field="report")
    answers = _usable(new, recorder)
    with store_of(report.desk).open(report.message_sha256) as source:
        file = UploadedFile("message.eml", "message/rfc822", io.BytesIO(source.read()))
    with keeping(incident.organisation) as files:
        kept = files.put(file.stream)
        with transaction.atomic():
            number = _next_number(incident, kept.sha256)
            entry = _record(
                incident, new, answers, recorder, number,
                source="report", item=kept.sha256, sha256=kept.sha256, files=[file_document(file, kept)],
            )  # fmt: skip
            files.keep(kept)
            keep_file_row(incident.organisation, entry, file, kept)
    return entry


def reports_with_files(incident: Incident) -> Sequence[Report]:
    """The incident's reports of which a file can be taken in."""
    named = incident.reports.exclude(message_sha256="").exclude(disclosure=Report.Disclosure.ANONYMOUS)
    return list(named.filter(organisation=incident.organisation))


def _record(
    incident: Incident,
    new: NewItemOfEvidence,
    answers: dict[str, Any],
    recorder: Recorder,
    number: int,
    *,
    source: ItemSource,
    item: str,
    sha256: str | None = None,
    files: Sequence[dict[str, Any]] = (),
) -> LedgerEntry:
    body = ItemTaken(incident=incident.number, number=number, item=item, source=source, sha256=sha256, **answers)
    return append_entry(
        incident.organisation,
        actor=recorder.actor,
        kind=ITEM_KIND,
        occurred_from=(format_instant(recorder.moment) if new.collected_on is None else new.collected_on.isoformat()),
        body=body_document(body) | {"files": list(files)},
        recorded=recorder.recorded,
    )


def _next_number(incident: Incident, sha256: str | None = None) -> int:
    """The next item's number, with the organisation's row held, so that two at once get two."""
    Organisation.objects.select_for_update().get(pk=incident.organisation_id)
    known = read_items(facts_of_kinds(incident.organisation, (ITEM_KIND,)), incident.number)
    twin = next((item for item in known if sha256 is not None and item.taken.sha256 == sha256), None)
    if twin is not None:
        raise ProgramInputError(f"These bytes are item {twin.name} of this incident already.", field="file")
    if len(known) >= MAX_ITEMS:
        raise ProgramInputError(f"At most {MAX_ITEMS} items; pack small files together.", field="title")
    return max((item.taken.number for item in known), default=0) + 1


def _usable(new: NewItemOfEvidence, recorder: Recorder) -> dict[str, Any]:
    answers: dict[str, Any] = {
        name: value for name, value in asdict(new).items() if name not in {"collected_on", "stated_sha256"}
    }
    for name in ("title", "collected_by", "to", "place", "purpose"):
        answers[name] = usable_line(answers[name], name)
    for name in _LINES:
        answers[name] = usable_line(answers[name], name) if answers[name].strip() else ""
    answers["description"] = usable_text(new.description, "description")
    if new.collected_on is not None:
        refuse_day(new.collected_on, connecticut_day(recorder.moment), "collected_on")
    answers["stated_sha256"] = _usable_digest(new.stated_sha256)
    return answers


def _usable_digest(text: str | None) -> str | None:
    digest = "".join((text or "").split()).lower()
    if digest and (len(digest) != 64 or set(digest) - set("0123456789abcdef")):
        raise ProgramInputError("A SHA-256 digest has 64 characters, 0-9 and a-f.", field="stated_sha256")
    return digest or None


def _require_custodian(incident: Incident, recorder: Recorder) -> None:
    if incident.space_id is not None:
        raise InputError("An exercise has no evidence.", remedy="Say in the exercise what you would secure.")
    if recorder.user is not None:
        require_role(recorder.user, incident.organisation, *CUSTODIANS)
