"""Calendar and address-card files as a mail reader shows them: folded lines joined, escapes undone, files taken out.

Implements RFC 5545 sections 3.1 (folding), 3.3.11 (escapes) and 3.8.1.1 (ATTACH with its content in base64); RFC 6350
folds and escapes cards alike. Nothing else of them is read: what a lure needs is its words and its addresses.
"""

import re
from typing import NamedTuple

from charteroak.mail import limits
from charteroak.mail.decoding import decode_base64, without_controls
from charteroak.mail.defects import DefectLog

_TYPES = frozenset(
    ["text/calendar", "text/x-vcalendar", "application/ics", "text/vcard", "text/x-vcard", "text/directory"]
)
_FOLD = re.compile(r"\r?\n[ \t]")
_ESCAPES = (("\\n", "\n"), ("\\N", "\n"), ("\\,", ","), ("\\;", ";"))
_FILE = re.compile(r"^ATTACH((?:;[^:;\n\"]*+(?:\"[^\"\n]*+\")?+)*+):([A-Za-z0-9+/=]{16,})", re.MULTILINE)
_NAME = re.compile(r";(?:X-)?FILENAME=\"?([^\";:\n]{1,200})", re.IGNORECASE)


class CalendarFile(NamedTuple):
    """A file that stands inside a calendar file."""

    name: str
    data: bytes


def is_calendar(content_type: str, data: bytes) -> bool:
    """Whether a part is a calendar file or a card, by what it is called or by its first words."""
    return content_type in _TYPES or data[:64].lstrip(b"\xef\xbb\xbf\r\n ").upper().startswith(
        (b"BEGIN:VCALENDAR", b"BEGIN:VCARD")
    )


def calendar_text(source: str) -> str:
    """The text with its lines joined and its escapes undone."""
    text = _FOLD.sub("", source)
    for written, meant in _ESCAPES:
        text = text.replace(written, meant)
    return text


def calendar_files(text: str) -> tuple[CalendarFile, ...]:
    """The files that stand in a ``calendar_text``: one more than are described, so that what is left out is told."""
    found: list[CalendarFile] = []
    for match in _FILE.finditer(text):
        if "BASE64" not in match[1].upper():
            continue
        name = _NAME.search(match[1])
        data = decode_base64(match[2].encode("ascii"), DefectLog())
        found.append(CalendarFile(without_controls(name[1]) if name else "", data))
        if len(found) > limits.MAX_ATTACHMENTS:
            break
    return tuple(found)
