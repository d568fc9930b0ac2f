"""The page of the gap plan: what to close first under a budget and a date, what stays open, recording the choice."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from charteroak.errors import InputError
from charteroak.portal.forms import form_page, posted
from charteroak.portal.page import Crumb, Page
from charteroak.portal.people import person_of
from charteroak.portal.programs.choices import Words
from charteroak.portal.programs.gap_plan_drawing import picture_of_burn_down, picture_of_curve
from charteroak.portal.programs.gap_plan_forms import PlanForm, RecordPlanForm
from charteroak.portal.programs.recording import may_record, today
from charteroak.program.gap_plan import LeftOpen, WhyLeft
from charteroak.program.plan_weights import load_weights
from charteroak.records.accounts.models import Organisation
from charteroak.services.access import access_organisation
from charteroak.services.gap_plans import (
    GapPlan,
    PlanQuestionError,
    burn_down_of,
    plan_gaps,
    record_plan,
)
from charteroak.services.programs import ProgramInputError, recorder_for

BURN_DOWN_DAYS = 366
_WHY: dict[WhyLeft, Words] = {
    WhyLeft.BUDGET: gettext_lazy("The budget does not reach for it."),
    WhyLeft.HOURS: gettext_lazy("The hours do not reach for it."),
    WhyLeft.NO_WEIGHT: gettext_lazy("It has no weight in this plan."),
}


@dataclass(frozen=True, slots=True)
class LeftRow:
    """A task that stays open, and why, in a sentence."""

    left: LeftOpen
    why: Words


@require_http_methods(["GET", "HEAD", "POST"])
def gap_plan(request: HttpRequest, slug: str) -> HttpResponse:
    """Under a budget and a date: the best set of gaps to close. A POST records the chosen ones as gaps."""
    organisation = access_organisation(request.user, slug)
    form = PlanForm(request.GET if "budget" in request.GET else None, initial=_usual())
    plan = _plan(organisation, form)
    recording = None
    if plan is not None and may_record(request, organisation):
        tasks = [task for task in plan.proposal.chosen if task.state != "recorded"]
        recording = RecordPlanForm(posted(request), tasks=tasks, by=plan.question.by)
        if request.method == "POST" and recording.is_valid() and _record(request, organisation, recording):
            return redirect("programs:action-plan", slug=slug)
    crumbs = (Crumb(_("Exceptions and gaps"), reverse("programs:gaps", args=[slug])),)
    context = {
        "page": Page(_("Gap plan"), _sentence(plan), crumbs, organisation),
        "organisation": organisation,
        "form": form,
        "recording": recording,
        "plan": plan,
        "weights": load_weights().provenance,
        **_pictures(organisation, plan),
    }
    return form_page(request, "programs/gap_plan.html", context)


def _usual() -> dict[str, Any]:
    return {"scope": "promised", "by": today() + timedelta(days=90)}


def _plan(organisation: Organisation, form: PlanForm) -> GapPlan | None:
    """The plan that was asked for; ``None`` when none was, or when the form says what is wrong."""
    if not form.is_valid():
        return None
    try:
        return plan_gaps(organisation, form.question())
    except PlanQuestionError as error:
        form.take_error(error, error.field)
    except InputError as error:
        form.take_error(error)
    return None


def _record(request: HttpRequest, organisation: Organisation, form: RecordPlanForm) -> bool:
    answers = form.cleaned_data
    recorder = recorder_for(person_of(request))
    try:
        entries = record_plan(organisation, answers["chosen"], answers["owner"], answers["due"], recorder)
    except (PlanQuestionError, ProgramInputError) as error:
        form.take_error(error, error.field)
        return False
    except InputError as error:
        form.take_error(error)
        return False
    words = ngettext("%(count)s gap was recorded.", "%(count)s gaps were recorded.", len(entries))
    messages.success(request, words % {"count": len(entries)})
    return True


def _sentence(plan: GapPlan | None) -> str:
    if plan is None:
        return _("Say what you can spend and by when; you see what to close first.")
    chosen, left = len(plan.proposal.chosen), len(plan.proposal.left)
    if not chosen and not left:
        return _("Nothing is open, so there is nothing to plan.")
    words = ngettext(
        "%(chosen)s gap can be closed for at most $%(cost)s and %(hours)s hours",
        "%(chosen)s gaps can be closed for at most $%(cost)s and %(hours)s hours",
        chosen,
    ) % {"chosen": chosen, "cost": f"{plan.proposal.cost.high:,}", "hours": f"{plan.proposal.effort.high:,}"}
    stay = ngettext("%(left)s stays open.", "%(left)s stay open.", left) % {"left": left}
    return _("%(words)s; %(stay)s") % {"words": words, "stay": stay}


def _pictures(organisation: Organisation, plan: GapPlan | None) -> dict[str, Any]:
    last = today()
    counts = burn_down_of(organisation, last - timedelta(days=BURN_DOWN_DAYS), last)
    shown = {"counts": counts, "burn_down": picture_of_burn_down(counts, last)}
    if plan is None:
        return shown
    titles = {task.id: task.title for task in plan.tasks}
    return shown | {
        "curve": picture_of_curve(plan.curve, plan.question.budget, plan.proposal.benefit),
        "left": [LeftRow(left, _why(left, titles)) for left in plan.proposal.left],
    }


def _why(left: LeftOpen, titles: dict[str, str]) -> Words:
    if left.why is WhyLeft.NEEDS:
        return _("It needs first: %(needs)s.") % {"needs": "; ".join(titles[need] for need in left.waits_for)}
    return _WHY[left.why]
