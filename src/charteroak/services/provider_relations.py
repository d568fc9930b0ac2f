"""Who looks after whom: that a provider began to act for an organisation, and that it ceased to. Both ledgers say so.

When a relation ends, the provider's people reach nothing of the client's any more from that moment on: what they may is
asked of the relation each time (``services/access.py``). The client's record, its keys and its files stay as they are,
with the client; the provider's own log keeps the entry that says that it ended, and no word of the client's record.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

from django.db import transaction

from charteroak.adapters.system_clock import now
from charteroak.clock import connecticut_day
from charteroak.errors import InputError
from charteroak.program.bodies import ProviderRelation, RelationStep, body_document
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import LedgerEntry
from charteroak.services.access import Role, require_role
from charteroak.services.ledger import append_entry
from charteroak.services.program_record import usable_text
from charteroak.services.programs import Recorder

By = Literal["client", "provider", "installation"]
KIND = "provider.relation"


class RelationError(InputError):
    """A relation cannot be begun or ended so."""

    code: ClassVar[str] = "provider.relation"


@dataclass(frozen=True, slots=True)
class RelationChange:
    """The two entries that say so, in the client's ledger and in the provider's."""

    client: LedgerEntry
    provider: LedgerEntry


def providers_of(organisation: Organisation) -> list[Organisation]:
    """Who looks after an organisation, by name."""
    return list(organisation.providers.order_by("name"))


def begin_relation(
    client: Organisation, provider: Organisation, recorder: Recorder, *, reason: str = ""
) -> RelationChange:
    """Let a provider's people act for an organisation. Its own security lead says so, or whoever runs the installation.

    Raises:
        AccessError: the person is not the organisation's security lead.
        RelationError: the one is no provider, the other no member, or it looks after it already; nothing was recorded.
    """
    if recorder.user is not None:
        require_role(recorder.user, client, Role.SECURITY_LEAD)
    if provider.part != Organisation.Part.PROVIDER or client.part != Organisation.Part.MEMBER:
        raise RelationError(f"{provider.name} is no provider, or {client.name} is no member.")
    by: By = "installation" if recorder.user is None else "client"
    with transaction.atomic():
        _lock(client, provider)
        if client.providers.filter(pk=provider.pk).exists():
            raise RelationError(f"{provider.name} looks after {client.name} already.")
        client.providers.add(provider)
        return _record(client, provider, "begun", by, recorder, reason)


def end_relation(
    client: Organisation, provider: Organisation, recorder: Recorder, *, reason: str = ""
) -> RelationChange:
    """Let a provider's people act for an organisation no more, from this moment on. Either side may, by itself.

    Raises:
        AccessError: the person is neither the organisation's security lead nor one of the provider's people.
        RelationError: the provider does not look after it; nothing was recorded.
    """
    by = _side_of(client, provider, recorder)
    with transaction.atomic():
        _lock(client, provider)
        if not client.providers.filter(pk=provider.pk).exists():
            raise RelationError(f"{provider.name} does not look after {client.name}.")
        change = _record(client, provider, "ended", by, recorder, reason)
        client.providers.remove(provider)
        return change


def _side_of(client: Organisation, provider: Organisation, recorder: Recorder) -> By:
    if recorder.user is None:
        return "installation"
    if recorder.user.memberships.filter(organisation=provider, role=Role.PROVIDER).exists():
        require_role(recorder.user, client, Role.PROVIDER)
        return "provider"
    require_role(recorder.user, client, Role.SECURITY_LEAD)
    return "client"


def _lock(*organisations: Organisation) -> None:
    """Hold the rows in one order, so that two who do this at once wait for each other and never for both."""
    for number in sorted(organisation.pk for organisation in organisations):
        Organisation.objects.select_for_update().get(pk=number)


def _record(
    client: Organisation, provider: Organisation, step: RelationStep, by: By, recorder: Recorder, reason: str
) -> RelationChange:
    body = body_document(
        ProviderRelation(
            step=step, provider=provider.name, client=client.name, by=by, reason=usable_text(reason, "reason")
        )
    )
    day = connecticut_day(recorder.recorded or now()).isoformat()
    first, second = (
        append_entry(
            organisation,
            actor=recorder.actor,
            kind=KIND,
            occurred_from=day,
            body=body if organisation.pk == client.pk else body | {"reason": ""},
            recorded=recorder.recorded if organisation.is_fictional else None,
        )
        for organisation in (client, provider)
    )
    return RelationChange(first, second)
