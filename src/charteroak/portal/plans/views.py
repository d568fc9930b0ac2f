"""The plans of an organisation, and each one as it is used on the day: whom to call, who decides, what to do."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from charteroak.portal.page import Crumb, Page
from charteroak.portal.people import person_of
from charteroak.portal.plans.showing import (
    TITLES,
    chosen_playbooks,
    shown_contacts,
    shown_level,
    shown_roles,
)
from charteroak.portal.programs.draft_views import as_download
from charteroak.portal.programs.recording import may_record, today
from charteroak.response.disruption_levels import load_levels
from charteroak.response.plans.plan import PLAN_TITLES, REGIONS, PlanKind
from charteroak.services import plan_activations, plan_adoptions, response_plans
from charteroak.services.access import access_organisation, refuse
from charteroak.services.plan_activations import Activation
from charteroak.services.program_papers import FORMS
from charteroak.services.programs import recorder_for
from charteroak.services.response_plans import PLAN_READERS, KeptPlan, PlanInForce


@dataclass(frozen=True, slots=True)
class Row:
    """A plan as a line of the overview."""

    kind: PlanKind
    title: str | Promise
    adopted: PlanInForce | None
    kept: KeptPlan | None
    active: Activation | None
    is_late: bool


def plans_crumb(slug: str) -> Crumb:
    """The way back to all plans."""
    return Crumb(_("Plans"), reverse("plans:overview", args=[slug]))


def plan_crumbs(slug: str, kind: PlanKind) -> tuple[Crumb, ...]:
    """The way back to one plan."""
    return (plans_crumb(slug), Crumb(TITLES[kind], reverse("plans:plan", args=[slug, kind])))


@require_safe
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """What is in force, what is active now, what is to be reviewed."""
    organisation = access_organisation(request.user, slug, *PLAN_READERS)
    rows = []
    for kind in PLAN_TITLES:
        adopted = response_plans.plan_in_force(organisation, kind)
        rows.append(
            Row(
                kind,
                TITLES[kind],
                adopted,
                response_plans.kept_plan(organisation, kind),
                plan_activations.activation_of(organisation, kind),
                adopted is not None and adopted.review_is_late(today()),
            )
        )
    context = {
        "page": Page(_("Plans"), _overview_sentence(rows), (), organisation),
        "organisation": organisation,
        "rows": rows,
        "may_record": may_record(request, organisation),
    }
    return render(request, "plans/overview.html", context)


def _overview_sentence(rows: list[Row]) -> str:
    active = [row for row in rows if row.active is not None]
    if active and active[-1].active is not None:
        return _("%(plan)s is active at level %(level)s.") % {
            "plan": active[-1].title,
            "level": active[-1].active.level,
        }
    if any(row.is_late for row in rows):
        return _("A plan is past the day of its review.")
    adopted = [row for row in rows if row.adopted is not None]
    if len(adopted) == len(rows):
        return _("Both plans are adopted. On a bad day they stand here with names and numbers.")
    if adopted:
        return _("One of two plans is adopted.")
    return _("No plan is adopted. A short form makes one that you can use today.")


@require_safe
def plan(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """A plan as it is used: people with numbers to press, levels, playbooks, what comes back first."""
    organisation = access_organisation(request.user, slug, *PLAN_READERS)
    named = response_plans.plan_kind(kind)
    adopted = response_plans.plan_in_force(organisation, named)
    kept = response_plans.kept_plan(organisation, named)
    active = plan_activations.activation_of(organisation, named)
    shown = adopted.plan if adopted is not None else None
    context = {
        "page": Page(TITLES[named], _sentence(adopted, kept, active, today()), (plans_crumb(slug),), organisation),
        "organisation": organisation,
        "kind": named,
        "adopted": adopted,
        "is_late": adopted is not None and adopted.review_is_late(today()),
        "kept": kept,
        "active": active,
        "may_record": may_record(request, organisation),
        "roles": [] if shown is None else shown_roles(shown),
        "contacts": [] if shown is None else shown_contacts(shown),
        "levels": [] if shown is None else [shown_level(shown, level) for level in shown.levels],
        "levels_label": load_levels().label,
        "playbooks": [] if shown is None else chosen_playbooks(shown),
        "region": "" if shown is None or shown.disruption.region is None else REGIONS[shown.disruption.region],
        "lines": list(reversed(plan_activations.activation_lines(organisation, named))),
    }
    return render(request, "plans/plan.html", context)


def _sentence(adopted: PlanInForce | None, kept: KeptPlan | None, active: Activation | None, day: date) -> str:
    if active is not None:
        return _("Active at level %(level)s. Call in the order below.") % {"level": active.level}
    if adopted is None:
        return _("Nobody has adopted it yet.") if kept is not None else _("There is none yet; it takes ten minutes.")
    if adopted.review_is_late(day):
        return _("Version %(version)s is in force and past the day of its review.") % {"version": adopted.version}
    return _("Version %(version)s is in force.") % {"version": adopted.version}


@require_safe
def file(request: HttpRequest, slug: str, kind: str, form: str) -> HttpResponse:
    """The version in force as a file, by its exact bytes."""
    organisation = access_organisation(request.user, slug, *PLAN_READERS)
    named = response_plans.plan_kind(kind)
    adopted = response_plans.plan_in_force(organisation, named)
    found = next((each for each in FORMS if each == form), None)
    if found is None or adopted is None:
        refuse()
    recorder = recorder_for(person_of(request))
    return as_download(plan_adoptions.plan_file(organisation, named, found, recorder, version=adopted.version))
