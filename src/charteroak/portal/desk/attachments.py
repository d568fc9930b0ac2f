"""Files of a report, for analysts alone: as downloads that no browser shows or runs."""

from django.http import FileResponse, HttpRequest
from django.views.decorators.http import require_safe

from charteroak.portal.people import person_of
from charteroak.services.report_attachments import MEDIA_TYPE, open_attachment


@require_safe
def attachment(request: HttpRequest, number: int, position: int) -> FileResponse:
    """The bytes of one file, under the name that its sender gave, without what a shell or a header would act on."""
    row, stream = open_attachment(person_of(request), number, position)
    size = {"Content-Length": str(row.size), "Content-Security-Policy": "sandbox; default-src 'none'"}
    return FileResponse(stream, as_attachment=True, filename=row.name, content_type=MEDIA_TYPE, headers=size)
