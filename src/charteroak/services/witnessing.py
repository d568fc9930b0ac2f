"""This installation as a witness (c2sp.org/tlog-witness): co-sign a log's checkpoint only if it continues the last one.

A witness has a name and a key of its own and knows the logs that its operator added. Its state is one row for each log.
Checking a request and moving that row happen under the row's lock and in one transaction, and the answer leaves after
the commit: of two requests at the same moment one wins, and after a crash the row is never behind what was signed.
"""

import hashlib
from dataclasses import dataclass
from typing import ClassVar

from django.conf import settings
from django.db import transaction

from charteroak.adapters.signing_keys import SigningKeys
from charteroak.adapters.system_clock import now
from charteroak.errors import InputError
from charteroak.ledger.cosignature import Ed25519Cosigner
from charteroak.ledger.errors import KeyFormatError, NoteFormatError
from charteroak.ledger.keys import parse_vkey
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

REFUSALS_KEPT = 100
"""For each log. Each is a signed contradiction; one is enough to prove it, and the disk is not the log's to fill."""


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
    if not LogRow.objects.filter(witness=witness, origin=origin).exists():
        return render_answer(WitnessRefusal(RefusalReason.UNKNOWN_LOG, "This witness does not know that log."))
    cosigner = Ed25519Cosigner.of(SigningKeys.from_environment(settings.DATA.keys).load(witness.name))
    with transaction.atomic():
        row = LogRow.objects.select_for_update().get(witness=witness, origin=origin)
        moment = now()
        answer = answer_add_checkpoint(request, _known(row), cosigner, at=moment)
        if isinstance(answer, WitnessAccepted):
            row.size, row.root = answer.checkpoint.size, answer.checkpoint.root
            row.note, row.cosigned = answer.note, moment
            row.save(update_fields=["size", "root", "note", "cosigned"])
        elif answer.is_evidence or answer.reason is RefusalReason.INCONSISTENT:
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


def _known(row: LogRow) -> WitnessedLog:
    verifiers = tuple(parse_vkey(text) for text in row.vkeys.split("\n"))
    return WitnessedLog(row.origin, verifiers, size=row.size, root=bytes(row.root or EMPTY_ROOT))


def _keep_evidence(row: LogRow, request: AddCheckpoint, refusal: WitnessRefusal) -> None:
    """Keep the log's own signature over what contradicts what it signed before; the same note once."""
    sha256 = hashlib.sha256(request.note).hexdigest()
    kept = Refusal.objects.filter(log=row)
    if kept.filter(note_sha256=sha256).exists() or kept.count() >= REFUSALS_KEPT:
        return
    Refusal.objects.create(
        log=row,
        witness=row.witness.name,
        origin=row.origin,
        reason=Refusal.Reason.INCONSISTENT,
        text=refusal.message,
        size=refusal.size or 0,
        seen_size=row.size,
        note=request.note,
        note_sha256=sha256,
        moment=now(),
    )
