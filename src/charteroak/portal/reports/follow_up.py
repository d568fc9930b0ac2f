"""What a reporter does with a report that stands: read it, add to it, correct it, take it back, say who may know.

The report is the one whose receipt this browser typed, got or used within the last hour. A receipt stands in no
address, so every one of these pages leads to the receipt's form where there is none. What was sent then is not lost:
it waits on the page that asks for the receipt again.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from msgspec import structs

from charteroak.adapters.system_clock import now
from charteroak.portal.forms import form_page, posted
from charteroak.portal.page import Crumb, Page
from charteroak.portal.reports.detail_forms import PAGES, CorrectionForm, DetailForm, WithdrawalForm
from charteroak.portal.reports.disclosure_forms import DisclosureForm
from charteroak.portal.reports.receipt_again import receipt_named_again
from charteroak.portal.reports.receipt_cookie import keep_receipts, receipts_of
from charteroak.portal.reports.record_words import VERSION_WORDS, answers_in_words, label_of
from charteroak.portal.reports.wording import words_of
from charteroak.portal.visitors import count_stranger
from charteroak.records.accounts.models import User
from charteroak.records.reports.models import Report
from charteroak.response.incident_report import ReportFieldError, parse_report
from charteroak.services.disclosure import ConsentError, change_disclosure
from charteroak.services.incident_reports import (
    Reporter,
    add_supplement,
    correct_report,
    report_to_extend,
    standing_record,
    told_of,
    withdraw_report,
)
from charteroak.services.opening_from_reports import own_record_of
from charteroak.services.request_limits import REPORTS

View = Callable[..., HttpResponse]


def _with_report(*, even_closed: bool = False) -> Callable[[View], View]:
    """A page about the report in hand; without one it leads to the receipt's form, and a closed one is not found.

    Words that come without a receipt in hand are answered with the question for it, and go on once it is named.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def shown(request: HttpRequest, **names: Any) -> HttpResponse:
            held = receipts_of(request)
            if not held.in_hand and request.method != "POST":
                return redirect("reports:status")
            if not held.in_hand:
                named = receipt_named_again(request)
                if isinstance(named, HttpResponse):
                    return named
                held = structs.replace(held, in_hand=named)
            response = view(request, report_to_extend(receipt=held.in_hand, even_closed=even_closed), **names)
            keep_receipts(request, response, held)
            return response

        return shown

    return decorate


def history_of(report: Report) -> list[dict[str, Any]]:
    """Each version of a report in words: what it was, when, by which way, what it changed."""
    return [
        {
            "what": VERSION_WORDS[told.row.kind],
            "row": told.row,
            "changed": [label_of(_place(change.name)) for change in told.changes if change.name != "disclosure"],
        }
        for told in told_of(report)
    ]


def next_steps(report: Report) -> str:
    """What happens next, in one sentence."""
    if report.withdrawn is not None:
        return _("You took this report back. It stays on record and counts no more.")
    if report.closed is not None:
        return _("The desk is done with this report. If something is new, file a new one.")
    return _("An analyst of the desk reads it and calls your technical contact if there are questions.")


@login_not_required
@require_safe
@never_cache
@_with_report(even_closed=True)
def mine(request: HttpRequest, report: Report) -> HttpResponse:
    """The report in hand: what was received, how it stands, what happens next."""
    is_open = report.withdrawn is None and report.closed is None
    context = {
        "page": Page(_("Your report"), next_steps(report)),
        "report": report,
        "words": words_of(report),
        "answers": answers_in_words(standing_record(report)),
        "history": history_of(report),
        "pages": list(PAGES.values()) if is_open else [],
        "is_open": is_open,
        "own_record": own_record_of(report, request.user) if isinstance(request.user, User) else None,
    }
    return render(request, "reports/mine.html", context)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@_with_report()
def more(request: HttpRequest, report: Report, code: str) -> HttpResponse:
    """One page of details; what is saved is a supplement, and the next page follows."""
    page = PAGES.get(code)
    if page is None:
        raise Http404
    form = DetailForm(posted(request), page, standing_record(report))
    if form.is_bound and form.is_valid():
        try:
            record = parse_report(form.document(report), received=now())
            count_stranger(request, REPORTS)
            add_supplement(report, record, _reporter(request), channel="web", token=form.cleaned_data["token"])
        except ReportFieldError as error:
            form.take_error(error, form.field_at((error.location.pointer if error.location else None) or ""))
        else:
            messages.success(request, _("Saved. The desk has it."))
            codes = list(PAGES)
            following = codes[codes.index(code) + 1 :]
            if "next" in request.POST and following:
                return redirect("reports:more", code=following[0])
            return redirect("reports:mine")
    number = list(PAGES).index(code) + 1
    context = {
        "page": Page(page.title, _("Answer what you know; leave the rest empty."), (_mine_crumb(),)),
        "form": form,
        "number": number,
        "count": len(PAGES),
    }
    return form_page(request, "reports/more.html", context)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@_with_report()
def correct(request: HttpRequest, report: Report) -> HttpResponse:
    """Say that something was wrong; what was said before stays readable."""
    form = CorrectionForm(posted(request), initial={"narrative": standing_record(report).narrative})
    if form.is_bound and form.is_valid():
        answers = form.cleaned_data
        said = {"outcome": report.outcome, "disclosure": report.disclosure, "narrative": answers["narrative"]}
        try:
            record = parse_report(said)
            count_stranger(request, REPORTS)
            correct_report(
                report, record, _reporter(request), reason=answers["reason"], channel="web", token=answers["token"]
            )
        except ReportFieldError as error:
            form.take_error(error, "narrative")
        else:
            messages.success(request, _("Corrected. What you said before stays readable for the desk."))
            return redirect("reports:mine")
    page = Page(_("Correct the report"), _("Write what happened as it should read."), (_mine_crumb(),))
    return form_page(request, "reports/step.html", {"page": page, "form": form, "verb": _("Record the correction")})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@_with_report()
def withdraw(request: HttpRequest, report: Report) -> HttpResponse:
    """Take the report back; nothing of it is removed."""
    form = WithdrawalForm(posted(request))
    if form.is_bound and form.is_valid():
        answers = form.cleaned_data
        count_stranger(request, REPORTS)
        withdraw_report(report, _reporter(request), reason=answers["reason"], channel="web", token=answers["token"])
        messages.success(request, _("The report is taken back."))
        return redirect("reports:mine")
    sentence = _("The report stays on record, marked as taken back, and nothing more can be added to it.")
    page = Page(_("Take the report back"), sentence, (_mine_crumb(),))
    return form_page(request, "reports/step.html", {"page": page, "form": form, "verb": _("Take it back")})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@_with_report()
def disclose(request: HttpRequest, report: Report) -> HttpResponse:
    """Say who may know who reported: more people with recorded consent, fewer from now on."""
    form = DisclosureForm(posted(request), report=report)
    if form.is_bound and form.is_valid():
        level = form.cleaned_data["level"]
        try:
            count_stranger(request, REPORTS)
            change_disclosure(
                report, level, _reporter(request), consent=form.consent(), names=form.names(), channel="web"
            )
        except (ConsentError, ReportFieldError) as error:
            form.take_error(error, "agrees" if isinstance(error, ConsentError) else "name")
        else:
            messages.success(request, _("Recorded. It holds from now on."))
            return redirect("reports:mine")
    sentence = _("You decide who may know who reported this.")
    page = Page(_("Who may know"), sentence, (_mine_crumb(),))
    return form_page(request, "reports/step.html", {"page": page, "form": form, "verb": _("Record this")})


def _reporter(request: HttpRequest) -> Reporter:
    return Reporter(user=request.user if isinstance(request.user, User) else None)


def _mine_crumb() -> Crumb:
    return Crumb(_("Your report"), reverse("reports:mine"))


def _place(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(part.capitalize() for part in others)
