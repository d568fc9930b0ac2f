"""Files for a report over the API: one request for each, its bytes as the body, streamed to the sealed evidence."""

import io
from typing import BinaryIO
from urllib.parse import unquote

from django.http import HttpRequest, HttpResponse, JsonResponse

from charteroak.portal.api.problems import APIRequestError, endpoint, reporter_of
from charteroak.portal.api.reports import CHANNEL, receipt_in
from charteroak.portal.visitors import count_network
from charteroak.services.incident_reports import report_to_extend
from charteroak.services.report_attachments import FILE_LIMIT_BYTES, NewAttachment, attach_file
from charteroak.services.request_limits import REPORTS

MEGABYTE = 1 << 20
_NAME_CHARACTERS = 1_000


class _Body(io.RawIOBase):
    """A request's body as a stream, read as it comes."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    def readable(self) -> bool:
        """It can be read, and nothing else."""
        return True

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes; none at the end."""
        return self._request.read(size)


@endpoint("POST")
def attachments(request: HttpRequest) -> HttpResponse:
    """Add a file to the report whose receipt is named. ``Attachment-Name`` is its name, percent-encoded UTF-8.

    201 with number and digest; the same bytes again give the same answer.
    """
    reporter = reporter_of(request)
    if request.content_type != "application/octet-stream":
        raise APIRequestError("Send a file as application/octet-stream.", status=415)
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > FILE_LIMIT_BYTES:
        raise APIRequestError(f"A file has at most {FILE_LIMIT_BYTES >> 20} MB.", status=413)
    if reporter.user is None:
        count_network(request, REPORTS, cost=1 + int(length) // MEGABYTE)
    report = report_to_extend(receipt=receipt_in(request))
    stream: BinaryIO = _Body(request)  # type: ignore[assignment] # what is asked of it is read alone
    name = unquote(request.headers.get("Attachment-Name", "")[:_NAME_CHARACTERS])
    row = attach_file(report, NewAttachment(name, stream), user=reporter.user, channel=CHANNEL)
    return JsonResponse({"number": row.number, "sha256": row.sha256, "size": row.size}, status=201)
