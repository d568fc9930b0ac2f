"""The forms for whoever would rather not use the page: a sheet of paper, and a text to fill in and send as a mail."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from charteroak.portal.visitors import count_stranger
from charteroak.response.labelled_report import write_template
from charteroak.response.report_labels import Language
from charteroak.services.report_sheets import print_sheet
from charteroak.services.request_limits import REPORTS


@login_not_required
@require_safe
def sheet(request: HttpRequest) -> HttpResponse:
    """An empty sheet as PDF with a number of its own; ``?language=es`` is in Spanish."""
    count_stranger(request, REPORTS)
    language = _language_of(request)
    response = HttpResponse(print_sheet(language=language), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="incident-report-{language}.pdf"'
    return response


@login_not_required
@require_safe
def text_form(request: HttpRequest) -> HttpResponse:
    """The questions as text with labels, which the desk reads back from a mail; ``?language=es`` is in Spanish."""
    language = _language_of(request)
    response = HttpResponse(write_template(language), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="incident-report-{language}.txt"'
    return response


def _language_of(request: HttpRequest) -> Language:
    return "es" if request.GET.get("language") == "es" else "en"
