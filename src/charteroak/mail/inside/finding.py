"""What a look inside a file can find, in a shape that crosses a process boundary."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Protocol

import msgspec


class InsideDefect(StrEnum):
    """Why something inside a file was not read."""

    TOO_LARGE = "file-inside-too-large"
    DAMAGED = "file-inside-damaged"
    LOCKED = "file-inside-locked"
    CUT = "file-inside-cut"
    BOMB = "archive-bomb"
    NOT_OPENED = "file-kind-not-opened"
    WORKER_STOPPED = "reader-stopped"


class LinkInside(msgspec.Struct, frozen=True):
    """An address found in a file. ``how``: qr-code, pdf-link, document-link, template, text."""

    address: str
    how: str


class Inside(msgspec.Struct):
    """What one file holds.

    ``flags`` are stable words, ``names`` the files in an archive, ``text`` the beginning of what a reader would see,
    ``message`` a mail message that the file is (RFC 5322), ``defects`` pairs of an ``InsideDefect`` and a detail.
    ``seconds`` is the CPU time that the look took, where somebody measured it.
    """

    links: list[LinkInside] = []
    flags: list[str] = []
    names: list[str] = []
    text: str = ""
    message: bytes = b""
    defects: list[tuple[str, str]] = []
    seconds: float = 0.0

    def flag(self, word: str) -> None:
        """Set a flag once."""
        if word not in self.flags:
            self.flags.append(word)

    def miss(self, why: InsideDefect, detail: str = "") -> None:
        """Say that something was not read."""
        if (why.value, detail) not in self.defects:
            self.defects.append((why.value, detail))

    def take(self, other: "Inside") -> None:
        """Add what was found in a file within this one."""
        self.links.extend(other.links)
        self.names.extend(other.names)
        self.text = (self.text + "\n" + other.text).strip() if other.text else self.text
        if other.message and self.message:
            self.miss(InsideDefect.CUT, "An archive holds more than one mail; the first was read.")
        self.message = self.message or other.message
        for flag in other.flags:
            self.flag(flag)
        for why, detail in other.defects:
            self.miss(InsideDefect(why), detail)
        self.seconds += other.seconds


GoesOn = Callable[[], bool]
"""Whether there is time for one more thing; asked before each that may take long."""


def always() -> bool:
    """There is time: for whoever looks without a limit."""
    return True


class Inspector(Protocol):
    """Somebody who looks into a file and always answers; what could not be read is said in ``defects``."""

    def __call__(self, kind: str, name: str, data: bytes, passwords: Sequence[str], seconds: float, /) -> Inside:
        """Look into one file of a detected ``kind``; ``passwords`` are words of the message that may open it.

        ``seconds`` is the CPU time that it may take, for an inspector that can end a look.
        """
        ...
