"""The sheet of paper on which an incident is reported, for whoever wants it."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from charteroak.portal.visitors import count_stranger
from charteroak.response.report_labels import Language
from charteroak.services.report_sheets import print_sheet
from charteroak.services.request_limits import REPORTS


@login_not_required
@require_safe
def sheet(request: HttpRequest) -> HttpResponse:
    """An empty sheet as PDF with a number of its own; ``?language=es`` is in Spanish."""
    count_stranger(request, REPORTS)
    language: Language = "es" if request.GET.get("language") == "es" else "en"
    response = HttpResponse(print_sheet(language=language), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="incident-report-{language}.pdf"'
    return response
