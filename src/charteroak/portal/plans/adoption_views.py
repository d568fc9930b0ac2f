"""Adoption of a plan, its versions, and what changed between two of them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from charteroak.errors import InputError
from charteroak.portal.forms import form_page, posted
from charteroak.portal.page import Page
from charteroak.portal.people import person_of
from charteroak.portal.plans.record_forms import AdoptPlanForm, ComparePlansForm
from charteroak.portal.plans.views import plan_crumbs
from charteroak.portal.programs.recording import Question, record_with, today
from charteroak.services import plan_adoptions, response_plans
from charteroak.services.access import access_organisation
from charteroak.services.programs import KEEPERS, recorder_for
from charteroak.services.response_plans import PLAN_READERS


@require_http_methods(["GET", "HEAD", "POST"])
def adopt(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """Adopt the draft: from then on its bytes are evidence, and its names stand on the day."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    named = response_plans.plan_kind(kind)
    if response_plans.kept_plan(organisation, named) is None:
        return redirect("plans:start", slug=slug, kind=named)
    before = response_plans.plan_in_force(organisation, named)
    initial = {
        "version": plan_adoptions.suggested_version(organisation, named),
        "by": before.by if before is not None else "",
        "office": before.office if before is not None else "",
        "adopted": today(),
    }
    form = AdoptPlanForm(posted(request), initial=initial)
    points = plan_adoptions.paper_of_plan(organisation, named, recorder_for(person_of(request))).points
    question = Question(
        page=Page(_("Adoption"), _("Adopt the draft as it stands."), plan_crumbs(slug, named), organisation),
        verb=_("Adopt this version"),
        done=reverse("plans:plan", args=[slug, named]),
        template="plans/adopt.html",
    )
    return record_with(
        request,
        organisation,
        question,
        form,
        lambda recorder: plan_adoptions.adopt_plan(organisation, named, form.adoption(), recorder),
        points=[point.text for point in points],
    )


@require_safe
def versions(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """Every adopted version with its files, and what changed since the one before."""
    organisation = access_organisation(request.user, slug, *PLAN_READERS)
    named = response_plans.plan_kind(kind)
    known = plan_adoptions.plan_versions(organisation, named)
    answer = (
        ngettext("%(count)s version was adopted.", "%(count)s versions were adopted.", len(known))
        % {"count": len(known)}
        if known
        else _("No version was adopted.")
    )
    context = {
        "page": Page(_("Versions"), answer, plan_crumbs(slug, named), organisation),
        "organisation": organisation,
        "kind": named,
        "rows": [
            (row, row.entry.evidence_files.all(), before) for row, before in zip(known, [*known[1:], None], strict=True)
        ],
    }
    return form_page(request, "plans/versions.html", context)


@require_safe
def compare(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """What changed between two versions, or between one and the draft."""
    organisation = access_organisation(request.user, slug, *PLAN_READERS)
    named = response_plans.plan_kind(kind)
    known = [(row.version, row.version) for row in plan_adoptions.plan_versions(organisation, named)]
    choices = [
        *known,
        *([(plan_adoptions.DRAFT, _("The draft"))] if response_plans.kept_plan(organisation, named) else []),
    ]
    asked = request.GET if {"old", "new"} & request.GET.keys() else None
    initial = {"old": known[0][0], "new": plan_adoptions.DRAFT} if known else {}
    form = ComparePlansForm(asked, versions=choices, initial=initial)
    comparison = None
    if form.is_valid():
        try:
            comparison = plan_adoptions.compare_plans(
                organisation,
                named,
                form.cleaned_data["old"],
                form.cleaned_data["new"],
                recorder_for(person_of(request)),
            )
        except InputError as error:
            form.take_error(error)
    answer = _("Choose two versions to see what changed.") if comparison is None else comparison.sentence
    context = {
        "page": Page(_("What changed"), answer, plan_crumbs(slug, named), organisation),
        "organisation": organisation,
        "form": form,
        "comparison": comparison,
        "shown": [] if comparison is None else [one for one in comparison.changes if one.state != "same"],
    }
    return form_page(request, "programs/compare_versions.html", context)
