"""The packaged fonts and the characters that they can show. No font of the machine is ever looked at.

A character that no packaged font has would be an empty box, or no document at all under PDF/A; whoever sets text asks
``can_show`` first and writes the code point instead (``showable_text``).
"""

import struct
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

FONT_FOLDER = Path(__file__).parent / "fonts"
TEXT_FONTS = ("PublicSans-Regular.ttf", "DejaVuSans.ttf")
"""In the order in which the house style looks for a glyph. Bold and italic fall back to the same."""

_UNICODE_TABLES = frozenset({(3, 10), (3, 1), (0, 3), (0, 4)})


def can_show(cluster: str) -> bool:
    """Whether one font has every character of a letter with its marks; two fonts cannot share one letter."""
    return any(all(ord(character) in font for character in cluster) for font in _text_fonts())


@cache
def width_of(character: str) -> float:
    """How wide a character is set, in ems."""
    return next((font[ord(character)] for font in _text_fonts() if ord(character) in font), 1.0)


@cache
def _text_fonts() -> tuple[Mapping[int, float], ...]:
    return tuple(characters_of((FONT_FOLDER / name).read_bytes()) for name in TEXT_FONTS)


def characters_of(font: bytes) -> Mapping[int, float]:
    """The code points that a TrueType font maps to a glyph, each with its width in ems (OpenType 1.9).

    Tables ``cmap`` (formats 4 and 12), ``head``, ``hhea`` and ``hmtx``.
    """
    units = _u16(font, _table(font, b"head") + 18)
    metrics, last = _table(font, b"hmtx"), _u16(font, _table(font, b"hhea") + 34) - 1
    return {code: _u16(font, metrics + 4 * min(glyph, last)) / units for code, glyph in _glyphs(font)}


def _glyphs(font: bytes) -> Iterator[tuple[int, int]]:
    start = _table(font, b"cmap")
    count = _u16(font, start + 2)
    for n in range(count):
        platform, encoding, offset = struct.unpack_from(">HHI", font, start + 4 + 8 * n)
        if (platform, encoding) in _UNICODE_TABLES:
            yield from _mapped(font, start + offset)


def _table(font: bytes, tag: bytes) -> int:
    for n in range(_u16(font, 4)):
        name, _, offset, _ = struct.unpack_from(">4sIII", font, 12 + 16 * n)
        if name == tag:
            return int(offset)
    raise ValueError(f"The font has no table {tag!r}.")


def _mapped(font: bytes, at: int) -> Iterator[tuple[int, int]]:
    match _u16(font, at):
        case 4:
            yield from _format_4(font, at)
        case 12:
            (groups,) = struct.unpack_from(">I", font, at + 12)
            for n in range(groups):
                first, last, glyph = struct.unpack_from(">III", font, at + 16 + 12 * n)
                yield from ((code, glyph + code - first) for code in range(first, last + 1) if glyph + code - first)
        case _:
            return


def _format_4(font: bytes, at: int) -> Iterator[tuple[int, int]]:
    segments = _u16(font, at + 6) // 2
    ends, starts = at + 14, at + 16 + 2 * segments
    deltas, offsets = starts + 2 * segments, starts + 4 * segments
    for n in range(segments):
        first, last = _u16(font, starts + 2 * n), _u16(font, ends + 2 * n)
        delta, offset = _u16(font, deltas + 2 * n), _u16(font, offsets + 2 * n)
        for code in range(first, min(last, 0xFFFE) + 1):
            glyph = _u16(font, offsets + 2 * n + offset + 2 * (code - first)) if offset else code
            if glyph and (glyph + delta) % 0x10000:
                yield code, (glyph + delta) % 0x10000


def _u16(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "big")
