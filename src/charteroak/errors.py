"""The root of every error that Charter Oak raises on purpose.

    CharterOakError
    |-- InputError          what was handed in cannot be used; nothing was recorded
    |-- CouldNotError       the work could not be finished; what is missing is named
    |-- VerificationError   a signature, digest, proof or seal does not hold
    `-- AccessError         absent or forbidden: from outside the two look alike

A package with more to tell derives from one of the four in its own ``errors.py``. Errors carry data (code, place,
remedy); exit codes and HTTP statuses belong to the shells. Names end in ``Error``.
"""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class SourceLocation:
    """Where something stands in what was handed in: a file, a line, a JSON pointer, or any of these."""

    path: str | None = None
    line: int | None = None
    pointer: str | None = None

    def __str__(self) -> str:
        parts = [self.path or "", f"line {self.line}" if self.line is not None else "", self.pointer or ""]
        return ", ".join(part for part in parts if part)


_SHOWN_CHARACTERS = 600


def _shortened(text: str) -> str:
    if len(text) <= _SHOWN_CHARACTERS:
        return text
    half = _SHOWN_CHARACTERS // 2
    return f"{text[:half]} ... {text[-half:]}"


class CharterOakError(Exception):
    """Any failure we foresaw.

    ``code`` is stable and machine-readable (``ledger.inclusion-proof.root-mismatch``); ``remedy`` says what a person
    can do; ``location`` says where in the input the fault stands.
    """

    code: ClassVar[str] = "charteroak.error"

    def __init__(self, message: str, *, remedy: str = "", location: SourceLocation | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.location = location

    def __str__(self) -> str:
        """One printable line: place, what is wrong, what to do.

        File names and values come from strangers: what a terminal would obey is shown as an escape, and what would
        fill the screen is cut in its middle.
        """
        place = f"{_shortened(str(self.location))}: " if self.location is not None and str(self.location) else ""
        remedy = f" {self.remedy}" if self.remedy else ""
        line = f"{place}{_shortened(self.message)}{remedy}".replace("\n", " ")
        return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in line)


class InputError(CharterOakError):
    """What was handed in cannot be used. Nothing was recorded."""

    code: ClassVar[str] = "input.invalid"


class CouldNotError(CharterOakError):
    """The work could not be finished; an answer would be incomplete and must not look like a clean one."""

    code: ClassVar[str] = "work.incomplete"


class VerificationError(CharterOakError):
    """A signature, digest, proof or seal does not hold."""

    code: ClassVar[str] = "verification.failed"


class AccessError(CharterOakError):
    """The object is absent or not yours; the text never says which."""

    code: ClassVar[str] = "access.absent-or-forbidden"
