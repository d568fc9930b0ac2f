"""Custody: an item passes from one person to another in two steps by two people, each an entry of the ledger.

Whoever offers cannot accept. A person outside (an examiner, a police officer) has no account: then another of the
organisation's people records the acceptance and names who received it, or the outsider gives the one-time code of the
offer (``transfer_codes``). An offer that nobody accepts in time expires, and that is an entry too. Moving an item sends
nothing anywhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from django.db import transaction
from django.db.models import Min

from charteroak.program.bodies import AcceptanceMeans, CustodyHandedOn, body_document
from charteroak.program.custody import CHAIN_KINDS, Chain, Link, read_chains, with_beginning
from charteroak.program.recorded import RecordedFact, read_fact
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import LedgerEntry
from charteroak.records.programs.models import EvidenceFile
from charteroak.services.access import Role, refuse, require_role
from charteroak.services.holds import facts_of_kinds
from charteroak.services.program_record import usable_text
from charteroak.services.programs import ProgramInputError, Recorder, record, usable_line
from charteroak.services.selected import read_selected

CUSTODIANS = (Role.SECURITY_LEAD, Role.PROVIDER, Role.COUNSEL)
"""Who passes items on: those who keep the record, and counsel."""
MIN_OFFER = timedelta(hours=1)
MAX_OFFER = timedelta(days=30)


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
    condition: str = ""
    lasts: timedelta | None = None
    """How long the offer can be accepted; without end if nothing is said."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who has an item in hand now, or declined it; somebody outside has an agency and a badge."""

    name: str
    agency: str = ""
    badge: str = ""


@dataclass(frozen=True, slots=True)
class CustodyPage:
    """Some items of the record, those that wait for an answer first, then those that moved last."""

    chains: Sequence[Chain]
    items: int
    waiting: int


def custody_page(organisation: Organisation, *, offset: int = 0, limit: int = 50) -> CustodyPage:
    """Some items with their chains. Only the entries of these items are read, however many there are.

    Raises:
        LogError: one of those entries is missing or was altered.
    """
    files = EvidenceFile.objects.filter(organisation=organisation)
    first = dict(files.values_list("sha256").annotate(first=Min("entry__index")).order_by())
    passed = facts_of_kinds(organisation, CHAIN_KINDS)
    moved = read_chains(passed)
    last = first | {item: chain.links[-1].entry for item, chain in moved.items()}
    waiting = {item for item, chain in moved.items() if chain.offer is not None}
    chosen = sorted(last, key=lambda item: (item not in waiting, -last[item], item))[offset : offset + limit]
    chains = _chains(organisation, {item: first[item] for item in chosen if item in first}, passed)
    return CustodyPage([chains[item] for item in chosen if item in chains], len(last), len(waiting))


def chain_of(organisation: Organisation, item: str) -> Chain:
    """One item's chain.

    Raises:
        AccessError: the record knows no such item.
    """
    return chains_of(organisation, [item]).get(item) or refuse()


def chains_of(organisation: Organisation, items: Sequence[str]) -> dict[str, Chain]:
    """The chains of some items, by item; what the record does not know is left out."""
    files = EvidenceFile.objects.filter(organisation=organisation, sha256__in=items)
    first = dict(files.values_list("sha256").annotate(first=Min("entry__index")).order_by())
    chains = _chains(organisation, first, facts_of_kinds(organisation, CHAIN_KINDS))
    return {item: chains[item] for item in items if item in chains}


def _chains(organisation: Organisation, first: Mapping[str, int], passed: Sequence[RecordedFact]) -> dict[str, Chain]:
    """The chains of some files by the entry that names each first, and of everything that was ever passed on."""
    begun = [read_fact(entry) for entry in read_selected(organisation, sorted(set(first.values())))]
    # An item taken from an upload is both: the entry that names its file first, and one of custody.
    by_entry = {fact.index: fact for fact in (*begun, *passed)}
    chains = read_chains(by_entry[index] for index in sorted(by_entry))
    by_index = {fact.index: fact for fact in begun}
    for item, index in first.items():
        # The entry's own words were erased: its header still says who recorded it, and when.
        if item not in chains or chains[item].links[0].step not in {"recorded", "taken"}:
            chains[item] = with_beginning(chains.get(item), item, by_index[index])
    return chains


def begin_custody(organisation: Organisation, new: NewItem, recorder: Recorder) -> LedgerEntry:
    """Record that a thing came into somebody's keeping.

    Raises:
        AccessError: the person may not.
        ProgramInputError: the item is on record already, or a field cannot be used; nothing was recorded.
    """
    _require_custodian(organisation, recorder)
    body = CustodyHandedOn(
        item=usable_line(new.item, "item"),
        step="begun",
        description=usable_text(new.description, "description"),
        to=usable_line(new.to, "to"),
        purpose=_line_or_none(new.purpose, "purpose"),
        place=usable_line(new.place, "place"),
    )
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        if body.item in read_chains(facts_of_kinds(organisation, CHAIN_KINDS)):
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
    condition = _line_or_none(offer.condition, "condition")
    if offer.lasts is not None and not MIN_OFFER <= offer.lasts <= MAX_OFFER:
        raise ProgramInputError("An offer lasts between an hour and thirty days.", field="hours")
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        chain = _without_expired(organisation, offer.item, recorder)
        if chain.offer is not None:
            raise ProgramInputError(
                f"It was offered to {chain.offer.to} already, by entry {chain.offer.entry}.",
                field="to",
                remedy="Wait for the answer, or let somebody record that it was declined.",
            )
        body = CustodyHandedOn(
            item=chain.item,
            step="offered",
            sha256=chain.sha256,
            from_=from_,
            to=to,
            purpose=purpose,
            place=place,
            condition=condition,
            expires=None if offer.lasts is None else recorder.moment + offer.lasts,
        )
        return record(organisation, "custody.passed", body_document(body), recorder)


def answer_offer(
    organisation: Organisation, item: str, recorder: Recorder, *, accepted: bool, received_by: str | Receiver
) -> LedgerEntry:
    """Accept or decline the offer that waits. Accepting takes another person than the one who offered.

    Raises:
        AccessError: the person may not, or the record knows no such item.
        ProgramInputError: no offer waits, it has expired (which is recorded), or the one who offered would accept it.
    """
    _require_custodian(organisation, recorder)
    receiver = received_by if isinstance(received_by, Receiver) else Receiver(received_by)
    named = _usable_receiver(receiver)
    own = recorder.user is not None and str(recorder.user) == named.name and not named.agency
    refused: ProgramInputError | None = None
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        before = chain_of(organisation, item)
        chain = _without_expired(organisation, item, recorder)
        offer = chain.offer
        if offer is None and before.offer is not None:
            # What was found out stays on record; only the answer is refused.
            refused = ProgramInputError("This offer has expired.", field="received_by", remedy="Offer the item again.")
        elif offer is None:
            raise ProgramInputError("No offer waits for an answer.", field="received_by")
        else:
            means: AcceptanceMeans = "signed-in" if own else "recorded"
            return record_answer(organisation, chain, offer, recorder, accepted=accepted, receiver=named, means=means)
    raise refused


def record_answer(
    organisation: Organisation,
    chain: Chain,
    offer: Link,
    recorder: Recorder,
    *,
    accepted: bool,
    receiver: Receiver,
    means: AcceptanceMeans,
) -> LedgerEntry:
    """Write the answer to an offer that was found waiting, in the transaction that holds the organisation's row.

    Raises:
        ProgramInputError: the one who offered would accept it; nothing was recorded.
    """
    if accepted and means != "code" and recorder.actor == offer.actor:
        raise ProgramInputError(
            "Another person than the one who offered it has to accept.",
            field="received_by",
            remedy="Let the receiver, or a second person of the organization, sign in and accept.",
        )
    if accepted and receiver.name.casefold() == offer.from_.casefold():
        raise ProgramInputError("It was offered by this person.", field="received_by")
    body = CustodyHandedOn(
        item=chain.item,
        step="accepted" if accepted else "declined",
        sha256=chain.sha256,
        from_=offer.from_,
        to=offer.to,
        purpose=offer.purpose,
        place=offer.place,
        offer=offer.entry,
        received_by=receiver.name,
        means=means,
        agency=receiver.agency,
        badge=receiver.badge,
    )
    return record(organisation, "custody.passed", body_document(body), recorder)


def withdraw_offer(organisation: Organisation, item: str, recorder: Recorder) -> LedgerEntry:
    """Take back an offer that waits; the item stays where it is.

    Raises:
        AccessError: the person may not, or the record knows no such item.
        ProgramInputError: no offer waits; nothing was recorded.
    """
    _require_custodian(organisation, recorder)
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        chain = chain_of(organisation, item)
        if chain.offer is None:
            raise ProgramInputError("No offer waits for an answer.", field="answer")
        return _end(organisation, chain, chain.offer, "withdrawn", recorder)


def expire_offers(organisation: Organisation, recorder: Recorder) -> list[LedgerEntry]:
    """Record of every offer whose time is over that it expired; each item stays with whoever has it."""
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        chains = read_chains(facts_of_kinds(organisation, CHAIN_KINDS))
        return [
            _end(organisation, chain, chain.offer, "expired", recorder)
            for chain in chains.values()
            if chain.offer is not None and is_expired(chain.offer, recorder)
        ]


def is_expired(offer: Link, recorder: Recorder) -> bool:
    """Whether an offer's time is over."""
    return offer.expires is not None and offer.expires <= recorder.moment


def _without_expired(organisation: Organisation, item: str, recorder: Recorder) -> Chain:
    """An item's chain; if its offer's time is over, that is recorded first."""
    chain = chain_of(organisation, item)
    if chain.offer is None or not is_expired(chain.offer, recorder):
        return chain
    _end(organisation, chain, chain.offer, "expired", Recorder("system", recorded=recorder.recorded))
    return chain_of(organisation, item)


def _end(
    organisation: Organisation, chain: Chain, offer: Link, step: Literal["withdrawn", "expired"], recorder: Recorder
) -> LedgerEntry:
    body = CustodyHandedOn(
        item=chain.item,
        step=step,
        sha256=chain.sha256,
        from_=offer.from_,
        to=offer.to,
        purpose=offer.purpose,
        place=offer.place,
        offer=offer.entry,
    )
    return record(organisation, "custody.passed", body_document(body), recorder)


def _usable_receiver(receiver: Receiver) -> Receiver:
    return Receiver(
        usable_line(receiver.name, "received_by"),
        _line_or_none(receiver.agency, "agency"),
        _line_or_none(receiver.badge, "badge"),
    )


def _line_or_none(text: str, field: str) -> str:
    return usable_line(text, field) if text.strip() else ""


def _require_custodian(organisation: Organisation, recorder: Recorder) -> None:
    if recorder.user is not None:
        require_role(recorder.user, organisation, *CUSTODIANS)
