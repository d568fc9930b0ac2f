"""How to report with one button, on one page to print and hang up: Outlook and Gmail, with the original headers."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from charteroak.portal.page import Page
from charteroak.services.reporting_settings import reporting_settings


@login_not_required
@require_safe
def buttons(request: HttpRequest) -> HttpResponse:
    """The recipe, with the address that was configured, or a blank to fill in by hand."""
    page = Page(_("Report buttons"), _("Send a suspicious mail as an attachment: then we see who really sent it."))
    return render(request, "reports/buttons.html", {"page": page, "address": reporting_settings().mail_in})
