"""Headings and the text below them: bounded whatever the levels and however many the lines."""

from collections.abc import Iterator

from charteroak.program.imports.rows import CELL_CHARACTERS
from charteroak.program.imports.sections import DEEPEST_LEVEL, Heading, sections_of


class CountedLine(str):
    """A line that counts how often it is measured."""

    __slots__ = ()
    measured = 0

    def strip(self, chars: str | None = None, /) -> str:
        return CountedLine(super().strip(chars))

    def __getitem__(self, key: object, /) -> str:
        return CountedLine(super().__getitem__(key))  # type: ignore[index]

    def __len__(self) -> int:
        CountedLine.measured += 1
        return super().__len__()


def test_each_line_of_a_section_is_measured_a_few_times_and_not_once_for_every_line_below() -> None:
    CountedLine.measured = 0
    sections_of([Heading(1, "a"), *(CountedLine("x") for _ in range(1_000))])
    assert CountedLine.measured <= 5 * 1_000


def test_a_section_keeps_what_will_be_shown_of_its_lines_and_says_that_there_is_more() -> None:
    (row,) = sections_of([Heading(1, "a"), "y" * 100_000, "z"])
    assert row.cells[1] == "y" * CELL_CHARACTERS + " ..."
    (row,) = sections_of([Heading(1, "a"), *["xy"] * 5_000])
    assert row.cells[1].endswith("xy\nxy ...")


def test_levels_that_rise_without_end_are_text_below_the_deepest_heading() -> None:
    def rising() -> Iterator[Heading]:
        return (Heading(level, "y" * 300) for level in range(1, 400))

    rows = sections_of(rising())
    assert len(rows) == DEEPEST_LEVEL
    assert max(len(row.place) for row in rows) <= CELL_CHARACTERS
    assert rows[-1].cells[1].startswith("y" * 300)
    assert sections_of([Heading(0, "a"), Heading(-1, "b")]) == ()
