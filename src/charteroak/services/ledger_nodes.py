"""Reading the stored subtree hashes of a ledger: one by one, all at once, or level by level in a replay."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db import connection

from charteroak.ledger.errors import LogError
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.fields import as_bytes
from charteroak.records.ledger.models import LedgerNode


@dataclass(frozen=True, slots=True)
class NodeRows:
    """Reads the subtree hashes of one organisation's tree from the database."""

    organisation_id: int

    def read_node(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree.

        Raises:
            LogError: it is not stored.
        """
        with connection.cursor() as cursor:
            cursor.execute(
                'SELECT "hash" FROM "ledger_ledgernode" '
                'WHERE "organisation_id" = %s AND "level" = %s AND "position" = %s',
                (self.organisation_id, level, index),
            )
            row = cursor.fetchone()
        if row is None:
            raise LogError(f"The stored tree lacks node {level}/{index}.", index=index << level)
        return as_bytes(row[0])


@dataclass(frozen=True, slots=True)
class NodesInMemory:
    """All subtree hashes of one tree, for many proofs at once."""

    nodes: Mapping[tuple[int, int], bytes]

    def read_node(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree.

        Raises:
            LogError: it is not stored.
        """
        try:
            return self.nodes[level, index]
        except KeyError as error:
            raise LogError(f"The stored tree lacks node {level}/{index}.", index=index << level) from error


class NodesInOrder:
    """All subtree hashes of one tree, for a replay: each level is read once from its beginning, and none is kept.

    A replay asks for the nodes of each level in order; whoever asks otherwise is told that the node is missing.
    """

    def __init__(self, organisation_id: int) -> None:
        self._rows = LedgerNode.objects.filter(organisation_id=organisation_id)
        self._levels: dict[int, Iterator[tuple[int, bytes | memoryview]]] = {}

    def read_node(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree.

        Raises:
            LogError: it is not stored, or was asked for out of order.
        """
        if level not in self._levels:
            rows = self._rows.filter(level=level).order_by("position").values_list("position", "hash")
            self._levels[level] = rows.iterator()
        position, value = next(self._levels[level], (None, b""))
        if position != index:
            raise LogError(f"The stored tree lacks node {level}/{index}.", index=index << level)
        return bytes(value)

    def count(self) -> int:
        """How many are stored."""
        return self._rows.count()


def all_nodes(organisation: Organisation) -> NodesInMemory:
    """Every subtree hash of an organisation's tree."""
    rows = LedgerNode.objects.filter(organisation=organisation).values_list("level", "position", "hash")
    return NodesInMemory({(level, position): bytes(value) for level, position, value in rows.iterator()})
