"""Which checkpoints wait for which time-stamp authority. A request leaves the queue only when its token is kept."""

from datetime import datetime, timedelta

from django.db.models import Q

from charteroak.adapters.system_clock import now
from charteroak.records.accounts.models import Organisation
from charteroak.records.anchors.models import Authority, QueuedStamp, Token
from charteroak.records.ledger.models import Checkpoint

RENEWAL_PAUSE = timedelta(days=7)
"""An authority may answer a renewal with the certificate that is about to expire; it is asked again after this."""


def active_authorities() -> list[Authority]:
    """The authorities that are asked."""
    return list(Authority.objects.filter(retired=None))


def queue_checkpoint(checkpoint: Checkpoint) -> None:
    """Let a checkpoint wait for every authority that has not stamped it. Inside the caller's transaction."""
    for authority in active_authorities():
        if not Token.objects.filter(checkpoint=checkpoint, authority=authority, previous=None).exists():
            QueuedStamp.objects.get_or_create(
                checkpoint=checkpoint, authority=authority, previous=None, defaults={"queued": now()}
            )


def queue_renewals(organisation: Organisation, *, moment: datetime, days: int) -> int:
    """Let each token that holds and whose certificates expire within so many days wait for a newer stamp over it.

    The authority's own successor certificate comes first; if that authority is asked no longer, any other one serves.
    """
    expiring = Token.objects.filter(
        Q(renewals=None),
        Q(queued_renewals=None),
        checkpoint__organisation=organisation,
        certificate_expires__lte=moment + timedelta(days=days),
        received__lte=moment - RENEWAL_PAUSE,
    ).select_related("authority")
    queued = 0
    for token in expiring:
        authority = token.authority if token.authority.retired is None else next(iter(active_authorities()), None)
        if token.holds and authority is not None:
            QueuedStamp.objects.create(checkpoint=token.checkpoint, authority=authority, previous=token, queued=moment)
            queued += 1
    return queued


def waiting_of(organisation: Organisation) -> list[QueuedStamp]:
    """What waits for a stamp, oldest first."""
    rows = QueuedStamp.objects.filter(checkpoint__organisation=organisation)
    return list(rows.select_related("checkpoint", "authority", "previous"))
