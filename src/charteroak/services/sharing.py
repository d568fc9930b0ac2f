"""Collections: who may read which, putting released objects into them, and reading them page by page.

The order of a collection is ``date_added`` alone. It rises strictly, under a lock, so that it serves as the page
cursor and as TAXII's ``added_after`` at once; two objects never share a moment, not even in one transaction.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from charteroak.adapters.system_clock import now
from charteroak.canonical import canonical_json
from charteroak.clock import parse_instant
from charteroak.errors import InputError
from charteroak.intel.audiences import Audience
from charteroak.intel.stix import MEDIA_TYPE, SPEC_VERSION
from charteroak.records.accounts.models import Membership, Organisation, User
from charteroak.records.intelligence.models import Collection, SharedObject
from charteroak.services.access import refuse
from charteroak.tlp import TLPLabel

MAX_PAGE = 1_000
"""As many objects as one answer holds at most, whatever the reader asks for."""

_IDS_PER_QUERY = 500
_TICK = timedelta(microseconds=1)
Part, Role = Organisation.Part, Membership.Role


class CollectionInputError(InputError):
    """A collection cannot be made as described."""

    code: ClassVar[str] = "intel.collection.invalid"


@dataclass(frozen=True, slots=True)
class NewCollection:
    """A collection to open: who reads it, and the strictest label that goes into it."""

    title: str
    alias: str
    audience: Audience
    tlp_ceiling: TLPLabel
    description: str = ""


@dataclass(frozen=True, slots=True)
class VersionMatch:
    """TAXII's ``match[version]`` (section 3.4): which versions of each object; the newest where nothing is said."""

    all: bool = False
    first: bool = False
    last: bool = True
    moments: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which objects of a collection to read. Empty filters let everything through.

    ``position`` is where the last page ended; ``added_after`` is what the reader asked for. Both are exclusive.
    """

    added_after: datetime | None = None
    position: datetime | None = None
    limit: int = MAX_PAGE
    ids: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    spec_versions: tuple[str, ...] = ()
    versions: VersionMatch = field(default_factory=VersionMatch)


@dataclass(frozen=True, slots=True)
class Page:
    """Some shared objects in the order of their adding, and whether there are more."""

    objects: tuple[SharedObject, ...]
    more: bool


@transaction.atomic
def open_collection(desk: Organisation, new: NewCollection, *, created: datetime | None = None) -> Collection:
    """Open a collection at a desk.

    Raises:
        CollectionInputError: the organisation is no desk, the alias is taken, or no label may go to the audience.
    """
    if desk.part != Part.DESK:
        raise CollectionInputError(f"{desk.slug} is no desk.", remedy="Open collections at a desk.")
    if new.tlp_ceiling is TLPLabel.RED:
        raise CollectionInputError("TLP:RED is for individual people and goes into no collection.")
    if Collection.objects.filter(alias=new.alias).exists():
        raise CollectionInputError(f"There is already a collection called {new.alias}.")
    return Collection.objects.create(
        desk=desk,
        title=new.title,
        alias=new.alias,
        description=new.description,
        audience=new.audience.value,
        tlp_ceiling=new.tlp_ceiling.value,
        created=created or now(),
    )


def audiences_of(user: User | AnonymousUser) -> frozenset[Audience]:
    """The audiences that a signed-in person belongs to.

    A provider's people are no member's people: what is marked for members alone (AMBER+STRICT) does not reach them.
    """
    if not isinstance(user, User) or not user.is_active:
        return frozenset()
    memberships = set(user.memberships.values_list("organisation__part", "role"))
    found = set()
    if memberships:
        found |= {Audience.PUBLIC, Audience.COMMUNITY}
    if any(part in {Part.MEMBER, Part.PROVIDER} for part, _ in memberships):
        found.add(Audience.MEMBERS_AND_PROVIDERS)
    if (Part.MEMBER, Role.SECURITY_LEAD) in memberships:
        found.add(Audience.MEMBERS)
    return frozenset(found)


def collections_open_to(user: User | AnonymousUser) -> QuerySet[Collection]:
    """The collections that a person may read, by identifier: those of their audiences, and those of their own desk."""
    if not isinstance(user, User) or not user.is_active:
        return Collection.objects.none()
    own_desks = user.memberships.filter(role=Role.ANALYST).values("organisation")
    by_audience = Q(audience__in=[audience.value for audience in audiences_of(user)])
    return Collection.objects.filter(by_audience | Q(desk__in=own_desks)).order_by("id")


def access_collection(user: User | AnonymousUser, reference: str) -> Collection:
    """The collection with this identifier or alias, if the person may read it.

    Raises:
        AccessError: it is absent or not for them; the two look alike.
    """
    open_to = collections_open_to(user)
    try:
        found = open_to.filter(id=UUID(reference)).first()
    except ValueError:
        found = open_to.filter(alias=reference).first()
    if found is None:
        refuse()
    return found


@transaction.atomic
def share_objects(collection: Collection, documents: Iterable[Mapping[str, Any]], *, at: datetime) -> int:
    """Add versions of STIX objects that the collection does not hold yet; returns how many.

    The caller took the documents from releases, and usually holds a wider transaction.
    """
    Collection.objects.select_for_update().get(pk=collection.pk)
    newest = SharedObject.objects.filter(collection=collection).aggregate(newest=Max("date_added"))["newest"]
    moment = at if newest is None else max(at, newest + _TICK)
    rows = []
    dated = [(parse_instant(document.get("modified") or document["created"]), document) for document in documents]
    held = _versions_held(collection, [document["id"] for _, document in dated])
    for version, document in dated:
        if (document["id"], version) in held:
            continue
        held.add((document["id"], version))
        rows.append(
            SharedObject(
                collection=collection,
                stix_id=document["id"],
                type=document["type"],
                version=version,
                spec_version=SPEC_VERSION,
                media_type=MEDIA_TYPE,
                date_added=moment,
                body=canonical_json(document).decode("utf-8"),
            )
        )
        moment += _TICK
    SharedObject.objects.bulk_create(rows)
    return len(rows)


def _versions_held(collection: Collection, stix_ids: list[str]) -> set[tuple[str, datetime]]:
    held: set[tuple[str, datetime]] = set()
    for start in range(0, len(stix_ids), _IDS_PER_QUERY):
        rows = SharedObject.objects.filter(collection=collection, stix_id__in=stix_ids[start : start + _IDS_PER_QUERY])
        held.update(rows.values_list("stix_id", "version"))
    return held


def shared_objects_page(collection: Collection, request: PageRequest) -> Page:
    """One page of a collection, in the order of adding. Access to the collection was decided before."""
    limit = max(1, min(request.limit, MAX_PAGE))
    rows = SharedObject.objects.filter(collection=collection).order_by("date_added")
    others = SharedObject.objects.filter(collection=OuterRef("collection"), stix_id=OuterRef("stix_id"))
    if request.spec_versions:
        rows = rows.filter(spec_version__in=request.spec_versions)
        others = others.filter(spec_version__in=request.spec_versions)
    if request.ids:
        # Ordered by an expression, so that SQLite looks the identifiers up instead of walking the whole order.
        rows = rows.filter(stix_id__in=request.ids).order_by(Coalesce("date_added", "date_added"))
    if request.types:
        rows = rows.filter(type__in=request.types)
    if not request.versions.all:
        wanted = Q(version__in=request.versions.moments)
        if request.versions.first:
            wanted |= Q(~Exists(others.filter(version__lt=OuterRef("version"))))
        if request.versions.last:
            wanted |= Q(~Exists(others.filter(version__gt=OuterRef("version"))))
        rows = rows.filter(wanted)
    after = [moment for moment in (request.added_after, request.position) if moment is not None]
    if after:
        rows = rows.filter(date_added__gt=max(after))
    found = tuple(rows[: limit + 1])
    return Page(found[:limit], len(found) > limit)


def holds_object(collection: Collection, stix_id: str) -> bool:
    """Whether any version of an object stands in a collection."""
    return SharedObject.objects.filter(collection=collection, stix_id=stix_id).exists()
