"""Header fields: read from their bytes, unfolded, kept in their order and found by name.

Implements RFC 5322 section 2.2 as tolerantly as mail readers do. A message has about a hundred fields, so that what is
done for each of them is kept to cutting it at its colon; line ends and character set are settled once for the whole
block, so is whether any field holds control characters, and folds are undone where a value is asked for.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from charteroak.mail import limits
from charteroak.mail.decoding import decode_folded, decode_words, is_printable, unfold, without_controls
from charteroak.mail.defects import DefectKind, DefectLog

_MAX_NAME_CHARACTERS = 256
"""Longest name with the blanks behind it; RFC 5322 section 2.1.1 has lines of 998, and a name of 76 is long."""
_FIELD_END = re.compile(r"\n(?![ \t])")
_BARE_RETURN = re.compile(rb"\r(?!\n)")
_MAX_SHORTENED = 1 << 20
_LONG_LINE = re.compile(rb"^([^\n]{%d})[^\n]++" % (limits.MAX_HEADER_CHARACTERS + _MAX_NAME_CHARACTERS), re.MULTILINE)
_MANY_FOLDS = re.compile(rb"(?:\A|^(?![ \t]))([^\n]*+(?:\n[ \t][^\n]*+){1000})(?:\n[ \t][^\n]*+)++", re.MULTILINE)
"""Both begin where a line or a field does: lines a little shorter, or fewer of them, are else read from each place."""
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


class _FieldNames(dict[str, str]):
    """Field names in lower case by how they are written, an empty text for what is none.

    The same few names stand in every message, and a look into a dictionary is all that they cost then.
    """

    _MOST = 2048

    def __missing__(self, written: str) -> str:
        if "\n" in written:
            # The colon stands on a line of its own.
            written = unfold(written)
        if len(written) > _MAX_NAME_CHARACTERS:
            return ""
        name = written.rstrip()
        name = name.lower() if _FIELD_NAME.fullmatch(name) else ""
        if len(self) >= self._MOST:
            # Senders make names up; those of every message are back after the next one.
            self.clear()
        self[written] = name
        return name


_FIELD_NAMES = _FieldNames()


class Headers:
    """The fields of one block in their order: lower-case name and value, unfolded and still encoded as it was sent.

    Folds are undone where a value is asked for: most fields of a message are never looked at, and words that servers
    write by the dozen can be decoded as they stand.
    """

    __slots__ = ("_by_name", "_encoded", "_folded", "_order")
    _order: list[str]
    _by_name: dict[str, list[str]]
    """Fields are asked for by name dozens of times for each message."""
    _encoded: dict[str, None]
    """Names of fields with encoded words, in the order of first meeting."""
    _folded: dict[str, None]
    """Names of fields without any that were written on several lines."""

    def __init__(self, fields: Iterable[tuple[str, str]] = ()) -> None:
        self._order = []
        self._by_name = {}
        self._encoded = {}
        self._folded = {}
        for name, value in fields:
            self._order.append(name)
            self._by_name.setdefault(name, []).append(value)
            if "=?" in value:
                self._encoded[name] = None

    @classmethod
    def of_block(
        cls, order: list[str], by_name: dict[str, list[str]], encoded: dict[str, None], folded: dict[str, None]
    ) -> "Headers":
        """What was read of a block: names in their order, values by name, names of encoded and of folded fields."""
        headers = Headers()
        headers._order = order
        headers._by_name = by_name
        headers._encoded = encoded
        headers._folded = folded
        return headers

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """Name and value of every field, in the order of the block."""
        return tuple(self.among(*self._by_name))

    @property
    def names(self) -> frozenset[str]:
        """The name of every field that is there."""
        return frozenset(self._by_name)

    def first(self, name: str) -> str:
        """The first value of a field, or an empty text."""
        values = self._by_name.get(name)
        if values is None:
            return ""
        value = values[0]
        if "\n" in value:
            value = values[0] = unfold(value)
        return value

    def all(self, name: str) -> list[str]:
        """Every value of a field, topmost first."""
        values = self._by_name.get(name)
        return [] if values is None else _unfold_all(values)[:]

    def count(self, name: str) -> int:
        """How often a field stands in the block."""
        return len(self._by_name.get(name, ()))

    def among(self, *names: str) -> Iterator[tuple[str, str]]:
        """The fields of these names, in the order of the block."""
        wanted = {name: iter(self.all(name)) for name in names if name in self._by_name}
        return ((name, next(wanted[name])) for name in self._order if name in wanted) if wanted else iter(())

    def text(self, name: str, defects: DefectLog) -> str:
        """The first value with its encoded words decoded."""
        return decode_words(self.first(name), defects)

    def texts(self, defects: DefectLog) -> Mapping[str, Sequence[str]]:
        """Every value of every field with its encoded words decoded, by name in the order of first meeting."""
        for name in self._folded:
            if name not in self._encoded:
                _unfold_all(self._by_name[name])
        texts: dict[str, Sequence[str]] = dict(self._by_name)
        # Their places are kept; they are looked at when they are decoded.
        texts.update(dict.fromkeys(self._encoded, ()))
        # Looked at together: what cannot be printed is in none of them or, seldom, in one.
        if not is_printable("".join(chain.from_iterable(texts.values()))):
            texts = {name: [without_controls(value) for value in values] for name, values in texts.items()}
        for name in self._encoded:
            texts[name] = [decode_folded(value, defects) for value in self._by_name[name]]
        return texts

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
        block = _shortened(buffer, start, end, limit_bytes)
    else:
        block = buffer[start:end]
    text = _block_text(block, defects)
    lines = _FIELD_END.split(text)
    may_be_long = len(text) > limits.MAX_HEADER_CHARACTERS
    may_be_many = len(lines) > limits.MAX_HEADERS
    names = _FIELD_NAMES
    order: list[str] = []
    by_name: dict[str, list[str]] = {}
    encoded: dict[str, None] = {}
    folded: dict[str, None] = {}
    for line in lines:
        written, colon, value = line.partition(":")
        # Looked up only behind a colon: what stands without one is no name to be remembered.
        name = names[written] if colon else ""
        if not name:
            if line.strip():
                defects.note(DefectKind.BAD_HEADER_LINE)
            continue
        if may_be_many and len(order) >= limits.MAX_HEADERS:
            defects.note(DefectKind.TOO_MANY_HEADERS)
            # Fields without meaning must not hide those that say who sent the message and how to read it.
            if name not in _TELLING_FIELDS or len(order) >= 2 * limits.MAX_HEADERS:
                continue
        if may_be_long and len(value) > limits.MAX_HEADER_CHARACTERS:
            value = unfold(value)
            if len(value) > limits.MAX_HEADER_CHARACTERS:
                defects.note(DefectKind.LONG_HEADER)
                value = value[: limits.MAX_HEADER_CHARACTERS]
        value = value.strip()
        # One character is looked for faster than two, and few fields have it.
        if "?" in value and "=?" in value:
            encoded[name] = None
        elif "\n" in value:
            folded[name] = None
        order.append(name)
        if name in by_name:
            by_name[name].append(value)
        else:
            by_name[name] = [value]
    return Headers.of_block(order, by_name, encoded, folded)


def _unfold_all(values: list[str]) -> list[str]:
    """The list itself, with every value unfolded."""
    for place, value in enumerate(values):
        if "\n" in value:
            values[place] = unfold(value)
    return values


def _shortened(buffer: bytes, start: int, end: int, limit_bytes: int) -> bytes:
    """What is read of an overlong block: endless fields are cut, so that none hides behind them; then the middle."""
    block = _both_ends(buffer, start, end, _MAX_SHORTENED) if end - start > _MAX_SHORTENED else buffer[start:end]
    block = _MANY_FOLDS.sub(rb"\1", _LONG_LINE.sub(rb"\1", block))
    return block if len(block) <= limit_bytes else _both_ends(block, 0, len(block), limit_bytes)


def _both_ends(buffer: bytes, start: int, end: int, size: int) -> bytes:
    """The beginning of some lines and, from a line's beginning on, their end."""
    line = buffer.find(b"\n", end - size // 2, end)
    return buffer[start : start + size // 2] + (buffer[line:end] if line >= 0 else b"")


def _block_text(block: bytes, defects: DefectLog) -> str:
    """The block in which every line ends in a line feed."""
    block = block.removesuffix(b"\r")
    has_controls = b"\0" in block
    if b"\r" in block:
        # One character to be replaced is found six times faster than two, and than a return without a line feed.
        without_returns = block.replace(b"\r", b"")
        if without_returns.replace(b"\n", b"\r\n") == block or _BARE_RETURN.search(block) is None:
            block = without_returns
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
