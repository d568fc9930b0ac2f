"""Pages for analysts of a desk. Who is none finds nothing here."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from charteroak.portal.desk.drawing import draw_campaign, shared_traits
from charteroak.portal.desk.wording import (
    answers_of,
    campaign_sentence,
    queue_sentence,
    readable_traits,
    report_sentence,
)
from charteroak.portal.page import Crumb, Page
from charteroak.portal.people import person_of
from charteroak.portal.reports.wording import VERDICTS, deeds_of, findings_of, words_of
from charteroak.records.accounts.models import Organisation
from charteroak.records.reports.models import Campaign, CampaignKey, Report
from charteroak.services.access import access_desk, access_report, refuse
from charteroak.services.reports import campaigns_of, confirm_campaign, desk_queue, mark_queue_seen


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What has come in: new since this analyst last looked, grouped by campaign, with verdicts."""
    desk = access_desk(request.user)
    waiting = desk_queue(desk, person_of(request))
    rows = [(item, _verdict(item.report)) for item in waiting.items]
    newest = max((item.report.pk for item in waiting.items), default=0)
    context = {
        "page": Page(_("Desk"), queue_sentence(waiting), organisation=desk),
        "queue": waiting,
        "rows": rows,
        "newest": newest,
        "campaigns": campaigns_of(desk)[:20],
    }
    return render(request, "desk/queue.html", context)


@require_safe
def arrivals(request: HttpRequest) -> HttpResponse:
    """How many reports came in after the queue was shown; a fragment that the queue's page asks for each minute."""
    desk = access_desk(request.user)
    after = request.GET.get("after", "")
    count = Report.objects.filter(desk=desk, pk__gt=int(after)).count() if after.isdigit() and len(after) < 19 else 0
    return render(request, "desk/arrivals.html", {"count": count})


@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """Remember that the analyst has looked."""
    mark_queue_seen(access_desk(request.user), person_of(request))
    return redirect("desk:queue")


@require_safe
def report(request: HttpRequest, receipt: str) -> HttpResponse:
    """One report, whole: what the reporter said, what the mail shows, which campaign it belongs to."""
    access_desk(request.user)
    row = access_report(request.user, receipt)
    findings = findings_of(row)
    context = {
        "page": Page(_("Report"), report_sentence(row, findings), crumbs=(_queue_crumb(),), organisation=row.desk),
        "report": row,
        "words": words_of(row),
        "findings": findings,
        "deeds": deeds_of(row),
        "answers": answers_of(row),
    }
    return render(request, "desk/report.html", context)


@require_safe
def campaign(request: HttpRequest, number: int) -> HttpResponse:
    """One campaign: its reports, and what they share."""
    row = _access_campaign(request, number)
    reports = list(row.reports.select_related("organisation").order_by("received"))
    traits = readable_traits(shared_traits(CampaignKey.objects.filter(report__campaign=row)))
    kinds = list(dict.fromkeys(trait.kind for trait in traits))
    sentence = campaign_sentence(row, len(reports), kinds)
    context = {
        "page": Page(row.name, sentence, crumbs=(_queue_crumb(),), organisation=row.desk),
        "campaign": row,
        "reports": [(report, _verdict(report)) for report in reports],
        "traits": [(trait.kind, trait.value, len(trait.report_ids)) for trait in traits],
        "drawing": draw_campaign(reports, traits),
    }
    return render(request, "desk/campaign.html", context)


@require_POST
def confirm(request: HttpRequest, number: int) -> HttpResponse:
    """An analyst confirms that a campaign's reports belong together; the desk's ledger records it."""
    confirm_campaign(_access_campaign(request, number), person_of(request))
    return redirect("desk:campaign", number)


def _access_campaign(request: HttpRequest, number: int) -> Campaign:
    desk: Organisation = access_desk(request.user)
    row = Campaign.objects.select_related("desk", "confirmed_by").filter(desk=desk, pk=number).first()
    if row is None:
        refuse()
    return row


def _queue_crumb() -> Crumb:
    return Crumb(_("Desk"), reverse("desk:queue"))


def _verdict(row: Report) -> object:
    return None if row.analysis is None else VERDICTS[row.analysis["verdict"]]
