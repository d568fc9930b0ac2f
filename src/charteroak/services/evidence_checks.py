"""Checking and tending the evidence store: every file against its digest, what is missing, what is left over.

Nothing is removed here silently: whatever is sealed, swept or found wanting is returned by name.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from charteroak.adapters.content_files import ContentFiles
from charteroak.adapters.evidence_store import EvidenceErasedError, EvidenceStore
from charteroak.adapters.system_clock import now
from charteroak.errors import CharterOakError
from charteroak.mail.filetypes import contradicts_name
from charteroak.records.accounts.models import Organisation
from charteroak.records.evidence.models import ContentKey
from charteroak.records.programs.models import EvidenceFile
from charteroak.records.reports.models import Report
from charteroak.services.access import refuse
from charteroak.services.erasure import finish_erasures
from charteroak.services.evidence_files import keeping, readers_of_unsealed, store_of
from charteroak.services.privilege import sweep_privileged

DRAFT_AGE = timedelta(hours=24)
"""A file that was never finished and is older than this was left by a process that was killed."""


@dataclass(frozen=True, slots=True)
class FileState:
    """One file of the record: whether its bytes are there and are the ones recorded."""

    sha256: str
    name: str
    state: str
    """``holds``, ``erased``, ``missing``, ``altered``."""
    reason: str = ""
    sealed: bool = False
    claimed_type: str = ""
    detected_type: str = ""
    entry: int | None = None

    @property
    def contradicts(self) -> bool:
        """Whether the content is of another type than its name promises."""
        return bool(self.detected_type) and contradicts_name(self.name, self.detected_type)

    def to_json(self) -> dict[str, Any]:
        """The state as a JSON object."""
        return {
            "sha256": self.sha256,
            "name": self.name,
            "entry": self.entry,
            "state": self.state,
            "reason": self.reason,
            "sealed": self.sealed,
            "claimedType": self.claimed_type,
            "detectedType": self.detected_type,
            "contradicts": self.contradicts,
        }


@dataclass(frozen=True, slots=True)
class StoreState:
    """What checking an organisation's files found."""

    organisation: str
    files: Sequence[FileState]
    orphans: Sequence[str] = field(default_factory=tuple)
    """Sealed files without a row: nobody can open them."""
    leftovers: Sequence[str] = field(default_factory=tuple)
    """Files that were erased and are still there, without a key."""

    @property
    def faults(self) -> list[FileState]:
        """The files that do not hold."""
        return [file for file in self.files if file.state in {"missing", "altered"}]

    def to_json(self) -> dict[str, Any]:
        """The state as a JSON object."""
        return {
            "organisation": self.organisation,
            "status": "failed" if self.faults else "verified",
            "files": [file.to_json() for file in self.files],
            "orphans": list(self.orphans),
            "leftovers": list(self.leftovers),
        }


@dataclass(frozen=True, slots=True)
class Sealing:
    """What ``evidence seal`` did for an organisation."""

    organisation: str
    sealed: Sequence[str]
    removed: Sequence[str]
    orphans: Sequence[str]


def check_evidence(organisation: Organisation) -> StoreState:
    """Read every file of an organisation's record, chunk by chunk, and name each that does not hold."""
    store = store_of(organisation)
    rows = {(row.sha256, row.object): row for row in ContentKey.objects.filter(organisation=organisation)}
    present = set(store.objects())
    return StoreState(
        organisation=organisation.slug,
        files=tuple(_states(organisation, store)),
        orphans=tuple(f"{sha256}.{name}" for sha256, name in sorted(present - rows.keys())),
        leftovers=tuple(
            f"{sha256}.{name}"
            for (sha256, name), row in sorted(rows.items())
            if row.key is None and (sha256, name) in present
        ),
    )


def file_state(organisation: Organisation, sha256: str) -> FileState:
    """One file of an organisation's record, read whole.

    Raises:
        AccessError: it has no such file.
    """
    row = EvidenceFile.objects.select_related("entry").filter(organisation=organisation, sha256=sha256).first()
    if row is None:
        refuse()
    return _state(store_of(organisation), _keys(organisation), row)


def seal_evidence(organisation: Organisation) -> Sealing:
    """Seal the files of an older data directory, take away what was erased, and sweep orphans.

    Each file is sealed and its key written before its plain copy goes, and that one only when no organisation reads
    it any more. A process killed in between leaves both; the next run goes on.
    """
    unsealed = ContentFiles(settings.DATA.evidence)
    sealed = []
    for sha256 in _digests_of(organisation):
        known = ContentKey.objects.filter(organisation=organisation, sha256=sha256).exists()
        if not known and unsealed.holds(sha256):
            with keeping(organisation) as files, unsealed.open(sha256) as stream:
                kept = files.put(stream)
                with transaction.atomic():
                    files.keep(kept)
            sealed.append(sha256)
    return Sealing(
        organisation.slug,
        sealed,
        [*finish_erasures(organisation), *_remove_plain_copies(organisation, unsealed)],
        [
            *_sweep_orphans(organisation),
            *sweep_privileged(organisation, before=(now() - DRAFT_AGE).timestamp()),
        ],
    )


def sweep_drafts() -> list[str]:
    """Remove files that were never finished and that nobody can still be writing."""
    swept = []
    for root in (settings.DATA.evidence, settings.DATA.privileged, settings.DATA.dossiers, settings.DATA.catalogs):
        for path in sorted(root.glob("incoming-*")):
            if path.stat().st_mtime < (now() - DRAFT_AGE).timestamp():
                path.unlink(missing_ok=True)
                swept.append(path.name)
    return swept


def _states(organisation: Organisation, store: EvidenceStore) -> Iterator[FileState]:
    keys = _keys(organisation)
    seen = set()
    for row in EvidenceFile.objects.select_related("entry").filter(organisation=organisation):
        if row.sha256 not in seen:
            seen.add(row.sha256)
            yield _state(store, keys, row)


def _keys(organisation: Organisation) -> dict[str, ContentKey]:
    return {row.sha256: row for row in ContentKey.objects.filter(organisation=organisation)}


def _state(store: EvidenceStore, keys: dict[str, ContentKey], row: EvidenceFile) -> FileState:
    key = keys.get(row.sha256)
    state, reason = "holds", ""
    try:
        with store.open(row.sha256) as stream:
            while stream.read(1 << 20):
                pass
    except EvidenceErasedError as error:
        state, reason = "erased", error.message
    except CharterOakError as error:
        state, reason = ("missing" if error.code == "evidence.missing" else "altered"), error.message
    return FileState(
        sha256=row.sha256,
        name=row.name,
        state=state,
        reason=reason,
        sealed=key is not None,
        claimed_type=row.media_type,
        detected_type="" if key is None else key.detected_type,
        entry=row.entry.index,
    )


def _digests_of(organisation: Organisation) -> list[str]:
    files = EvidenceFile.objects.filter(organisation=organisation).values_list("sha256", flat=True)
    mails = Report.objects.filter(desk=organisation).exclude(message_sha256="").values_list("message_sha256", flat=True)
    return sorted({*files, *mails})


def _remove_plain_copies(organisation: Organisation, unsealed: ContentFiles) -> Iterator[str]:
    for sha256 in _digests_of(organisation):
        if unsealed.holds(sha256) and not readers_of_unsealed(sha256):
            unsealed.remove(sha256)
            yield sha256


def _sweep_orphans(organisation: Organisation) -> Iterator[str]:
    """Objects without a row. One that is being handed in right now has none yet: only old ones are swept."""
    store = store_of(organisation)
    for sha256, name in list(store.objects()):
        rows = ContentKey.objects.filter(organisation=organisation, sha256=sha256, object=name)
        if not rows.exists() and store.written(sha256, name) < (now() - DRAFT_AGE).timestamp():
            store.remove(sha256, name)
            yield f"{sha256}.{name}"
