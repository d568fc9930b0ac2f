"""The coverage report of our own links: which requirements of each edition the practices and questions reach."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from charteroak.frameworks.catalog import EditionName, carried_editions
from charteroak.portal.page import Crumb, Page
from charteroak.portal.programs.choices import RELATIONS
from charteroak.portal.programs.wording import edition_label
from charteroak.program.practices import load_practices
from charteroak.program.reach import EditionReach, Reached, ReachedRequirement, carried_reach, shipped_reach
from charteroak.services.access import access_organisation, refuse
from charteroak.services.programs import KEEPERS


@dataclass(frozen=True, slots=True)
class EditionRow:
    """An edition with how many of its requirements reach what at best."""

    name: EditionName
    label: str
    count: int
    practice: int
    question: int
    missing: int
    practices: int
    questions: int


@require_safe
def practice_coverage(request: HttpRequest, slug: str) -> HttpResponse:
    """Every carried edition with how many of its requirements reach a practice, a question only, or nothing."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    reaches = carried_reach()
    missing = sum(len(each.not_carried) for each in reaches)
    answer = (
        _("Every requirement of every edition that is carried reaches a practice or a question.")
        if not missing
        else _("%(missing)s requirements reach nothing that could show anything about them.") % {"missing": missing}
    )
    context = {
        "page": Page(_("Which requirements the practices reach"), answer, (_above(slug),), organisation),
        "organisation": organisation,
        "rows": [_edition_row(each) for each in reaches],
    }
    return render(request, "programs/practice_coverage.html", context)


@require_safe
def edition_practices(request: HttpRequest, slug: str, framework: str, edition: str) -> HttpResponse:
    """Each requirement of one edition with the practices and questions linked to it, at their strength."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    if EditionName(framework, edition) not in carried_editions():
        refuse()
    reach = shipped_reach(EditionName(framework, edition))
    row = _edition_row(reach)
    above = Crumb(_("Reach"), reverse("programs:practice-coverage", args=[slug]))
    answer = _("%(practice)s of %(count)s requirements reach a practice, %(question)s only a question.") % {
        "practice": row.practice,
        "count": row.count,
        "question": row.question,
    }
    context = {
        "page": Page(row.label, answer, (_above(slug), above), organisation),
        "organisation": organisation,
        "row": row,
        "groups": _groups(reach),
        "reach": reach,
    }
    return render(request, "programs/edition_practices.html", context)


def _above(slug: str) -> Crumb:
    return Crumb(_("Practices"), reverse("programs:practices", args=[slug]))


def _edition_row(reach: EditionReach) -> EditionRow:
    counts = reach.counts
    return EditionRow(
        name=reach.name,
        label=edition_label(*reach.name),
        count=len(reach.requirements),
        practice=counts[Reached.PRACTICE] + counts[Reached.SATISFIED_BY_PRACTICE],
        question=counts[Reached.QUESTION],
        missing=len(reach.not_carried),
        practices=reach.practices,
        questions=reach.questions,
    )


def _groups(reach: EditionReach) -> list[dict[str, object]]:
    groups: dict[str, list[ReachedRequirement]] = {}
    heads = {}
    for each in reach.requirements:
        heads[each.group.id] = each.group
        groups.setdefault(each.group.id, []).append(each)
    return [{"group": heads[key], "rows": [_requirement_row(each) for each in rows]} for key, rows in groups.items()]


def _requirement_row(each: ReachedRequirement) -> dict[str, object]:
    asked = load_practices()
    links = (*each.practices, *each.questions)
    parts = {
        relation: [asked.practice(link.practice) for link in links if link.relation.value == relation]
        for relation in RELATIONS
    }
    return {
        "control": each.control,
        "parts": [(RELATIONS[relation], practices) for relation, practices in parts.items() if practices],
        "objectives": each.objectives,
        "is_question_only": each.reached is Reached.QUESTION,
        "is_missing": not each.is_carried,
    }
