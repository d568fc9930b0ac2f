"""A text in somebody's own words as paragraphs that can be set: parted at blank lines, long ones in pieces."""

import re

PIECE = 6_000
"""Characters of one set paragraph at most; what is longer goes on in the next one, and nothing is lost."""
PARAGRAPHS = 200
_APART = re.compile(r"\n[ \t]*\n|\n(?=[ \t]*[-*\u2022][ \t])")


def paragraphs(text: str) -> tuple[str, ...]:
    """The paragraphs of a text, in order; those beyond ``PARAGRAPHS`` stand together in the last ones."""
    parts = [" ".join(part.split()) for part in _APART.split(text.replace("\r\n", "\n").replace("\r", "\n"))]
    whole = [part for part in parts if part]
    if len(whole) > PARAGRAPHS:
        whole = [*whole[: PARAGRAPHS - 1], " ".join(whole[PARAGRAPHS - 1 :])]
    return tuple(piece for part in whole for piece in _pieces(part))


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    while len(text) > PIECE:
        cut = text.rfind(" ", PIECE // 2, PIECE)
        cut = PIECE if cut < 0 else cut
        pieces.append(text[:cut].strip())
        text = text[cut:].strip()
    return [*pieces, text]
