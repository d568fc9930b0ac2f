"""The statements by which entries get into ledgers: of one organisation or of several, each kind of row in one go.

Everything here runs inside the transaction of what the entries record, and holds each ledger's head, the row of its
organisation, from ``lock_and_find_ends`` until that transaction ends. Whoever writes into several ledgers locks them in
one order, the desks' first: two transactions then wait for each other in turn and never in a circle.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from charteroak.ledger.entry import Entry
from charteroak.ledger.tree import append_leaf, hash_leaf
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.fields import as_bytes
from charteroak.records.ledger.models import LedgerEntry, LedgerNode, LedgerPart
from charteroak.services.insertion import insert_rows
from charteroak.services.ledger_nodes import NodeRows
from charteroak.services.raw_rows import number_lists, select_rows

_AT_ONCE = 200
"""Parts of a statement that is put together; SQLite takes 500."""


@dataclass(frozen=True, slots=True)
class End:
    """The index of a ledger's last entry, -1 where there is none, and when it was recorded."""

    index: int = -1
    moment: datetime | None = None


@dataclass(slots=True)
class GrowingTree:
    """The nodes that some new leaves complete; older ones are read from the database as they are needed."""

    organisation_id: int
    size: int
    nodes: dict[tuple[int, int], bytes] = field(default_factory=dict)
    """The new nodes by level and place."""
    older: dict[tuple[int, int], bytes] = field(default_factory=dict)
    """Those that were read already."""

    def append(self, leaf: bytes) -> None:
        """Add a leaf."""
        for node in append_leaf(self.size, hash_leaf(leaf), self):
            self.nodes[node.level, node.index] = node.hash
        self.size += 1

    def read_node(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree, new or stored."""
        return (
            self.nodes.get((level, index))
            or self.older.get((level, index))
            or NodeRows(self.organisation_id).read_node(level, index)
        )


@dataclass(frozen=True, slots=True)
class Appended:
    """New entries of one ledger with their moments of recording, and the nodes that they complete."""

    organisation: Organisation
    entries: Sequence[tuple[Entry, datetime]]
    nodes: Mapping[tuple[int, int], bytes]


def lock_and_find_ends(organisations: Sequence[Organisation]) -> dict[int, End]:
    """Where each of some ledgers ends; nobody else appends to them until the transaction ends.

    Raises:
        Organisation.DoesNotExist: one of them is not there.
    """
    desks = sorted(each.pk for each in organisations if each.part == Organisation.Part.DESK)
    others = sorted(each.pk for each in organisations if each.part != Organisation.Part.DESK)
    for keys in (desks, others) if connection.features.has_select_for_update else (desks + others,):
        _lock(keys)
    ends = {key: End() for key in (*desks, *others)}
    last = (
        'SELECT * FROM (SELECT "organisation_id", "index", "recorded" FROM "ledger_ledgerentry" '
        'WHERE "organisation_id" = {} ORDER BY "index" DESC LIMIT 1) AS "one"'
    )
    for key, index, moment in _all_of(last.format(key) for key in ends):
        ends[key] = End(index, _with_zone(moment))
    return ends


def _lock(keys: Sequence[int]) -> None:
    locked = " FOR UPDATE" if connection.features.has_select_for_update else ""
    for some, numbers in number_lists(keys):
        found = select_rows(
            f'SELECT "id" FROM "accounts_organisation" WHERE "id" IN ({numbers}) ORDER BY "id"{locked}'  # noqa: S608 - our own words and integers
        )
        if len(found) != len(set(some)):
            raise Organisation.DoesNotExist


def _with_zone(moment: datetime | str) -> datetime:
    """A moment of a raw row: PostgreSQL has it with its zone, SQLite without or as text."""
    found = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return found.replace(tzinfo=connection.timezone) if found.tzinfo is None else found


def growing_trees(ends: Mapping[int, tuple[End, int]]) -> dict[int, GrowingTree]:
    """The tree of each ledger, to which so many leaves will be added, with the older nodes for which that asks."""
    trees = {key: GrowingTree(key, end.index + 1) for key, (end, _) in ends.items()}
    one = (
        'SELECT "organisation_id", "level", "position", "hash" FROM "ledger_ledgernode" '
        'WHERE "organisation_id" = {} AND "level" = {} AND "position" = {}'
    )
    wanted = [
        one.format(key, level, index)
        for key, tree in trees.items()
        for level, index in _older_nodes(tree.size, ends[key][1])
    ]
    for key, level, index, value in _all_of(wanted):
        trees[key].older[level, index] = as_bytes(value)
    return trees


def _older_nodes(size: int, more: int) -> list[tuple[int, int]]:
    """The stored nodes that are read when so many leaves are added to a tree of this size."""
    # Adding a leaf to a tree of n completes one subtree for each one at the end of n, and reads the one to its left.
    merged = max((((n ^ (n + 1)).bit_length() - 1) for n in range(size, size + more)), default=0)
    return [(level, (size >> level) - 1) for level in range(merged) if size >> level & 1]


def _all_of(selects: Iterable[str]) -> Iterable[tuple[Any, ...]]:
    every = list(selects)
    for start in range(0, len(every), _AT_ONCE):
        yield from select_rows(" UNION ALL ".join(every[start : start + _AT_ONCE]))


def write_entries(appended: Sequence[Appended]) -> None:
    """The rows of new entries: header and body, private parts, nodes of the tree."""
    insert_rows(
        LedgerEntry,
        ("organisation_id", "index", "kind", "recorded", "header", "leaf_hash", "body", "salt"),
        (
            (
                each.organisation.pk, entry.header.index, entry.header.kind, moment, entry.header_bytes,
                each.nodes[0, entry.header.index], entry.body, entry.salt,
            )
            for each in appended
            for entry, moment in each.entries
        ),
    )  # fmt: skip
    insert_rows(
        LedgerPart,
        ("organisation_id", "index", "name", "value", "salt"),
        (
            (each.organisation.pk, entry.header.index, name, part.value, part.salt)
            for each in appended
            for entry, _ in each.entries
            for name, part in entry.parts.items()
        ),
    )
    insert_rows(
        LedgerNode,
        ("organisation_id", "level", "position", "hash"),
        (
            (each.organisation.pk, level, position, value)
            for each in appended
            for (level, position), value in each.nodes.items()
        ),
    )
