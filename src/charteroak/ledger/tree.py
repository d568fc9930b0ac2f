"""The Merkle tree of RFC 6962 section 2.1 over stored hashes of complete subtrees.

A node (level, index) covers the leaves from ``index * 2**level`` up to ``(index + 1) * 2**level``. Such a node never
changes once its last leaf stands, so appending only adds nodes, and any root or proof of any past size can be made
from what is stored. Checking proofs is in ``verification``; nothing here is trusted by a verifier.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from charteroak.ledger.errors import TreeRangeError

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()
"""RFC 6962 section 2.1: the root of a tree without leaves."""


@dataclass(frozen=True, slots=True)
class Node:
    """The hash of a complete subtree, to be stored under (level, index)."""

    level: int
    index: int
    hash: bytes


class NodeReader(Protocol):
    """Where stored nodes are read from. A node that was never stored is an error of the implementation's own."""

    def read_node(self, level: int, index: int) -> bytes:
        """The hash of the complete subtree (level, index)."""


def hash_leaf(leaf: bytes) -> bytes:
    """RFC 6962 section 2.1: SHA-256(0x00 || leaf)."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def hash_children(left: bytes, right: bytes) -> bytes:
    """RFC 6962 section 2.1: SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def append_leaf(size: int, leaf_hash: bytes, reader: NodeReader) -> list[Node]:
    """The nodes to store when a leaf is added to a tree of ``size`` leaves: the leaf and each subtree it completes.

    Reads and returns at most one node per level.
    """
    if size < 0:
        raise TreeRangeError(f"A tree cannot have {size} leaves.")
    nodes = [Node(0, size, leaf_hash)]
    level, index, hash_ = 0, size, leaf_hash
    while index & 1:
        hash_ = hash_children(reader.read_node(level, index - 1), hash_)
        level, index = level + 1, index >> 1
        nodes.append(Node(level, index, hash_))
    return nodes


def node_count(size: int) -> int:
    """How many complete subtrees a tree of ``size`` leaves has, the leaves among them."""
    return 2 * size - size.bit_count()


def root_hash(size: int, reader: NodeReader) -> bytes:
    """The root of the first ``size`` leaves."""
    if size < 0:
        raise TreeRangeError(f"A tree cannot have {size} leaves.")
    return EMPTY_ROOT if size == 0 else _range_hash(0, size, reader)


def inclusion_proof(index: int, size: int, reader: NodeReader) -> tuple[bytes, ...]:
    """RFC 6962 section 2.1.1: the path of leaf ``index`` in the tree of the first ``size`` leaves, from the leaf up.

    Raises:
        TreeRangeError: the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise TreeRangeError(f"A tree of {size} leaves has no leaf {index}.")
    path: list[bytes] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            path.append(_range_hash(middle, end, reader))
            end = middle
        else:
            path.append(_range_hash(begin, middle, reader))
            begin = middle
    return tuple(reversed(path))


def consistency_proof(old_size: int, new_size: int, reader: NodeReader) -> tuple[bytes, ...]:
    """RFC 6962 section 2.1.2: the proof that the tree of ``old_size`` leaves is the beginning of that of ``new_size``.

    Empty where nothing needs proof: equal sizes, or an empty old tree.

    Raises:
        TreeRangeError: the old size is negative or larger than the new one.
    """
    if not 0 <= old_size <= new_size:
        raise TreeRangeError(f"There is no consistency proof from size {old_size} to {new_size}.")
    if old_size in (0, new_size):
        return ()
    path: list[bytes] = []
    begin, end = 0, new_size
    while end != old_size:
        middle = begin + _split(end - begin)
        if old_size <= middle:
            path.append(_range_hash(middle, end, reader))
            end = middle
        else:
            path.append(_range_hash(begin, middle, reader))
            begin = middle
    if begin > 0:  # otherwise this subtree is the old root itself, which the verifier holds
        path.append(_range_hash(begin, end, reader))
    return tuple(reversed(path))


@dataclass(slots=True)
class Frontier:
    """A tree that is only grown: the hashes on its right edge, enough for its root. For replaying a log in one pass."""

    size: int = 0
    _peaks: list[bytes] = field(default_factory=list)

    def append(self, leaf_hash: bytes) -> list[bytes]:
        """Add one leaf; the hashes of the subtrees that it completes, level by level, its own first."""
        hash_, merges = leaf_hash, self.size
        completed = [hash_]
        while merges & 1:
            hash_ = hash_children(self._peaks.pop(), hash_)
            completed.append(hash_)
            merges >>= 1
        self._peaks.append(hash_)
        self.size += 1
        return completed

    def root(self) -> bytes:
        """The root as it stands."""
        return self.root_with(())

    def root_with(self, subtrees: Sequence[bytes]) -> bytes:
        """The root as it would stand with these complete subtrees, largest first, to the right of what is here."""
        peaks = [*self._peaks, *subtrees]
        return _fold(peaks) if peaks else EMPTY_ROOT


def _split(width: int) -> int:
    """The largest power of two smaller than a width of two or more (k of RFC 6962 section 2.1)."""
    return 1 << ((width - 1).bit_length() - 1)


def _range_hash(begin: int, end: int, reader: NodeReader) -> bytes:
    """The hash over leaves [begin, end), where ``begin`` is aligned as in the recursion of RFC 6962 section 2.1."""
    peaks: list[bytes] = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        peaks.append(reader.read_node(level, begin >> level))
        begin += 1 << level
    return _fold(peaks)


def _fold(peaks: list[bytes]) -> bytes:
    """Join complete subtrees, largest first, from the right."""
    *rest, hash_ = peaks
    for peak in reversed(rest):
        hash_ = hash_children(peak, hash_)
    return hash_
