"""What a dossier is made from, read from rows and files: entries, proofs, checkpoints with their anchors, evidence."""

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from charteroak.clock import connecticut_day
from charteroak.dossier.contents import EvidenceSource, SignedCheckpoint, Stamp, WitnessSignature
from charteroak.dossier.entries import named_digests
from charteroak.ledger.entry import Entry
from charteroak.ledger.note import parse_signature_lines
from charteroak.ledger.proof import TLogProof, render_proof
from charteroak.ledger.tree import inclusion_proof
from charteroak.records.accounts.models import Organisation
from charteroak.records.anchors.models import Cosignature, Token
from charteroak.records.ledger.models import Checkpoint as CheckpointRow
from charteroak.records.programs.models import EvidenceFile
from charteroak.services.anchors import cosignatures_of
from charteroak.services.evidence_files import store_of, why_not_at_hand
from charteroak.services.ledger import NodesInMemory, all_nodes

_AROUND = timedelta(days=31)
"""Around the interval the checkpoint of every anchored day is enclosed; farther away, one for each month."""


@dataclass(frozen=True, slots=True)
class Proofs:
    """Makes each entry's inclusion proof when it is asked for, so that they need not be held all at once."""

    nodes: NodesInMemory
    size: int
    note: bytes

    def proof_of(self, index: int) -> bytes:
        """The rendered ``tlog-proof`` of an entry."""
        hashes = inclusion_proof(index, self.size, self.nodes)
        return render_proof(TLogProof(index=index, hashes=hashes, note=self.note))


def proofs_under(organisation: Organisation, checkpoint: CheckpointRow) -> Proofs:
    """The proofs of all entries below a checkpoint."""
    return Proofs(all_nodes(organisation), checkpoint.size, bytes(checkpoint.note))


def checkpoints_to_enclose(
    organisation: Organisation, newest: CheckpointRow, first: date, last: date
) -> tuple[SignedCheckpoint, ...]:
    """The newest checkpoint, and earlier ones for which outsiders vouch: by the day around the interval, else by month.

    Of one day or month it is the earliest anchored one, which bounds the time of what is below it most closely.
    """
    cosignatures: dict[int, list[WitnessSignature]] = {}
    moments: dict[int, list[datetime]] = {}
    for row in cosignatures_of(organisation).filter(checkpoint__size__lte=newest.size).order_by("moment", "pk"):
        cosignatures.setdefault(row.checkpoint_id, []).append(_cosigned(row))
        moments.setdefault(row.checkpoint_id, []).append(row.moment)
    tokens: dict[int, list[Token]] = {}
    for token in _tokens(organisation, newest.size):
        tokens.setdefault(token.checkpoint_id, []).append(token)
        moments.setdefault(token.checkpoint_id, []).append(token.moment)
    chosen: dict[str, int] = {}
    for checkpoint, at in sorted(moments.items(), key=lambda item: (min(item[1]), item[0])):
        chosen.setdefault(_period(connecticut_day(min(at)), first, last), checkpoint)
    wanted = {newest.pk, *chosen.values()}
    rows = CheckpointRow.objects.filter(organisation=organisation, pk__in=wanted).order_by("size")
    return tuple(
        SignedCheckpoint(
            size=row.size,
            note=bytes(row.note),
            cosignatures=tuple(cosignatures.get(row.pk, ())),
            stamps=tuple(_stamps(tokens.get(row.pk, []))),
        )
        for row in rows
    )


def evidence_of(
    organisation: Organisation, entries: Sequence[Entry], withheld: Mapping[str, str]
) -> tuple[dict[str, EvidenceSource], dict[str, str]]:
    """The stored bytes of every digest that a body names, and the reason for each that is not enclosed."""
    return sources_of(organisation, {named.sha256 for entry in entries for named in named_digests(entry)}, withheld)


def sources_of(
    organisation: Organisation, digests: Iterable[str], withheld: Mapping[str, str]
) -> tuple[dict[str, EvidenceSource], dict[str, str]]:
    """The stored bytes of some files, and the reason for each that is not enclosed."""
    store = store_of(organisation)
    rows = {row.sha256: row for row in EvidenceFile.objects.filter(organisation=organisation)}
    enclosed: dict[str, EvidenceSource] = {}
    missing: dict[str, str] = {}
    for sha256 in set(digests):
        row = rows.get(sha256)
        if sha256 in withheld:
            missing[sha256] = withheld[sha256]
        elif row is None:
            missing[sha256] = "The file was not handed in; only its digest is on record."
        elif reason := why_not_at_hand(store, sha256):
            missing[sha256] = reason
        else:
            enclosed[sha256] = EvidenceSource(
                sha256=sha256,
                size=row.size,
                name=row.name,
                media_type=row.media_type,
                open=functools.partial(store.open, sha256),
            )
    return enclosed, missing


def _tokens(organisation: Organisation, size: int) -> Iterator[Token]:
    """The tokens that hold with their renewals, oldest first, so that a renewal comes after what it renews."""
    fails = Q(library_result=Token.Result.FAILS) | Q(openssl_result=Token.Result.FAILS)
    rows = Token.objects.filter(~fails, checkpoint__organisation=organisation, checkpoint__size__lte=size)
    yield from (token for token in rows.select_related("authority").order_by("moment", "pk") if token.holds)


def _stamps(tokens: list[Token]) -> Iterator[Stamp]:
    places: dict[int, int] = {}
    for token in tokens:
        if token.previous_id is not None and token.previous_id not in places:
            continue
        renews = None if token.previous_id is None else places[token.previous_id]
        places[token.pk] = len(places)
        yield Stamp(
            authority=token.authority.name,
            roots_pem=token.authority.roots_pem.encode(),
            response=bytes(token.response),
            moment=token.moment,
            renews=renews,
            operator=token.authority.operator,
            is_outside=not token.authority.is_same_operator,
        )


def _cosigned(row: Cosignature) -> WitnessSignature:
    (signature,) = parse_signature_lines(row.line.encode())
    witness = row.witness
    return WitnessSignature(witness.vkey, signature, witness.operator, is_outside=not witness.is_same_operator)


def _period(day: date, first: date, last: date) -> str:
    is_near = first - _AROUND <= day <= last + _AROUND
    return day.isoformat() if is_near else f"{day:%Y-%m}"
