"""The description of the API (OpenAPI 3.1.1), made from its routes and from the record that every channel makes.

``openapi.json`` is the committed description, served as it is; ``tools/openapi.py`` writes it, and a test fails where
it is not what the routes and the record say.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

import msgspec
from django.http import HttpRequest, HttpResponse

from charteroak.mail.analysis import AnalysisStatus
from charteroak.mail.score import Verdict
from charteroak.portal.api.phish import BODY_TYPES, FORM_TYPE
from charteroak.portal.api.phish_exports import FORMS as EXPORT_FORMS
from charteroak.portal.api.phish_exports import MEDIA_TYPES as EXPORT_TYPES
from charteroak.portal.api.problems import KEY_CHARACTERS, MEDIA_TYPE, endpoint
from charteroak.portal.desk.exports import LABELS
from charteroak.records.reports.models import Report
from charteroak.response.incident_report import IncidentReportRecord
from charteroak.response.report_fields import NARRATIVE_LIMIT, Defence

FILE = Path(__file__).with_name("openapi.json")
_COMPONENTS = "#/components/schemas/"
_RECORD, _MOMENT = "IncidentReportRecord", "Moment"
_INSTANT = {"type": "string", "format": "date-time"}
_DIGEST = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_TITLES = {
    200: "Done before: the same answer again",
    201: "Recorded",
    400: "The request cannot be read",
    401: "Name and password do not count",
    404: "There is nothing here for you",
    405: "Asked in another way",
    413: "Larger than it can be",
    415: "Another media type",
    422: "An answer is missing, unknown or impossible; pointer says where",
    429: "Asked too often; Retry-After says how long to wait",
    503: "Nothing can be recorded now",
}
_READING = (400, 404, 405, 422, 429, 503)
_WRITING = (400, 401, 404, 405, 413, 415, 422, 429, 503)


@endpoint("GET")
def openapi(_request: HttpRequest) -> HttpResponse:
    """The description, for anybody; it holds nothing of this installation."""
    return HttpResponse(FILE.read_bytes(), content_type="application/vnd.oai.openapi+json;version=3.1")


def describe_api() -> dict[str, Any]:
    """The whole description, from the record's types and the limits that the views hold."""
    return {
        "openapi": "3.1.1",
        "info": {
            "title": "Charter Oak reports",
            "version": "1",
            "summary": "Report a cyber incident to the desk, add to it, and ask what became of it.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/api/v1"}],
        "security": [{}, {"basic": []}],
        "paths": _paths(),
        "components": {
            "schemas": _schemas(),
            "parameters": _parameters(),
            "securitySchemes": {
                "basic": {"type": "http", "scheme": "basic", "description": "Without it a report is a claim."}
            },
        },
    }


def description_bytes() -> bytes:
    """The description as the file holds it."""
    return (json.dumps(describe_api(), indent=1, ensure_ascii=False, sort_keys=False) + "\n").encode()


def _paths() -> dict[str, Any]:
    described = {"200": {"description": "This description", "content": {"application/vnd.oai.openapi+json": {}}}}
    return {
        "/openapi.json": {"get": {"operationId": "describe", "security": [{}], "responses": {
            **described, **_refusals((405,))}}},
        "/phish": {"post": {
            "operationId": "filePhish",
            "summary": "File suspicious mail: one file as the body, or several with answers as a form",
            "parameters": _named(("key", "outcome", "disclosure", "organization")),
            "requestBody": {"required": True, "content": {
                **{kind: {} for kind in BODY_TYPES}, FORM_TYPE: {"schema": _ref("PhishForm")}}},
            "responses": _answers("PhishReceipts", (201, 200)) | _refusals(_WRITING),
        }},
        "/phish/exports": {"get": {
            "operationId": "exportPhish",
            "summary": "A reported mail as a document, as STIX or as a list, for an analyst of its desk",
            "security": [{"basic": []}],
            "parameters": _named(("report", "form", "tlp")),
            "responses": {
                "200": {"description": "The file", "content": {kind: {} for kind in EXPORT_TYPES}},
                **_refusals((400, 401, 404, 405, 422, 429, 503)),
            },
        }},
        "/reports": {"post": _operation(
            "fileReport", "File a first report", "FirstReport", "Receipt", (201, 200), ("key", "organization"))},
        "/reports/attachments": {"post": _operation(
            "addFile", "Add a file", "", "Attachment", (201,), ("receipt", "fileName", "organization"))},
        "/reports/status": {"get": {
            "operationId": "askStatus",
            "summary": "What became of a report, without its words",
            "security": [{}],
            "parameters": _named(("receipt",)),
            "responses": _answers("Status", (200,)) | _refusals(_READING),
        }},
        "/reports/supplements": {"post": _operation(
            "addSupplement", "Add a supplement, a final report or a ransom payment", "Supplement", "Version", (201,),
            ("key", "receipt", "organization"))},
    }  # fmt: skip


def _operation(
    name: str, summary: str, body: str, answer: str, statuses: tuple[int, ...], headers: tuple[str, ...]
) -> dict[str, Any]:
    content: dict[str, Any] = {"application/json": {"schema": _ref(body)}} if body else {"application/octet-stream": {}}
    return {
        "operationId": name,
        "summary": summary,
        "parameters": _named(headers),
        "requestBody": {"required": True, "content": content},
        "responses": _answers(answer, statuses) | _refusals(_WRITING),
    }


def _answers(schema: str, statuses: tuple[int, ...]) -> dict[str, Any]:
    content = {"application/json": {"schema": _ref(schema)}}
    said = {201: "Recorded", 200: _TITLES[200] if 201 in statuses else "Found"}
    return {str(status): {"description": said[status], "content": content} for status in statuses}


def _refusals(statuses: tuple[int, ...]) -> dict[str, Any]:
    content = {MEDIA_TYPE: {"schema": _ref("Problem")}}
    return {str(status): {"description": _TITLES[status], "content": content} for status in statuses}


def _named(names: tuple[str, ...]) -> list[dict[str, str]]:
    return [{"$ref": f"#/components/parameters/{name}"} for name in names]


def _parameters() -> dict[str, Any]:
    def header(name: str, description: str, *, required: bool = False, **schema: Any) -> dict[str, Any]:
        return {
            "name": name,
            "in": "header",
            "required": required,
            "description": description,
            "schema": {"type": "string", **schema},
        }

    def query(name: str, description: str, *, required: bool = True, **schema: Any) -> dict[str, Any]:
        return {
            "name": name,
            "in": "query",
            "required": required,
            "description": description,
            "schema": {"type": "string", **schema},
        }

    first, last = KEY_CHARACTERS.start, KEY_CHARACTERS.stop - 1
    return {
        "key": header(
            "Idempotency-Key", "Random; makes a retry within 90 days harmless.", minLength=first, maxLength=last
        ),
        "receipt": header("Report-Receipt", "The receipt that names the report.", required=True),
        "organization": header("Report-Organization", "For which member, where the person acts for several."),
        "outcome": header("Report-Outcome", "What came of the mail; unknown if left out.", enum=Report.Outcome.values),
        "disclosure": header(
            "Report-Disclosure", "Who may know; the desk alone if left out.", enum=Report.Disclosure.values
        ),
        "report": query("report", "The report's number.", pattern="^[0-9]{1,18}$"),
        "form": query("form", "The form of the file.", enum=list(EXPORT_FORMS)),
        "tlp": query("tlp", "The label of a bundle; amber if left out.", required=False, enum=list(LABELS)),
        "fileName": header("Attachment-Name", "The file's name, percent-encoded UTF-8."),
    }


def _schemas() -> dict[str, Any]:
    _, made = msgspec.json.schema_components([IncidentReportRecord], ref_template=f"{_COMPONENTS}{{name}}")
    schemas: dict[str, Any] = {name: _portable(schema) for name, schema in sorted(made.items())}
    record = schemas[_RECORD]
    record["required"] = ["outcome"]  # who may know it is the desk alone, unless something else is said
    record["additionalProperties"] = False
    defences = next(each for each in record["properties"]["defences"]["anyOf"] if each.get("type") == "object")
    defences["propertyNames"] = {"enum": sorted(get_args(Defence))}  # a name of one's own is refused
    schemas[_MOMENT] = {
        "description": "A day, month or year, or a clock time with offset; without one it is Connecticut's.",
        "anyOf": [{"type": "string"}, {**schemas[_MOMENT], "required": ["at"]}],
    }
    kind = {"reportType": {"enum": ["supplement", "final", "ransom-payment"]}}
    first = {
        "narrative": {"type": "string", "minLength": 1, "maxLength": NARRATIVE_LIMIT},
        "reportType": {"const": "initial"},
    }
    return schemas | {
        "FirstReport": {"allOf": [_ref(_RECORD), {"required": ["narrative"], "properties": first}]},
        "Supplement": {"allOf": [_ref(_RECORD), {"required": ["reportType"], "properties": kind}]},
        "Receipt": _object(receipt={"type": "string"}, received=_INSTANT, sha256=_DIGEST),
        **_phish_schemas(),
        "Version": _object(
            number={"type": "integer", "minimum": 1},
            kind={"type": "string"},
            sha256={"anyOf": [_DIGEST, {"type": "null"}]},
        ),
        "Attachment": _object(
            number={"type": "integer", "minimum": 1}, sha256=_DIGEST, size={"type": "integer", "minimum": 0}
        ),
        "Status": _object(
            received=_INSTANT,
            outcome={"type": "string"},
            disclosure={"type": "string"},
            channel={"type": "string"},
            withdrawn={"anyOf": [_INSTANT, {"type": "null"}]},
            closed={"anyOf": [_INSTANT, {"type": "null"}]},
            versions={
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["number", "kind", "received", "sha256"],
                    "properties": {
                        "number": {"type": "integer"},
                        "kind": {"type": "string"},
                        "received": _INSTANT,
                        "sha256": {"anyOf": [_DIGEST, {"type": "null"}]},
                    },
                    "additionalProperties": False,
                },
            },
        ),
        "Problem": {
            "description": "A problem document (RFC 9457).",
            "type": "object",
            "required": ["type", "status", "code", "title"],
            "properties": {
                "type": {"const": "about:blank"},
                "status": {"type": "integer", "minimum": 400, "maximum": 599},
                "code": {"type": "string", "description": "Stable; decide by it."},
                "title": {"type": "string", "minLength": 1},
                "detail": {"type": "string", "description": "What to do."},
                "pointer": {"type": "string", "description": "Where in the document (RFC 6901)."},
            },
            "additionalProperties": False,
        },
    }


def _phish_schemas() -> dict[str, Any]:
    """The form of suspicious mail, and what is answered: one receipt for each mail."""
    mail = {"type": "string", "contentMediaType": "application/octet-stream"}
    form = _object(
        message={"type": "array", "minItems": 1, "items": mail},
        outcome={"enum": Report.Outcome.values},
        disclosure={"enum": Report.Disclosure.values},
        note={"type": "string"},
    )
    receipt = _object(
        receipt={"type": "string"},
        received=_INSTANT,
        sha256=_DIGEST,
        verdict={"enum": [*map(str, Verdict), None]},
        status={"enum": [*map(str, AnalysisStatus), None]},
    )
    return {
        "PhishForm": {**form, "required": ["message"], "additionalProperties": True},
        "PhishReceipts": _object(reports={"type": "array", "minItems": 1, "items": receipt}),
    }


def _object(**properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties, "additionalProperties": False}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"{_COMPONENTS}{name}"}


def _portable(value: Any) -> Any:
    """Patterns as every engine reads them, for the end of a text has another name in Python."""
    if isinstance(value, Mapping):
        return {key: _portable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_portable(item) for item in value]
    return value.replace("\\Z", "$") if isinstance(value, str) else value
