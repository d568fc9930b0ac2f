"""Checking proofs of RFC 6962 trees, step by step after RFC 9162 sections 2.1.3.2 and 2.1.4.2.

A verifier needs no store and trusts nothing but the root it was given. Each function returns nothing or raises.
An inclusion proof alone does not bind the tree's size: that comes with the root in a signed checkpoint.
"""

import hmac
from collections.abc import Sequence

from charteroak.ledger.errors import (
    ConsistencyProofError,
    ConsistencyRootMismatchError,
    InclusionProofError,
    InclusionRootMismatchError,
)
from charteroak.ledger.tree import EMPTY_ROOT, HASH_BYTES, hash_children


def verify_inclusion(leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """RFC 9162 section 2.1.3.2: the leaf stands at ``index`` in the tree of ``size`` leaves with this root.

    Raises:
        InclusionProofError: the index is not in the tree, or the proof has the wrong length.
        InclusionRootMismatchError: the proof leads to another root.
    """
    if any(len(hash_) != HASH_BYTES for hash_ in (leaf_hash, root, *proof)):
        raise InclusionProofError(f"a hash is not {HASH_BYTES} bytes long", index=index, size=size)
    # (1) The index is in the tree.
    if not 0 <= index < size:
        raise InclusionProofError("there is no such leaf", index=index, size=size)
    # (2) and (3) Start at the leaf; fn and sn are its place and the last leaf's place, level by level.
    fn, sn = index, size - 1
    got = leaf_hash
    # (4) Climb one level for each hash of the proof.
    for sibling in proof:
        # (4a) The path is already at the root: the proof is too long.
        if sn == 0:
            raise InclusionProofError("it has too many hashes", index=index, size=size)
        # (4b) A right child, or the last node of a level: the sibling is on the left.
        if fn & 1 or fn == sn:
            got = hash_children(sibling, got)
            fn, sn = _skip_missing_levels(fn, sn)
        else:
            got = hash_children(got, sibling)
        # (4c) One level up.
        fn, sn = fn >> 1, sn >> 1
    # (5) The path is used up exactly at the root, and the root is the one we were given.
    if sn != 0:
        raise InclusionProofError("it has too few hashes", index=index, size=size)
    if not hmac.compare_digest(got, root):
        raise InclusionRootMismatchError(index=index, size=size, expected_root=root, got_root=got)


def verify_consistency(old_size: int, new_size: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    """RFC 9162 section 2.1.4.2: the tree with ``old_root`` is the beginning of the tree with ``new_root``.

    Sizes that RFC 9162 leaves out are settled here: an empty old tree and equal sizes need an empty proof.

    Raises:
        ConsistencyProofError: the sizes are reversed, or the proof has the wrong length.
        ConsistencyRootMismatchError: the proof leads to another old or new root.
    """
    if any(len(hash_) != HASH_BYTES for hash_ in (old_root, new_root, *proof)):
        raise ConsistencyProofError(f"a hash is not {HASH_BYTES} bytes long", old_size=old_size, new_size=new_size)
    if not 0 <= old_size <= new_size:
        raise ConsistencyProofError("a log never shrinks", old_size=old_size, new_size=new_size)
    if old_size in (0, new_size):
        _verify_trivial_consistency(old_size, new_size, proof, old_root, new_root)
        return
    # (1) Something has to be shown.
    if not proof:
        raise ConsistencyProofError("it has no hashes", old_size=old_size, new_size=new_size)
    # (2) If the old tree is complete, its root is itself the first node of the path.
    path = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    # (3) and (4) Start at the old tree's last leaf and climb to the subtree of which it is the right edge.
    fn, sn = old_size - 1, new_size - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    # (5) Both roots grow from that subtree.
    old_got = new_got = path[0]
    # (6) Climb one level for each further hash.
    for hash_ in path[1:]:
        # (6a) The path is already at the root: the proof is too long.
        if sn == 0:
            raise ConsistencyProofError("it has too many hashes", old_size=old_size, new_size=new_size)
        # (6b) A node on the left belongs to both trees; one on the right only to the new tree.
        if fn & 1 or fn == sn:
            old_got, new_got = hash_children(hash_, old_got), hash_children(hash_, new_got)
            fn, sn = _skip_missing_levels(fn, sn)
        else:
            new_got = hash_children(new_got, hash_)
        # (6c) One level up.
        fn, sn = fn >> 1, sn >> 1
    # (7) The path is used up exactly at the root, and both roots are the ones we were given.
    if sn != 0:
        raise ConsistencyProofError("it has too few hashes", old_size=old_size, new_size=new_size)
    _verify_roots(old_size, new_size, [(old_size, old_root, old_got), (new_size, new_root, new_got)])


def _skip_missing_levels(fn: int, sn: int) -> tuple[int, int]:
    """Climb the levels on which the last node has no sibling and is carried up unchanged."""
    while fn and not fn & 1:
        fn, sn = fn >> 1, sn >> 1
    return fn, sn


def _verify_trivial_consistency(
    old_size: int, new_size: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes
) -> None:
    if proof:
        raise ConsistencyProofError("it has hashes where none are needed", old_size=old_size, new_size=new_size)
    pairs = [(old_size, EMPTY_ROOT if old_size == 0 else new_root, old_root)]
    if new_size == 0:
        pairs.append((new_size, EMPTY_ROOT, new_root))
    _verify_roots(old_size, new_size, pairs)


def _verify_roots(old_size: int, new_size: int, pairs: Sequence[tuple[int, bytes, bytes]]) -> None:
    """Each (size, root that was given, root that was found) agrees."""
    for at_size, expected, got in pairs:
        if not hmac.compare_digest(expected, got):
            raise ConsistencyRootMismatchError(
                old_size=old_size, new_size=new_size, at_size=at_size, expected_root=expected, got_root=got
            )
