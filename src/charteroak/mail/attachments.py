"""Files that came with a message: name, type by content, digest, and what an archive's directory lists.

Nothing is opened, inflated or run. Archives are listed from their directory alone (APPNOTE.TXT 4.3.12, 4.3.16), which
says what is inside without trusting a single compressed byte.
"""

import hashlib
import re
import struct
from dataclasses import dataclass

import msgspec

from charteroak.mail import limits
from charteroak.mail.defects import DefectKind, DefectLog
from charteroak.mail.filetypes import (
    ARCHIVE_EXTENSIONS,
    DISK_IMAGE_EXTENSIONS,
    DOCUMENT_EXTENSIONS,
    MACRO_EXTENSIONS,
    PAGE_EXTENSIONS,
    PROGRAM_EXTENSIONS,
    PROGRAM_TYPES,
    contradicts_name,
    detect_type,
    extension,
)
from charteroak.mail.html import Page
from charteroak.mail.mime import Part

_TURNING_CHARACTERS = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f]")
_END_OF_DIRECTORY = b"PK\x05\x06"
_MOST_BEHIND_DIRECTORY = 65_557
_DIRECTORY_ENTRY = b"PK\x01\x02"


class Attachment(msgspec.Struct, frozen=True, gc=False):
    """One file. ``flags`` name what is remarkable about it, each a stable word."""

    path: str
    name: str
    content_type: str
    detected_type: str
    size: int
    sha256: str
    is_inline: bool
    flags: tuple[str, ...]

    def to_json(self) -> dict[str, object]:
        """The attachment as the command line prints it."""
        return {
            "name": self.name,
            "contentType": self.content_type,
            "detectedType": self.detected_type,
            "size": self.size,
            "sha256": self.sha256,
            "inline": self.is_inline,
            "flags": list(self.flags),
        }


@dataclass(frozen=True, slots=True)
class ArchiveListing:
    """The names in a zip archive's directory, and whether any entry needs a password."""

    names: tuple[str, ...]
    is_encrypted: bool


def list_zip(data: bytes, defects: DefectLog) -> ArchiveListing:
    """Read the central directory of a zip archive within the limits; a broken one is noted and lists nothing."""
    end = data.rfind(_END_OF_DIRECTORY, max(0, len(data) - _MOST_BEHIND_DIRECTORY))
    if end < 0 or end + 22 > len(data):
        defects.note(DefectKind.ARCHIVE_UNREADABLE)
        return ArchiveListing((), is_encrypted=False)
    count, size, offset = struct.unpack_from("<HII", data, end + 10)
    # Bytes may stand in front of the archive; the directory ends where its end record begins.
    position = end - size if size <= end and data.startswith(_DIRECTORY_ENTRY, end - size) else offset
    names: list[str] = []
    is_encrypted = False
    while data.startswith(_DIRECTORY_ENTRY, position) and position + 46 <= len(data):
        if len(names) >= limits.MAX_ARCHIVE_ENTRIES:
            defects.note(DefectKind.ARCHIVE_UNREADABLE, "It lists too many files; the rest was not read.")
            break
        (flags,) = struct.unpack_from("<H", data, position + 8)
        name_length, extra_length, comment_length = struct.unpack_from("<HHH", data, position + 28)
        raw = data[position + 46 : position + 46 + min(name_length, 4 * limits.MAX_FILE_NAME_CHARACTERS)]
        names.append(raw.decode("utf-8" if flags & 0x800 else "cp437", "replace")[: limits.MAX_FILE_NAME_CHARACTERS])
        is_encrypted = is_encrypted or bool(flags & 1)
        position += 46 + name_length + extra_length + comment_length
    if len(names) < min(count, limits.MAX_ARCHIVE_ENTRIES):
        defects.note(DefectKind.ARCHIVE_UNREADABLE, "It promises more files than it lists.")
    return ArchiveListing(tuple(names), is_encrypted)


def describe_attachment(part: Part, page: Page | None, defects: DefectLog) -> Attachment:
    """What can be said of a file without opening it; ``page`` is its HTML, where it has any."""
    detected = detect_type(part.data, part.file_name or part.content_type)
    flags = _name_flags(part.file_name) + _content_flags(part, detected, page)
    if detected == "zip":
        flags += _archive_flags(list_zip(part.data, defects))
    elif _END_OF_DIRECTORY in part.data[-_MOST_BEHIND_DIRECTORY:]:
        listing = list_zip(part.data, DefectLog())
        # What opens a zip looks at its end; whatever stands in front of it only hides it.
        flags += [*_archive_flags(listing), "archive-at-the-end"] if listing.names else []
    return Attachment(
        path=part.path,
        name=_TURNING_CHARACTERS.sub("", part.file_name),
        content_type=part.content_type,
        detected_type=detected,
        size=len(part.data),
        sha256=hashlib.sha256(part.data).hexdigest(),
        is_inline=bool(part.content_id) and part.disposition != "attachment",
        flags=tuple(dict.fromkeys(flags)),
    )


def _name_flags(name: str) -> list[str]:
    flags: list[str] = []
    if _TURNING_CHARACTERS.search(name):
        flags.append("name-turned-around")
    last = extension(name)
    if last in PROGRAM_EXTENSIONS:
        flags.append("program")
        before = extension(name.strip().rstrip(". ").rpartition(".")[0].rstrip())
        if before in DOCUMENT_EXTENSIONS:
            flags.append("double-extension")
    elif last in MACRO_EXTENSIONS:
        flags.append("macro-document")
    elif last in DISK_IMAGE_EXTENSIONS:
        flags.append("disk-image")
    elif last in PAGE_EXTENSIONS:
        flags.append("web-page")
    elif last in ARCHIVE_EXTENSIONS:
        flags.append("archive")
    return flags


def _content_flags(part: Part, detected: str, page: Page | None) -> list[str]:
    flags: list[str] = []
    if detected in PROGRAM_TYPES:
        flags.append("program")
    elif detected == "disk-image":
        flags.append("disk-image")
    elif detected in {"html", "svg"} and part.is_attachment and not part.content_id:
        flags.append("web-page")
    if contradicts_name(part.file_name, detected):
        flags.append("type-differs-from-name")
    if page is not None:
        flags += ["page-with-script"] if page.has_script else []
        flags += ["page-with-form"] if page.has_form or page.has_password_field else []
        flags += ["page-smuggles-file"] if page.smuggles else []
    return flags


def _archive_flags(listing: ArchiveListing) -> list[str]:
    flags: list[str] = []
    if "[Content_Types].xml" in listing.names:
        if any(name.lower().endswith("vbaproject.bin") for name in listing.names):
            flags.append("macro-document")
    else:
        flags.append("archive")
        if any(extension(name) in PROGRAM_EXTENSIONS | DISK_IMAGE_EXTENSIONS for name in listing.names):
            flags.append("archive-with-program")
        elif any(extension(name) in PAGE_EXTENSIONS for name in listing.names):
            flags.append("archive-with-web-page")
    if listing.is_encrypted:
        flags.append("password-protected")
    return flags
