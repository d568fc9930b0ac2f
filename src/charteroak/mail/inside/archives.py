"""Archives: what is in them, read within a budget that is counted while bytes come out.

Sizes that an archive states are never believed: a zip bomb, a quine and overlapping entries all meet the same count of
bytes that were really inflated (facts: 50 MB, ratio 200). Nothing is written anywhere, so a name with ``../`` is only a
name. Locked archives are tried with words that the message itself offers as a password, as its reader would.
"""

import bz2
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO

from charteroak.mail import limits
from charteroak.mail.filetypes import (
    DISK_IMAGE_EXTENSIONS,
    MACRO_EXTENSIONS,
    PAGE_EXTENSIONS,
    PROGRAM_EXTENSIONS,
    PROGRAM_TYPES,
    detect_type,
    extension,
)
from charteroak.mail.inside.archive_lists import list_archive
from charteroak.mail.inside.finding import Inside, InsideDefect

ARCHIVE_KINDS = frozenset({"zip", "gzip", "bzip2", "xz", "tar", "rar", "7z", "cab"})
_CHUNK = 64 << 10

Looker = Callable[[str, str, bytes, Sequence[str], int], Inside]
"""Looks into a file found in an archive: kind, name, bytes, passwords, depth."""


@dataclass(slots=True)
class Budget:
    """Bytes that may still come out of one outermost archive, and how many went in."""

    left: int = limits.MAX_INFLATED_BYTES

    def spend(self, count: int) -> bool:
        """Whether so many bytes were still allowed."""
        self.left -= count
        return self.left >= 0


class _BombError(Exception):
    """More came out than an honest archive holds."""


def look_into_archive(
    kind: str, name: str, data: bytes, passwords: Sequence[str], *, look: Looker, depth: int, budget: Budget
) -> Inside:
    """What an archive holds; each file in it that can be read is looked into."""
    found = Inside()
    found.flag("archive")
    try:
        if kind == "zip":
            _walk_zip(data, passwords, found, look, depth, budget)
        elif kind == "tar":
            _walk_tar(io.BytesIO(data), passwords, found, look, depth, budget)
        elif kind in {"gzip", "bzip2", "xz"}:
            _unpack_stream(kind, name, data, passwords, found, look, depth, budget)
        else:
            _note_list(kind, data, found)
    except _BombError:
        found.flag("archive-bomb")
        found.miss(InsideDefect.BOMB, "An archive grows far beyond its size; the rest of it was not read.")
    return found


def _note_list(kind: str, data: bytes, found: Inside) -> None:
    listed = list_archive(kind, data)
    for name in listed.names:
        _note_name(name, found)
    if listed.is_locked:
        found.flag("password-protected")
    if listed.is_cut:
        found.miss(InsideDefect.CUT, "An archive lists too many files.")
    found.miss(InsideDefect.NOT_OPENED, f"({kind})")


def _walk_zip(data: bytes, passwords: Sequence[str], found: Inside, look: Looker, depth: int, budget: Budget) -> None:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - zipfile raises several kinds on hostile directories
        found.miss(InsideDefect.DAMAGED, f"An archive ({type(error).__name__}).")
        return
    with archive:
        entries = archive.infolist()
        if len(entries) > limits.MAX_ARCHIVE_ENTRIES:
            found.miss(InsideDefect.CUT, f"An archive lists {len(entries)} files.")
        opener = ""
        for entry in entries[: limits.MAX_ARCHIVE_ENTRIES]:
            _note_name(entry.filename, found)
            if entry.is_dir():
                continue
            if entry.flag_bits & 1:
                found.flag("password-protected")
                opener = opener or _password_that_opens(archive, entry, passwords)
                if not opener:
                    found.miss(InsideDefect.LOCKED, "An archive.")
                    continue
                found.flag("password-in-message")
            content = _read_entry(archive, entry, opener, budget, found)
            if content is not None:
                _look_at(entry.filename, content, passwords, found, look, depth)


def _password_that_opens(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, passwords: Sequence[str]) -> str:
    for password in passwords[: limits.MAX_PASSWORDS_TRIED]:
        try:
            with archive.open(entry, pwd=password.encode("utf-8", "replace")) as stream:
                stream.read(1)
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001, S112 - a wrong password shows as one of several exceptions
            continue
        return password
    return ""


def _read_entry(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, password: str, budget: Budget, found: Inside
) -> bytes | None:
    try:
        with archive.open(entry, pwd=password.encode("utf-8", "replace") if password else None) as stream:
            return _read_counted(stream, max(entry.compress_size, 1), budget, found)
    except (_BombError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - zipfile raises several kinds on hostile entries
        found.miss(InsideDefect.DAMAGED, f"A file in an archive ({type(error).__name__}).")
        return None


def _read_counted(stream: IO[bytes], packed: int, budget: Budget, found: Inside) -> bytes:
    """The beginning of an entry; every byte that comes out is counted, whatever the directory says."""
    pieces: list[bytes] = []
    size = 0
    while piece := stream.read(_CHUNK):
        size += len(piece)
        if not budget.spend(len(piece)) or (size > (1 << 20) and size > packed * limits.MAX_INFLATION_RATIO):
            raise _BombError
        pieces.append(piece)
        if size >= limits.MAX_ENTRY_BYTES:
            found.miss(InsideDefect.CUT, "A large file in an archive; its beginning was read.")
            break
    return b"".join(pieces)


def _walk_tar(
    stream: IO[bytes], passwords: Sequence[str], found: Inside, look: Looker, depth: int, budget: Budget
) -> None:
    try:
        with tarfile.open(fileobj=stream, mode="r:") as archive:
            for number, entry in enumerate(archive):
                if number >= limits.MAX_ARCHIVE_ENTRIES:
                    found.miss(InsideDefect.CUT, "An archive lists too many files.")
                    return
                _note_name(entry.name, found)
                content = archive.extractfile(entry) if entry.isreg() else None
                if content is not None:
                    data = _read_counted(content, max(entry.size, 1), budget, found)
                    _look_at(entry.name, data, passwords, found, look, depth)
    except (_BombError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - tarfile raises several kinds on hostile headers
        found.miss(InsideDefect.DAMAGED, f"An archive ({type(error).__name__}).")


def _unpack_stream(
    kind: str, name: str, data: bytes, passwords: Sequence[str], found: Inside, look: Looker, depth: int, budget: Budget
) -> None:
    pieces: list[bytes] = []
    size = 0
    try:
        for piece in _inflated(kind, data):
            size += len(piece)
            if not budget.spend(len(piece)) or (size > (1 << 20) and size > len(data) * limits.MAX_INFLATION_RATIO):
                raise _BombError
            pieces.append(piece)
            if size >= limits.MAX_ENTRY_BYTES:
                found.miss(InsideDefect.CUT, "A large file in an archive; its beginning was read.")
                break
    except (zlib.error, OSError, lzma.LZMAError, EOFError, ValueError):
        found.miss(InsideDefect.DAMAGED, "An archive.")
    content = b"".join(pieces)
    if not content:
        found.miss(InsideDefect.DAMAGED, "An archive.")
    inner = name.rpartition(".")[0] or "content"
    if content and detect_type(content) == "tar":
        _walk_tar(io.BytesIO(content), passwords, found, look, depth, budget)
    elif content:
        _note_name(inner, found)
        _look_at(inner, content, passwords, found, look, depth)


def _inflated(kind: str, data: bytes) -> Iterator[bytes]:
    if kind == "gzip":
        inflater = zlib.decompressobj(wbits=31)
        rest = data
        while rest and not inflater.eof:
            yield inflater.decompress(rest, _CHUNK)
            rest = inflater.unconsumed_tail
        return
    # xz is told its memory limit: a dictionary size is only a number in a header.
    unpacker = bz2.BZ2Decompressor() if kind == "bzip2" else lzma.LZMADecompressor(memlimit=96 << 20)
    piece = unpacker.decompress(data, max_length=_CHUNK)
    while piece or not (unpacker.eof or unpacker.needs_input):
        yield piece
        if unpacker.eof:
            return
        piece = unpacker.decompress(b"", max_length=_CHUNK)


def _note_name(name: str, found: Inside) -> None:
    shown = name[: limits.MAX_FILE_NAME_CHARACTERS]
    if len(found.names) < limits.MAX_ARCHIVE_ENTRIES:
        found.names.append(shown)
    last = extension(shown)
    if last in PROGRAM_EXTENSIONS | DISK_IMAGE_EXTENSIONS:
        found.flag("archive-with-program")
    elif last in PAGE_EXTENSIONS:
        found.flag("archive-with-web-page")
    elif last in MACRO_EXTENSIONS:
        found.flag("macro-document")
    if ".." in shown.replace("\\", "/").split("/") or shown.startswith(("/", "\\")) or ":" in shown[:3]:
        found.flag("archive-escapes-its-folder")


def _look_at(name: str, content: bytes, passwords: Sequence[str], found: Inside, look: Looker, depth: int) -> None:
    kind = detect_type(content, name)
    if kind in PROGRAM_TYPES or kind == "disk-image":
        found.flag("archive-with-program")
    if depth >= limits.MAX_ARCHIVE_DEPTH and kind in ARCHIVE_KINDS:
        found.miss(InsideDefect.CUT, "Archives are nested too deeply; the inner ones were not read.")
        return
    found.take(look(kind, name, content, passwords, depth + 1))
