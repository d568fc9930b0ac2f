"""A record that comes from another installation: checked, brought in entry by entry, and continued under new keys.

The entries stay byte for byte what they were, so that the tree over them has the root that the old log's last
checkpoint signed; anyone can compare the two. What cannot be brought along is said by the entry that follows them: the
private keys stay where they were, so that the log goes on under another name with keys of its own; checkpoints,
co-signatures and time-stamps were made for the old name and stay in the dossier, which is kept with the record.
"""

import contextlib
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO, ClassVar, cast

from django.db import transaction

from charteroak.adapters.system_clock import now
from charteroak.canonical import parse_json
from charteroak.clock import connecticut_day
from charteroak.dossier import layout
from charteroak.dossier.archive import DossierArchive, open_archive
from charteroak.dossier.entries import named_digests, read_body
from charteroak.dossier.manifest import parse_manifest
from charteroak.dossier.record_verification import whole_entries
from charteroak.dossier.verification import DossierReport, verify_dossier
from charteroak.errors import InputError
from charteroak.ledger.entry import Entry
from charteroak.program.bodies import RecordContinued, body_document
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import LedgerEntry
from charteroak.records.programs.models import EvidenceFile
from charteroak.services.accounts import NewOrganisation, add_organisation
from charteroak.services.checkpoints import make_checkpoint, verify_ledger
from charteroak.services.evidence_files import Keeping, keeping
from charteroak.services.ledger import append_entry, restore_entries
from charteroak.services.programs import safe_name

KIND = "record.continued"
_EVIDENCE = "08-evidence/"
_IN_MEMORY_BYTES = 1 << 20


class ArrivalError(InputError):
    """A record cannot be brought in so."""

    code: ClassVar[str] = "record.arrival"


@dataclass(frozen=True, slots=True)
class Arrival:
    """What was brought in."""

    organisation: Organisation
    entries: int
    evidence_files: int
    root_sha256: str
    origin: str
    verifier_keys: tuple[str, ...]
    last_day: date

    def to_json(self) -> dict[str, Any]:
        """The same as a JSON object."""
        return {
            "organisation": self.organisation.slug,
            "entries": self.entries,
            "evidenceFiles": self.evidence_files,
            "root": self.root_sha256,
            "origin": self.origin,
            "verifierKeys": list(self.verifier_keys),
        }


def bring_in(path: Path) -> Arrival:
    """Check a dossier over a whole record, and bring that record in as an organisation of its own.

    Nothing is brought in unless all of it holds: the dossier, and afterwards the ledger that was made from it.

    Raises:
        DossierError: the dossier does not hold; the first bad file is named.
        ArrivalError: it withholds something that was not erased, or the organisation is here already.
        VerificationError: the ledger made from it does not hold.
    """
    report = verify_dossier(path)
    slug = report.entries.entries[0].header.organisation
    if Organisation.objects.filter(slug=slug).exists():
        raise ArrivalError(
            f"There is an organization called {slug} here already.",
            remedy="A record is brought in once, into an installation that does not have it.",
        )
    with open_archive(path) as archive:
        digests = parse_manifest(archive.read(layout.MANIFEST))
        entries = list(whole_entries(archive, digests))
        _refuse_withheld(entries)
        subject = parse_json(archive.read(layout.INDEX))["organisation"]
        with transaction.atomic(), contextlib.ExitStack() as stack:
            organisation = add_organisation(
                NewOrganisation(slug, subject["name"], Organisation.Part.MEMBER, subject["kind"])
            )
            files = stack.enter_context(keeping(organisation))
            restore_entries(organisation, entries)
            kept = _keep_evidence(organisation, archive, digests, entries, files)
            _continue(organisation, report)
            make_checkpoint(organisation)
            verify_ledger(organisation)
    return Arrival(
        organisation=organisation,
        entries=len(entries),
        evidence_files=kept,
        root_sha256=report.checkpoint.root.hex(),
        origin=report.checkpoint.origin,
        verifier_keys=report.verifier_keys,
        last_day=connecticut_day(entries[-1].header.recorded_at),
    )


def _continue(organisation: Organisation, report: DossierReport) -> None:
    body = RecordContinued(
        origin=report.checkpoint.origin,
        size=report.checkpoint.size,
        root=report.checkpoint.root.hex(),
        keys=report.verifier_keys,
        manifest_sha256=report.manifest_sha256,
    )
    append_entry(
        organisation,
        actor="system",
        kind=KIND,
        occurred_from=connecticut_day(now()).isoformat(),
        body=body_document(body),
    )


def _refuse_withheld(entries: list[Entry]) -> None:
    """Refuse a redacted copy: a gap that no erasure explains would look like an altered record for ever after."""
    erased: set[int] = set()
    parts: set[str] = set()
    for entry in entries:
        if entry.header.kind == "content.erased":
            body = read_body(entry)
            erased.update(body.get("entries", ()))
            parts.update(body.get("parts", ()))
    for entry in entries:
        index = entry.header.index
        lacking = [f"{index}/{name}" for name in entry.withheld if f"{index}/{name}" not in parts]
        if index not in erased and (entry.body is None or lacking):
            raise ArrivalError(
                f"Entry {index} is withheld in this dossier.", remedy="Bring in a dossier that withholds nothing."
            )


def _keep_evidence(
    organisation: Organisation, archive: DossierArchive, digests: dict[str, str], entries: list[Entry], files: Keeping
) -> int:
    """Keep the enclosed files under keys of this installation, each with the rows of the entries that name it."""
    named: dict[str, list[tuple[int, str, str]]] = {}
    for entry in entries:
        listed = read_body(entry).get("files")
        # Of a hunt, the member of this name is a number.
        told = {file["sha256"]: file for file in listed if isinstance(file, dict)} if isinstance(listed, list) else {}
        for digest in named_digests(entry):
            file = told.get(digest.sha256, {})
            name, media_type = file.get("name", "document"), file.get("mediaType", "application/octet-stream")
            named.setdefault(digest.sha256, []).append((entry.header.index, name, media_type))
    rows = {row.index: row for row in LedgerEntry.objects.filter(organisation=organisation)}
    kept = 0
    for path, sha256 in digests.items():
        if not path.startswith(_EVIDENCE) or sha256 not in named:
            continue
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES) as plain:
            plain.writelines(archive.chunks(path))
            plain.seek(0)
            sealed = files.put(cast("BinaryIO", plain))
        files.keep(sealed)
        kept += 1
        for index, name, media_type in named[sha256]:
            EvidenceFile.objects.create(
                organisation=organisation,
                entry=rows[index],
                sha256=sealed.sha256,
                size=sealed.size,
                name=safe_name(name),
                media_type=media_type[:128],
            )
    return kept
