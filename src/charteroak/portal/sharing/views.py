"""The TAXII 2.1 server, read path: discovery, API root, collections, objects, manifest, versions.

Section numbers are those of the OASIS Standard of 10 June 2021. Nothing can be written here: collections say
``can_write: false``, and any method but GET is answered with 405.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import update_wrapper
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from charteroak.errors import AccessError
from charteroak.intel.stix import MEDIA_TYPE as STIX_MEDIA_TYPE
from charteroak.portal.sharing.authentication import LockedOutError, user_of
from charteroak.portal.sharing.cursors import make_cursor, read_cursor
from charteroak.portal.sharing.messages import (
    MEDIA_TYPE,
    Filters,
    TAXIIRequestError,
    answer,
    answer_bytes,
    fault,
    is_acceptable,
    parse_filters,
    stix_version,
    taxii_time,
)
from charteroak.records.accounts.models import User
from charteroak.records.intelligence.models import Collection
from charteroak.services.sharing import (
    Page,
    access_collection,
    collections_open_to,
    holds_object,
    shared_objects_page,
)

MAX_CONTENT_BYTES = 1 << 20
"""What an API root says about the largest request. Nothing can be sent yet; the standard requires a number."""

_OBJECT_FILTERS = frozenset({"id", "type", "version", "spec_version"})
_ONE_OBJECT_FILTERS = frozenset({"version", "spec_version"})
_VERSION_FILTERS = frozenset({"spec_version"})

Parameters = ParamSpec("Parameters")
Endpoint = Callable[Concatenate[HttpRequest, User, Parameters], HttpResponse]


def taxii(endpoint: Endpoint[Parameters]) -> Callable[Concatenate[HttpRequest, Parameters], HttpResponse]:
    """What every endpoint shares: GET, a proven person, TAXII 2.1 asked for, and faults as TAXII messages."""

    def view(request: HttpRequest, /, *args: Parameters.args, **kwargs: Parameters.kwargs) -> HttpResponse:
        if request.method != "GET":
            response = fault(405, "This server can only be read")
            response["Allow"] = "GET"
            return response
        try:
            user = user_of(request)
        except LockedOutError as error:
            return fault(429, "Locked for a while", str(error))
        if user is None:
            return fault(401, "Name and password are needed")
        if not is_acceptable(request):
            return fault(406, "Not acceptable", f"Ask with the header Accept: {MEDIA_TYPE}")
        try:
            return endpoint(request, user, *args, **kwargs)
        except AccessError:
            return fault(404, "Not found")
        except TAXIIRequestError as error:
            return fault(400, "Not understood", str(error))

    update_wrapper(view, endpoint)
    return csrf_exempt(login_not_required(view))


@taxii
def discovery(request: HttpRequest, _user: User) -> HttpResponse:
    """Server discovery (4.1)."""
    root = request.build_absolute_uri(reverse("taxii:api-root"))
    return answer({"title": "Charter Oak", "default": root, "api_roots": [root]})


@taxii
def api_root(_request: HttpRequest, _user: User) -> HttpResponse:
    """The API root (4.2)."""
    return answer({"title": "Intelligence", "versions": [MEDIA_TYPE], "max_content_length": MAX_CONTENT_BYTES})


@taxii
def collections(_request: HttpRequest, user: User) -> HttpResponse:
    """The collections that this person may read, by identifier (5.1)."""
    found = [_collection_resource(one) for one in collections_open_to(user)]
    return answer({"collections": found} if found else {})


@taxii
def collection(_request: HttpRequest, user: User, reference: str) -> HttpResponse:
    """One collection (5.2)."""
    return answer(_collection_resource(access_collection(user, reference)))


@taxii
def objects(request: HttpRequest, user: User, reference: str) -> HttpResponse:
    """Objects of a collection (5.4)."""
    found = access_collection(user, reference)
    filters = parse_filters(request.GET.dict(), allowed=_OBJECT_FILTERS)
    return _envelope(request, user, filters, _read(request, user, found, filters))


@taxii
def one_object(request: HttpRequest, user: User, reference: str, object_id: str) -> HttpResponse:
    """Versions of one object, whole (5.6)."""
    found = access_collection(user, reference)
    filters = parse_filters(request.GET.dict(), allowed=_ONE_OBJECT_FILTERS)
    return _envelope(request, user, filters, _read(request, user, found, filters, object_id=object_id))


@taxii
def manifest(request: HttpRequest, user: User, reference: str) -> HttpResponse:
    """What a collection holds, without the objects (5.3)."""
    found = access_collection(user, reference)
    filters = parse_filters(request.GET.dict(), allowed=_OBJECT_FILTERS)
    page = _read(request, user, found, filters)
    records = [
        {
            "id": row.stix_id,
            "date_added": taxii_time(row.date_added),
            "version": stix_version(row.version),
            "media_type": row.media_type,
        }
        for row in page.objects
    ]
    return _listing(request, user, filters, page, {"objects": records})


@taxii
def versions(request: HttpRequest, user: User, reference: str, object_id: str) -> HttpResponse:
    """The versions of one object, the oldest first (5.8)."""
    found = access_collection(user, reference)
    query = {**request.GET.dict(), "match[version]": "all"}
    filters = parse_filters(query, allowed=_VERSION_FILTERS | {"version"})
    page = _read(request, user, found, filters, object_id=object_id)
    return _listing(request, user, filters, page, {"versions": [stix_version(row.version) for row in page.objects]})


def _collection_resource(one: Collection) -> dict[str, object]:
    resource: dict[str, object] = {
        "id": str(one.id),
        "title": one.title,
        "alias": one.alias,
        "can_read": True,
        "can_write": False,
        "media_types": [STIX_MEDIA_TYPE],
    }
    if one.description:
        resource["description"] = one.description
    return resource


def _read(
    request: HttpRequest, user: User, found: Collection, filters: Filters, *, object_id: str | None = None
) -> Page:
    if object_id is not None and not holds_object(found, object_id):
        raise AccessError("There is nothing here that you may see.")
    asked = filters.request
    if object_id is not None:
        asked = replace(asked, ids=(object_id,))
    if filters.next_cursor:
        position = read_cursor(filters.next_cursor, user=user, path=request.path, filters=filters.canonical)
        asked = replace(asked, position=position)
    return shared_objects_page(found, asked)


def _next(request: HttpRequest, user: User, filters: Filters, page: Page) -> str:
    return make_cursor(page.objects[-1].date_added, user=user, path=request.path, filters=filters.canonical)


def _envelope(request: HttpRequest, user: User, filters: Filters, page: Page) -> HttpResponse:
    """An envelope (3.7), put together from the stored bytes of each object. An empty one is ``{}``."""
    if not page.objects:
        return answer({})
    head = '{"more":false,"objects":['
    if page.more:
        head = f'{{"more":true,"next":"{_next(request, user, filters, page)}","objects":['
    body = head + ",".join(row.body for row in page.objects) + "]}"
    return _with_moments(answer_bytes(body.encode("utf-8")), page)


def _listing(
    request: HttpRequest, user: User, filters: Filters, page: Page, content: dict[str, object]
) -> HttpResponse:
    """A manifest or version resource. ``next`` is given here too: without it a reader of pages begins again."""
    if not page.objects:
        return answer({})
    document: dict[str, object] = {"more": page.more, **content}
    if page.more:
        document["next"] = _next(request, user, filters, page)
    return _with_moments(answer(document), page)


def _with_moments(response: HttpResponse, page: Page) -> HttpResponse:
    """Sections 5.3 to 5.8: the moments of the first and last object of the page, exact enough for ``added_after``."""
    response["X-TAXII-Date-Added-First"] = taxii_time(page.objects[0].date_added)
    response["X-TAXII-Date-Added-Last"] = taxii_time(page.objects[-1].date_added)
    return response
