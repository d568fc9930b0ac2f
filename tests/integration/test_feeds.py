"""Pulling from TAXII servers that are not ours, with the paging faults that users of others report."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from charteroak.adapters.taxii_client import TAXIIClient
from charteroak.errors import CouldNotError
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.intelligence.models import FeedSubscription, PulledIndicator
from charteroak.services.feeds import FeedStuckError, PullResult, indicators_in_force, pull_subscription, subscribe

pytestmark = pytest.mark.django_db
Answer = tuple[dict[str, Any], str]
Behaviour = Callable[[dict[str, str]], Answer]


def indicator(number: int, *, modified: str = "2026-03-01T14:00:00.000Z", **changes: Any) -> dict[str, Any]:
    return {
        "type": "indicator",
        "id": f"indicator--00000000-0000-4000-8000-{number:012d}",
        "created": "2026-03-01T14:00:00.000Z",
        "modified": modified,
        "pattern": f"[domain-name:value = 'h{number}.example.net']",
        "pattern_type": "stix",
        "valid_from": "2026-03-01T14:00:00.000Z",
    } | changes


class ForeignServer:
    """A TAXII collection that behaves as a function of the query says."""

    def __init__(self, behaviour: Behaviour) -> None:
        queries: list[dict[str, str]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
                queries.append(query)
                document, last = behaviour(query)
                body = json.dumps(document).encode()
                self.send_response(int(document.get("http_status", 200)))
                self.send_header("Content-Type", "application/taxii+json;version=2.1")
                self.send_header("Content-Length", str(len(body)))
                if last:
                    self.send_header("X-TAXII-Date-Added-Last", last)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
                """Say nothing."""

        self.queries = queries
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/api/"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def pull_from(member: Organisation, security_lead: User) -> Iterator[Callable[[Behaviour], Callable[[], PullResult]]]:
    servers = []

    def start(behaviour: Behaviour) -> Callable[[], PullResult]:
        server = ForeignServer(behaviour)
        servers.append(server)
        subscription = subscribe(member, url=server.url, collection_id="c", by=security_lead)
        return lambda: pull_subscription(member, subscription, TAXIIClient(server.url), by=security_lead)

    yield start
    for server in servers:
        server.close()


def test_a_server_that_gives_the_same_page_for_ever_is_left(pull_from: Any) -> None:
    pull = pull_from(lambda _query: ({"more": True, "next": "same", "objects": [indicator(1)]}, "2026-03-01T00:00:00Z"))
    with pytest.raises(FeedStuckError):
        pull()
    assert PulledIndicator.objects.count() == 1


def test_a_server_whose_added_after_is_inclusive_is_left(pull_from: Any) -> None:
    pull = pull_from(lambda _query: ({"more": True, "objects": [indicator(1)]}, "2026-03-01T00:00:00Z"))
    with pytest.raises(FeedStuckError):
        pull()


def test_a_server_that_says_more_and_gives_no_way_on_is_left(pull_from: Any) -> None:
    with pytest.raises(FeedStuckError):
        pull_from(lambda _query: ({"more": True, "objects": []}, ""))()


def test_a_server_without_cursors_is_read_by_added_after(pull_from: Any) -> None:
    def behave(query: dict[str, str]) -> Answer:
        day = int(query.get("added_after", "2026-03-00T00:00:00Z")[8:10]) + 1
        return {"more": day < 4, "objects": [indicator(day)]}, f"2026-03-0{day}T00:00:00Z"

    assert pull_from(behave)().stored == 4


def test_the_query_of_a_run_stays_the_same_while_cursors_are_given(pull_from: Any) -> None:
    asked = []

    def behave(query: dict[str, str]) -> Answer:
        asked.append(query)
        number = int(query.get("next", "0")) + 1
        last = f"2026-03-01T00:00:0{number}Z"
        return {"more": number % 3 != 0, "next": str(number), "objects": [indicator(number)]}, last

    pull = pull_from(behave)
    pull()
    assert [query.get("added_after", "") for query in asked] == ["", "", ""]
    asked.clear()
    pull()
    assert {query.get("added_after") for query in asked} == {"2026-03-01T00:00:03Z"}


def test_a_run_that_breaks_off_keeps_its_place(pull_from: Any) -> None:
    broken = threading.Event()
    broken.set()

    def behave(query: dict[str, str]) -> Answer:
        number = int(query.get("next", "0")) + 1
        if number == 3 and broken.is_set():
            return {"title": "Overloaded", "http_status": "503"}, ""
        return {"more": number < 4, "next": str(number), "objects": [indicator(number)]}, "2026-03-01T00:00:00Z"

    pull = pull_from(behave)
    with pytest.raises(CouldNotError, match="503"):
        pull()
    assert PulledIndicator.objects.count() == 2
    broken.clear()
    rest = pull()
    assert (rest.pages, rest.stored, rest.unchanged) == (2, 2, 0)


def test_a_newer_version_replaces_and_an_older_one_does_not(pull_from: Any, member: Organisation) -> None:
    versions = [
        indicator(1, pattern="[domain-name:value IN ('a.example.net', 'b.example.net')]"),
        indicator(1, modified="2026-03-03T00:00:00.000Z", pattern="[domain-name:value = 'c.example.net']"),
        indicator(1, modified="2026-03-02T00:00:00.000Z", pattern="[domain-name:value = 'old.example.net']"),
    ]
    result = pull_from(lambda _query: ({"objects": versions}, "2026-03-01T00:00:00Z"))()
    assert (result.stored, result.unchanged) == (3, 1)
    assert [row.value for row in indicators_in_force(member)] == ["c.example.net"]


def test_a_withdrawal_counts_even_where_its_pattern_cannot_be_read(pull_from: Any, member: Organisation) -> None:
    gone = indicator(1, modified="2026-03-03T00:00:00.000Z", revoked=True, pattern="[process:name = 'x']")
    result = pull_from(lambda _query: ({"objects": [indicator(1), gone]}, "2026-03-01T00:00:00Z"))()
    assert (result.stored, result.withdrawn, result.could_not_read) == (1, 1, ())
    assert not indicators_in_force(member).exists()


def test_subscribing_twice_is_subscribing_once(member: Organisation, security_lead: User) -> None:
    for title in ("First", "Second"):
        subscribe(member, url="https://taxii.example.net/api", collection_id="c", by=security_lead, title=title)
    assert [row.title for row in FeedSubscription.objects.all()] == ["Second"]
