"""Which files of a message are looked into, with which passwords, and what the answer means for the message.

The look itself is an ``Inspector``: in an installation the worker process of ``adapters.untrusted_worker``. Without one
nothing is opened, and the answer says so.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from charteroak.mail import limits
from charteroak.mail.defects import DefectKind, DefectLog
from charteroak.mail.filetypes import ARCHIVE_EXTENSIONS, DISK_IMAGE_EXTENSIONS, detect_type, extension
from charteroak.mail.inside.drawn_codes import as_bitmap, grids_in_html, grids_in_text
from charteroak.mail.inside.finding import Inside, InsideDefect, Inspector

LOOKED_INTO = frozenset(
    ["png", "jpeg", "gif", "webp", "bmp", "tiff", "pdf", "ole", "zip", "gzip", "bzip2", "xz", "tar", "rar", "7z"]
) | {"cab", "rtf", "windows-shortcut", "onenote", "disk-image", "tnef"}
"""Detected types that a look inside says more about."""

_NOT_OPENED = frozenset({"zstd", "arj", "forensic-image"})
_CONTAINER_EXTENSIONS = ARCHIVE_EXTENSIONS | DISK_IMAGE_EXTENSIONS | {"one", "onepkg"}
"""A file of an unknown kind that bears one of these holds others, and nobody looked at them."""

_DEFECTS = {
    InsideDefect.TOO_LARGE: DefectKind.FILE_INSIDE_TOO_LARGE,
    InsideDefect.DAMAGED: DefectKind.FILE_INSIDE_DAMAGED,
    InsideDefect.LOCKED: DefectKind.FILE_INSIDE_LOCKED,
    InsideDefect.CUT: DefectKind.FILE_INSIDE_CUT,
    InsideDefect.BOMB: DefectKind.ARCHIVE_BOMB,
    InsideDefect.NOT_OPENED: DefectKind.FILE_KIND_NOT_OPENED,
    InsideDefect.WORKER_STOPPED: DefectKind.READER_STOPPED,
}
_PASSWORD = re.compile(
    r"(?:pass ?(?:word|code|wort|phrase)|kennwort|contrase(?:n|\u00f1)a|clave|senha|mot de passe|\bpin|\bpwd?)"
    r"[^\S\n]{0,3}(?:is|ist|es|\u00e9|est|to open)?[^\S\n]{0,3}[:=\-\u2013]?\s{0,3}"
    r"[\"'\u201c\u2018]?([^\s\"'<>]{2,40})",
    re.IGNORECASE,
)
_USUAL_PASSWORDS = ("infected", "1234", "12345", "123456", "password")


@dataclass(slots=True)
class FileOpener:
    """Hands files to an inspector within the limits of one message."""

    inspector: Inspector | None
    defects: DefectLog
    _opened: int = 0
    _drawn: int = 0
    _embedded: int = 0
    _seconds_left: float = limits.MAX_SECONDS_INSIDE
    _seen: set[bytes] = field(default_factory=set)

    @property
    def looks_inside(self) -> bool:
        """Whether anybody looks into files."""
        return self.inspector is not None

    def open(self, kind: str, name: str, data: bytes, texts: Iterable[str]) -> Inside | None:
        """What is inside a file; none where nobody looks or there is nothing to look at."""
        if self.inspector is None or not data:
            return None
        if kind not in LOOKED_INTO:
            if kind in _NOT_OPENED or (kind == "unknown" and extension(name) in _CONTAINER_EXTENSIONS):
                self.defects.note(DefectKind.FILE_KIND_NOT_OPENED, f"({extension(name) or kind})")
            return None
        if self._opened >= limits.MAX_FILES_LOOKED_INTO:
            self.defects.note(DefectKind.TOO_MANY_FILES)
            return None
        if self._seconds_left < limits.MIN_SECONDS_INSIDE:
            self.defects.note(DefectKind.FILES_TAKE_LONG)
            return None
        self._opened += 1
        return self._look(self.inspector, kind, name, data, passwords_in(texts) if kind == "zip" else ())

    def open_embedded(self, data: bytes) -> Inside | None:
        """What is inside a picture that is written into a page; a few of them leave room for the files behind."""
        if self.inspector is None:
            return None
        if self._embedded >= limits.MAX_PICTURES_IN_PAGES:
            self.defects.note(DefectKind.TOO_MANY_FILES)
            return None
        self._embedded += 1
        return self.open(detect_type(data), "", data, ())

    def open_drawn_codes(self, source: str, *, is_html: bool) -> Inside | None:
        """QR codes that are drawn with letters or table cells."""
        if self.inspector is None:
            return None
        found = Inside()
        for grid in grids_in_html(source) if is_html else grids_in_text(source):
            if self._drawn >= limits.MAX_DRAWN_CODES:
                self.defects.note(DefectKind.TOO_MANY_FILES)
                break
            if self._seconds_left < limits.MIN_SECONDS_INSIDE:
                self.defects.note(DefectKind.FILES_TAKE_LONG)
                break
            self._drawn += 1
            drawn = self.inspector("graymap", "", as_bitmap(grid), (), self._seconds_left)
            self._seconds_left -= drawn.seconds
            found.take(drawn)
        # What looks like a drawn code and is none was no file, so nothing is missing.
        found.defects = [each for each in found.defects if each[0] == InsideDefect.WORKER_STOPPED]
        self._note(found)
        return found

    def _look(self, inspector: Inspector, kind: str, name: str, data: bytes, passwords: tuple[str, ...]) -> Inside:
        found = inspector(kind, name, data, passwords, self._seconds_left)
        self._seconds_left -= found.seconds
        self._note(found)
        return found

    def _note(self, found: Inside) -> None:
        for why, detail in found.defects:
            self.defects.note(_DEFECTS[InsideDefect(why)], detail)


def passwords_in(texts: Iterable[str]) -> tuple[str, ...]:
    """Words that a message offers as a password, then the usual ones."""
    found: dict[str, None] = {}
    for text in texts:
        for match in _PASSWORD.finditer(text[: limits.MAX_LANGUAGE_CHARACTERS]):
            for word in (match[1], match[1].rstrip(".,;:!?)")):
                found.setdefault(word)
    return tuple([*found, *_USUAL_PASSWORDS][: limits.MAX_PASSWORDS_TRIED])
