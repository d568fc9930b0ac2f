"""Asking witnesses to co-sign our logs' checkpoints, and keeping what they say: a co-signature, or a loud refusal.

A co-signature endorses nothing that is recorded. It says that at this moment the log had this root, and that it only
grew since the witness last looked. A witness that runs in this installation says so too, and is not counted as outside.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q

from charteroak.adapters.bounded_http import checked_address
from charteroak.adapters.system_clock import now
from charteroak.adapters.witness_client import post_checkpoint
from charteroak.clock import format_instant
from charteroak.errors import CharterOakError, CouldNotError, InputError
from charteroak.ledger.cosignature import Ed25519CosignatureVerifier, parse_cosigner_vkey
from charteroak.ledger.errors import KeyFormatError
from charteroak.ledger.note import NoteSignature, parse_note, parse_signature_lines, render_signature_lines
from charteroak.ledger.tree import consistency_proof
from charteroak.ledger.witness_protocol import (
    AddCheckpoint,
    WitnessConflict,
    WitnessRejected,
    WitnessSigned,
    parse_witness_answer,
    render_add_checkpoint,
)
from charteroak.ledger.witnessed import merge_signatures
from charteroak.records.accounts.models import Organisation
from charteroak.records.anchors.models import Cosignature, OwnWitness, Refusal, Witness
from charteroak.records.ledger.models import Checkpoint
from charteroak.services.anchors import cosignatures_of
from charteroak.services.checkpoints import make_checkpoint
from charteroak.services.ledger import NodeRows
from charteroak.services.log_keys import origin_of
from charteroak.services.witnessing import add_checkpoint


class WitnessError(InputError):
    """A witness cannot be added so, or there is none to ask."""

    code: ClassVar[str] = "witness.setting"


class NoWitnessError(CouldNotError):
    """Nobody could be asked for a co-signature."""

    code: ClassVar[str] = "witness.none"


@dataclass(frozen=True, slots=True)
class NewWitness:
    """What an administrator says about a witness. Without an address it is one of this installation."""

    name: str
    vkey: str
    operator: str
    url: str = ""
    is_same_operator: bool = False


@dataclass(frozen=True, slots=True)
class AskResult:
    """What one witness answered about one checkpoint."""

    organisation: str
    witness: str
    size: int
    cosignature: Cosignature | None = None
    refusal: Refusal | None = None
    error: str = ""

    @property
    def status(self) -> str:
        """``cosigned``, ``refused`` or ``not-reached``."""
        if self.cosignature is not None:
            return "cosigned"
        return "refused" if self.refusal is not None else "not-reached"

    def to_json(self) -> dict[str, Any]:
        """The result as a JSON object."""
        return {
            "organisation": self.organisation,
            "witness": self.witness,
            "size": self.size,
            "status": self.status,
            "moment": None if self.cosignature is None else format_instant(self.cosignature.moment),
            "reason": self.error if self.refusal is None else self.refusal.text,
        }


def add_witness(new: NewWitness) -> Witness:
    """Ask a witness from now on. One that runs in this installation is of the same operator, whatever is said.

    Raises:
        WitnessError: the key is none of a co-signer, the name is taken, or no such witness runs here.
        HTTPAddressError: the address is not https, nor http to this machine.
    """
    try:
        key_name = parse_cosigner_vkey(new.vkey).name
    except KeyFormatError as error:
        raise WitnessError(f"This is no key of a witness: {error.message}") from error
    is_here = OwnWitness.objects.filter(name=key_name).exists()
    if not new.url and not is_here:
        raise WitnessError(f"No witness called {key_name!r} runs in this installation.", remedy="Give its address.")
    if not new.name.strip() or not new.operator.strip():
        raise WitnessError("A witness has a name and an operator.")
    try:
        with transaction.atomic():
            return Witness.objects.create(
                name=new.name.strip(),
                url=checked_address(new.url) if new.url else "",
                operator=new.operator.strip(),
                is_same_operator=new.is_same_operator or is_here,
                vkey=new.vkey,
                added=now(),
            )
    except IntegrityError as error:
        raise WitnessError(f"There is a witness called {new.name!r}.", remedy="Choose another name.") from error


def retire_witness(name: str) -> Witness:
    """Ask a witness no longer. What it co-signed stays.

    Raises:
        WitnessError: there is none of that name.
    """
    witness = Witness.objects.filter(name=name, retired=None).first()
    if witness is None:
        raise WitnessError(f"No witness in use is called {name!r}.", remedy="See: charteroak ledger witness list")
    witness.retired = now()
    witness.save(update_fields=["retired"])
    return witness


def active_witnesses(organisation: Organisation) -> list[Witness]:
    """The witnesses that are asked about an organisation's log: all but its own."""
    own = OwnWitness.objects.filter(organisation=organisation).values_list("vkey", flat=True)
    return list(Witness.objects.filter(retired=None).exclude(vkey__in=own))


def ask_witnesses(organisation: Organisation) -> list[AskResult]:
    """Sign what waits for a checkpoint, and ask every witness that has not yet co-signed it.

    Raises:
        NoWitnessError: there is none to ask.
        CouldNotError: the ledger is empty.
        LogError: the record does not hold; nothing is sent.
    """
    witnesses = active_witnesses(organisation)
    if not witnesses:
        raise NoWitnessError(
            "No witness is registered here.", remedy="See: charteroak ledger witness add-witness --help"
        )
    checkpoint = make_checkpoint(organisation)
    return list(_asked(organisation, checkpoint, witnesses))


def all_witnesses() -> list[Witness]:
    """Every witness, those that are asked no longer too."""
    return list(Witness.objects.all())


def request_for(organisation: Organisation, *, old_size: int) -> bytes:
    """The ``add-checkpoint`` request for the newest checkpoint, to be carried to a witness by hand.

    Raises:
        WitnessError: the witness cannot have seen so many entries.
        CouldNotError: the ledger is empty.
    """
    checkpoint = make_checkpoint(organisation)
    if old_size > checkpoint.size:
        raise WitnessError(f"The newest checkpoint has {checkpoint.size} entries; the witness cannot have seen more.")
    return _request(organisation, checkpoint, old_size)


def accept_answer(organisation: Organisation, name: str, body: bytes) -> Cosignature:
    """Keep the signature lines that a witness gave to a request that was carried to it by hand.

    Raises:
        WitnessError: no such witness is registered.
        NoteFormatError, NoteSignatureError: the lines are none, or do not verify over the newest checkpoint.
    """
    witness = Witness.objects.filter(name=name).first()
    if witness is None:
        raise WitnessError(f"No witness is called {name!r}.", remedy="See: charteroak ledger witness list")
    return _keep(make_checkpoint(organisation), witness, parse_cosigner_vkey(witness.vkey), parse_signature_lines(body))


def with_cosignatures(checkpoint: Checkpoint) -> bytes:
    """A checkpoint's note with the lines of every witness that co-signed it."""
    lines = "".join(row.line for row in Cosignature.objects.filter(checkpoint=checkpoint).order_by("witness_id"))
    note = bytes(checkpoint.note)
    return merge_signatures(note, parse_signature_lines(lines.encode())) if lines else note


def refusals_of(organisation: Organisation) -> list[Refusal]:
    """The refusals that witnesses gave to an organisation's checkpoints, newest first.

    That a witness does not know the log is left out once it has co-signed since; what it found wrong stays for good.
    """
    later = cosignatures_of(organisation).filter(witness__name=OuterRef("witness"), received__gt=OuterRef("moment"))
    rows = Refusal.objects.filter(organisation=organisation)
    return list(rows.exclude(Q(reason=Refusal.Reason.UNKNOWN) & Exists(later)))


def _asked(organisation: Organisation, checkpoint: Checkpoint, witnesses: list[Witness]) -> Iterator[AskResult]:
    for witness in witnesses:
        known = Cosignature.objects.filter(checkpoint=checkpoint, witness=witness).first()
        if known is not None:
            yield AskResult(organisation.slug, witness.name, checkpoint.size, cosignature=known)
            continue
        try:
            yield _ask(organisation, checkpoint, witness)
        except CharterOakError as error:
            yield AskResult(organisation.slug, witness.name, checkpoint.size, error=error.message)


def _ask(organisation: Organisation, checkpoint: Checkpoint, witness: Witness) -> AskResult:
    verifier = parse_cosigner_vkey(witness.vkey)
    seen = Cosignature.objects.filter(checkpoint__organisation=organisation, witness=witness)
    last = seen.order_by("-checkpoint__size").values_list("checkpoint__size", flat=True).first() or 0
    answer = _send(organisation, checkpoint, witness, last)
    if isinstance(answer, WitnessConflict) and answer.size <= checkpoint.size and answer.size != last:
        # It has seen another size than we remember, such as one whose answer was lost: prove from there.
        answer = _send(organisation, checkpoint, witness, answer.size)
    if isinstance(answer, WitnessSigned):
        kept = _keep(checkpoint, witness, verifier, answer.signatures)
        return AskResult(organisation.slug, witness.name, checkpoint.size, cosignature=kept)
    return AskResult(
        organisation.slug, witness.name, checkpoint.size, refusal=_refused(organisation, checkpoint, witness, answer)
    )


def _send(
    organisation: Organisation, checkpoint: Checkpoint, witness: Witness, old_size: int
) -> WitnessSigned | WitnessConflict | WitnessRejected:
    body = _request(organisation, checkpoint, old_size)
    if witness.url:
        there = post_checkpoint(witness.url, body)
        return parse_witness_answer(there.status, there.media_type, there.body)
    own = OwnWitness.objects.get(vkey=witness.vkey)
    here = add_checkpoint(own, body)
    return parse_witness_answer(here.status, here.content_type, here.body)


def _request(organisation: Organisation, checkpoint: Checkpoint, old_size: int) -> bytes:
    proof = consistency_proof(old_size, checkpoint.size, NodeRows(organisation.pk)) if old_size else ()
    return render_add_checkpoint(AddCheckpoint(old_size, proof, bytes(checkpoint.note)))


def _keep(
    checkpoint: Checkpoint,
    witness: Witness,
    verifier: Ed25519CosignatureVerifier,
    signatures: tuple[NoteSignature, ...],
) -> Cosignature:
    """The witness's own line, verified; lines of keys that we do not know are ignored.

    Raises:
        NoteSignatureError: its line does not verify.
        CouldNotError: there is none of its.
    """
    text = parse_note(bytes(checkpoint.note)).text
    for signature in signatures:
        if (signature.key_name, signature.key_id) == (verifier.name, verifier.key_id):
            moment = verifier.verify_cosignature(text, signature.signature)
            line = render_signature_lines((signature,)).decode()
            row, _ = Cosignature.objects.get_or_create(
                checkpoint=checkpoint,
                witness=witness,
                defaults={"line": line, "moment": moment, "received": now()},
            )
            return row
    raise CouldNotError(f"{witness.name} answered without a co-signature of its key.", remedy="Check its key.")


def _refused(
    organisation: Organisation, checkpoint: Checkpoint, witness: Witness, answer: WitnessConflict | WitnessRejected
) -> Refusal:
    if isinstance(answer, WitnessConflict):
        reason, seen = Refusal.Reason.SHRUNK, answer.size
        text = f"It has seen a log of {answer.size} entries; this one has {checkpoint.size}."
    else:
        seen = None
        is_contradiction = answer.status == 422
        reason = Refusal.Reason.INCONSISTENT if is_contradiction else Refusal.Reason.UNKNOWN
        text = answer.words or f"It answered with status {answer.status}."
    note = bytes(checkpoint.note)
    row, _ = Refusal.objects.get_or_create(
        organisation=organisation,
        witness=witness.name,
        reason=reason,
        note_sha256=hashlib.sha256(note).hexdigest(),
        defaults={
            "origin": origin_of(organisation),
            "text": text,
            "size": checkpoint.size,
            "seen_size": seen,
            "note": note,
            "moment": now(),
        },
    )
    return row
