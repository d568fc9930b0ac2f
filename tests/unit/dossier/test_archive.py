"""The zip file: the same bytes each time, readable everywhere, and nothing a stranger sent is trusted."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from charteroak.dossier import archive as archives
from charteroak.dossier.archive import open_archive, write_archive
from charteroak.dossier.builder import build_dossier
from charteroak.dossier.contents import EvidenceSource
from charteroak.dossier.errors import DossierError, DossierIncompleteError, NotADossierError
from charteroak.dossier.zip_format import (
    DirectoryEnd,
    Member,
    central_header,
    end_records,
    local_header,
    parse_directory_end,
)

FOLDER = "dossier-elm-hollow-bakery-2026-03-01-2026-03-20"


class OnlyForwards(io.RawIOBase):
    """An output that cannot be rewound, such as a browser."""

    def __init__(self) -> None:
        self.content = b""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.content += bytes(data)
        return len(data)


def packed(request: Any) -> bytes:
    out = io.BytesIO()
    write_archive(build_dossier(request), out)
    return out.getvalue()


def test_the_same_record_gives_the_same_bytes(record: Any, record_of: Callable[[int], Any]) -> None:
    assert packed(record.request()) == packed(record_of(3).request())


def test_can_be_streamed(record: Any) -> None:
    out = OnlyForwards()
    write_archive(build_dossier(record.request()), out)  # type: ignore[arg-type]

    assert out.content == packed(record.request())


def test_is_an_ordinary_zip_file(record: Any) -> None:
    with zipfile.ZipFile(io.BytesIO(packed(record.request()))) as archive:
        assert archive.testzip() is None
        infos = archive.infolist()
    names = [info.filename.split("/") for info in infos]
    assert names == sorted(names)
    assert {info.filename.partition("/")[0] for info in infos} == {FOLDER}
    assert {info.date_time for info in infos} == {(1980, 1, 1, 0, 0, 0)}
    assert {info.compress_type for info in infos} == {zipfile.ZIP_STORED}
    modes = {info.filename.rpartition("/")[2]: info.external_attr >> 16 for info in infos}
    assert (modes["verify.sh"], modes["VERIFY.md"]) == (0o100755, 0o100644)


def with_evidence(record: Any, streams: Callable[[], BinaryIO]) -> Any:
    sha256, source = next(iter(record.evidence.items()))
    changed = EvidenceSource(sha256, source.size, source.name, source.media_type, streams)
    return record.request(evidence={**record.evidence, sha256: changed})


def test_evidence_that_was_altered_in_the_store_stops_the_archive_before_its_first_byte(record: Any) -> None:
    out = io.BytesIO()
    with pytest.raises(DossierIncompleteError, match=r"stored bytes of 08-evidence/.* have SHA-256"):
        write_archive(build_dossier(with_evidence(record, lambda: io.BytesIO(b"other"))), out)
    assert out.getvalue() == b""


def test_evidence_that_changes_while_it_is_read_is_noticed(record: Any) -> None:
    document = b"Written program of Elm Hollow Bakery\n"
    contents = iter([document, document + b"more"])
    with pytest.raises(DossierIncompleteError, match="changed while it was read"):
        packed(with_evidence(record, lambda: io.BytesIO(next(contents))))


def test_a_written_archive_opens_with_all_its_names(record: Any, pack: Callable[..., Path]) -> None:
    with open_archive(pack(record.request())) as archive:
        assert archive.folder == FOLDER
        assert archive.read("12-not-enclosed.txt") == b""
        assert archive.verify_packing()
        with pytest.raises(DossierError, match=r"no-such-file: is missing"):
            archive.read("no-such-file")


def zip_of(path: Path, members: dict[str, bytes], *, method: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


NOT_ARCHIVES = {
    "empty": b"",
    "noise": bytes(range(256)) * 10,
    "text": b"PK is not a zip file",
    "the end alone": end_records(DirectoryEnd(0, 0, 0)),
    "an end that promises too much": b"PK\x03\x04" + bytes(100) + end_records(DirectoryEnd(5, 50, 4)),
    "a table of 4 GB": b"PK\x03\x04" + bytes(100) + end_records(DirectoryEnd(5, 0xFFFFFFFE, 4)),
    "a million members": b"PK\x03\x04" + bytes(100) + end_records(DirectoryEnd(1_000_000, 50, 4)),
}


@pytest.mark.parametrize("content", NOT_ARCHIVES.values(), ids=NOT_ARCHIVES)
def test_refuses_what_is_no_zip_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "F.zip"
    path.write_bytes(content)
    with pytest.raises(NotADossierError) as caught, open_archive(path):
        pass
    assert str(path) in str(caught.value)


def test_refuses_a_truncated_archive_and_a_directory_and_nothing(
    record: Any, pack: Callable[..., Path], tmp_path: Path
) -> None:
    path = pack(record.request())
    path.write_bytes(path.read_bytes()[:-500])
    for wrong in (path, tmp_path, tmp_path / "absent.zip"):
        with pytest.raises(NotADossierError), open_archive(wrong):
            pass


def test_refuses_a_zip_file_of_something_else(tmp_path: Path) -> None:
    for members in ({}, {"readme.txt": b"x"}, {"dossier-x/readme.txt": b"x"}):
        path = zip_of(tmp_path / "F.zip", members)
        with pytest.raises(NotADossierError), open_archive(path):
            pass


HOSTILE_NAMES = {
    "the parent folder": f"{FOLDER}/../evil",
    "the root": "/etc/passwd",
    "another folder": "evil/file",
    "a backslash": f"{FOLDER}/a\\..\\b",
    "a drive": f"{FOLDER}/C:evil",
    "a dot in front": f"{FOLDER}/.ssh/key",
    "a space": f"{FOLDER}/a b",
    "another script": f"{FOLDER}/caf\u00e9",
    "a newline": f"{FOLDER}/a\nb",
    "an empty part": f"{FOLDER}//a",
    "a folder with content": f"{FOLDER}/a..b/../c/",
    "too long": f"{FOLDER}/{'a' * 250}",
}


@pytest.mark.parametrize("name", HOSTILE_NAMES.values(), ids=HOSTILE_NAMES)
def test_refuses_names_that_leave_the_folder_or_surprise(tmp_path: Path, name: str) -> None:
    path = zip_of(tmp_path / "F.zip", {f"{FOLDER}/first": b"", name: b"x"})
    with pytest.raises(DossierError), open_archive(path):
        pass


def test_refuses_a_member_without_a_name(tmp_path: Path) -> None:
    """Found by the fuzzer: the zip library asks such a member for its last letter."""
    path = zip_of(tmp_path / "F.zip", {f"{FOLDER}/first": b"", "x": b""})
    data = bytearray(path.read_bytes())
    local = data.rindex(b"PK\x03\x04")
    table = data.rindex(b"PK\x01\x02")
    data[table + 28 : table + 30] = b"\x00\x00"  # the length of the name; its one byte becomes extra data
    data[table + 30 : table + 32] = b"\x01\x00"
    data[local + 26 : local + 30] = b"\x00\x00\x01\x00"
    path.write_bytes(bytes(data))
    with pytest.raises(DossierError, match="has no name"), open_archive(path):
        pass


def test_refuses_a_name_that_stands_twice_in_any_case(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "F.zip", {f"{FOLDER}/verify.sh": b"a", f"{FOLDER}/VERIFY.SH": b"b"})
    with pytest.raises(DossierError, match="twice"), open_archive(path):
        pass


def test_refuses_a_zip_bomb_by_what_it_says_of_itself(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "F.zip", {f"{FOLDER}/bomb": bytes(20 << 20)}, method=zipfile.ZIP_DEFLATED)
    with pytest.raises(DossierError, match="200 times"), open_archive(path):
        pass


def test_a_zip_bomb_that_lies_about_its_size_is_cut_off(tmp_path: Path) -> None:
    """The record says one megabyte; the data unpack to twenty. Reading ends at what was said, and does not match."""
    path = tmp_path / "F.zip"
    zip_of(path, {f"{FOLDER}/bomb": bytes(20 << 20)}, method=zipfile.ZIP_DEFLATED)
    data = path.read_bytes().replace(struct.pack("<I", 20 << 20), struct.pack("<I", 1 << 20))
    path.write_bytes(data)

    with open_archive(path) as archive, pytest.raises(DossierError, match=r"bomb: cannot be unpacked"):
        archive.read("bomb")


def test_a_member_shorter_than_the_archive_says_is_named(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "F.zip", {f"{FOLDER}/short": bytes(5000)}, method=zipfile.ZIP_DEFLATED)
    path.write_bytes(path.read_bytes().replace(struct.pack("<I", 5000), struct.pack("<I", 5001)))
    with open_archive(path) as archive, pytest.raises(DossierError, match="short: has 5000 bytes"):
        archive.read("short")


def test_refuses_a_document_that_is_too_large_to_be_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "DOCUMENT_LIMIT_BYTES", 1 << 20)
    path = zip_of(tmp_path / "F.zip", {f"{FOLDER}/big": bytes((1 << 20) + 1)})
    with open_archive(path) as archive, pytest.raises(DossierError, match="larger than the 1 MB"):
        archive.read("big")


@pytest.mark.parametrize(
    ("attribute", "value", "problem"),
    [
        ("external_attr", 0o120777 << 16, "a link"),
        ("compress_type", zipfile.ZIP_BZIP2, "packed by method 12"),
    ],
)
def test_refuses_kinds_of_members_that_no_dossier_has(tmp_path: Path, attribute: str, value: int, problem: str) -> None:
    info = zipfile.ZipInfo(f"{FOLDER}/odd")
    setattr(info, attribute, value)
    path = tmp_path / "F.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(info, b"verify.sh")
    with pytest.raises(DossierError, match=f"odd: is {problem}"), open_archive(path):
        pass


def test_refuses_an_encrypted_member(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "F.zip", {f"{FOLDER}/a": b"x"})
    data = bytearray(path.read_bytes())
    table = data.rindex(b"PK\x01\x02")
    data[table + 8] |= 1
    path.write_bytes(bytes(data))
    with pytest.raises(DossierError, match="a: is encrypted"), open_archive(path):
        pass


def test_refuses_members_that_overlap(tmp_path: Path) -> None:
    """Fifield's bomb: many records of the table share one piece of data."""
    name = f"{FOLDER}/a".encode()
    data = b"x" * 5000
    body = local_header(Member(name.decode(), zlib.crc32(data), len(data), is_executable=False)) + data
    table = b"".join(
        central_header(Member(f"{FOLDER}/a{number}", zlib.crc32(data), len(data), is_executable=False), 0)
        for number in range(10)
    )
    path = tmp_path / "F.zip"
    path.write_bytes(body + table + end_records(DirectoryEnd(10, len(table), len(body))))
    with pytest.raises(DossierError, match=r"a1: overlaps"), open_archive(path):
        pass


def test_a_folder_packed_by_another_program_is_read_but_told_apart(
    record: Any, pack: Callable[..., Path], unpack: Callable[..., Path], repack: Callable[..., Path]
) -> None:
    with open_archive(repack(unpack(pack(record.request())))) as archive:
        assert not archive.verify_packing()


def test_every_changed_byte_of_the_archives_own_records_is_noticed(record: Any, pack: Callable[..., Path]) -> None:
    """Between the members' data stand the archive's records; no byte of them can change unseen."""
    path = pack(record.request())
    original = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        start = archive.start_dir
        infos = archive.infolist()
    last = infos[-1]
    positions = [*range(infos[1].header_offset, infos[1].header_offset + 30 + len(infos[1].filename))]
    positions += range(last.header_offset, last.header_offset + 30)
    positions += range(start, start + 60)
    positions += range(len(original) - 22, len(original))
    for position in positions:
        changed = bytearray(original)
        changed[position] ^= 1
        path.write_bytes(bytes(changed))
        with pytest.raises((DossierError, NotADossierError)):
            read_everything(path)


def read_everything(path: Path) -> None:
    with open_archive(path) as archive:
        for name in sorted(archive.names):
            archive.read(name)
        archive.verify_packing()


def test_bytes_in_front_of_or_behind_an_archive_are_noticed(record: Any, pack: Callable[..., Path]) -> None:
    path = pack(record.request())
    original = path.read_bytes()
    for changed in (b"x" + original, original + b"x", b"#!/bin/sh\n" + original):
        path.write_bytes(changed)
        with pytest.raises(NotADossierError), open_archive(path):
            pass


def test_large_members_and_archives_use_64_bit_records() -> None:
    big = Member("d/big", 1, 5 << 30, is_executable=False)
    header, record = local_header(big), central_header(big, 6 << 30)

    assert struct.unpack_from("<II", header, 18) == (0xFFFFFFFF, 0xFFFFFFFF)
    assert struct.unpack_from("<HHQQ", header, 30 + 5) == (1, 16, 5 << 30, 5 << 30)
    assert struct.unpack_from("<HHQQQ", record, 46 + 5) == (1, 24, 5 << 30, 5 << 30, 6 << 30)
    for end in (DirectoryEnd(3, 100, 5 << 30), DirectoryEnd(70_000, 100, 200), DirectoryEnd(3, 100, 200)):
        assert parse_directory_end(b"in front" + end_records(end)) == end
    assert parse_directory_end(end_records(DirectoryEnd(70_000, 9, 9))[20:]) is None
    assert parse_directory_end(end_records(DirectoryEnd(3, 9, 9))[:-1] + b"\x01") is None


@pytest.mark.slow
def test_an_archive_beyond_four_gigabytes_is_read_by_another_program(tmp_path: Path) -> None:
    """Five gigabytes of zeros in a sparse file, behind them a small member at an offset of 64 bits."""
    size = 5 << 30
    big = Member(f"{FOLDER}/big", zlib_of_zeros(size), size, is_executable=False)
    small = Member(f"{FOLDER}/small", zlib.crc32(b"here"), 4, is_executable=False)
    path = tmp_path / "F.zip"
    with path.open("wb") as out:
        out.write(local_header(big))
        out.seek(size, 1)
        offset = out.tell()
        out.write(local_header(small) + b"here")
        start = out.tell()
        table = central_header(big, 0) + central_header(small, offset)
        out.write(table + end_records(DirectoryEnd(2, len(table), start)))
    with zipfile.ZipFile(path) as archive:
        assert archive.read(small.name) == b"here"
        assert archive.getinfo(big.name).file_size == size
    with open_archive(path) as opened:
        assert opened.verify_packing()


def zlib_of_zeros(size: int) -> int:
    block, crc32 = bytes(1 << 20), 0
    for _ in range(size >> 20):
        crc32 = zlib.crc32(block, crc32)
    return crc32


def test_replaced_evidence_keeps_its_place(record: Any) -> None:
    sources = {digest: replace(source, name="same name.txt") for digest, source in record.evidence.items()}
    names = [file.name for file in build_dossier(record.request(evidence=sources)).files]
    assert len(set(names)) == len(names)
