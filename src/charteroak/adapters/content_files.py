"""Files named by the SHA-256 of their bytes, durable before their digest is acknowledged; as they are, not sealed.

For what this software makes itself and hands out (dossiers), and for the evidence in data directories that are older
than sealing. A file is written beside its final place, flushed to the disk, renamed, and its directory flushed too, so
that a digest that was returned is readable after a power cut. Bytes are never rendered, executed or changed here.
"""

import hashlib
import io
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, ClassVar

from charteroak.adapters.durability import flush_directory
from charteroak.errors import CouldNotError, InputError, SourceLocation, VerificationError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

EVIDENCE_LIMIT_BYTES = 64 << 20
"""One evidence file. Larger ones (disk images) stay with their custodian; their digest is the evidence."""

INCOMING = "incoming-"
"""How the name of a file begins that is not whole yet. One that is old was left by a process that was killed."""
_DIGEST = re.compile(r"[0-9a-f]{64}")
_CHUNK_BYTES = 1 << 20
_HEAD_BYTES = 33 << 10


class EvidenceTooLargeError(InputError):
    """The upload is larger than the store takes; nothing was kept."""

    code: ClassVar[str] = "evidence.too-large"


class EvidenceNotKeptError(CouldNotError):
    """The disk refused the bytes: it is full, cannot be written, or failed. Nothing was kept and nothing recorded."""

    code: ClassVar[str] = "evidence.not-kept"


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


class Measured:
    """A stream that is counted, hashed and bounded while it passes; its first bytes are kept to tell its type."""

    def __init__(self, chunks: Iterable[bytes], limit_bytes: int) -> None:
        self._chunks = chunks
        self._limit_bytes = limit_bytes
        self._digest = hashlib.sha256()
        self.size = 0
        self.head = b""

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self.size += len(chunk)
            if self.size > self._limit_bytes:
                raise EvidenceTooLargeError(
                    f"The file is larger than {self._limit_bytes >> 20} MB.",
                    remedy="Keep it where it is and record its SHA-256 instead.",
                )
            self._digest.update(chunk)
            if len(self.head) < _HEAD_BYTES:
                self.head += chunk[: _HEAD_BYTES - len(self.head)]
            yield chunk

    @property
    def stored(self) -> StoredEvidence:
        """Digest and size of what has passed."""
        return StoredEvidence(self._digest.hexdigest(), self.size)


@dataclass(slots=True)
class Draft:
    """A file that nobody can find yet."""

    file: BinaryIO
    path: Path

    def publish(self, target: Path) -> None:
        """Flush it, give it its final name, and flush the directories that name it."""
        self.file.flush()
        os.fsync(self.file.fileno())
        _make_directory(target.parent, below=self.path.parent)
        self.path.replace(target)
        flush_directory(target.parent)


def _make_directory(directory: Path, *, below: Path) -> None:
    """Make a directory and those above it, owner-only, each durable in the one that names it."""
    if directory != below and not directory.is_dir():
        _make_directory(directory.parent, below=below)
        directory.mkdir(mode=0o700, exist_ok=True)
        flush_directory(directory.parent)


@contextmanager
def draft_in(root: Path) -> Iterator[Draft]:
    """A file beside the final ones; it is gone afterwards unless it was published.

    Raises:
        EvidenceNotKeptError: the disk is full, cannot be written, or failed.
    """
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=root, prefix=INCOMING)
        try:
            with os.fdopen(descriptor, "wb") as file:
                yield Draft(file, Path(name))
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise EvidenceNotKeptError(
            f"The file could not be kept: {error.strerror or error}. Nothing was recorded.",
            remedy="Make room on the disk of the data directory, check that it can be written, and send it again.",
            location=SourceLocation(path=str(root)),
        ) from error


@dataclass(frozen=True, slots=True)
class ContentFiles:
    """A directory of content-addressed files."""

    root: Path

    def put(self, chunks: Iterable[bytes], *, limit_bytes: int = EVIDENCE_LIMIT_BYTES) -> StoredEvidence:
        """Store bytes durably and return their digest; storing the same bytes twice is harmless.

        Raises:
            EvidenceTooLargeError: more than the limit came; nothing is kept.
            EvidenceNotKeptError: the disk refused; nothing is kept.
        """
        measured = Measured(chunks, limit_bytes)
        with draft_in(self.root) as draft:
            draft.file.writelines(measured)
            draft.publish(self.path_of(measured.stored.sha256))
        return measured.stored

    def open(self, sha256: str) -> BinaryIO:
        """The stored bytes as a stream, which says at its end if they are others.

        Raises:
            EvidenceMissingError: there are none under this digest.
        """
        try:
            return checked(self.path_of(sha256).open("rb"), sha256)
        except FileNotFoundError as error:
            raise missing(sha256) from error

    def holds(self, sha256: str) -> bool:
        """Whether there are bytes under this digest; whether they still have it is known when they are read."""
        return self.path_of(sha256).is_file()

    def remove(self, sha256: str) -> None:
        """Take the bytes away; those that are gone already are no fault."""
        path = self.path_of(sha256)
        if path.exists():
            path.unlink(missing_ok=True)
            flush_directory(path.parent)

    def digests(self) -> Iterator[str]:
        """Every digest under which there are bytes, in order."""
        for folder in sorted(self.root.glob("[0-9a-f][0-9a-f]")):
            yield from sorted(path.name for path in folder.iterdir() if _DIGEST.fullmatch(path.name))

    def path_of(self, sha256: str) -> Path:
        """Where the bytes of a digest stand.

        Raises:
            EvidenceMissingError: it is no digest.
        """
        return self.root / usable_digest(sha256)[:2] / sha256


def usable_digest(sha256: str) -> str:
    """A digest that may stand in a path.

    Raises:
        EvidenceMissingError: it is none.
    """
    if not _DIGEST.fullmatch(sha256):
        raise EvidenceMissingError(f"{sha256!r} is not a SHA-256 digest.")
    return sha256


def missing(sha256: str) -> EvidenceMissingError:
    """The error for a digest without bytes."""
    return EvidenceMissingError(f"The evidence store holds no bytes for SHA-256 {sha256}.")


def checked(stream: BinaryIO, sha256: str) -> BinaryIO:
    """The same stream; at its end it raises ``EvidenceAlteredError`` if what was read has another digest."""
    return io.BufferedReader(_Checked(stream, sha256), 64 << 10)


class _Checked(io.RawIOBase):
    def __init__(self, stream: BinaryIO, sha256: str) -> None:
        super().__init__()
        self._stream = stream
        self._sha256 = sha256
        self._digest = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        target = memoryview(buffer).cast("B")
        piece = self._stream.read(len(target))
        self._digest.update(piece)
        if not piece and len(target) and self._digest.hexdigest() != self._sha256:
            raise EvidenceAlteredError(
                f"The stored bytes for SHA-256 {self._sha256} were altered.", remedy="Restore the file from a backup."
            )
        target[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        try:
            self._stream.close()
        finally:
            super().close()


def chunks_of(file: BinaryIO) -> Iterable[bytes]:
    """A stream in pieces of 1 MiB."""
    while chunk := file.read(_CHUNK_BYTES):
        yield chunk
