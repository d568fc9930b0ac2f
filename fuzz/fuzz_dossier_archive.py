"""Hostile zip files to the dossier verifier: one that was changed holds only if every file in it is as it was."""

import hashlib
import io
import tempfile
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

from charteroak.dossier.archive import write_archive
from charteroak.dossier.builder import build_dossier
from charteroak.dossier.contents import (
    DossierRequest,
    DossierSubject,
    EvidenceSource,
    PartDocument,
    SignedCheckpoint,
)
from charteroak.dossier.layout import PARTS
from charteroak.dossier.verification import DossierReport, verify_dossier
from charteroak.ledger.checkpoint import Checkpoint, sign_checkpoint
from charteroak.ledger.entry import Entry, EntryHeader, body_commitment, header_bytes
from charteroak.ledger.keys import Signer
from charteroak.ledger.log_keys import LogKeys, LogVerifiers
from charteroak.ledger.p256_keys import P256Signer
from charteroak.ledger.proof import TLogProof, render_proof
from charteroak.ledger.tree import hash_leaf
from harness import fuzz

ORIGIN = "log.example/ledger/elm-hollow-bakery"
LOG = LogKeys(Signer(ORIGIN, bytes(32)), P256Signer.from_seed(ORIGIN, bytes(range(40))))
FILE = b"a file of evidence\n"
DIGEST = hashlib.sha256(FILE).hexdigest()
BODY = f'{{"files":[{{"sha256":"{DIGEST}"}}],"title":"x"}}'.encode()
SALT = bytes(32)
HEADER = EntryHeader(
    kind="evidence.recorded",
    body_version=1,
    organisation="elm-hollow-bakery",
    index=0,
    actor="system",
    occurred_from="2026-03-01",
    occurred_to=None,
    recorded="2026-03-02T14:00:00Z",
    body_sha256=body_commitment(SALT, BODY).hex(),
)
LEAF = header_bytes(HEADER)
NOTE = sign_checkpoint(Checkpoint(ORIGIN, 1, hash_leaf(LEAF)), *LOG.signers)


def written() -> bytes:
    """A dossier of one entry, as we write it."""
    request = DossierRequest(
        organisation=DossierSubject("Elm Hollow Bakery", "elm-hollow-bakery", "llc", is_fictional=True),
        breach_from=date(2026, 3, 1),
        breach_to=date(2026, 3, 20),
        known_at=datetime(2026, 4, 2, 12, tzinfo=UTC),
        outcome="indeterminate",
        parts=tuple(PartDocument(number, name, "What the record says.", {}) for number, name in PARTS.items()),
        entries=(Entry(HEADER, LEAF, BODY, SALT),),
        proof_of=lambda index: render_proof(TLogProof(index, (), NOTE)),
        checkpoints=(SignedCheckpoint(1, NOTE),),
        keys=LOG,
        verifiers=LogVerifiers(ORIGIN, (LOG.public,)),
        evidence={DIGEST: EvidenceSource(DIGEST, len(FILE), "f.txt", "text/plain", lambda: io.BytesIO(FILE))},
        software_version="0",
    )
    out = io.BytesIO()
    write_archive(build_dossier(request), out)
    return out.getvalue()


def repacked(data: bytes) -> bytes:
    """The same as an ordinary zip program packs it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, source.read(name))
    return out.getvalue()


SEEDS = (written(), repacked(written()))


def report_of(data: bytes) -> DossierReport:
    """The verifier's answer to some bytes."""
    with tempfile.NamedTemporaryFile(suffix=".zip") as file:
        file.write(data)
        file.flush()
        return verify_dossier(Path(file.name))


MANIFEST = report_of(SEEDS[0]).manifest_sha256


def parse(data: bytes) -> None:
    """What is accepted has the manifest of the seed, which fixes every file."""
    report = report_of(data)
    assert report.manifest_sha256 == MANIFEST
    assert data == SEEDS[0] or not report.is_as_written


if __name__ == "__main__":
    fuzz("dossier_archive", parse, SEEDS)
