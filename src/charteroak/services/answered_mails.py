"""Which mails were answered, so that each is answered once, however often and to however many processes it comes.

The record is a keyed digest in the table of counted requests: neither the sender nor the mail can be read out of it,
and it is deleted when its time is over.
"""

import hashlib
import hmac
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from charteroak.adapters.system_clock import now
from charteroak.records.accounts.models import RequestCount

KEPT = timedelta(days=400)
"""No mail server delivers a mail again after so long."""


def claim_answer(data: bytes, *, sender: str, message_id: str) -> bool:
    """Whether nobody has claimed yet to answer this mail; whoever is told so answers it, and nobody after them.

    A mail is known by its sender's identifier, since each delivery writes other fields on its top; one without an
    identifier by its bytes.
    """
    identity = f"id {sender}\n{message_id}" if message_id else f"bytes {hashlib.sha256(data).hexdigest()}"
    key = f"charteroak.services.answered_mails\n{settings.SECRET_KEY}".encode()
    moment = now()
    RequestCount.objects.filter(ends__lte=moment).delete()
    try:
        with transaction.atomic():
            RequestCount.objects.create(
                bucket=hmac.new(key, identity.encode("utf-8", "replace"), hashlib.sha256).hexdigest(),
                ends=moment + KEPT,
                count=1,
            )
    except IntegrityError:
        return False
    return True
