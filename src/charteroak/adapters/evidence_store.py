"""Evidence bytes at rest: each file sealed under a content key of its own, and found by the SHA-256 of its plain bytes.

The key is not here: it stands in a row that is written in the transaction of the entry (``records.evidence``), and
whoever destroys the row's key has erased the file, wherever copies of its sealed form lie. Organisations are apart:
the same bytes handed in by two of them are two objects with two keys. Each object has a name of its own behind the
digest, so that two people who hand in the same file at once never write over each other.

An object is durable before its digest is acknowledged (``content_files``). One without a row is an orphan of a
process that was killed; ``charteroak evidence seal`` sweeps it and says so. Files of an older data directory stand
unsealed under their digest; they stay readable until ``charteroak evidence seal`` seals them.
"""

import re
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, ClassVar, Protocol

from charteroak.adapters.content_files import (
    EVIDENCE_LIMIT_BYTES,
    INCOMING,
    ContentFiles,
    EvidenceAlteredError,
    EvidenceMissingError,
    EvidenceNotKeptError,
    EvidenceTooLargeError,
    Measured,
    StoredEvidence,
    checked,
    chunks_of,
    draft_in,
    missing,
    usable_digest,
)
from charteroak.adapters.durability import flush_directory
from charteroak.adapters.sealing import new_content_key, open_sealed, seal_stream
from charteroak.errors import CouldNotError
from charteroak.mail.filetypes import detect_type

__all__ = [
    "EVIDENCE_LIMIT_BYTES",
    "ContentKey",
    "EvidenceAlteredError",
    "EvidenceErasedError",
    "EvidenceMissingError",
    "EvidenceNotKeptError",
    "EvidenceStore",
    "EvidenceTooLargeError",
    "SealedEvidence",
    "StoredEvidence",
    "chunks_of",
]

_OWNER = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_OBJECT = re.compile(r"([0-9a-f]{64})\.([0-9a-f]{16})")


class EvidenceErasedError(CouldNotError):
    """The bytes were erased, and the ledger says by whom and why. Nobody can bring them back."""

    code: ClassVar[str] = "evidence.erased"


@dataclass(frozen=True, slots=True)
class ContentKey:
    """What opens one object: its own name behind the digest, and its key."""

    object: str
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class SealedEvidence(StoredEvidence):
    """A file that is sealed and durable. It counts only once its key stands in a row."""

    detected_type: str
    content_key: ContentKey


class ContentKeys(Protocol):
    """Where the keys of one organisation's objects are."""

    def content_key(self, sha256: str) -> ContentKey | None:
        """The key of the object with these plain bytes; ``None`` if there never was one.

        Raises:
            EvidenceErasedError: it was destroyed.
        """


@dataclass(frozen=True, slots=True)
class EvidenceStore:
    """The sealed evidence of one organisation."""

    root: Path
    owner: str
    keys: ContentKeys

    def put(self, chunks: Iterable[bytes], *, limit_bytes: int = EVIDENCE_LIMIT_BYTES) -> SealedEvidence:
        """Seal and store bytes durably; memory stays flat. The caller keeps the key, or takes the object back.

        Raises:
            EvidenceTooLargeError: more than the limit came; nothing is kept.
            EvidenceNotKeptError: the disk refused; nothing is kept.
        """
        measured = Measured(chunks, limit_bytes)
        content_key = ContentKey(secrets.token_hex(8), new_content_key())
        with draft_in(self.root) as draft:
            draft.file.writelines(seal_stream(measured, content_key.key))
            stored = measured.stored
            draft.publish(self._path(stored.sha256, content_key.object))
        return SealedEvidence(stored.sha256, stored.size, detect_type(measured.head), content_key)

    def open(self, sha256: str) -> BinaryIO:
        """The plain bytes as a stream, which the caller closes.

        A changed, missing or misplaced chunk raises ``SealBrokenError`` where it stands. Other bytes than those of
        the digest raise ``EvidenceAlteredError`` when the stream has been read to its end.

        Raises:
            EvidenceMissingError: there are none under this digest.
            EvidenceErasedError: there were, and they were erased.
        """
        content_key = self.keys.content_key(sha256)
        if content_key is None:
            return self._unsealed.open(sha256)
        try:
            file = self._path(sha256, content_key.object).open("rb")
        except FileNotFoundError as error:
            raise missing(sha256) from error
        try:
            return checked(open_sealed(file, content_key.key, name=f"sealed file of SHA-256 {sha256}"), sha256)
        except BaseException:
            file.close()
            raise

    def holds(self, sha256: str) -> bool:
        """Whether there are bytes that can be opened under this digest; whether they hold is for ``read``."""
        try:
            content_key = self.keys.content_key(sha256)
        except EvidenceErasedError:
            return False
        if content_key is None:
            return self._unsealed.holds(sha256)
        return self._path(sha256, content_key.object).is_file()

    def read(self, sha256: str) -> bytes:
        """The plain bytes, checked chunk by chunk and as a whole.

        Raises:
            EvidenceMissingError: there are none under this digest.
            EvidenceErasedError: there were, and they were erased.
            EvidenceAlteredError: others stand in their place.
            SealBrokenError: the sealed file was altered.
        """
        with self.open(sha256) as file:
            return file.read()

    def remove(self, sha256: str, name: str) -> None:
        """Take an object's sealed file away. Without its key it was worthless already; one that is gone is no fault."""
        path = self._path(sha256, name)
        if path.exists():
            path.unlink(missing_ok=True)
            flush_directory(path.parent)

    def objects(self) -> Iterator[tuple[str, str]]:
        """Digest and name of every sealed file of this organisation, in order."""
        for path in sorted(self._folder.glob("[0-9a-f][0-9a-f]/*")):
            if match := _OBJECT.fullmatch(path.name):
                yield match[1], match[2]

    def written(self, sha256: str, name: str) -> float:
        """When a sealed file was written, in seconds of the Unix clock; the beginning of time if it is gone."""
        path = self._path(sha256, name)
        return path.stat().st_mtime if path.exists() else 0.0

    def drafts(self) -> list[Path]:
        """Files that were never finished. A young one may still be written by somebody."""
        return sorted(self.root.glob(f"{INCOMING}*"))

    @property
    def _unsealed(self) -> ContentFiles:
        """Where data directories older than sealing keep their files."""
        return ContentFiles(self.root)

    @property
    def _folder(self) -> Path:
        if not _OWNER.fullmatch(self.owner):
            raise ValueError(f"{self.owner!r} cannot name a folder")
        return self.root / "sealed" / self.owner

    def _path(self, sha256: str, name: str) -> Path:
        return self._folder / usable_digest(sha256)[:2] / f"{sha256}.{name}"
