"""How far the record covers the frameworks: all of them on a list, and each requirement of one of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from charteroak.frameworks.catalog import Catalog, Control, EditionName, load_catalog
from charteroak.law.editions import load_frameworks
from charteroak.portal.page import Crumb, Page
from charteroak.portal.programs.coverage import (
    WHOLE_PAGE,
    GroupRow,
    RequirementRows,
    coverage_sentence,
    group_rows,
    scope_words,
)
from charteroak.portal.programs.recording import may_record, today
from charteroak.portal.programs.wording import edition_label
from charteroak.program.links import linked_editions
from charteroak.program.objectives import objectives_of, outline_of
from charteroak.program.requirement_answers import EditionCoverage
from charteroak.services.access import access_organisation, refuse
from charteroak.services.programs import status_of
from charteroak.services.requirement_coverage import coverage_of

OPEN = "open"
"""The value of ``show`` that leaves out what is covered."""


@dataclass(frozen=True, slots=True)
class EditionRow:
    """An edition on the list; with its numbers where the record speaks of it."""

    name: EditionName
    label: str
    catalog: Catalog
    requirements: int
    sentence: str


@require_safe
def coverages(request: HttpRequest, slug: str) -> HttpResponse:
    """Every edition of which something can be said; those that the record speaks of first, with their numbers."""
    organisation = access_organisation(request.user, slug)
    status = status_of(organisation, as_of=today(), with_lists=False)
    order = list(load_frameworks())
    names = sorted(linked_editions(), key=lambda name: (order.index(name.framework), name.edition))
    followed = {each.name: coverage_sentence(each) for each in status.coverages}
    rows = [
        EditionRow(
            name, edition_label(*name), load_catalog(*name), len(outline_of(name).leaves), followed.get(name, "")
        )
        for name in names
    ]
    count = len(followed)
    answer = ngettext(
        "The record speaks of %(count)s framework edition.", "The record speaks of %(count)s framework editions.", count
    ) % {"count": count}
    context = {
        "page": Page(_("Coverage"), answer, (), organisation),
        "organisation": organisation,
        "rows": [row for row in rows if row.sentence],
        "others": [row for row in rows if not row.sentence],
    }
    return render(request, "programs/coverages.html", context)


@require_safe
def edition_coverage(request: HttpRequest, slug: str, framework: str, edition: str) -> HttpResponse:
    """How far the record covers one edition, group by group and requirement by requirement."""
    organisation = access_organisation(request.user, slug)
    name = EditionName(framework, edition)
    if name not in linked_editions():
        refuse()
    found = coverage_of(organisation, name, as_of=today())
    made = found.edition
    groups = group_rows(made)
    rows = RequirementRows(made, found.status.record, slug, may_record=may_record(request, organisation))
    part, is_paged = _part(request, made, groups)
    open_only = request.GET.get("show") == OPEN
    label = edition_label(*name)
    objectives = objectives_of(name)
    above = Crumb(_("Coverage"), reverse("programs:coverages", args=[slug]))
    subject = _("How far the record covers %(edition)s") % {"edition": label}
    context = {
        "page": Page(subject, coverage_sentence(made), (above,), organisation),
        "organisation": organisation,
        "catalog": load_catalog(*name),
        "name": name,
        "outline": reverse("frameworks:edition", args=list(name)),
        "label": label,
        "groups": groups,
        "part": part,
        "is_paged": is_paged,
        "open_only": open_only,
        "rows": rows.rows(part.id if part else None, open_only=open_only),
        "before_and_after": _neighbours([row.group.id for row in groups], part.id if part else None),
        "companion": "" if objectives is None else edition_label(*objectives.name),
        "without_objectives": 0 if objectives is None else len(made.requirements) - len(objectives.by_requirement),
        "scope": scope_words(made),
        "links": made.links,
    }
    return render(request, "programs/edition_coverage.html", context)


def _part(request: HttpRequest, edition: EditionCoverage, groups: Sequence[GroupRow]) -> tuple[Control | None, bool]:
    """The group that is asked for; of a large edition the first of which something is open, if none is."""
    by_id = {row.group.id: row.group for row in groups}
    is_paged = len(edition.requirements) > WHOLE_PAGE
    asked = request.GET.get("part")
    if asked is not None and asked not in by_id:
        refuse()
    if asked is not None:
        return by_id[asked], is_paged
    if not is_paged:
        return None, False
    return next((row.group for row in groups if not row.is_done), groups[0].group), True


def _neighbours(groups: Sequence[str], part: str | None) -> tuple[str | None, str | None]:
    if part is None:
        return None, None
    place = groups.index(part)
    return groups[place - 1] if place else None, groups[place + 1] if place + 1 < len(groups) else None
