"""Refusals of the proof verifiers, each with the data that explains it."""

import pytest

from charteroak.errors import VerificationError
from charteroak.ledger.errors import (
    ConsistencyProofError,
    ConsistencyRootMismatchError,
    InclusionProofError,
    InclusionRootMismatchError,
)
from charteroak.ledger.tree import EMPTY_ROOT, hash_children, hash_leaf
from charteroak.ledger.verification import verify_consistency, verify_inclusion

A, B, C = (hash_leaf(letter) for letter in (b"a", b"b", b"c"))
AB = hash_children(A, B)
ABC = hash_children(AB, C)


def test_accepts_a_leaf_in_its_place() -> None:
    verify_inclusion(B, 1, 3, [A, C], ABC)
    verify_inclusion(C, 2, 3, [AB], ABC)
    verify_inclusion(A, 0, 1, [], A)


def test_names_both_roots_when_the_leaf_is_another() -> None:
    with pytest.raises(InclusionRootMismatchError) as caught:
        verify_inclusion(A, 1, 3, [A, C], ABC)

    error = caught.value
    assert (error.index, error.size, error.expected_root) == (1, 3, ABC)
    assert error.got_root == hash_children(hash_children(A, A), C)
    assert error.code == "ledger.inclusion-proof.root-mismatch"
    assert ABC.hex() in str(error)


@pytest.mark.parametrize("index", [-1, 3, 4])
def test_rejects_an_index_outside_the_tree(index: int) -> None:
    with pytest.raises(InclusionProofError, match="no such leaf"):
        verify_inclusion(A, index, 3, [B, C], ABC)


def test_rejects_an_inclusion_proof_that_is_too_long() -> None:
    with pytest.raises(InclusionProofError, match="too many hashes"):
        verify_inclusion(A, 0, 3, [B, C, C], ABC)


def test_rejects_an_inclusion_proof_that_is_too_short() -> None:
    with pytest.raises(InclusionProofError, match="too few hashes") as caught:
        verify_inclusion(A, 0, 3, [B], AB)
    assert caught.value.code == "ledger.inclusion-proof.shape"


@pytest.mark.parametrize("position", ["leaf", "proof", "root"])
def test_rejects_an_inclusion_proof_with_a_hash_of_another_length(position: str) -> None:
    leaf, hashes, root = A, [B, C], ABC
    match position:
        case "leaf":
            leaf = A[:31]
        case "proof":
            hashes = [B + b"\x00", C]
        case _:
            root = b""
    with pytest.raises(InclusionProofError, match="32 bytes"):
        verify_inclusion(leaf, 0, 3, hashes, root)


def test_accepts_a_log_that_only_grew() -> None:
    verify_consistency(2, 3, [C], AB, ABC)
    verify_consistency(1, 2, [B], A, AB)


def test_says_at_which_size_a_consistency_proof_leads_elsewhere() -> None:
    with pytest.raises(ConsistencyRootMismatchError) as old:
        verify_consistency(3, 4, [C, A, AB], A, ABC)
    with pytest.raises(ConsistencyRootMismatchError) as new:
        verify_consistency(2, 3, [B], AB, ABC)

    assert (old.value.at_size, new.value.at_size) == (3, 3)
    assert new.value.got_root == hash_children(AB, B)
    assert new.value.code == "ledger.consistency-proof.root-mismatch"


@pytest.mark.parametrize(
    ("old_size", "new_size", "proof", "problem"),
    [
        (3, 2, [C], "never shrinks"),
        (-1, 2, [C], "never shrinks"),
        (2, 3, [], "no hashes"),
        (2, 3, [C, C], "too many hashes"),
        (2, 5, [C], "too few hashes"),
        (2, 2, [C], "none are needed"),
        (0, 2, [C], "none are needed"),
        (2, 3, [b"short"], "32 bytes"),
    ],
)
def test_rejects_a_consistency_proof_of_the_wrong_shape(
    old_size: int, new_size: int, proof: list[bytes], problem: str
) -> None:
    with pytest.raises(ConsistencyProofError, match=problem) as caught:
        verify_consistency(old_size, new_size, proof, AB, AB)
    assert (caught.value.old_size, caught.value.new_size) == (old_size, new_size)


def test_equal_sizes_need_equal_roots() -> None:
    verify_consistency(2, 2, [], AB, AB)
    with pytest.raises(ConsistencyRootMismatchError):
        verify_consistency(2, 2, [], AB, ABC)


def test_an_empty_log_is_the_beginning_of_every_log_but_has_the_empty_root() -> None:
    verify_consistency(0, 3, [], EMPTY_ROOT, ABC)
    verify_consistency(0, 0, [], EMPTY_ROOT, EMPTY_ROOT)
    for old_root, new_root, new_size in ((A, ABC, 3), (EMPTY_ROOT, A, 0), (A, A, 0)):
        with pytest.raises(VerificationError):
            verify_consistency(0, new_size, [], old_root, new_root)
