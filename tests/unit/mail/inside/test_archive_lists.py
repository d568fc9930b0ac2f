"""Lists of archives that are not unpacked: names and locks are read from headers, whatever else is in them."""

import lzma
import random
import struct

import pytest

from charteroak.mail.inside.archive_lists import list_archive
from charteroak.mail.inside.finding import InsideDefect
from charteroak.mail.inside.looking import look_inside


def _rar4(name: bytes, *, flags: int = 0, archive_flags: int = 0) -> bytes:
    head = struct.pack("<IIBIIBBHI", 3, 3, 2, 0, 0, 29, 0x30, len(name), 0) + name
    entry = struct.pack("<HBHH", 0, 0x74, 0x8000 | flags, 7 + len(head)) + head + b"abc"
    return b"Rar!\x1a\x07\0" + struct.pack("<HBHHHI", 0, 0x73, archive_flags, 13, 0, 0) + entry * 2


def _rar5(name: bytes, *, extra: bytes = b"", kind: int = 2) -> bytes:
    head = (
        bytes([kind, 3 if extra else 2, *([len(extra)] if extra else []), 3, 0, 3, 0, 0, 0, len(name)]) + name + extra
    )
    return b"Rar!\x1a\x07\x01\0" + (bytes(4) + bytes([len(head)]) + head + b"abc") * 2


def _seven_zip(*names: str, packed: str = "", coder: bytes = b"") -> bytes:
    written = "".join(f"{name}\0" for name in names).encode("utf-16-le")
    header = b"\x01\x04\x06\0" + coder + b"\x05\x01\x11" + bytes([len(written) + 1]) + b"\0" + written + b"\0\0"
    stream = b""
    if packed:
        filters = {
            "lzma": (
                {"id": lzma.FILTER_LZMA1, "dict_size": 65536},
                b"\x23\x03\x01\x01\x05\x5d" + struct.pack("<I", 65536),
            ),
            "lzma2": ({"id": lzma.FILTER_LZMA2, "dict_size": 65536}, b"\x21\x21\x01\x0a"),
            "locked": ({"id": lzma.FILTER_LZMA2, "dict_size": 65536}, b"\x24\x06\xf1\x07\x01\x01\0"),
        }
        chosen, how = filters[packed]
        stream = lzma.compress(header, format=lzma.FORMAT_RAW, filters=[chosen])
        header = b"\x17\x06\0\x01\x09" + bytes([len(stream)]) + b"\0\x07\x0b\x01\0\x01" + how + b"\x0c\x20\0\0"
    return (
        b"7z\xbc\xaf\x27\x1c\0\x04"
        + bytes(4)
        + struct.pack("<QQ", len(stream), len(header))
        + bytes(4)
        + stream
        + header
    )


def _cabinet(name: bytes) -> bytes:
    return (
        b"MSCF"
        + bytes(12)
        + struct.pack("<I", 36)
        + bytes(8)
        + struct.pack("<H", 1)
        + bytes(6)
        + bytes(16)
        + name
        + b"\0"
    )


@pytest.mark.parametrize(
    ("kind", "data", "is_locked"),
    [
        ("rar", _rar4(b"bill.exe"), False),
        ("rar", _rar4(b"bill.exe", flags=4), True),
        ("rar", _rar5(b"bill.exe"), False),
        ("rar", _rar5(b"bill.exe", extra=b"\x03\x01\0\0"), True),
        ("7z", _seven_zip("bill.exe"), False),
        ("7z", _seven_zip("bill.exe", packed="lzma"), False),
        ("7z", _seven_zip("bill.exe", packed="lzma2"), False),
        ("7z", _seven_zip("bill.exe", coder=b"\x06\xf1\x07\x01"), True),
        ("cab", _cabinet(b"bill.exe"), False),
    ],
)
def test_program_in_an_archive_that_is_not_unpacked_is_seen_by_its_name(
    kind: str, data: bytes, is_locked: bool
) -> None:
    assert "bill.exe" in list_archive(kind, data).names
    found = look_inside(kind, f"a.{kind}", data, ())
    assert "archive-with-program" in found.flags
    assert ("password-protected" in found.flags) is is_locked
    assert "file-kind-not-opened" in {why for why, _ in found.defects}


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("rar", _rar4(b"bill.exe", archive_flags=0x80)),
        ("rar", _rar5(b"bill.exe", kind=4)),
        ("7z", _seven_zip("bill.exe", packed="locked")),
    ],
)
def test_an_archive_whose_very_list_is_locked_is_told_as_locked(kind: str, data: bytes) -> None:
    listed = list_archive(kind, data)
    assert listed.is_locked
    assert listed.names == []


def test_damaged_lists_end_and_raise_nothing() -> None:
    samples = [
        _rar4(b"a.exe"),
        _rar5(b"a.exe"),
        _seven_zip("a.exe", packed="lzma"),
        _seven_zip("a.exe"),
        _cabinet(b"a.exe"),
    ]
    chance = random.Random(20261122)  # noqa: S311 - no secret
    for _ in range(2_000):
        data = bytearray(chance.choice(samples))
        for _ in range(4):
            data[chance.randrange(len(data))] = chance.randrange(256)
        for kind in ("rar", "7z", "cab", "zip"):
            assert len(list_archive(kind, bytes(data[: chance.randrange(len(data))])).names) <= 1_000
    list_archive("rar", b"Rar!\x1a\x07\0" + b"\0\0\x75\0\0\x07\0" * 500_000)
    list_archive("7z", _seven_zip("a")[:12] + struct.pack("<QQ", 0, 1 << 40) + bytes(4) + b"\x01" + b"\x11" * 500_000)


def _rar4_of(*names: bytes) -> bytes:
    heads = (struct.pack("<IIBIIBBHI", 0, 0, 2, 0, 0, 29, 0x30, len(name), 0) + name for name in names)
    return b"Rar!\x1a\x07\0" + b"".join(struct.pack("<HBHH", 0, 0x74, 0x8000, 7 + len(head)) + head for head in heads)


def test_program_behind_a_thousand_names_is_seen_and_a_list_that_is_longer_still_is_told_as_cut() -> None:
    found = look_inside("rar", "a.rar", _rar4_of(*[b"x.txt"] * 1000, b"run.exe"), ())
    assert "archive-with-program" in found.flags
    assert InsideDefect.CUT not in {why for why, _ in found.defects}
    found = look_inside("rar", "a.rar", _rar4_of(*[b"x.txt"] * 10_000, b"run.exe"), ())
    assert InsideDefect.CUT in {why for why, _ in found.defects}
