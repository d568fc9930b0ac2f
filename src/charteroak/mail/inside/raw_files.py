"""Files that no reader here takes apart: rich text, shortcuts, OneNote sections, disk images, Outlook's winmail.dat.

Of all of them the addresses in their bytes are read, of OneNote also the files that a section keeps whole (MS-ONESTORE,
section 2.6.13). What is left unread is said.
"""

import re
import struct
from collections.abc import Iterator, Sequence

from charteroak.mail import limits
from charteroak.mail.filetypes import PROGRAM_EXTENSIONS, PROGRAM_TYPES, detect_type
from charteroak.mail.inside.archives import ARCHIVE_KINDS, Budget, Looker
from charteroak.mail.inside.finding import Inside, InsideDefect, LinkInside
from charteroak.mail.inside.ole import addresses_in_bytes

RAW_KINDS = frozenset({"rtf", "windows-shortcut", "onenote", "disk-image", "tnef"})
_HOLD_FILES = ARCHIVE_KINDS | {"onenote"}

_KEPT_FILE = bytes.fromhex("e716e3bd65261145a4c48d4d0b7a9eac")
"""What begins a file inside a section; its length (8 bytes) and 12 others follow, then its bytes."""
_KEPT_FILE_HEAD = 20
_MOST_KEPT_FILES = 32
_GROUP = re.compile(r"[{}\\|]")
"""What ends an address in rich text."""
_WIDE_NAME = re.compile(rb"\.\0((?:[A-Za-z0-9]\0){1,5})(?![A-Za-z0-9]\0)")
_MOST_WIDE_NAMES = 2_000
_RTF_TEMPLATE = re.compile(
    rb"\\template[\s{]{0,8}+(?:\\[a-z]{1,20}+[\s{]{0,8}+){0,4}+(?:https?:|\\\\\\\\)", re.IGNORECASE
)
_RTF_LOADS = re.compile(rb"\\obj(?:autlink|update)\b")


def look_into_raw(
    kind: str, data: bytes, passwords: Sequence[str], *, look: Looker, depth: int, budget: Budget
) -> Inside:
    """The addresses in a file's bytes, and what makes a file of its kind act."""
    found = Inside()
    if len(data) > limits.MAX_OLE_BYTES:
        found.miss(InsideDefect.TOO_LARGE)
        return found
    if kind != "disk-image":
        # In an image they would be those of the certificates of its programs.
        links = [LinkInside(_GROUP.split(each, maxsplit=1)[0], "document-link") for each in addresses_in_bytes(data)]
        found.links = links[: limits.MAX_LINKS_INSIDE]
    if kind == "rtf":
        if _RTF_TEMPLATE.search(data) is not None or _RTF_LOADS.search(data) is not None:
            found.flag("document-loads-from-outside")
        if b"\\objdata" in data:
            found.flag("document-holds-objects")
    elif kind == "onenote":
        _look_into_section(data, passwords, found, look, depth, budget)
    elif kind != "windows-shortcut":
        found.miss(InsideDefect.NOT_OPENED, f"({kind})")
    return found


def _look_into_section(
    data: bytes, passwords: Sequence[str], found: Inside, look: Looker, depth: int, budget: Budget
) -> None:
    if any(ending in PROGRAM_EXTENSIONS for ending in _endings_of_names(data)):
        found.flag("archive-with-program")
    for content in _kept_files(data):
        if not budget.spend(len(content)):
            # What a file says of its length is not believed, so that each may hold all that are behind it.
            found.miss(
                InsideDefect.CUT, "The files in a OneNote section are too large together; the rest was not read."
            )
            break
        kind = detect_type(content)
        if kind in PROGRAM_TYPES or kind == "script":
            found.flag("archive-with-program")
        if depth >= limits.MAX_ARCHIVE_DEPTH and kind in _HOLD_FILES:
            found.miss(InsideDefect.CUT, "Files are nested too deeply; the inner ones were not read.")
            continue
        found.take(look(kind, "", content, passwords, depth + 1))
    found.miss(InsideDefect.NOT_OPENED, "Of a OneNote section the files and addresses were read, not its pages.")


def _kept_files(data: bytes) -> Iterator[bytes]:
    position = data.find(_KEPT_FILE)
    for _ in range(_MOST_KEPT_FILES):
        if position < 0:
            return
        start = position + len(_KEPT_FILE) + _KEPT_FILE_HEAD
        if start > len(data):
            return
        (size,) = struct.unpack_from("<Q", data, position + len(_KEPT_FILE))
        yield data[start : start + min(size, limits.MAX_ENTRY_BYTES)]
        position = data.find(_KEPT_FILE, start)


def _endings_of_names(data: bytes) -> Iterator[str]:
    for count, match in enumerate(_WIDE_NAME.finditer(data)):
        if count >= _MOST_WIDE_NAMES:
            return
        yield match[1][::2].decode("ascii").lower()
