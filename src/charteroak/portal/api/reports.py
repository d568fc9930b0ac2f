"""Reports over the API: filed once, however often they are sent; added to and looked up by whoever holds the receipt.

A receipt never stands in an address: it comes in the header ``Report-Receipt``. Whoever signs in with HTTP Basic
reports for their member; without that a report is filed as by a stranger, whatever name stands in it.
"""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from charteroak.canonical import CanonicalError, parse_json
from charteroak.clock import format_instant
from charteroak.portal.api.problems import APIRequestError, endpoint, idempotency_key, reporter_of
from charteroak.portal.visitors import count_network
from charteroak.records.reports.models import Report
from charteroak.response.incident_report import parse_report
from charteroak.services.filed_reports import Reporter
from charteroak.services.incident_reports import add_supplement, file_report, report_filed_before, report_to_extend
from charteroak.services.report_status import status_of
from charteroak.services.request_limits import LOOK_UPS, READINGS, REPORTS

RECORD_LIMIT_BYTES = 1 << 20
"""A record with every answer at its longest is below it."""
CHANNEL = "api"


@endpoint("POST")
def reports(request: HttpRequest) -> HttpResponse:
    """File a first report. 201 with the receipt; the same key and record again: 200 with the same receipt."""
    reporter, key = reporter_of(request), idempotency_key(request)
    _count_reading(request, reporter)
    record = parse_report(_document(request))
    before = report_filed_before(record, reporter, token=key)
    if before is not None:
        return _filed(before, 200)
    _count(request, reporter)
    return _filed(file_report(record, reporter, channel=CHANNEL, token=key, arrival=_arrival(reporter)), 201)


@endpoint("POST")
def supplements(request: HttpRequest) -> HttpResponse:
    """Add a supplement, a final report or a ransom payment to the report whose receipt is named."""
    reporter, key = reporter_of(request), idempotency_key(request)
    _count_reading(request, reporter)
    record = parse_report(_document(request))
    _count(request, reporter)
    version = add_supplement(
        report_to_extend(receipt=receipt_in(request)), record, reporter, channel=CHANNEL, token=key
    )
    return JsonResponse({"number": version.number, "kind": version.kind, "sha256": version.sha256}, status=201)


@endpoint("GET")
def status(request: HttpRequest) -> HttpResponse:
    """What became of the report whose receipt is named: when something was said, and nothing of what."""
    count_network(request, LOOK_UPS)
    report = report_to_extend(receipt=receipt_in(request), even_closed=True)
    return JsonResponse(status_of(report))


def receipt_in(request: HttpRequest) -> str:
    """The receipt that a request names.

    Raises:
        APIRequestError: there is none.
    """
    receipt = request.headers.get("Report-Receipt", "")
    if not receipt:
        raise APIRequestError("The header Report-Receipt is missing.", remedy="Send the receipt in it.")
    return receipt


def _filed(report: Report, status_code: int) -> HttpResponse:
    first = report.versions.get(number=1)
    return JsonResponse(
        {"receipt": report.receipt, "received": format_instant(report.received), "sha256": first.sha256},
        status=status_code,
    )


def _document(request: HttpRequest) -> Mapping[str, Any]:
    if request.content_type != "application/json":
        raise APIRequestError("Send a report as application/json.", status=415)
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > RECORD_LIMIT_BYTES:
        raise APIRequestError("This is larger than a report can be.", status=413, remedy="Attach files one by one.")
    try:
        document = parse_json(request.body)
    except CanonicalError as error:
        raise APIRequestError(error.message, remedy=error.remedy) from error
    if not isinstance(document, dict):
        raise APIRequestError("A report is a JSON object.", remedy='Begin with {"outcome": ..., "narrative": ...}.')
    return document


def _count_reading(request: HttpRequest, reporter: Reporter) -> None:
    """Count a stranger's body before it is read: one that is refused, or was filed before, costs work, too."""
    if reporter.user is None:
        count_network(request, READINGS)


def _count(request: HttpRequest, reporter: Reporter) -> None:
    if reporter.user is None:
        count_network(request, REPORTS)


def _arrival(reporter: Reporter) -> dict[str, Any]:
    finding = "Signed in with name and password." if reporter.user else "Nobody signed in: who reports is a claim."
    return {"verified": reporter.user is not None, "finding": finding}
