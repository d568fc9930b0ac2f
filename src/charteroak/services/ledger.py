"""The ledger of each organisation: append in the caller's transaction, and read back.

An entry and the rows that it stands for are written together or not at all. Appends to one organisation's ledger are
serialised by locking its row (PostgreSQL) or by the immediate transaction (SQLite).
"""

import itertools
import secrets
from collections.abc import Iterator, Mapping
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
from charteroak.ledger.tree import append_leaf, hash_leaf
from charteroak.program.bodies import write_body
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import Checkpoint as CheckpointRow
from charteroak.records.ledger.models import LedgerEntry, LedgerNode, LedgerPart
from charteroak.services.projections import is_whole, mark_whole, rebuild_projections, write_projections


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
class NodeRows:
    """Reads the subtree hashes of one organisation's tree from the database."""

    organisation_id: int

    def read_node(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree.

        Raises:
            LogError: it is not stored.
        """
        row = LedgerNode.objects.filter(organisation_id=self.organisation_id, level=level, position=index).first()
        if row is None:
            raise LogError(f"The stored tree lacks node {level}/{index}.", index=index << level)
        return bytes(row.hash)


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
    if not connection.in_atomic_block:
        raise TransactionRequiredError("An entry is appended in the transaction of what it records.")
    if recorded is not None and not organisation.is_fictional:
        raise BackdatingError("The moment of recording is now; only made-up sample organisations may set it.")
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    last = LedgerEntry.objects.filter(organisation=organisation).order_by("-index").first()
    index = 0 if last is None else last.index + 1
    moment = recorded or now()
    if last is not None and moment < last.recorded:
        moment = last.recorded
    written = write_body(kind, body)
    salt = secrets.token_bytes(SALT_BYTES)
    parts = {name: PrivatePart(secrets.token_bytes(SALT_BYTES), value) for name, value in written.parts.items()}
    header = EntryHeader(
        kind=kind,
        body_version=written.version,
        organisation=organisation.slug,
        index=index,
        actor=actor,
        occurred_from=occurred_from,
        occurred_to=occurred_to,
        recorded=format_instant(moment),
        body_sha256=body_commitment(salt, written.body).hex(),
        precision=precision or precision_of(occurred_from),
        source=source or ("observed" if actor == "system" else "stated"),
        private={name: body_commitment(part.salt or b"", part.value or b"").hex() for name, part in parts.items()},
    )
    leaf = header_bytes(header)
    leaf_hash = hash_leaf(leaf)
    nodes = append_leaf(index, leaf_hash, NodeRows(organisation.pk))
    row = LedgerEntry.objects.create(
        organisation=organisation, index=index, kind=kind, recorded=moment, header=leaf, leaf_hash=leaf_hash,
        body=written.body, salt=salt,
    )  # fmt: skip
    LedgerPart.objects.bulk_create(
        LedgerPart(organisation=organisation, index=index, name=name, value=part.value, salt=part.salt)
        for name, part in parts.items()
    )
    LedgerNode.objects.bulk_create(
        LedgerNode(organisation=organisation, level=node.level, position=node.index, hash=node.hash) for node in nodes
    )
    if index == 0:
        mark_whole(organisation)
    elif not is_whole(organisation):
        rebuild_projections(organisation, stored_entries(organisation, size=index))
    write_projections(organisation, [Entry(header, leaf, written.body, salt, parts)])
    return row


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


def all_nodes(organisation: Organisation) -> NodesInMemory:
    """Every subtree hash of an organisation's tree."""
    rows = LedgerNode.objects.filter(organisation=organisation).values_list("level", "position", "hash")
    return NodesInMemory({(level, position): bytes(value) for level, position, value in rows.iterator()})


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
            f"There is no ledger of an organisation called {slug!r}.", remedy=f"Ledgers are kept here of: {names}."
        )
    return found
