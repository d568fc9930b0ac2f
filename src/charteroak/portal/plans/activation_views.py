"""A plan put into force on the day, raised or lowered, and stood down."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from charteroak.portal.forms import posted
from charteroak.portal.page import Page
from charteroak.portal.plans.record_forms import ActivateForm, StandDownForm
from charteroak.portal.plans.views import plan_crumbs
from charteroak.portal.programs.recording import Question, record_with
from charteroak.records.incidents.models import Incident
from charteroak.services import plan_activations, response_plans
from charteroak.services.access import access_organisation
from charteroak.services.programs import KEEPERS


@require_http_methods(["GET", "HEAD", "POST"])
def activate(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """Put the plan into force at a level; while it is in force, change the level."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    named = response_plans.plan_kind(kind)
    adopted = response_plans.plan_in_force(organisation, named)
    if adopted is None:
        return redirect("plans:plan", slug=slug, kind=named)
    active = plan_activations.activation_of(organisation, named)
    open_ones = Incident.objects.filter(organisation=organisation, closed=None).order_by("-opened")[:50]
    incidents = [(each.number, f"{each.number} {each.title}") for each in open_ones]
    head = adopted.plan.role("head")
    initial = {
        "by": head.holder.name if head is not None else "",
        "incident": request.GET.get("incident", "") or (incidents[0][0] if len(incidents) == 1 else ""),
        "level": active.level if active is not None else None,
    }
    form = ActivateForm(posted(request), plan=adopted.plan, incidents=incidents, initial=initial)
    subject = _("Activation") if active is None else _("Another level")
    answer = (
        _("Put the plan into force. In doubt, do it: it can be ended at any time.")
        if active is None
        else _("It is in force at level %(level)s.") % {"level": active.level}
    )
    question = Question(
        page=Page(subject, answer, plan_crumbs(slug, named), organisation),
        verb=_("Activate the plan") if active is None else _("Change the level"),
        done=reverse("plans:plan", args=[slug, named]),
    )
    return record_with(
        request,
        organisation,
        question,
        form,
        lambda recorder: plan_activations.activate_plan(organisation, named, form.activation(), recorder),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """End a plan that is in force."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    named = response_plans.plan_kind(kind)
    adopted = response_plans.plan_in_force(organisation, named)
    head = adopted.plan.role("head") if adopted is not None else None
    form = StandDownForm(posted(request), initial={"by": head.holder.name if head is not None else ""})
    question = Question(
        page=Page(
            _("Stand-down"),
            _("End the plan when its conditions are met; everybody who was called is told."),
            plan_crumbs(slug, named),
            organisation,
        ),
        verb=_("Stand down"),
        done=reverse("plans:plan", args=[slug, named]),
        intro=adopted.plan.disruption.stand_down if adopted is not None else "",
    )
    return record_with(
        request,
        organisation,
        question,
        form,
        lambda recorder: plan_activations.stand_down(
            organisation, named, form.cleaned_data["by"], form.cleaned_data["note"], recorder
        ),
    )
