"""Taking a drop: read, sealed, and recorded as evidence of each practice that it can speak for, all or none.

The order is that of distrust. What is not signed comes from a person who keeps the record and is named as the actor.
What is signed must be under a key that the organisation registered, newer than every drop of that key, and not from the
future. One drop is recorded once: the same bytes again are refused with the number of their entry.

What a person hands in is read before the organisation's record is locked, so that no file can hold up others.
"""

import io
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import IO, BinaryIO, cast

from django.db import transaction

from charteroak.adapters.posture import MOST_SELECTORS, Reach, look_at
from charteroak.clock import connecticut_day
from charteroak.collectors import backup_log, nessus, openvas, patch_inventory, posture, signed_drop
from charteroak.collectors.collected import Collected, CollectorInputError, Occasion
from charteroak.collectors.csv_rows import TABLE_LIMIT_BYTES
from charteroak.collectors.scanner_xml import REPORT_LIMIT_BYTES
from charteroak.errors import VerificationError
from charteroak.ledger.errors import NoteSignatureError
from charteroak.ledger.keys import parse_ed25519_vkey
from charteroak.ledger.limits import NOTE_LIMIT_BYTES
from charteroak.ledger.note import parse_note, verify_note
from charteroak.program.bodies import Claim, Collection, EvidenceCollected, body_document
from charteroak.program.collector_ties import Spoken, load_collector_ties, practices_spoken_for
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import LedgerEntry
from charteroak.records.programs.models import EvidenceFile
from charteroak.services.collectors import NewSource, Source, last_drop, register_source, sources
from charteroak.services.drop_replays import DropReplayedError, verify_drop_is_new
from charteroak.services.evidence_files import Keeping, keeping
from charteroak.services.ledger import append_entry
from charteroak.services.programs import (
    ProgramInputError,
    Recorder,
    UploadedFile,
    file_document,
    keep_file_row,
    require_keeper,
    usable_line,
)

_PIECE_BYTES = 1 << 16
_NOTE_CHARACTERS = 5000
_FINDINGS_NOTED = 25
LOOK_AGAIN_AFTER = timedelta(minutes=5)
"""A domain is not looked at more often: others answer these questions."""
_SELECTOR = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?", re.ASCII | re.IGNORECASE)


class DropSignatureError(VerificationError):
    """A drop is not signed by a key that the organisation registered."""

    code = "collector.signature"


@dataclass(frozen=True, slots=True)
class NewDrop:
    """A drop as it is handed in. A source is found by the collector alone where there is only one."""

    kind: str
    file: UploadedFile
    source: str = ""
    subject: str = ""
    """Of a source that is registered by this drop, being the first of its collector."""


@dataclass(frozen=True, slots=True)
class DropTaken:
    """What a drop said, and the entries that it became."""

    collected: Collected
    spoken: tuple[Spoken, ...]
    entries: tuple[LedgerEntry, ...]
    source: str
    sha256: str


@dataclass(frozen=True, slots=True)
class _Read:
    collected: Collected
    source: Source
    signed_by: str = ""
    made: datetime | None = None


_LIMITS = {
    nessus.NAME: REPORT_LIMIT_BYTES,
    openvas.NAME: REPORT_LIMIT_BYTES,
    signed_drop.NAME: NOTE_LIMIT_BYTES,
    posture.NAME: posture.DOCUMENT_LIMIT_BYTES,
}
_STREAMED: dict[str, Callable[[BinaryIO, Occasion], Collected]] = {
    nessus.NAME: nessus.read_nessus,
    openvas.NAME: openvas.read_openvas,
}
_WHOLE: dict[str, Callable[[bytes, Occasion], Collected]] = {
    backup_log.NAME: backup_log.read_backup_log,
    patch_inventory.NAME: patch_inventory.read_patch_inventory,
    posture.NAME: posture.read_posture,
}
HANDED_IN = (backup_log.NAME, patch_inventory.NAME, nessus.NAME, openvas.NAME, signed_drop.NAME)
"""The collectors whose drops are files; posture looks for itself."""
_TITLES = {
    backup_log.NAME: "Backup log",
    patch_inventory.NAME: "Inventory of updates",
    nessus.NAME: "Nessus report",
    openvas.NAME: "OpenVAS report",
    posture.NAME: "Look at the domain from outside",
    signed_drop.NAME: "Signed drop",
}


def take_drop(organisation: Organisation, drop: NewDrop, recorder: Recorder) -> DropTaken:
    """Read a drop, seal it, and record it as evidence of every practice that it can speak for.

    Where no source of its collector is registered yet, this drop registers one, in the same transaction: not for a
    signed drop, whose key somebody must have registered before.

    Raises:
        AccessError: the person does not keep this organisation's record.
        CollectorInputError: the drop cannot be read, or speaks for no practice.
        DropSignatureError: it is not signed by a registered key, or was altered.
        DropReplayedError: it came already, or is older than the last one.
        ProgramInputError: a field cannot be used. In every case nothing was recorded.
    """
    require_keeper(organisation, recorder)
    if drop.kind not in HANDED_IN:
        raise ProgramInputError(f"Choose one of the collectors: {', '.join(HANDED_IN)}.", field="kind")
    return _take(organisation, drop, recorder)


@dataclass(frozen=True, slots=True)
class NewLook:
    """Which of an organisation's own domains to look at, at which DKIM selectors, and which of its hosts."""

    domain: str
    selectors: tuple[str, ...] = ()
    host: str = ""


def look_and_take(
    organisation: Organisation, look: NewLook, recorder: Recorder, *, reach: Reach | None = None
) -> DropTaken:
    """Look from outside at a domain that is registered as the organisation's own, and record what was seen.

    Raises:
        AccessError: the person does not keep this organisation's record.
        ProgramInputError: the domain is not registered, the host is not below it, or it was looked at a moment ago.
            In every case nothing was recorded.
    """
    require_keeper(organisation, recorder)
    source = own_domain(organisation, look.domain)
    domain, host = source.body.subject, look.host.strip().lower().rstrip(".")
    if host and host != domain and not host.endswith(f".{domain}"):
        raise ProgramInputError(f"Name a host of {domain} itself.", field="host")
    if len(look.selectors) > MOST_SELECTORS or not all(_SELECTOR.fullmatch(each) for each in look.selectors):
        raise ProgramInputError(f"Name at most {MOST_SELECTORS} selectors, such as s1 or mail2026.", field="selectors")
    for fact in last_drop(organisation, source)[:1]:
        if recorder.moment - fact.recorded < LOOK_AGAIN_AFTER:
            raise ProgramInputError("It was looked at a moment ago. Try again in some minutes.", field="domain")
    seen = look_at(domain, recorder.moment, selectors=look.selectors, host=host or None, reach=reach)
    file = UploadedFile(f"posture-{domain}.json", "application/json", io.BytesIO(posture.render_posture(seen)))
    return _take(organisation, NewDrop(posture.NAME, file, source.body.name), recorder)


def own_domain(organisation: Organisation, domain: str) -> Source:
    """The source by which an organisation declared a domain as its own.

    Raises:
        ProgramInputError: it did not.
    """
    for each in sources(organisation):
        if each.body.collector == posture.NAME and each.body.subject == domain.lower().rstrip("."):
            return each
    raise ProgramInputError(
        f"Nobody has declared {domain[:80]!r} as this organization's own domain.",
        field="domain",
        remedy="Register it as a source first; only then is it looked at.",
    )


def _take(organisation: Organisation, drop: NewDrop, recorder: Recorder) -> DropTaken:
    limit = _LIMITS.get(drop.kind, TABLE_LIMIT_BYTES)
    with tempfile.SpooledTemporaryFile(max_size=1 << 20) as spool, keeping(organisation) as files:
        _copy(drop.file.stream, spool, limit)
        signed = drop.kind == signed_drop.NAME
        handed = None if signed else _read_unsigned(organisation, drop, spool, recorder.moment)
        with transaction.atomic():
            Organisation.objects.select_for_update().get(pk=organisation.pk)
            if handed is None:  # Of 1 MB at most, and nothing of it is read unless the signature holds.
                spool.seek(0)
                read = _read_signed(organisation, spool.read(), recorder.moment)
            else:
                source = _source(organisation, drop, recorder)
                read = _Read(replace(handed, subject=source.body.subject), source)
            spoken = practices_spoken_for(read.collected)
            if not spoken:
                known = ", ".join(claim for tie in load_collector_ties().ties for claim in tie.needs)
                raise CollectorInputError(
                    "Nothing in this drop answers what a practice asks.", remedy=f"Claims that do: {known}."
                )
            return _record(organisation, drop, read, spoken, (files, spool), recorder)


def _copy(stream: BinaryIO, spool: IO[bytes], limit: int) -> None:
    """The bytes once, so that what is read is what is sealed; never more than the limit."""
    size = 0
    while piece := stream.read(_PIECE_BYTES):
        size += len(piece)
        if size > limit:
            raise CollectorInputError(f"The file is larger than {limit >> 20} MB.", remedy="Hand it in in parts.")
        spool.write(piece)
    if not size:
        raise CollectorInputError("The file is empty.")


def _read_unsigned(organisation: Organisation, drop: NewDrop, spool: IO[bytes], moment: datetime) -> Collected:
    """What a person handed in; of which source it is, is settled anew when the record is locked."""
    known = _known_source(organisation, drop)
    subject = drop.subject if known is None else known.body.subject
    occasion = Occasion(subject, moment, connecticut_day(moment))
    spool.seek(0)
    if drop.kind in _STREAMED:
        return _STREAMED[drop.kind](cast("BinaryIO", spool), occasion)
    return _WHOLE[drop.kind](spool.read(), occasion)


def _read_signed(organisation: Organisation, data: bytes, moment: datetime) -> _Read:
    """Signature first, then the rest: nothing of an unsigned text is believed, not even whose it says to be."""
    known = [each for each in sources(organisation) if each.body.key]
    if not known:
        raise DropSignatureError(
            "No key is registered for signed drops.", remedy="Register the tool's key as a source first."
        )
    by_key = {each.body.key: each for each in known}
    verifiers = {key: parse_ed25519_vkey(key) for key in by_key}
    note = parse_note(data)
    try:
        signed_by = verify_note(note, list(verifiers.values()))
    except NoteSignatureError as error:
        raise DropSignatureError(
            f"The drop is not signed as it stands by a key that is registered here: {error.message}",
            remedy="If the tool has a new key, register it; if not, somebody has altered the file.",
        ) from error
    if len(note.signatures) > 1:
        raise DropSignatureError(
            "The drop carries more than one signature line.", remedy="Hand in the file as the tool wrote it."
        )
    key = next(key for key, verifier in verifiers.items() if verifier == signed_by[0])
    source = by_key[key]
    head, _, _ = signed_drop.parse_drop_head(note.text)
    occasion = Occasion(source.body.subject, moment, connecticut_day(moment))
    collected = signed_drop.read_signed_drop(note.text, occasion)
    verify_drop_is_new(organisation, verifiers[key], head.made)
    return _Read(collected, source, key, head.made)


def _known_source(organisation: Organisation, drop: NewDrop) -> Source | None:
    """The source that is named, or the only one of this collector; ``None`` where there is none yet."""
    mine = [each for each in sources(organisation) if each.body.collector == drop.kind]
    if drop.source:
        named = next((each for each in mine if each.body.name == drop.source), None)
        if named is None:
            raise ProgramInputError(f"No source of {drop.kind} is called {drop.source[:60]!r}.", field="source")
        return named
    if len(mine) > 1:
        names = ", ".join(each.body.name for each in mine)
        raise ProgramInputError(f"Say which source it is: {names}.", field="source")
    return mine[0] if mine else None


def _source(organisation: Organisation, drop: NewDrop, recorder: Recorder) -> Source:
    """The source of a drop that a person hands in, or a new one."""
    known = _known_source(organisation, drop)
    if known is not None:
        return known
    subject = usable_line(drop.subject, "subject") if drop.subject.strip() else organisation.name
    new = NewSource(drop.kind, drop.kind, subject, by="registered with its first drop")
    register_source(organisation, new, connecticut_day(recorder.moment), recorder)
    return next(each for each in sources(organisation) if each.body.name == drop.kind)


def _record(
    organisation: Organisation,
    drop: NewDrop,
    read: _Read,
    spoken: tuple[Spoken, ...],
    content: tuple[Keeping, IO[bytes]],
    recorder: Recorder,
) -> DropTaken:
    files, spool = content
    spool.seek(0)
    limit = _LIMITS.get(drop.kind, TABLE_LIMIT_BYTES)
    kept = files.put(cast("BinaryIO", spool), limit_bytes=limit)
    came = EvidenceFile.objects.filter(organisation=organisation, sha256=kept.sha256).select_related("entry").first()
    if came is not None:
        raise DropReplayedError(
            f"These bytes are on record already, with entry {came.entry.index}.", remedy="Hand each drop in once."
        )
    document = file_document(drop.file, kept)
    entries = []
    for each in spoken:
        body = _body(read, each, kept.sha256, drop.kind)
        entry = append_entry(
            organisation,
            actor=recorder.actor,
            kind="evidence.recorded",
            occurred_from=read.collected.last.isoformat(),
            body=body_document(body) | {"files": [document]},
            recorded=recorder.recorded,
        )
        files.keep(kept)
        keep_file_row(organisation, entry, drop.file, kept)
        entries.append(entry)
    return DropTaken(read.collected, spoken, tuple(entries), read.source.body.name, kept.sha256)


def _body(read: _Read, spoken: Spoken, sha256: str, kind: str) -> EvidenceCollected:
    collected = read.collected
    days = collected.first.isoformat()
    if collected.last != collected.first:
        days += f" to {collected.last.isoformat()}"
    mine = {each.claim: each for each in (*spoken.observations, *collected.observations)}
    return EvidenceCollected(
        practice=spoken.tie.practice,
        title=f"{_TITLES[kind]}: {collected.subject}, {days}"[:300],
        note=_note(collected, spoken)[:_NOTE_CHARACTERS],
        collected=Collection(
            collector=collected.collector,
            version=collected.version,
            sha256=sha256,
            source=read.source.fact.index,
            subject=collected.subject,
            shows=spoken.shows,
            claims=tuple(Claim(claim=e.claim, holds=e.holds, detail=e.detail[:300]) for e in list(mine.values())[:20]),
            could_not_read=collected.could_not_read,
            signed_by=read.signed_by,
            made=read.made,
        ),
    )


def _note(collected: Collected, spoken: Spoken) -> str:
    lines = [f"{each.claim}: {each.detail}" for each in collected.observations]
    lines.append(f"This leaves open: {spoken.tie.leaves_open}")
    shown = collected.findings[:_FINDINGS_NOTED]
    lines += [f"{each.severity}: {each.title} ({each.where})" for each in shown]
    more = len(collected.findings) - len(shown) + collected.findings_left_out
    lines += [f"And {more} more in the file."] if more else []
    lines += [f"Could not be read: {each}" for each in collected.not_read]
    unnamed = collected.not_read_left_out
    lines += [f"And {unnamed} more that could not be read."] if unnamed else []
    return "\n".join(lines)
