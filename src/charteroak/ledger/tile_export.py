"""A log as a list of files (c2sp.org/tlog-tiles), and the check of such a list from its first entry to its root.

Both sides compute every tile from the entries below it, in one pass whose memory does not grow with the log. The same
log gives the same files in the same order; the checkpoint comes last, so that whoever sees it finds all the rest.
"""

import hmac
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import ClassVar

from charteroak.errors import VerificationError
from charteroak.ledger.checkpoint import Checkpoint
from charteroak.ledger.errors import LogError
from charteroak.ledger.tiles import (
    CHECKPOINT_PATH,
    TILE_WIDTH,
    Tile,
    TileFormatError,
    bundle_bytes,
    entry_bundles,
    fold_hashes,
    parse_entry_bundle,
)
from charteroak.ledger.tree import HASH_BYTES, Frontier, hash_leaf


class TiledLogError(VerificationError):
    """A file of a tiled log is not what the others say; ``path`` is the first one at fault."""

    code: ClassVar[str] = "ledger.tiles.broken"

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path} {message}")
        self.path = path


def tiled_log(note: bytes, checkpoint: Checkpoint, leaves: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
    """Paths and contents of a log up to a checkpoint.

    Entry bundles, each with the tiles that it completes, the tiles at the right edge, and the checkpoint's signed note.
    ``leaves`` are the entries' headers in order; those behind the checkpoint's size are not read.

    Raises:
        LogError: there are fewer leaves than the checkpoint says, or their root is not the signed one; what was
            yielded before is no log and has to be thrown away.
        TileFormatError: a leaf is too long for a bundle.
    """
    tree = Frontier()
    levels = [_Level(0)]
    remaining = iter(leaves)
    for tile in entry_bundles(checkpoint.size):
        bundled = list(islice(remaining, tile.width))
        if len(bundled) != tile.width:
            end = tile.index * TILE_WIDTH + len(bundled)
            raise LogError(f"The log ends after {end} entries; a signed checkpoint has {checkpoint.size}.", index=end)
        yield tile.path, bundle_bytes(bundled)
        for full in _climb(levels, _grown(tree, bundled)):
            yield full.tile.path, b"".join(full.hashes)
    for level in levels:
        if level.hashes:
            yield level.tile.path, b"".join(level.hashes)
    if not hmac.compare_digest(tree.root(), checkpoint.root):
        raise LogError(
            f"The signed checkpoint of size {checkpoint.size} has root {checkpoint.root.hex()}, "
            f"the entries have {tree.root().hex()}: an entry below {checkpoint.size} was altered.",
            index=None,
        )
    yield CHECKPOINT_PATH, note


def verify_tiled_log(checkpoint: Checkpoint, fetch: Callable[[str], bytes]) -> Iterator[bytes]:
    """The leaves of a tiled log in order, each after its bundle and its tiles were checked.

    ``checkpoint`` is one whose signatures were verified. Only when the iterator has ended does everything hold: the
    last step is the root.

    Raises:
        TiledLogError: the first file that does not hold is named.
    """
    tree = Frontier()
    levels = [_Level(0)]
    for tile in entry_bundles(checkpoint.size):
        # (1) Each bundle holds as many entries as it should.
        try:
            leaves = parse_entry_bundle(fetch(tile.path), tile)
        except TileFormatError as error:
            raise TiledLogError(tile.path, "is no entry bundle of its width.") from error
        # (2) Its hashes are those of its tile, and each full tile is one hash of the level above.
        for full in _climb(levels, _grown(tree, leaves)):
            _verify_tile(full, fetch)
        yield from leaves
    # (3) The tiles at the right edge hold the hashes that are left.
    for level in levels:
        if level.hashes:
            _verify_tile(level, fetch)
    # (4) The root is the signed one.
    if not hmac.compare_digest(tree.root(), checkpoint.root):
        raise TiledLogError(CHECKPOINT_PATH, f"has root {checkpoint.root.hex()}, the entries have {tree.root().hex()}.")


class _Level:
    """The hashes of one level that have not filled a tile yet."""

    def __init__(self, level: int) -> None:
        self.level = level
        self.index = 0
        self.hashes: list[bytes] = []

    @property
    def tile(self) -> Tile:
        return Tile(self.level, self.index, len(self.hashes))


def _grown(tree: Frontier, leaves: Iterable[bytes]) -> list[bytes]:
    hashes = [hash_leaf(leaf) for leaf in leaves]
    for hash_ in hashes:
        tree.append(hash_)
    return hashes


def _climb(levels: list[_Level], hashes: list[bytes]) -> Iterator[_Level]:
    """Each level whose tile these hashes, of at most one tile, complete; its hashes stand while it is looked at."""
    levels[0].hashes.extend(hashes)
    for level in levels:
        if len(level.hashes) < TILE_WIDTH:
            return
        yield level
        if level.level + 1 == len(levels):
            levels.append(_Level(level.level + 1))
        levels[level.level + 1].hashes.append(fold_hashes(level.hashes))
        level.hashes = []
        level.index += 1


def _verify_tile(level: _Level, fetch: Callable[[str], bytes]) -> None:
    found, expected = fetch(level.tile.path), b"".join(level.hashes)
    if hmac.compare_digest(found, expected):
        return
    places = range(0, len(expected), HASH_BYTES)
    differs = next((at for at in places if found[at : at + HASH_BYTES] != expected[at : at + HASH_BYTES]), None)
    place = "" if differs is None else f", first at its hash {differs // HASH_BYTES}"
    raise TiledLogError(level.tile.path, f"does not hold the hashes of what is below it{place}.")
