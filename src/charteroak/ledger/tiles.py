"""Tiles (c2sp.org/tlog-tiles): a log's tree and entries as static files that anyone can copy, cache and check.

A *hash tile* holds 256 consecutive hashes of every eighth level of the tree, or fewer at the right edge; an *entry
bundle* holds the same 256 leaves, each behind its length in two bytes. Paths are ``tile/<level>/<index>[.p/<width>]``
and ``tile/entries/<index>[.p/<width>]``. From them any root and any proof of any size is computed: ``TiledTree`` is a
``NodeReader`` over tiles, wherever they are fetched from.
"""

import re
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from charteroak.errors import InputError
from charteroak.ledger.errors import TreeRangeError
from charteroak.ledger.limits import TREE_SIZE_LIMIT
from charteroak.ledger.tree import HASH_BYTES, NodeReader, hash_children

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
CHECKPOINT_PATH = "checkpoint"

_PATH = re.compile(
    r"tile/(?P<level>entries|[0-9]|[1-5][0-9]|6[0-3])/(?P<index>(?:x[0-9]{3}/){0,6}[0-9]{3})"
    r"(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)
_LENGTH = struct.Struct(">H")


class TilePathError(InputError):
    """A text is no path of a tile, in the one form that the specification has for it."""

    code: ClassVar[str] = "ledger.tile.path"


class TileFormatError(InputError):
    """The bytes of a tile or bundle are not what its path says."""

    code: ClassVar[str] = "ledger.tile.format"


@dataclass(frozen=True, slots=True)
class Tile:
    """A place among the tiles; level ``None`` is that of entry bundles."""

    level: int | None
    index: int
    width: int = TILE_WIDTH

    @property
    def path(self) -> str:
        """Its path below the log's prefix."""
        parts = [f"{self.index % 1000:03d}"]
        rest = self.index // 1000
        while rest:
            parts.append(f"x{rest % 1000:03d}")
            rest //= 1000
        level = "entries" if self.level is None else self.level
        partial = "" if self.width == TILE_WIDTH else f".p/{self.width}"
        return f"tile/{level}/{'/'.join(reversed(parts))}{partial}"


def parse_tile_path(text: str) -> Tile:
    """The tile that a path names.

    Raises:
        TilePathError: it names none, or not in its one form.
    """
    match = _PATH.fullmatch(text)
    if match is None:
        raise TilePathError(f"{text[:100]!r} is no path of a tile.")
    level = None if match["level"] == "entries" else int(match["level"])
    index = int(match["index"].replace("x", "").replace("/", ""))
    tile = Tile(level, index, TILE_WIDTH if match["width"] is None else int(match["width"]))
    if tile.width > TILE_WIDTH or index > TREE_SIZE_LIMIT >> TILE_HEIGHT or tile.path != text:
        raise TilePathError(f"{text[:100]!r} is no path of a tile in its one form.")
    return tile


def hash_tiles(size: int) -> Iterator[Tile]:
    """The hash tiles of a tree of this size, level by level; the last of a level may be partial.

    Raises:
        TreeRangeError: there is no tree of this size.
    """
    if not 0 <= size <= TREE_SIZE_LIMIT:
        raise TreeRangeError(f"A tree cannot have {size} leaves.")
    level = 0
    while count := size >> TILE_HEIGHT * level:
        yield from _tiles_over(level, count)
        level += 1


def entry_bundles(size: int) -> Iterator[Tile]:
    """The entry bundles of a log of this size."""
    return _tiles_over(None, size)


def tile_bytes(tile: Tile, reader: NodeReader) -> bytes:
    """The content of a hash tile, from the stored nodes of a tree that is large enough to have it.

    Raises:
        TreeRangeError: it is an entry bundle, which holds no hashes.
    """
    if tile.level is None:
        raise TreeRangeError("An entry bundle holds entries, not hashes.")
    level, first = TILE_HEIGHT * tile.level, tile.index * TILE_WIDTH
    return b"".join(reader.read_node(level, first + offset) for offset in range(tile.width))


def bundle_bytes(leaves: Iterable[bytes]) -> bytes:
    """The content of an entry bundle.

    Raises:
        TileFormatError: a leaf is too long for two bytes of length, or there are none or too many leaves.
    """
    parts = [_prefixed(leaf) for leaf in leaves]
    if not 0 < len(parts) <= TILE_WIDTH:
        raise TileFormatError(f"An entry bundle has 1 to {TILE_WIDTH} entries, not {len(parts)}.")
    return b"".join(parts)


def parse_hash_tile(data: bytes, tile: Tile) -> tuple[bytes, ...]:
    """The hashes of a tile.

    Raises:
        TileFormatError: it has not the length that its path says.
    """
    if len(data) != tile.width * HASH_BYTES:
        raise TileFormatError(f"{tile.path} has {len(data)} bytes instead of {tile.width * HASH_BYTES}.")
    return tuple(data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES))


def parse_entry_bundle(data: bytes, tile: Tile) -> tuple[bytes, ...]:
    """The leaves in a bundle.

    Raises:
        TileFormatError: it holds another number of entries than its path says, or ends within one.
    """
    leaves: list[bytes] = []
    at = 0
    while at < len(data) and len(leaves) < tile.width:
        begin = at + _LENGTH.size
        end = begin + _LENGTH.unpack_from(data, at)[0] if begin <= len(data) else begin
        if end > len(data):
            raise TileFormatError(f"{tile.path} ends within entry {len(leaves)}.")
        leaves.append(data[begin:end])
        at = end
    if at != len(data) or len(leaves) != tile.width:
        raise TileFormatError(f"{tile.path} does not hold {tile.width} entries.")
    return tuple(leaves)


@dataclass(slots=True)
class TiledTree:
    """The tree of one size as its tiles tell it; a ``NodeReader``. Keeps the tile last used of each level.

    Nothing is believed: whoever computes a root from it compares that with a signed one, and whoever reads other nodes
    than that root needs has ``tile_verification`` or a proof.
    """

    size: int
    fetch: Callable[[str], bytes]
    _kept: dict[int, tuple[int, tuple[bytes, ...]]] = field(default_factory=dict, init=False, repr=False)

    def read_node(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree.

        Raises:
            TreeRangeError: this tree has no such subtree.
            TileFormatError: its tile is not as long as it should be.
        """
        if level < 0 or index < 0 or (index + 1) << level > self.size:
            raise TreeRangeError(f"A tree of {self.size} leaves has no complete subtree {level}/{index}.")
        tile_level, height = divmod(level, TILE_HEIGHT)
        first = index << height
        hashes = self._hashes(tile_level, first // TILE_WIDTH)
        begin = first % TILE_WIDTH
        return fold_hashes(hashes[begin : begin + (1 << height)])

    def _hashes(self, level: int, index: int) -> tuple[bytes, ...]:
        kept = self._kept.get(level)
        if kept is None or kept[0] != index:
            width = min(TILE_WIDTH, (self.size >> TILE_HEIGHT * level) - index * TILE_WIDTH)
            tile = Tile(level, index, width)
            kept = (index, parse_hash_tile(self.fetch(tile.path), tile))
            self._kept[level] = kept
        return kept[1]


def fold_hashes(hashes: Sequence[bytes]) -> bytes:
    """The hash over the complete subtree whose hashes these are; a power of two of them."""
    while len(hashes) > 1:
        hashes = [hash_children(hashes[at], hashes[at + 1]) for at in range(0, len(hashes), 2)]
    return hashes[0]


def _tiles_over(level: int | None, count: int) -> Iterator[Tile]:
    full, rest = divmod(count, TILE_WIDTH)
    for index in range(full):
        yield Tile(level, index)
    if rest:
        yield Tile(level, full, rest)


def _prefixed(leaf: bytes) -> bytes:
    try:
        return _LENGTH.pack(len(leaf)) + leaf
    except struct.error as error:
        raise TileFormatError(f"An entry of {len(leaf)} bytes is too long for a bundle.") from error
