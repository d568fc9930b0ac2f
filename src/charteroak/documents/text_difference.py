"""What changed between two texts, word by word, so that putting the change into effect gives the new text.

A greedy shortest edit script (Myers, "An O(ND) Difference Algorithm and Its Variations", 1986), with an effort that
bounds it: where two texts have too little in common to be worth the search, the old one is shown as removed and the
new one as added, which is true of any two texts.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["same", "added", "removed"]
MAX_EDITS = 600
"""More changes than this between two lists are shown as one removed and one added."""
# A number, a day, a time or a telephone number is one word: half of one says something else.
_WORDS = re.compile(r"\s+|\d+(?:[.,:/-]\d+)+|\w+|[^\w\s]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that stayed, came or went."""

    kind: Kind
    text: str


@dataclass(slots=True)
class Effort:
    """How much may still be spent on looking for what two texts have in common; shared by a whole comparison."""

    steps: int = 6_000_000

    def spend(self, steps: int) -> bool:
        """Take some steps; whether there were as many."""
        self.steps -= steps
        return self.steps > 0


@dataclass(frozen=True, slots=True)
class Stretch:
    """Items ``old[old_from:old_to]`` and ``new[new_from:new_to]``: equal if ``same``, else replaced."""

    same: bool
    old_from: int
    old_to: int
    new_from: int
    new_to: int


def word_pieces(old: str, new: str, effort: Effort | None = None) -> tuple[Piece, ...]:
    """How one text becomes another, by words, marks and blanks."""
    olds, news = _WORDS.findall(old), _WORDS.findall(new)
    pieces: list[Piece] = []
    for stretch in stretches(olds, news, effort or Effort()):
        before, after = (
            "".join(olds[stretch.old_from : stretch.old_to]),
            "".join(news[stretch.new_from : stretch.new_to]),
        )
        if stretch.same:
            pieces.append(Piece("same", after))
        else:
            pieces += [piece for piece in (Piece("removed", before), Piece("added", after)) if piece.text]
    return tuple(_without_lone_blanks(pieces))


def old_text(pieces: Sequence[Piece]) -> str:
    """The text before the change."""
    return "".join(piece.text for piece in pieces if piece.kind != "added")


def new_text(pieces: Sequence[Piece]) -> str:
    """The text after the change."""
    return "".join(piece.text for piece in pieces if piece.kind != "removed")


def likeness(pieces: Sequence[Piece]) -> float:
    """How much of both texts stayed, from 0 to 1. Two empty texts are alike."""
    same = sum(2 * len(piece.text) for piece in pieces if piece.kind == "same")
    changed = sum(len(piece.text) for piece in pieces if piece.kind != "same")
    return same / (same + changed) if same + changed else 1.0


def stretches(old: Sequence[str], new: Sequence[str], effort: Effort) -> list[Stretch]:
    """How one list becomes another, as few changes as can be found, in order and without overlap."""
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    found = [Stretch(same=True, old_from=0, old_to=start, new_from=0, new_to=start)] if start else []
    inner = _edits(old[start : len(old) - end], new[start : len(new) - end], effort)
    found += [
        Stretch(one.same, one.old_from + start, one.old_to + start, one.new_from + start, one.new_to + start)
        for one in inner
    ]
    if end:
        found.append(Stretch(True, len(old) - end, len(old), len(new) - end, len(new)))
    return found


def _edits(old: Sequence[str], new: Sequence[str], effort: Effort) -> list[Stretch]:
    if not old and not new:
        return []
    kept = _kept_pairs(old, new, effort) if old and new else []
    found: list[Stretch] = []
    at_old = at_new = 0
    for index, (in_old, in_new) in enumerate([*kept, (len(old), len(new))]):
        if at_old < in_old or at_new < in_new:
            found.append(Stretch(False, at_old, in_old, at_new, in_new))
        if index < len(kept):
            last = found[-1] if found else None
            if last is not None and last.same:
                found[-1] = Stretch(True, last.old_from, in_old + 1, last.new_from, in_new + 1)
            else:
                found.append(Stretch(True, in_old, in_old + 1, in_new, in_new + 1))
        at_old, at_new = in_old + 1, in_new + 1
    return found


def _kept_pairs(old: Sequence[str], new: Sequence[str], effort: Effort) -> list[tuple[int, int]]:
    """The places of the items that stay, in both lists; none where the search would cost too much."""
    farthest = {1: 0}
    history: list[dict[int, int]] = []
    for edits in range(min(len(old) + len(new), MAX_EDITS) + 1):
        history.append(dict(farthest))
        if not effort.spend(edits + 1):
            return []
        for diagonal in range(-edits, edits + 1, 2):
            down = diagonal == -edits or (
                diagonal != edits and farthest.get(diagonal - 1, -1) < farthest.get(diagonal + 1, -1)
            )
            x = farthest[diagonal + 1] if down else farthest[diagonal - 1] + 1
            begun = x
            while 0 <= x - diagonal < len(new) and x < len(old) and old[x] == new[x - diagonal]:
                x += 1
            farthest[diagonal] = x
            if not effort.spend(x - begun):
                return []
            if x >= len(old) and x - diagonal >= len(new):
                return _walked_back(history, edits, diagonal, x)
    return []


def _walked_back(history: list[dict[int, int]], edits: int, diagonal: int, x: int) -> list[tuple[int, int]]:
    """The diagonal steps of the path that was found, in order."""
    kept: list[tuple[int, int]] = []
    for number in range(edits, -1, -1):
        farthest = history[number]
        down = diagonal == -number or (
            diagonal != number and farthest.get(diagonal - 1, -1) < farthest.get(diagonal + 1, -1)
        )
        before = diagonal + 1 if down else diagonal - 1
        begun = 0 if number == 0 else (farthest[before] if down else farthest[before] + 1)
        kept += [(place, place - diagonal) for place in range(x - 1, begun - 1, -1)]
        if number:
            diagonal, x = before, farthest[before]
    return kept[::-1]


def _without_lone_blanks(pieces: list[Piece]) -> list[Piece]:
    """Blanks that stayed between changed words join the change on both sides, so that a sentence can be read."""
    joined: list[Piece] = []
    for index, piece in enumerate(pieces):
        between = 0 < index < len(pieces) - 1
        if piece.kind == "same" and piece.text.isspace() and between and not piece.text.strip(" "):
            joined += [Piece("removed", piece.text), Piece("added", piece.text)]
        else:
            joined.append(piece)
    out: list[Piece] = []
    pending = {"removed": "", "added": ""}
    for piece in [*joined, Piece("same", "")]:
        if piece.kind != "same":
            pending[piece.kind] += piece.text
            continue
        out += [Piece(kind, pending[kind]) for kind in ("removed", "added") if pending[kind]]
        pending = {"removed": "", "added": ""}
        if piece.text:
            out.append(piece)
    return out
