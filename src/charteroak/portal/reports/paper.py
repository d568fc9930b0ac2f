"""The report that this browser has just filed, as a document to keep or to hand on."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from charteroak.portal.programs.draft_views import as_download
from charteroak.portal.reports.receipt_cookie import receipts_of
from charteroak.portal.visitors import count_stranger
from charteroak.services.access import refuse
from charteroak.services.mail_exports import PAPER_TYPES
from charteroak.services.phish_papers import reporters_paper_file
from charteroak.services.reports import report_by_receipt
from charteroak.services.request_limits import DOCUMENTS, LOOK_UPS

_TYPESET = frozenset({"pdf", "docx"})


@login_not_required
@require_safe
@never_cache
def paper(request: HttpRequest, form: str) -> HttpResponse:
    """What was found in the mail, on paper; a name is a blank, for the reporter to fill in or not.

    It is in the language of the page, or in English where ``in=en`` asks for it: the state's form is in English.
    """
    held = receipts_of(request)
    if not held.filed:
        return redirect("reports:status")
    if form not in PAPER_TYPES:
        refuse()
    count_stranger(request, DOCUMENTS if form in _TYPESET else LOOK_UPS)
    language = "en" if request.GET.get("in") == "en" else (get_language() or "en")[:2]
    return as_download(reporters_paper_file(report_by_receipt(held.filed), form, language=language))
