"""Header fields: read from their bytes, unfolded, kept in their order and found by name.

Implements RFC 5322 section 2.2 as tolerantly as mail readers do. A message has about a hundred fields, so that what is
done for each of them is kept to cutting it at its colon; folding, line ends and character set are settled once for the
whole block.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from charteroak.mail import limits
from charteroak.mail.decoding import decode_words
from charteroak.mail.defects import DefectKind, DefectLog

_MAX_NAME_CHARACTERS = 256
"""Longest name with the blanks behind it; RFC 5322 section 2.1.1 has lines of 998, and a name of 76 is long."""
_FOLD = re.compile(r"\n[ \t]+")
_FIELD_NAME = re.compile(r"[!-9;-~]{1,76}")
_TELLING_FIELDS = frozenset(
    [
        "from",
        "to",
        "cc",
        "subject",
        "date",
        "received",
        "message-id",
        "mime-version",
        "content-type",
        "return-path",
        "delivered-to",
        "reply-to",
        "sender",
    ]
)
_JOURNEY_FIELDS = frozenset(["from", "sender", "date", "received", "message-id", "return-path", "delivered-to"])
_SHOWN_FIELDS = frozenset(["sent", "enviado", "enviada", "gesendet"])
_STAMPED_FIELDS = frozenset(["received", "message-id", "date"])
_SINGLE_FIELDS = ("from", "sender", "reply-to", "to", "subject", "date", "message-id", "content-type")


class Headers:
    """The fields of one block in their order: lower-case name and value, unfolded and still encoded as it was sent."""

    __slots__ = ("_by_name", "fields")

    def __init__(self, fields: tuple[tuple[str, str], ...] = ()) -> None:
        self.fields = fields
        # Fields are asked for by name dozens of times for each message.
        self._by_name: dict[str, list[str]] = {}
        by_name = self._by_name
        for name, value in fields:
            if name in by_name:
                by_name[name].append(value)
            else:
                by_name[name] = [value]

    @property
    def names(self) -> frozenset[str]:
        """The name of every field that is there."""
        return frozenset(self._by_name)

    def first(self, name: str) -> str:
        """The first value of a field, or an empty text."""
        values = self._by_name.get(name)
        return values[0] if values else ""

    def all(self, name: str) -> list[str]:
        """Every value of a field, topmost first."""
        return list(self._by_name.get(name, ()))

    def count(self, name: str) -> int:
        """How often a field stands in the block."""
        return len(self._by_name.get(name, ()))

    def among(self, *names: str) -> Iterator[tuple[str, str]]:
        """The fields of these names, in the order of the block."""
        if self._by_name.keys().isdisjoint(names):
            return iter(())
        return ((name, value) for name, value in self.fields if name in names)

    def text(self, name: str, defects: DefectLog) -> str:
        """The first value with its encoded words decoded."""
        return decode_words(self.first(name), defects)

    def texts(self, defects: DefectLog) -> list[tuple[str, str]]:
        """Every field with its encoded words decoded."""
        return [
            (name, value if value.isprintable() and "=?" not in value else decode_words(value, defects))
            for name, value in self.fields
        ]

    @property
    def repeated(self) -> list[str]:
        """The fields that may stand once (RFC 5322 section 3.6) and stand more often."""
        return [name for name in _SINGLE_FIELDS if len(self._by_name.get(name, ())) > 1]

    @property
    def tell_a_message(self) -> bool:
        """Whether this is the header block of a message, and not chance colons in other bytes."""
        return not _TELLING_FIELDS.isdisjoint(self._by_name)

    @property
    def tell_of_a_journey(self) -> bool:
        """Whether they say who sent it and when, as a server wrote them and not as a mail program shows them."""
        names = self._by_name
        if not _SHOWN_FIELDS.isdisjoint(names) and _STAMPED_FIELDS.isdisjoint(names):
            return False
        return not _JOURNEY_FIELDS.isdisjoint(names)


def read_headers(buffer: bytes, start: int, end: int, limit_bytes: int, defects: DefectLog) -> Headers:
    """The fields between two places of a buffer; what is odd or left out goes to ``defects``."""
    if end - start > limit_bytes:
        defects.note(DefectKind.HEADER_BLOCK_CUT)
        end = start + limit_bytes
    # Each line break with the blanks after it is one blank (RFC 5322 section 2.2.3).
    text = _FOLD.sub(" ", _block_text(buffer[start:end], defects))
    lines = text.split("\n")
    may_be_long = len(text) > limits.MAX_HEADER_CHARACTERS
    may_be_many = len(lines) > limits.MAX_HEADERS
    fields: list[tuple[str, str]] = []
    for line in lines:
        raw_name, colon, value = line.partition(":")
        if not colon or len(raw_name) > _MAX_NAME_CHARACTERS or not (name := _field_name(raw_name)):
            if line.strip():
                defects.note(DefectKind.BAD_HEADER_LINE)
            continue
        if may_be_many and len(fields) >= limits.MAX_HEADERS:
            defects.note(DefectKind.TOO_MANY_HEADERS)
            break
        if may_be_long and len(value) > limits.MAX_HEADER_CHARACTERS:
            defects.note(DefectKind.LONG_HEADER)
            value = value[: limits.MAX_HEADER_CHARACTERS]
        fields.append((name, value.strip()))
    return Headers(tuple(fields))


@lru_cache(maxsize=2048)
def _field_name(text: str) -> str:
    """A field's name in lower case, or an empty text when it is none; the same few names stand in every message."""
    name = text.rstrip()
    return name.lower() if _FIELD_NAME.fullmatch(name) else ""


def _block_text(block: bytes, defects: DefectLog) -> str:
    """The block in which every line ends in a line feed."""
    block = block.removesuffix(b"\r")
    has_controls = b"\0" in block
    if b"\r" in block:
        # One pass for both kinds of line end; a carriage return for itself shows in the number of lines.
        lines = block.splitlines(keepends=False)
        if len(lines) == block.count(b"\n") + (not block.endswith(b"\n")):
            block = b"\n".join(lines)
        else:
            has_controls = True
            block = block.replace(b"\r\n", b"\n").replace(b"\r", b" ")
    if has_controls:
        defects.note(DefectKind.CONTROL_IN_HEADER)
        block = block.replace(b"\0", b"")
    try:
        return block.decode("utf-8")
    except UnicodeDecodeError:
        defects.note(DefectKind.RAW_8BIT_HEADER)
        return "\n".join(_line_text(line) for line in block.split(b"\n"))


def _line_text(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace")
