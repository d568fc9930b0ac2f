"""One-time codes by which somebody without an account accepts an item: a police officer, an examiner.

The code stands on the receipt that is handed over with the item and is shown once; here only its digest is kept. It has
75 random bits, holds for one offer until that ends, and is asked for no more often than a receipt. A wrong code, a used
one and one whose offer is over get the same answer. Whoever offered could type the code in as well: the entry says that
it was accepted by code, and the signature on the receipt is what shows by whom.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from charteroak.adapters.system_clock import now
from charteroak.errors import InputError
from charteroak.program.custody import Link
from charteroak.receipts import make_receipt, parse_receipt
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.evidence.models import TransferCode
from charteroak.records.ledger.models import LedgerEntry
from charteroak.services.access import actor_of
from charteroak.services.custody import Offer, Receiver, chain_of, is_expired, offer_custody, record_answer
from charteroak.services.programs import Recorder, usable_line
from charteroak.services.request_limits import LOOK_UPS, Caller, count_request

DEFAULT_OFFER = timedelta(hours=72)


class TransferCodeError(InputError):
    """No offer waits under this code, or the one who offered the item would accept it. Nothing was recorded."""

    code: ClassVar[str] = "custody.code"


@dataclass(frozen=True, slots=True)
class CodedOffer:
    """An offer with the code by which it is accepted. The code is known here and nowhere else."""

    entry: LedgerEntry
    code: str


def offer_with_code(organisation: Organisation, offer: Offer, recorder: Recorder) -> CodedOffer:
    """Offer an item to somebody outside, who accepts it with a code.

    Raises:
        AccessError: the person may not, or the record knows no such item.
        ProgramInputError: an offer waits already, or a field cannot be used; nothing was recorded.
    """
    code = make_receipt(secrets.token_bytes(10))
    lasts = offer.lasts or DEFAULT_OFFER
    with transaction.atomic():
        limited = Offer(offer.item, offer.from_, offer.to, offer.purpose, offer.place, offer.condition, lasts)
        entry = offer_custody(organisation, limited, recorder)
        TransferCode.objects.create(
            organisation=organisation,
            entry=entry,
            digest=_digest(code),
            item=offer.item,
            expires=recorder.moment + lasts,
        )
    return CodedOffer(entry, code)


def accept_by_code(
    text: str, receiver: Receiver, *, accepted: bool, user: User | AnonymousUser, caller: Caller
) -> LedgerEntry:
    """Answer an offer by its code, under a name, an agency and a badge or other number.

    Raises:
        ReceiptError: a character of the code is wrong.
        TransferCodeError: no offer waits under this code; for a wrong, a used and a late one alike.
        ProgramInputError: a name is missing; nothing was recorded.
        TooManyRequestsError: it was tried too often.
    """
    code = parse_receipt(text)
    named = Receiver(
        usable_line(receiver.name, "name"), usable_line(receiver.agency, "agency"), usable_line(receiver.badge, "badge")
    )
    count_request(LOOK_UPS, caller)
    row = TransferCode.objects.select_related("organisation", "entry").filter(digest=_digest(code)).first()
    if row is None:
        raise _nothing_waits()
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=row.organisation_id)
        recorder = Recorder("system")
        chain = chain_of(row.organisation, row.item)
        offer = chain.offer
        if offer is None or offer.entry != row.entry.index or is_expired(offer, recorder):
            raise _nothing_waits()
        _refuse_giver(user, offer)
        entry = record_answer(row.organisation, chain, offer, recorder, accepted=accepted, receiver=named, means="code")
        TransferCode.objects.filter(pk=row.pk).update(used=now())
    return entry


def is_code_of(organisation: Organisation, entry: int, text: str) -> bool:
    """Whether this is the code of the offer of an entry, so that it may stand on the receipt."""
    try:
        digest = _digest(parse_receipt(text))
    except InputError:
        return False
    return TransferCode.objects.filter(organisation=organisation, entry__index=entry, digest=digest).exists()


def _refuse_giver(user: User | AnonymousUser, offer: Link) -> None:
    if isinstance(user, User) and actor_of(user) == offer.actor:
        raise TransferCodeError(
            "You offered this item, so you cannot accept it.", remedy="Let the receiver type the code, signed out."
        )


def _nothing_waits() -> TransferCodeError:
    return TransferCodeError(
        "No offer waits under this code.", remedy="It may have been answered or have expired: ask for a new one."
    )


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode("ascii")).hexdigest()
