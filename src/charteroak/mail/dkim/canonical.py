"""Header and body in the two canonical forms, *simple* and *relaxed* (RFC 6376 section 3.4)."""

import re
from collections.abc import Sequence

_BLANKS = re.compile(rb"[ \t]+")
_LINE_END = re.compile(rb"\r?\n")
_FIELD_END = re.compile(rb"\r\n(?![ \t])")
_SIGNATURE_VALUE = re.compile(rb"(?:(?<=;)|(?<=:))([ \t\r\n]*b[ \t\r\n]*=)[^;]*")
_SIGNATURE_FIELD = re.compile(rb"^dkim-signature[ \t]*:", re.IGNORECASE | re.MULTILINE)
_NOT_OF_A_NAME = re.compile(rb"[^!-~]+")
_SHORT_LINE = b"\r\n"
_HEADER_END = b"\r\n\r\n"
_LINES_BEFORE = 512
"""Bytes of blank lines and of a mailbox's separator line that may stand before the header."""


def with_network_line_ends(message: bytes) -> bytes:
    """The message with CRLF at each line end, as it travelled and was signed."""
    if b"\n" in message.replace(b"\r\n", b""):
        return _LINE_END.sub(b"\r\n", message)
    return message


def split_fields(message: bytes, limit_bytes: int) -> tuple[list[tuple[bytes, bytes]], bytes] | None:
    """The fields of the header as they stand, name in lower case and the whole field, and the body.

    A name is read without the marks, controls and blanks that some readers pass over, so that none hides a field.
    A message that ends before a blank line has no body (RFC 5322 section 3.5). ``None`` where the header block is
    longer than ``limit_bytes``.
    """
    start = 0
    while message.startswith(_SHORT_LINE, start) and start < _LINES_BEFORE:
        start += 2
    if message.startswith((b"From ", b">From "), start):
        start = message.find(_SHORT_LINE, start, start + _LINES_BEFORE) + 2
    end = message.find(_HEADER_END, start, start + limit_bytes + 4)
    if end < 0 and len(message) - start > limit_bytes:
        return None
    end = len(message) if end < 0 else end
    fields = []
    for field in _FIELD_END.split(message[start:end]):
        name, colon, _ = field.partition(b":")
        if colon:
            fields.append((_NOT_OF_A_NAME.sub(b"", name).lower(), field))
    return fields, message[end + 4 :]


def names_signature(message: bytes) -> bool:
    """Whether a field of a signature stands anywhere in the header, however long that is."""
    found = _SIGNATURE_FIELD.search(message)
    return found is not None and message.find(_HEADER_END, 0, found.start()) < 0


def header_field(field: bytes, form: str) -> bytes:
    """One field in its canonical form, without a line end."""
    if form == "simple":
        return field
    name, _, value = field.partition(b":")
    unfolded = _BLANKS.sub(b" ", value.replace(b"\r\n", b""))
    return name.strip().lower() + b":" + unfolded.strip(b" ")


def body(content: bytes, form: str) -> bytes:
    """The body in its canonical form."""
    if form == "relaxed":
        # One blank at most is left before a line end: looking for runs of them there would take the square of a run.
        content = _BLANKS.sub(b" ", content).replace(b" \r\n", _SHORT_LINE).removesuffix(b" ")
    end = len(content)
    while content.endswith(_SHORT_LINE, 0, end):
        end -= 2
    if end:
        return content[:end] + _SHORT_LINE
    return b"" if form == "relaxed" else _SHORT_LINE


def signed_header(fields: Sequence[tuple[bytes, bytes]], names: Sequence[bytes], signature: bytes, form: str) -> bytes:
    """What is signed of the header (section 3.7): the named fields from the bottom up, then the signature itself.

    A name that stands more often than the field does adds nothing (section 5.4.2).
    """
    waiting: dict[bytes, list[bytes]] = {}
    for name, field in fields:
        waiting.setdefault(name, []).append(field)
    taken = [header_field(waiting[name].pop(), form) + _SHORT_LINE for name in names if waiting.get(name)]
    emptied = _SIGNATURE_VALUE.sub(rb"\1", signature, count=1)
    return b"".join(taken) + header_field(emptied, form)
