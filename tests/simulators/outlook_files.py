"""Outlook messages (.msg) made from nothing: a little writer of OLE compound files (MS-CFB) and MS-OXMSG properties.

No library that may be used here writes such files, and no real message may be kept in the repository.
"""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

_SECTOR, _MINI_SECTOR, _CUTOFF = 512, 64, 4096
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_NO_ENTRY = 0xFFFFFFFF

Tree = Mapping[str, "bytes | Tree"]


@dataclass
class _Entry:
    name: str
    kind: int
    content: bytes = b""
    children: list[int] = field(default_factory=list)
    start: int = _END
    size: int = 0


def compound_file(tree: Tree) -> bytes:
    """An OLE compound file with these storages and streams."""
    entries = [_Entry("Root Entry", 5)]
    _add(tree, 0, entries)
    mini = bytearray()
    mini_fat: list[int] = []
    sectors: list[bytes] = []
    fat: list[int] = []

    def store(content: bytes) -> int:
        if not content:
            return _END
        first = len(sectors)
        pieces = [content[n : n + _SECTOR].ljust(_SECTOR, b"\0") for n in range(0, len(content), _SECTOR)]
        sectors.extend(pieces)
        fat.extend([*range(first + 1, first + len(pieces)), _END])
        return first

    for entry in entries[1:]:
        if entry.kind != 2:
            continue
        entry.size = len(entry.content)
        if entry.size >= _CUTOFF:
            entry.start = store(entry.content)
        elif entry.content:
            count = -(-entry.size // _MINI_SECTOR)
            entry.start = len(mini_fat)
            mini_fat.extend([*range(entry.start + 1, entry.start + count), _END])
            mini += entry.content.ljust(count * _MINI_SECTOR, b"\0")
    entries[0].start, entries[0].size = store(bytes(mini)), len(mini)
    mini_fat_start = store(struct.pack(f"<{len(mini_fat)}I", *mini_fat)) if mini_fat else _END
    mini_fat_sectors = -(-len(mini_fat) * 4 // _SECTOR)
    directory = b"".join(_directory_entry(entry, entries) for entry in entries)
    directory_start = store(directory)
    fat_sectors = 1
    while fat_sectors * _SECTOR // 4 < len(fat) + fat_sectors:
        fat_sectors += 1
    fat_start = len(sectors)
    fat += [_FAT] * fat_sectors
    fat += [_FREE] * (fat_sectors * _SECTOR // 4 - len(fat))
    table = struct.pack(f"<{len(fat)}I", *fat)
    sectors += [table[n : n + _SECTOR] for n in range(0, len(table), _SECTOR)]
    places = [fat_start + n for n in range(fat_sectors)]
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack(
        "<IIIIIIIII", 0, fat_sectors, directory_start, 0, _CUTOFF, mini_fat_start, mini_fat_sectors, _END, 0
    )
    header += struct.pack("<109I", *(places + [_FREE] * (109 - len(places))))
    return header + b"".join(sectors)


def _add(tree: Tree, parent: int, entries: list[_Entry]) -> None:
    for name, content in tree.items():
        number = len(entries)
        entries[parent].children.append(number)
        if isinstance(content, bytes):
            entries.append(_Entry(name, 2, content))
        else:
            entries.append(_Entry(name, 1))
            _add(content, number, entries)


def _directory_entry(entry: _Entry, entries: list[_Entry]) -> bytes:
    """128 bytes; siblings hang in one chain to the right, in the order that MS-CFB 2.6.4 asks for."""
    number = entries.index(entry)
    right = _NO_ENTRY
    for other in entries:
        order = sorted(other.children, key=lambda child: (len(entries[child].name), entries[child].name.upper()))
        if number in order and order.index(number) + 1 < len(order):
            right = order[order.index(number) + 1]
    order = sorted(entry.children, key=lambda child: (len(entries[child].name), entries[child].name.upper()))
    name = entry.name.encode("utf-16-le") + b"\0\0"
    return (
        name.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(name), entry.kind, 1, _NO_ENTRY, right, order[0] if order else _NO_ENTRY)
        + bytes(36)
        + struct.pack("<IQ", 0 if entry.kind == 1 else entry.start, entry.size)
    )


def outlook_message(
    *,
    headers: str = "",
    subject: str = "",
    sender: tuple[str, str] = ("", ""),
    recipients: Sequence[tuple[str, str]] = (),
    text: str = "",
    html: bytes = b"",
    rtf: bytes = b"",
    files: Sequence[tuple[str, bytes]] = (),
    attached: Sequence[Tree] = (),
    is_attached: bool = False,
) -> dict[str, "bytes | Tree"]:
    """The storages and streams of a message; ``compound_file`` makes the file."""
    tree: dict[str, bytes | Tree] = {"__properties_version1.0": bytes(24 if is_attached else 32)}

    def put(identifier: int, value: str) -> None:
        if value:
            tree[f"__substg1.0_{identifier:04X}001F"] = value.encode("utf-16-le")

    put(0x007D, headers)
    put(0x0037, subject)
    put(0x0C1A, sender[0])
    put(0x5D01, sender[1])
    put(0x1000, text)
    if html:
        tree["__substg1.0_10130102"] = html
    if rtf:
        tree["__substg1.0_10090102"] = rtf
    for number, (name, address) in enumerate(recipients):
        tree[f"__recip_version1.0_#{number:08X}"] = {
            "__properties_version1.0": bytes(8),
            "__substg1.0_3001001F": name.encode("utf-16-le"),
            "__substg1.0_39FE001F": address.encode("utf-16-le"),
        }
    for number, (name, content) in enumerate(files):
        tree[f"__attach_version1.0_#{number:08X}"] = {
            "__properties_version1.0": bytes(8),
            "__substg1.0_3707001F": name.encode("utf-16-le"),
            "__substg1.0_37010102": content,
        }
    for number, inner in enumerate(attached, start=len(files)):
        tree[f"__attach_version1.0_#{number:08X}"] = {
            "__properties_version1.0": bytes(8),
            "__substg1.0_3701000D": inner,
        }
    return tree
