"""A campaign's page: what it is in one sentence, when, who, what, where; what to block; and what an analyst decides."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from charteroak.errors import InputError
from charteroak.mail.techniques import name_of_technique
from charteroak.portal.desk.campaign_drawing import draw_days, draw_map
from charteroak.portal.desk.campaign_forms import MergeForm, SplitForm, UndoForm
from charteroak.portal.desk.wording import campaign_sentence, kind_of_key, name_of_report
from charteroak.portal.forms import QuestionForm, form_page
from charteroak.portal.page import Crumb, Page
from charteroak.portal.people import person_of
from charteroak.portal.reports.wording import VERDICTS
from charteroak.records.reports.models import Campaign, Report
from charteroak.services.access import access_campaign
from charteroak.services.campaign_decisions import (
    Decided,
    conflicts_of,
    decisions_about,
    merge_campaigns,
    split_campaign,
    undo_decision,
)
from charteroak.services.campaign_overview import Overview, other_campaigns, overview_of, standing_name


@require_safe
def campaign(request: HttpRequest, number: int) -> HttpResponse:
    """One campaign. Where its reports went to another, that one is shown."""
    row = access_campaign(request.user, number)
    standing = standing_name(row)
    if standing.pk != row.pk:
        messages.info(request, _("%(campaign)s is part of this one now.") % {"campaign": row.name})
        return redirect("desk:campaign", standing.pk)
    return _page(request, row, {})


@require_POST
def split(request: HttpRequest, number: int) -> HttpResponse:
    """Some of its reports leave."""
    row = access_campaign(request.user, number)
    form = SplitForm(request.POST, members=_choices(overview_of(row)))
    if form.is_valid():
        try:
            decided = split_campaign(row, person_of(request), form.chosen(), form.cleaned_data["why"])
        except InputError as error:
            form.take_error(error, getattr(error, "field", None))
        else:
            return _done(request, row, decided)
    return _page(request, row, {"split": form})


@require_POST
def merge(request: HttpRequest, number: int) -> HttpResponse:
    """Another campaign is the same one."""
    row = access_campaign(request.user, number)
    others = other_campaigns(row)
    form = MergeForm(request.POST, others=others)
    if form.is_valid():
        chosen = next(other for other in others if str(other.pk) == form.cleaned_data["other"])
        try:
            decided = merge_campaigns(row, chosen, person_of(request), form.cleaned_data["why"])
        except InputError as error:
            form.take_error(error, getattr(error, "field", None))
        else:
            return _done(request, row, decided)
    return _page(request, row, {"merge": form})


@require_POST
def undo(request: HttpRequest, number: int) -> HttpResponse:
    """A decision is taken back by another."""
    row = access_campaign(request.user, number)
    form = UndoForm(request.POST)
    if form.is_valid():
        answers = form.cleaned_data
        try:
            decided = undo_decision(row.desk, person_of(request), answers["number"], answers["why"])
        except InputError as error:
            form.take_error(error, getattr(error, "field", None))
        else:
            return _done(request, row, decided)
    return _page(request, row, {"undo": form})


def _done(request: HttpRequest, row: Campaign, decided: Decided) -> HttpResponse:
    messages.success(request, _("Decision %(number)s is recorded.") % {"number": decided.decision.number})
    for broken in decided.conflicts:
        messages.warning(
            request,
            _("Decision %(number)s can no longer be kept whole: a newer one says otherwise.")
            % {"number": broken.number},
        )
    return redirect("desk:campaign", row.pk)


def _page(request: HttpRequest, row: Campaign, refused: Mapping[str, QuestionForm]) -> HttpResponse:
    seen = overview_of(row)
    decisions = list(decisions_about(row))
    others = other_campaigns(row)
    standing = [one for one in decisions if one.kind != one.Kind.UNDONE and not hasattr(one, "undone_by")]
    context: dict[str, Any] = {
        "page": Page(row.name, campaign_sentence(seen), (Crumb(_("Desk"), reverse("desk:queue")),), row.desk),
        "campaign": row,
        "seen": seen,
        "members": [
            (member.report, name_of_report(member.report), _verdict(member.report), member.reasons)
            for member in reversed(seen.members)
        ],
        "features": [(kind_of_key(one.kind), one.text, len(one.reports)) for one in seen.features],
        "techniques": [(name_of_technique(code), code, count) for code, count in seen.techniques],
        "time": draw_days(seen.days) if seen.days else None,
        "map": draw_map(seen.features) if seen.features else None,
        "decisions": decisions,
        "standing": standing,
        "conflicts": conflicts_of(row) if decisions else (),
        "split": refused.get("split") or SplitForm(members=_choices(seen)),
        "merge": (refused.get("merge") or MergeForm(others=others)) if others else None,
        "undo": (refused.get("undo") or UndoForm(initial={"number": standing[0].number})) if standing else None,
        "form": next(iter(refused.values()), None),
    }
    return form_page(request, "desk/campaign.html", context)


def _choices(seen: Overview) -> list[tuple[int, str]]:
    return [(member.report.pk, f"{name_of_report(member.report)}: {member.report.summary}") for member in seen.members]


def _verdict(row: Report) -> object:
    return None if row.analysis is None else VERDICTS[row.analysis["verdict"]]
