"""A dossier as one zip file: written the same for the same input, and read as something a stranger sent.

Writing needs no seekable output, so a dossier can be streamed to a browser. Evidence is read twice: once for its digest
and checksum before anything is written, once to copy it.
"""

import hashlib
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from charteroak.dossier import layout
from charteroak.dossier.contents import Dossier, DossierFile, EvidenceSource
from charteroak.dossier.errors import DossierError, DossierIncompleteError, NotADossierError
from charteroak.dossier.limits import (
    ARCHIVE_LIMIT_DIRECTORY_BYTES,
    ARCHIVE_LIMIT_FILES,
    ARCHIVE_LIMIT_RATIO,
    ARCHIVE_LIMIT_TOTAL_BYTES,
    CHUNK_BYTES,
    DOCUMENT_LIMIT_BYTES,
    NAME_LIMIT_BYTES,
)
from charteroak.dossier.zip_format import (
    END_BYTES,
    DirectoryEnd,
    Member,
    central_header,
    end_records,
    local_header,
    parse_directory_end,
)
from charteroak.errors import SourceLocation

_NAME_THE_ZIP = "Name the zip file of a dossier, an export of custody or a referral."
_LOCAL_NAME_OFFSET = 30
"""Where the name of the first member stands in the file."""

_ENCRYPTED = 0x1
_SYMBOLIC_LINK = 0o120000
_FILE_TYPE = 0o170000


def write_archive(dossier: Dossier, out: BinaryIO) -> None:
    """Write the dossier as a zip archive.

    Raises:
        DossierIncompleteError: an evidence file is not what its digest says, or changes while it is read; what was
            written so far is no dossier and has to be thrown away.
    """
    members = [_measured(dossier, file) for file in dossier.files]
    offset = 0
    table: list[bytes] = []
    for member, file in zip(members, dossier.files, strict=True):
        table.append(central_header(member, offset))
        header = local_header(member)
        out.write(header)
        copied = 0
        for chunk in _chunks(file):
            copied += out.write(chunk)
        if copied != member.size:
            raise DossierIncompleteError(f"{file.name} changed while it was read.", remedy="Make the dossier again.")
        offset += len(header) + copied
    directory = b"".join(table)
    out.write(directory + end_records(DirectoryEnd(len(table), len(directory), offset)))


def _measured(dossier: Dossier, file: DossierFile) -> Member:
    digest, crc32, size = hashlib.sha256(), 0, 0
    for chunk in _chunks(file):
        digest.update(chunk)
        crc32 = zlib.crc32(chunk, crc32)
        size += len(chunk)
    if digest.hexdigest() != file.sha256:
        raise DossierIncompleteError(
            f"The stored bytes of {file.name} have SHA-256 {digest.hexdigest()}.",
            remedy="Restore the evidence file from a backup.",
        )
    return Member(f"{dossier.folder}/{file.name}", crc32, size, is_executable=file.name == layout.VERIFIER)


def _chunks(file: DossierFile) -> Iterator[bytes]:
    if isinstance(file.content, EvidenceSource):
        with file.content.open() as stream:
            while chunk := stream.read(CHUNK_BYTES):
                yield chunk
    elif isinstance(file.content, bytes):
        yield file.content
    else:
        yield file.content()


@dataclass(slots=True)
class DossierArchive:
    """An opened archive whose table of members was checked; their contents are not, until they are read."""

    folder: str
    names: frozenset[str]
    _zip: zipfile.ZipFile = field(repr=False)
    _file: BinaryIO = field(repr=False)

    def chunks(self, name: str) -> Iterator[bytes]:
        """A member's bytes in pieces.

        Raises:
            DossierError: it is not there, or the archive's checksum of it does not hold.
        """
        if name not in self.names:
            raise DossierError(name, "is missing")
        info = self._zip.getinfo(f"{self.folder}/{name}")
        size = 0
        try:
            with self._zip.open(info) as stream:
                while chunk := stream.read(CHUNK_BYTES):
                    size += len(chunk)
                    yield chunk
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
            raise DossierError(name, f"cannot be unpacked: {error}") from error
        if size != info.file_size:
            raise DossierError(name, f"has {size} bytes where the archive says {info.file_size}")

    def read(self, name: str) -> bytes:
        """A member's bytes, whole.

        Raises:
            DossierError: it is not there, damaged, or larger than such a file may be.
        """
        parts: list[bytes] = []
        size = 0
        for chunk in self.chunks(name):
            size += len(chunk)
            if size > DOCUMENT_LIMIT_BYTES:
                raise DossierError(name, f"is larger than the {DOCUMENT_LIMIT_BYTES >> 20} MB that it may have")
            parts.append(chunk)
        return b"".join(parts)

    def verify_packing(self) -> bool:
        """Whether the archive is byte for byte as ``write_archive`` makes it; false if another program packed it anew.

        Repacking changes the record of every member; where only some differ, someone altered this very archive.

        Raises:
            DossierError: some of the archive's own records were altered.
        """
        members = [self._member(info) for info in self._zip.infolist() if not info.is_dir()]
        table_offset = sum(len(local_header(member)) + member.size for member in members)
        position, offset = table_offset, 0
        odd: list[str] = []
        for member in members:
            header, record = local_header(member), central_header(member, offset)
            if self._at(offset, len(header)) != header or self._at(position, len(record)) != record:
                odd.append(member.name.removeprefix(f"{self.folder}/"))
            offset += len(header) + member.size
            position += len(record)
        if len(odd) == len(members):
            return False
        if odd:
            raise DossierError(odd[0], "what the archive itself says of it was altered")
        end = end_records(DirectoryEnd(len(members), position - table_offset, table_offset))
        if self._at(position, len(end) + 1) != end:
            raise DossierError(self.folder, "the end of the archive was altered")
        return True

    def _member(self, info: zipfile.ZipInfo) -> Member:
        is_verifier = info.filename == f"{self.folder}/{layout.VERIFIER}"
        return Member(info.filename, info.CRC, info.file_size, is_executable=is_verifier)

    def _at(self, offset: int, length: int) -> bytes:
        self._file.seek(offset)
        return self._file.read(length)


@contextmanager
def open_archive(path: Path, *, accepts: Callable[[str], bool] = layout.is_folder_name) -> Iterator[DossierArchive]:
    """Open a dossier for reading; limits are checked before the zip library reads the table of members.

    Raises:
        NotADossierError: the file is no zip archive, or beyond the limits of what a dossier can be.
        DossierError: a member is one that no dossier has (a link, a name that leaves the folder, a zip bomb).
    """
    place = SourceLocation(path=str(path))
    try:
        file = path.open("rb")
    except IsADirectoryError as error:
        raise NotADossierError("This is a directory.", remedy=_NAME_THE_ZIP, location=place) from error
    except OSError as error:
        raise NotADossierError(f"Cannot be opened: {error.strerror}.", location=place) from error
    with file:
        looks_like_a_dossier = _looks_like_a_dossier(file, accepts)
        try:
            _check_end(file)
            archive = zipfile.ZipFile(file)
            folder, names = _check_members(archive, file.seek(0, 2), accepts)
        except (zipfile.BadZipFile, zipfile.LargeZipFile, OSError, ValueError, NotImplementedError) as error:
            if looks_like_a_dossier:
                raise DossierError(path.name, f"the archive is damaged: {error}") from error
            raise NotADossierError(f"Not a dossier: {error}.", remedy=_NAME_THE_ZIP, location=place) from error
        with archive:
            yield DossierArchive(folder, names, archive, file)


def _looks_like_a_dossier(file: BinaryIO, accepts: Callable[[str], bool]) -> bool:
    """Whether first member and end are those of a dossier's zip file, so that damage between is damage to a dossier."""
    start = file.read(_LOCAL_NAME_OFFSET + NAME_LIMIT_BYTES)
    folder = start[_LOCAL_NAME_OFFSET:].partition(b"/")[0]
    return accepts(folder.decode("ascii", "replace")) and _directory_end(file) is not None


def _directory_end(file: BinaryIO) -> DirectoryEnd | None:
    length = file.seek(0, 2)
    file.seek(max(0, length - END_BYTES))
    return parse_directory_end(file.read(END_BYTES))


def _check_end(file: BinaryIO) -> None:
    """Refuse what is no zip, and what the zip library would read whole before anyone could say no."""
    end = _directory_end(file)
    file.seek(0)
    if end is None or file.read(2) != b"PK":
        raise zipfile.BadZipFile("it is no zip file, or one that was cut short")
    if end.count > ARCHIVE_LIMIT_FILES or end.size > ARCHIVE_LIMIT_DIRECTORY_BYTES:
        raise zipfile.BadZipFile(f"it has more than {ARCHIVE_LIMIT_FILES} members")


def _check_members(archive: zipfile.ZipFile, length: int, accepts: Callable[[str], bool]) -> tuple[str, frozenset[str]]:
    """The one top folder and the paths below it."""
    infos = archive.infolist()
    folder = infos[0].filename.partition("/")[0] if infos else ""
    if not accepts(folder):
        raise zipfile.BadZipFile(f"no dossier has the top folder {folder[:100]!r}")
    seen: set[str] = set()
    total = packed = 0
    for info in infos:
        name = _checked_name(info, folder)
        if name.casefold() in seen:
            raise DossierError(name, "stands in the archive twice")
        seen.add(name.casefold())
        total += info.file_size
        packed += info.compress_size
        if info.file_size > ARCHIVE_LIMIT_RATIO * info.compress_size + CHUNK_BYTES:
            raise DossierError(name, f"unpacks to more than {ARCHIVE_LIMIT_RATIO} times its packed size")
        if total > ARCHIVE_LIMIT_TOTAL_BYTES or packed > length:
            raise DossierError(name, "overlaps another member of the archive, or is larger than a dossier can be")
    return folder, frozenset(info.filename.removeprefix(f"{folder}/") for info in infos if not info.is_dir())


def _checked_name(info: zipfile.ZipInfo, folder: str) -> str:
    if not info.filename:
        raise zipfile.BadZipFile("a member has no name")
    name = info.filename.removeprefix(f"{folder}/")
    shown = info.filename[:NAME_LIMIT_BYTES]
    if info.is_dir():
        inner = name.removesuffix("/")
        if info.file_size or (inner and not layout.is_safe_path(inner)):
            raise DossierError(shown, "is no folder of a dossier")
        return name or folder
    if not info.filename.startswith(f"{folder}/") or not layout.is_safe_path(name):
        raise DossierError(shown, "is not a file name that a dossier has")
    if len(info.filename) > NAME_LIMIT_BYTES:
        raise DossierError(shown, "has too long a name")
    if info.flag_bits & _ENCRYPTED:
        raise DossierError(name, "is encrypted")
    if (info.external_attr >> 16) & _FILE_TYPE == _SYMBOLIC_LINK:
        raise DossierError(name, "is a link, not a file")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise DossierError(name, f"is packed by method {info.compress_type}, which is not read")
    if info.compress_type == zipfile.ZIP_STORED and info.compress_size != info.file_size:
        raise DossierError(name, "has two sizes in the archive's table of members")
    return name
