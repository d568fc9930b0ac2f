"""What a file is, told by its first bytes; CSV, which looks like any text, by its name."""

import json
import re
from dataclasses import dataclass
from enum import StrEnum

EVENT_LOG_MAGIC = b"ElfFile\x00"
_CSV_NAME = re.compile(r"\.(?:csv|tsv)(?:\.\d+)?(?:\.(?:gz|zst|zstd))?$", re.IGNORECASE)
_JSON_NAME = re.compile(r"\.(?:jsonl|ndjson|json)(?:\.\d+)?(?:\.(?:gz|zst|zstd))?$", re.IGNORECASE)
_PRINTED_JSON = re.compile(rb'[\[{]\s*(?:$|[\r\n"{])')

_FOREIGN = {
    b"PK\x03\x04": "a zip archive",
    b"BZh": "bzip2 data",
    b"\xfd7zXZ\x00": "xz data",
    b"7z\xbc\xaf\x27\x1c": "a 7-Zip archive",
    b"\x04\x22\x4d\x18": "lz4 data",
    b"LPKSHHRH": "a systemd journal",
    b"SQLite format 3\x00": "an SQLite database",
    b"\xd4\xc3\xb2\xa1": "a packet capture",
    b"\xa1\xb2\xc3\xd4": "a packet capture",
    b"\x0a\x0d\x0d\x0a": "a packet capture",
    b"PAR1": "a Parquet file",
}
"""Containers in which what is listed would not stand in plain bytes."""

_TEXT_CONTROLS = frozenset(b"\t\n\v\f\r\x1b")
_CONTROLS = frozenset(range(32)) - _TEXT_CONTROLS
_HIGH_BYTES = bytes(range(128, 256))
_TOLERATED_CONTROLS = 0.05
"""Random bytes have a tenth of control characters; a log has next to none, even where a crash left some zeros in it."""

_SUSPICIOUS_CONTROLS, _SUSPICIOUS_HIGH_BYTES = 0.01, 0.3
"""Together they tell a short piece of noise from text in an old encoding, which has no controls."""


class LogForm(StrEnum):
    """How a log is laid out."""

    TEXT = "text"
    JSON_LINES = "jsonl"
    CSV = "csv"
    EVENT_LOG = "evtx"


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a file is taken for; ``problem`` says why a search of it cannot be complete."""

    form: LogForm
    encoding: str | None = None
    problem: str = ""


def recognise(head: bytes, name: str, *, whole: bool) -> Recognised:
    """What the unpacked beginning of a file shows; ``whole`` if there is no more of it."""
    if head.startswith(EVENT_LOG_MAGIC):
        return Recognised(LogForm.EVENT_LOG)
    encoding = _utf16(head)
    if encoding is not None:
        text = head[: len(head) & ~1].decode(encoding, "replace").encode("utf-8", "replace")
        return Recognised(_text_form(text.removeprefix(b"\xef\xbb\xbf"), name, whole=whole), encoding)
    return Recognised(_text_form(head.removeprefix(b"\xef\xbb\xbf"), name, whole=whole), None, _not_text(head))


def _utf16(head: bytes) -> str | None:
    """The byte order of UTF-16, from its mark or from where the zeros of Latin letters stand."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    even, odd = head[0:4096:2], head[1:4096:2]
    for order, high, low in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if len(high) > 8 and high.count(0) > 0.7 * len(high) and low.count(0) == 0:
            return order
    return None


def _not_text(head: bytes) -> str:
    for magic, what in _FOREIGN.items():
        if head.startswith(magic):
            return (
                f"This is {what}, which is not read here; its bytes were searched as they stand. Unpack or export it."
            )
    controls = sum(map(head.count, _CONTROLS))
    high = len(head) - len(head.translate(None, _HIGH_BYTES))
    is_noise = controls > _SUSPICIOUS_CONTROLS * len(head) and high > _SUSPICIOUS_HIGH_BYTES * len(head)
    if is_noise or controls > _TOLERATED_CONTROLS * len(head):
        return "This is no text and no form that is read here; its bytes were searched as they stand."
    return ""


def _text_form(head: bytes, name: str, *, whole: bool) -> LogForm:
    if _CSV_NAME.search(name):
        return LogForm.CSV
    first, line_break, _ = head.lstrip().partition(b"\n")
    if first[:1] not in {b"{", b"["}:
        return LogForm.JSON_LINES if _JSON_NAME.search(name) else LogForm.TEXT
    if _JSON_NAME.search(name) or _PRINTED_JSON.match(first + line_break):
        return LogForm.JSON_LINES
    if line_break or whole:
        try:
            json.loads(first)
        except (ValueError, RecursionError):
            return LogForm.TEXT
        return LogForm.JSON_LINES
    return LogForm.TEXT
