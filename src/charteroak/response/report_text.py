"""Text as people type and paste it, in one form, so that every channel makes the same bytes of the same words.

Kept: every letter of every script, emoji, and the marks that turn text around (pages show those by their number).
Made one: line ends, the spaces around a text, and composed letters (Unicode NFC). Refused: control characters, which
no keyboard types and no page can show, lone surrogates, and more marks on one letter than any language has.
"""

import re
from typing import ClassVar

from charteroak.errors import InputError
from charteroak.normal_forms import RUN_LIMIT, long_run_in, normalized

_LINE_ENDS = re.compile(r"\r\n?|\u2028|\u2029|\x85|\v|\f")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class ReportTextError(InputError):
    """A text is too long, or holds what cannot be shown."""

    code: ClassVar[str] = "report.text"


def clean_text(text: str, *, limit: int, what: str = "This text") -> str:
    """A text in its one form; empty where nothing is said.

    Raises:
        ReportTextError: it is longer than ``limit`` characters, holds a control character, or more than ``RUN_LIMIT``
            marks in a row; nothing of it is cut.
    """
    if len(text) > 4 * limit:  # before anything walks over it; at most four characters compose into one
        raise _too_long(len(text), limit, what)
    place = long_run_in(text)
    if place is not None:
        raise ReportTextError(
            f"{what} holds more than {RUN_LIMIT} marks on one letter, from the {place + 1}th character.",
            remedy="Take them out; a text that has to stay as it is goes in as a file.",
        )
    made = normalized("NFC", _LINE_ENDS.sub("\n", text)).strip()
    if found := _CONTROL.search(made):
        raise ReportTextError(
            f"{what} holds a character that cannot be shown (U+{ord(found[0]):04X}), the {found.start() + 1}th.",
            remedy="Take it out; a log or a message goes in as a file.",
        )
    if len(made) > limit:
        raise _too_long(len(made), limit, what)
    return "\n".join(line.rstrip() for line in made.split("\n"))


def with_turns_shown(text: str) -> str:
    """The text with what would turn its letters around written as a number, so that a page shows what is there."""
    return _TURNING.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)


def _too_long(length: int, limit: int, what: str) -> ReportTextError:
    return ReportTextError(
        f"{what} has {length:,} characters; at most {limit:,} are taken.",
        remedy="Shorten it, and attach the rest as a file.",
    )
