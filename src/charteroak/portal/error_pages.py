"""The pages that stand in for one that could not be shown: 400, 403, 404, 429, 500, 503.

They say what happened and what to do, and look like every other page. The 500 page asks nothing of the database.
"""

from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from charteroak import __version__
from charteroak.errors import CharterOakError
from charteroak.portal.page import Page
from charteroak.portal.refusals import translated
from charteroak.services.reports import DESK_MAIL
from charteroak.services.request_limits import TooManyRequestsError


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request cannot be read. The one that people meet is text that is too long for a form."""
    page = Page(_("Request not understood"), _("This request could not be read, and nothing was recorded."))
    remedy = _("Go back and try it again.")
    if isinstance(exception, RequestDataTooBig):
        page = Page(_("Too large"), _("What you sent is larger than 1 MB of text, and nothing was recorded."))
        remedy = _("Go back and choose a file instead of pasting the text.")
    if isinstance(exception, TooManyFilesSent):
        page = Page(_("Too many at once"), _("You sent more files than a form takes, and nothing was recorded."))
        remedy = _("Go back and choose fewer, or put them into one .zip.")
    return render(request, "errors/error.html", {"page": page, "remedy": remedy}, status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature for CSRF_FAILURE_VIEW
    """403: mostly a form that was open too long or came from another site."""
    page = Page(_("Not accepted"), _("This form was not accepted, and nothing was recorded."))
    remedy = _(
        "The page may have been open too long, or cookies are switched off. Go back, reload the page and send it again."
    )
    return render(request, "errors/error.html", {"page": page, "remedy": remedy}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """404: absent and forbidden look alike."""
    page = Page(_("Nothing here"), _("There is nothing here that you may see."))
    return render(
        request, "errors/error.html", {"page": page, "remedy": _("Check the address, or sign in.")}, status=404
    )


def too_many(request: HttpRequest, error: TooManyRequestsError) -> HttpResponse:
    """429: a stranger asked for more than strangers may have for a while. A mail always gets through."""
    page = Page(_("Too many at once"), _("This was asked too often within a short time, and nothing was recorded."))
    minutes = -(-error.retry_after // 60)
    remedy = ngettext(
        "Wait %(minutes)s minute and send it again. If it cannot wait, send a mail to %(mail)s.",
        "Wait %(minutes)s minutes and send it again. If it cannot wait, send a mail to %(mail)s.",
        minutes,
    ) % {"minutes": minutes, "mail": DESK_MAIL}
    context = {"page": page, "remedy": remedy, "code": error.code}
    response = render(request, "errors/error.html", context, status=429)
    response.headers["Retry-After"] = str(error.retry_after)
    return response


def foreseen(request: HttpRequest, error: CharterOakError, status: int) -> HttpResponse:
    """An error of ours in its own words, with its stable code."""
    page = Page(_("Could not be done"), translated(error.message))
    context = {"page": page, "remedy": translated(error.remedy), "code": error.code}
    return render(request, "errors/error.html", context, status=status)


def unavailable() -> HttpResponse:
    """503: the database refused, such as on a full disk. Rendered without the request, which would ask it again."""
    page = Page(_("Could not be done"), _("Nothing was recorded: the record cannot be written or read right now."))
    remedy = _("Try again later. Whoever runs this installation should look at its disk and its database.")
    body = render_to_string("errors/error.html", {"page": page, "remedy": remedy, "code": "database.unusable"})
    return HttpResponse(body, status=503)


def server_error(_request: HttpRequest) -> HttpResponse:
    """500: a fault of ours. Rendered without the request, because the fault may be in what a page asks first."""
    page = Page(_("A fault of ours"), _("Something in Charter Oak failed, and this page could not be shown."))
    body = render_to_string("errors/error.html", {"page": page, "version": __version__, "is_fault": True})
    return HttpResponse(body, status=500)
