"""Unicode normalization whose time is bounded: no run of marks, however long, is ever sorted as a whole.

Marks behind a letter are put into the order of their combining classes (Unicode Standard, section 3.11), which takes
time with the square of their number, and CPython does it without letting another thread run: forty thousand marks stop
a whole process for half a minute. No language stacks more than a few. Unicode Standard Annex #15, section 13
(Stream-Safe Text Format) sets the limit of 30 that is used here; who takes text refuses what is beyond it, and who has
to show or compare any text normalizes it in pieces.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final, Literal

RUN_LIMIT: Final = 30
"""Marks in a row that a text may have; UAX #15 section 13 gives the figure, and that no known text needs so many."""

_PERHAPS_MARKS = re.compile(rf"[^\x00-\u02ff]{{{RUN_LIMIT + 1},}}")
"""Where a long run can be at all: no mark has a number below U+0300."""
_BEGIN_WITH_MARK: Final = frozenset("\u0f73\u0f75\u0f81\uff9e\uff9f")
"""Characters of class 0 whose decompositions begin with a mark, so that they lengthen a run all the same."""


def long_run_in(text: str) -> int | None:
    """Where the first run of more than ``RUN_LIMIT`` marks begins; None if there is none. Its time is linear."""
    return next((start for start, _ in _long_runs(text)), None)


def normalized(form: Literal["NFC", "NFD", "NFKC", "NFKD"], text: str) -> str:
    """The text in a normal form; in a run of more than ``RUN_LIMIT`` marks, each ``RUN_LIMIT`` of them for themselves.

    For every text without such a run this is ``unicodedata.normalize``. For others it is deterministic and loses no
    character, but is no normal form of the whole.
    """
    if text.isascii():
        return text
    done: list[str] = []
    at = 0
    for start, end in _long_runs(text):
        for cut in range(start + RUN_LIMIT, end, RUN_LIMIT):
            done.append(unicodedata.normalize(form, text[at:cut]))
            at = cut
    return "".join([*done, unicodedata.normalize(form, text[at:])])


def lengthens_run(character: str) -> bool:
    """Whether a character, or the first of its decomposition, is sorted among the marks before it."""
    return unicodedata.combining(character) != 0 or character in _BEGIN_WITH_MARK


def _long_runs(text: str) -> Iterator[tuple[int, int]]:
    """Where runs beyond the limit begin and end."""
    if text.isascii():
        return
    for stretch in _PERHAPS_MARKS.finditer(text):
        start = at = stretch.start()
        while at < stretch.end():
            if not lengthens_run(text[at]):
                start = at + 1
            elif at - start == RUN_LIMIT:
                while at < stretch.end() and lengthens_run(text[at]):
                    at += 1
                yield start, at
                start = at + 1
            at += 1
