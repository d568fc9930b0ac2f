"""The byte layout of our zip archives (PKWARE APPNOTE 6.3, sections 4.3.7, 4.3.12 to 4.3.16): one form, no choices.

Members are stored without compression, since what a compressor writes differs from version to version; names are
ASCII; every time is 1 January 1980; sizes stand in front of the data. So equal members give equal bytes everywhere, and
a reader can tell whether an archive is byte for byte as written.
"""

import struct
from dataclasses import dataclass

_LOCAL_HEADER = struct.Struct("<4s5H3I2H")
_CENTRAL_HEADER = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_ZIP64_END = struct.Struct("<4sQ2H2I4Q")
_ZIP64_LOCATOR = struct.Struct("<4sIQI")

_DOS_DATE = (1 << 5) | 1
"""1 January 1980, the first day that the format can write; its time is 0."""

_MAX_16, _MAX_32 = 0xFFFF, 0xFFFFFFFF
_VERSION, _VERSION_ZIP64 = 20, 45
_MADE_ON_UNIX = 3 << 8
_REGULAR_FILE = 0o100000


@dataclass(frozen=True, slots=True)
class Member:
    """What the archive's own records say of a member."""

    name: str
    crc32: int
    size: int
    is_executable: bool

    @property
    def encoded_name(self) -> bytes:
        """The path as bytes."""
        return self.name.encode("ascii")


@dataclass(frozen=True, slots=True)
class DirectoryEnd:
    """How many members an archive has, and where its table of them stands."""

    count: int
    size: int
    offset: int


def local_header(member: Member) -> bytes:
    """The record in front of a member's data."""
    big = member.size >= _MAX_32
    extra = struct.pack("<2H2Q", 1, 16, member.size, member.size) if big else b""
    size = _MAX_32 if big else member.size
    version = _VERSION_ZIP64 if big else _VERSION
    name = member.encoded_name
    fields = _LOCAL_HEADER.pack(
        b"PK\x03\x04", version, 0, 0, 0, _DOS_DATE, member.crc32, size, size, len(name), len(extra)
    )
    return fields + name + extra


def central_header(member: Member, offset: int) -> bytes:
    """The record of a member in the table at the end."""
    big, far = member.size >= _MAX_32, offset >= _MAX_32
    values = ([member.size, member.size] if big else []) + ([offset] if far else [])
    extra = struct.pack(f"<2H{len(values)}Q", 1, 8 * len(values), *values) if values else b""
    size = _MAX_32 if big else member.size
    version = _VERSION_ZIP64 if values else _VERSION
    mode = _REGULAR_FILE | (0o755 if member.is_executable else 0o644)
    name = member.encoded_name
    fields = _CENTRAL_HEADER.pack(
        b"PK\x01\x02", _MADE_ON_UNIX | version, version, 0, 0, 0, _DOS_DATE, member.crc32, size, size,
        len(name), len(extra), 0, 0, 0, mode << 16, _MAX_32 if far else offset,
    )  # fmt: skip
    return fields + name + extra


def end_records(end: DirectoryEnd) -> bytes:
    """What stands behind the table: for a large archive the 64-bit records, and always the plain one."""
    large = end.count >= _MAX_16 or end.size >= _MAX_32 or end.offset >= _MAX_32
    records = b""
    if large:
        records = _ZIP64_END.pack(
            b"PK\x06\x06", _ZIP64_END.size - 12, _MADE_ON_UNIX | _VERSION_ZIP64, _VERSION_ZIP64, 0, 0,
            end.count, end.count, end.size, end.offset,
        ) + _ZIP64_LOCATOR.pack(b"PK\x06\x07", 0, end.offset + end.size, 1)  # fmt: skip
    count = min(end.count, _MAX_16)
    return records + _END.pack(b"PK\x05\x06", 0, 0, count, count, min(end.size, _MAX_32), min(end.offset, _MAX_32), 0)


END_BYTES = _ZIP64_END.size + _ZIP64_LOCATOR.size + _END.size
"""How much of an archive's end ``parse_directory_end`` needs to see."""


def parse_directory_end(tail: bytes) -> DirectoryEnd | None:
    """Where the table of members stands, from an archive's last bytes; ``None`` if they are not those of a zip.

    An archive with a comment behind it is not read: ours has none, and a comment can hide a second archive.
    """
    if len(tail) < _END.size:
        return None
    signature, _, _, _, count, size, offset, comment = _END.unpack(tail[-_END.size :])
    if signature != b"PK\x05\x06" or comment:
        return None
    front = tail[: -_END.size]
    if front[-_ZIP64_LOCATOR.size :][:4] == b"PK\x06\x07":
        record = front[: -_ZIP64_LOCATOR.size][-_ZIP64_END.size :]
        if len(record) < _ZIP64_END.size or not record.startswith(b"PK\x06\x06"):
            return None
        *_, count, size, offset = _ZIP64_END.unpack(record)
    return DirectoryEnd(count, size, offset)
