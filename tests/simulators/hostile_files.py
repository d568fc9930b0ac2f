"""Hostile files of our own that are well-formed: each reader does what it is asked, and would be asked for hours.

Limits on a single file say nothing about many of them; these cases are about what a whole message may cost.
"""

import base64
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping

from tests.simulators.hostile_mail import HEAD, with_file
from tests.simulators.made_mail import code, pdf_with_link
from tests.simulators.outlook_files import Tree, compound_file, outlook_message

CASES: dict[str, Callable[[], bytes]] = {}


def case(build: Callable[[], bytes]) -> Callable[[], bytes]:
    """Take a case under its function's name."""
    CASES[build.__name__] = build
    return build


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def with_files(count: int, name: str, type_: str, content: bytes) -> bytes:
    """A message that carries one file many times, each with a name and an end of its own."""
    parts = b"".join(
        f"--B\nContent-Type: {type_}; name={n}-{name}\nContent-Transfer-Encoding: base64\n"
        f"Content-Disposition: attachment; filename={n}-{name}\n\n".encode()
        + base64.encodebytes(content + b"%d" % n)
        for n in range(count)
    )
    return HEAD + b"Content-Type: multipart/mixed; boundary=B\n\n" + parts + b"--B--\n"


def png(width: int, height: int, *, noise: bool = False) -> bytes:
    """A grey picture, empty or of noise that looks like codes."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    row = (
        bytes(((column * 7919 ^ column >> 3) & 8 and 255) or 0 for column in range(width + 1))
        if noise
        else bytes([0]) + b"\xff" * width
    )
    rows = b"".join(b"\0" + (row[line % 97 :] + row)[:width] for line in range(height)) if noise else row * height
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b"")


def pdf_of(stream: bytes, *more: bytes) -> bytes:
    """A PDF of one page with this content; ``more`` are its XObjects X0, X1 and so on."""
    names = b"".join(b"/X%d %d 0 R" % (number, number + 5) for number in range(len(more)))
    packed = zlib.compress(stream, 1)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 800 800]/Contents 4 0 R/Resources<</XObject<<%b>>>>>>" % names,
        b"<</Length %d/Filter/FlateDecode>>stream\n%b\nendstream" % (len(packed), packed),
        *(
            b"<</Type/XObject/Subtype/Form/BBox[0 0 800 800]/Length %d/Resources<</XObject<<%b>>>>>>"
            % (len(each), names)
            + b"stream\n%b\nendstream" % each
            for each in more
        ),
    ]
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table))


@case
def pictures_of_twelve_megapixels_24_times() -> bytes:
    return with_files(24, "a.png", "image/png", png(4000, 2990))


@case
def picture_of_noise_like_codes() -> bytes:
    return with_file(b"a.png", b"image/png", png(3000, 3000, noise=True))


@case
def thousand_large_pictures_in_an_office_file() -> bytes:
    picture = png(3400, 3400)
    return with_file(
        b"a.docx",
        b"application/zip",
        zipped({"[Content_Types].xml": b"<Types/>"} | {f"word/media/{n}.png": picture for n in range(900)}),
    )


@case
def pages_of_tags_in_an_archive() -> bytes:
    page = b"<html>" + b"<a href='http://x.example/'>y</a><p><b>" * 6_000
    return with_file(b"a.zip", b"application/zip", zipped({f"{n}.html": page + b"%d" % n for n in range(200)}))


@case
def hundred_pdf_in_an_archive() -> bytes:
    lines = b"".join(b"%d %d m %d %d l S\n" % (n % 800, n % 797, n % 787, n % 769) for n in range(3000))
    return with_file(b"a.zip", b"application/zip", zipped({f"{n}.pdf": pdf_of(lines) for n in range(100)}))


@case
def pdf_that_draws_two_million_curves() -> bytes:
    curve = b"".join(b"%d 9 m %d 0 99 %d 700 %d c S\n" % (n, n, n, n * 7 % 800) for n in range(1000))
    return with_file(b"a.pdf", b"application/pdf", pdf_of(curve * 400))


@case
def pdf_whose_drawings_hold_ten_of_the_next() -> bytes:
    forms = [b"/X%d Do\n" % (n + 1) * 10 for n in range(9)] + [b"0 0 m 800 800 l S\n" * 10]
    return with_file(b"a.pdf", b"application/pdf", pdf_of(b"/X0 Do\n" * 10, *forms))


@case
def pdf_of_transparent_layers() -> bytes:
    squares = b"q 1 0 0 1 1 1 cm 0 0 800 800 re W n 0 0 800 800 re f Q\n" * 200
    return with_file(b"a.pdf", b"application/pdf", pdf_of(b"/X0 Do\n" * 100, squares))


@case
def twenty_four_pdf_that_take_long() -> bytes:
    curve = b"".join(b"%d 9 m %d 0 99 %d 700 %d c S\n" % (n, n, n, n * 7 % 800) for n in range(1000))
    return with_files(24, "a.pdf", "application/pdf", pdf_of(curve * 40))


@case
def pdf_with_ten_thousand_links_a_page() -> bytes:
    notes = " ".join(["4 0 R"] * 10_000)
    return with_file(
        b"a.pdf",
        b"application/pdf",
        pdf_with_link("http://x.example/" + "a" * 3000).replace(b"[4 0 R]", notes.join("[]").encode()),
    )


@case
def archives_each_of_fifty_megabytes_24_times() -> bytes:
    archive = zipped({"a.txt": b"http://x.example/ some words in a row\n" * 1_300_000})
    return with_files(24, "a.zip", "application/zip", archive)


@case
def outlook_messages_attached_30_deep() -> bytes:
    inner: dict[str, bytes | Tree] = outlook_message(subject="x", text="hi", is_attached=True)
    for number in range(30):
        inner = outlook_message(subject=f"{number}", attached=[inner], is_attached=number < 29)
    return compound_file(inner)


@case
def outlook_message_of_many_streams() -> bytes:
    files = [(f"{n}.txt", b"x" * 10) for n in range(600)]
    return compound_file(outlook_message(subject="x", text="hi", files=files))


@case
def rich_text_of_open_groups() -> bytes:
    body = b"{\\rtf1\\fromhtml1 " + b"{\\*\\htmltag64 <p>" * 250_000
    packed = struct.pack("<IIII", len(body) + 12, len(body), 0x414C454D, 0) + body
    return compound_file(outlook_message(headers="From: a@b.example\r\nSubject: x\r\n", rtf=packed))


@case
def rich_text_that_repeats_itself() -> bytes:
    body = b"\xff" + b"\x00\x0f" * 8
    packed = struct.pack("<IIII", 8 << 20, 8 << 20, 0x75465A4C, 0) + body * 200_000
    return compound_file(outlook_message(headers="From: a@b.example\r\nSubject: x\r\n", rtf=packed))


@case
def tables_that_look_like_codes() -> bytes:
    row = b"<tr>" + b"<td bgcolor=#000></td><td bgcolor=#fff></td>" * 50
    return HEAD + b"Content-Type: text/html\n\n" + (b"<table>" + row * 60) * 6


@case
def blocks_that_look_like_codes() -> bytes:
    line = "\u2588 \u2580\u2584" * 90 + "\n"
    return HEAD + b"Content-Type: text/plain; charset=utf-8\n\n" + (line * 180 + "\nx\n").encode() * 2


@case
def mailbox_of_thousands() -> bytes:
    return (b"From a@b.example Mon Jan 01 00:00:00 2024\n" + HEAD + b"\nhi\n\n") * 20_000


@case
def zip_of_mails_that_grow() -> bytes:
    return zipped({f"{n}.eml": HEAD + b"\n" + b"words " * 4_000_000 for n in range(12)})


@case
def calendar_of_a_hundred_thousand_lines() -> bytes:
    return with_file(
        b"a.ics",
        b"text/calendar",
        b"BEGIN:VCALENDAR\r\n" + b"ATTENDEE:mailto:a@b.example\r\n http://x.example/\r\n" * 100_000,
    )


@case
def rewriters_around_rewriters() -> bytes:
    address = "https%3A%2F%2Fx.example"
    for _ in range(12):
        address = "https%3A%2F%2Fnam02.safelinks.protection.outlook.com%2F%3Furl%3D" + address.replace("%", "%25")
    return HEAD + ("\n" + f"https://nam02.safelinks.protection.outlook.com/?url={address[:3000]}\n" * 400).encode()


@case
def passwords_offered_a_thousand_times() -> bytes:
    archive = bytearray(zipped({f"{n}.exe": bytes(20_000) for n in range(200)}))
    at = 0
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = 0
        while (at := archive.find(mark, at)) >= 0:
            archive[at + offset] |= 1
            at += 4
    text = b"--B\nContent-Type: text/plain\n\n" + b"".join(b"password: word%d\n" % n for n in range(1000))
    head = HEAD + b"Content-Type: multipart/mixed; boundary=B\n\n" + text + b"--B\n"
    part = with_file(b"a.zip", b"application/zip", bytes(archive)).removeprefix(HEAD)
    return head + part + b"--B--\n"


@case
def code_that_says_a_megabyte_of_nothing() -> bytes:
    return with_file(b"a.png", b"image/png", code("https://x.example/" + "a" * 1200))
