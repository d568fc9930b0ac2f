"""The lists of files in archives that are not unpacked here: RAR (4 and 5), 7-Zip and Windows cabinets.

Read from their headers alone (RAR technical notes; 7zFormat.txt; MS-CAB, section 2). What a list says of an archive,
that it holds a program or is locked, is what a reader needs to know first. A list that cannot be read is given as far
as it goes; nothing here raises.
"""

import lzma
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from charteroak.mail import limits

_RAR5 = b"Rar!\x1a\x07\x01\x00"
_RAR4_FILE, _RAR4_ARCHIVE, _RAR4_END = 0x74, 0x73, 0x7B
_RAR5_FILE, _RAR5_LOCK, _RAR5_END = 2, 4, 5
_AES_IN_7Z = b"\x06\xf1\x07\x01"
_LZMA_IN_7Z, _LZMA2_IN_7Z = b"\x03\x01\x01\x05", b"\x21\x21\x01"
_MOST_BLOCKS = 10_000
_MOST_TRIES = 64
_MOST_HEADER_BYTES = 1 << 20
_MOST_DICTIONARY = 1 << 24
_NAMES_IN_7Z = b"\x11"


@dataclass(slots=True)
class ArchiveList:
    """Names of the files in an archive, and whether a password locks them or even their list."""

    names: list[str] = field(default_factory=list)
    is_locked: bool = False
    is_cut: bool = False
    """There are more; a program among them was not seen."""


def list_archive(kind: str, data: bytes) -> ArchiveList:
    """The list of an archive of a ``kind`` that has one; empty where it is damaged or locked."""
    found = ArchiveList()
    readers = {"rar": _rar5 if data.startswith(_RAR5) else _rar4, "7z": _seven_zip, "cab": _cabinet}
    if kind not in readers:
        return found
    try:
        for name in readers[kind](data, found):
            if len(found.names) >= _MOST_BLOCKS:
                found.is_cut = True
                break
            found.names.append(name[: limits.MAX_FILE_NAME_CHARACTERS])
    except (struct.error, IndexError, lzma.LZMAError, ValueError):
        pass
    return found


def _rar4(data: bytes, found: ArchiveList) -> Iterator[str]:
    position = 7
    for _ in range(_MOST_BLOCKS):
        kind, flags, size = struct.unpack_from("<BHH", data, position + 2)
        packed = struct.unpack_from("<I", data, position + 7)[0] if flags & 0x8000 or kind == _RAR4_FILE else 0
        if size < 7 or kind == _RAR4_END:
            return
        if kind == _RAR4_ARCHIVE and flags & 0x80:
            found.is_locked = True
            return
        if kind == _RAR4_FILE:
            found.is_locked |= bool(flags & 0x04)
            (length,) = struct.unpack_from("<H", data, position + 26)
            start = position + (40 if flags & 0x100 else 32)
            # Behind a plain name its Unicode form may stand, packed.
            yield data[start : start + length].partition(b"\0")[0].decode("utf-8", "replace")
        position += size + packed
    found.is_cut = True


def _rar5(data: bytes, found: ArchiveList) -> Iterator[str]:
    position = len(_RAR5)
    for _block in range(_MOST_BLOCKS):
        size, start = _number(data, position + 4)
        kind, at = _number(data, start)
        flags, at = _number(data, at)
        extra, at = _number(data, at) if flags & 1 else (0, at)
        packed, at = _number(data, at) if flags & 2 else (0, at)
        if kind in {_RAR5_LOCK, _RAR5_END} or not size:
            found.is_locked |= kind == _RAR5_LOCK
            return
        if kind == _RAR5_FILE:
            file_flags, at = _number(data, at)
            for _ in range(2):
                _, at = _number(data, at)
            at += 4 * bool(file_flags & 2) + 4 * bool(file_flags & 4)
            for _ in range(2):
                _, at = _number(data, at)
            length, at = _number(data, at)
            yield data[at : at + min(length, 4 * limits.MAX_FILE_NAME_CHARACTERS)].decode("utf-8", "replace")
            if extra:
                _, record = _number(data, start + size - extra)
                found.is_locked |= _number(data, record)[0] == 1
        position = start + size + packed
    found.is_cut = True


def _number(data: bytes, position: int) -> tuple[int, int]:
    """A number of seven bits a byte, and where it ends."""
    value = 0
    for count in range(10):
        byte = data[position + count]
        value |= (byte & 0x7F) << (7 * count)
        if not byte & 0x80:
            return value, position + count + 1
    raise ValueError("a number without end")


def _seven_zip(data: bytes, found: ArchiveList) -> Iterator[str]:
    offset, size = struct.unpack_from("<QQ", data, 12)
    header = data[32 + offset : 32 + offset + min(size, _MOST_HEADER_BYTES)]
    if header[:1] == b"\x17":
        if _AES_IN_7Z in header:
            found.is_locked = True
            return
        header = _unpacked_header(data, header)
    found.is_locked |= _AES_IN_7Z in header
    position = header.find(_NAMES_IN_7Z)
    for _ in range(_MOST_TRIES):
        if position < 0:
            return
        size, start = _number_of_7z(header, position + 1)
        names = header[start + 1 : start + size]
        if size > 2 and header[start] == 0 and len(names) == size - 1 and size % 2 == 1 and names.endswith(b"\0\0"):
            yield from names.decode("utf-16-le", "replace").rstrip("\0").split("\0")
            return
        position = header.find(_NAMES_IN_7Z, position + 1)


def _unpacked_header(data: bytes, header: bytes) -> bytes:
    """The header that is packed itself: where its stream begins stands at its beginning, how it is packed behind."""
    if header[1:2] != b"\x06":
        return b""
    start, _ = _number_of_7z(header, 2)
    unpacker = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[_filter_of(header)])
    return unpacker.decompress(data[32 + start : 32 + start + _MOST_HEADER_BYTES], max_length=_MOST_HEADER_BYTES)


def _filter_of(header: bytes) -> dict[str, int]:
    mark = header.find(_LZMA_IN_7Z)
    if mark < 0:
        exponent = header[header.index(_LZMA2_IN_7Z) + len(_LZMA2_IN_7Z)]
        size = min((2 | exponent & 1) << (exponent // 2 + 11), _MOST_DICTIONARY)
        return {"id": lzma.FILTER_LZMA2, "dict_size": size}
    properties, size = struct.unpack_from("<BI", header, mark + len(_LZMA_IN_7Z))
    rest, literal = divmod(properties, 9)
    bits, position = divmod(rest, 5)
    size = min(size, _MOST_DICTIONARY)
    return {"id": lzma.FILTER_LZMA1, "dict_size": size, "lc": literal, "lp": position, "pb": bits}


def _number_of_7z(data: bytes, position: int) -> tuple[int, int]:
    """A number whose first byte says how many follow, and where it ends."""
    first = data[position]
    more = next((count for count in range(8) if not first & (0x80 >> count)), 8)
    low = int.from_bytes(data[position + 1 : position + 1 + more], "little")
    return low | (first & ((0x80 >> more) - 1)) << (8 * more), position + 1 + more


def _cabinet(data: bytes, _: ArchiveList) -> Iterator[str]:
    (position,) = struct.unpack_from("<I", data, 16)
    (count,) = struct.unpack_from("<H", data, 28)
    for _number_of_file in range(count):
        end = data.index(b"\0", position + 16, position + 16 + 4 * limits.MAX_FILE_NAME_CHARACTERS)
        yield data[position + 16 : end].decode("utf-8", "replace")
        position = end + 1
