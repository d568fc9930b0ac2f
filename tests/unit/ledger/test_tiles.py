"""Tiles: paths in one form, contents from a stored tree, and a tree again from the tiles alone."""

from collections import Counter

import pytest

from charteroak.ledger.checkpoint import Checkpoint
from charteroak.ledger.errors import LogError, TreeRangeError
from charteroak.ledger.tile_export import TiledLogError, tiled_log, verify_tiled_log
from charteroak.ledger.tiles import (
    Tile,
    TiledTree,
    TileFormatError,
    TilePathError,
    bundle_bytes,
    entry_bundles,
    hash_tiles,
    parse_entry_bundle,
    parse_hash_tile,
    parse_tile_path,
    tile_bytes,
)
from charteroak.ledger.tree import append_leaf, consistency_proof, hash_leaf, inclusion_proof, root_hash

LARGEST = 70_000


class Nodes(dict[tuple[int, int], bytes]):
    def read_node(self, level: int, index: int) -> bytes:
        return self[level, index]


def leaf(index: int) -> bytes:
    return b"entry %d" % index


@pytest.fixture(scope="module")
def tree() -> Nodes:
    nodes = Nodes()
    for index in range(LARGEST):
        nodes.update({(n.level, n.index): n.hash for n in append_leaf(index, hash_leaf(leaf(index)), nodes)})
    return nodes


def files_of(size: int, tree: Nodes) -> dict[str, bytes]:
    checkpoint = Checkpoint("log.example/a", size, root_hash(size, tree))
    return dict(tiled_log(b"note", checkpoint, map(leaf, range(size + 1))))


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 1234067), "tile/0/x001/x234/067"),
        (Tile(0, 999), "tile/0/999"),
        (Tile(0, 1000), "tile/0/x001/000"),
        (Tile(1, 5, 17), "tile/1/005.p/17"),
        (Tile(None, 273, 112), "tile/entries/273.p/112"),
        (Tile(63, 0, 255), "tile/63/000.p/255"),
    ],
)
def test_a_path_and_its_tile_are_one(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert parse_tile_path(path) == tile


@pytest.mark.parametrize(
    "text",
    [
        "", "checkpoint", "tile", "tile/", "tile/0", "tile/0/", "tile/0/0", "tile/0/0000", "tile/0/x000/067",
        "tile/0/001/067", "tile/0/x067", "tile/00/000", "tile/64/000", "tile/-1/000", "tile/+1/000", "tile/0/000.p/0",
        "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p/999", "tile/0/000.p", "tile/0/000.p/", "/tile/0/000",
        "tile/0/000/", "tile//000", "tile/Entries/000", "tile/data/000", "tile/0/../../secret-key", "tile/0/%30%30%30",
        "tile/0/000\n", "tile/0/\u0660\u0660\u0660", "tile/0/" + "x999/" * 6 + "999",
        "tile/0/" + "x001/" * 1000 + "000",
    ],
)  # fmt: skip
def test_refuses_what_is_no_path_of_a_tile(text: str) -> None:
    with pytest.raises(TilePathError):
        parse_tile_path(text)


def test_the_tiles_of_70_000_entries_are_those_that_the_specification_counts() -> None:
    """c2sp.org/tlog-tiles, "Partial Tiles": 273 full tiles of level 0 and so on."""
    tiles = list(hash_tiles(70_000))

    assert Counter((tile.level, tile.width) for tile in tiles) == {
        (0, 256): 273, (0, 112): 1, (1, 256): 1, (1, 17): 1, (2, 1): 1,
    }  # fmt: skip
    assert [(t.level, t.width) for t in hash_tiles(256)] == [(0, 256), (1, 1)]
    assert list(hash_tiles(0)) == list(entry_bundles(0)) == []
    assert Counter(tile.width for tile in entry_bundles(70_000)) == {256: 273, 112: 1}
    with pytest.raises(TreeRangeError):
        list(hash_tiles(-1))


def test_a_tile_of_level_one_holds_the_roots_of_full_tiles(tree: Nodes) -> None:
    hashes = parse_hash_tile(tile_bytes(Tile(1, 0), tree), Tile(1, 0))

    assert hashes[3] == tree[8, 3]
    assert hashes[0] == root_hash(256, tree)
    with pytest.raises(TreeRangeError, match="entries, not hashes"):
        tile_bytes(Tile(None, 0), tree)


@pytest.mark.parametrize("size", [1, 2, 3, 255, 256, 257, 511, 512, 65_536, 65_537, 70_000])
def test_roots_and_proofs_come_from_the_tiles_alone(size: int, tree: Nodes) -> None:
    tiled = TiledTree(size, files_of(size, tree).__getitem__)

    assert root_hash(size, tiled) == root_hash(size, tree)
    for index in {0, size // 3, size // 2, size - 1}:
        assert inclusion_proof(index, size, tiled) == inclusion_proof(index, size, tree)
        assert consistency_proof(index, size, tiled) == consistency_proof(index, size, tree)


def test_a_subtree_that_is_not_complete_is_in_no_tile(tree: Nodes) -> None:
    tiled = TiledTree(5, files_of(5, tree).__getitem__)
    for level, index in ((0, 5), (1, 2), (3, 0), (-1, 0), (0, -1)):
        with pytest.raises(TreeRangeError):
            tiled.read_node(level, index)


@pytest.mark.parametrize("size", [0, 1, 256, 600])
def test_an_exported_log_is_read_back_entry_by_entry(size: int, tree: Nodes) -> None:
    files = files_of(size, tree)
    checkpoint = Checkpoint("log.example/a", size, root_hash(size, tree))

    assert list(verify_tiled_log(checkpoint, files.__getitem__)) == [leaf(index) for index in range(size)]
    assert files["checkpoint"] == b"note"
    assert files == files_of(size, tree)


def test_one_flipped_bit_in_any_file_is_found_and_a_file_named(tree: Nodes) -> None:
    size = 600
    files = files_of(size, tree)
    checkpoint = Checkpoint("log.example/a", size, root_hash(size, tree))
    for path in files.keys() - {"checkpoint"}:
        for place in (0, len(files[path]) // 2, len(files[path]) - 1):
            changed = bytearray(files[path])
            changed[place] ^= 4
            with pytest.raises(TiledLogError) as caught:
                list(verify_tiled_log(checkpoint, {**files, path: bytes(changed)}.__getitem__))
            index = parse_tile_path(path).index
            assert parse_tile_path(caught.value.path).index in (index, 0)


@pytest.mark.parametrize("cut", [b"", b"\x00", bytes(31), bytes(33)])
def test_a_tile_of_another_length_is_refused(cut: bytes, tree: Nodes) -> None:
    files = {**files_of(3, tree), "tile/0/000.p/3": cut}

    with pytest.raises(TileFormatError):
        root_hash(3, TiledTree(3, files.__getitem__))
    with pytest.raises(TiledLogError, match=r"tile/0/000\.p/3"):
        list(verify_tiled_log(Checkpoint("a", 3, root_hash(3, tree)), files.__getitem__))


def test_a_checkpoint_of_another_root_is_named_itself(tree: Nodes) -> None:
    with pytest.raises(TiledLogError, match="has root 00000000") as caught:
        list(verify_tiled_log(Checkpoint("a", 3, bytes(32)), files_of(3, tree).__getitem__))
    assert caught.value.path == "checkpoint"


BUNDLE = bundle_bytes([b"one", b"", b"three"])
NOT_BUNDLES = {
    "empty": b"",
    "one entry less": bundle_bytes([b"one", b""]),
    "one entry more": BUNDLE + b"\x00\x00",
    "cut within a length": BUNDLE[:-6],
    "cut within an entry": BUNDLE[:-1],
    "a length beyond the end": b"\xff\xff" + BUNDLE[2:],
    "a byte behind": BUNDLE + b"\x00",
}


@pytest.mark.parametrize("data", NOT_BUNDLES.values(), ids=NOT_BUNDLES)
def test_refuses_what_is_no_bundle_of_its_width(data: bytes) -> None:
    tile = Tile(None, 0, 3)
    assert parse_entry_bundle(BUNDLE, tile) == (b"one", b"", b"three")
    with pytest.raises(TileFormatError):
        parse_entry_bundle(data, tile)


def test_refuses_to_write_a_bundle_that_could_not_be_read() -> None:
    assert len(bundle_bytes([bytes(65535)])) == 65537
    for leaves in ([], [b""] * 257, [bytes(65536)]):
        with pytest.raises(TileFormatError):
            bundle_bytes(leaves)


def test_what_does_not_lead_to_the_signed_root_is_not_exported(tree: Nodes) -> None:
    checkpoint = Checkpoint("log.example/a", 5, root_hash(5, tree))
    altered = [b"altered", *map(leaf, range(1, 5))]

    for leaves, words in ((map(leaf, range(4)), "ends after 4 entries"), (altered, "an entry below 5 was altered")):
        seen = []
        with pytest.raises(LogError, match=words):
            seen.extend(path for path, _ in tiled_log(b"note", checkpoint, leaves))
        assert "checkpoint" not in seen


def test_an_export_holds_each_tile_of_its_size_once_and_the_checkpoint_last(tree: Nodes) -> None:
    checkpoint = Checkpoint("log.example/a", 70_000, root_hash(70_000, tree))
    paths = []
    for path, data in tiled_log(b"note", checkpoint, map(leaf, range(70_000))):
        paths.append(path)
        tile = None if path == "checkpoint" else parse_tile_path(path)
        if tile is not None and tile.level is not None:
            assert data == tile_bytes(tile, tree)

    assert sorted(paths[:-1]) == sorted(tile.path for tile in (*hash_tiles(70_000), *entry_bundles(70_000)))
    assert paths[-1] == "checkpoint"
