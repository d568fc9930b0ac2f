"""Pages for analysts of a desk. Who is none finds nothing here."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from charteroak.portal.desk.wording import (
    answers_of,
    name_of_report,
    queue_sentence,
    report_sentence,
)
from charteroak.portal.page import Crumb, Page
from charteroak.portal.people import person_of
from charteroak.portal.reports.follow_up import history_of
from charteroak.portal.reports.record_words import answers_in_words
from charteroak.portal.reports.sophisticated import sophisticated
from charteroak.portal.reports.wording import VERDICTS, deeds_of, findings_of, words_of
from charteroak.records.reports.models import Report
from charteroak.response.incident_report import (
    IncidentReportRecord,
    parse_report,
    report_document,
    without_names,
)
from charteroak.services.access import access_campaign, access_desk, access_report
from charteroak.services.campaign_confirmations import confirmed_counts
from charteroak.services.campaign_links import reasons_of
from charteroak.services.incident_reports import close_report, standing_record
from charteroak.services.report_attachments import attachments_of
from charteroak.services.report_status import arrival_of
from charteroak.services.reports import campaigns_of, confirm_campaign, desk_queue, mark_queue_seen


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What has come in: new since this analyst last looked, grouped by campaign, with verdicts."""
    desk = access_desk(request.user)
    waiting = desk_queue(desk, person_of(request))
    rows = [(item, _verdict(item.report)) for item in waiting.items]
    campaigns = list(campaigns_of(desk)[:20])
    confirmed = confirmed_counts(campaigns)
    newest = max((item.report.pk for item in waiting.items), default=0)
    context = {
        "page": Page(_("Desk"), queue_sentence(waiting), organisation=desk),
        "queue": waiting,
        "rows": rows,
        "newest": newest,
        "campaigns": [(campaign, confirmed[campaign.pk]) for campaign in campaigns],
    }
    return render(request, "desk/queue.html", context)


@require_safe
def arrivals(request: HttpRequest) -> HttpResponse:
    """How many reports came in after the queue was shown; a fragment that the queue's page asks for each minute."""
    desk = access_desk(request.user)
    after = request.GET.get("after", "")
    is_number = after.isascii() and after.isdigit() and len(after) < 19
    count = Report.objects.filter(desk=desk, pk__gt=int(after)).count() if is_number else 0
    return render(request, "desk/arrivals.html", {"count": count})


@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """Remember that the analyst has looked."""
    mark_queue_seen(access_desk(request.user), person_of(request))
    return redirect("desk:queue")


@require_safe
def report(request: HttpRequest, number: int) -> HttpResponse:
    """One report, whole: what the reporter said, what the mail shows, which campaign it belongs to.

    The reporter's receipt is not shown: it is the reporter's key, and an analyst has no use for it.
    """
    row = access_report(request.user, number)
    findings = findings_of(row)
    context = {
        "page": Page(name_of_report(row), report_sentence(row, findings), (_queue_crumb(),), row.desk),
        "report": row,
        "words": words_of(row),
        "findings": findings,
        "sophisticated": sophisticated(row),
        "deeds": deeds_of(row),
        "answers": answers_of(row),
        "attachments": attachments_of(person_of(request), row.pk),
        "arrival": arrival_of(row),
        "reasons": reasons_of(row),
    }
    if row.kind == Report.Kind.INCIDENT and row.versions.exists():
        context |= {"said": answers_in_words(_shown_record(row)), "history": history_of(row)}
    return render(request, "desk/report.html", context)


@require_POST
def close(request: HttpRequest, number: int) -> HttpResponse:
    """The desk is done with a report."""
    close_report(access_report(request.user, number), person_of(request))
    return redirect("desk:report", number)


def _shown_record(row: Report) -> IncidentReportRecord:
    """What an analyst sees: without names where the reporter wishes to be anonymous from now on."""
    record = standing_record(row)
    if row.disclosure != Report.Disclosure.ANONYMOUS:
        return record
    return parse_report(without_names(report_document(record)))


@require_POST
def confirm(request: HttpRequest, number: int) -> HttpResponse:
    """An analyst confirms that a campaign's reports belong together; the desk's ledger records it."""
    confirm_campaign(access_campaign(request.user, number), person_of(request))
    return redirect("desk:campaign", number)


def _queue_crumb() -> Crumb:
    return Crumb(_("Desk"), reverse("desk:queue"))


def _verdict(row: Report) -> object:
    return None if row.analysis is None else VERDICTS[row.analysis["verdict"]]
