"""Replaying a log by columns: batches, subtrees and checkpoints fit together; what is wrong is a no."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from charteroak.ledger.checkpoint import Checkpoint
from charteroak.ledger.entry import EntryHeader, body_commitment, header_bytes
from charteroak.ledger.entry_columns import EntryColumns
from charteroak.ledger.quick_replay import BATCH, QuickReplay
from charteroak.ledger.tree import EMPTY_ROOT, Frontier, append_leaf, hash_leaf

SIZE = 2 * 4096 + 300
SALT = bytes(32)
BODY = b"{}"


class Nodes(dict[tuple[int, int], bytes]):
    def read_node(self, level: int, index: int) -> bytes:
        return self[level, index]

    def read_range(self, level: int, first: int, count: int) -> Sequence[bytes]:
        return [self[level, place] for place in range(first, first + count)]


def header(index: int) -> bytes:
    return header_bytes(
        EntryHeader(
            kind="practice.answered",
            body_version=1,
            organisation="bakery",
            index=index,
            actor="system",
            occurred_from="2026-03-01",
            occurred_to=None,
            recorded=f"2026-03-02T{index // 3600:02d}:{index // 60 % 60:02d}:{index % 60:02d}Z",
            body_sha256=body_commitment(SALT, BODY).hex(),
        )
    )


HEADERS = [header(index) for index in range(SIZE)]
NODES = Nodes()
ROOTS = {0: EMPTY_ROOT}
_tree = Frontier()
for _index, _header in enumerate(HEADERS):
    NODES.update({(node.level, node.index): node.hash for node in append_leaf(_index, hash_leaf(_header), NODES)})
    _tree.append(hash_leaf(_header))
    ROOTS[_index + 1] = _tree.root()


def columns(first: int, size: int, **changes: Any) -> EntryColumns:
    headers = HEADERS[first : min(first + BATCH, size)]
    taken = EntryColumns(
        indexes=range(first, first + len(headers)),
        kinds=["practice.answered"] * len(headers),
        moments=[one.decode().split('"recorded":"')[1][:19] for one in headers],
        headers=headers,
        leaf_hashes=[hash_leaf(one) for one in headers],
        bodies=[BODY] * len(headers),
        salts=[SALT] * len(headers),
        parts=[],
    )
    return replace(taken, **changes)


def checkpoint(size: int, root: bytes | None = None) -> Checkpoint:
    return Checkpoint("log.example", size, ROOTS[size] if root is None else root)


def root_of(size: int, *checkpoints: Checkpoint, nodes: Nodes = NODES) -> bytes | None:
    quick = QuickReplay(checkpoints, organisation="bakery", nodes=nodes)
    for first in range(0, size, BATCH):
        if not quick.replay(columns(first, size)):
            return None
    return quick.finish()


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 4095, 4096, 4097, 8192, SIZE])
def test_a_log_of_any_size_has_the_root_that_entry_by_entry_gives(size: int) -> None:
    assert root_of(size) == ROOTS[size]


def test_checkpoints_hold_wherever_they_fall() -> None:
    sizes = (0, 1, 3, 255, 256, 300, 4095, 4096, 4097, 6000, 8191, 8192, 8193, SIZE)
    assert root_of(SIZE, *map(checkpoint, sizes)) == ROOTS[SIZE]


@pytest.mark.parametrize("size", [0, 1, 300, 4096, 4097, 8192, SIZE])
def test_a_checkpoint_of_another_root_is_a_no(size: int) -> None:
    assert root_of(SIZE, checkpoint(size, bytes(32))) is None


def test_a_checkpoint_of_entries_that_are_not_there_is_a_no() -> None:
    for size in (0, 256, 4096, 4100):
        assert root_of(size, checkpoint(size + 1)) is None


@pytest.mark.parametrize(
    "place", [(0, 0), (0, SIZE - 1), (1, 2047), (8, 1), (11, 2), (12, 0), (12, 1), (13, 0), (5, 256), (8, 32)]
)
def test_another_stored_node_is_a_no(place: tuple[int, int]) -> None:
    assert place in NODES
    assert root_of(SIZE, nodes=Nodes({**NODES, place: bytes(32)})) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"indexes": [0, 2, 1]},
        {"kinds": ["practice.answered", 'a.b","occurred":{', "practice.answered"]},
        {"kinds": ["practice.answered", "a.\udcff", "practice.answered"]},
        {"moments": ["2026-03-02T00:00:00", "2026-03-02T00:00:01+00:00", "2026-03-02T00:00:02"]},
        {"moments": ["2026-03-02T00:00:00", "2026-02-30T00:00:01", "2026-03-02T00:00:02"]},
        {"headers": [HEADERS[0], HEADERS[1] + b"\n", HEADERS[2]]},
        {"headers": [HEADERS[0] + b"\n" + HEADERS[1], HEADERS[2], b""]},
        {"leaf_hashes": [hash_leaf(HEADERS[place]) for place in (0, 2, 1)]},
        {"bodies": [BODY, b"[]", BODY]},
        {"bodies": [BODY, None, BODY]},
        {"salts": [SALT, SALT[:31], SALT]},
        {"salts": [SALT, None, SALT]},
        {"parts": [(1, "note", b'"x"', SALT)]},
        {"parts": [(9, "note", None, None)]},
        {"parts": [(1, 'note":"', None, None)]},
    ],
)
def test_whatever_does_not_fit_the_headers_is_a_no(changes: dict[str, Any]) -> None:
    assert QuickReplay((), organisation="bakery", nodes=NODES).replay(columns(0, 3))
    assert not QuickReplay((), organisation="bakery", nodes=NODES).replay(columns(0, 3, **changes))


def test_a_withheld_body_is_no_fault() -> None:
    quick = QuickReplay((), organisation="bakery", nodes=NODES)
    assert quick.replay(columns(0, 3, bodies=[BODY, None, BODY], salts=[SALT, None, SALT]))
    assert quick.finish() == ROOTS[3]


def test_a_log_of_another_organisation_is_a_no() -> None:
    assert not QuickReplay((), organisation="bake%ry", nodes=NODES).replay(columns(0, 3))


def test_a_batch_behind_one_that_was_not_full_is_a_no() -> None:
    quick = QuickReplay((), organisation="bakery", nodes=NODES)
    assert quick.replay(columns(0, 3))
    assert not quick.replay(columns(3, 6))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"T00:00:01Z", b"T00:00:01.000000Z"),
        (b"T00:00:01Z", b"T00:00:60Z"),
        (b"2026-03-02T00:00:01Z", b"2026-02-30T00:00:01Z"),
        (b"2026-03-02T00:00:01Z", b"2026-03-01T00:00:01Z"),
        (b"T00:00:01Z", b"T00:00:02.000001Z"),
        (b'"from":"2026-03-01"', b'"from":"2026-02-30"'),
        (b'"to":null', b'"to":"2026-02-28"'),
        (b'"to":null', b'"to":"2026-02-28T09:00:00Z"'),
        (b'"precision":"day"', b'"precision":"year"'),
        (b'"source":"unknown"', b'"source":"hearsay"'),
    ],
)
def test_a_forged_header_with_its_hash_and_columns_made_anew_is_a_no(old: bytes, new: bytes) -> None:
    headers = [HEADERS[0], HEADERS[1].replace(old, new), HEADERS[2]]
    assert headers[1] != HEADERS[1]
    moments = [one.decode().split('"recorded":"')[1].split('Z"')[0] for one in headers]
    forged = columns(0, 3, headers=headers, leaf_hashes=list(map(hash_leaf, headers)), moments=moments)
    assert not QuickReplay((), organisation="bakery", nodes=NODES).replay(forged)


def test_a_batch_that_was_recorded_before_the_last_one_is_a_no() -> None:
    quick = QuickReplay((), organisation="bakery", nodes=NODES)
    assert quick.replay(columns(0, SIZE))
    late = columns(BATCH, SIZE)
    headers = [one.replace(b"2026-03-02T", b"2026-03-01T") for one in late.headers]
    moments = [moment.replace("2026-03-02T", "2026-03-01T") for moment in late.moments]
    assert not quick.replay(replace(late, headers=headers, leaf_hashes=list(map(hash_leaf, headers)), moments=moments))
