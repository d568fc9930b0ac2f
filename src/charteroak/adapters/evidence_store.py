"""Evidence bytes in content-addressed files: named by their SHA-256, durable before they are acknowledged.

A file is written beside its final place, flushed to the disk, renamed, and its directory flushed too, so that a digest
that was returned is readable after a power cut. Bytes are never rendered, executed or changed here.
"""

import hashlib
import os
import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, ClassVar

from charteroak.adapters.durability import flush_directory
from charteroak.errors import CouldNotError, InputError, VerificationError

EVIDENCE_LIMIT_BYTES = 64 << 20
"""One evidence file. Larger ones (disk images) stay with their custodian; their digest is the evidence."""

_DIGEST = re.compile(r"[0-9a-f]{64}")
_CHUNK_BYTES = 1 << 20


class EvidenceTooLargeError(InputError):
    """The upload is larger than the store takes; nothing was kept."""

    code: ClassVar[str] = "evidence.too-large"


class EvidenceMissingError(CouldNotError):
    """No bytes are stored under this digest."""

    code: ClassVar[str] = "evidence.missing"


class EvidenceAlteredError(VerificationError):
    """The stored bytes no longer have the digest they are filed under."""

    code: ClassVar[str] = "evidence.altered"


@dataclass(frozen=True, slots=True)
class StoredEvidence:
    """What was stored: digest in lower-case hexadecimal, and size in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class EvidenceStore:
    """A directory of content-addressed files."""

    root: Path

    def put(self, chunks: Iterable[bytes], *, limit_bytes: int = EVIDENCE_LIMIT_BYTES) -> StoredEvidence:
        """Store bytes durably and return their digest; storing the same bytes twice is harmless.

        Raises:
            EvidenceTooLargeError: more than the limit came; nothing is kept.
        """
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=self.root, prefix="incoming-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                stored = _copy(chunks, file, limit_bytes)
                file.flush()
                os.fsync(file.fileno())
            path = self._path(stored.sha256)
            if not path.parent.is_dir():
                path.parent.mkdir(mode=0o700, exist_ok=True)
                flush_directory(self.root)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        flush_directory(path.parent)
        return stored

    def open(self, sha256: str) -> BinaryIO:
        """The stored bytes as a stream.

        Raises:
            EvidenceMissingError: there are none under this digest.
        """
        try:
            return self._path(sha256).open("rb")
        except FileNotFoundError as error:
            raise EvidenceMissingError(f"The evidence store holds no bytes for SHA-256 {sha256}.") from error

    def holds(self, sha256: str) -> bool:
        """Whether there are bytes under this digest; whether they still have it is for ``read``."""
        return self._path(sha256).is_file()

    def read(self, sha256: str) -> bytes:
        """The stored bytes, checked against their digest.

        Raises:
            EvidenceMissingError: there are none under this digest.
            EvidenceAlteredError: the bytes were changed on the disk.
        """
        with self.open(sha256) as file:
            data = file.read()
        if hashlib.sha256(data).hexdigest() != sha256:
            raise EvidenceAlteredError(f"The stored bytes for SHA-256 {sha256} were altered.")
        return data

    def _path(self, sha256: str) -> Path:
        if not _DIGEST.fullmatch(sha256):
            raise EvidenceMissingError(f"{sha256!r} is not a SHA-256 digest.")
        return self.root / sha256[:2] / sha256


def _copy(chunks: Iterable[bytes], file: BinaryIO, limit_bytes: int) -> StoredEvidence:
    digest = hashlib.sha256()
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > limit_bytes:
            raise EvidenceTooLargeError(
                f"The file is larger than {limit_bytes >> 20} MB.",
                remedy="Keep it where it is and record its SHA-256 instead.",
            )
        digest.update(chunk)
        file.write(chunk)
    return StoredEvidence(digest.hexdigest(), size)


def chunks_of(file: BinaryIO) -> Iterable[bytes]:
    """A stream in pieces of 1 MiB."""
    while chunk := file.read(_CHUNK_BYTES):
        yield chunk
