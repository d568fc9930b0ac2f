"""Hostile messages with files in them, and those that attack whoever shows, exports or forwards what was read.

Each case is a named function that builds its bytes; ``tests/unit/mail/test_hostile_files.py`` runs them with the worker
process.
"""

import base64
import io
import struct
import zipfile
import zlib
from collections.abc import Callable

from tests.simulators.outlook_files import compound_file

HEAD = b"From: a@b.example\nTo: c@d.example\nSubject: x\nMIME-Version: 1.0\n"
CASES: dict[str, Callable[[], bytes]] = {}


def case(build: Callable[[], bytes]) -> Callable[[], bytes]:
    """Take a case under its function's name."""
    CASES[build.__name__] = build
    return build


def with_file(name: bytes, type_: bytes, content: bytes) -> bytes:
    """A message that carries one file."""
    return (
        HEAD
        + b'Content-Type: %s; name="%s"\nContent-Transfer-Encoding: base64\n' % (type_, name)
        + b'Content-Disposition: attachment; filename="%s"\n\n' % name
        + base64.encodebytes(content)
    )


def zipped(files: dict[str, bytes]) -> bytes:
    """A zip archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def pdf(objects: bytes) -> bytes:
    """What begins and ends like a PDF."""
    return b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n" + objects + b"trailer<</Root 1 0 R>>\n%%EOF\n"


@case
def forged_results_on_top_of_a_pasted_mail() -> bytes:
    return b"Authentication-Results: mx.google.com; spf=pass; dkim=pass; dmarc=pass header.from=bank.example\n" + HEAD


@case
def two_from_fields_and_two_addresses_in_one() -> bytes:
    return b"From: a@b.example, c@d.example\n" + HEAD + b"\nbody"


@case
def comma_and_nul_encoded_in_a_display_name() -> bytes:
    return b"From: =?utf-8?q?boss=40town=2Eexample=2C=00?= <a@b.example>\nSubject: x\n\nbody"


@case
def file_name_turned_around() -> bytes:
    return with_file("invoice\u202efdp.exe".encode(), b"application/octet-stream", b"MZ")


@case
def archive_in_itself() -> bytes:
    inner = b"x"
    for _ in range(12):
        inner = zipped({"a.zip": inner, "b.zip": inner})
    return with_file(b"a.zip", b"application/zip", inner)


@case
def archive_whose_entries_overlap() -> bytes:
    content = zipped({f"{number}.txt": bytes(2_000_000) for number in range(3)})
    entry = content.index(b"PK\x01\x02")
    end = content.rindex(b"PK\x05\x06")
    first = content[entry : entry + 46 + 5]
    directory = first * 900
    tail = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 900, 900, len(directory), entry, 0)
    assert end > entry
    return with_file(b"a.zip", b"application/zip", content[:entry] + directory + tail)


@case
def archive_whose_sizes_lie() -> bytes:
    content = bytearray(zipped({"a.txt": bytes(30_000_000)}))
    entry = content.index(b"PK\x01\x02")
    content[entry + 24 : entry + 28] = struct.pack("<I", 10)
    return with_file(b"a.zip", b"application/zip", bytes(content))


@case
def pdf_of_a_million_objects_that_acts() -> bytes:
    start = b"3 0 obj<</S/JavaScript/JS(app.alert(1))>>endobj\n4 0 obj<</S/Launch/F(a.exe)>>endobj\n"
    return with_file(b"a.pdf", b"application/pdf", pdf(start + b"5 0 obj 1 endobj\n" * 800_000))


@case
def pdf_whose_pages_are_their_own_parent() -> bytes:
    return with_file(b"a.pdf", b"application/pdf", pdf(b"2 0 obj<</Type/Pages/Kids[2 0 R]/Count 9999999>>endobj\n"))


@case
def pdf_of_open_brackets() -> bytes:
    return with_file(b"a.pdf", b"application/pdf", pdf(b"2 0 obj" + b"[<<" * 300_000))


@case
def drawing_with_script_and_an_entity_bomb() -> bytes:
    entities = b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10) for n in range(1, 12))
    content = b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY e0 "ha">' + entities
    return with_file(b"a.svg", b"image/svg+xml", content + b"]><svg><script>alert(1)</script><text>&e11;</text></svg>")


@case
def outlook_file_whose_sectors_go_in_circles() -> bytes:
    content = bytearray(compound_file({"__substg1.0_0037001F": "x".encode("utf-16-le") * 6000}))
    (fat_sector,) = struct.unpack_from("<I", content, 76)
    at = 512 * (fat_sector + 1)
    content[at : at + 512] = struct.pack("<128I", *([0] * 128))
    return bytes(content)


@case
def outlook_file_cut_in_the_middle() -> bytes:
    content = compound_file({"__substg1.0_0037001F": b"y" * 9000})
    return content[: len(content) // 2]


@case
def subject_that_starts_a_header() -> bytes:
    return b"From: a@b.example\nSubject: =?utf-8?q?x=0D=0ABcc=3A_evil=40b.example?=\n\nbody"


@case
def subject_that_is_a_formula() -> bytes:
    return b"From: =cmd@b.example\nSubject: =cmd|'/c calc'!A1\n\n@SUM(1)"


@case
def script_in_every_field() -> bytes:
    tag = b"<script>alert(1)</script></textarea>"
    return b"From: %b <a@b.example>\nTo: %b\nSubject: %b\nDate: %b\n\n%b http://b.example/%b" % ((tag,) * 6)


@case
def link_that_ends_a_pattern() -> bytes:
    return HEAD + b"\nhttp://b.example/'\\']%20OR%20[url:value='x"


@case
def links_that_are_scripts() -> bytes:
    return HEAD + b"Content-Type: text/html\n\n<a href='java\tscript:alert(1)'>x</a><a href='data:text/html,<b>'>y</a>"


@case
def file_name_that_climbs() -> bytes:
    return with_file(b"../../../../etc/passwd", b"text/plain", b"x")


@case
def mailbox_lines_in_a_body() -> bytes:
    return b"From a Mon Jan 1 00:00:00 2024\n" + HEAD + b"\nFrom b Mon\n>From c\n" * 20_000


@case
def links_that_carry_who_reported() -> bytes:
    return (
        HEAD + b"\nhttp://x.example/?e=c@d.example http://x.example/Y0BkLmV4YW1wbGU= http://x.example/c%2540d.example"
    )


@case
def picture_whose_rows_are_missing() -> bytes:
    size = struct.pack(">IIBBBBB", 3000, 3000, 8, 2, 0, 0, 0)
    chunks = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in ((b"IHDR", size), (b"IDAT", zlib.compress(bytes(100))[:20]))
    )
    return with_file(b"a.png", b"image/png", b"\x89PNG\r\n\x1a\n" + chunks)


@case
def picture_that_moves_without_end() -> bytes:
    frame = b"!\xf9\x04\x00\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00"
    return with_file(
        b"a.gif", b"image/gif", b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff" + frame * 200_000
    )


@case
def compressed_file_that_grows_a_thousandfold() -> bytes:
    return with_file(b"a.gz", b"application/gzip", zlib.compress(bytes(80_000_000), wbits=31))


@case
def office_file_of_pictures() -> bytes:
    files = {f"word/media/{number}.png": b"\x89PNG\r\n\x1a\n" + bytes(50) for number in range(900)}
    return with_file(b"a.docx", b"application/zip", zipped({"[Content_Types].xml": b"<Types/>"} | files))


@case
def style_sheet_that_never_ends() -> bytes:
    return HEAD + b"Content-Type: text/html\n\n" + b"<style><" * 120_000


@case
def end_tags_of_another_element() -> bytes:
    return HEAD + b"Content-Type: text/html\n\n<script>" + b"</style </scrip" * 65_000


@case
def field_names_that_differ_each_time() -> bytes:
    return HEAD + b"".join(b"X%d%s: a\r\n\t b\r\n" % (n, b" " * 200) for n in range(1000)) + b"\r\nbody"


@case
def dates_of_every_kind_but_real() -> bytes:
    hops = b"".join(b"Received: by x; Mon, %d Foo 99%d 99:99:99 +9999\n" % (n, n) for n in range(1000))
    return HEAD + b"Date: 0 Jan 0000 25:61:61 -2460\n" + hops + b"\nbody"
