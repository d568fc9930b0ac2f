"""Pages for reporters. All of them work without an account and without JavaScript.

A receipt never stands in an address: it is posted, or the browser of who has just filed holds it (``receipt_cookie``).
Filing writes into no session. Whoever has no account is counted for a while (``services.request_limits``), and the same
form sent twice makes one report.
"""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from msgspec import structs

from charteroak.adapters.system_clock import now
from charteroak.errors import AccessError, InputError
from charteroak.portal.forms import form_page
from charteroak.portal.page import Page
from charteroak.portal.refusals import refusal
from charteroak.portal.reports.forms import MailForm, ReceiptForm
from charteroak.portal.reports.incident_forms import FIELD_OF, IncidentForm, IncidentWhoForm, first_document
from charteroak.portal.reports.plain_answer import answer_of
from charteroak.portal.reports.ready_mail_page import ready_mail_page
from charteroak.portal.reports.receipt_cookie import Receipts, keep_receipts, receipts_of
from charteroak.portal.reports.sophisticated import sophisticated_for
from charteroak.portal.reports.wording import words_of
from charteroak.portal.visitors import count_stranger, refuse_flood
from charteroak.records.accounts.models import User
from charteroak.records.exercises.models import ExerciseSpace
from charteroak.records.reports.models import Report
from charteroak.response.incident_report import ReportFieldError, parse_report
from charteroak.services.access import members_of
from charteroak.services.campaign_confirmations import is_confirmed
from charteroak.services.filed_reports import NoDeskError
from charteroak.services.incident_reports import file_report, report_filed_before
from charteroak.services.opening_from_reports import own_record_of
from charteroak.services.phish_intake import file_handed_in, handed_in_before
from charteroak.services.reports import Reporter, ReportInputError, report_by_receipt
from charteroak.services.request_limits import LOOK_UPS, REPORTS, TooManyRequestsError

MEGABYTE = 1 << 20


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def report_mail(request: HttpRequest) -> HttpResponse:
    """Report a suspicious mail."""
    is_sent = request.method == "POST"
    form = MailForm(request.POST if is_sent else None, request.FILES if is_sent else None, **_who(request))
    if is_sent and form.is_valid():
        reports, reporter, token = form.reports(), form.reporter(), form.cleaned_data["token"]
        try:
            rows = handed_in_before(reports, reporter, token=token)
            if not rows:
                size = sum(len(report.message) for report in reports)
                count_stranger(request, REPORTS, cost=len(reports) + size // MEGABYTE)
                rows = file_handed_in(reports, reporter, token=token)
        except ReportInputError as error:
            field = _field_of_message(form) if error.field == "message" else error.field
            form.add_error(field if field in form.fields else None, refusal(error))
        else:
            return _filed(request, *rows)
    page = Page(_("Report a suspicious mail"), _("Send us the mail; see what is suspicious."))
    return form_page(request, "reports/mail.html", {"page": page, "form": form})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def report_incident(request: HttpRequest) -> HttpResponse:
    """Report an incident in two steps: what happened, then who reports. What cannot be taken becomes a ready mail."""
    try:
        refuse_flood(request, REPORTS)
        return incident_steps(request)
    except (NoDeskError, TooManyRequestsError, OperationalError) as failure:
        if request.method != "POST":
            raise
        return ready_mail_page(request, failure, _filled_forms(request))


def incident_steps(
    request: HttpRequest, *, space: ExerciseSpace | None = None, filed_url: str | None = None
) -> HttpResponse:
    """The two steps, for what happened or for an exercise. Answers travel in the form between them."""
    step = request.POST.get("step", "")
    what = IncidentForm(request.POST if request.method == "POST" else None)
    who = IncidentWhoForm(request.POST if step == "who" else None, **_who(request))
    if request.method != "POST" or step == "back" or not what.is_valid():
        if step == "back":
            what.errors.clear()
        return _incident_step(request, what, number=1, space=space)
    if step != "who" or not who.is_valid():
        return _incident_step(request, who, number=2, answers=what, space=space)
    reporter, token = who.reporter(), who.cleaned_data["token"]
    try:
        record = parse_report(first_document(what, who), received=now())
        # Whoever is signed in is not counted, so that only a stranger's form is looked for before it is filed.
        row = None if reporter.user is not None else report_filed_before(record, reporter, token=token, space=space)
        if row is None:
            count_stranger(request, REPORTS)
            row = file_report(record, reporter, channel="web", token=token, space=space)
    except ReportFieldError as error:
        pointer = (error.location.pointer if error.location else None) or ""
        field = FIELD_OF.get(pointer, "")
        if field in what.fields:
            what.take_error(error, field)
            return _incident_step(request, what, number=1, space=space)
        who.take_error(error, field)
        return _incident_step(request, who, number=2, answers=what, space=space)
    return _filed(request, row) if filed_url is None else redirect(filed_url)


@login_not_required
@require_safe
@never_cache
def filed(request: HttpRequest) -> HttpResponse:
    """The receipt, and what to do now, for who has just filed."""
    held = receipts_of(request)
    if not held.filed:
        return redirect("reports:status")
    report = report_by_receipt(held.filed)
    shown = answer_of(report)
    sentence = shown.answer.sentence if shown else _("Your report has reached the desk. Keep the receipt.")
    context = {
        "page": Page(_("Report filed"), sentence),
        "report": report,
        "words": words_of(report),
        "shown": shown,
        "sophisticated": sophisticated_for(request, report),
        "others": _with_answers(held.others),
        "keeps_account_apart": isinstance(request.user, User) and report.disclosure == report.Disclosure.ANONYMOUS,
        "own_record": own_record_of(report, request.user) if isinstance(request.user, User) else None,
    }
    return render(request, "reports/filed.html", context)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def status(request: HttpRequest) -> HttpResponse:
    """What became of a report, for who holds its receipt."""
    form = ReceiptForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        # Counted before anything is looked up: a right guess and a wrong one cost the same.
        count_stranger(request, LOOK_UPS)
        try:
            report = report_by_receipt(form.cleaned_data["receipt"])
        except (InputError, AccessError) as error:
            form.add_error("receipt", refusal(error))
        else:
            is_incident = report.kind == Report.Kind.INCIDENT
            response = redirect("reports:mine" if is_incident else "reports:answer")
            taken = {"in_hand" if is_incident else "mail_in_hand": report.receipt}
            keep_receipts(request, response, structs.replace(receipts_of(request), **taken))
            return response
    page = Page(_("Your report"), _("Enter your receipt to see what became of your report."))
    return form_page(request, "reports/status.html", {"page": page, "form": form})


@login_not_required
@require_safe
@never_cache
def answer(request: HttpRequest) -> HttpResponse:
    """The plain answer about a reported mail, for who has typed its receipt; nothing of the mail but the reasons."""
    held = receipts_of(request)
    report = report_by_receipt(held.mail_in_hand) if held.mail_in_hand else None
    shown = None if report is None else answer_of(report)
    if report is None or shown is None:
        return redirect("reports:status")
    context = {
        "page": Page(_("Your report"), shown.answer.sentence),
        "report": report,
        "words": words_of(report),
        "shown": shown,
        "sophisticated": sophisticated_for(request, report),
        "standing": _status_sentence(report),
    }
    return render(request, "reports/answer.html", context)


def _filled_forms(request: HttpRequest) -> tuple[IncidentForm, IncidentWhoForm] | None:
    """Both forms as they were sent; none where the database cannot even say who sends them."""
    try:
        return IncidentForm(request.POST), IncidentWhoForm(request.POST, **_who(request))
    except DatabaseError:
        return None


def _who(request: HttpRequest) -> dict[str, Any]:
    user = request.user if isinstance(request.user, User) else None
    return {"reporter": Reporter(user=user), "organisations": members_of(request.user)}


def _field_of_message(form: MailForm) -> str:
    return "message" if form.cleaned_data.get("message") else "source"


def _with_answers(receipts: Sequence[str]) -> list[dict[str, Any]]:
    """The other mails of the same form, with the answer about each."""
    rows = [report_by_receipt(receipt) for receipt in receipts]
    return [{"report": row, "shown": answer_of(row)} for row in rows]


def _filed(request: HttpRequest, report: Report, *others: Report) -> HttpResponseRedirect:
    in_hand = report if report.kind == Report.Kind.INCIDENT else None
    receipts = Receipts(
        filed=report.receipt,
        others=tuple(other.receipt for other in others),
        in_hand=receipts_of(request).in_hand if in_hand is None else in_hand.receipt,
        mail_in_hand=receipts_of(request).mail_in_hand,
    )
    response = HttpResponseRedirect(reverse("reports:filed"))
    keep_receipts(request, response, receipts)
    return response


def _incident_step(
    request: HttpRequest,
    form: IncidentForm | IncidentWhoForm,
    *,
    number: int,
    answers: IncidentForm | None = None,
    space: ExerciseSpace | None = None,
) -> HttpResponse:
    sentence = {
        1: _("Tell us what happened, whether it succeeded or not."),
        2: _("Who reports this, and who may know?"),
    }
    context = {
        "page": Page(_("Report an incident"), sentence[number]),
        "form": form,
        "answers": answers,
        "number": number,
        "exercise_space": space,
    }
    return form_page(request, "reports/incident.html", context)


def _status_sentence(report: Report) -> str:
    if report.campaign_id is None:
        return _("Your report is with the desk.")
    if is_confirmed(report):
        return _("Your report is part of a campaign that the desk has confirmed.")
    return _("Your report resembles others; the desk is looking at them together.")
