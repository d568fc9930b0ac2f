"""The signed checkpoints of each organisation's ledger: make them, prove entries under them, verify the whole.

A checkpoint is signed only over what stands; an altered record is named and nothing is signed over it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from charteroak.adapters.system_clock import now
from charteroak.clock import format_instant
from charteroak.errors import CouldNotError, InputError, VerificationError
from charteroak.ledger.checkpoint import Checkpoint, sign_checkpoint
from charteroak.ledger.errors import LogError
from charteroak.ledger.log_keys import LogVerifiers, OpenedCheckpoint
from charteroak.ledger.note import NoteSigner
from charteroak.ledger.proof import TLogProof, render_proof
from charteroak.ledger.tree import inclusion_proof, node_count, root_hash
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import Checkpoint as CheckpointRow
from charteroak.records.ledger.models import LedgerEntry
from charteroak.services.access import refuse
from charteroak.services.anchor_checks import faults_of_anchors
from charteroak.services.anchors import anchor_age, anchored_size
from charteroak.services.erasure_checks import verify_erasures
from charteroak.services.ledger import UnknownLedgerError
from charteroak.services.ledger_nodes import NodeRows, NodesInOrder
from charteroak.services.ledger_replay import replay_ledger
from charteroak.services.log_keys import origin_of, settle_keys, verifiers_of, verify_ceremonies
from charteroak.services.stamp_queue import queue_checkpoint


@transaction.atomic
def make_checkpoint(organisation: Organisation, *, created: datetime | None = None) -> CheckpointRow:
    """The signed checkpoint of the ledger as it stands; the latest one again when nothing was added since.

    The first one of a log comes with the entry of its keys' ceremony. A new one waits for every time-stamp authority.

    Raises:
        CouldNotError: the ledger is empty, or its keys cannot be used.
        LogError: the latest one was altered, or speaks of more entries than there are.
    """
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    size = _entries_of(organisation)
    if size == 0:
        raise CouldNotError(f"The ledger of {organisation.slug} is empty.", remedy="Record something first.")
    existing = CheckpointRow.objects.filter(organisation=organisation, size__gte=size).order_by("-size").first()
    if existing is not None and existing.size > size:
        raise LogError(f"The log ends after {size} entries; a signed checkpoint has {existing.size}.", index=size)
    if existing is not None:
        open_stored(existing, verifiers_of(organisation))
        return existing
    keys = settle_keys(organisation, created=created)
    return sign_tree(organisation, keys.signers, created=created)


def sign_tree(
    organisation: Organisation, signers: Sequence[NoteSigner], *, created: datetime | None = None
) -> CheckpointRow:
    """A checkpoint of the ledger as it stands, signed with these keys, and queued for the time-stamp authorities.

    Inside the caller's transaction, which holds the organisation's row and answers for the keys.
    """
    size = _entries_of(organisation)
    checkpoint = Checkpoint(origin_of(organisation), size, root_hash(size, NodeRows(organisation.pk)))
    moment = created if created is not None and organisation.is_fictional else now()
    row = CheckpointRow.objects.create(
        organisation=organisation, size=size, note=sign_checkpoint(checkpoint, *signers), created=moment
    )
    queue_checkpoint(row)
    return row


def _entries_of(organisation: Organisation) -> int:
    last = LedgerEntry.objects.filter(organisation=organisation).aggregate(index=Max("index"))["index"]
    return 0 if last is None else int(last) + 1


def latest_checkpoint(organisation: Organisation) -> CheckpointRow:
    """The newest stored checkpoint.

    Raises:
        AccessError: there is none.
    """
    row = CheckpointRow.objects.filter(organisation=organisation).order_by("-size").first()
    if row is None:
        refuse()
    return row


@dataclass(frozen=True, slots=True)
class LedgerState:
    """What verifying found: how many entries stand under the latest checkpoint, and how many wait for one."""

    organisation: str
    entries: int
    checkpointed: int
    checkpoints: int
    root_sha256: str
    latest_checkpoint: datetime | None
    discounted: tuple[int, ...] = ()
    """Sizes of checkpoints that do not count, because their keys were compromised before."""
    anchored: int = 0
    """How many entries an outsider has seen; whoever holds database and keys could rewrite the rest unseen."""
    anchored_by: str = ""
    last_anchor: datetime | None = None

    @property
    def sentence(self) -> str:
        """The state in one sentence."""
        waiting = self.entries - self.checkpointed
        said = (
            f"{self.entries} entries replayed, {self.checkpoints} checkpoints hold, "
            f"{waiting} {'entry waits' if waiting == 1 else 'entries wait'} for the next one."
        )
        if self.last_anchor is None:
            said += " No outsider has seen any of it: all of it rests on the operator's word."
        else:
            said += (
                f" The first {self.anchored} were anchored outside by {self.anchored_by} at "
                f"{format_instant(self.last_anchor)}; {self.entries - self.anchored} since rest on the operator's word."
            )
        if self.discounted:
            sizes = ", ".join(map(str, self.discounted))
            said += f" Signed with compromised keys and not counted: the checkpoints of size {sizes}."
        return said

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
            "notCounted": list(self.discounted),
            "anchored": self.anchored,
            "anchoredBy": self.anchored_by,
            "lastAnchor": None if self.last_anchor is None else format_instant(self.last_anchor),
        }


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

    Each checkpoint has to carry the lines of both keys of its time, and each pair of keys the ceremony that names it.
    One that a compromised pair signed after the compromise, and that no outsider had seen before, holds nothing up:
    it is named, and its entries wait for a checkpoint that counts.

    Raises:
        VerificationError: an entry, body, node, key or checkpoint does not hold; the first bad one is named.
        SigningKeyError: the keys are lost, so that nobody could say whose checkpoints these are.
    """
    verifiers = verifiers_of(organisation)
    rows = list(CheckpointRow.objects.filter(organisation=organisation).order_by("size"))
    opened = [open_stored(row, verifiers) for row in rows]
    root = replay_ledger(organisation, [one.checkpoint for one in opened])
    _refuse_further_nodes(NodesInOrder(organisation.pk).count(), _entries_of(organisation))
    verify_erasures(organisation)
    verify_ceremonies(organisation)
    for fault in faults_of_anchors(organisation):
        raise LogError(fault.sentence, index=None)
    age = anchor_age(organisation)
    discounted = discounted_sizes(organisation, rows, opened)
    counted = [row for row in rows if row.size not in discounted]
    latest = counted[-1] if counted else None
    return LedgerState(
        organisation=organisation.slug,
        entries=_entries_of(organisation),
        checkpointed=latest.size if latest else 0,
        checkpoints=len(counted),
        root_sha256=root.hex(),
        latest_checkpoint=latest.created if latest else None,
        discounted=discounted,
        anchored=age.size,
        anchored_by=age.by,
        last_anchor=age.last,
    )


def _refuse_further_nodes(stored: int, entries: int) -> None:
    """Every node that the entries make was found; refuse those that they do not make."""
    if stored != node_count(entries):
        raise LogError(
            f"The stored tree has {stored} hashes, {entries} entries make {node_count(entries)}.", index=None
        )


def discounted_sizes(
    organisation: Organisation, rows: Sequence[CheckpointRow], opened: Sequence[OpenedCheckpoint]
) -> tuple[int, ...]:
    """The sizes of checkpoints that compromised keys signed since the compromise, unseen by any outsider before it."""
    found = []
    for row, one in zip(rows, opened, strict=True):
        since = one.period.compromised_since
        if since is not None and row.created >= since and anchored_size(organisation, before=since) < row.size:
            found.append(row.size)
    return tuple(found)


def open_stored(row: CheckpointRow, verifiers: LogVerifiers) -> OpenedCheckpoint:
    """A stored checkpoint; one that cannot even be read was altered, which is a finding and no bad input.

    Raises:
        LogError: it was altered, or lacks a line of its keys.
    """
    try:
        opened = verifiers.open(bytes(row.note))
    except (InputError, VerificationError) as error:
        raise LogError(f"The stored checkpoint of size {row.size} was altered: {error.message}", index=None) from error
    if opened.checkpoint.size != row.size:
        raise LogError(f"The checkpoint stored for size {row.size} speaks of {opened.checkpoint.size}.", index=None)
    return opened
