"""Neighbours of known messages that keep enough of their structure to get deep into the readers.

Bytes that are only flipped mostly make a message that ends at its header block. These changes are those of a sender who
knows the formats: parts spliced from other messages, fields injected, boundaries nested, character sets and transfer
encodings that lie, an attached file changed *inside* its encoding, and cuts at any place.
"""

import base64
import binascii
import random
import re
from collections.abc import Callable, Sequence

from harness import mutate

MAX_BYTES = 1 << 20
_BASE64_RUN = re.compile(rb"(?:[A-Za-z0-9+/]{60,76}\r?\n){2,}(?:[A-Za-z0-9+/]{1,76}={0,2}\r?\n)?")
_BOUNDARY = re.compile(rb"boundary=\"?([^\"\s;]{1,70})", re.IGNORECASE)
_FIELDS = (
    b'Content-Type: multipart/mixed; boundary="%s"', b"Content-Type: text/html; charset=%s",
    b"Content-Type: message/rfc822", b"Content-Type: application/pdf; name*0*=utf-8''%%ff; name*1=%s",
    b"Content-Transfer-Encoding: %s", b"Subject: =?%s?B?////?= =?utf-8?Q?=0D=0ABcc:_x?=", b'From: %s, "a\\" <b@c',
    b"To: %s:;", b"Received: from [%s] by ([203.0.113.7]; Mon, 99 Foo 9999 99:99:99 +9999",
    b"Authentication-Results: %s; dkim=pass (((; spf", b"DKIM-Signature: v=1; a=%s; bh=!!; b=; l=-1; h=from:from",
    b"Date: %s", b'Content-Disposition: attachment; filename="%s', b"\xff\xfe%s", b"%s", b"From \x00 %s 2026",
)  # fmt: skip
_WORDS = (
    b"utf-7", b"utf-16", b"utf-32", b"idna", b"punycode", b"unicode-escape", b"rot13", b"shift_jis", b"hz", b"big5",
    b"iso-2022-jp", b"x" * 300, b"", b"\x00", b"base64", b"quoted-printable", b"uuencode", b"7bit", b"binary",
    b"cut", b"--", b"=?utf-8?q?=?=", b"a@b.example", b"..", b"\xf0\x9f\x8c\xb3", b"\xe2\x80\xae", b"cp65001",
)  # fmt: skip


def neighbour(source: random.Random, seeds: Sequence[bytes]) -> bytes:
    """One message that nobody sent, by one to four changes of a known one."""
    data = source.choice(seeds)
    for _ in range(source.choice((1, 1, 1, 2, 2, 3, 4))):
        data = source.choice(_CHANGES)(source, data, seeds)
    return data[:MAX_BYTES]


def _bytes_of(source: random.Random, data: bytes, seeds: Sequence[bytes]) -> bytes:
    return mutate(source, [data, *source.sample(seeds, min(2, len(seeds)))])


def _cut(source: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    at = source.randint(0, len(data))
    return data[:at] if source.random() < 0.7 else data[at:]


def _splice(source: random.Random, data: bytes, seeds: Sequence[bytes]) -> bytes:
    """The beginning of one message and the end of another, each cut at a line."""
    other = source.choice(seeds)
    return data[: _line(source, data)] + other[_line(source, other) :]


def _field(source: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    at = _line(source, data, within=0.3)
    line = source.choice(_FIELDS)
    line = line % source.choice(_WORDS) if b"%s" in line else line
    return (
        data[:at]
        + (line + source.choice((b"\r\n", b"\n", b"\r\n\t", b"\r"))) * source.choice((1, 1, 2, 40))
        + data[at:]
    )


def _nest(source: random.Random, data: bytes, seeds: Sequence[bytes]) -> bytes:
    """One message inside of another, as a message, as a part or as an encoded file."""
    mark = source.choice((b"cut", b"out", b"b" * 70, b"--", b"="))
    how = source.randrange(4)
    head = b'From: a@b.example\r\nSubject: x\r\nContent-Type: multipart/mixed; boundary="%s"\r\n\r\n--%s\r\n' % (
        mark,
        mark,
    )
    if how == 0:
        inner = b"Content-Type: message/rfc822\r\n\r\n" + data
    elif how == 1:
        inner = data
    else:
        kind = source.choice((b"message/rfc822", b"application/octet-stream", b"application/vnd.ms-outlook"))
        inner = b"Content-Type: %s\r\nContent-Transfer-Encoding: base64\r\n\r\n%s" % (kind, base64.encodebytes(data))
    second = b"\r\n--%s\r\n%s" % (mark, source.choice(seeds)) if source.random() < 0.3 else b""
    return head + inner + second + (b"\r\n--%s--\r\n" % mark if source.random() < 0.7 else b"")


def _boundary(source: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    """Boundaries where none belong, or one that is the beginning of another."""
    names: list[bytes] = _BOUNDARY.findall(data) or [b"cut"]
    line = b"\r\n--" + source.choice(names) + source.choice((b"", b"--", b"x", b" \t")) + b"\r\n"
    at = _line(source, data)
    return data[:at] + line * source.choice((1, 2, 300)) + data[at:]


def _charset(source: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    return re.sub(
        rb"charset=\"?[\w-]+\"?", lambda _: b"charset=" + source.choice(_WORDS), data, count=source.choice((1, 5))
    )


def _encoding(source: random.Random, data: bytes, _: Sequence[bytes]) -> bytes:
    def lie(found: re.Match[bytes]) -> bytes:
        return bytes(found[1]) + b" " + source.choice(_WORDS)

    return re.sub(rb"(?i)(Transfer-Encoding:) ?[\w-]+", lie, data, count=2)


def _file_inside(source: random.Random, data: bytes, seeds: Sequence[bytes]) -> bytes:
    """A file that is carried, changed inside of its encoding: this is what reaches the readers of files."""
    runs = list(_BASE64_RUN.finditer(data))
    if not runs:
        return _bytes_of(source, data, seeds)
    run = source.choice(runs)
    try:
        content = binascii.a2b_base64(run[0])
    except binascii.Error:
        return _bytes_of(source, data, seeds)
    changed = mutate(source, [content])
    return data[: run.start()] + base64.encodebytes(changed) + data[run.end() :]


def _line(source: random.Random, data: bytes, within: float = 1.0) -> int:
    """The start of a line."""
    return data.rfind(b"\n", 0, source.randint(0, int(len(data) * within))) + 1


_CHANGES: tuple[Callable[[random.Random, bytes, Sequence[bytes]], bytes], ...] = (
    _bytes_of, _bytes_of, _cut, _splice, _splice, _field, _field, _nest, _boundary, _charset, _encoding,
    _file_inside, _file_inside, _file_inside,
)  # fmt: skip
