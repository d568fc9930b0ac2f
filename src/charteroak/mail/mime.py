"""A bounded MIME splitter: any bytes in, headers and leaf parts out; it never raises.

Implements RFC 5322 section 2 (message format), RFC 2045 and RFC 2046 section 5 (multipart, message/rfc822), reading
broken mail the way mail readers do and noting each oddity as a defect. It works iteratively on offsets into the one
buffer, so that nesting costs neither stack nor copies; only leaves are decoded. Limits are those of ``limits``.

Not here: what a header means (``addresses``, ``authentication``), what a part shows (``html``, ``attachments``).
"""

import re
from collections.abc import Mapping

import msgspec

from charteroak.mail import limits
from charteroak.mail.decoding import (
    decode_text,
    decode_transfer,
    parameter_text,
    parse_parameters,
    without_controls,
)
from charteroak.mail.defects import DefectKind, DefectLog
from charteroak.mail.filetypes import PROGRAM_EXTENSIONS, extension
from charteroak.mail.headers import Headers, read_headers

_BLANK_LINE = re.compile(rb"\n\r?\n")
_CONTENT_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,64}/[a-z0-9!#$&^_.+-]{1,127}")
_SOFT_BREAK = re.compile(r"(?<!\n--) \r?\n(?!>| ?-- ?\r?\n)")
"""The end of a line that goes on in the next; not that of a signature's mark, nor one before a quoted line."""
_SPACED_FIELD = re.compile(rb"From[ \t]{1,20}:")
"""A field with blanks before its colon (RFC 5322 section 4.5.8), and no separator line of a mailbox."""
_ELSEWHERE = frozenset({"message/partial", "message/external-body"})
"""Parts whose content, or the rest of it, is not in the message (RFC 2046 sections 5.2.2 and 5.2.3)."""


class Part(msgspec.Struct, frozen=True, gc=False):
    """A leaf: what is no multipart and no attached message. ``path`` is its number, as in ``1.2``."""

    path: str
    content_type: str
    charset: str
    file_name: str
    disposition: str
    content_id: str
    data: bytes
    flow: str = ""
    """How lines of plain text go on (RFC 3676): ``flowed``, ``flowed-delsp`` or, mostly, not at all."""

    @property
    def is_attachment(self) -> bool:
        """Whether a mail reader offers it as a file rather than showing it as the message's text."""
        return self.disposition == "attachment" or bool(self.file_name) or not self.is_text

    @property
    def is_text(self) -> bool:
        """Whether it is shown as text; an unsplittable multipart is, since mail readers show it so."""
        return self.content_type.startswith(("text/", "multipart/")) or not self.content_type

    def text(self, limit_bytes: int, defects: DefectLog) -> str:
        """The beginning of the part as text."""
        text = decode_text(
            self.data[:limit_bytes], self.charset, DefectLog() if len(self.data) > limit_bytes else defects
        )
        return _SOFT_BREAK.sub("" if self.flow == "flowed-delsp" else " ", text) if self.flow else text


class Message(msgspec.Struct, frozen=True):
    """A message taken apart. ``raw`` are its own bytes, for a message attached to another one."""

    headers: Headers
    parts: tuple[Part, ...]
    attached: tuple["Message", ...]
    raw: bytes


class _Draft(msgspec.Struct):
    headers: Headers
    raw: bytes
    nesting: int
    parts: list[Part] = []
    attached: list["_Draft"] = []

    def finish(self) -> Message:
        # Recursion is as deep as messages are attached to messages: at most MAX_ATTACHED_DEPTH.
        return Message(self.headers, tuple(self.parts), tuple(draft.finish() for draft in self.attached), self.raw)


class _Entity(msgspec.Struct, gc=False):
    """Something still to be looked at: where it lies, whose it is, and its headers where they were read already."""

    owner: _Draft
    headers: Headers | None
    buffer: bytes
    start: int
    end: int
    depth: int
    path: str


class _Splitter:
    """One run over one message: the work list and what has been spent."""

    def __init__(self, defects: DefectLog) -> None:
        self._defects = defects
        self._work: list[_Entity] = []
        self._entities = 0
        self._scanned = 0
        self._decoded = 0

    def open_message(self, buffer: bytes, start: int, end: int, nesting: int, path: str) -> _Draft:
        block_end, body = _block_end(buffer, start, end)
        self._scanned += block_end - start
        headers = read_headers(buffer, start, block_end, limits.MAX_HEADER_BLOCK_BYTES, self._defects)
        if block_end >= end and nesting == 0:
            self._defects.note(DefectKind.NO_BODY_SEPARATOR)
        for name in headers.repeated:
            self._defects.note(DefectKind.DUPLICATE_FIELD, f"({name})")
        raw = buffer if nesting == 0 else buffer[start:end]
        draft = _Draft(headers, raw, nesting)
        self._work.append(_Entity(draft, headers, buffer, body, end, 0, path))
        return draft

    def run(self) -> None:
        while self._work:
            entity = self._work.pop()
            self._entities += 1
            if self._entities > limits.MAX_PARTS:
                self._defects.note(DefectKind.TOO_MANY_PARTS)
                return
            if self._scanned > limits.MAX_SCANNED_BYTES or self._decoded > limits.MAX_DECODED_BYTES:
                self._defects.note(DefectKind.DECODE_BUDGET)
                return
            headers = self._past_headers(entity)
            content_type, parameters = parse_parameters(headers.first("content-type"))
            if content_type.startswith("multipart/") and self._split(entity, parameters.get("boundary", "")):
                continue
            self._take_leaf(entity, headers, content_type, parameters)

    def _past_headers(self, entity: _Entity) -> Headers:
        """The entity's headers; where they are read only now, its start moves behind them."""
        if entity.headers is not None:
            return entity.headers
        # Read here and not where the multipart is split, so that at most MAX_PARTS blocks are ever read.
        block_end, body = _block_end(entity.buffer, entity.start, entity.end)
        self._scanned += block_end - entity.start
        headers = read_headers(entity.buffer, entity.start, block_end, limits.MAX_PART_HEADER_BYTES, self._defects)
        entity.start = body
        return headers

    def _split(self, entity: _Entity, boundary: str) -> bool:
        if not boundary:
            self._defects.note(DefectKind.NO_START_BOUNDARY)
            return False
        if len(boundary) > limits.MAX_BOUNDARY_CHARACTERS:
            self._defects.note(DefectKind.BAD_BOUNDARY)
            return False
        if entity.depth >= limits.MAX_DEPTH:
            self._defects.note(DefectKind.TOO_DEEP)
            return False
        self._scanned += entity.end - entity.start
        delimiter = b"--" + boundary.encode("utf-8", "replace")
        sections = _sections(entity.buffer, entity.start, entity.end, delimiter, self._defects)
        for number, (start, end) in reversed(list(enumerate(sections, start=1))):
            separator = "." if entity.path and not entity.path.endswith("/") else ""
            path = f"{entity.path}{separator}{number}"
            self._work.append(_Entity(entity.owner, None, entity.buffer, start, end, entity.depth + 1, path))
        return bool(sections)

    def _take_leaf(self, entity: _Entity, headers: Headers, content_type: str, parameters: Mapping[str, str]) -> None:
        disposition, disposition_parameters = parse_parameters(headers.first("content-disposition"))
        file_name = parameter_text(disposition_parameters, "filename", self._defects)
        other_name = parameter_text(parameters, "name", self._defects)
        # Mail programs disagree which of two names counts: the one that runs is told.
        if not file_name or (other_name != file_name and extension(other_name) in PROGRAM_EXTENSIONS):
            file_name = other_name or file_name
        encoding = headers.first("content-transfer-encoding").partition(";")[0].strip(' \t"').lower().partition(" ")[0]
        if content_type in _ELSEWHERE:
            self._defects.note(DefectKind.ELSEWHERE)
        is_message = content_type in {"message/rfc822", "message/global"} or (
            file_name.lower().endswith(".eml") and not content_type.startswith("text/")
        )
        if is_message and encoding not in {"base64", "quoted-printable"} and self._attach(entity, entity.buffer):
            return
        end = min(entity.end, entity.start + limits.MAX_LEAF_BYTES)
        is_shown = content_type.startswith("text/") and not file_name and disposition != "attachment"
        data = decode_transfer(entity.buffer[entity.start : end], encoding, self._defects, is_shown=is_shown)
        self._decoded += len(data)
        if is_message and encoding in {"base64", "quoted-printable"} and self._attach(entity, data):
            return
        entity.owner.parts.append(
            Part(
                path=f"{entity.path}1" if entity.path.endswith("/") else entity.path or "1",
                content_type=content_type if _CONTENT_TYPE.fullmatch(content_type) else "",
                charset=parameters.get("charset", ""),
                file_name=file_name,
                disposition=disposition,
                content_id=without_controls(headers.first("content-id")),
                data=data,
                flow=_flow_of(parameters) if content_type == "text/plain" and "format" in parameters else "",
            )
        )

    def _attach(self, entity: _Entity, buffer: bytes) -> bool:
        if entity.owner.nesting + 1 > limits.MAX_ATTACHED_DEPTH:
            self._defects.note(DefectKind.TOO_DEEP)
            return False
        start, end = (entity.start, entity.end) if buffer is entity.buffer else (0, len(buffer))
        block_end, _ = _block_end(buffer, start, end)
        peek = read_headers(buffer, start, block_end, limits.MAX_PART_HEADER_BYTES, DefectLog())
        if not peek.tell_a_message:
            return False
        path = f"{entity.path or '1'}/"
        entity.owner.attached.append(self.open_message(buffer, start, end, entity.owner.nesting + 1, path))
        return True


def _flow_of(parameters: Mapping[str, str]) -> str:
    if parameters["format"].strip().lower() != "flowed":
        return ""
    return "flowed-delsp" if parameters.get("delsp", "").strip().lower() == "yes" else "flowed"


def split_message(data: bytes, defects: DefectLog) -> Message:
    """Take a message apart; what is odd or left out goes to ``defects``.

    Whether it is a message at all is for the caller to see from ``headers.tell_a_message``.
    """
    if len(data) > limits.MAX_MESSAGE_BYTES:
        defects.note(DefectKind.TRUNCATED_MESSAGE)
        data = data[: limits.MAX_MESSAGE_BYTES]
    data = _as_line_feed_bytes(data, defects)
    splitter = _Splitter(defects)
    start = _first_field(data, defects)
    draft = splitter.open_message(data, start, len(data), 0, "")
    splitter.run()
    return draft.finish()


def _as_line_feed_bytes(data: bytes, defects: DefectLog) -> bytes:
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        defects.note(DefectKind.UTF16)
        data = data.decode("utf-16", "replace").encode("utf-8", "replace")
    data = data.removeprefix(b"\xef\xbb\xbf")
    has_line_feed = data.find(b"\n", 0, limits.MAX_HEADER_BLOCK_BYTES) >= 0
    if not has_line_feed and data.find(b"\r", 0, limits.MAX_HEADER_BLOCK_BYTES) >= 0:
        defects.note(DefectKind.BARE_CR)
        data = data.replace(b"\r", b"\n")
    return data


def _first_field(data: bytes, defects: DefectLog) -> int:
    """Where the header block begins: after blank lines and the separator line of a mailbox."""
    start = 0
    while data[start : start + 1] in {b"\r", b"\n"} and start < limits.MAX_SEPARATOR_LINE_BYTES:
        start += 1
    if start:
        defects.note(DefectKind.LEADING_BLANK_LINES)
    if data[start : start + 6].startswith((b"From ", b">From ")) and _SPACED_FIELD.match(data, start) is None:
        line_end = data.find(b"\n", start, start + limits.MAX_SEPARATOR_LINE_BYTES)
        start = line_end + 1 if line_end >= 0 else start
    return start


def _block_end(buffer: bytes, start: int, end: int) -> tuple[int, int]:
    """Where a header block ends and where the body after it begins."""
    if buffer.startswith(b"\n", start, end):
        return start, start + 1
    if buffer.startswith(b"\r\n", start, end):
        return start, start + 2
    blank_line = _BLANK_LINE.search(buffer, start, end)
    return (end, end) if blank_line is None else blank_line.span()


def _sections(buffer: bytes, start: int, end: int, delimiter: bytes, defects: DefectLog) -> list[tuple[int, int]]:
    """The parts of a multipart body as offsets (RFC 2046 section 5.1.1)."""
    line_delimiter = b"\n" + delimiter
    position = start if buffer.startswith(delimiter, start, end) else _after(buffer.find(line_delimiter, start, end))
    sections: list[tuple[int, int]] = []
    open_since = -1
    false_boundaries = 0
    while position >= 0:
        tail = position + len(delimiter)
        line_end = buffer.find(b"\n", tail, end)
        rest = buffer[tail : line_end if line_end >= 0 else end][: limits.MAX_BOUNDARY_CHARACTERS].strip()
        if rest in {b"", b"--"}:
            if open_since >= 0:
                cut = position - 1
                cut -= buffer[cut - 1 : cut] == b"\r"
                sections.append((open_since, max(cut, open_since)))
            open_since = -1
            if rest or line_end < 0:
                return sections
            if len(sections) >= limits.MAX_PARTS:
                defects.note(DefectKind.TOO_MANY_PARTS)
                return sections
            open_since = line_end + 1
        else:
            false_boundaries += 1
            if false_boundaries > limits.MAX_FALSE_BOUNDARIES:
                defects.note(DefectKind.BOUNDARY_FLOOD)
                break
        position = _after(buffer.find(line_delimiter, tail if line_end < 0 else line_end, end))
    if open_since >= 0:
        sections.append((open_since, end))
        defects.note(DefectKind.NO_CLOSE_BOUNDARY)
    elif not sections:
        defects.note(DefectKind.NO_START_BOUNDARY)
    return sections


def _after(index: int) -> int:
    return index + 1 if index >= 0 else -1
