"""A provider states what it did for a client: counted from the client's record, signed with the provider's log keys.

The statement is kept in the client's record as an entry with its files, so that it leaves with the client. It certifies
nothing; what it counts, a dossier of the client proves.
"""

import hashlib
import io
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from charteroak.clock import connecticut_day
from charteroak.documents.provider_statement import StatementDocument, StatementRow, render_statement
from charteroak.dossier.archive import write_archive
from charteroak.dossier.contents import Dossier
from charteroak.dossier.provider_statement import build_statement
from charteroak.ledger.log_keys import LogKeys
from charteroak.program.bodies import ProviderStated, StatedService, body_document
from charteroak.program.provided_services import SERVICES, ProvidedService, provided_services
from charteroak.program.recorded import RecordedFact, read_fact
from charteroak.records.accounts.models import Membership, Organisation
from charteroak.records.ledger.models import LedgerEntry, LedgerFact
from charteroak.services.access import Role, actor_of, refuse, require_role
from charteroak.services.checkpoints import make_checkpoint
from charteroak.services.ledger import read_entries
from charteroak.services.ledger_ties import Ties
from charteroak.services.log_keys import origin_of, settle_keys, verifiers_of
from charteroak.services.programs import (
    ProgramInputError,
    Recorder,
    UploadedFile,
    record_with_files,
    refuse_period,
    usable_line,
)
from charteroak.services.projections import is_whole
from charteroak.services.selected import read_selected

KIND = "provider.stated"
MOST_ENTRIES = 20_000
"""A statement counts at most so many entries; a longer period is stated in parts."""


@dataclass(frozen=True, slots=True)
class NewStatement:
    """What a provider's person asks to have stated."""

    first: date
    last: date
    by: str
    role: str


def services_in(client: Organisation, provider: Organisation, first: date, last: date) -> tuple[ProvidedService, ...]:
    """The work of a provider's people that a client's record shows about a period.

    Raises:
        LogError: an entry that would be counted is missing or was altered.
        ProgramInputError: there are more entries than one statement counts.
    """
    facts = _facts(client, first, last)
    leaves = _leaves(client, [fact.index for fact in facts])
    return provided_services(facts, leaves, _actors(provider), first, last)


def state_services(client: Organisation, provider: Organisation, new: NewStatement, recorder: Recorder) -> LedgerEntry:
    """State what was done, sign it with the provider's log keys, and record it with its files in the client's ledger.

    Raises:
        AccessError: the person is not one of the provider's people, or the provider does not look after the client.
        ProgramInputError: a field cannot be used; nothing was recorded.
        CouldNotError: the client's ledger is empty, or keys cannot be used.
    """
    if recorder.user is not None:
        require_role(recorder.user, provider, Role.PROVIDER)
    if not client.providers.filter(pk=provider.pk).exists():
        refuse()
    today = connecticut_day(recorder.moment)
    refuse_period(new.first, new.last, today, ("first", "last"))
    by, role = usable_line(new.by, "by"), usable_line(new.role, "role")
    checkpoint = make_checkpoint(client)
    signed = verifiers_of(client).open(bytes(checkpoint.note)).checkpoint
    services = services_in(client, provider, new.first, new.last)
    keys = _keys_of(provider)
    document = StatementDocument(
        provider=provider.name,
        client=client.name,
        first=new.first,
        last=new.last,
        stated_by=by,
        role=role,
        stated=recorder.moment,
        origin=origin_of(client),
        size=signed.size,
        root=signed.root.hex(),
        provider_keys=keys.public.vkeys,
        rows=tuple(StatementRow(title=each.title, entries=each.entries, sha256=each.sha256) for each in services),
        is_fictional=client.is_fictional or provider.is_fictional,
    )
    leaves = _leaves(client, [index for each in services for index in each.entries])
    kinds = {title: kind for kind, title in SERVICES.items()}
    built, note = build_statement(document, render_statement(document), keys, kinds, leaves)
    body = ProviderStated(
        provider=provider.name,
        from_=new.first,
        to=new.last,
        services=tuple(StatedService(kind=each.kind, count=len(each.entries), sha256=each.sha256) for each in services),
        size=signed.size,
        note_sha256=hashlib.sha256(note).hexdigest(),
        stated_by=by,
        role=role,
    )
    return record_with_files(client, KIND, body_document(body), [_packed(built)], recorder, day=today)


def statements_of(client: Organisation) -> list[RecordedFact]:
    """The statements in a client's record, newest first; each was checked against the stored tree."""
    indexes = (
        LedgerEntry.objects.filter(organisation=client, kind=KIND).order_by("index").values_list("index", flat=True)
    )
    return [read_fact(entry) for entry in read_selected(client, list(indexes))][::-1]


def _packed(built: Dossier) -> UploadedFile:
    target = io.BytesIO()
    write_archive(built, target)
    target.seek(0)
    return UploadedFile(f"{built.folder}.zip", "application/zip", target)


def _keys_of(provider: Organisation) -> LogKeys:
    """The provider's keys; those of a log that was never signed come with the entry of their ceremony."""
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=provider.pk)
        return settle_keys(provider)


def _actors(provider: Organisation) -> frozenset[str]:
    people = Membership.objects.filter(organisation=provider, role=Role.PROVIDER).select_related("user")
    return frozenset(actor_of(membership.user) for membership in people)


def _facts(client: Organisation, first: date, last: date) -> list[RecordedFact]:
    if not is_whole(client):
        return [read_fact(entry) for entry in read_entries(client)]
    rows = LedgerFact.objects.filter(organisation=client, kind__in=SERVICES, first_day__range=(first, last))
    indexes = list(rows.order_by("index").values_list("index", flat=True)[: MOST_ENTRIES + 1])
    if len(indexes) > MOST_ENTRIES:
        raise ProgramInputError(f"The record has more than {MOST_ENTRIES} entries of this period.", field="first")
    size = LedgerEntry.objects.filter(organisation=client).count()
    tied = sorted(Ties(client.pk, size).with_ties(indexes))
    return [read_fact(entry) for entry in read_selected(client, tied)]


def _leaves(client: Organisation, indexes: list[int]) -> dict[int, bytes]:
    wanted = set(indexes)
    if not wanted:
        return {}
    rows = LedgerEntry.objects.filter(organisation=client, index__range=(min(wanted), max(wanted)))
    found = rows.values_list("index", "leaf_hash").iterator()
    return {index: bytes(leaf) for index, leaf in found if index in wanted}
