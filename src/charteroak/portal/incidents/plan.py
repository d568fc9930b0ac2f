"""The plan on the day: whom to call, who decides at this level, who is told, whether the plan is in force."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from charteroak.portal.incidents.frame import incident_of, incident_page, may_keep
from charteroak.portal.plans.showing import TITLES, shown_level, shown_roles
from charteroak.records.incidents.models import Incident
from charteroak.response.disruption_levels import load_levels
from charteroak.response.plans.plan import PLAN_TITLES, Plan
from charteroak.response.playbooks import load_playbooks
from charteroak.services.incident_severity import newest_severity
from charteroak.services.incident_tasks import chosen_playbooks
from charteroak.services.plan_activations import activation_of
from charteroak.services.response_plans import plan_in_force


@require_safe
def plan(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """The adopted plan, at the level at which the incident stands."""
    found = incident_of(request, slug, number)
    adopted = plan_in_force(found.organisation, "cirp") or plan_in_force(found.organisation, "cdrp")
    judged = newest_severity(found)
    shown = adopted.plan if adopted is not None else None
    level = None if shown is None or judged is None else shown.level(judged.high_level)
    books = load_playbooks()
    context = {
        "page": incident_page(found, _("The plan"), _answer(shown, level is not None)),
        "organisation": found.organisation,
        "incident": found,
        "may_keep": may_keep(request, found),
        "adopted": adopted,
        "roles": [] if shown is None else shown_roles(shown),
        "judged": judged,
        "is_uncertain": judged is not None and judged.low_level != judged.high_level,
        "level": None if shown is None or level is None else shown_level(shown, level),
        "levels_label": load_levels().label,
        "meeting": shown.communications if shown is not None else None,
        "following": [books[name] for name in chosen_playbooks(found) if name in books],
        "plans": [
            (kind, TITLES[kind], activation_of(found.organisation, kind), plan_in_force(found.organisation, kind))
            for kind in PLAN_TITLES
        ],
    }
    return render(request, "incidents/plan.html", context)


def _answer(plan: Plan | None, is_judged: bool) -> str:
    if plan is None:
        return _("No plan is adopted. Call by what you know; the playbooks need no plan.")
    lead = plan.role("lead")
    name = lead.holder.name if lead is not None else ""
    if not is_judged:
        return (
            _("%(name)s leads. Nobody has judged how severe it is.") % {"name": name}
            if name
            else _("Nobody has judged how severe it is.")
        )
    return _("%(name)s leads. Call in this order.") % {"name": name} if name else _("Call in this order.")


def plan_line(incident: Incident) -> str:
    """Who leads by the plan, and whether it is in force."""
    adopted = plan_in_force(incident.organisation, "cirp") or plan_in_force(incident.organisation, "cdrp")
    active = activation_of(incident.organisation, "cdrp") or activation_of(incident.organisation, "cirp")
    if active is not None:
        return _("In force at level %(level)s") % {"level": active.level}
    if adopted is None:
        return _("No plan is adopted")
    lead = adopted.plan.role("lead")
    if lead is None or not lead.holder.name:
        return _("Nobody is named to lead")
    return _("%(name)s leads, %(phone)s") % {"name": lead.holder.name, "phone": lead.holder.phone or _("no number")}
