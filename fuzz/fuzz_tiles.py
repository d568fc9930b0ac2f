"""Hostile paths and contents to the readers of tiles; what is accepted is written alike."""

from charteroak.errors import CharterOakError
from charteroak.ledger.checkpoint import Checkpoint
from charteroak.ledger.tile_export import verify_tiled_log
from charteroak.ledger.tiles import (
    Tile,
    TiledTree,
    bundle_bytes,
    parse_entry_bundle,
    parse_hash_tile,
    parse_tile_path,
)
from charteroak.ledger.tree import hash_leaf, root_hash
from harness import fuzz

BUNDLE = bundle_bytes([b"one", b"", b"three"])
HASHES = b"".join(hash_leaf(leaf) for leaf in (b"one", b"", b"three"))
ROOT = root_hash(3, TiledTree(3, lambda _: HASHES))
SEEDS = (
    b"tile/0/x001/x234/067",
    b"tile/entries/000.p/3",
    b"tile/63/999.p/255",
    BUNDLE,
    HASHES,
    BUNDLE + HASHES,
)


def parse(data: bytes) -> None:
    """Each reader refuses, or writes its value back byte for byte; a log of altered files never holds."""
    refused: list[CharterOakError] = []
    for width in (1, 3, 255, 256):
        try:
            assert bundle_bytes(parse_entry_bundle(data, Tile(None, 0, width))) == data
        except CharterOakError as error:
            refused.append(error)
        try:
            assert b"".join(parse_hash_tile(data, Tile(0, 0, width))) == data
        except CharterOakError as error:
            refused.append(error)
    try:
        leaves = list(verify_tiled_log(Checkpoint("a", 3, ROOT), lambda path: data if "entries" in path else HASHES))
        assert bundle_bytes(leaves) == data == BUNDLE
    except CharterOakError as error:
        refused.append(error)
    assert parse_tile_path(data.decode("latin-1")).path.encode("latin-1") == data


if __name__ == "__main__":
    fuzz("tiles", parse, SEEDS)
