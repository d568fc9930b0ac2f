"""QR codes drawn without a picture: with block characters, or with the dark and light cells of a table.

Lures draw codes this way because a filter that looks into pictures sees none. The module grid is rebuilt as a small
bitmap and given to the reader of pictures. Pure and linear; nothing is rendered.
"""

import re
from collections.abc import Iterator

from charteroak.mail import limits

Grid = list[list[bool]]

_FULL, _UPPER, _LOWER = "█■▉▇#@", "▀", "▄"
_BLOCK_LINE = re.compile(r"[█■▉▇▀▄░▒▓ \u00a0\u2003\u3000]{16,400}|[# ]{16,400}|[@ ]{16,400}")
_LEAST_MODULES, _MOST_MODULES = 21, 200
_CELL = re.compile(r"<t[dh]\b([^>]{0,400})>", re.IGNORECASE)
_ROW = re.compile(r"<tr\b[^>]{0,400}>", re.IGNORECASE)
_TABLE = re.compile(r"<table\b", re.IGNORECASE)
_COLOR = re.compile(
    r"(?:bgcolor\s*=\s*[\"']?|background(?:-color)?\s*:\s*)\s*(#[0-9a-f]{3,6}|rgb\([^)]{1,30}\)|[a-z]{3,20})",
    re.IGNORECASE,
)
_CLASS_RULE = re.compile(r"\.([\w-]{1,40})\s{0,8}\{([^{}]{1,300})\}")
_CLASS = re.compile(r"class\s{0,4}=\s{0,4}[\"']?([\w\s-]{1,80})", re.IGNORECASE)
_MOST_RULES = 200
_SPAN = re.compile(r"colspan\s*=\s*[\"']?(\d{1,3})", re.IGNORECASE)
_NAMED = {"black": 0, "navy": 16, "darkblue": 16, "maroon": 38, "white": 255}


def grids_in_text(text: str) -> Iterator[Grid]:
    """Module grids drawn with block characters; a half block stands for two modules."""
    run: list[str] = []
    made = 0
    for line in [*text.split("\n"), ""]:
        stripped = line.rstrip("\r")
        if _BLOCK_LINE.fullmatch(stripped) and any(mark in stripped for mark in _FULL + _UPPER + _LOWER):
            run.append(stripped)
            continue
        if len(run) >= 10:
            grid = _from_lines(run)
            if _is_plausible(grid):
                yield grid
                made += 1
                if made >= limits.MAX_DRAWN_CODES:
                    return
        run = []


def grids_in_html(source: str) -> Iterator[Grid]:
    """Module grids drawn with the cells of tables."""
    starts = [match.start() for match in _TABLE.finditer(source)][:200]
    dark = _dark_classes(source)
    made = 0
    for number, start in enumerate(starts):
        end = starts[number + 1] if number + 1 < len(starts) else len(source)
        rows = _ROW.split(source[start:end])[1 : _MOST_MODULES + 1]
        if len(rows) < _LEAST_MODULES:
            continue
        grid = [_row_of_cells(row, dark) for row in rows]
        if _is_plausible(grid):
            yield grid
            made += 1
            if made >= limits.MAX_DRAWN_CODES:
                return


def as_bitmap(grid: Grid, scale: int = 4, quiet: int = 4) -> bytes:
    """The grid as a portable graymap (PGM, binary), dark on light with a quiet zone."""
    width = max(len(row) for row in grid)
    side_w, side_h = (width + 2 * quiet) * scale, (len(grid) + 2 * quiet) * scale
    lines = bytearray()
    blank = b"\xff" * side_w
    lines += blank * (quiet * scale)
    for row in grid:
        padded = row + [False] * (width - len(row))
        modules = b"".join((b"\x00" if dark else b"\xff") * scale for dark in padded)
        lines += (b"\xff" * (quiet * scale) + modules + b"\xff" * (quiet * scale)) * scale
    lines += blank * (quiet * scale)
    return f"P5 {side_w} {side_h} 255\n".encode() + bytes(lines)


def _from_lines(lines: list[str]) -> Grid:
    has_halves = any(mark in line for line in lines for mark in _UPPER + _LOWER)
    rows: Grid = []
    for line in lines[:_MOST_MODULES]:
        if has_halves:
            rows.append([mark in _FULL or mark in _UPPER for mark in line])
            rows.append([mark in _FULL or mark in _LOWER for mark in line])
        else:
            rows.append([mark in _FULL for mark in line])
    if not has_halves and rows and max(len(row) for row in rows) >= 1.6 * len(rows):
        # Letters are twice as high as wide: each module was drawn two letters wide.
        rows = [row[::2] for row in rows]
    return rows


def _dark_classes(source: str) -> frozenset[str]:
    """Classes that a style sheet gives a dark ground."""
    rules = _CLASS_RULE.findall(source)[:_MOST_RULES] if "<style" in source else []
    colors = {name: color for name, rule in rules if (color := _COLOR.search(rule)) is not None}
    return frozenset(name for name, color in colors.items() if _is_dark(color[1]))


def _row_of_cells(row: str, dark: frozenset[str]) -> list[bool]:
    modules: list[bool] = []
    for match in _CELL.finditer(row):
        color = _COLOR.search(match[1])
        span = _SPAN.search(match[1])
        is_dark = _is_dark(color[1]) if color is not None else bool(dark) and _is_of(match[1], dark)
        modules += [is_dark] * min(int(span[1]) if span else 1, _MOST_MODULES)
        if len(modules) > _MOST_MODULES:
            break
    return modules[: _MOST_MODULES + 1]


def _is_of(attributes: str, classes: frozenset[str]) -> bool:
    named = _CLASS.search(attributes)
    return named is not None and not classes.isdisjoint(named[1].split())


def _is_dark(color: str) -> bool:
    text = color.lower()
    if text.startswith("#"):
        digits = text[1:]
        parts = [digits[n : n + 2] for n in (0, 2, 4)] if len(digits) == 6 else [digit * 2 for digit in digits[:3]]
        return sum(int(part, 16) for part in parts) < 3 * 128
    if text.startswith("rgb"):
        numbers = [int(part) for part in re.findall(r"\d{1,3}", text)[:3]]
        return len(numbers) == 3 and sum(numbers) < 3 * 128
    return _NAMED.get(text, 255) < 128


def _is_plausible(grid: Grid) -> bool:
    """A grid as large as the smallest code, with dark and light, about as wide as high."""
    if not _LEAST_MODULES <= len(grid) <= 2 * _MOST_MODULES:
        return False
    width = max((len(row) for row in grid), default=0)
    if not _LEAST_MODULES <= width <= _MOST_MODULES or not 0.7 <= width / len(grid) <= 1.5:
        return False
    dark = sum(sum(row) for row in grid)
    return 0.2 <= dark / (width * len(grid)) <= 0.8
