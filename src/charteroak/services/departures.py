"""A client leaves with everything: one file that is checked without the provider and without this software.

In it: a dossier over the whole record (entries, bodies, evidence files, the written program as it is, checkpoints, what
outsiders signed, public keys, ``verify.sh``), and the log as C2SP tiles. Not in it: private keys, which sign the log
where it is kept; counsel's workspace, which is no part of the record; other organisations' anything.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO

from django.db.models import Min

from charteroak.clock import connecticut_day
from charteroak.dossier import layout
from charteroak.dossier.archive import write_archive
from charteroak.dossier.contents import Dossier, DossierFile, EvidenceSource
from charteroak.errors import CouldNotError
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import LedgerFact
from charteroak.records.programs.models import DossierRecord, EvidenceFile
from charteroak.services.access import Role, require_role
from charteroak.services.dossiers import create_dossier, open_dossier
from charteroak.services.ledger import read_entries
from charteroak.services.log_export import export_log
from charteroak.services.programs import EARLIEST_DAY, Recorder

LEAVERS = (Role.SECURITY_LEAD, Role.PROVIDER, Role.COUNSEL)
"""Who may take an organisation's whole record: whoever may read it."""
_READ_ME = """\
Everything of the record of {name}
{line}

dossier.zip     The whole record over {first} to {last}: entries, evidence, written program, checkpoints, public keys.
                Unpack it and run:  sh verify.sh     (sh, openssl, sha256sum and xxd are enough; see VERIFY.md in it)
log/            The log as C2SP tiles, with its newest checkpoint: {size} entries, root {root}.
keys.vkey       The public keys that signed the log's checkpoints over the years.
MANIFEST.sha256 The digest of every file here:  sha256sum -c MANIFEST.sha256

To go on with the record elsewhere:  charteroak ledger import dossier.zip

What is not here, and why
- The private keys. Whoever keeps them could sign this log on; a record that goes on elsewhere gets keys of its own, and
  an entry that says where the old ones end. Ask for a key ceremony (`charteroak ledger rotate-keys`, or `compromised`)
  if nobody should sign with the old ones any more.
- Counsel's privileged workspace. It is no part of the record.
- Bodies and files that were erased. Their places, digests and proofs are there.
"""


@dataclass(frozen=True, slots=True)
class Departure:
    """What was written."""

    organisation: str
    entries: int
    evidence_files: int
    root_sha256: str
    manifest_sha256: str

    def to_json(self) -> dict[str, Any]:
        """The same as a JSON object."""
        return {
            "organisation": self.organisation,
            "entries": self.entries,
            "evidenceFiles": self.evidence_files,
            "root": self.root_sha256,
            "manifestSha256": self.manifest_sha256,
        }


def departure_file_name(organisation: Organisation) -> str:
    """What the file is called."""
    return f"everything-{organisation.slug}.zip"


def write_everything(organisation: Organisation, target: BinaryIO, *, made_by: Recorder) -> Departure:
    """Write everything of an organisation's record as one zip file; the same record and day give the same bytes.

    Raises:
        AccessError: the person may not read the record.
        CouldNotError: nothing is on record.
        VerificationError: the record does not hold; nothing that was written so far may be used.
    """
    if made_by.user is not None:
        require_role(made_by.user, organisation, *LEAVERS)
    first, last = _first_day(organisation), connecticut_day(made_by.moment)
    record = create_dossier(organisation, first, last, made_by=made_by)
    log = export_log(organisation)
    read_me = _READ_ME.format(
        name=organisation.name,
        line="=" * (27 + len(organisation.name)),
        first=first,
        last=last,
        size=log.size,
        root=log.root_hash.hex(),
    )
    files = [
        _file("READ-ME.txt", read_me.encode()),
        _file("keys.vkey", "".join(f"{vkey}\n" for vkey in log.verifier_keys).encode()),
        _dossier(organisation, record),
        *(_file(f"log/{name}", content) for name, content in log.files),
    ]
    manifest = "".join(f"{file.sha256}  {file.name}\n" for file in _in_order(files)).encode("ascii")
    files.append(_file(layout.MANIFEST, manifest))
    write_archive(Dossier(f"everything-{organisation.slug}", tuple(_in_order(files)), "", ""), target)
    return Departure(
        organisation=organisation.slug,
        entries=log.size,
        evidence_files=EvidenceFile.objects.filter(organisation=organisation).values("sha256").distinct().count(),
        root_sha256=log.root_hash.hex(),
        manifest_sha256=hashlib.sha256(manifest).hexdigest(),
    )


def _in_order(files: list[DossierFile]) -> Iterator[DossierFile]:
    yield from sorted(files, key=lambda file: layout.place_in_order(file.name))


def _file(name: str, content: bytes) -> DossierFile:
    return DossierFile(name, hashlib.sha256(content).hexdigest(), content)


def _dossier(organisation: Organisation, record: DossierRecord) -> DossierFile:
    source = EvidenceSource(
        sha256=record.sha256,
        size=record.size,
        name="dossier.zip",
        media_type="application/zip",
        open=lambda: open_dossier(organisation, record.pk)[1],
    )
    return DossierFile("dossier.zip", record.sha256, source)


def _first_day(organisation: Organisation) -> date:
    """The day on which the earliest thing on record began."""
    found = LedgerFact.objects.filter(organisation=organisation).aggregate(first=Min("first_day"))["first"]
    if found is None:
        days = [entry.header.occurred_days[0] for entry in read_entries(organisation)]
        if not days:
            raise CouldNotError(f"Nothing is on record of {organisation.slug}.", remedy="Record something first.")
        found = min(days)
    first: date = found
    return max(first, EARLIEST_DAY)
