import hashlib
import io
import struct
import zipfile

import pytest

from charteroak.mail.attachments import describe_attachment, list_zip
from charteroak.mail.defects import DefectKind, DefectLog
from charteroak.mail.filetypes import contradicts_name, detect_type, extension, is_office_file
from charteroak.mail.html import read_page
from charteroak.mail.mime import Part


def part(name: str, data: bytes, content_type: str = "application/octet-stream") -> Part:
    return Part("2", content_type, "", name, "attachment", "", data)


def flags(name: str, data: bytes = b"x") -> set[str]:
    return set(describe_attachment(part(name, data), None, DefectLog()).flags)


def archive(*names: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as bundle:
        for name in names:
            bundle.writestr(name, "content")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "detected"),
    [
        (b"", "empty"),
        (b"MZ\x90", "windows-program"),
        (b"%PDF-1.7", "pdf"),
        (b"PK\x03\x04", "zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
        (b"  <!DOCTYPE html><p>", "html"),
        (b"\xef\xbb\xbf<html>", "html"),
        (b"<svg xmlns=x>", "svg"),
        (b"plain words\n", "text"),
        (b"\x00\x01\x02", "unknown"),
        (bytes(32769) + b"CD001", "disk-image"),
        (b"[InternetShortcut]\nURL=x", "internet-shortcut"),
    ],
)
def test_type_is_told_by_content(data: bytes, detected: str) -> None:
    assert detect_type(data) == detected
    assert is_office_file(data) == (detected == "ole")


@pytest.mark.parametrize(
    ("data", "called", "detected"),
    [
        (b"junk\n%PDF-1.7", "", "pdf"),
        (b"<!-- %PDF- --><html><form>", "", "html"),
        (b"<!-- %PDF- --><html><form>", "bill.html", "html"),
        (b"<html>\n%PDF-1.7", "bill.PDF", "pdf"),
        (b"<html>\n%PDF-1.7", "application/pdf", "pdf"),
        (b"<html>" + b" " * 600 + b"conectix" + b" " * 504, "", "html"),
        (b"\xeb\x3c\x90\0<script" + bytes(600) + b"conectix" + bytes(504), "disk.vhd", "disk-image"),
    ],
)
def test_a_mark_further_in_counts_where_the_file_would_be_opened_by_it(data: bytes, called: str, detected: str) -> None:
    assert detect_type(data, called) == detected


def test_page_that_names_another_type_is_still_told_as_a_page() -> None:
    assert "web-page" in flags("bill", b"<!-- %PDF- --><html><form>")


@pytest.mark.parametrize(
    ("name", "flag"),
    [
        ("run.exe", "program"),
        ("invoice.pdf.exe", "double-extension"),
        ("invoice.pdf   .exe", "double-extension"),
        ("run.exe. ", "program"),
        ("invoice\u202efdp.exe", "name-turned-around"),
        ("plan.docm", "macro-document"),
        ("cd.iso", "disk-image"),
        ("form.html", "web-page"),
        ("files.zip", "archive"),
    ],
)
def test_telling_names_are_flagged(name: str, flag: str) -> None:
    assert flag in flags(name)


def test_program_named_as_a_document_is_flagged_by_content() -> None:
    assert {"program", "type-differs-from-name"} <= flags("invoice.pdf", b"MZ\x90")


@pytest.mark.parametrize(
    ("name", "data"), [("a.pdf", b"%PDF-1.4"), ("a.docx", b"PK\x03\x04"), ("a.unknown", b"MZ"), ("a.pdf", b"\0")]
)
def test_what_is_not_known_contradicts_nothing(name: str, data: bytes) -> None:
    assert not contradicts_name(name, detect_type(data))


def test_digest_and_size_are_those_of_the_decoded_file() -> None:
    found = describe_attachment(part("a.txt", b"hello"), None, DefectLog())
    assert (found.sha256, found.size) == (hashlib.sha256(b"hello").hexdigest(), 5)


@pytest.mark.parametrize(
    ("names", "flag"),
    [
        (("run.exe",), "archive-with-program"),
        (("a.txt", "page.html"), "archive-with-web-page"),
        (("[Content_Types].xml", "word/vbaProject.bin"), "macro-document"),
    ],
)
def test_archives_are_listed_without_opening_them(names: tuple[str, ...], flag: str) -> None:
    assert flag in flags("x.zip", archive(*names))


def test_office_document_is_no_archive() -> None:
    assert "archive" not in flags("x.docx", archive("[Content_Types].xml", "word/document.xml"))


def test_password_is_seen_in_the_directory() -> None:
    data = bytearray(archive("a.txt"))
    start = data.index(b"PK\x01\x02")
    struct.pack_into("<H", data, start + 8, 1)
    assert "password-protected" in flags("x.zip", bytes(data))


@pytest.mark.parametrize(
    "data",
    [b"PK\x03\x04", b"PK\x03\x04" + b"PK\x05\x06" + bytes(4), archive("a.txt")[:-30]],
    ids=["no end", "end cut", "archive cut"],
)
def test_broken_directory_is_noted(data: bytes) -> None:
    defects = DefectLog()
    assert list_zip(data, defects).names == ()
    assert defects.has(DefectKind.ARCHIVE_UNREADABLE)


def test_bytes_in_front_of_an_archive_do_not_hide_its_names() -> None:
    assert list_zip(b"#!stub\n" + archive("run.exe"), DefectLog()).names == ("run.exe",)


def test_page_that_asks_for_a_password_is_flagged() -> None:
    source = "<form><input type=password></form><script>x</script>"
    found = describe_attachment(part("a.html", source.encode()), read_page(source, DefectLog()), DefectLog())
    assert {"web-page", "page-with-form", "page-with-script"} <= set(found.flags)


def test_extension_is_what_windows_would_use() -> None:
    assert extension("a.b.PDF. ") == "pdf"
    assert extension(".profile") == ""
    assert extension("noext") == ""
