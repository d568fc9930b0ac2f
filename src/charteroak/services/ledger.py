"""The ledger of each organisation: append in the caller's transaction, and read back.

An entry and the rows that it stands for are written together or not at all. Appends to one organisation's ledger are
serialised by locking its row (PostgreSQL) or by the immediate transaction (SQLite).
"""

import itertools
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.db import connection
from django.db.models import Max

from charteroak.adapters.system_clock import now
from charteroak.clock import format_instant
from charteroak.errors import CouldNotError, InputError
from charteroak.ledger.entry import (
    SALT_BYTES,
    Entry,
    EntryHeader,
    Precision,
    PrivatePart,
    Source,
    body_commitment,
    header_bytes,
    parse_header,
    precision_of,
)
from charteroak.ledger.errors import LogError
from charteroak.ledger.log import entries_in_place
from charteroak.ledger.tree import hash_leaf
from charteroak.program.bodies import write_body
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import Checkpoint as CheckpointRow
from charteroak.records.ledger.models import LedgerEntry, LedgerPart
from charteroak.services.exercise_guard import refuse_in_exercise
from charteroak.services.ledger_nodes import NodeRows, NodesInMemory, NodesInOrder, all_nodes
from charteroak.services.ledger_writing import (
    Appended,
    End,
    GrowingTree,
    growing_trees,
    lock_and_find_ends,
    write_entries,
)
from charteroak.services.projections import mark_whole, rebuild_projections, whole_among, write_projections

__all__ = [
    "BackdatingError",
    "NewEntry",
    "NodeRows",
    "NodesInMemory",
    "NodesInOrder",
    "TransactionRequiredError",
    "UnknownLedgerError",
    "all_nodes",
    "append_entries",
    "append_entry",
    "append_to_ledgers",
    "organisation_with_ledger",
    "organisations_with_ledgers",
    "read_entries",
    "restore_entries",
    "stored_entries",
    "to_domain",
]


class BackdatingError(InputError):
    """Only the made-up sample state may say when an entry was recorded."""

    code: ClassVar[str] = "ledger.backdating-refused"


class UnknownLedgerError(InputError):
    """There is no such ledger here, or it has no such entry."""

    code: ClassVar[str] = "ledger.unknown"


class TransactionRequiredError(CouldNotError):
    """An entry was about to be appended outside the transaction of what it records."""

    code: ClassVar[str] = "ledger.no-transaction"


_NAMES_SHOWN = 10


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry that is to be appended; its members are those of ``append_entry``."""

    actor: str
    kind: str
    occurred_from: str
    body: Mapping[str, Any]
    occurred_to: str | None = None
    precision: Precision | None = None
    source: Source | None = None
    recorded: datetime | None = None


def append_entry(
    organisation: Organisation,
    *,
    actor: str,
    kind: str,
    occurred_from: str,
    occurred_to: str | None = None,
    precision: Precision | None = None,
    source: Source | None = None,
    body: Mapping[str, Any],
    recorded: datetime | None = None,
) -> LedgerEntry:
    """Append one entry, inside the transaction that writes what it records.

    ``occurred_*`` say when it was so, ``precision`` how exactly that is known (left out: as the text's form says) and
    ``source`` how (left out: the software saw it itself where it is the actor, otherwise someone states it). The moment
    of recording is now. If the machine's clock has gone back, the previous entry's moment is used, so that the order in
    the tree and the recorded order never contradict each other. The entry's projections are written with it.

    Raises:
        TransactionRequiredError: there is no open transaction.
        InputError: the body does not fit its kind, or a moment its precision.
        BackdatingError: ``recorded`` is given for a real organisation.
    """
    entry = NewEntry(
        actor=actor,
        kind=kind,
        occurred_from=occurred_from,
        occurred_to=occurred_to,
        precision=precision,
        source=source,
        body=body,
        recorded=recorded,
    )
    first = append_entries(organisation, [entry]).start
    return LedgerEntry.objects.get(organisation=organisation, index=first)


def append_entries(organisation: Organisation, entries: Sequence[NewEntry]) -> range:
    """Append many entries at once, as ``append_entry`` does one, and return their indexes.

    Raises:
        TransactionRequiredError: there is no open transaction.
        ExerciseLeakError: the work at hand belongs to an exercise.
        InputError: a body does not fit its kind, or a moment its precision; none was appended.
        BackdatingError: a moment of recording is given for a real organisation.
    """
    return append_to_ledgers([(organisation, entries)])[0]


def append_to_ledgers(new: Sequence[tuple[Organisation, Sequence[NewEntry]]]) -> list[range]:
    """Append entries to several ledgers at once, each organisation once, as ``append_entries`` does to one.

    Raises:
        TransactionRequiredError, ExerciseLeakError, InputError, BackdatingError: as ``append_entries``; then nothing
            was appended to any of them.
    """
    refuse_in_exercise("Writing into a ledger")
    if not connection.in_atomic_block:
        raise TransactionRequiredError("An entry is appended in the transaction of what it records.")
    for organisation, entries in new:
        if any(entry.recorded is not None for entry in entries) and not organisation.is_fictional:
            raise BackdatingError("The moment of recording is now; only made-up sample organizations may set it.")
    ends = lock_and_find_ends([organisation for organisation, _ in new])
    trees = growing_trees({organisation.pk: (ends[organisation.pk], len(entries)) for organisation, entries in new})
    appended = [_appended(organisation, entries, ends[organisation.pk], trees) for organisation, entries in new]
    write_entries(appended)
    whole = whole_among(organisation for organisation, _ in new)
    for organisation, _ in new:
        first = ends[organisation.pk].index + 1
        if first == 0:
            mark_whole(organisation)
        elif organisation.pk not in whole:
            rebuild_projections(organisation, stored_entries(organisation, size=first))
    write_projections((each.organisation, entry) for each in appended for entry, _ in each.entries)
    _renew_standings([organisation for organisation, _ in new])
    starts = [ends[organisation.pk].index + 1 for organisation, _ in new]
    return [range(start, start + len(entries)) for start, (_, entries) in zip(starts, new, strict=True)]


def _appended(
    organisation: Organisation, entries: Sequence[NewEntry], end: End, trees: Mapping[int, GrowingTree]
) -> Appended:
    tree, moment, made = trees[organisation.pk], end.moment, []
    for index, entry in enumerate(entries, start=end.index + 1):
        wanted = entry.recorded or now()
        moment = wanted if moment is None or wanted > moment else moment
        made.append((_as_entry(organisation, entry, index, moment), moment))
        tree.append(made[-1][0].header_bytes)
    return Appended(organisation, made, tree.nodes)


def restore_entries(organisation: Organisation, entries: Sequence[Entry]) -> None:
    """Write a whole ledger that was kept elsewhere, byte for byte, into an empty one; the tree is made anew over it.

    Raises:
        TransactionRequiredError: there is no open transaction.
        LogError: there are entries already, or these are not the entries of a log in their places.
    """
    if not connection.in_atomic_block:
        raise TransactionRequiredError("A ledger is restored in one transaction.")
    if lock_and_find_ends([organisation])[organisation.pk].index >= 0:
        raise LogError(f"The ledger of {organisation.slug} has entries already.", index=0)
    tree = GrowingTree(organisation.pk, 0)
    whole = list(entries_in_place(iter(entries), organisation=organisation.slug))
    for entry in whole:
        tree.append(entry.header_bytes)
    write_entries([Appended(organisation, [(entry, entry.header.recorded_at) for entry in whole], tree.nodes)])
    mark_whole(organisation)
    write_projections((organisation, entry) for entry in whole)
    _renew_standings([organisation])


def _renew_standings(organisations: Sequence[Organisation]) -> None:
    """Have what a provider's portfolio shows made again, once this transaction has ended."""
    from charteroak.services.standings import refresh_soon  # noqa: PLC0415 - it reads ledgers, and so needs this module

    refresh_soon(organisations)


def _as_entry(organisation: Organisation, new: NewEntry, index: int, moment: datetime) -> Entry:
    written = write_body(new.kind, new.body)
    salt = secrets.token_bytes(SALT_BYTES)
    salts = {name: secrets.token_bytes(SALT_BYTES) for name in written.parts}
    header = EntryHeader(
        kind=new.kind,
        body_version=written.version,
        organisation=organisation.slug,
        index=index,
        actor=new.actor,
        occurred_from=new.occurred_from,
        occurred_to=new.occurred_to,
        recorded=format_instant(moment),
        body_sha256=body_commitment(salt, written.body).hex(),
        precision=new.precision or precision_of(new.occurred_from),
        source=new.source or ("observed" if new.actor == "system" else "stated"),
        private={name: body_commitment(salts[name], value).hex() for name, value in written.parts.items()},
    )
    parts = {name: PrivatePart(salts[name], value) for name, value in written.parts.items()}
    return Entry(header, header_bytes(header), written.body, salt, parts)


def to_domain(row: LedgerEntry, parts: Mapping[str, PrivatePart] | None = None) -> Entry:
    """A row as the domain's entry; its private parts are read here unless they are handed in.

    Raises:
        LogError: its header cannot be read any more, which is an altered record and no bad input.
    """
    leaf = bytes(row.header)
    try:
        header = parse_header(leaf)
    except InputError as error:
        raise LogError(f"Entry {row.index} was altered: {error.message}", index=row.index) from error
    if parts is None:
        rows = LedgerPart.objects.filter(organisation_id=row.organisation_id, index=row.index)
        parts = {part.name: _private_part(part) for part in rows}
    _refuse_other_columns(row, header, parts)
    return Entry(
        header=header,
        header_bytes=leaf,
        body=None if row.body is None else bytes(row.body),
        salt=None if row.salt is None else bytes(row.salt),
        parts=parts,
    )


def _refuse_other_columns(row: LedgerEntry, header: EntryHeader, parts: Mapping[str, PrivatePart]) -> None:
    """Refuse a row whose columns, by which entries are searched for, say something else than its header.

    Raises:
        LogError: they do, or a private part's row was taken out or put in.
    """
    stored = (row.kind, format_instant(row.recorded), bytes(row.leaf_hash), parts.keys())
    committed = (header.kind, header.recorded, hash_leaf(bytes(row.header)), header.private.keys())
    if stored == committed:
        return
    names = ("kind", "moment of recording", "leaf hash", "list of private parts")
    wrong = next(name for name, one, other in zip(names, stored, committed, strict=True) if one != other)
    raise LogError(f"Entry {row.index} was altered: its stored {wrong} is not that of its header.", index=row.index)


def stored_entries(organisation: Organisation, *, size: int | None = None) -> Iterator[Entry]:
    """The entries as the rows hold them, in order and with their private parts, up to a tree size; nothing is checked.

    Raises:
        LogError: a header cannot be read, or a private part is stored for an entry that is not there.
    """
    rows = LedgerEntry.objects.filter(organisation=organisation).order_by("index")
    parts = LedgerPart.objects.filter(organisation=organisation).order_by("index", "name")
    if size is not None:
        rows, parts = rows.filter(index__lt=size), parts.filter(index__lt=size)
    grouped = itertools.groupby(parts.iterator(), key=lambda part: part.index)
    place, own = next(grouped, (None, iter(())))
    count = 0
    for row in rows.iterator():
        count += 1
        at_hand: dict[str, PrivatePart] = {}
        if place is not None and place < row.index:
            raise LogError(
                f"In the place of entry {place}, which has private parts, stands entry {row.index}.", index=place
            )
        if place == row.index:
            at_hand = {part.name: _private_part(part) for part in own}
            place, own = next(grouped, (None, iter(())))
        yield to_domain(row, at_hand)
    if place is not None:
        raise LogError(f"The log ends after {count} entries; a private part is stored for entry {place}.", index=count)


def _private_part(row: LedgerPart) -> PrivatePart:
    return PrivatePart(
        salt=None if row.salt is None else bytes(row.salt), value=None if row.value is None else bytes(row.value)
    )


def read_entries(organisation: Organisation, *, size: int | None = None) -> Iterator[Entry]:
    """An organisation's entries in order, up to a tree size, each in its place and with the body it commits to.

    Raises:
        LogError: an entry was altered or taken out; the first one is named.
    """
    count = 0
    for entry in entries_in_place(stored_entries(organisation, size=size), organisation=organisation.slug):
        yield entry
        count += 1
    signed = CheckpointRow.objects.filter(organisation=organisation).aggregate(size=Max("size"))["size"] or 0
    if count < (signed if size is None else min(signed, size)):
        raise LogError(f"The log ends after {count} entries; a signed checkpoint has {signed}.", index=count)


def organisations_with_ledgers() -> list[Organisation]:
    """The organisations whose ledgers are kept here."""
    return list(Organisation.objects.filter(ledger_entries__isnull=False).distinct())


def organisation_with_ledger(slug: str) -> Organisation:
    """The organisation of this name, if it has a ledger here.

    Raises:
        UnknownLedgerError: none has this name.
    """
    found = None
    if slug.isascii():
        found = Organisation.objects.filter(slug=slug, ledger_entries__isnull=False).first()
    if found is None:
        names = ", ".join(organisation.slug for organisation in organisations_with_ledgers()[:_NAMES_SHOWN]) or "none"
        raise UnknownLedgerError(
            f"There is no ledger of an organization called {slug!r}.", remedy=f"Ledgers are kept here of: {names}."
        )
    return found
