"""The stored tree: what an append adds, what any past size needs, and what does not exist."""

import pytest

from charteroak.ledger.errors import TreeRangeError
from charteroak.ledger.tree import (
    EMPTY_ROOT,
    Frontier,
    Node,
    append_leaf,
    consistency_proof,
    hash_children,
    hash_leaf,
    inclusion_proof,
    root_hash,
)

A, B, C = (hash_leaf(letter) for letter in (b"a", b"b", b"c"))


class Nodes(dict[tuple[int, int], bytes]):
    """A store that also counts its reads."""

    reads = 0

    def read_node(self, level: int, index: int) -> bytes:
        self.reads += 1
        return self[level, index]


def tree_of(size: int) -> Nodes:
    nodes = Nodes()
    for index in range(size):
        nodes.update({(n.level, n.index): n.hash for n in append_leaf(index, hash_leaf(b"%d" % index), nodes)})
    return nodes


def test_an_append_returns_the_leaf_and_every_subtree_it_completes() -> None:
    nodes = Nodes({(0, 0): A})

    assert append_leaf(1, B, nodes) == [Node(0, 1, B), Node(1, 0, hash_children(A, B))]
    assert append_leaf(2, C, nodes) == [Node(0, 2, C)]


def test_stored_nodes_never_change_and_are_fewer_than_twice_the_leaves() -> None:
    small, large = tree_of(77), tree_of(200)

    assert small.items() <= large.items()
    assert len(large) < 400


def test_the_root_of_any_past_size_is_still_at_hand() -> None:
    nodes = tree_of(130)
    frontier = Frontier()

    for size in range(130):
        assert root_hash(size, nodes) == frontier.root()
        frontier.append(hash_leaf(b"%d" % size))


def test_an_empty_tree_has_the_digest_of_nothing_as_root() -> None:
    assert root_hash(0, Nodes()) == Frontier().root() == EMPTY_ROOT


def test_a_proof_reads_few_nodes_of_a_large_tree() -> None:
    nodes = tree_of(1000)
    nodes.reads = 0

    inclusion_proof(997, 1000, nodes)
    consistency_proof(513, 1000, nodes)

    assert nodes.reads <= 2 * 2 * 10


@pytest.mark.parametrize(("index", "size"), [(0, 0), (3, 3), (4, 3), (-1, 3)])
def test_refuses_a_proof_of_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(TreeRangeError, match="no leaf"):
        inclusion_proof(index, size, tree_of(3))


@pytest.mark.parametrize(("old", "new"), [(-1, 3), (4, 3)])
def test_refuses_a_consistency_proof_of_a_log_that_shrank(old: int, new: int) -> None:
    with pytest.raises(TreeRangeError, match="no consistency proof"):
        consistency_proof(old, new, tree_of(4))


@pytest.mark.parametrize("size", [0, 5])
def test_needs_no_consistency_proof_from_nothing_or_to_itself(size: int) -> None:
    assert consistency_proof(size, 5, tree_of(5)) == ()


def test_refuses_a_negative_size() -> None:
    with pytest.raises(TreeRangeError):
        root_hash(-1, Nodes())
    with pytest.raises(TreeRangeError):
        append_leaf(-1, A, Nodes())
