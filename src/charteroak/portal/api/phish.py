"""Suspicious mail over the API: one mail as the body, or several files with answers as a form."""

from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError

from charteroak.clock import format_instant
from charteroak.mail.handed_in import HandedIn, messages_of_file
from charteroak.mail.limits import MAX_UPLOAD_MESSAGES
from charteroak.portal.api.problems import APIRequestError, endpoint, idempotency_key, reporter_of
from charteroak.portal.visitors import caller_of, count_network
from charteroak.records.reports.models import Report
from charteroak.services.phish_intake import file_handed_in, handed_in_before, phish_reports
from charteroak.services.reports import MESSAGE_LIMIT_BYTES, PhishReport
from charteroak.services.request_limits import READINGS, REPORTS, refuse_if_full

CHANNEL = "api"
MEGABYTE = 1 << 20
BODY_TYPES = ("message/rfc822", "application/vnd.ms-outlook", "application/mbox", "application/zip")
FORM_TYPE = "multipart/form-data"
_FORM_OVERHEAD_BYTES = 64 << 10


@endpoint("POST")
def phish(request: HttpRequest) -> HttpResponse:
    """File suspicious mail: 201 with a receipt and a verdict for each; the same key and mail again: 200, the same.

    As a body: one ``.eml``, ``.msg``, mailbox or zip, with the answers in ``Report-Outcome`` and
    ``Report-Disclosure``. As a form: files named ``message``, and ``outcome``, ``disclosure``, ``note``.
    """
    reporter, key = reporter_of(request), idempotency_key(request)
    length = _length(request)
    if reporter.user is None:
        # Before it is read and unpacked: that costs most of the work, whatever comes of it.
        refuse_if_full(REPORTS, caller_of(request))
        count_network(request, READINGS, cost=1 + length // MEGABYTE)
    messages, answers = _handed_in(request)
    if len(messages) > MAX_UPLOAD_MESSAGES:
        raise APIRequestError(f"These are more than {MAX_UPLOAD_MESSAGES} mails.", status=413, remedy="Send fewer.")
    reports = phish_reports(messages, answers)
    before = handed_in_before(reports, reporter, token=key)
    if before:
        return _filed(before, 200)
    if reporter.user is None:
        size = sum(len(report.message) for report in reports)
        count_network(request, REPORTS, cost=len(reports) + size // MEGABYTE)
    return _filed(file_handed_in(reports, reporter, token=key), 201)


def _length(request: HttpRequest) -> int:
    """How long the body says that it is; no more of it is read.

    Raises:
        APIRequestError: it is of no kind that is taken, or too long.
    """
    is_form = request.content_type == FORM_TYPE
    if not is_form and request.content_type not in BODY_TYPES:
        raise APIRequestError(f"Send a mail as {', '.join(BODY_TYPES)} or {FORM_TYPE}.", status=415)
    length = request.META.get("CONTENT_LENGTH") or "0"
    most = MESSAGE_LIMIT_BYTES + (_FORM_OVERHEAD_BYTES if is_form else 0)
    if not length.isdigit() or int(length) > most:
        raise APIRequestError(
            f"A mail has at most {MESSAGE_LIMIT_BYTES >> 20} MB.",
            status=413,
            remedy="Describe it as an incident instead.",
        )
    return int(length)


def _handed_in(request: HttpRequest) -> tuple[list[HandedIn], PhishReport]:
    if request.content_type != FORM_TYPE:
        given = request.headers.get("Report-Outcome", ""), request.headers.get("Report-Disclosure", "")
        return list(messages_of_file(request.read(MESSAGE_LIMIT_BYTES + 1))), _answers(*given, "")
    try:
        files = request.FILES.getlist("message")
    except (MultiPartParserError, RequestDataTooBig, TooManyFilesSent) as error:
        raise APIRequestError("This form cannot be read.", remedy="Send at most 10 files.") from error
    if not files:
        raise APIRequestError("There is no mail in this form.", status=422, remedy="Name each file's part: message.")
    said = request.POST
    answers = _answers(said.get("outcome", ""), said.get("disclosure", ""), said.get("note", ""))
    return [each for file in files for each in messages_of_file(file.read())], answers


def _answers(outcome: str, disclosure: str, note: str) -> PhishReport:
    return PhishReport(
        message=b"",
        outcome=outcome or Report.Outcome.UNKNOWN,
        disclosure=disclosure or Report.Disclosure.DESK_ONLY,
        note=note,
        channel=CHANNEL,
    )


def _filed(rows: tuple[Report, ...], status: int) -> HttpResponse:
    return JsonResponse(
        {
            "reports": [
                {
                    "receipt": row.receipt,
                    "received": format_instant(row.received),
                    "sha256": row.message_sha256,
                    "verdict": (row.analysis or {}).get("verdict"),
                    "status": (row.analysis or {}).get("status"),
                }
                for row in rows
            ]
        },
        status=status,
    )
