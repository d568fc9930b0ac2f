"""Headings and what stands below them, as the sections of a document."""

from collections.abc import Iterable
from dataclasses import dataclass

from charteroak.program.imports.rows import CELL_CHARACTERS, MOST_ROWS, ImportReadError, Row, clipped


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of some level; 1 is the highest."""

    level: int
    text: str


def sections_of(parts: Iterable[Heading | str]) -> tuple[Row, ...]:
    """A section for each heading, with the headings above it and the text below it; none where there is no heading.

    Raises:
        ImportReadError: there are more sections than any written program has.
    """
    above: dict[int, str] = {}
    found: list[tuple[str, str, list[str]]] = []
    for part in parts:
        if isinstance(part, Heading):
            title = " ".join(part.text.split())[:200]
            above = {level: text for level, text in above.items() if level < part.level} | {part.level: title}
            found.append((" > ".join(above.values()), title, []))
            if len(found) > MOST_ROWS:
                raise ImportReadError(f"It has more than {MOST_ROWS} headings.")
        elif found and part.strip() and sum(map(len, found[-1][2])) <= CELL_CHARACTERS:
            found[-1][2].append(part.strip())
    return tuple(
        Row(number, clipped(place), (clipped(title), clipped("\n".join(text))))
        for number, (place, title, text) in enumerate(found, start=1)
    )
