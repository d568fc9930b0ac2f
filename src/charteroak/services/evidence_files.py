"""Evidence files of an organisation: sealed before they are acknowledged, opened with the key that their row holds.

    with keeping(organisation) as files:
        kept = [files.put(stream) for stream in streams]
        with transaction.atomic():
            append_entry(...)
            for each in kept:
                files.keep(each)

A key is written in the transaction of the entry that names its file. If that fails, the sealed files are taken back;
if the process is killed in between, they are orphans, which nobody can open and ``evidence seal`` sweeps.
"""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import BinaryIO

from django.conf import settings
from django.db import DatabaseError, connection

from charteroak.adapters.content_files import ContentFiles
from charteroak.adapters.evidence_store import (
    EVIDENCE_LIMIT_BYTES,
    ContentKey,
    EvidenceErasedError,
    EvidenceStore,
    SealedEvidence,
    chunks_of,
)
from charteroak.adapters.system_clock import now
from charteroak.mail.filetypes import contradicts_name
from charteroak.records.accounts.models import Organisation
from charteroak.records.evidence.models import ContentKey as ContentKeyRow
from charteroak.records.evidence.models import RemovedDossier
from charteroak.records.ledger.models import LedgerEntry
from charteroak.records.programs.models import DossierRecord, EvidenceFile
from charteroak.records.reports.models import Report
from charteroak.services.ledger import TransactionRequiredError


@dataclass(frozen=True, slots=True)
class KeyRows:
    """The content keys of one organisation, from the database."""

    organisation_id: int

    def content_key(self, sha256: str) -> ContentKey | None:
        """The key of the file with these plain bytes; ``None`` if it was never sealed here.

        Raises:
            EvidenceErasedError: its key was destroyed.
        """
        rows = ContentKeyRow.objects.filter(organisation_id=self.organisation_id, sha256=sha256)
        row = rows.filter(key__isnull=False).first()
        if row is not None and row.key is not None:
            return ContentKey(row.object, bytes(row.key))
        erased = rows.select_related("erased_by").order_by("-pk").first()
        if erased is None:
            return None
        by = f" by entry {erased.erased_by.index} of the ledger" if erased.erased_by is not None else ""
        raise EvidenceErasedError(f"The file with SHA-256 {sha256} was erased{by}.")


def store_of(organisation: Organisation) -> EvidenceStore:
    """The evidence store as one organisation sees it."""
    return EvidenceStore(settings.DATA.evidence, organisation.slug, KeyRows(organisation.pk))


def erased_digests(organisation: Organisation) -> dict[str, int]:
    """The files of an organisation that were erased and not handed in again, with the entry that says so."""
    rows = ContentKeyRow.objects.filter(organisation=organisation)
    readable = rows.filter(key__isnull=False).values("sha256")
    erased = rows.filter(erased_by__isnull=False).exclude(sha256__in=readable).order_by("pk")
    return dict(erased.values_list("sha256", "erased_by__index"))


def contradicted_names(organisation: Organisation, names: Mapping[str, str]) -> dict[str, str]:
    """Of some files, by digest and name, those whose content is of another type than the name promises, with the type.

    What is not sealed yet was not told by its content, and contradicts nothing.
    """
    rows = ContentKeyRow.objects.filter(organisation=organisation, sha256__in=names, key__isnull=False)
    told = rows.values_list("sha256", "detected_type")
    return {sha256: detected for sha256, detected in told if contradicts_name(names[sha256], detected)}


def dossier_files() -> ContentFiles:
    """Where dossiers are kept as they were handed out."""
    return ContentFiles(settings.DATA.dossiers)


def open_dossier_file(dossier: DossierRecord) -> BinaryIO:
    """The bytes of a dossier as it was handed out; the caller closes them.

    Raises:
        EvidenceErasedError: the copy kept here went with what was erased from the record.
        EvidenceMissingError: the store has lost it.
    """
    removal = RemovedDossier.objects.select_related("entry").filter(dossier=dossier).first()
    if removal is not None:
        raise EvidenceErasedError(
            f"The copy of this dossier that was kept here went with what entry {removal.entry.index} erased.",
            remedy="Make a new one; it says what is missing and why.",
        )
    return dossier_files().open(dossier.sha256)


def why_not_at_hand(store: EvidenceStore, sha256: str) -> str:
    """The reason why a file cannot be shown or enclosed, as a sentence; empty if it is at hand."""
    try:
        store.keys.content_key(sha256)
    except EvidenceErasedError as error:
        return error.message
    return "" if store.holds(sha256) else "The evidence store no longer holds these bytes."


@dataclass(slots=True)
class Keeping:
    """Files that are being handed in together."""

    organisation: Organisation
    store: EvidenceStore
    _put: list[SealedEvidence] = field(default_factory=list)

    def put(self, stream: BinaryIO, *, limit_bytes: int = EVIDENCE_LIMIT_BYTES) -> SealedEvidence:
        """Seal a stream; it is durable afterwards, and nobody's until it is kept.

        Raises:
            EvidenceTooLargeError: it is larger than the limit.
            EvidenceNotKeptError: the disk refused.
        """
        sealed = self.store.put(chunks_of(stream), limit_bytes=limit_bytes)
        self._put.append(sealed)
        return sealed

    def keep(self, sealed: SealedEvidence) -> None:
        """Write the key's row, inside the transaction of the entry that names the file.

        If the organisation has the same bytes already, under a key, this copy goes again and the first one stays.

        Raises:
            TransactionRequiredError: there is no open transaction.
        """
        if not connection.in_atomic_block:
            raise TransactionRequiredError("A content key is written in the transaction of the entry that names it.")
        Organisation.objects.select_for_update().get(pk=self.organisation.pk)
        with suppress(EvidenceErasedError):
            if self.store.keys.content_key(sealed.sha256) is not None and self.store.holds(sealed.sha256):
                return
        # A row whose file was lost gives way: these are the same bytes, and there is a key for them again.
        ContentKeyRow.objects.filter(organisation=self.organisation, sha256=sealed.sha256, key__isnull=False).delete()
        ContentKeyRow.objects.create(
            organisation=self.organisation,
            sha256=sealed.sha256,
            object=sealed.content_key.object,
            key=sealed.content_key.key,
            size=sealed.size,
            detected_type=sealed.detected_type,
            created=now(),
        )

    def take_back(self) -> None:
        """Remove what was put and has no row. What cannot be told from a row is left for the sweep."""
        for sealed in self._put:
            with suppress(DatabaseError):
                rows = ContentKeyRow.objects.filter(organisation=self.organisation, object=sealed.content_key.object)
                if not rows.exists():
                    self.store.remove(sealed.sha256, sealed.content_key.object)


def write_tombstone(organisation: Organisation, sha256: str, entry: LedgerEntry) -> None:
    """Destroy the key of a file, in the transaction of the entry that says so.

    A file of an older data directory has no key. It gets a row without one, after which nobody reads it for this
    organisation.
    """
    rows = ContentKeyRow.objects.filter(organisation=organisation, sha256=sha256, key__isnull=False)
    if not rows.update(key=None, erased_by=entry):
        ContentKeyRow.objects.create(
            organisation=organisation,
            sha256=sha256,
            object=secrets.token_hex(8),
            key=None,
            size=0,
            detected_type="",
            created=now(),
            erased_by=entry,
        )


def finish_removals(organisation: Organisation) -> Iterator[str]:
    """Take away the sealed files whose keys were destroyed, and unsealed ones that nobody may read any more."""
    store = store_of(organisation)
    present = set(store.objects())
    unsealed = ContentFiles(settings.DATA.evidence)
    for row in ContentKeyRow.objects.filter(organisation=organisation, key__isnull=True):
        if (row.sha256, row.object) in present:
            store.remove(row.sha256, row.object)
            yield row.sha256
        if unsealed.holds(row.sha256) and not readers_of_unsealed(row.sha256):
            unsealed.remove(row.sha256)
            yield row.sha256


def readers_of_unsealed(sha256: str) -> bool:
    """Whether some organisation still reads this file from where older data directories keep it."""
    settled = ContentKeyRow.objects.filter(sha256=sha256).values("organisation")
    files = EvidenceFile.objects.filter(sha256=sha256).exclude(organisation__in=settled)
    return files.exists() or Report.objects.filter(message_sha256=sha256).exclude(desk__in=settled).exists()


@contextmanager
def keeping(organisation: Organisation) -> Iterator[Keeping]:
    """Hand in files; whatever was not kept in the end is taken back."""
    files = Keeping(organisation, store_of(organisation))
    try:
        yield files
    finally:
        files.take_back()
