"""The description of the API says what the API does: its routes, every answer of a report, every refusal."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import jsonschema_rs
import pytest
from django.test import Client

from charteroak.portal.api import phish
from charteroak.portal.api.description import FILE, description_bytes
from charteroak.portal.api.urls import urlpatterns
from charteroak.records.accounts.models import Organisation
from charteroak.records.reports.models import Report
from charteroak.response.incident_report import ReportFieldError, field_table, parse_report

API = json.loads(FILE.read_bytes())
KEY = {"Idempotency-Key": "k" * 32}
DOCUMENT = {"outcome": "blocked", "narrative": "A filter stopped a mail."}
MORE = {"reportType": "supplement", "outcome": "blocked", "counts": {"systems": 3}}


def validator(schema: dict[str, Any]) -> Any:
    return jsonschema_rs.validator_for({**schema, "components": API["components"]})


def named(name: str) -> Any:
    return validator({"$ref": f"#/components/schemas/{name}"})


def test_the_committed_description_is_what_routes_and_record_say() -> None:
    assert FILE.read_bytes() == description_bytes(), "run: python tools/openapi.py"


def test_every_route_is_described_with_its_methods_and_nothing_else_is() -> None:
    routes = {f"/{each.pattern}": {method.lower() for method in each.callback.methods} for each in urlpatterns}
    assert {path: set(operations) for path, operations in API["paths"].items()} == routes


def test_every_schema_is_one_and_every_reference_leads_somewhere() -> None:
    for name, schema in API["components"]["schemas"].items():
        assert jsonschema_rs.meta.is_valid(schema), name
        named(name)
    for path, kind, name in (reference.split("/")[1:] for reference in references(API)):
        assert name in API[path][kind]


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from ([value["$ref"]] if "$ref" in value else [])
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from references(item)


def pointers(schema: dict[str, Any], place: str = "") -> Iterator[str]:
    """Every answer of a schema; an item of a list has its list's place, and a moment is one answer."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        yield from [place] if name == "Moment" else pointers(API["components"]["schemas"][name], place)
    elif "anyOf" in schema:
        for each in schema["anyOf"]:
            yield from pointers(each, place)
    elif schema.get("type") == "array":
        yield from pointers(schema["items"], place)
    elif "properties" in schema:
        for name, each in schema["properties"].items():
            yield from pointers(each, f"{place}/{name}")
    elif "propertyNames" in schema:
        for name in schema["propertyNames"]["enum"]:
            yield f"{place}/{name}"
    elif schema.get("type") != "null":
        yield place


def test_the_answers_are_those_of_the_field_table() -> None:
    described = set(pointers(API["components"]["schemas"]["IncidentReportRecord"]))
    known = {field.pointer for field in field_table()}
    assert described - known <= {pointer.rpartition("/")[0] for pointer in known}
    assert known <= described


@pytest.mark.parametrize(
    ("document", "is_taken"),
    [
        (DOCUMENT, True),
        (DOCUMENT | {"noticed": "2026-03-01 09:15", "technicalContact": None}, True),
        (DOCUMENT | {"noticed": {"at": "2026-03", "precision": "month"}, "kinds": ["ransomware"]}, True),
        (DOCUMENT | {"counts": {"systems": 0, "people": "unknown"}}, True),
        ({"outcome": "blocked"}, False),
        (DOCUMENT | {"outcome": "won"}, False),
        (DOCUMENT | {"colour": "red"}, False),
        (DOCUMENT | {"narrative": "x" * 30_000}, False),
        (DOCUMENT | {"counts": {"systems": -1}}, False),
        (DOCUMENT | {"techniques": ["T1"]}, False),
        (DOCUMENT | {"defences": {"patching": "no"}}, True),
        (DOCUMENT | {"defences": {"prayer": "no"}}, False),
        (DOCUMENT | {"noticed": 5}, False),
    ],
)
def test_description_and_reader_agree_on_a_report(document: dict[str, Any], *, is_taken: bool) -> None:
    try:
        parse_report(document)
    except ReportFieldError:
        taken = False
    else:
        taken = True
    assert (named("FirstReport").is_valid(document), taken) == (is_taken, is_taken)


def as_described(response: Any, path: str, method: str = "post") -> Any:
    """The answer, which is one that the description promises for this route."""
    content = API["paths"][path][method]["responses"][str(response.status_code)]["content"]
    schema = content[response["Content-Type"].partition(";")[0]]["schema"]
    document = response.json()
    validator(schema).validate(document)
    return document


@pytest.mark.django_db
@pytest.mark.usefixtures("data_directory")
def test_every_route_answers_as_it_is_described(client: Client, add_organisation: Callable[..., Organisation]) -> None:
    def send(path: str, document: object, **headers: str) -> Any:
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        kind = "application/octet-stream" if path.endswith("attachments") else "application/json"
        answer = client.post(f"/api/v1{path}", body, content_type=kind, headers=KEY | headers)
        return answer.status_code, as_described(answer, path)

    assert send("/reports", DOCUMENT)[0] == 503
    add_organisation("state-desk", part="desk")
    status, filed = send("/reports", DOCUMENT)
    assert status == 201
    assert send("/reports", DOCUMENT) == (200, filed)
    held = {"Report-Receipt": filed["receipt"]}
    assert send("/reports/supplements", MORE, **held)[0] == 201
    assert send("/reports/attachments", b"bytes", **held, **{"Attachment-Name": "a%20b.txt"})[0] == 201
    status_address = "/api/v1/reports/status"
    asked = as_described(client.get(status_address, headers=held), "/reports/status", "get")
    assert [version["kind"] for version in asked["versions"]] == ["first", "supplement"]
    as_described(client.get(status_address), "/reports/status", "get")
    assert send("/reports", DOCUMENT | {"outcome": "won"})[0] == 422
    assert send("/reports", b"{")[0] == 400
    assert send("/reports", b" " * (2 << 20))[0] == 413
    assert send("/reports", DOCUMENT, Authorization="Basic eDp5")[0] == 401
    for path, document in (("/reports/supplements", MORE), ("/reports/attachments", b"bytes")):
        assert send(path, document)[0] == 400
        assert send(path, document, **{"Report-Receipt": "0000-0000-0000-0000"})[0] in {404, 422}
        assert client.get(f"/api/v1{path}").status_code == 405
    plain = client.post("/api/v1/reports", {"outcome": "blocked"})
    assert (plain.status_code, as_described(plain, "/reports")["code"]) == (415, "api.request")


@pytest.mark.django_db
@pytest.mark.usefixtures("data_directory")
def test_suspicious_mail_is_answered_as_it_is_described(
    client: Client, add_organisation: Callable[..., Organisation]
) -> None:
    def send(body: bytes, kind: str = "message/rfc822", **headers: str) -> Any:
        answer = client.post("/api/v1/phish", body, content_type=kind, headers=KEY | headers)
        as_described(answer, "/phish")
        return answer.status_code

    mail = b"From: Payroll <pay@lure.example>\r\nSubject: Suspended\r\n\r\nVerify at once.\r\n"
    add_organisation("state-desk", part="desk")
    assert [send(mail), send(mail)] == [201, 200]
    assert send(mail, **{"Report-Outcome": "won"}) == 422
    assert send(mail, "text/plain") == 415
    assert send(mail, Authorization="Basic eDp5") == 401
    answers = API["components"]["parameters"]
    assert set(answers["outcome"]["schema"]["enum"]) == set(Report.Outcome.values)
    content = API["paths"]["/phish"]["post"]["requestBody"]["content"]
    assert set(content) == {*phish.BODY_TYPES, phish.FORM_TYPE}


def test_the_description_is_served_to_anybody(client: Client) -> None:
    answer = client.get("/api/v1/openapi.json")
    assert answer.content == FILE.read_bytes()
    assert answer["Content-Type"].startswith("application/vnd.oai.openapi+json")
