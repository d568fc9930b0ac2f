"""Custody: an item passes from one person to another in two steps by two people, each an entry of the ledger.

Whoever offers cannot accept. A person outside (an examiner, a police officer) has no account: then another of the
organisation's people records the acceptance and names who received it. Moving an item sends nothing anywhere.
"""

from dataclasses import dataclass

from django.db import transaction

from charteroak.program.bodies import CustodyPassed, body_document
from charteroak.program.custody import Chain, read_chains
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import LedgerEntry
from charteroak.services.access import Role, refuse, require_role
from charteroak.services.program_record import usable_text
from charteroak.services.programs import ProgramInputError, Recorder, record, recorded_facts, usable_line

CUSTODIANS = (Role.SECURITY_LEAD, Role.PROVIDER, Role.COUNSEL)
"""Who passes items on: those who keep the record, and counsel."""


@dataclass(frozen=True, slots=True)
class NewItem:
    """A thing that enters the record without being a file: a laptop, a disk in a bag."""

    item: str
    description: str
    to: str
    place: str
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """An item offered to somebody: for what, and where it changes hands."""

    item: str
    from_: str
    to: str
    purpose: str
    place: str


def chains_of(organisation: Organisation) -> dict[str, Chain]:
    """Every chain of custody of an organisation's record, by item."""
    return read_chains(recorded_facts(organisation))


def chain_of(organisation: Organisation, item: str) -> Chain:
    """One item's chain.

    Raises:
        AccessError: the record knows no such item.
    """
    return chains_of(organisation).get(item) or refuse()


def begin_custody(organisation: Organisation, new: NewItem, recorder: Recorder) -> LedgerEntry:
    """Record that a thing came into somebody's keeping.

    Raises:
        AccessError: the person may not.
        ProgramInputError: the item is on record already, or a field cannot be used; nothing was recorded.
    """
    _require_custodian(organisation, recorder)
    body = CustodyPassed(
        item=usable_line(new.item, "item"),
        step="begun",
        description=usable_text(new.description, "description"),
        to=usable_line(new.to, "to"),
        purpose=_line_or_none(new.purpose, "purpose"),
        place=usable_line(new.place, "place"),
    )
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        if body.item in chains_of(organisation):
            raise ProgramInputError(
                "An item of this name is on record.", field="item", remedy="Add a number or a date to its name."
            )
        return record(organisation, "custody.passed", body_document(body), recorder)


def offer_custody(organisation: Organisation, offer: Offer, recorder: Recorder) -> LedgerEntry:
    """Offer an item to somebody. It stays where it is until they accept.

    Raises:
        AccessError: the person may not, or the record knows no such item.
        ProgramInputError: an offer waits already, or a field cannot be used; nothing was recorded.
    """
    _require_custodian(organisation, recorder)
    from_, to = usable_line(offer.from_, "from_"), usable_line(offer.to, "to")
    if from_ == to:
        raise ProgramInputError("It is passed from one person to another.", field="to")
    purpose, place = usable_line(offer.purpose, "purpose"), usable_line(offer.place, "place")
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        chain = chain_of(organisation, offer.item)
        if chain.offer is not None:
            raise ProgramInputError(
                f"It was offered to {chain.offer.to} already, by entry {chain.offer.entry}.",
                field="to",
                remedy="Wait for the answer, or let somebody record that it was declined.",
            )
        body = CustodyPassed(
            item=chain.item, step="offered", sha256=chain.sha256, from_=from_, to=to, purpose=purpose, place=place
        )
        return record(organisation, "custody.passed", body_document(body), recorder)


def answer_offer(
    organisation: Organisation, item: str, recorder: Recorder, *, accepted: bool, received_by: str
) -> LedgerEntry:
    """Accept or decline the offer that waits. Accepting takes another person than the one who offered.

    Raises:
        AccessError: the person may not, or the record knows no such item.
        ProgramInputError: no offer waits, or the one who offered would accept it; nothing was recorded.
    """
    _require_custodian(organisation, recorder)
    receiver = usable_line(received_by, "received_by")
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        chain = chain_of(organisation, item)
        offer = chain.offer
        if offer is None:
            raise ProgramInputError("No offer waits for an answer.", field="received_by")
        if accepted and recorder.actor == offer.actor:
            raise ProgramInputError(
                "Another person than the one who offered it has to accept.",
                field="received_by",
                remedy="Let the receiver, or a second person of the organization, sign in and accept.",
            )
        if accepted and receiver == offer.from_:
            raise ProgramInputError("It was offered by this person.", field="received_by")
        body = CustodyPassed(
            item=chain.item,
            step="accepted" if accepted else "declined",
            sha256=chain.sha256,
            from_=offer.from_,
            to=offer.to,
            purpose=offer.purpose,
            place=offer.place,
            offer=offer.entry,
            received_by=receiver,
        )
        return record(organisation, "custody.passed", body_document(body), recorder)


def _line_or_none(text: str, field: str) -> str:
    return usable_line(text, field) if text.strip() else ""


def _require_custodian(organisation: Organisation, recorder: Recorder) -> None:
    if recorder.user is not None:
        require_role(recorder.user, organisation, *CUSTODIANS)
