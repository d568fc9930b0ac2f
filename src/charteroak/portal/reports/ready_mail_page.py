"""When a report cannot be taken here: what was typed, as a mail to the desk that is ready to be sent.

Nothing that the reporter wrote is lost. The page asks nothing of the server again: the address of the mail, the draft
and the text are in it, so that it works while the installation is down, and without JavaScript.
"""

import base64
import logging
from collections.abc import Mapping
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from charteroak.adapters.system_clock import now
from charteroak.portal.page import Page
from charteroak.portal.reports.incident_forms import IncidentForm, IncidentWhoForm, first_document
from charteroak.portal.reports.wording import OUTCOME_CHOICES
from charteroak.portal.security_log import note_limit
from charteroak.records.reports.models import Report
from charteroak.response.incident_report import ReportFieldError, parse_report, report_document, without_names
from charteroak.response.ready_mail import DESK_MAIL, mailto_address, ready_mail, text_of
from charteroak.services.filed_reports import NoDeskError
from charteroak.services.request_limits import TooManyRequestsError

log = logging.getLogger(__name__)
Failure = NoDeskError | TooManyRequestsError | DatabaseError
_NOT_ANSWERS = frozenset({"csrfmiddlewaretoken", "step"})


def ready_mail_page(
    request: HttpRequest, failure: Failure, forms: tuple[IncidentForm, IncidentWhoForm] | None
) -> HttpResponse:
    """The page in the place of a receipt: 429 with the time to wait, else 503. ``forms`` are the filled ones, if any.

    Where the database is what failed, the page is made without the request, which would ask it again.
    """
    document = _document_of(request, forms)
    draft = base64.b64encode(ready_mail(document, written=now())).decode()
    context: dict[str, Any] = {
        "page": Page(_("Not received"), _said_of(failure)),
        "mail": DESK_MAIL,
        "mailto": mailto_address(document),
        "draft": f"data:message/rfc822;base64,{draft}",
        "text": text_of(document),
        "answers": [
            (key, value) for key, values in request.POST.lists() for value in values if key not in _NOT_ANSWERS
        ],
        "step": request.POST.get("step", "what"),
        "code": "database.unusable" if isinstance(failure, DatabaseError) else failure.code,
    }
    if isinstance(failure, DatabaseError):
        log.error("503 database.unusable route=report-incident")
        body = render_to_string("reports/ready_mail.html", context | {"csrf_token": get_token(request)})
        return HttpResponse(body, status=503)
    if isinstance(failure, NoDeskError):
        log.error("503 %s route=report-incident", failure.code)
        return render(request, "reports/ready_mail.html", context, status=503)
    note_limit(request)
    response = render(request, "reports/ready_mail.html", context, status=429)
    response.headers["Retry-After"] = str(failure.retry_after)
    return response


def _said_of(failure: Failure) -> str:
    if isinstance(failure, TooManyRequestsError):
        minutes = -(-failure.retry_after // 60)
        return ngettext(
            "This was asked too often; nothing was recorded. Send it as a mail, or try again in %(minutes)s minute.",
            "This was asked too often; nothing was recorded. Send it as a mail, or try again in %(minutes)s minutes.",
            minutes,
        ) % {"minutes": minutes}
    if isinstance(failure, NoDeskError):
        return _("No desk takes reports here right now; nothing was recorded. Send it as a mail.")
    return _("The record cannot be written right now; nothing was recorded. Send it as a mail.")


def _document_of(request: HttpRequest, forms: tuple[IncidentForm, IncidentWhoForm] | None) -> Mapping[str, Any]:
    """The record of what was typed; where it is none yet, the answers that there are, as they are."""
    try:
        if forms is not None and all(form.is_valid() for form in forms):
            return report_document(parse_report(first_document(*forms)))
    except (DatabaseError, ReportFieldError):
        pass  # What was typed is taken as it is: a mail may hold what a record may not.
    return _as_typed(request)


def _as_typed(request: HttpRequest) -> Mapping[str, Any]:
    typed = {key: request.POST.get(key, "").replace("\0", "").strip() for key in request.POST}
    noticed = " ".join(filter(None, (typed.get("detected_0"), typed.get("detected_1"))))
    story = [typed.get("summary", "")]
    story += [f"Noticed: {noticed}."] if noticed else []
    story += [f"Kind: {typed['category']}."] if typed.get("category") else []
    outcome = typed.get("outcome", "")
    document: dict[str, Any] = {
        "outcome": outcome if outcome in dict(OUTCOME_CHOICES) else "unknown",
        "disclosure": typed.get("disclosure") or Report.Disclosure.DESK_ONLY.value,
        "narrative": "\n".join(filter(None, story)),
        "technicalContact": typed.get("technical_contact"),
        "helpWanted": typed.get("help_wanted"),
        "entity": _said({"name": typed.get("entity")}),
        "reporter": _said({"name": typed.get("name"), "phone": typed.get("contact")}),
    }
    if document["disclosure"] not in Report.Disclosure.values:
        document["disclosure"] = Report.Disclosure.DESK_ONLY.value
    said = _said(document)
    return without_names(said) if said["disclosure"] == Report.Disclosure.ANONYMOUS else said


def _said(document: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in document.items() if value}
