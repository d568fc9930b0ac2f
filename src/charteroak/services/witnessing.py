"""This installation as a witness (c2sp.org/tlog-witness): co-sign a log's checkpoint only if it continues the last one.

A witness has a name and a key of its own and knows the logs that its operator added. Its state is one row for each log.
Checking a request and moving that row happen under the row's lock and in one transaction, and the answer leaves after
the commit: of two requests at the same moment one wins, and after a crash the row is never behind what was signed.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import transaction

from charteroak.adapters.signing_keys import SigningKeys
from charteroak.adapters.system_clock import now
from charteroak.errors import InputError
from charteroak.ledger.checkpoint import parse_checkpoint
from charteroak.ledger.cosignature import Ed25519Cosigner, parse_cosigner_vkey
from charteroak.ledger.errors import KeyFormatError, NoteFormatError
from charteroak.ledger.keys import parse_vkey
from charteroak.ledger.note import NoteSignature, parse_note
from charteroak.ledger.tree import EMPTY_ROOT
from charteroak.ledger.witness import (
    RefusalReason,
    WitnessAccepted,
    WitnessedLog,
    WitnessRefusal,
    answer_add_checkpoint,
)
from charteroak.ledger.witness_answer import WitnessAnswer, render_answer, render_malformed
from charteroak.ledger.witness_protocol import (
    AddCheckpoint,
    WitnessRequestError,
    origin_hash,
    parse_add_checkpoint,
)
from charteroak.records.accounts.models import Organisation
from charteroak.records.anchors.models import OwnWitness, Refusal
from charteroak.records.anchors.models import WitnessedLog as LogRow
from charteroak.services.access import refuse

UNPROVED_REFUSALS_KEPT = 100
"""For each log. A stranger can send a good checkpoint with a bad proof, and may not fill the disk or crowd out what
matters: a contradiction, which only the log's own key can make, is always kept."""


class WitnessedLogError(InputError):
    """A log cannot be added to a witness so."""

    code: ClassVar[str] = "witness.log"


@dataclass(frozen=True, slots=True)
class NewLog:
    """A log as its operator describes it: its origin, and each of its keys as one line of text."""

    origin: str
    vkeys: tuple[str, ...]


def own_witness_of(organisation: Organisation) -> OwnWitness:
    """The witness that an organisation of this installation runs; made, with its key, on first use."""
    name = f"{settings.INSTALLATION_NAME}/witness/{organisation.slug}"
    found = OwnWitness.objects.filter(organisation=organisation).first()
    if found is not None:
        return found
    cosigner = Ed25519Cosigner.of(SigningKeys.from_environment(settings.DATA.keys).load_or_create(name))
    row, _ = OwnWitness.objects.get_or_create(
        organisation=organisation, defaults={"name": name, "vkey": cosigner.verifier.vkey, "created": now()}
    )
    return row


def own_witnesses() -> list[OwnWitness]:
    """The witnesses that run in this installation."""
    return list(OwnWitness.objects.select_related("organisation"))


def witness_run_by(organisation: Organisation) -> OwnWitness | None:
    """The witness that an organisation runs here, if it runs one."""
    return OwnWitness.objects.filter(organisation=organisation).first()


def access_own_witness(slug: str) -> OwnWitness:
    """The witness of an organisation, for whoever asks over the network.

    Raises:
        AccessError: there is none.
    """
    found = OwnWitness.objects.select_related("organisation").filter(organisation__slug=slug).first()
    if found is None:
        refuse()
    return found


def add_log(witness: OwnWitness, new: NewLog) -> LogRow:
    """Let a witness co-sign a log. A log that it knows already gets the keys that are given now; its state stays.

    Raises:
        WitnessedLogError: there is no key, or one that cannot be read or has another name.
    """
    if not new.vkeys:
        raise WitnessedLogError("A log has at least one key.", remedy="Give its keys, one with each --key.")
    for text in new.vkeys:
        try:
            name = parse_vkey(text).name
        except KeyFormatError as error:
            raise WitnessedLogError(f"This is no key of a log: {error.message}") from error
        if name != new.origin:
            raise WitnessedLogError(f"A key is called {name!r}, the log {new.origin!r}.", remedy="Check both.")
    row, _ = LogRow.objects.update_or_create(
        witness=witness, origin=new.origin, defaults={"vkeys": "\n".join(new.vkeys)}, create_defaults={
            "vkeys": "\n".join(new.vkeys), "added": now(), "root": EMPTY_ROOT,
        }
    )  # fmt: skip
    return row


def logs_of(witness: OwnWitness) -> list[LogRow]:
    """The logs that a witness knows, each with the newest checkpoint that it co-signed."""
    return list(LogRow.objects.filter(witness=witness))


def add_checkpoint(witness: OwnWitness, body: bytes) -> WitnessAnswer:
    """The answer to an ``add-checkpoint`` request; what it promises is on the disk before it is given."""
    try:
        request = parse_add_checkpoint(body)
        origin = request.origin
    except (WitnessRequestError, NoteFormatError) as error:
        return render_malformed(error)
    known = LogRow.objects.filter(witness=witness, origin=origin).first()
    if known is None:
        return render_answer(WitnessRefusal(RefusalReason.UNKNOWN_LOG, "This witness does not know that log."))
    # Without the lock first: whoever sends what no log signed, or what is stale, keeps no writer waiting, and makes no
    # key be opened. What could be co-signed, or is evidence, is decided again with the row held.
    cosigner = _LateCosigner(witness)
    first = answer_add_checkpoint(request, _known(known), cosigner, at=now())
    if isinstance(first, WitnessRefusal) and not _is_alarming(first):
        return render_answer(first)
    with transaction.atomic():
        row = LogRow.objects.select_for_update().get(pk=known.pk)
        moment = now()
        answer = answer_add_checkpoint(request, _known(row), cosigner, at=moment)
        if isinstance(answer, WitnessAccepted):
            row.size, row.root = answer.checkpoint.size, answer.checkpoint.root
            row.note, row.cosigned = answer.note, moment
            row.save(update_fields=["size", "root", "note", "cosigned"])
        elif _is_alarming(answer):
            _keep_evidence(row, request, answer)
    return render_answer(answer)


def cosigned_note(witness: OwnWitness, origin_sha256: str) -> bytes:
    """The newest checkpoint of a log that the witness co-signed, with both signatures.

    Raises:
        AccessError: it knows no such log, or has co-signed nothing of it.
    """
    rows = LogRow.objects.filter(witness=witness).exclude(note=None)
    note = next((row.note for row in rows if origin_hash(row.origin) == origin_sha256), None)
    if note is None:
        refuse()
    return bytes(note)


def refusals_as_witness(witness: OwnWitness) -> list[Refusal]:
    """What a witness refused as a contradiction, newest first."""
    return list(Refusal.objects.filter(log__witness=witness))


class _LateCosigner:
    """The witness's key, opened when the first signature is really made: a passphrase makes opening slow on purpose."""

    def __init__(self, witness: OwnWitness) -> None:
        self._name = witness.name
        self.verifier = parse_cosigner_vkey(witness.vkey)
        self._key: Ed25519Cosigner | None = None

    def cosign(self, text: str, *, at: datetime) -> NoteSignature:
        """A co-signature, after the key was opened."""
        if self._key is None:
            self._key = Ed25519Cosigner.of(SigningKeys.from_environment(settings.DATA.keys).load(self._name))
        return self._key.cosign(text, at=at)


def _is_alarming(refusal: WitnessRefusal) -> bool:
    return refusal.is_evidence or refusal.reason is RefusalReason.INCONSISTENT


def _known(row: LogRow) -> WitnessedLog:
    verifiers = tuple(parse_vkey(text) for text in row.vkeys.split("\n"))
    return WitnessedLog(row.origin, verifiers, size=row.size, root=bytes(row.root or EMPTY_ROOT))


def _keep_evidence(row: LogRow, request: AddCheckpoint, refusal: WitnessRefusal) -> None:
    """Keep what the log signed and the witness would not. The same checkpoint once, whatever lines are added to it."""
    sha256 = hashlib.sha256(parse_note(request.note).text.encode()).hexdigest()
    reason = Refusal.Reason.CONTRADICTION if refusal.is_evidence else Refusal.Reason.INCONSISTENT
    kept = Refusal.objects.filter(log=row, reason=reason)
    is_full = not refusal.is_evidence and kept.count() >= UNPROVED_REFUSALS_KEPT
    if is_full or kept.filter(note_sha256=sha256).exists():
        return
    Refusal.objects.create(
        log=row,
        witness=row.witness.name,
        origin=row.origin,
        reason=reason,
        text=refusal.message,
        size=parse_checkpoint(parse_note(request.note).text).size,
        seen_size=row.size,
        note=request.note,
        note_sha256=sha256,
        moment=now(),
    )
