"""What a file is, by its first bytes; and what its name promises.

The table holds the types that matter in mail. Text formats are told from their beginning, since HTML, scripts and
shortcuts have no magic number. The names are short and stable: they stand in JSON.
"""

import re

_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"MZ", "windows-program"),
    (0, b"\x7fELF", "linux-program"),
    (0, b"\xcf\xfa\xed\xfe", "mac-program"),
    (0, b"\xfe\xed\xfa\xcf", "mac-program"),
    (0, b"\xca\xfe\xba\xbe", "java-class"),
    (0, b"PK\x03\x04", "zip"),
    (0, b"PK\x05\x06", "zip"),
    (0, b"Rar!\x1a\x07", "rar"),
    (0, b"7z\xbc\xaf\x27\x1c", "7z"),
    (0, b"\x1f\x8b", "gzip"),
    (0, b"BZh", "bzip2"),
    (0, b"\xfd7zXZ\x00", "xz"),
    (0, b"\x28\xb5\x2f\xfd", "zstd"),
    (0, b"\x78\x9f\x3e\x22", "tnef"),
    (0, b"MSWIM\0\0\0", "disk-image"),
    (0, b"MSCF", "cab"),
    (0, b"\x60\xea", "arj"),
    (257, b"ustar", "tar"),
    (0, b"%PDF-", "pdf"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (0, b"{\\rt", "rtf"),
    (0, b"\xe4\x52\x5c\x7b", "onenote"),
    (0, b"L\x00\x00\x00\x01\x14\x02\x00", "windows-shortcut"),
    (0, b"\x89PNG\r\n\x1a\n", "png"),
    (0, b"\xff\xd8\xff", "jpeg"),
    (0, b"GIF8", "gif"),
    (0, b"BM", "bmp"),
    (0, b"II*\x00", "tiff"),
    (0, b"MM\x00*", "tiff"),
    (0, b"\x00\x00\x01\x00", "ico"),
    (8, b"WEBP", "webp"),
    (32769, b"CD001", "disk-image"),
    (32769, b"BEA01", "disk-image"),
    (0, b"conectix", "disk-image"),
    (0, b"vhdxfile", "disk-image"),
    (0, b"ID3", "audio"),
    (0, b"OggS", "audio"),
    (8, b"WAVE", "audio"),
    (4, b"ftyp", "video"),
    (0, b"wOFF", "font"),
    (0, b"wOF2", "font"),
    (0, b"SQLite format 3\x00", "database"),
    (0, b"EVF\t", "forensic-image"),
    (0, b"-----BEGIN PGP", "pgp"),
    (0, b"BEGIN:VCALENDAR", "calendar"),
    (0, b"BEGIN:VCARD", "contact"),
)
_TEXT_MARKS: tuple[tuple[bytes, str], ...] = (
    (b"<svg", "svg"),
    (b"<!doctype html", "html"),
    (b"<html", "html"),
    (b"<head", "html"),
    (b"<body", "html"),
    (b"<script", "html"),
    (b"<meta ", "html"),
    (b"<hta:", "html"),
    (b"[internetshortcut]", "internet-shortcut"),
    (b"<?xml", "xml"),
    (b"#!", "script"),
)
_EXTENSION_TYPES: dict[str, frozenset[str]] = {
    "pdf": frozenset({"pdf"}),
    "png": frozenset({"png"}),
    "jpg": frozenset({"jpeg"}),
    "jpeg": frozenset({"jpeg"}),
    "gif": frozenset({"gif"}),
    "zip": frozenset({"zip"}),
    "docx": frozenset({"zip", "ole"}),
    "xlsx": frozenset({"zip", "ole"}),
    "pptx": frozenset({"zip", "ole"}),
    "doc": frozenset({"ole", "rtf", "zip", "html"}),
    "xls": frozenset({"ole", "zip", "html", "xml"}),
    "rtf": frozenset({"rtf"}),
    "rar": frozenset({"rar"}),
    "7z": frozenset({"7z"}),
}

PROGRAM_EXTENSIONS = frozenset(
    [
        "exe",
        "scr",
        "com",
        "pif",
        "bat",
        "cmd",
        "msi",
        "msp",
        "msix",
        "appx",
        "jar",
        "js",
        "jse",
        "vbs",
        "vbe",
        "wsf",
        "wsh",
        "ps1",
        "psm1",
        "hta",
        "cpl",
        "dll",
        "lnk",
        "reg",
        "scf",
        "inf",
        "chm",
        "url",
        "website",
        "iqy",
        "slk",
        "xll",
        "wll",
        "jnlp",
        "apk",
        "dmg",
        "pkg",
        "deb",
        "rpm",
        "sh",
        "py",
        "application",
        "gadget",
        "ade",
        "adp",
        "mde",
        "library-ms",
        "search-ms",
        "settingcontent-ms",
        "appref-ms",
        "rdp",
        "diagcab",
        "xbap",
    ]
)
MACRO_EXTENSIONS = frozenset(["docm", "dotm", "xlsm", "xltm", "xlam", "pptm", "potm", "ppam", "sldm", "xlsb"])
DISK_IMAGE_EXTENSIONS = frozenset(["iso", "img", "vhd", "vhdx", "udf", "wim", "vmdk"])
ARCHIVE_EXTENSIONS = frozenset(
    ["zip", "rar", "7z", "gz", "tgz", "tar", "bz2", "xz", "zst", "cab", "ace", "arj", "lzh", "z"]
)
PAGE_EXTENSIONS = frozenset(["htm", "html", "shtml", "xhtml", "xht", "mht", "mhtml", "svg", "svgz"])
DOCUMENT_EXTENSIONS = frozenset(
    [
        "pdf",
        "doc",
        "docx",
        "xls",
        "xlsx",
        "ppt",
        "pptx",
        "rtf",
        "txt",
        "csv",
        "jpg",
        "jpeg",
        "png",
        "gif",
        "odt",
        "ods",
        "mp3",
        "mp4",
        "wav",
    ]
)
PROGRAM_TYPES = frozenset({"windows-program", "linux-program", "mac-program", "windows-shortcut", "java-class"})


_BY_FIRST_BYTE: dict[int, tuple[tuple[bytes, str], ...]] = {
    first: tuple((mark, name) for offset, mark, name in _SIGNATURES if offset == 0 and mark[0] == first)
    for first in {mark[0] for offset, mark, _ in _SIGNATURES if offset == 0}
}
_FURTHER_IN = tuple((offset, mark, name) for offset, mark, name in _SIGNATURES if offset)
_TEXT_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a]")


def detect_type(data: bytes, called: str = "") -> str:
    """The type that the content shows, or ``unknown``; plain text is ``text``.

    ``called`` is the file's name or media type, which decides where a file bears two marks and none at its start.
    """
    if not data:
        return "empty"
    # A file may bear two marks; what opens it goes by the one at its start.
    for mark, name in _BY_FIRST_BYTE.get(data[0], ()):
        if data.startswith(mark):
            return name
    for offset, mark, name in _FURTHER_IN:
        if data.startswith(mark, offset):
            return name
    head = data[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    is_text = _TEXT_CONTROLS.search(head) is None
    # A fixed virtual disk ends in its mark, and no disk begins with a thousand bytes of text.
    if not is_text and data.startswith(b"conectix", max(0, len(data) - 512)):
        return "disk-image"
    # Readers of PDF look for its mark a thousand bytes on; a page may name it there, and browsers show the page.
    has_pdf_mark = b"%PDF-" in data[:1024]
    if has_pdf_mark and called.rstrip(". ").lower().endswith("pdf"):
        return "pdf"
    for mark, name in _TEXT_MARKS:
        if head.startswith(mark) or (name == "html" and mark in head):
            return name
    if has_pdf_mark:
        return "pdf"
    return "text" if head and is_text else "unknown"


def is_office_file(data: bytes) -> bool:
    """Whether ``detect_type`` says ``ole``, as of an Outlook message."""
    return (
        bool(data)
        and next((name for mark, name in _BY_FIRST_BYTE.get(data[0], ()) if data.startswith(mark)), "") == "ole"
    )


def extension(file_name: str) -> str:
    """The lower-case last extension, trailing dots and blanks dropped as Windows does; empty where there is none."""
    stem, dot, last = file_name.strip().rstrip(". ").rpartition(".")
    return last.strip().lower() if dot and stem and len(last) <= 20 else ""


def contradicts_name(file_name: str, detected: str) -> bool:
    """Whether the content is of another type than the extension promises; what we do not know contradicts nothing."""
    expected = _EXTENSION_TYPES.get(extension(file_name))
    return expected is not None and detected not in expected and detected not in {"unknown", "empty"}
