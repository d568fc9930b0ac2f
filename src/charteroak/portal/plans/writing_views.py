"""Pages on which a plan is written: the short form, the draft with its open points, one part after another."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from charteroak.portal.forms import form_page, posted
from charteroak.portal.page import Crumb, Page
from charteroak.portal.people import person_of
from charteroak.portal.plans.list_forms import ContactsForm, LevelsForm, RolesForm, SystemsForm
from charteroak.portal.plans.part_forms import (
    CommunicationsForm,
    DisruptionForm,
    PartForm,
    PhasesForm,
    RunbooksForm,
    ScopeForm,
    UpkeepForm,
)
from charteroak.portal.plans.showing import PART_TITLES, TITLES
from charteroak.portal.plans.start_form import StartForm
from charteroak.portal.plans.views import plan_crumbs, plans_crumb
from charteroak.portal.programs.draft_views import as_download
from charteroak.records.accounts.models import Organisation
from charteroak.response.plans.parts import part_mark, parts_of
from charteroak.response.plans.plan import Plan, PlanKind
from charteroak.services import plan_adoptions, response_plans
from charteroak.services.access import access_organisation, refuse
from charteroak.services.program_papers import FORMS
from charteroak.services.programs import KEEPERS, ProgramInputError, recorder_for
from charteroak.services.response_plans import PlanOvertakenError

PART_FORMS: dict[str, type[PartForm]] = {
    "scope": ScopeForm,
    "roles": RolesForm,
    "contacts": ContactsForm,
    "levels": LevelsForm,
    "phases": PhasesForm,
    "runbooks": RunbooksForm,
    "communications": CommunicationsForm,
    "systems": SystemsForm,
    "disruption": DisruptionForm,
    "upkeep": UpkeepForm,
}


@dataclass(frozen=True, slots=True)
class PartLine:
    """A part of the draft, with how many points are open in it."""

    title: str | Promise
    url: str
    open: int


@dataclass(frozen=True, slots=True)
class PlacedPoint:
    """An open point with the page that mends it; a test is mended by holding an exercise."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Theirs:
    """What somebody else saved in a question that reads otherwise here."""

    label: str | Promise
    value: str


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """The short form. Where a plan was begun already, it leads on to its parts."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    named = response_plans.plan_kind(kind)
    if response_plans.kept_plan(organisation, named) is not None:
        return redirect("plans:draft", slug=slug, kind=named)
    form = StartForm(posted(request), kind=named)
    if request.method == "POST" and form.is_valid():
        try:
            response_plans.begin_plan(organisation, named, form.answers(), recorder_for(person_of(request)))
        except ProgramInputError as error:
            form.take_error(error)
        else:
            messages.success(request, _("The plan stands as a draft. Read it, fill in what is open, then adopt it."))
            return redirect("plans:draft", slug=slug, kind=named)
    context = {
        "page": Page(
            TITLES[named],
            _("Answer what you know; ten minutes are enough. What you leave empty is a blank in the plan."),
            (plans_crumb(slug),),
            organisation,
        ),
        "organisation": organisation,
        "form": form,
    }
    return form_page(request, "plans/start.html", context)


@require_safe
def draft(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """The draft: its parts, what is open in it, and what can be done with it."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    named = response_plans.plan_kind(kind)
    kept = response_plans.kept_plan(organisation, named)
    if kept is None:
        return redirect("plans:start", slug=slug, kind=named)
    points = plan_adoptions.paper_of_plan(organisation, named, recorder_for(person_of(request))).points
    versions = plan_adoptions.plan_versions(organisation, named)
    context = {
        "page": Page(
            _("Draft"), _sentence(len(points), is_draft=kept.is_draft), plan_crumbs(slug, named), organisation
        ),
        "organisation": organisation,
        "kind": named,
        "kept": kept,
        "parts": [
            PartLine(
                PART_TITLES[part],
                reverse("plans:part", args=[slug, named, part]),
                sum(point.part == part for point in points),
            )
            for part in parts_of(named)
        ],
        "points": [PlacedPoint(point.text, _mends(slug, named, point.part)) for point in points],
        "newest": versions[0] if versions else None,
    }
    return form_page(request, "plans/draft.html", context)


def _sentence(count: int, *, is_draft: bool) -> str:
    if not is_draft:
        return _("Nothing was changed since the version in force.")
    if not count:
        return _("Nothing is open in it. Read it once more, then adopt it.")
    return ngettext("%(count)s point is open.", "%(count)s points are open.", count) % {"count": count}


def _mends(slug: str, kind: PlanKind, part: str) -> str:
    if part == "tests":
        return reverse("programs:record-exercise", args=[slug])
    return reverse("plans:part", args=[slug, kind, part])


@require_safe
def draft_file(request: HttpRequest, slug: str, kind: str, form: str) -> HttpResponse:
    """The draft as a file, marked as a draft."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    named = response_plans.plan_kind(kind)
    found = next((each for each in FORMS if each == form), None)
    if found is None or response_plans.kept_plan(organisation, named) is None:
        refuse()
    recorder = recorder_for(person_of(request))
    return as_download(plan_adoptions.plan_file(organisation, named, found, recorder, version=plan_adoptions.DRAFT))


@require_POST
def drop(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """Go back to the version in force."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    named = response_plans.plan_kind(kind)
    try:
        response_plans.drop_draft(organisation, named, recorder_for(person_of(request)))
    except ProgramInputError as error:
        messages.error(request, str(error))
        return redirect("plans:draft", slug=slug, kind=named)
    messages.success(request, _("The draft is gone; the version in force stands."))
    return redirect("plans:plan", slug=slug, kind=named)


@require_http_methods(["GET", "HEAD", "POST"])
def part(request: HttpRequest, slug: str, kind: str, part: str) -> HttpResponse:
    """One part of the plan. Whoever saves over somebody else's words is shown these first."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    named = response_plans.plan_kind(kind)
    kept = response_plans.kept_plan(organisation, named)
    if kept is None or part not in parts_of(named):
        refuse()
    form = PART_FORMS[part](posted(request), plan=kept.plan, initial={"seen": part_mark(kept.plan, part)})
    theirs: list[Theirs] = []
    if request.method == "POST" and form.is_valid():
        try:
            response_plans.change_plan(
                organisation,
                named,
                part,
                form.changed,
                recorder_for(person_of(request)),
                seen=form.cleaned_data["seen"],
            )
        except PlanOvertakenError as error:
            form, theirs = _with_theirs(request, organisation, named, part)
            form.take_error(error)
        except ProgramInputError as error:
            form.take_error(error, form.field_at(error.field))
        else:
            messages.success(request, _("Saved in the draft. No entry was written: only its adoption is one."))
            return redirect("plans:draft", slug=slug, kind=named)
    crumbs = (*plan_crumbs(slug, named), *_draft_crumb(slug, named))
    context = {
        "page": Page(
            PART_TITLES[part], _("Say what only you know. What stays empty is a blank."), crumbs, organisation
        ),
        "organisation": organisation,
        "form": form,
        "theirs": theirs,
    }
    return form_page(request, "plans/part.html", context)


def _draft_crumb(slug: str, kind: PlanKind) -> tuple[Crumb, ...]:
    return (Crumb(_("Draft"), reverse("plans:draft", args=[slug, kind])),)


def _with_theirs(
    request: HttpRequest, organisation: Organisation, kind: PlanKind, part: str
) -> tuple[PartForm, list[Theirs]]:
    """The form with what was typed, as one that has seen what stands there now; and where the two differ."""
    kept = response_plans.kept_plan(organisation, kind)
    if kept is None:
        refuse()
    plan: Plan = kept.plan
    sent: QueryDict = request.POST.copy()
    sent["seen"] = part_mark(plan, part)
    form = PART_FORMS[part](sent, plan=plan)
    form.is_valid()
    differ = [
        Theirs(form[name].label, _as_text(form.initial.get(name)))
        for name in form.fields
        if name != "seen" and _as_text(form.initial.get(name)) != _as_text(form.cleaned_data.get(name))
    ]
    return form, differ


def _as_text(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
