"""RFC 6962 trees against the vectors that Certificate Transparency's implementations share.

Origin: the eight leaves, nine roots and the chosen proofs are those of the reference tests of Certificate Transparency
(``merkletree`` tests of google/certificate-transparency; today ``testonly/constants.go`` and ``cmd/proofgen/main.go``
of transparency-dev/merkle). The tree of seven leaves at the end is the one that RFC 6962 section 2.1.3 draws.
"""

import pytest

from charteroak.ledger.tree import (
    append_leaf,
    consistency_proof,
    hash_children,
    hash_leaf,
    inclusion_proof,
    root_hash,
)
from charteroak.ledger.verification import verify_consistency, verify_inclusion

LEAVES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAF_HASHES = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7",
    "07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7",
    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    "4271a26be0d8a84f0bd54c8c302e7cb3a3b5d1fa6780a40bcce2873477dab658",
    "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
    "46f6ffadd3d06a09ff3c5860d2755c8b9819db7df44251788c7d8e3180de8eb1",
]
PAIRS_AND_FOURS = {
    (1, 0): "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    (1, 1): "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    (1, 2): "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
    (1, 3): "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    (2, 0): "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    (2, 1): "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    (3, 0): "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
NODE = {**{(0, index): text for index, text in enumerate(LEAF_HASHES)}, **PAIRS_AND_FOURS}

# (leaf index, tree size): the nodes of the path. The published leaf numbers count from 1, ours from 0.
INCLUSION = {
    (0, 1): [],
    (0, 8): [(0, 1), (1, 1), (2, 1)],
    (5, 8): [(0, 4), (1, 3), (2, 0)],
    (2, 3): [(1, 0)],
    (1, 5): [(0, 0), (1, 1), (0, 4)],
}
CONSISTENCY = {
    (1, 1): [],
    (1, 8): [(0, 1), (1, 1), (2, 1)],
    (6, 8): [(1, 2), (1, 3), (2, 0)],
    (2, 5): [(1, 1), (0, 4)],
    (6, 7): [(1, 2), (0, 6), (2, 0)],
}


class Nodes(dict[tuple[int, int], bytes]):
    def read_node(self, level: int, index: int) -> bytes:
        return self[level, index]


@pytest.fixture(scope="module")
def tree() -> Nodes:
    nodes = Nodes()
    for index, leaf in enumerate(LEAVES):
        nodes.update({(n.level, n.index): n.hash for n in append_leaf(index, hash_leaf(leaf), nodes)})
    return nodes


def hashes(path: list[tuple[int, int]]) -> list[bytes]:
    return [bytes.fromhex(NODE[node]) for node in path]


def test_every_stored_node_is_the_published_one(tree: Nodes) -> None:
    assert {place: hash_.hex() for place, hash_ in tree.items()} == NODE


@pytest.mark.parametrize("size", range(9))
def test_every_root_is_the_published_one(tree: Nodes, size: int) -> None:
    assert root_hash(size, tree).hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_inclusion_proofs_are_the_published_ones_and_verify(tree: Nodes, index: int, size: int) -> None:
    path = hashes(INCLUSION[index, size])

    assert list(inclusion_proof(index, size, tree)) == path
    verify_inclusion(hash_leaf(LEAVES[index]), index, size, path, bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize(("old", "new"), CONSISTENCY)
def test_consistency_proofs_are_the_published_ones_and_verify(tree: Nodes, old: int, new: int) -> None:
    path = hashes(CONSISTENCY[old, new])

    assert list(consistency_proof(old, new, tree)) == path
    verify_consistency(old, new, path, bytes.fromhex(ROOTS[old]), bytes.fromhex(ROOTS[new]))


def test_the_example_of_rfc_6962_section_2_1_3(tree: Nodes) -> None:
    """Its tree of seven leaves, with its letters: a to f and j are leaf hashes, the others join them."""
    a, b, c, d, e, f, j = (tree[0, index] for index in range(7))
    g, h, i = hash_children(a, b), hash_children(c, d), hash_children(e, f)
    k, last = hash_children(g, h), hash_children(i, j)

    assert list(inclusion_proof(0, 7, tree)) == [b, h, last]
    assert list(inclusion_proof(3, 7, tree)) == [c, g, last]
    assert list(inclusion_proof(4, 7, tree)) == [f, j, k]
    assert list(inclusion_proof(6, 7, tree)) == [i, k]
    assert list(consistency_proof(3, 7, tree)) == [c, d, g, last]
    assert list(consistency_proof(4, 7, tree)) == [last]
    assert list(consistency_proof(6, 7, tree)) == [i, j, k]
