"""Cutting a stream of bytes into blocks of whole lines, in bounded memory."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from charteroak.detection.errors import LogReadError
from charteroak.detection.limits import LINE_BYTES, PIECE_CONTEXT_BYTES, READ_BYTES
from charteroak.detection.readers.batches import ReadTally, TextBatch


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines; or, where ``owned`` is given, a piece of one line that is longer than any record."""

    data: bytes
    line: int
    owned: range | None = None

    def as_text(self) -> TextBatch:
        """The block as text to search."""
        return TextBatch(self.data, self.line, self.owned)


def lines_at(block: Block, places: Iterable[int]) -> Iterator[tuple[int, bytes]]:
    """Number and bytes, without the line break, of each line in which one of these offsets stands."""
    data = block.data
    line, counted, end = block.line, 0, 0
    for place in sorted(places):
        if place < end:
            continue
        start = data.rfind(b"\n", 0, place) + 1
        end = data.find(b"\n", place) + 1 or len(data) + 1
        line += data.count(b"\n", counted, start)
        counted = start
        yield line, data[start : end - 1]


def cut_lines(chunks: Iterable[bytes], tally: ReadTally, *, first_line: int = 1) -> Iterator[Block]:
    """Blocks of whole lines of about the size of a chunk.

    A line above ``LINE_BYTES`` comes in overlapping pieces and is named in the tally. When the stream breaks off, what
    came before is handed out first.

    Raises:
        LogReadError: the stream broke off.
    """
    cutter = _Cutter(tally, first_line)
    failure: LogReadError | None = None
    try:
        for chunk in chunks:
            yield from cutter.add(chunk)
    except LogReadError as error:
        failure = error
    yield from cutter.finish()
    if failure is not None:
        raise failure


class _Cutter:
    def __init__(self, tally: ReadTally, line: int) -> None:
        self._tally = tally
        self._line = line
        self._held: list[bytes] = []
        self._held_bytes = 0
        self._in_pieces = False
        self._done = 0
        """How many of the held bytes of a line in pieces were handed out already and are context now."""

    def add(self, chunk: bytes) -> Iterator[Block]:
        """Take a chunk; hand out what is whole by now."""
        cut = chunk.rfind(b"\n") + 1
        if cut and self._in_pieces:
            end = chunk.find(b"\n") + 1
            yield from self._last_piece(chunk[:end])
            chunk, cut = chunk[end:], cut - end
        if cut:
            yield self._whole(b"".join([*self._held, chunk[:cut]]))
            self._held, self._held_bytes = [], 0
        rest = chunk[cut:]
        if rest:
            self._held.append(rest)
            self._held_bytes += len(rest)
        if self._in_pieces or self._held_bytes > LINE_BYTES:
            yield from self._pieces()

    def finish(self) -> Iterator[Block]:
        """Hand out what is left when the stream has ended."""
        if self._in_pieces:
            yield from self._last_piece(b"")
        elif self._held_bytes:
            yield self._whole(b"".join(self._held))

    def _whole(self, data: bytes) -> Block:
        block = Block(data, self._line)
        self._count(data.count(b"\n") + (not data.endswith(b"\n")))
        return block

    def _count(self, lines: int) -> None:
        self._line += lines
        self._tally.lines += lines

    def _pieces(self) -> Iterator[Block]:
        if not self._in_pieces:
            self._in_pieces = True
            self._tally.long_lines.append(self._line)
        if self._held_bytes - self._done < READ_BYTES + PIECE_CONTEXT_BYTES:
            return
        data = b"".join(self._held)
        base = 0
        while len(data) - base - self._done >= READ_BYTES + PIECE_CONTEXT_BYTES:
            end = self._done + READ_BYTES
            yield Block(data[base : base + end + PIECE_CONTEXT_BYTES], self._line, range(self._done, end))
            self._done = min(end, PIECE_CONTEXT_BYTES)
            base += end - self._done
        self._held, self._held_bytes = [data[base:]], len(data) - base

    def _last_piece(self, rest: bytes) -> Iterator[Block]:
        data = b"".join([*self._held, rest])
        yield Block(data, self._line, range(self._done, len(data)))
        self._held, self._held_bytes, self._in_pieces, self._done = [], 0, False, 0
        self._count(1)
