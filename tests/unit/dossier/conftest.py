"""A made-up organisation's record, small enough to read, and a folder in which only four programs exist."""

import hashlib
import io
import os
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from charteroak.canonical import canonical_json
from charteroak.clock import format_instant
from charteroak.dossier.archive import write_archive
from charteroak.dossier.builder import build_dossier
from charteroak.dossier.contents import (
    DossierRequest,
    DossierSubject,
    EvidenceSource,
    PartDocument,
    SignedCheckpoint,
    WitnessSignature,
)
from charteroak.dossier.layout import PARTS
from charteroak.dossier.record_files import cosignature_statement
from charteroak.ledger.checkpoint import Checkpoint, render_checkpoint, sign_checkpoint
from charteroak.ledger.entry import Entry, EntryHeader, PrivatePart, body_commitment, header_bytes
from charteroak.ledger.keys import Signer
from charteroak.ledger.log_keys import LogKeys, LogVerifiers
from charteroak.ledger.note import NoteSignature
from charteroak.ledger.p256_keys import P256Signer
from charteroak.ledger.proof import TLogProof, render_proof
from charteroak.ledger.tree import append_leaf, hash_leaf, inclusion_proof, root_hash
from charteroak.ledger.vkey import render_vkey

SLUG = "elm-hollow-bakery"
ORIGIN = f"charteroak.example/ledger/{SLUG}"
PUBLIC_TOOLS = ("sh", "openssl", "sha256sum", "xxd")


def keys_of(origin: str, number: int = 0) -> LogKeys:
    """The two keys of a made-up log."""
    seed = bytes((byte + number) % 256 for byte in range(40))
    return LogKeys(Signer(origin, seed[:32]), P256Signer.from_seed(origin, seed))


class Witness:
    """Someone outside who co-signs whatever it is shown."""

    def __init__(self, name: str) -> None:
        self._signer = Signer(name, hashlib.sha256(name.encode()).digest())
        public = self._signer.verifier.public_key
        self._key_id = hashlib.sha256(name.encode() + b"\n\x04" + public).digest()[:4]
        self.vkey = render_vkey(name, self._key_id, 0x04, public)

    def cosign(self, text: str, seconds: int) -> WitnessSignature:
        signature = self._signer.sign(cosignature_statement(text, seconds))
        payload = seconds.to_bytes(8, "big") + signature
        return WitnessSignature(self.vkey, NoteSignature(self._signer.name, self._key_id, payload))


@dataclass
class SampleRecord:
    """Entries, tree and evidence of one organisation, grown by ``add``."""

    keys: LogKeys = field(default_factory=lambda: keys_of(ORIGIN))
    entries: list[Entry] = field(default_factory=list)
    nodes: dict[tuple[int, int], bytes] = field(default_factory=dict)
    evidence: dict[str, EvidenceSource] = field(default_factory=dict)

    def read_node(self, level: int, index: int) -> bytes:
        return self.nodes[level, index]

    def add(
        self, kind: str, body: dict[str, Any], occurred: str, recorded: datetime, private: dict[str, Any] | None = None
    ) -> Entry:
        index = len(self.entries)
        salt = hashlib.sha256(b"salt %d" % index).digest()
        encoded = canonical_json(body)
        secrets = {
            name: (hashlib.sha256(b"salt %d %s" % (index, name.encode())).digest(), canonical_json(value))
            for name, value in (private or {}).items()
        }
        header = EntryHeader(
            kind=kind,
            body_version=1,
            organisation=SLUG,
            index=index,
            actor="user:00000000-0000-4000-8000-000000000001",
            occurred_from=occurred,
            occurred_to=None,
            recorded=format_instant(recorded),
            body_sha256=body_commitment(salt, encoded).hex(),
            source="stated",
            private={name: body_commitment(*secret).hex() for name, secret in secrets.items()},
        )
        leaf = header_bytes(header)
        self.nodes.update({(n.level, n.index): n.hash for n in append_leaf(index, hash_leaf(leaf), self)})
        parts = {name: PrivatePart(*secret) for name, secret in secrets.items()}
        self.entries.append(Entry(header, leaf, encoded, salt, parts))
        return self.entries[-1]

    def add_evidence(
        self, title: str, content: bytes, occurred: str, recorded: datetime, name: str = "log.txt"
    ) -> None:
        sha256 = hashlib.sha256(content).hexdigest()
        self.evidence[sha256] = EvidenceSource(sha256, len(content), name, "text/plain", lambda: io.BytesIO(content))
        file = {"sha256": sha256, "size": len(content), "name": name, "mediaType": "text/plain"}
        body = {"practice": "backups", "title": title, "files": [file]}
        self.add("evidence.recorded", body, occurred, recorded, {"note": 'a "quoted" note \u2013 caf\u00e9'})

    def note(self, size: int) -> bytes:
        return sign_checkpoint(Checkpoint(self.keys.name, size, root_hash(size, self)), *self.keys.signers)

    def proof(self, index: int) -> bytes:
        size = len(self.entries)
        return render_proof(TLogProof(index, inclusion_proof(index, size, self), self.note(size)))

    def cosigned(self, size: int, *witnesses: Witness, seconds: int = 1_772_000_000) -> SignedCheckpoint:
        text = render_checkpoint(Checkpoint(self.keys.name, size, root_hash(size, self)))
        return SignedCheckpoint(size, self.note(size), [witness.cosign(text, seconds) for witness in witnesses])

    def request(self, **changes: Any) -> DossierRequest:
        size = len(self.entries)
        proofs = {index: self.proof(index) for index in range(size)}
        older = [self.cosigned(2, Witness("witness.example/neighbor"))] if size > 2 else []
        newest = self.cosigned(size, Witness("witness.example/desk"), Witness("witness.example/neighbor"))
        request = DossierRequest(
            organisation=DossierSubject("Elm Hollow Bakery", SLUG, "llc", is_fictional=True),
            breach_from=date(2026, 3, 1),
            breach_to=date(2026, 3, 20),
            known_at=datetime(2026, 4, 2, 12, tzinfo=UTC),
            outcome="indeterminate",
            parts=PARTS_FOR_TESTS,
            entries=tuple(self.entries),
            proof_of=proofs.__getitem__,
            checkpoints=(*older, newest),
            keys=self.keys,
            verifiers=LogVerifiers(self.keys.name, (self.keys.public,)),
            evidence=self.evidence,
            software_version="0.1.0",
        )
        return replace(request, **changes)


PARTS_FOR_TESTS = tuple(
    PartDocument(number, name.replace("-", " "), f"What the record says of part {number}.", {"rows": [{"entry": 0}]})
    for number, name in PARTS.items()
)


def a_small_record(entries: int = 3) -> SampleRecord:
    """A written program, then evidence; the last one is recorded after the interval although it tells of it."""
    record = SampleRecord()
    start = datetime(2025, 1, 10, 15, 30, 5, 250_000, tzinfo=UTC)
    document = b"Written program of Elm Hollow Bakery\n"
    sha256 = hashlib.sha256(document).hexdigest()
    record.evidence[sha256] = EvidenceSource(
        sha256, len(document), "Written program (v1).txt", "text/plain", lambda: io.BytesIO(document)
    )
    adopted = {"title": "Security program", "version": "1", "documentSha256": sha256, "by": "Owner", "practices": []}
    record.add("program.adopted", adopted, "2025-01-10", start)
    for number in range(1, entries - 1):
        record.add_evidence(
            f"Restore test {number}", b"restored %d\x00\xff\n" % number, "2025-02-01", start + timedelta(hours=number)
        )
    record.add_evidence("Back-filled restore test", b"late\n", "2026-03-02", datetime(2026, 3, 25, 9, tzinfo=UTC))
    return record


@pytest.fixture
def record() -> SampleRecord:
    return a_small_record()


@pytest.fixture
def other_keys() -> LogKeys:
    """Keys of the same name that somebody else made."""
    return keys_of(ORIGIN, 7)


@pytest.fixture
def record_of() -> Callable[[int], SampleRecord]:
    return a_small_record


@pytest.fixture
def pack(tmp_path: Path) -> Callable[[DossierRequest], Path]:
    """Build a dossier and write its zip file."""

    def write(request: DossierRequest) -> Path:
        path = tmp_path / "dossier.zip"
        with path.open("wb") as out:
            write_archive(build_dossier(request), out)
        return path

    return write


@pytest.fixture
def unpack(tmp_path: Path) -> Callable[[Path], Path]:
    """Unpack a dossier's zip file into a folder of its own; the top folder is returned."""

    def extract(path: Path) -> Path:
        target = tmp_path / "unpacked"
        shutil.rmtree(target, ignore_errors=True)
        with zipfile.ZipFile(path) as archive:
            archive.extractall(target)
        (folder,) = target.iterdir()
        return folder

    return extract


@pytest.fixture
def repack(tmp_path: Path) -> Callable[[Path], Path]:
    """Pack a folder as any zip program would."""

    def write(folder: Path) -> Path:
        path = tmp_path / "repacked.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(folder.rglob("*")):
                archive.write(file, f"{folder.name}/{file.relative_to(folder)}")
        return path

    return write


@pytest.fixture(scope="session")
def four_tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory that holds the four public programs and nothing else."""
    directory = tmp_path_factory.mktemp("four-tools")
    for tool in PUBLIC_TOOLS:
        found = shutil.which(tool)
        assert found is not None, f"{tool} is needed: install dash, openssl, coreutils and xxd"
        (directory / tool).symlink_to(os.path.realpath(found))
    return directory


@pytest.fixture
def run_verify_sh(four_tools: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a folder's ``verify.sh`` with an empty environment in which only the four programs exist."""

    def run(folder: Path, *shell: str) -> subprocess.CompletedProcess[str]:
        command = shell or (str(four_tools / "sh"),)
        return subprocess.run(
            [*command, "verify.sh"], cwd=folder, env={"PATH": str(four_tools)}, capture_output=True, text=True,
            timeout=120, check=False,
        )  # fmt: skip

    return run
