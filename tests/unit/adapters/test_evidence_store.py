"""Sealed evidence: durable before it is acknowledged, apart for each owner, and no change of it goes unnoticed."""

import errno
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from charteroak.adapters.content_files import ContentFiles
from charteroak.adapters.evidence_store import (
    ContentKey,
    EvidenceAlteredError,
    EvidenceErasedError,
    EvidenceMissingError,
    EvidenceNotKeptError,
    EvidenceStore,
    EvidenceTooLargeError,
    SealedEvidence,
)
from charteroak.adapters.sealing import CHUNK_BYTES, NONCE_BYTES, TAG_BYTES, SealBrokenError, sealed_size

SEALED_CHUNK = CHUNK_BYTES + TAG_BYTES


class KeysInMemory:
    """Keeps keys as an installation's rows would."""

    def __init__(self) -> None:
        self.rows: dict[str, ContentKey | None] = {}

    def keep(self, sealed: SealedEvidence) -> None:
        self.rows[sealed.sha256] = sealed.content_key

    def content_key(self, sha256: str) -> ContentKey | None:
        if self.rows.get(sha256, 0) is None:
            raise EvidenceErasedError(f"{sha256} was erased.")
        return self.rows.get(sha256)


@pytest.fixture
def keys() -> KeysInMemory:
    return KeysInMemory()


@pytest.fixture
def store(tmp_path: Path, keys: KeysInMemory) -> EvidenceStore:
    return EvidenceStore(tmp_path, "elm-hollow-bakery", keys)


def kept(store: EvidenceStore, keys: KeysInMemory, data: bytes) -> tuple[str, Path]:
    sealed = store.put([data])
    keys.keep(sealed)
    return sealed.sha256, path_of(store, sealed)


def path_of(store: EvidenceStore, sealed: SealedEvidence) -> Path:
    [path] = store.root.rglob(f"{sealed.sha256}.{sealed.content_key.object}")
    return path


def files_below(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES])
def test_what_was_put_is_read_again_whatever_its_size(store: EvidenceStore, keys: KeysInMemory, size: int) -> None:
    data = os.urandom(size)

    sha256, path = kept(store, keys, data)

    assert sha256 == hashlib.sha256(data).hexdigest()
    assert store.holds(sha256)
    assert store.read(sha256) == data
    assert path.stat().st_size == sealed_size(size)


def test_nothing_of_the_plain_bytes_stands_on_the_disk(store: EvidenceStore, keys: KeysInMemory) -> None:
    secret = b"the combination of the safe is 7351"
    kept(store, keys, secret * 5000)

    assert all(secret not in path.read_bytes() for path in files_below(store.root))


def test_same_bytes_of_two_owners_are_two_objects(tmp_path: Path, store: EvidenceStore, keys: KeysInMemory) -> None:
    other_keys = KeysInMemory()
    other = EvidenceStore(tmp_path, "west-hill", other_keys)
    sha256, path = kept(store, keys, b"alike")
    _, other_path = kept(other, other_keys, b"alike")

    assert path.read_bytes() != other_path.read_bytes()

    keys.rows[sha256] = None  # erased by the one
    path.unlink()

    assert other.read(sha256) == b"alike"
    with pytest.raises(EvidenceErasedError):
        store.open(sha256)


def test_same_bytes_put_at_once_by_two_people_never_write_over_each_other(
    store: EvidenceStore, keys: KeysInMemory
) -> None:
    first, second = store.put([b"alike"]), store.put([b"alike"])
    for sealed in (first, second):
        keys.keep(sealed)
        assert store.read(sealed.sha256) == b"alike"


def alterations(sealed: bytes) -> Iterator[tuple[str, bytes]]:
    """A file of three chunks, changed in every way that a disk or a person might."""
    body = sealed[NONCE_BYTES:]
    chunks = [body[:SEALED_CHUNK], body[SEALED_CHUNK : 2 * SEALED_CHUNK], body[2 * SEALED_CHUNK :]]
    nonce = sealed[:NONCE_BYTES]
    yield "a bit of the nonce", bytes([sealed[0] ^ 1]) + sealed[1:]
    for number in range(3):
        at = NONCE_BYTES + number * SEALED_CHUNK
        yield f"a bit of chunk {number}", sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
        yield f"chunk {number} left out", nonce + b"".join(c for i, c in enumerate(chunks) if i != number)
        yield f"chunk {number} doubled", nonce + b"".join(chunks[: number + 1] + chunks[number:])
    yield "two chunks exchanged", nonce + chunks[1] + chunks[0] + chunks[2]
    yield "cut within the last chunk", sealed[:-5]
    yield "cut between chunks", nonce + chunks[0] + chunks[1]
    yield "cut to the nonce", nonce
    yield "cut within the nonce", nonce[:7]
    yield "nothing left", b""
    yield "a byte behind the end", sealed + b"\0"
    yield "zeros behind the end", sealed + bytes(SEALED_CHUNK)


def test_every_change_cut_and_reordering_of_chunks_is_detected(store: EvidenceStore, keys: KeysInMemory) -> None:
    sha256, path = kept(store, keys, os.urandom(2 * CHUNK_BYTES + 100))
    whole = path.read_bytes()
    for what, altered in alterations(whole):
        path.write_bytes(altered)
        with pytest.raises(SealBrokenError):
            pytest.fail(f"{what}: {len(store.read(sha256))} bytes were read")
    path.write_bytes(whole)
    assert len(store.read(sha256)) == 2 * CHUNK_BYTES + 100


def test_object_in_the_place_of_another_is_detected(store: EvidenceStore, keys: KeysInMemory) -> None:
    sha256, path = kept(store, keys, b"the true one")
    other, other_path = kept(store, keys, b"another one")
    path.write_bytes(other_path.read_bytes())
    with pytest.raises(SealBrokenError):
        store.read(sha256)

    # Even with its key beside it, as somebody with the database could arrange.
    keys.rows[sha256] = keys.rows[other]
    shutil.copy(other_path, path.with_name(f"{sha256}.{other_path.suffix[1:]}"))
    with pytest.raises(EvidenceAlteredError):
        store.read(sha256)


def test_what_was_never_stored_or_is_no_digest_is_missing(store: EvidenceStore) -> None:
    for sha256 in ("a" * 64, "../../keys/x", "A" * 64, "", "é" * 64):
        with pytest.raises(EvidenceMissingError):
            store.open(sha256)


def test_owner_that_is_no_name_of_a_folder_is_a_fault(tmp_path: Path, keys: KeysInMemory) -> None:
    for owner in ("..", "", "a/b", "."):
        with pytest.raises(ValueError, match="cannot name a folder"):
            EvidenceStore(tmp_path, owner, keys).put([b"x"])


def test_file_over_the_limit_leaves_nothing(store: EvidenceStore) -> None:
    with pytest.raises(EvidenceTooLargeError):
        store.put([b"x" * 600, b"x" * 600], limit_bytes=1000)
    assert files_below(store.root) == []


def test_endless_stream_is_stopped_at_the_limit_with_flat_memory(store: EvidenceStore) -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield bytes(1 << 16)

    tracemalloc.start()
    with pytest.raises(EvidenceTooLargeError):
        store.put(endless(), limit_bytes=48 << 20)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3 << 20
    assert files_below(store.root) == []


def test_large_file_is_read_in_pieces_with_flat_memory(store: EvidenceStore, keys: KeysInMemory) -> None:
    sealed = store.put(bytes(1 << 20) for _ in range(32))
    keys.keep(sealed)
    tracemalloc.start()
    size = 0
    with store.open(sealed.sha256) as stream:
        while piece := stream.read(1 << 16):
            size += len(piece)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size == 32 << 20
    assert peak < 3 << 20


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EIO, errno.EDQUOT])
def test_disk_that_refuses_is_said_and_leaves_nothing(
    store: EvidenceStore, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(_descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", refuse)
        with pytest.raises(EvidenceNotKeptError, match=os.strerror(number)) as refusal:
            store.put([b"evidence"])
    assert "Nothing was recorded" in str(refusal.value)
    assert files_below(store.root) == []
    assert store.put([b"evidence"]).size == 8


def test_full_disk_in_earnest_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    """A process whose files may have 100 kB at most: the kernel itself refuses what is beyond."""
    program = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from charteroak.adapters.evidence_store import EvidenceStore, EvidenceNotKeptError\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "try:\n"
        "    EvidenceStore(Path(sys.argv[1]), 'west-hill', None).put(bytes(1 << 16) for _ in range(50))\n"
        "except EvidenceNotKeptError as error:\n"
        "    print(error)\n"
    )
    told = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True)
    assert "File too large" in told.stdout
    assert files_below(tmp_path) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for root")
def test_read_only_directory_is_said(store: EvidenceStore) -> None:
    store.root.chmod(0o500)
    with pytest.raises(EvidenceNotKeptError, match="Permission denied"):
        store.put([b"evidence"])
    store.root.chmod(0o700)


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_process_killed_between_steps_leaves_no_object_that_counts(tmp_path: Path, step: str) -> None:
    program = (
        "import os, pathlib, signal, sys\n"
        "from charteroak.adapters import evidence_store, content_files\n"
        "def die(*_): os.kill(os.getpid(), signal.SIGKILL)\n"
        "if sys.argv[2] == 'fsync': os.fsync = die\n"
        "else: content_files.Path.replace = die\n"
        "evidence_store.EvidenceStore(pathlib.Path(sys.argv[1]), 'west-hill', None).put([b'x' * 200_000])\n"
    )
    ended = subprocess.run([sys.executable, "-c", program, str(tmp_path), step], check=False)
    assert ended.returncode == -signal.SIGKILL
    store = EvidenceStore(tmp_path, "west-hill", KeysInMemory())
    assert list(store.objects()) == []
    assert len(store.drafts()) == 1
    assert all(b"xxxxxxxx" not in path.read_bytes() for path in files_below(tmp_path))


def test_plain_file_of_an_older_data_directory_is_still_read_and_checked(store: EvidenceStore) -> None:
    stored = ContentFiles(store.root).put([b"kept before sealing"])
    assert store.holds(stored.sha256)
    assert store.read(stored.sha256) == b"kept before sealing"

    (store.root / stored.sha256[:2] / stored.sha256).write_bytes(b"changed since then!")
    with pytest.raises(EvidenceAlteredError):
        store.read(stored.sha256)


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        (b"%PDF-1.7\n", "pdf"),
        (b"PK\x03\x04" + bytes(30), "zip"),
        (b"\x89PNG\r\n\x1a\n", "png"),
        (b"MZ\x90\x00", "windows-program"),
        (b"<html><script>alert(1)</script>", "html"),
        (b"plain words", "text"),
        (b"", "empty"),
        (bytes(32769) + b"CD001", "disk-image"),
        (b"\x01\x02\x03\x00", "unknown"),
    ],
)
def test_type_is_told_by_content_and_not_by_a_claim(store: EvidenceStore, content: bytes, shown: str) -> None:
    assert store.put([content[:10], content[10:]]).detected_type == shown
