"""Hostile messages: the first thirty of our measurements, in their order, and more of our own.

Each case is a named function that builds its bytes. ``benchmarks/hostile_mail.py`` takes them the whole way, and
``tests/unit/mail/test_hostile.py`` through the analysis alone.
"""

import base64
import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable

HEAD = b"From: a@b.example\nTo: c@d.example\nSubject: x\nMIME-Version: 1.0\n"
CASES: dict[str, Callable[[], bytes]] = {}


def case(build: Callable[[], bytes]) -> Callable[[], bytes]:
    CASES[build.__name__] = build
    return build


def html(content: bytes) -> bytes:
    return HEAD + b"Content-Type: text/html\n\n" + content


def text(content: bytes) -> bytes:
    return HEAD + b"Content-Type: text/plain\n\n" + content


def file(name: bytes, type_: bytes, content: bytes) -> bytes:
    type_line = b"Content-Type: %s; name=%s\nContent-Transfer-Encoding: base64\n" % (type_, name)
    return HEAD + type_line + b"Content-Disposition: attachment; filename=%s\n\n" % name + base64.encodebytes(content)


@case
def multiparts_nested_3000_deep() -> bytes:
    lines = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (i, i) for i in range(3000))
    return HEAD + lines + b"Content-Type: text/plain\n\nhi"


@case
def messages_attached_3000_deep() -> bytes:
    return (HEAD + b"Content-Type: message/rfc822\n\n") * 3000 + b"hi"


@case
def hundred_thousand_parts() -> bytes:
    part = b"--B\nContent-Type: text/plain\n\nx\n"
    return HEAD + b"Content-Type: multipart/mixed; boundary=B\n\n" + part * 100_000 + b"--B--\n"


@case
def two_hundred_thousand_headers() -> bytes:
    return HEAD + b"".join(b"X-A%d: v\n" % i for i in range(200_000)) + b"\nbody"


@case
def one_header_of_20_mb() -> bytes:
    return HEAD + b"X-L: " + b"a" * 20_000_000 + b"\n\nbody"


@case
def forty_headers_just_short_of_the_limit() -> bytes:
    return (b"X-L: " + b"a b;" * 8_000 + b"\n") * 40 + HEAD + b"\nbody"


@case
def headers_folded_999_times_each() -> bytes:
    return (b"X-F: a" + b"\n b" * 999 + b"\n") * 400 + HEAD + b"\nbody"


@case
def header_folded_300_thousand_times() -> bytes:
    return HEAD + b"X-F: a\n" + b" b\n" * 300_000 + b"\nbody"


@case
def received_50_thousand_times() -> bytes:
    hop = b"Received: from a (b [1.2.3.4]) by c with ESMTP id 1; Mon, 1 Jan 2024 00:00:00 +0000\n"
    return HEAD + hop * 50_000 + b"\nbody"


@case
def two_hundred_thousand_recipients() -> bytes:
    return (
        HEAD
        + b"Cc: "
        + b",".join(b"u%d@x.example" % i for i in range(200_000))
        + b"\n\nhttp://y.example/?u=u7@x.example"
    )


@case
def brackets_in_from() -> bytes:
    return b"From: " + b"<(" * 50_000 + b"\nSubject: x\n\nbody"


@case
def blanks_in_received() -> bytes:
    return HEAD + b"Received: from " + b" " * 60_000 + b"x\n\nbody"


@case
def html_of_30_mb_of_open_elements() -> bytes:
    return html(b"<div>" * 6_000_000)


@case
def html_with_500_thousand_links() -> bytes:
    return html(b'<a href="http://a.b.example/x">y</a>' * 500_000)


@case
def text_of_schemes() -> bytes:
    return text(b"http://" * 700_000)


@case
def text_of_labels() -> bytes:
    return text(b"a." * 2_500_000)


@case
def text_of_at_signs() -> bytes:
    return text(b"a@" * 1_500_000)


@case
def zip_bomb_of_200_mb() -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as bomb:
        for number in range(4):
            with bomb.open(f"a{number}.txt", "w") as entry:
                for _ in range(50):
                    entry.write(bytes(1_000_000))
    return file(b"a.zip", b"application/zip", archive.getvalue())


@case
def png_that_claims_900_megapixels() -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    size = struct.pack(">IIBBBBB", 30_000, 30_000, 1, 0, 0, 0, 0)
    image = (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", zlib.compress(bytes(10_000))) + chunk(b"IEND", b"")
    )
    return file(b"a.png", b"image/png", image)


@case
def hundred_thousand_encoded_words() -> bytes:
    return HEAD.replace(b"Subject: x", b"Subject: " + b" ".join([b"=?utf-8?Q?a?="] * 100_000)) + b"\nbody"


@case
def fifty_thousand_parameter_pieces() -> bytes:
    return HEAD + b"Content-Type: application/x" + b"".join(b"; name*%d=a" % i for i in range(50_000)) + b"\n\nbody"


@case
def charset_that_is_a_transformation() -> bytes:
    return HEAD + b"Content-Type: text/plain; charset=rot13\n\nbody"


@case
def charset_idna_over_200_kb() -> bytes:
    return HEAD + b"Content-Type: text/plain; charset=idna\n\n" + b"xn--a" * 40_000


@case
def charset_utf_7_hiding_markup() -> bytes:
    return HEAD + b"Content-Type: text/html; charset=utf-7\n\n+ADw-script+AD4-"


@case
def nul_bytes() -> bytes:
    return HEAD.replace(b"Subject: x", b"Subject: a\0b") + b"\n" + bytes(1000)


@case
def nothing() -> bytes:
    return b""


@case
def bare_carriage_returns() -> bytes:
    return HEAD.replace(b"\n", b"\r") + b"\rbody"


@case
def boundary_of_1_mb() -> bytes:
    boundary = b"B" * 1_000_000
    return HEAD + b'Content-Type: multipart/mixed; boundary="' + boundary + b'"\n\n--' + boundary + b"\n\nx"


@case
def random_bytes() -> bytes:
    return random.Random(1).randbytes(20_000_000)  # noqa: S311 - noise that is the same each time, no secret


@case
def two_million_false_boundaries() -> bytes:
    return HEAD + b"Content-Type: multipart/mixed; boundary=B\n\n" + b"--BB\n" * 2_000_000


@case
def content_type_twice() -> bytes:
    return HEAD + b"Content-Type: text/plain\nContent-Type: text/html\n\n<a href=http://x.example>z</a>"


@case
def group_addresses() -> bytes:
    return b"From: undisclosed:;\nTo: a:b:c:;\nSubject: x\n\nbody"


# From here on: our own.


@case
def tag_with_100_thousand_attributes() -> bytes:
    return html(b"<a " + b" ".join(b"a%d=1" % i for i in range(100_000)) + b">")


@case
def formatting_elements_that_multiply() -> bytes:
    return html(b"".join(b"<b a=%d>" % i for i in range(500)) + b"<p>x</p>" * 120_000)


@case
def tags_without_an_end() -> bytes:
    return html(b"<a " * 300_000 + b'=">"')


@case
def quotes_without_an_end() -> bytes:
    return html(b"<a x=\"<a x='" * 90_000)


@case
def character_reference_of_a_million_digits() -> bytes:
    return html(b'<a href="http://x.example/&#' + b"9" * 1_000_000 + b';">y</a>')


@case
def combining_marks_out_of_order() -> bytes:
    return text(b"a" + "\u0301\u0327".encode() * 60_000)


@case
def ligatures_that_expand() -> bytes:
    return text("\ufdfa".encode() * 80_000)


@case
def thousand_recipients_and_links_full_of_them() -> bytes:
    people = b", ".join(b"person%d@town.example" % i for i in range(900))
    links = b"\n".join(b"http://x.example/" + b"person%d@town.example/" % i * 50 for i in range(250))
    return b"From: a@b.example\nTo: " + people + b"\nSubject: x\n\n" + links


@case
def closing_brackets_after_links() -> bytes:
    return text((b"http://a.example/" + b")" * 4000 + b" ") * 60)


@case
def parameters_full_of_escapes() -> bytes:
    return HEAD + b'Content-Type: text/plain; name="' + b"\\" * 30_000 + b"\n\nbody"


@case
def quoted_pairs_in_from() -> bytes:
    return b'From: "' + b'\\"' * 15_000 + b"\nTo: x@y.example\nSubject: x\n\nbody"


@case
def every_part_a_multipart() -> bytes:
    body = b"".join(
        b"--A\nContent-Type: multipart/mixed; boundary=B%d\n\n--B%d\n\n%s\n" % (i, i, b"x" * 90_000) for i in range(250)
    )
    return HEAD + b"Content-Type: multipart/mixed; boundary=A\n\n" + body


@case
def authentication_results_500_times() -> bytes:
    return HEAD + (b"Authentication-Results: " + b"(" * 4000 + b"x; spf=pass\n") * 60 + b"\nbody"


@case
def archive_directory_that_lies() -> bytes:
    entry = b"PK\x01\x02" + bytes(24) + struct.pack("<HHH", 65_535, 0, 0) + bytes(12) + b"n" * 65_535
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 65_535, 65_535, 0xFFFFFFFF, 30, 0)
    return file(b"a.zip", b"application/zip", b"PK\x03\x04" + bytes(26) + entry * 40 + end)


@case
def page_as_attachment_again_and_again() -> bytes:
    part = b"--B\nContent-Type: text/html; name=a.html\n\n" + b"<p><a href=x>" * 8_000 + b"\n"
    return HEAD + b"Content-Type: multipart/mixed; boundary=B\n\n" + part * 200


@case
def text_in_one_word_of_a_megabyte() -> bytes:
    return text(b"x" * 1_000_000 + b"@y.example")
