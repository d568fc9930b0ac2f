"""The ledger of each organisation: append in the caller's transaction, checkpoint, prove, verify.

An entry and the rows that it stands for are written together or not at all. Appends to one organisation's ledger are
serialised by locking its row (PostgreSQL) or by the immediate transaction (SQLite).
"""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max

from charteroak.adapters.signing_keys import SigningKeys
from charteroak.adapters.system_clock import now
from charteroak.canonical import canonical_json
from charteroak.clock import format_instant
from charteroak.errors import CouldNotError, InputError, VerificationError
from charteroak.ledger.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from charteroak.ledger.entry import Entry, EntryHeader, body_commitment, header_bytes, parse_header
from charteroak.ledger.errors import LogError
from charteroak.ledger.keys import Signer, Verifier
from charteroak.ledger.log import entries_in_place, verify_log
from charteroak.ledger.proof import TLogProof, render_proof
from charteroak.ledger.tree import append_leaf, hash_leaf, inclusion_proof, root_hash
from charteroak.program.bodies import check_body
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import Checkpoint as CheckpointRow
from charteroak.records.ledger.models import LedgerEntry, LedgerNode
from charteroak.services.access import refuse


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
    body: Mapping[str, Any],
    recorded: datetime | None = None,
) -> LedgerEntry:
    """Append one entry, inside the transaction that writes what it records.

    ``occurred_*`` say when it was so; the moment of recording is now. If the machine's clock has gone back, the
    previous entry's moment is used, so that the order in the tree and the recorded order never contradict each other.

    Raises:
        TransactionRequiredError: there is no open transaction.
        InputError: the body does not fit its kind.
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
    check_body(kind, 1, body)
    body_json = canonical_json(body)
    salt = secrets.token_bytes(32)
    header = EntryHeader(
        kind=kind,
        body_version=1,
        organisation=organisation.slug,
        index=index,
        actor=actor,
        occurred_from=occurred_from,
        occurred_to=occurred_to,
        recorded=format_instant(moment),
        body_sha256=body_commitment(salt, body_json).hex(),
    )
    leaf = header_bytes(header)
    leaf_hash = hash_leaf(leaf)
    nodes = append_leaf(index, leaf_hash, NodeRows(organisation.pk))
    row = LedgerEntry.objects.create(
        organisation=organisation, index=index, kind=kind, recorded=moment, header=leaf, leaf_hash=leaf_hash,
        body=body_json, salt=salt,
    )  # fmt: skip
    LedgerNode.objects.bulk_create(
        LedgerNode(organisation=organisation, level=node.level, position=node.index, hash=node.hash) for node in nodes
    )
    return row


def to_domain(row: LedgerEntry) -> Entry:
    """A row as the domain's entry.

    Raises:
        LogError: its header cannot be read any more, which is an altered record and no bad input.
    """
    leaf = bytes(row.header)
    try:
        header = parse_header(leaf)
    except InputError as error:
        raise LogError(f"Entry {row.index} was altered: {error.message}", index=row.index) from error
    return Entry(
        header=header,
        header_bytes=leaf,
        body=None if row.body is None else bytes(row.body),
        salt=None if row.salt is None else bytes(row.salt),
    )


def read_entries(organisation: Organisation, *, size: int | None = None) -> Iterator[Entry]:
    """An organisation's entries in order, up to a tree size, each in its place and with the body it commits to.

    Raises:
        LogError: an entry was altered or taken out; the first one is named.
    """
    rows = LedgerEntry.objects.filter(organisation=organisation).order_by("index")
    chosen = rows if size is None else rows.filter(index__lt=size)
    count = 0
    for entry in entries_in_place(map(to_domain, chosen.iterator()), organisation=organisation.slug):
        yield entry
        count += 1
    signed = CheckpointRow.objects.filter(organisation=organisation).aggregate(size=Max("size"))["size"] or 0
    if count < (signed if size is None else min(signed, size)):
        raise LogError(f"The log ends after {count} entries; a signed checkpoint has {signed}.", index=count)


def origin_of(organisation: Organisation) -> str:
    """The C2SP origin line of an organisation's log."""
    return f"{settings.INSTALLATION_NAME}/ledger/{organisation.slug}"


def signer_of(organisation: Organisation) -> Signer:
    """The Ed25519 key of an organisation's log; made on first use, and never again once it has signed.

    Raises:
        SigningKeyError: it is lost or cannot be used.
    """
    keys = SigningKeys(settings.DATA.keys)
    has_signed = CheckpointRow.objects.filter(organisation=organisation).exists()
    return (keys.load if has_signed else keys.load_or_create)(origin_of(organisation))


def all_nodes(organisation: Organisation) -> NodesInMemory:
    """Every subtree hash of an organisation's tree."""
    rows = LedgerNode.objects.filter(organisation=organisation).values_list("level", "position", "hash")
    return NodesInMemory({(level, position): bytes(value) for level, position, value in rows.iterator()})


@transaction.atomic
def make_checkpoint(organisation: Organisation, *, created: datetime | None = None) -> CheckpointRow:
    """The signed checkpoint of the ledger as it stands; the latest one again when nothing was added since.

    Raises:
        CouldNotError: the ledger is empty, or its key cannot be used.
        LogError: the latest one was altered, or speaks of more entries than there are.
    """
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    last = LedgerEntry.objects.filter(organisation=organisation).aggregate(index=Max("index"))["index"]
    if last is None:
        raise CouldNotError(f"The ledger of {organisation.slug} is empty.", remedy="Record something first.")
    size = last + 1
    existing = CheckpointRow.objects.filter(organisation=organisation, size__gte=size).order_by("-size").first()
    if existing is not None and existing.size > size:
        raise LogError(f"The log ends after {size} entries; a signed checkpoint has {existing.size}.", index=size)
    if existing is not None:
        _open_stored(existing, signer_of(organisation).verifier, origin_of(organisation))
        return existing
    checkpoint = Checkpoint(origin_of(organisation), size, root_hash(size, NodeRows(organisation.pk)))
    note = sign_checkpoint(checkpoint, signer_of(organisation))
    moment = created if created is not None and organisation.is_fictional else now()
    return CheckpointRow.objects.create(organisation=organisation, size=size, note=note, created=moment)


def latest_checkpoint(organisation: Organisation) -> CheckpointRow:
    """The newest stored checkpoint.

    Raises:
        AccessError: there is none.
    """
    row = CheckpointRow.objects.filter(organisation=organisation).order_by("-size").first()
    if row is None:
        refuse()
    return row


def prove_entries(organisation: Organisation, checkpoint: CheckpointRow) -> dict[int, bytes]:
    """For each entry below a checkpoint, its inclusion proof as a C2SP ``tlog-proof``."""
    nodes = all_nodes(organisation)
    note = bytes(checkpoint.note)
    return {
        index: render_proof(TLogProof(index=index, hashes=inclusion_proof(index, checkpoint.size, nodes), note=note))
        for index in range(checkpoint.size)
    }


@dataclass(frozen=True, slots=True)
class LedgerState:
    """What verifying found: how many entries stand under the latest checkpoint, and how many wait for one."""

    organisation: str
    entries: int
    checkpointed: int
    checkpoints: int
    root_sha256: str
    latest_checkpoint: datetime | None

    @property
    def sentence(self) -> str:
        """The state in one sentence."""
        waiting = self.entries - self.checkpointed
        return (
            f"{self.entries} entries replayed, {self.checkpoints} checkpoints hold, "
            f"{waiting} {'entry waits' if waiting == 1 else 'entries wait'} for the next one."
        )

    def to_json(self) -> dict[str, Any]:
        """The state as a JSON object."""
        latest = self.latest_checkpoint
        return {
            "organisation": self.organisation,
            "status": "verified",
            "entries": self.entries,
            "checkpointed": self.checkpointed,
            "checkpoints": self.checkpoints,
            "rootHash": self.root_sha256,
            "latestCheckpoint": None if latest is None else format_instant(latest),
        }


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


def prove_entry(organisation: Organisation, index: int) -> bytes:
    """One entry's inclusion proof under the newest checkpoint, which is made if entries wait for one.

    Raises:
        UnknownLedgerError: there is no such entry.
    """
    checkpoint = make_checkpoint(organisation)
    if index >= checkpoint.size:
        raise UnknownLedgerError(
            f"The ledger of {organisation.slug} has {checkpoint.size} entries; there is no {index}.",
            remedy="They are counted from 0.",
        )
    hashes = inclusion_proof(index, checkpoint.size, NodeRows(organisation.pk))
    return render_proof(TLogProof(index=index, hashes=hashes, note=bytes(checkpoint.note)))


def verify_ledger(organisation: Organisation) -> LedgerState:
    """Replay an organisation's whole ledger from its rows and hold every stored checkpoint against it.

    Raises:
        VerificationError: an entry, body, node or checkpoint does not hold; the first bad one is named.
    """
    verifier = signer_of(organisation).verifier
    rows = list(CheckpointRow.objects.filter(organisation=organisation).order_by("size"))
    checkpoints = [_open_stored(row, verifier, origin_of(organisation)) for row in rows]
    entries = LedgerEntry.objects.filter(organisation=organisation).order_by("index")
    root = verify_log(
        map(to_domain, entries.iterator()), checkpoints, organisation=organisation.slug, nodes=all_nodes(organisation)
    )
    latest = rows[-1] if rows else None
    return LedgerState(
        organisation=organisation.slug,
        entries=entries.count(),
        checkpointed=latest.size if latest else 0,
        checkpoints=len(rows),
        root_sha256=root.hex(),
        latest_checkpoint=latest.created if latest else None,
    )


def _open_stored(row: CheckpointRow, verifier: Verifier, origin: str) -> Checkpoint:
    """A stored checkpoint; one that cannot even be read was altered, which is a finding and no bad input."""
    try:
        checkpoint = open_checkpoint(bytes(row.note), verifier, origin=origin)
    except (InputError, VerificationError) as error:
        raise LogError(f"The stored checkpoint of size {row.size} was altered: {error.message}", index=None) from error
    if checkpoint.size != row.size:
        raise LogError(f"The checkpoint stored for size {row.size} speaks of {checkpoint.size}.", index=None)
    return checkpoint
