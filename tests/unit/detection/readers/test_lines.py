from collections.abc import Iterator

import pytest

from charteroak.detection.errors import LogReadError
from charteroak.detection.limits import LINE_BYTES, PIECE_CONTEXT_BYTES, READ_BYTES, VALUE_BYTES
from charteroak.detection.readers.batches import ReadTally
from charteroak.detection.readers.lines import Block, cut_lines, lines_at
from charteroak.observables import MAX_OBSERVABLE_CHARACTERS


def blocks(*chunks: bytes) -> tuple[list[tuple[int, bytes]], int]:
    tally = ReadTally()
    return [(block.line, block.data) for block in cut_lines(chunks, tally)], tally.lines


def test_blocks_hold_whole_lines_and_know_their_first() -> None:
    assert blocks(b"a\nb", b"c\nd\ne", b"f\n") == ([(1, b"a\n"), (2, b"bc\nd\n"), (4, b"ef\n")], 4)


def test_the_last_line_needs_no_line_break() -> None:
    assert blocks(b"a\nb") == ([(1, b"a\n"), (2, b"b")], 2)


def test_nothing_has_no_lines() -> None:
    assert blocks() == ([], 0)
    assert blocks(b"") == ([], 0)


def test_what_came_before_a_break_is_handed_out_before_the_break_is_raised() -> None:
    def broken() -> Iterator[bytes]:
        yield b"a\nb"
        raise LogReadError("The stream broke off.")

    found = cut_lines(broken(), ReadTally())
    assert [next(found).data, next(found).data] == [b"a\n", b"b"]
    with pytest.raises(LogReadError, match="broke off"):
        next(found)


def test_a_line_longer_than_any_record_comes_in_bounded_pieces_and_is_named() -> None:
    tally = ReadTally()
    size = LINE_BYTES + 3 * READ_BYTES + 77
    chunks = [b"first\n"] + [b"x" * READ_BYTES] * (size // READ_BYTES) + [b"x" * (size % READ_BYTES) + b"\nlast\n"]
    found = list(cut_lines(chunks, tally))
    pieces = [block for block in found if block.owned is not None]
    assert max(len(piece.data) for piece in pieces) <= 2 * READ_BYTES + 2 * PIECE_CONTEXT_BYTES
    assert sum(len(piece.owned or ()) for piece in pieces) == size + 1
    assert {piece.line for piece in pieces} == {2}
    assert found[-1] == Block(b"last\n", 3)
    assert tally.lines == 3
    assert tally.long_lines == [2]
    assert "32 MB: line 2" in tally.reasons[0]


def test_pieces_overlap_by_more_than_the_longest_value_with_its_name() -> None:
    assert PIECE_CONTEXT_BYTES > MAX_OBSERVABLE_CHARACTERS + VALUE_BYTES + 2


def test_the_lines_at_some_places_come_once_each_with_their_numbers() -> None:
    block = Block(b"ab\n\ncd\nef", 10)
    assert list(lines_at(block, [8, 0, 1, 4])) == [(10, b"ab"), (12, b"cd"), (13, b"ef")]
    assert list(lines_at(block, [])) == []
