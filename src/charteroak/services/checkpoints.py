"""The signed checkpoints of each organisation's ledger: make them, prove entries under them, verify the whole.

A checkpoint is signed only over what stands; an altered record is named and nothing is signed over it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from charteroak.adapters.signing_keys import SigningKeys
from charteroak.adapters.system_clock import now
from charteroak.clock import format_instant
from charteroak.errors import CouldNotError, InputError, VerificationError
from charteroak.ledger.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from charteroak.ledger.errors import LogError
from charteroak.ledger.keys import Signer, Verifier
from charteroak.ledger.log import verify_log
from charteroak.ledger.proof import TLogProof, render_proof
from charteroak.ledger.tree import inclusion_proof, root_hash
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import Checkpoint as CheckpointRow
from charteroak.records.ledger.models import LedgerEntry
from charteroak.services.access import refuse
from charteroak.services.ledger import NodeRows, UnknownLedgerError, all_nodes, to_domain


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
