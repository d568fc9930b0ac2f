"""PDF, documents and archives: what they lead to is found, and none of them can exhaust its reader."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable

import pytest
import segno
from PIL import Image
from pypdf import PdfWriter
from pypdf.annotations import Link
from tests.simulators.outlook_files import compound_file

from charteroak.mail.inside.finding import Inside, InsideDefect
from charteroak.mail.inside.looking import look_inside

ADDRESS = "https://sign-in.example/portal"
PAGE = f'<html><a href="{ADDRESS}">Open</a></html>'.encode()


def defects(found: Inside) -> set[str]:
    return {why for why, _ in found.defects}


def addresses(found: Inside) -> list[str]:
    return [link.address for link in found.links]


def pdf(change: Callable[[PdfWriter], object] = lambda _: None, pages: int = 1) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(300, 300)
    change(writer)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def zipped(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def test_the_links_of_a_pdf_are_found() -> None:
    data = pdf(lambda writer: writer.add_annotation(0, Link(rect=(9, 9, 90, 90), url=ADDRESS)))
    found = look_inside("pdf", "a.pdf", data, ())
    assert [(link.address, link.how) for link in found.links] == [(ADDRESS, "pdf-link")]


def test_a_code_on_a_page_of_a_pdf_is_found() -> None:
    drawn = io.BytesIO()
    segno.make(ADDRESS).save(drawn, kind="png", scale=6)
    page = io.BytesIO()
    with Image.open(drawn) as image:
        image.convert("RGB").save(page, format="PDF", resolution=100)
    found = look_inside("pdf", "a.pdf", page.getvalue(), ())
    assert [(link.address, link.how) for link in found.links] == [(ADDRESS, "qr-code")]


def test_a_locked_pdf_is_said_to_be_locked() -> None:
    found = look_inside("pdf", "a.pdf", pdf(lambda writer: writer.encrypt("secret", algorithm="RC4-128")), ())
    assert "password-protected" in found.flags
    assert defects(found) == {InsideDefect.LOCKED}


def test_files_in_a_pdf_are_named_and_long_ones_are_said_to_be_cut() -> None:
    data = pdf(lambda writer: writer.add_attachment("run.js", b"alert(1)"), pages=5)
    found = look_inside("pdf", "a.pdf", data, ())
    assert "pdf-holds-files" in found.flags
    assert defects(found) == {InsideDefect.CUT}


@pytest.mark.parametrize(
    "data", [b"%PDF-1.7\n", b"%PDF-1.7\n" + b"1 0 obj<<>>endobj\n" * 1000, b"%PDF-" + b"\xff" * 999]
)
def test_a_damaged_pdf_is_a_defect(data: bytes) -> None:
    assert defects(look_inside("pdf", "a.pdf", data, ())) == {InsideDefect.DAMAGED}


def test_a_pdf_that_starts_something_says_so_without_being_readable() -> None:
    found = look_inside("pdf", "a.pdf", b"%PDF-1.7\n1 0 obj<</S/Launch/F(cmd.exe)>>endobj", ())
    assert found.flags == ["pdf-acts"]


PAGES_IN_ARCHIVES = {
    "zip": ("zip", zipped({"page.html": PAGE})),
    "zip in a zip": ("zip", zipped({"inner.zip": zipped({"page.html": PAGE})})),
    "gzip": ("gzip", gzip.compress(PAGE, mtime=0)),
    "bzip2": ("bzip2", bz2.compress(PAGE)),
    "xz": ("xz", lzma.compress(PAGE)),
}


@pytest.mark.parametrize("archive", PAGES_IN_ARCHIVES)
def test_pages_in_archives_are_read(archive: str) -> None:
    kind, data = PAGES_IN_ARCHIVES[archive]
    assert f"{ADDRESS}" in addresses(look_inside(kind, "a.html.gz", data, ()))


def test_a_tar_in_a_gzip_is_walked_and_links_in_it_are_only_names() -> None:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        entry = tarfile.TarInfo("../../etc/cron.d/run.exe")
        entry.size = len(PAGE)
        archive.addfile(entry, io.BytesIO(PAGE))
        link = tarfile.TarInfo("passwd")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    found = look_inside("gzip", "a.tgz", made.getvalue(), ())
    assert {"archive-escapes-its-folder", "archive-with-program"} <= set(found.flags)
    assert found.names == ["../../etc/cron.d/run.exe", "passwd"]
    assert addresses(found) == [ADDRESS]


def locked_zip(content: bytes, password: bytes) -> bytes:
    """A zip entry under the old cipher (APPNOTE.TXT 6.1), stored without compression."""
    import zlib

    keys = [0x12345678, 0x23456789, 0x34567890]

    def step(crc: int, byte: int) -> int:
        return zlib.crc32(bytes([byte]), crc ^ 0xFFFFFFFF) ^ 0xFFFFFFFF

    def update(byte: int) -> None:
        keys[0] = step(keys[0], byte)
        keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = step(keys[2], keys[1] >> 24)

    for byte in password:
        update(byte)
    checksum = zlib.crc32(content)
    out = bytearray()
    for byte in bytes(11) + bytes([checksum >> 24]) + content:
        temporary = keys[2] | 2
        out.append(byte ^ ((temporary * (temporary ^ 1)) >> 8 & 0xFF))
        update(byte)
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w") as archive:
        archive.writestr("invoice.html", content)
    data = bytearray(plain.getvalue())
    start = 30 + len("invoice.html")
    old = len(content)
    data[start : start + old] = out
    data[6] |= 1
    data[18:22] = len(out).to_bytes(4, "little")
    directory = data.index(b"PK\x01\x02")
    data[directory + 8] |= 1
    data[directory + 20 : directory + 24] = len(out).to_bytes(4, "little")
    end = data.index(b"PK\x05\x06")
    data[end + 16 : end + 20] = directory.to_bytes(4, "little")
    return bytes(data)


def test_a_locked_archive_opens_with_the_password_of_the_message() -> None:
    data = locked_zip(PAGE, b"Invoice-77")
    found = look_inside("zip", "a.zip", data, ("wrong", "Invoice-77"))
    assert addresses(found) == [ADDRESS]
    assert {"password-protected", "password-in-message"} <= set(found.flags)
    shut = look_inside("zip", "a.zip", data, ("wrong",))
    assert addresses(shut) == []
    assert defects(shut) == {InsideDefect.LOCKED}


def test_a_zip_bomb_is_stopped_by_what_comes_out_of_it() -> None:
    small = zipped({"zeros": bytes(40 << 20)})
    bomb = zipped({f"{n}.zip": small for n in range(20)})
    found = look_inside("zip", "a.zip", bomb, ())
    assert "archive-bomb" in found.flags
    assert InsideDefect.BOMB in defects(found)


def test_archives_in_archives_are_read_two_deep() -> None:
    data = zipped({"page.html": PAGE})
    for _ in range(6):
        data = zipped({"inner.zip": data})
    found = look_inside("zip", "a.zip", data, ())
    assert addresses(found) == []
    assert defects(found) == {InsideDefect.CUT}


def test_sizes_that_an_archive_states_are_not_believed() -> None:
    data = bytearray(zipped({"page.html": PAGE}))
    directory = data.index(b"PK\x01\x02")
    data[directory + 24 : directory + 28] = (0xFFFFFFF0).to_bytes(4, "little")
    found = look_inside("zip", "a.zip", bytes(data), ())
    assert found.defects or addresses(found) == [ADDRESS]


@pytest.mark.parametrize("kind", ["zip", "gzip", "bzip2", "xz", "tar", "rar", "7z", "ole"])
def test_damaged_files_of_every_kind_are_a_defect(kind: str) -> None:
    for data in (
        b"\0",
        b"PK\x03\x04" + b"\xff" * 100,
        b"\x1f\x8b\x08" + b"\xff" * 100,
        b"\xd0\xcf\x11\xe0" + bytes(600),
    ):
        assert look_inside(kind, "a", data, ()).defects


def test_a_word_file_that_fetches_its_template_says_so() -> None:
    relations = (
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><Relationships><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" '
        f'Target="{ADDRESS}?a=1&amp;b=2" TargetMode="External"/></Relationships>'
    )
    data = zipped(
        {
            "[Content_Types].xml": b"<Types/>",
            "word/document.xml": b"<w:p><w:r><w:t>Enable content to read</w:t></w:r></w:p>",
            "word/_rels/settings.xml.rels": relations.encode(),
            "word/vbaProject.bin": b"macro",
        }
    )
    found = look_inside("zip", "a.docx", data, ())
    assert [(link.address, link.how) for link in found.links] == [(f"{ADDRESS}?a=1&b=2", "template")]
    assert {"document-loads-from-outside", "macro-document"} <= set(found.flags)
    assert found.text == "Enable content to read"


def test_macros_of_an_old_office_file_are_seen_by_its_streams() -> None:
    wide = ADDRESS.encode("utf-16-le")
    data = compound_file({"Macros": {"VBA": {"_VBA_PROJECT": b"\xccmodule"}}, "WordDocument": b"\xec" * 5000 + wide})
    found = look_inside("ole", "a.doc", data, ())
    assert "macro-document" in found.flags
    assert addresses(found) == [ADDRESS]


def test_a_loop_in_the_sector_chain_of_an_ole_file_ends() -> None:
    data = bytearray(compound_file({"WordDocument": b"x" * 20_000}))
    table = bytes(data).rindex((2).to_bytes(4, "little") + (3).to_bytes(4, "little"))
    data[table : table + 4] = (1).to_bytes(4, "little")
    look_inside("ole", "a.doc", bytes(data), ())
