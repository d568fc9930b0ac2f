"""Reports over the API: one report however often it is sent, refusals with their place, and nobody believed by name."""

import base64
import json
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from charteroak.portal.api import reports
from charteroak.receipts import make_receipt
from charteroak.records.reports.models import Report
from charteroak.response.incident_report import parse_report, report_bytes
from charteroak.services.request_limits import READINGS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory", "desk")]
PASSWORD = "correct horse battery staple"
KEY = "k" * 32
DOCUMENT = {"outcome": "blocked", "narrative": "A filter stopped a mail.", "disclosure": "desk-only"}


@pytest.fixture
def desk(add_organisation: Any) -> Any:
    return add_organisation("state-desk", part="desk")


def send(client: Client, document: object = DOCUMENT, *, path: str = "/api/v1/reports", **headers: str) -> Any:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return client.post(path, body, content_type="application/json", headers={"Idempotency-Key": KEY} | headers)


def test_a_report_is_filed_once_however_often_it_is_sent(client: Client) -> None:
    first, again = send(client), send(client)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    row = Report.objects.get()
    assert bytes(row.versions.get().record) == report_bytes(parse_report(DOCUMENT))
    assert row.channel == "api"


def test_another_record_under_the_same_key_is_another_report(client: Client) -> None:
    send(client)
    assert send(client, DOCUMENT | {"narrative": "Another."}).status_code == 201
    assert Report.objects.count() == 2


def test_a_name_in_the_record_makes_no_member_report(client: Client, add_organisation: Any) -> None:
    add_organisation("ashford")
    assert send(client, DOCUMENT | {"entity": {"name": "Ashford", "town": "Ashford"}}).status_code == 201
    row = Report.objects.get()
    assert row.organisation is None
    assert row.versions.get().arrival["verified"] is False


def test_whoever_signs_in_reports_for_their_member(client: Client, add_organisation: Any, add_person: Any) -> None:
    member = add_organisation("ashford")
    person = add_person("Mara", member)
    proof = base64.b64encode(f"{person.username}:{PASSWORD}".encode()).decode()
    assert send(client, Authorization=f"Basic {proof}").status_code == 201
    assert Report.objects.get().organisation == member
    wrong = send(client, Authorization="Basic " + base64.b64encode(b"mara@example.org:wrong").decode())
    assert (wrong.status_code, Report.objects.count()) == (401, 1)


def test_a_browser_that_is_signed_in_reports_for_nobody(client: Client, add_organisation: Any, add_person: Any) -> None:
    client.force_login(add_person("Mara", add_organisation("ashford")))
    send(client)
    assert Report.objects.get().organisation is None


@pytest.mark.parametrize(
    ("document", "status", "pointer"),
    [
        ({"outcome": "won", "narrative": "x"}, 422, "/outcome"),
        ({"outcome": "blocked"}, 422, "/narrative"),
        (DOCUMENT | {"colour": "red"}, 422, "/colour"),
        (DOCUMENT | {"noticed": "2030-01-01"}, 422, "/noticed"),
        (DOCUMENT | {"narrative": "a\x00b"}, 422, "/narrative"),
        (DOCUMENT | {"narrative": "x" * 30_000}, 422, "/narrative"),
        ([], 400, ""),
        (b"{", 400, ""),
        (b'{"outcome":"blocked","outcome":"unknown"}', 400, ""),
        (b" " * (2 << 20), 413, ""),
        (b"[" * 100_000, 400, ""),
    ],
)
def test_a_refusal_names_its_place_and_records_nothing(
    client: Client, document: object, status: int, pointer: str
) -> None:
    response = send(client, document)
    told = response.json()
    assert (response.status_code, told.get("pointer", "")) == (status, pointer)
    assert response["Content-Type"] == "application/problem+json"
    assert told["title"]
    assert not Report.objects.exists()


@pytest.mark.parametrize("key", ["short", "x" * 200, "k" * 30 + "\x7f"])
def test_a_key_that_cannot_be_one_is_refused(client: Client, key: str) -> None:
    assert send(client, **{"Idempotency-Key": key}).status_code == 400


def test_the_holder_of_the_receipt_adds_and_asks_and_nobody_else(client: Client) -> None:
    receipt = send(client).json()["receipt"]
    more = {"reportType": "supplement", "outcome": "blocked", "counts": {"systems": 3}}
    added = send(client, more, path="/api/v1/reports/supplements", **{"Report-Receipt": receipt})
    assert (added.status_code, added.json()["number"]) == (201, 2)
    told = client.get("/api/v1/reports/status", headers={"Report-Receipt": receipt}).json()
    assert [version["kind"] for version in told["versions"]] == ["first", "supplement"]
    assert "narrative" not in json.dumps(told)
    foreign = make_receipt(b"somebodyel")
    assert client.get("/api/v1/reports/status", headers={"Report-Receipt": foreign}).status_code == 404
    assert send(client, more, path="/api/v1/reports/supplements", **{"Report-Receipt": foreign}).status_code == 404
    assert client.get("/api/v1/reports/status").status_code == 400


def test_other_methods_and_media_are_said_so(client: Client) -> None:
    assert client.get("/api/v1/reports").status_code == 405
    assert client.post("/api/v1/reports", {"outcome": "blocked"}).status_code == 415


def test_a_strangers_body_is_counted_before_anything_of_it_is_read(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "READINGS", replace(READINGS, by_network=2))
    assert [send(client, b"no JSON").status_code for _ in range(2)] == [400, 400]
    refused = send(client)
    assert (refused.status_code, Report.objects.count()) == (429, 0)
    assert refused.headers["Retry-After"].isdigit()
