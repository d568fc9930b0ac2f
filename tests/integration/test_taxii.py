"""The TAXII 2.1 server over real HTTP on loopback, read by OASIS's taxii2-client and by our own client."""

import base64
import json
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
import taxii2client.v21 as taxii2
import time_machine
from django.db import connection, transaction
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from charteroak.adapters.taxii_client import TAXIIClient, TAXIIStatusError
from charteroak.errors import AccessError
from charteroak.intel.audiences import Audience
from charteroak.observables import parse_observable
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.intelligence.models import Collection, FeedSubscription, PulledIndicator, SharedObject
from charteroak.services.feeds import indicators_in_force, pull_subscription, subscribe
from charteroak.services.intelligence import propose_indicators, release_indicator, revoke_indicator
from charteroak.services.sharing import (
    NewCollection,
    PageRequest,
    open_collection,
    share_objects,
    shared_objects_page,
)
from charteroak.tlp import TLPLabel

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery staple"
MEDIA_TYPE = "application/taxii+json;version=2.1"
THEN = datetime(2026, 3, 1, 14, tzinfo=UTC)
Add = Callable[..., Any]


@pytest.fixture
def community(desk: Organisation) -> Collection:
    return open_collection(desk, NewCollection("Community", "community", Audience.COMMUNITY, TLPLabel.GREEN))


@pytest.fixture
def members_only(desk: Organisation) -> Collection:
    return open_collection(desk, NewCollection("Members", "members", Audience.MEMBERS, TLPLabel.AMBER_STRICT))


def add(collection: Collection, count: int, *, at: datetime = THEN) -> list[str]:
    """Synthetic objects in one transaction and at one moment: the batch that breaks paging by time elsewhere."""
    documents = [
        {
            "type": "indicator",
            "spec_version": "2.1",
            "id": f"indicator--{uuid.uuid4()}",
            "created": "2026-03-01T14:00:00.000Z",
            "modified": "2026-03-01T14:00:00.000Z",
            "pattern": f"[domain-name:value = 'h{number}.example.net']",
            "pattern_type": "stix",
            "valid_from": "2026-03-01T14:00:00.000Z",
        }
        for number in range(count)
    ]
    share_objects(collection, documents, at=at)
    return [str(document["id"]) for document in documents]


def basic(user: User, password: str = PASSWORD) -> dict[str, str]:
    pair = base64.b64encode(f"{user.username}:{password}".encode()).decode()
    return {"HTTP_AUTHORIZATION": f"Basic {pair}", "HTTP_ACCEPT": MEDIA_TYPE}


def objects_address(collection: Collection, rest: str = "objects/") -> str:
    return f"/taxii2/api/collections/{collection.pk}/{rest}"


@pytest.fixture
def reader(live_server: LiveServer, security_lead: User) -> Iterator[Callable[[Collection], taxii2.Collection]]:
    opened = []

    def read(collection: Collection) -> taxii2.Collection:
        remote = taxii2.Collection(
            f"{live_server.url}{objects_address(collection, '')}", user=security_lead.username, password=PASSWORD
        )
        opened.append(remote)
        return remote

    yield read
    for remote in opened:
        remote.close()


def test_taxii2_client_finds_its_way_from_discovery_to_objects(
    live_server: LiveServer, security_lead: User, community: Collection, members_only: Collection
) -> None:
    identifiers = add(community, 3)
    with taxii2.Server(f"{live_server.url}/taxii2/", user=security_lead.username, password=PASSWORD) as server:
        root = server.default
        assert root is not None
        assert root.versions == [MEDIA_TYPE]
        found = {collection.id: collection for collection in root.collections}
        assert set(found) == {str(community.pk), str(members_only.pk)}
        assert list(found) == sorted(found)
        envelope = found[str(community.pk)].get_objects()
        root.close()
    assert [one["id"] for one in envelope["objects"]] == identifiers


def test_three_hundred_objects_of_one_moment_come_once_each_in_pages_of_a_hundred(
    reader: Callable[[Collection], taxii2.Collection], community: Collection
) -> None:
    identifiers = add(community, 300)
    remote = reader(community)
    pages = list(taxii2.as_pages(remote.get_objects, per_request=100))
    assert [len(page["objects"]) for page in pages] == [100, 100, 100]
    assert [one["id"] for page in pages for one in page["objects"]] == identifiers


def test_objects_added_while_reading_come_once_each_too(
    reader: Callable[[Collection], taxii2.Collection], community: Collection
) -> None:
    expected = add(community, 300)
    seen: list[str] = []
    for number, page in enumerate(taxii2.as_pages(reader(community).get_objects, per_request=100)):
        seen.extend(one["id"] for one in page["objects"])
        if number < 3:
            expected += add(community, 40, at=THEN)
    assert seen == expected
    assert len(set(seen)) == 420


def test_the_manifest_and_the_versions_are_paged_too(
    reader: Callable[[Collection], taxii2.Collection], community: Collection
) -> None:
    identifiers = add(community, 25)
    remote = reader(community)
    pages = list(taxii2.as_pages(remote.get_manifest, per_request=10))
    assert [record["id"] for page in pages for record in page["objects"]] == identifiers
    for day in range(2, 6):
        newer = {"type": "indicator", "id": identifiers[0], "modified": f"2026-03-0{day}T00:00:00.000Z"}
        share_objects(community, [newer], at=THEN)
    first = remote.object_versions(identifiers[0], limit=3)
    second = remote.object_versions(identifiers[0], limit=3, next=first["next"])
    assert first["versions"] + second["versions"] == [
        "2026-03-01T14:00:00.000Z", *(f"2026-03-0{day}T00:00:00.000Z" for day in range(2, 6)),
    ]  # fmt: skip


def test_a_batch_of_one_moment_is_read_once_each_by_added_after_alone(
    live_server: LiveServer, security_lead: User, community: Collection
) -> None:
    identifiers = add(community, 300)
    seen: list[str] = []
    query: dict[str, str] = {"limit": "100"}
    while True:
        answer = requests.get(
            f"{live_server.url}{objects_address(community)}",
            params=query,
            auth=(security_lead.username, PASSWORD),
            headers={"Accept": MEDIA_TYPE},
            timeout=60,
        )
        page = answer.json()
        seen.extend(one["id"] for one in page.get("objects", []))
        if not page.get("more"):
            break
        query["added_after"] = answer.headers["X-TAXII-Date-Added-Last"]
    assert seen == identifiers


def test_filters_choose_by_identifier_type_and_version(
    reader: Callable[[Collection], taxii2.Collection], community: Collection
) -> None:
    identifiers = add(community, 5)
    share_objects(community, [{"type": "x-note", "id": "x-note--1", "created": "2026-03-01T14:00:00.000Z"}], at=THEN)
    newer = {"type": "indicator", "id": identifiers[0], "modified": "2026-03-02T14:00:00.000Z"}
    share_objects(community, [newer], at=THEN)
    remote = reader(community)
    assert len(remote.get_objects()["objects"]) == 6
    assert len(remote.get_objects(version="all")["objects"]) == 7
    assert [one["id"] for one in remote.get_objects(type="x-note")["objects"]] == ["x-note--1"]
    assert [one["id"] for one in remote.get_objects(id=identifiers[1:3])["objects"]] == identifiers[1:3]
    assert remote.get_objects(id=identifiers[0])["objects"][0]["modified"] == "2026-03-02T14:00:00.000Z"
    first = remote.get_objects(id=identifiers[0], version="first")["objects"]
    assert first[0]["modified"] == "2026-03-01T14:00:00.000Z"
    exact = remote.get_object(identifiers[0], version="2026-03-02T14:00:00.000Z")["objects"]
    assert [one["modified"] for one in exact] == ["2026-03-02T14:00:00.000Z"]
    assert remote.get_objects(spec_version="2.0") == {}
    assert len(remote.get_objects(spec_version="2.1")["objects"]) == 6
    assert remote.get_objects(id="indicator--none") == {}


def test_the_moments_in_the_headers_bound_the_page(client: Client, security_lead: User, community: Collection) -> None:
    add(community, 3)
    answer = client.get(objects_address(community), {"limit": "2"}, **basic(security_lead))
    rows = list(SharedObject.objects.order_by("date_added"))
    assert answer["X-TAXII-Date-Added-First"] == "2026-03-01T14:00:00.000000Z"
    assert answer["X-TAXII-Date-Added-Last"] == rows[1].date_added.isoformat().replace("+00:00", "Z")
    assert answer["Content-Type"] == MEDIA_TYPE
    everything = client.get(
        objects_address(community), {"added_after": rows[2].date_added.isoformat()}, **basic(security_lead)
    )
    assert (everything.json(), everything.has_header("X-TAXII-Date-Added-Last")) == ({}, False)


def test_no_cookie_and_no_session_come_of_reading(client: Client, security_lead: User, community: Collection) -> None:
    add(community, 1)
    answer = client.get(objects_address(community), **basic(security_lead))
    assert answer.status_code == 200
    assert not answer.cookies
    assert not client.cookies


def test_a_browsers_session_does_not_count(client: Client, security_lead: User, community: Collection) -> None:
    client.force_login(security_lead)
    assert client.get(objects_address(community), HTTP_ACCEPT=MEDIA_TYPE).status_code == 401


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Basic",
        "Basic !!!",
        "Basic " + base64.b64encode(b"no colon").decode(),
        "Basic " + base64.b64encode(b"\xff\xfe:x").decode(),
        "Basic " + base64.b64encode(b"nobody@example.org:x").decode(),
        "Basic " + base64.b64encode(b"nul\x00:x").decode(),
        "Bearer abc",
        "Basic " + "A" * 5000,
    ],
)
def test_without_a_proven_name_the_answer_is_401(client: Client, community: Collection, header: str) -> None:
    for address in ("/taxii2/", "/taxii2/api/", "/taxii2/api/collections/", objects_address(community)):
        answer = client.get(address, HTTP_AUTHORIZATION=header, HTTP_ACCEPT=MEDIA_TYPE)
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"].startswith("Basic ")
        assert answer["Content-Type"] == MEDIA_TYPE
        assert answer.json()["http_status"] == "401"


@time_machine.travel("2026-11-20T14:03:00Z")
def test_guessing_passwords_is_stopped(client: Client, security_lead: User, community: Collection) -> None:
    statuses = [client.get(objects_address(community), **basic(security_lead, "wrong")).status_code for _ in range(11)]
    locked = client.get(objects_address(community), **basic(security_lead))
    assert statuses == [*[401] * 9, 429, 429]
    assert (locked.status_code, locked["Content-Type"]) == (429, MEDIA_TYPE)


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("application/taxii+json;version=2.1", 200),
        ("application/taxii+json; version=2.1", 200),
        ('application/taxii+json; version="2.1"', 200),
        ("application/taxii+json", 200),
        ("text/html, application/taxii+json;version=2.1;q=0.9", 200),
        ("application/taxii+json;version=2.0", 406),
        ("application/vnd.oasis.taxii+json; version=2.0", 406),
        ("application/json", 406),
        ("*/*", 406),
        ("", 406),
    ],
)
def test_the_media_type_is_negotiated(
    client: Client, security_lead: User, community: Collection, accept: str, status: int
) -> None:
    answer = client.get(objects_address(community), **(basic(security_lead) | {"HTTP_ACCEPT": accept}))
    assert answer.status_code == status
    assert answer["Content-Type"] == MEDIA_TYPE


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"},
        {"limit": "-20"},
        {"limit": "x"},
        {"limit": "9" * 30},
        {"limit": "\u0663"},
        {"added_after": "yesterday"},
        {"added_after": "2026-03-01"},
        {"added_after": "9999-12-31T23:59:59-23:59"},
        {"match[version]": "newest"},
        {"match[id]": "x" * 9000},
        {"next": "x"},
        {"next": "x" * 5000},
    ],
)
def test_what_is_not_understood_is_400(
    client: Client, security_lead: User, community: Collection, query: dict[str, str]
) -> None:
    answer = client.get(objects_address(community), query, **basic(security_lead))
    assert (answer.status_code, answer["Content-Type"]) == (400, MEDIA_TYPE)


def test_a_limit_above_ours_is_cut_to_ours(client: Client, security_lead: User, community: Collection) -> None:
    add(community, 1001)
    page = client.get(objects_address(community), {"limit": "5000"}, **basic(security_lead)).json()
    assert (len(page["objects"]), page["more"]) == (1000, True)


def test_a_cursor_is_good_for_its_person_address_and_query_alone(
    client: Client,
    security_lead: User,
    community: Collection,
    members_only: Collection,
    add_person: Add,
    member: Organisation,
) -> None:
    add(community, 3)
    add(members_only, 3)
    colleague = add_person("Cole", member)
    query = {"limit": "1", "match[version]": "all"}
    cursor = client.get(objects_address(community), query, **basic(security_lead)).json()["next"]

    def status(user: User = security_lead, address: str = objects_address(community), **changes: str) -> int:
        asked = query | {"next": cursor} | changes
        return client.get(address, asked, **basic(user)).status_code

    assert status() == 200
    assert status(limit="2") == 200
    assert status(user=colleague) == 400
    assert status(address=objects_address(members_only)) == 400
    assert status(address=objects_address(community, "manifest/")) == 400
    assert status(**{"match[version]": "first"}) == 400
    assert status(added_after="2026-03-01T00:00:00Z") == 400
    for place in (0, len(cursor) // 2, len(cursor) - 1):
        forged = cursor[:place] + ("A" if cursor[place] != "A" else "B") + cursor[place + 1 :]
        assert status(next=forged) == 400


def test_absent_and_forbidden_look_alike(
    client: Client,
    security_lead: User,
    community: Collection,
    members_only: Collection,
    add_person: Add,
    provider: Organisation,
) -> None:
    technician = add_person("Tess", provider, "provider")
    add(members_only, 1)
    forbidden = client.get(objects_address(members_only), **basic(technician))
    absent = client.get(f"/taxii2/api/collections/{uuid.uuid4()}/objects/", **basic(technician))
    assert (forbidden.status_code, forbidden.content) == (absent.status_code, absent.content)
    assert forbidden.status_code == 404
    missing = client.get(objects_address(community, "objects/indicator--none/"), **basic(security_lead))
    assert (missing.status_code, missing.json()["title"]) == (404, "Not found")
    listed = client.get("/taxii2/api/collections/", **basic(technician)).json()["collections"]
    assert [one["id"] for one in listed] == [str(community.pk)]


def test_someone_without_a_membership_sees_no_collection(
    client: Client, community: Collection, add_person: Add
) -> None:
    stranger = add_person("Sam")
    assert client.get("/taxii2/api/collections/", **basic(stranger)).json() == {}
    assert client.get(objects_address(community), **basic(stranger)).status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_nothing_can_be_written(client: Client, security_lead: User, community: Collection, method: str) -> None:
    answer = getattr(client, method)(objects_address(community), **basic(security_lead))
    assert (answer.status_code, answer["Allow"]) == (405, "GET")


def test_the_alias_names_the_collection_too(client: Client, security_lead: User, community: Collection) -> None:
    identifiers = add(community, 1)
    answer = client.get("/taxii2/api/collections/community/objects/", **basic(security_lead))
    assert [one["id"] for one in answer.json()["objects"]] == identifiers


# Our own client and the pull, against our own server.


@pytest.fixture
def subscription(
    live_server: LiveServer, member: Organisation, security_lead: User, community: Collection
) -> FeedSubscription:
    return subscribe(
        member,
        url=f"{live_server.url}/taxii2/api",
        collection_id=str(community.pk),
        by=security_lead,
        username=security_lead.username,
    )


def our_client(subscription: FeedSubscription, password: str = PASSWORD) -> TAXIIClient:
    return TAXIIClient(subscription.url, username=subscription.username, password=password)


def test_our_client_finds_root_and_collections(
    live_server: LiveServer, security_lead: User, community: Collection
) -> None:
    name = {"username": security_lead.username, "password": PASSWORD}
    (root,) = TAXIIClient(f"{live_server.url}/taxii2/", **name).api_roots()
    (found,) = TAXIIClient(root, **name).collections()
    assert (found.id, found.title, found.can_read, found.can_write) == (str(community.pk), "Community", True, False)


def test_a_pull_stores_each_indicator_once_and_goes_on_where_it_stopped(
    subscription: FeedSubscription, member: Organisation, security_lead: User, community: Collection
) -> None:
    add(community, 120)
    first = pull_subscription(member, subscription, our_client(subscription), by=security_lead, page_objects=50)
    assert (first.pages, first.stored, first.could_not_read) == (3, 120, ())
    again = pull_subscription(member, subscription, our_client(subscription), by=security_lead)
    assert (again.pages, again.stored, again.unchanged) == (1, 0, 0)
    add(community, 5)
    assert pull_subscription(member, subscription, our_client(subscription), by=security_lead).stored == 5
    assert PulledIndicator.objects.filter(organisation=member).count() == 125


def test_an_interrupted_pull_misses_and_repeats_nothing(
    subscription: FeedSubscription, member: Organisation, security_lead: User, community: Collection
) -> None:
    add(community, 90)

    class Interrupted(TAXIIClient):
        """The real client, whose network breaks after two pages."""

        pages = 0

        def objects_page(self, *arguments: Any, **keywords: Any) -> Any:
            self.pages += 1
            if self.pages == 3:
                raise ConnectionResetError
            return super().objects_page(*arguments, **keywords)

    breaking = Interrupted(subscription.url, username=subscription.username, password=PASSWORD)
    with pytest.raises(ConnectionResetError):
        pull_subscription(member, subscription, breaking, by=security_lead, page_objects=20)
    assert PulledIndicator.objects.count() == 40
    add(community, 10)
    rest = pull_subscription(member, subscription, our_client(subscription), by=security_lead, page_objects=20)
    assert (rest.stored, rest.unchanged) == (60, 0)
    assert PulledIndicator.objects.values("stix_id").distinct().count() == 100


def test_a_lapsed_cursor_starts_the_run_again_and_repeats_nothing(
    subscription: FeedSubscription, member: Organisation, security_lead: User, community: Collection
) -> None:
    add(community, 30)
    FeedSubscription.objects.update(next_cursor="signed-with-another-key")
    result = pull_subscription(member, subscription, our_client(subscription), by=security_lead)
    assert result.stored == 30


def test_what_the_desk_releases_and_withdraws_arrives_at_the_member(
    subscription: FeedSubscription, desk: Organisation, analyst: User, member: Organisation, security_lead: User
) -> None:
    proposed = propose_indicators(
        desk, [parse_observable("parcel-update.example"), parse_observable("d" * 64)], by=analyst
    )
    for record in proposed.records:
        assert release_indicator(desk, record, by=analyst).is_released
    result = pull_subscription(member, subscription, our_client(subscription), by=security_lead)
    assert (result.stored, result.ignored) == (2, {"identity": 1, "marking-definition": 1})
    assert {row.value for row in indicators_in_force(member)} == {"parcel-update.example", "d" * 64}
    assert {row.tlp for row in indicators_in_force(member)} == {"TLP:GREEN"}
    revoke_indicator(desk, proposed.records[0], by=analyst, reason="Cleaned.")
    assert pull_subscription(member, subscription, our_client(subscription), by=security_lead).withdrawn == 1
    assert [row.value for row in indicators_in_force(member)] == ["d" * 64]


def test_bad_objects_are_listed_and_hide_no_good_one(
    subscription: FeedSubscription, member: Organisation, security_lead: User, community: Collection
) -> None:
    add(community, 2)
    bad = {"type": "indicator", "id": "indicator--bad", "created": "2026-03-01T14:00:00.000Z", "pattern": "[x"}
    share_objects(community, [bad], at=THEN)
    result = pull_subscription(member, subscription, our_client(subscription), by=security_lead)
    assert result.stored == 2
    assert [failure.id for failure in result.could_not_read] == ["indicator--bad"]


def test_a_wrong_password_is_an_error_and_never_an_empty_feed(
    subscription: FeedSubscription, member: Organisation, security_lead: User, community: Collection
) -> None:
    add(community, 1)
    with pytest.raises(TAXIIStatusError) as refusal:
        pull_subscription(member, subscription, our_client(subscription, "wrong"), by=security_lead)
    assert refusal.value.status == 401
    assert FeedSubscription.objects.get().last_pulled is None


def test_nobody_pulls_for_someone_else(
    subscription: FeedSubscription, member: Organisation, add_organisation: Add, add_person: Add
) -> None:
    other = add_organisation("other-bakery")
    stranger = add_person("Otto", other)
    with pytest.raises(AccessError):
        pull_subscription(member, subscription, our_client(subscription), by=stranger)
    with pytest.raises(AccessError):
        pull_subscription(other, subscription, our_client(subscription), by=stranger)


def test_what_is_served_is_byte_for_byte_what_was_stored(
    client: Client, security_lead: User, community: Collection
) -> None:
    document = {"type": "x", "id": "x--1", "created": "2026-03-01T14:00:00.000Z", "text": "\u00e9 \"'<\u2028>"}
    share_objects(community, [document], at=THEN)
    answer = client.get(objects_address(community), **basic(security_lead))
    stored = SharedObject.objects.get().body
    assert stored.encode() in answer.content
    assert json.loads(answer.content)["objects"] == [document]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_time_never_put_an_object_behind_a_reader(community: Collection) -> None:
    written: list[str] = []

    def write(number: int) -> None:
        try:
            for _ in range(10):
                with transaction.atomic():
                    written.extend(add(community, 3, at=THEN))
                    time.sleep(0.002 * number)
        finally:
            connection.close()

    writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for writer in writers:
        writer.start()
    seen: list[str] = []
    position = None
    while True:
        # Asked before the page: what the last writer commits after an empty page must still be read.
        is_writing = any(writer.is_alive() for writer in writers)
        page = shared_objects_page(community, PageRequest(position=position, limit=7))
        seen.extend(row.stix_id for row in page.objects)
        if page.objects:
            position = page.objects[-1].date_added
        elif not is_writing:
            break
    for writer in writers:
        writer.join()
    assert len(seen) == len(set(seen)) == 120
    assert set(seen) == set(written)
