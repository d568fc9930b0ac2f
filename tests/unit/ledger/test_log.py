"""Replaying a whole log: each kind of tampering is named at the first entry it touches."""

from dataclasses import replace

import pytest

from charteroak.ledger.checkpoint import Checkpoint
from charteroak.ledger.entry import Entry, EntryHeader, body_commitment, header_bytes
from charteroak.ledger.errors import LogError
from charteroak.ledger.log import entries_in_place, verify_log
from charteroak.ledger.tree import EMPTY_ROOT, Frontier, append_leaf, hash_leaf

SALT = bytes(32)


def entry(index: int, *, organisation: str = "bakery", minute: int | None = None, text: str = "x") -> Entry:
    body = f'{{"title":"{text}"}}'.encode()
    header = EntryHeader(
        kind="practice.answered",
        body_version=1,
        organisation=organisation,
        index=index,
        actor="system",
        occurred_from="2026-03-01",
        occurred_to=None,
        recorded=f"2026-03-02T14:{index if minute is None else minute:02d}:00Z",
        body_sha256=body_commitment(SALT, body).hex(),
    )
    return Entry(header, header_bytes(header), body, SALT)


ENTRIES = [entry(index) for index in range(8)]


class Nodes(dict[tuple[int, int], bytes]):
    def read_node(self, level: int, index: int) -> bytes:
        return self[level, index]


def checkpoint(size: int, entries: list[Entry] = ENTRIES) -> Checkpoint:
    tree = Frontier()
    for one in entries[:size]:
        tree.append(hash_leaf(one.header_bytes))
    return Checkpoint("log.example", size, tree.root())


def stored(entries: list[Entry]) -> Nodes:
    nodes = Nodes()
    for one in entries:
        added = append_leaf(one.header.index, hash_leaf(one.header_bytes), nodes)
        nodes.update({(node.level, node.index): node.hash for node in added})
    return nodes


def fault(entries: list[Entry], *checkpoints: Checkpoint, nodes: Nodes | None = None) -> LogError:
    with pytest.raises(LogError) as caught:
        verify_log(entries, checkpoints, organisation="bakery", nodes=nodes)
    return caught.value


def test_a_log_and_all_its_checkpoints_hold() -> None:
    checkpoints = [checkpoint(size) for size in (8, 3, 0, 5)]

    root = verify_log(iter(ENTRIES), checkpoints, organisation="bakery", nodes=stored(ENTRIES))

    assert root == checkpoint(8).root


def test_entries_in_their_places_are_read_as_they_are() -> None:
    assert list(entries_in_place(iter(ENTRIES), organisation="bakery")) == ENTRIES


@pytest.mark.parametrize(
    "altered",
    [
        pytest.param([*ENTRIES[:3], *ENTRIES[4:]], id="one taken out"),
        pytest.param([*ENTRIES[:3], ENTRIES[4], ENTRIES[3]], id="two exchanged"),
        pytest.param([*ENTRIES[:3], entry(3, organisation="town")], id="one of another log"),
        pytest.param([*ENTRIES[:3], replace(ENTRIES[3], body=b"{}")], id="another body"),
        pytest.param([*ENTRIES[:3], replace(ENTRIES[3], salt=None)], id="a body without its salt"),
        pytest.param([*ENTRIES[:3], entry(3, minute=0)], id="one older than the one before it"),
    ],
)
def test_reading_stops_at_the_first_entry_that_is_not_the_one(altered: list[Entry]) -> None:
    reading = entries_in_place(iter(altered), organisation="bakery")
    assert [next(reading) for _ in range(3)] == ENTRIES[:3]
    with pytest.raises(LogError) as caught:
        next(reading)
    assert caught.value.index == 3


def test_entries_behind_the_last_checkpoint_are_no_fault() -> None:
    verify_log(ENTRIES, [checkpoint(5)], organisation="bakery")


def test_an_empty_log_holds() -> None:
    assert verify_log([], organisation="bakery") == EMPTY_ROOT


def test_a_withheld_body_is_no_fault() -> None:
    entries = [*ENTRIES[:3], replace(ENTRIES[3], body=None, salt=None), *ENTRIES[4:]]

    assert verify_log(entries, [checkpoint(8)], organisation="bakery") == checkpoint(8).root


def test_names_a_deleted_entry() -> None:
    error = fault([*ENTRIES[:3], *ENTRIES[4:]], checkpoint(8))
    assert error.index == 3
    assert "In the place of entry 3 stands entry 4" in str(error)


def test_names_entries_that_were_exchanged() -> None:
    assert fault([ENTRIES[1], ENTRIES[0], *ENTRIES[2:]]).index == 0


def test_names_an_inserted_entry() -> None:
    assert fault([*ENTRIES[:4], entry(3, text="inserted"), *ENTRIES[4:]]).index == 4


def test_names_where_a_truncated_log_ends() -> None:
    error = fault(ENTRIES[:6], checkpoint(8))
    assert error.index == 6
    assert "ends after 6 entries; a signed checkpoint has 8" in str(error)


def test_says_below_which_checkpoint_an_entry_was_rewritten() -> None:
    forged = [*ENTRIES[:2], entry(2, text="rewritten"), *ENTRIES[3:]]
    error = fault(forged, checkpoint(2), checkpoint(4), checkpoint(8))
    assert error.index is None
    assert "an entry below 4 was altered" in str(error)


def test_names_a_rewritten_entry_by_the_stored_tree() -> None:
    forged = [*ENTRIES[:2], entry(2, text="rewritten"), *ENTRIES[3:]]
    assert fault(forged, checkpoint(8), nodes=stored(ENTRIES)).index == 2


def test_names_an_entry_of_another_organisation() -> None:
    assert fault([*ENTRIES[:2], entry(2, organisation="town"), *ENTRIES[3:]]).index == 2


def test_names_an_entry_recorded_before_the_one_in_front_of_it() -> None:
    error = fault([*ENTRIES[:5], entry(5, minute=1), *ENTRIES[6:]])
    assert error.index == 5
    assert "before the one in front of it" in str(error)


def test_entries_of_one_moment_are_in_order() -> None:
    entries = [entry(index, minute=0) for index in range(3)]
    verify_log(entries, organisation="bakery")


def test_names_an_exchanged_body() -> None:
    assert fault([*ENTRIES[:6], replace(ENTRIES[6], body=b"{}"), ENTRIES[7]]).index == 6


def test_names_a_body_without_its_salt() -> None:
    for changes in ({"salt": None}, {"body": None}, {"salt": b"short"}):
        assert fault([*ENTRIES[:1], replace(ENTRIES[1], **changes), *ENTRIES[2:]]).index == 1
