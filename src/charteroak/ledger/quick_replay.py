"""Replaying a log by columns: the checks of ``log.verify_log``, many entries at a time.

It answers yes or no and names nothing. After a no, ``verify_log`` is asked, which says what does not hold and where.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Protocol

from charteroak.ledger.checkpoint import Checkpoint
from charteroak.ledger.entry_columns import EntryColumns, HeaderCheck
from charteroak.ledger.tree import Frontier

BATCH = 1 << 8
"""Entries that are replayed at a time; with so few, their rows are gone before Python looks for cycles among them."""
_HEIGHT = 12
_LEAVES = 1 << _HEIGHT
"""Leaves that are made a tree of at a time: each such tree but the last is one complete subtree."""


class NodeRanges(Protocol):
    """Where stored nodes are read from, many at a time."""

    def read_range(self, level: int, first: int, count: int) -> Sequence[bytes]:
        """The hashes stored for so many places of a level; fewer if one is missing."""


class QuickReplay:
    """A log replayed batch by batch, each of ``BATCH`` entries but the last."""

    def __init__(self, checkpoints: Iterable[Checkpoint], *, organisation: str, nodes: NodeRanges) -> None:
        self._awaited = sorted(checkpoints, key=lambda checkpoint: checkpoint.size)
        self._headers = HeaderCheck(organisation)
        self._nodes = nodes
        self._subtrees = Frontier()
        self._leaves: list[bytes] = []
        self._size = 0
        self._root = self._subtrees.root()

    @property
    def size(self) -> int:
        """How many entries were replayed."""
        return self._size

    def replay(self, columns: EntryColumns) -> bool:
        """Whether the next entries, and all that is stored of each, are those that belong there."""
        start, number = self._size, len(columns.headers)
        if start % BATCH or not 0 < number <= BATCH or list(columns.indexes) != list(range(start, start + number)):
            return False
        leaves = [sha256(b"\x00" + header).digest() for header in columns.headers]
        if leaves != list(columns.leaf_hashes) or not self._headers.holds(columns):
            return False
        self._leaves += leaves
        self._size += number
        return len(self._leaves) < _LEAVES or self._grow()

    def finish(self) -> bytes | None:
        """The root, or nothing if a node or a checkpoint is another, or a checkpoint of entries that are not there."""
        return self._root if self._grow() and not self._awaited else None

    def _grow(self) -> bool:
        """Whether the subtrees that the leaves complete are those that are stored, and the checkpoints' roots too."""
        levels, start = [self._leaves], self._size - len(self._leaves)
        while len(below := levels[-1]) > 1:
            pairs = zip(below[::2], below[1::2], strict=False)  # an odd last one completes nothing
            levels.append([sha256(b"\x01" + left + right).digest() for left, right in pairs])
        holds = all(self._is_stored(level, start >> level, hashes) for level, hashes in enumerate(levels))
        holds = holds and self._checkpoints_hold(levels, start)
        self._root = self._root_with(levels, len(self._leaves))
        self._leaves = []
        if len(levels) > _HEIGHT:
            above = self._subtrees.append(levels[_HEIGHT][0])
            for level, hash_ in enumerate(above[1:], start=_HEIGHT + 1):
                holds = holds and self._is_stored(level, start >> level, [hash_])
        return holds

    def _is_stored(self, level: int, first: int, hashes: list[bytes]) -> bool:
        return list(self._nodes.read_range(level, first, len(hashes))) == hashes

    def _checkpoints_hold(self, levels: list[list[bytes]], start: int) -> bool:
        """Whether the checkpoints of the sizes that were reached have the root of their size; they wait no longer."""
        while self._awaited and self._awaited[0].size <= self._size:
            checkpoint = self._awaited.pop(0)
            if checkpoint.root != self._root_with(levels, checkpoint.size - start):
                return False
        return True

    def _root_with(self, levels: list[list[bytes]], number: int) -> bytes:
        """The root with so many leaves of a batch to the right of the subtrees that stand."""
        peaks, end = [], 0
        for level in reversed(range(number.bit_length())):
            if number >> level & 1:
                peaks.append(levels[level][end >> level])
                end += 1 << level
        return self._subtrees.root_with(peaks)
