"""The quick replay says yes exactly where ``verify_log`` does: random logs in a database with one random damage.

Logs of both versions of headers, with moments of all precisions, fractions of seconds, private parts and withheld ones.
A damage is done either to the rows, or to a header before all hashes were made over it, as by an insider who can.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from charteroak.clock import format_instant, parse_instant
from charteroak.ledger.checkpoint import Checkpoint
from charteroak.ledger.entry import Entry, EntryHeader, PrivatePart, body_commitment, header_bytes
from charteroak.ledger.errors import LogError
from charteroak.ledger.log import verify_log
from charteroak.ledger.tree import Frontier, append_leaf, hash_leaf
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import LedgerEntry, LedgerNode, LedgerPart
from charteroak.services import ledger_replay
from charteroak.services.ledger import NodesInMemory, stored_entries
from charteroak.services.ledger_nodes import NodesInOrder

pytestmark = [pytest.mark.django_db(transaction=False)]
RELAXED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]

SLUG = "bakery"
BEGIN = datetime(2026, 3, 1, 14, tzinfo=UTC)
TIMES: tuple[dict[str, Any], ...] = (
    {"occurred_from": "2026-02-01"},
    {"occurred_from": "2026-02-01", "occurred_to": "2026-02-20"},
    {"occurred_from": "2026-02-01", "precision": "month"},
    {"occurred_from": "2026-01-01", "precision": "year", "occurred_to": "2026-02-01T09:30:00Z"},
    {"occurred_from": "2026-02-01T09:30:00-05:00", "precision": "minute"},
    {"occurred_from": "2026-02-01T09:00:00Z", "precision": "hour"},
    {"occurred_from": "2026-02-01T09:00:00.25Z", "occurred_to": "2026-02-01T08:00:01-05:00"},
)
STEPS = (0, 1, 250_000, 1_000_000, 60_000_000)
"""Microseconds from one recording to the next."""
ROWS = st.lists(
    st.tuples(
        st.sampled_from(TIMES),
        st.sampled_from(STEPS),
        st.sampled_from([(), (), ("note",), ("cost", "note"), ("note", "noteOfOthers")]),
        st.sampled_from(["", "", "", "", "body", "part"]),
        st.sampled_from([1, 2, 2]),
        st.sampled_from(["system", "desk:first", "user:00000000-0000-4000-8000-000000000001"]),
    ),
    min_size=1,
    max_size=9,
)
Row = tuple[dict[str, Any], int, tuple[str, ...], str, int, str]


def entries_of(rows: list[Row]) -> list[Entry]:
    made, moment = [], BEGIN
    for index, (times, step, names, withheld, version, actor) in enumerate(rows):
        moment += timedelta(microseconds=step)
        salt, body = bytes([index + 1]) * 32, f'{{"number":{index}}}'.encode()
        parts = {
            name: PrivatePart(bytes([place, index]) * 16, f'"{name} {index}"'.encode())
            for place, name in enumerate(names if version == 2 else ())
        }
        header = EntryHeader(
            kind="practice.answered" if index % 2 else "hunt.run",
            body_version=1 + index % 2,
            organisation=SLUG,
            index=index,
            actor=actor,
            recorded=format_instant(moment),
            body_sha256=body_commitment(salt, body).hex(),
            private={name: body_commitment(part.salt or b"", part.value or b"").hex() for name, part in parts.items()},
            version=version,
            **{"occurred_to": None, **({"source": "document", **times} if version == 2 else times_of_1(times))},
        )
        if withheld == "part" and parts:
            parts[min(parts)] = PrivatePart(None, None)
        kept = (None, None) if withheld == "body" else (body, salt)
        made.append(Entry(header, header_bytes(header), *kept, parts))
    return made


def times_of_1(times: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in times.items() if name != "precision"}


@contextmanager
def stored(entries: list[Entry]) -> Iterator[Organisation]:
    """The entries as rows, with the tree of whatever their headers are, until the end of the block."""
    with transaction.atomic():
        organisation = Organisation.objects.create(
            slug=SLUG, name="Bakery", part="member", kind="llc", is_fictional=True, created=BEGIN
        )
        nodes: dict[tuple[int, int], bytes] = {}
        for index, entry in enumerate(entries):
            for node in append_leaf(index, hash_leaf(entry.header_bytes), NodesInMemory(nodes)):
                nodes[node.level, node.index] = node.hash
        LedgerEntry.objects.bulk_create(
            LedgerEntry(
                organisation=organisation, index=index, kind=entry.header.kind,
                recorded=parse_instant(entry.header.recorded), header=entry.header_bytes,
                leaf_hash=hash_leaf(entry.header_bytes), body=entry.body, salt=entry.salt,
            )
            for index, entry in enumerate(entries)
        )  # fmt: skip
        LedgerPart.objects.bulk_create(
            LedgerPart(organisation=organisation, index=index, name=name, value=part.value, salt=part.salt)
            for index, entry in enumerate(entries)
            for name, part in entry.parts.items()
        )
        LedgerNode.objects.bulk_create(
            LedgerNode(organisation=organisation, level=level, position=position, hash=hash_)
            for (level, position), hash_ in nodes.items()
        )
        yield organisation
        transaction.set_rollback(True)


@dataclass(frozen=True)
class Verdict:
    root: bytes | None
    index: int | None = None
    message: str = ""


def verdict(replay: Callable[[], bytes]) -> Verdict:
    try:
        return Verdict(replay())
    except LogError as error:
        return Verdict(None, error.index, str(error))


def agree(organisation: Organisation, checkpoints: list[Checkpoint]) -> Verdict:
    """What ``verify_log`` says, once the quick replay was found to say yes to nothing else, and both the same."""
    expected = verdict(
        lambda: verify_log(
            stored_entries(organisation), checkpoints, organisation=SLUG, nodes=NodesInOrder(organisation.pk)
        )
    )
    # A value of another type or spelling that means the same is left to ``verify_log`` to accept.
    assert ledger_replay.replay_by_columns(organisation, checkpoints) in {None, expected.root}
    assert verdict(lambda: ledger_replay.replay_ledger(organisation, checkpoints)) == expected
    return expected


def checkpoints_of(entries: list[Entry]) -> list[Checkpoint]:
    tree, made = Frontier(), []
    for size, entry in enumerate(entries, start=1):
        tree.append(hash_leaf(entry.header_bytes))
        if size % 3 == 1:
            made.append(Checkpoint("log.example", size, tree.root()))
    return made


ALTERED = (
    ("ledger_ledgerentry", ("kind", "recorded", "header", "leaf_hash", "body", "salt", "index", "")),
    ("ledger_ledgerpart", ("name", "value", "salt", "index", "")),
    ("ledger_ledgernode", ("hash", "position", "level", "")),
)
DAMAGES = st.sampled_from([(table, column) for table, columns in ALTERED for column in columns])
HOW = st.sampled_from(["flip", "empty", "none", "longer", "text", "same"])


def damage(table: str, column: str, how: str, place: int) -> None:
    """Alter, by hand, one column of one row; without a column, take the row out."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {table} ORDER BY id")  # noqa: S608 - our own tables
        rows = [row[0] for row in cursor.fetchall()]
        if not rows:
            return
        row = rows[place % len(rows)]
        if not column:
            cursor.execute(f"DELETE FROM {table} WHERE id = %s", [row])  # noqa: S608 - our own tables
            return
        cursor.execute(f'SELECT "{column}" FROM {table} WHERE id = %s', [row])  # noqa: S608 - our own tables
        value = altered(cursor.fetchone()[0], column, how, place)
        cursor.execute(f'UPDATE {table} SET "{column}" = %s WHERE id = %s', [value, row])  # noqa: S608 - our own tables


def altered(value: Any, column: str, how: str, place: int) -> Any:
    if isinstance(value, memoryview):
        value = bytes(value)
    if how == "same" or value is None:
        return value
    if isinstance(value, int):
        return value + 1000 + place
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC) + timedelta(microseconds=(place % 3) - 1)
    if how == "none" and column in {"body", "value", "salt"}:
        return None
    if how == "empty":
        return value[:0]
    if how == "longer":
        return value + value[-1:]
    if isinstance(value, str):
        return value[:-1] + ("x" if value[-1] != "x" else "y")
    if how == "text" and connection.vendor == "sqlite":  # which keeps whatever type it is given
        return value.decode("utf-8", "replace")
    middle = place % len(value) if value else 0
    return value[:middle] + bytes([value[middle] ^ 1]) + value[middle + 1 :] if value else b"x"


FORGERIES: tuple[tuple[bytes, bytes], ...] = (
    (b'"index":', b'"index":1'),
    (b'"bodyVersion":', b'"bodyVersion":0'),
    (b'"organisation":"bakery"', b'"organisation":"town"'),
    (b'"system"', b'"System"'),
    (b'"recorded":"2026', b'"recorded":"2025'),
    (b'"recorded":"2026-03-01', b'"recorded":"2026-02-30'),
    (b':00Z","v"', b':00.000000Z","v"'),
    (b':00.250000Z","v"', b':00.25Z","v"'),
    (b':00Z","v"', b':60Z","v"'),
    (b':00Z","v"', b':00.000001Z","v"'),
    (b'"from":"2026-02-01"', b'"from":"2026-02-30"'),
    (b'"from":"2026-02-01"', b'"from":"2026-02-21"'),
    (b'"from":"2026-02-01T', b'"from":"2026-02-01T1'),
    (b'"precision":"day"', b'"precision":"month"'),
    (b'"precision":"day"', b'"precision":"year"'),
    (b'"source":"document"', b'"source":"hearsay"'),
    (b'"private":{}', b'"private":{"note":"' + b"0" * 64 + b'"}'),
    (b'"v":2', b'"v":1'),
    (b'"v":1', b'"v":2'),
    (b'"kind":"hunt', b'"kind":"hunt-"'),
    (b"{", b"{ "),
    (b"}", b"}\n"),
    (b"}", "}é".encode()),
    (b'"actor":', b'"actor":' + b" " * 2048),
    (b'"cost"', b'"zest"'),
)


def shifted(entry: Entry, old: bytes, new: bytes) -> Entry:
    """The entry with another header, its columns following it where they can."""
    leaf = entry.header_bytes.replace(old, new, 1)
    recorded = entry.header.recorded
    if b'"recorded":"' in old:
        recorded = recorded.replace("2026", "2025")
    return replace(entry, header_bytes=leaf, header=replace(entry.header, recorded=recorded))


@settings(max_examples=examples(40), deadline=None, suppress_health_check=RELAXED)
@given(ROWS)
def test_a_whole_log_is_held_to_be_one_without_the_slow_way(rows: list[Row]) -> None:
    entries = entries_of(rows)
    with stored(entries) as organisation:
        checkpoints = checkpoints_of(entries)
        root = agree(organisation, checkpoints).root
        assert root is not None
        assert ledger_replay.replay_by_columns(organisation, checkpoints) == root


@settings(max_examples=examples(100), deadline=None, suppress_health_check=RELAXED)
@given(ROWS, DAMAGES, HOW, st.integers(0, 400))
def test_one_altered_row_is_judged_as_entry_by_entry(
    rows: list[Row], where: tuple[str, str], how: str, place: int
) -> None:
    entries = entries_of(rows)
    with stored(entries) as organisation:
        with suppress(DatabaseError), transaction.atomic():  # what the database refuses is no damage
            damage(*where, how, place)
        agree(organisation, checkpoints_of(entries))


@settings(max_examples=examples(100), deadline=None, suppress_health_check=RELAXED)
@given(ROWS, st.sampled_from(FORGERIES), st.integers(0, 8))
def test_one_forged_header_with_every_hash_made_anew_is_judged_as_entry_by_entry(
    rows: list[Row], forgery: tuple[bytes, bytes], place: int
) -> None:
    entries = entries_of(rows)
    place %= len(entries)
    entries[place] = shifted(entries[place], *forgery)
    with stored(entries) as organisation:
        agree(organisation, checkpoints_of(entries))


@settings(max_examples=15, deadline=None, suppress_health_check=RELAXED)
@given(ROWS, st.integers(0, 12))
def test_a_checkpoint_of_another_root_or_size_is_judged_as_entry_by_entry(rows: list[Row], size: int) -> None:
    entries = entries_of(rows)
    with stored(entries) as organisation:
        assert agree(organisation, [Checkpoint("log.example", size, bytes(32))]).root is None
