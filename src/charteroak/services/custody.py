"""Custody: an item passes from one person to another in two steps by two people, each an entry of the ledger.

Whoever offers cannot accept. A person outside (an examiner, a police officer) has no account: then another of the
organisation's people records the acceptance and names who received it. Moving an item sends nothing anywhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Min

from charteroak.program.bodies import CustodyPassed, body_document
from charteroak.program.custody import Chain, read_chains, with_beginning
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
CUSTODY_KIND = "custody.passed"


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
    passed = facts_of_kinds(organisation, (CUSTODY_KIND,))
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
    files = EvidenceFile.objects.filter(organisation=organisation, sha256=item)
    first = files.aggregate(first=Min("entry__index"))["first"]
    passed = facts_of_kinds(organisation, (CUSTODY_KIND,))
    return _chains(organisation, {} if first is None else {item: first}, passed).get(item) or refuse()


def _chains(organisation: Organisation, first: Mapping[str, int], passed: Sequence[RecordedFact]) -> dict[str, Chain]:
    """The chains of some files by the entry that names each first, and of everything that was ever passed on."""
    begun = [read_fact(entry) for entry in read_selected(organisation, sorted(set(first.values())))]
    chains = read_chains(sorted((*begun, *passed), key=lambda fact: fact.index))
    by_index = {fact.index: fact for fact in begun}
    for item, index in first.items():
        # The entry's own words were erased: its header still says who recorded it, and when.
        if item not in chains or chains[item].links[0].step != "recorded":
            chains[item] = with_beginning(chains.get(item), item, by_index[index])
    return chains


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
        if body.item in read_chains(facts_of_kinds(organisation, (CUSTODY_KIND,))):
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
