"""Erasure: bodies, private parts and files go, the entry that says so stays, and every proof still holds.

One transaction appends ``content.erased`` and then empties what it names: a body with its salt, a private part with
its salt, a file's content key. Sealed files without a key are worthless; they are taken away after the commit, and
again by ``finish_erasures`` if the process was killed in between. Copies that we kept ourselves go too: dossiers made
from entries that are erased now. Copies that others hold, and backups, are out of our reach; pages and commands say so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db import connection, transaction

from charteroak.errors import InputError
from charteroak.ledger.entry import parse_header
from charteroak.program.bodies import ContentErased, body_document
from charteroak.program.exhibits import Exhibit, erased_content, exhibits
from charteroak.program.recorded import RecordedFact
from charteroak.records.accounts.models import Organisation
from charteroak.records.evidence.models import ContentKey, RemovedDossier
from charteroak.records.ledger.models import LedgerEntry, LedgerPart
from charteroak.records.programs.models import DossierRecord, EvidenceFile
from charteroak.records.reports.models import Report
from charteroak.services.evidence_files import dossier_files, finish_removals, write_tombstone
from charteroak.services.holds import refuse_held
from charteroak.services.ledger import to_domain
from charteroak.services.program_record import usable_text
from charteroak.services.programs import ProgramInputError, Recorder, record, recorded_facts, usable_line
from charteroak.services.projections import project_again

NEVER_ERASED = frozenset({"hold.set", "hold.lifted", "content.erased", "key.ceremony"})
"""Kinds whose bodies explain why something is missing or held. A private part of them can still go."""
MAX_TARGETS = 1000
"""Things of one kind in one erasure."""
ERASED_NAME = "erased"
"""What a file is called whose name went with the body that told it."""


class ErasureError(InputError):
    """This cannot be erased: it is not on record, or it is never erased. Nothing was erased."""

    code: ClassVar[str] = "evidence.cannot-erase"


@dataclass(frozen=True, slots=True)
class Targets:
    """What is to be erased: whole bodies by entry, private parts as ``<entry>/<member>``, files by digest."""

    entries: Sequence[int] = ()
    parts: Sequence[str] = ()
    sha256: Sequence[str] = ()

    def to_json(self) -> dict[str, Any]:
        """As in the body of ``content.erased``."""
        return {"entries": list(self.entries), "parts": list(self.parts), "sha256": list(self.sha256)}

    def __bool__(self) -> bool:
        return bool(self.entries or self.parts or self.sha256)


@dataclass(frozen=True, slots=True)
class Erasure:
    """What was done: the entry, what it names, and what of ours went with it. No entry: all was erased before."""

    entry: LedgerEntry | None
    targets: Targets
    dossiers: int = 0


def erase(organisation: Organisation, targets: Targets, *, basis: str, approved_by: str, recorder: Recorder) -> Erasure:
    """Record the erasure and carry it out. What was erased before is passed over; nothing left to erase is no fault.

    The caller has decided who may: ``proposals`` for people, the operator for the command line.

    Raises:
        HeldError: a legal hold covers some of it.
        ErasureError: some of it is not on record, or is never erased.
        ProgramInputError: there is no reason, or nobody approved it.
    """
    reason, approver = usable_text(basis, "basis"), usable_line(approved_by, "approved_by")
    if not reason:
        raise ProgramInputError("Say on which ground it is erased.", field="basis")
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        facts = recorded_facts(organisation)
        wanted = _still_there(organisation, facts, check_targets(organisation, facts, targets))
        entry, dossiers = None, 0
        if wanted:
            removed = _dossiers_with(organisation, facts, wanted)
            refuse_held(organisation, {*_digests_touched(facts, wanted), *(each.sha256 for each in removed)})
            named = Targets(wanted.entries, wanted.parts, (*wanted.sha256, *(each.sha256 for each in removed)))
            body = ContentErased(
                entries=tuple(named.entries),
                parts=tuple(named.parts),
                sha256=tuple(named.sha256),
                basis=reason,
                approved_by=approver,
            )
            entry = record(organisation, "content.erased", body_document(body), recorder)
            _destroy(organisation, entry, wanted)
            dossiers = len(removed)
            RemovedDossier.objects.bulk_create(RemovedDossier(dossier=each, entry=entry) for each in removed)
        # Only once it stands may a file go: a key that a rollback brought back must find its file.
        transaction.on_commit(lambda: _finish(organisation), robust=True)
    return Erasure(entry, wanted, dossiers)


def finish_erasures(organisation: Organisation) -> tuple[str, ...]:
    """Take away files that the ledger says were erased; their keys are gone already. Doing it twice is harmless."""
    removed = list(finish_removals(organisation))
    kept = dossier_files()
    for removal in RemovedDossier.objects.filter(dossier__organisation=organisation).select_related("dossier"):
        if kept.holds(removal.dossier.sha256):
            kept.remove(removal.dossier.sha256)
            removed.append(removal.dossier.sha256)
    return tuple(removed)


def _finish(organisation: Organisation) -> None:
    finish_erasures(organisation)
    _scrub_database()


def check_targets(organisation: Organisation, facts: Sequence[RecordedFact], targets: Targets) -> Targets:
    """The targets without doubles, each of them on record.

    Raises:
        ErasureError: something is not on record, is never erased, or is too much at once.
    """
    chosen = Targets(
        tuple(dict.fromkeys(targets.entries)), tuple(dict.fromkeys(targets.parts)), tuple(dict.fromkeys(targets.sha256))
    )
    if not chosen:
        raise ErasureError("Nothing was named.", remedy="Name entries, private parts or files.")
    if max(len(chosen.entries), len(chosen.parts), len(chosen.sha256)) > MAX_TARGETS:
        raise ErasureError(f"At most {MAX_TARGETS} of a kind at once.")
    for index in chosen.entries:
        if not 0 <= index < len(facts):
            raise ErasureError(f"There is no entry {index}.", remedy=f"There are {len(facts)}, counted from 0.")
        if facts[index].kind in NEVER_ERASED:
            raise ErasureError(f"Entry {index} ({facts[index].kind}) explains others and is never erased.")
    known = exhibits(facts).keys() | erased_content(facts).sha256.keys()
    for digest in chosen.sha256:
        if digest not in known and not Report.objects.filter(desk=organisation, message_sha256=digest).exists():
            raise ErasureError(f"No file with SHA-256 {digest} is on record.", remedy="Copy it from the evidence log.")
    return chosen


def _still_there(organisation: Organisation, facts: Sequence[RecordedFact], targets: Targets) -> Targets:
    """The targets that are not erased yet.

    Raises:
        ErasureError: a private part is not on record.
    """
    done = erased_content(facts)
    for name in targets.parts:
        index, _, member = name.partition("/")
        row = LedgerEntry.objects.filter(organisation=organisation, index=int(index) if index.isdigit() else -1).first()
        if row is None or member not in parse_header(bytes(row.header)).private:
            raise ErasureError(f"There is no private part {name}.", remedy="Write it as <entry>/<member>.")
    return Targets(
        entries=tuple(index for index in targets.entries if index not in done.entries),
        parts=tuple(
            name for name in targets.parts if name not in done.parts and int(name.partition("/")[0]) not in done.entries
        ),
        sha256=tuple(digest for digest in targets.sha256 if not _is_erased(organisation, digest)),
    )


def _is_erased(organisation: Organisation, sha256: str) -> bool:
    keys = ContentKey.objects.filter(organisation=organisation, sha256=sha256)
    return keys.exists() and not keys.filter(key__isnull=False).exists()


def _digests_touched(facts: Sequence[RecordedFact], targets: Targets) -> set[str]:
    """The files that are erased, and those that an erased body or part speaks of."""
    touched = set(targets.sha256)
    indexes = {*targets.entries, *(int(name.partition("/")[0]) for name in targets.parts)}
    for index in indexes:
        touched |= {digest for digest, named in exhibits([facts[index]]).items() if named}
    return touched


def _dossiers_with(organisation: Organisation, facts: Sequence[RecordedFact], targets: Targets) -> list[DossierRecord]:
    """The dossiers kept here that enclose some of it: those whose tree reaches an entry that holds or names it."""
    named: dict[str, list[Exhibit]] = exhibits(facts)
    indexes = {*targets.entries, *(int(name.partition("/")[0]) for name in targets.parts)}
    indexes |= {each.entry for digest in targets.sha256 for each in named.get(digest, ())}
    if not indexes:
        return []
    kept = DossierRecord.objects.filter(organisation=organisation, tree_size__gt=min(indexes), removal=None)
    return list(kept.select_for_update(of=("self",)) if connection.features.has_select_for_update_of else kept)


def _destroy(organisation: Organisation, entry: LedgerEntry, targets: Targets) -> None:
    rows = LedgerEntry.objects.filter(organisation=organisation, index__in=targets.entries)
    rows.update(body=None, salt=None)
    parts = LedgerPart.objects.filter(organisation=organisation)
    parts.filter(index__in=targets.entries).update(value=None, salt=None)
    for name in targets.parts:
        index, _, member = name.partition("/")
        parts.filter(index=int(index), name=member).update(value=None, salt=None)
    # What pages read beside the ledger repeats some of a body: the name of a file, the subject of an entry.
    EvidenceFile.objects.filter(entry__in=rows).update(name=ERASED_NAME)
    project_again(organisation, [to_domain(row) for row in rows])
    for digest in targets.sha256:
        write_tombstone(organisation, digest, entry)


def _scrub_database() -> None:
    """Overwrite what the database itself still keeps of erased rows, as far as it lets us.

    SQLite overwrites freed content (``secure_delete``) and drops its write-ahead log here. PostgreSQL frees the rows
    for reuse; its own log and any replica keep them for as long as they are set up to.
    """
    if connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            cursor.execute("VACUUM evidence_contentkey, ledger_ledgerentry, ledger_ledgerpart")
