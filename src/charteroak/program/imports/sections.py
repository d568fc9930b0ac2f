"""Headings and what stands below them, as the sections of a document."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from charteroak.program.imports.rows import (
    CELL_CHARACTERS,
    MOST_ROWS,
    ImportReadError,
    Row,
    clipped,
    refuse_characters,
)

DEEPEST_LEVEL = 9
"""Office programs have nine levels of headings; what claims to be deeper is text."""
_TITLE_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of some level; 1 is the highest."""

    level: int
    text: str


@dataclass(slots=True)
class _Section:
    place: str
    title: str
    lines: list[str] = field(default_factory=list)
    characters: int = 0

    def add(self, text: str) -> None:
        """Take a line, unless there are more already than will be shown."""
        if text and self.characters <= CELL_CHARACTERS:
            self.lines.append(text[: CELL_CHARACTERS + 1])
            self.characters += len(text)


def sections_of(parts: Iterable[Heading | str]) -> tuple[Row, ...]:
    """A section for each heading, with the headings above it and the text below it; none where there is no heading.

    Raises:
        ImportReadError: there are more sections, or is more text, than any written program has.
    """
    above: dict[int, str] = {}
    found: list[_Section] = []
    for part in parts:
        if isinstance(part, Heading) and 1 <= part.level <= DEEPEST_LEVEL:
            title = " ".join(part.text.split())[:_TITLE_CHARACTERS]
            above = {level: text for level, text in above.items() if level < part.level} | {part.level: title}
            found.append(_Section(clipped(" > ".join(above.values())), clipped(title)))
            if len(found) > MOST_ROWS:
                raise ImportReadError(f"It has more than {MOST_ROWS} headings.")
        elif found:
            found[-1].add((part.text if isinstance(part, Heading) else part).strip())
    rows = tuple(
        Row(number, section.place, (section.title, clipped("\n".join(section.lines))))
        for number, section in enumerate(found, start=1)
    )
    refuse_characters(sum(len(cell) for row in rows for cell in row.cells))
    return rows
