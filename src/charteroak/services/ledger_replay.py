"""Replaying a whole ledger from its rows: by columns where all of it holds, entry by entry where something does not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from types import NoneType
from typing import Any

from django.db import connection

from charteroak.clock import format_instant
from charteroak.ledger.checkpoint import Checkpoint
from charteroak.ledger.entry_columns import EntryColumns
from charteroak.ledger.log import verify_log
from charteroak.ledger.quick_replay import BATCH, QuickReplay
from charteroak.records.accounts.models import Organisation
from charteroak.services.ledger import stored_entries
from charteroak.services.ledger_nodes import NodesInOrder
from charteroak.services.raw_rows import select_rows

_ENTRIES = (
    'SELECT "index", "kind", {recorded}, "header", "leaf_hash", "body", "salt" FROM "ledger_ledgerentry" '
    'WHERE "organisation_id" = %s AND "index" >= %s AND "index" < %s ORDER BY "index"'
)
_RECORDED = {"sqlite": 'CAST("recorded" AS text)'}
"""SQLite keeps a moment as text in UTC; it is read so, without a datetime made of it."""
_PARTS = (
    'SELECT "index", "name", "value", "salt" FROM "ledger_ledgerpart" '
    'WHERE "organisation_id" = %s AND "index" >= %s AND "index" < %s'
)
_NODES = (
    'SELECT "position", "hash" FROM "ledger_ledgernode" '
    'WHERE "organisation_id" = %s AND "level" = %s AND "position" >= %s AND "position" < %s ORDER BY "position"'
)
_COUNTS = (
    'SELECT (SELECT COUNT(*) FROM "ledger_ledgerentry" WHERE "organisation_id" = %s), '
    '(SELECT COUNT(*) FROM "ledger_ledgerpart" WHERE "organisation_id" = %s)'
)


def replay_ledger(organisation: Organisation, checkpoints: Sequence[Checkpoint]) -> bytes:
    """The root of a ledger, once every entry, body, private part, node and checkpoint of it was found to hold.

    The quick replay checks what ``verify_log`` checks and only says whether; where it says no, ``verify_log`` decides.

    Raises:
        LogError: something does not hold; the first bad entry is named.
    """
    root = replay_by_columns(organisation, checkpoints)
    if root is not None:
        return root
    return verify_log(
        stored_entries(organisation), checkpoints, organisation=organisation.slug, nodes=NodesInOrder(organisation.pk)
    )


def replay_by_columns(organisation: Organisation, checkpoints: Sequence[Checkpoint]) -> bytes | None:
    """The root of a ledger of which everything holds; nothing if anything does not, or has not its plain form."""
    quick = QuickReplay(checkpoints, organisation=organisation.slug, nodes=_StoredRanges(organisation.pk))
    entries = _ENTRIES.format(recorded=_RECORDED.get(connection.vendor, '"recorded"'))
    parts = 0
    while rows := select_rows(entries, (organisation.pk, quick.size, quick.size + BATCH)):
        own = select_rows(_PARTS, (organisation.pk, quick.size, quick.size + BATCH))
        columns = _as_columns(rows, own)
        if columns is None or not quick.replay(columns):
            return None
        parts += len(own)
        if len(rows) < BATCH:
            break
    # Whatever else is stored stands where no entry can be: before the first, behind the last, at no whole number.
    if select_rows(_COUNTS, (organisation.pk, organisation.pk)) != [(quick.size, parts)]:
        return None
    return quick.finish()


@dataclass(frozen=True, slots=True)
class _StoredRanges:
    organisation_id: int

    def read_range(self, level: int, first: int, count: int) -> Sequence[bytes]:
        """The hashes stored for so many places of a level; none if one of them is missing."""
        awaited = iter(range(first, first + count))
        with connection.cursor() as cursor:
            cursor.execute(_NODES, (self.organisation_id, level, first, first + count))
            # Row by row, so that none of them is kept.
            hashes = [hash_ for position, hash_ in cursor if position == next(awaited, None)]
        return _bytes_only(hashes) or ()


def _as_columns(rows: list[tuple[Any, ...]], parts: list[tuple[Any, ...]]) -> EntryColumns | None:
    """The rows turned on their side, unless somebody has put a value of another type into one of them."""
    indexes, kinds, recorded, headers, leaf_hashes, bodies, salts = zip(*rows, strict=True)
    places, names, values, part_salts = zip(*parts, strict=True) if parts else ((), (), (), ())
    moments, heads, leaves = _moments(recorded), _bytes_only(headers), _bytes_only(leaf_hashes)
    erasable = [_bytes_only(column, or_none=True) for column in (bodies, salts, values, part_salts)]
    if moments is None or heads is None or leaves is None or not all(column is not None for column in erasable):
        return None
    if not _are_all(int, (*indexes, *places)) or not _are_all(str, (*kinds, *names)):
        return None
    own = list(zip(places, names, erasable[2] or (), erasable[3] or (), strict=True))
    return EntryColumns(indexes, kinds, moments, heads, leaves, erasable[0] or (), erasable[1] or (), own)


def _moments(recorded: Sequence[Any]) -> list[str] | None:
    """Moments of recording as headers write them, without the Z."""
    if _are_all(datetime, recorded) and all(moment.tzinfo for moment in recorded):
        return [format_instant(moment).removesuffix("Z") for moment in recorded]
    if _are_all(str, recorded) and connection.timezone_name == "UTC":
        return [moment.replace(" ", "T") for moment in recorded]
    return None


def _bytes_only(values: Sequence[Any], *, or_none: bool = False) -> Sequence[Any] | None:
    """A column of bytes as it is, or made of the views that PostgreSQL's driver gives."""
    types = set(map(type, values)) - ({NoneType} if or_none else set())
    if types <= {bytes}:
        return values
    return [None if value is None else bytes(value) for value in values] if types <= {bytes, memoryview} else None


def _are_all(kind: type, values: Sequence[Any]) -> bool:
    return set(map(type, values)) <= {kind}
