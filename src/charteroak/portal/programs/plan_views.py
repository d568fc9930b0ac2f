"""The plan of action and milestones: its page, its table as CSV, and the form that changes the plan of one gap."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from charteroak.portal.forms import posted
from charteroak.portal.page import Crumb, Page
from charteroak.portal.programs.choices import SEVERITIES_IN_SHORT, Words
from charteroak.portal.programs.finding_forms import PlanForm
from charteroak.portal.programs.plan_drawing import AGE_WORDS, picture_of_ages
from charteroak.portal.programs.recording import Question, may_record, record_with, today
from charteroak.portal.programs.steps_field import steps_text
from charteroak.portal.programs.wording import subject_words
from charteroak.program.poam import POAM_COLUMNS, SEVERITIES, ActionPlan, PlanItem, poam_rows
from charteroak.program.tables import render_csv
from charteroak.services.access import access_organisation, refuse
from charteroak.services.gaps import action_plan_of, plan_gap
from charteroak.services.programs import KEEPERS

NAMED = 3
"""Critical gaps without an owner that the first line names."""


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A gap of the plan in words."""

    item: PlanItem
    severity: Words
    subject: str
    missed: tuple[str, ...]


def plan_sentence(plan: ActionPlan) -> str:
    """What is worst, first: critical gaps that nobody owns, by name; then how many are open and overdue."""
    if not plan.items:
        return _("No gap is open. What you find missing from now on stands here until it is closed.")
    count = len(plan.items)
    opened = ngettext("%(count)s gap is open", "%(count)s gaps are open", count) % {"count": count}
    late = len(plan.overdue)
    overdue = ngettext("%(count)s is overdue", "%(count)s are overdue", late) % {"count": late}
    sentence = f"{opened}, {overdue}."
    worst = plan.critical_and_unowned
    if worst:
        names = "; ".join(item.gap.body.title.rstrip(".") for item in worst[:NAMED])
        more = len(worst) - NAMED
        names += "" if more <= 0 else _(" and %(count)s more") % {"count": more}
        lead = ngettext("One is critical and nobody's", "%(count)s are critical and nobody's", len(worst))
        sentence += f" {lead % {'count': len(worst)}}: {names}."
    return sentence


def _crumbs(slug: str) -> tuple[Crumb, ...]:
    return (Crumb(_("Exceptions and gaps"), reverse("programs:gaps", args=[slug])),)


def _age_table(plan: ActionPlan) -> list[tuple[Words, list[tuple[Words, int]], int]]:
    counts = plan.by_age_and_severity()
    return [
        (
            AGE_WORDS[band],
            [(SEVERITIES_IN_SHORT[grade], row[grade]) for grade in (*SEVERITIES, None)],
            sum(row.values()),
        )
        for band, row in counts.items()
    ]


@require_safe
def action_plan_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Every open gap with its severity, owner, day, steps and age; what is critical and nobody's comes first."""
    organisation = access_organisation(request.user, slug)
    plan = action_plan_of(organisation, today())
    rows = [
        PlanRow(
            item,
            SEVERITIES_IN_SHORT[item.severity],
            subject_words(item.gap.body) if item.gap.body.practice or item.gap.body.requirement else "",
            tuple(step.what for step in item.missed),
        )
        for item in plan.items
    ]
    context = {
        "page": Page(_("Plan of action"), plan_sentence(plan), _crumbs(slug), organisation),
        "organisation": organisation,
        "plan": plan,
        "rows": rows,
        "picture": picture_of_ages(plan) if rows else "",
        "ages": _age_table(plan),
        "severities": [SEVERITIES_IN_SHORT[severity] for severity in (*SEVERITIES, None)],
        "may_record": may_record(request, organisation),
    }
    return render(request, "programs/plan.html", context)


@require_safe
def action_plan_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """The plan as a table that a spreadsheet opens and calculates nothing in."""
    organisation = access_organisation(request.user, slug)
    day: date = today()
    table = render_csv(POAM_COLUMNS, poam_rows(action_plan_of(organisation, day)))
    headers = {"Content-Disposition": f'attachment; filename="{slug}-plan-{day.isoformat()}.csv"'}
    return HttpResponse(table, content_type="text/csv; charset=utf-8", headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
def change_plan(request: HttpRequest, slug: str, gap: str) -> HttpResponse:
    """Another plan for a gap that is open."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    plan = action_plan_of(organisation, today())
    known = next((item.gap for item in plan.items if item.gap.body.gap == gap), None) or refuse()
    said = {
        "severity": known.severity or "",
        "owner": known.body.owner,
        "due": known.body.due,
        "milestones": steps_text(known.milestones),
        "day": today(),
    }
    form = PlanForm(posted(request), initial=said)
    above = Crumb(_("Plan of action"), reverse("programs:action-plan", args=[slug]))
    question = Question(
        page=Page(
            _("The plan of a gap"),
            _("Say who closes this, and by when: %(title)s.") % {"title": known.body.title.rstrip(".")},
            (*_crumbs(slug), above),
            organisation,
        ),
        verb=_("Record the plan"),
        done=reverse("programs:action-plan", args=[slug]),
        intro=_("The earlier plan stays in the record. The gap keeps its age."),
    )
    return record_with(
        request,
        organisation,
        question,
        form,
        lambda recorder: plan_gap(organisation, gap, form.plan(), form.cleaned_data["day"], recorder),
    )
