"""Subscriptions: a member pulls a desk's collection over TAXII 2.1 and keeps the indicators for its own hunts.

A pull goes page by page, and each page is stored together with the place where reading stands. Whatever interrupts it,
the next pull goes on from there: nothing is missed and nothing stands twice. What could not be read is listed.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Protocol

from django.db import transaction
from django.db.models import Q, QuerySet

from charteroak.adapters.system_clock import now
from charteroak.adapters.taxii_client import ObjectsPage, TAXIIClient, TAXIIStatusError
from charteroak.clock import format_instant, parse_instant
from charteroak.errors import CouldNotError
from charteroak.intel.stix_reader import CouldNotRead, ReceivedIndicator, ReceivedObjects, read_objects
from charteroak.records.accounts.models import Membership, Organisation, User
from charteroak.records.intelligence.models import FeedSubscription, PulledIndicator
from charteroak.services.access import refuse, require_role
from charteroak.services.sharing import PageRequest, access_collection, collections_open_to, shared_objects_page

PAGE_OBJECTS = 500
"""Asked of the server for one page; it may give fewer."""

MAX_PAGES_PER_PULL = 2_000
"""A million objects. A server that still says *more* is not going to end."""

OWN_DESK = "own-desk:"
"""Stands in a subscription's address for a desk of this installation, which is read without a network."""

_READERS = (Membership.Role.SECURITY_LEAD, Membership.Role.PROVIDER)
# What servers answer to a cursor that has lapsed or that another version of them made.
_CURSOR_REFUSED = frozenset({400, 404, 410, 422})


class FeedStuckError(CouldNotError):
    """The server keeps saying that there is more and does not move on. What was read before it is kept."""

    code: ClassVar[str] = "feed.stuck"


@dataclass(frozen=True, slots=True)
class PullResult:
    """What a pull brought. ``stored`` counts observables, ``withdrawn`` indicators taken back."""

    pages: int
    stored: int
    withdrawn: int
    unchanged: int
    ignored: Mapping[str, int] = field(default_factory=dict)
    could_not_read: tuple[CouldNotRead, ...] = ()


@dataclass(slots=True)
class _Tally:
    pages: int = 0
    stored: int = 0
    withdrawn: int = 0
    unchanged: int = 0
    ignored: Counter[str] = field(default_factory=Counter)
    could_not_read: list[CouldNotRead] = field(default_factory=list)


class CollectionReader(Protocol):
    """Where pages of a collection come from: a TAXII server, or a desk of this installation."""

    def objects_page(
        self, collection_id: str, *, added_after: str = "", next_cursor: str = "", limit: int = 500
    ) -> ObjectsPage:
        """One page of objects, in the order of adding."""


@dataclass(frozen=True, slots=True)
class OwnDeskReader:
    """Reads a collection of a desk of this very installation, with the access that the person has; no network."""

    user: User

    def objects_page(
        self, collection_id: str, *, added_after: str = "", next_cursor: str = "", limit: int = 500
    ) -> ObjectsPage:
        """One page; the cursor is the moment at which the last object of the page before was added.

        Raises:
            AccessError: the collection is absent or not for this person.
        """
        collection = access_collection(self.user, collection_id)
        position = next_cursor or added_after
        page = shared_objects_page(
            collection, PageRequest(added_after=parse_instant(position) if position else None, limit=limit)
        )
        moments = [format_instant(row.date_added) for row in page.objects]
        return ObjectsPage(
            objects=tuple(row.body.encode("utf-8") for row in page.objects),
            more=page.more,
            next_cursor=moments[-1] if page.more else "",
            added_first=moments[0] if moments else "",
            added_last=moments[-1] if moments else "",
        )


def pull_own_desk(member: Organisation, *, by: User) -> PullResult:
    """Pull every collection of this installation's desks that the person may read for a member.

    Raises:
        AccessError: the person may not act for the member.
    """
    require_role(by, member, *_READERS)
    results = []
    for collection in collections_open_to(by):
        row, _ = FeedSubscription.objects.get_or_create(
            organisation=member, url=OWN_DESK, collection_id=str(collection.pk), defaults={"title": collection.title}
        )
        results.append(pull_subscription(member, row, OwnDeskReader(by), by=by))
    return PullResult(
        pages=sum(result.pages for result in results),
        stored=sum(result.stored for result in results),
        withdrawn=sum(result.withdrawn for result in results),
        unchanged=sum(result.unchanged for result in results),
        ignored=dict(sum((Counter(result.ignored) for result in results), Counter())),
        could_not_read=tuple(problem for result in results for problem in result.could_not_read),
    )


@transaction.atomic
def subscribe(
    member: Organisation, *, url: str, collection_id: str, by: User, username: str = "", title: str = ""
) -> FeedSubscription:
    """Remember a collection elsewhere; nothing is asked of it yet. Subscribing twice is subscribing once.

    Raises:
        AccessError: the person may not act for the member.
        TAXIIAddressError: the address cannot be used.
    """
    require_role(by, member, *_READERS)
    address = TAXIIClient(url).url
    row, _ = FeedSubscription.objects.update_or_create(
        organisation=member,
        url=address,
        collection_id=collection_id,
        defaults={"username": username, "title": title},
    )
    return row


def pull_subscription(
    member: Organisation,
    subscription: FeedSubscription,
    client: CollectionReader,
    *,
    by: User,
    page_objects: int = PAGE_OBJECTS,
) -> PullResult:
    """Read everything that is new in a subscription and store its indicators, page by page.

    Raises:
        AccessError: the subscription is not the member's, or the person may not act for it.
        FeedStuckError: the server does not move on.
        CouldNotError: the server could not be read; the pages read before stay, and the next pull goes on.
    """
    require_role(by, member, *_READERS)
    row = FeedSubscription.objects.filter(organisation=member, pk=subscription.pk).first()
    if row is None:
        refuse()
    tally = _Tally()
    while tally.pages < MAX_PAGES_PER_PULL:
        page = _next_page(row, client, page_objects)
        _check_progress(row, page)
        received = read_objects(page.objects)
        with transaction.atomic():
            _store(row, received, tally)
            _advance(row, page)
        tally.pages += 1
        tally.ignored.update(received.ignored)
        tally.could_not_read.extend(received.could_not_read)
        if not page.more:
            return PullResult(
                pages=tally.pages,
                stored=tally.stored,
                withdrawn=tally.withdrawn,
                unchanged=tally.unchanged,
                ignored=dict(tally.ignored),
                could_not_read=tuple(tally.could_not_read),
            )
    raise FeedStuckError(f"The server had more after {MAX_PAGES_PER_PULL} pages.", remedy="Pull again to go on.")


def _next_page(row: FeedSubscription, client: CollectionReader, limit: int) -> ObjectsPage:
    try:
        return client.objects_page(
            row.collection_id, added_after=row.added_after, next_cursor=row.next_cursor, limit=limit
        )
    except TAXIIStatusError as refusal:
        if not row.next_cursor or refusal.status not in _CURSOR_REFUSED:
            raise
        # The cursor of an interrupted run has lapsed: read that run again from its beginning. Storing is idempotent.
        row.next_cursor = ""
        return client.objects_page(row.collection_id, added_after=row.added_after, limit=limit)


def _check_progress(row: FeedSubscription, page: ObjectsPage) -> None:
    if not page.more:
        return
    has_new_cursor = page.next_cursor and page.next_cursor != row.next_cursor
    has_new_moment = page.added_last and page.added_last != row.added_after
    if not (has_new_cursor or (not page.next_cursor and has_new_moment)):
        raise FeedStuckError(
            "The server says that there is more and gives no way to reach it.", remedy="Tell the operator of the feed."
        )


def _advance(row: FeedSubscription, page: ObjectsPage) -> None:
    """Move the place where reading stands. The query of a run stays the same while the server gives cursors."""
    row.newest_added = page.added_last or row.newest_added
    if page.more and page.next_cursor:
        row.next_cursor = page.next_cursor
    else:
        row.added_after, row.next_cursor = row.newest_added, ""
    row.last_pulled = now()
    row.save(update_fields=["added_after", "next_cursor", "newest_added", "last_pulled"])


def _store(row: FeedSubscription, received: ReceivedObjects, tally: _Tally) -> None:
    moment = now()
    for indicator in received.indicators:
        held = PulledIndicator.objects.filter(subscription=row, stix_id=indicator.id)
        newest = held.order_by("-modified").values_list("modified", flat=True).first()
        if newest is not None and newest >= indicator.modified:
            tally.unchanged += 1
            continue
        if indicator.revoked and newest is not None:
            held.update(revoked=True, modified=indicator.modified, pulled_at=moment)
        else:
            held.delete()
            PulledIndicator.objects.bulk_create(_rows(row, indicator, moment))
        if indicator.revoked:
            tally.withdrawn += 1
        else:
            tally.stored += len(indicator.observables)


def _rows(row: FeedSubscription, indicator: ReceivedIndicator, moment: datetime) -> list[PulledIndicator]:
    return [
        PulledIndicator(
            organisation=row.organisation,
            subscription=row,
            stix_id=indicator.id,
            type=observable.type.value,
            value=observable.value,
            name=indicator.name,
            tlp=indicator.tlp.value,
            valid_from=indicator.valid_from,
            valid_until=indicator.valid_until,
            modified=indicator.modified,
            revoked=indicator.revoked,
            pulled_at=moment,
        )
        for observable in indicator.observables
    ]


def indicators_in_force(member: Organisation, *, at: datetime | None = None) -> QuerySet[PulledIndicator]:
    """What a member pulled and may hunt for at a moment: begun, not ended, not withdrawn."""
    moment = at or now()
    return PulledIndicator.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=moment),
        organisation=member,
        revoked=False,
        valid_from__lte=moment,
    )
