"""Which editions there are, the outline of one, and one element with its words where they are at hand."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from charteroak.errors import AccessError
from charteroak.frameworks.catalog import Catalog, Control, EditionName, carried_editions, load_catalog
from charteroak.frameworks.errors import FrameworkError
from charteroak.oscal.recognition import TEXT_EDITIONS
from charteroak.portal.frameworks.words import RELATIONS, sections_of, spoken_counts
from charteroak.portal.page import Crumb, Page
from charteroak.program.links import shipped_links
from charteroak.program.practices import load_practices
from charteroak.records.frameworks.models import ImportedDocument
from charteroak.services import imported_catalogs
from charteroak.services.access import access_desk, refuse


@dataclass(frozen=True, slots=True)
class EditionRow:
    """An edition in the list."""

    catalog: Catalog
    counts: str
    text: ImportedDocument | None

    @property
    def has_free_text(self) -> bool:
        """Whether the publisher's wording may be imported."""
        return self.catalog.name in TEXT_EDITIONS


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Every edition, and everything that was imported."""
    imported_catalogs.may_read(request.user)
    imported = list(imported_catalogs.imported_documents())
    texts = {(row.framework, row.edition): row for row in reversed(imported) if row.framework}
    rows = [_row(load_catalog(*name), texts.get((name.framework, name.edition))) for name in carried_editions()]
    answer = ngettext(
        "%(count)s edition is carried; the full text of %(texts)s is here.",
        "%(count)s editions are carried; the full text of %(texts)s is here.",
        len(rows),
    ) % {"count": len(rows), "texts": len(texts)}
    return render(
        request,
        "frameworks/overview.html",
        {"page": Page(_("Frameworks"), answer), "rows": rows, "imported": imported, "may_import": may_import(request)},
    )


def _row(catalog: Catalog, text: ImportedDocument | None) -> EditionRow:
    return EditionRow(catalog, spoken_counts(catalog), text)


def may_import(request: HttpRequest) -> bool:
    """Whether the page for importing is shown."""
    try:
        access_desk(request.user)
    except AccessError:
        return False
    return True


@require_safe
def edition(request: HttpRequest, framework: str, edition: str) -> HttpResponse:
    """The outline of one edition."""
    imported_catalogs.may_read(request.user)
    catalog = _catalog(framework, edition)
    row = _row(catalog, imported_catalogs.text_of_edition(*catalog.name))
    if row.text is not None:
        answer = _("%(counts)s are in force, with their full wording.") % {"counts": row.counts}
    else:
        answer = _("%(counts)s are in force.") % {"counts": row.counts}
    page = Page(catalog.title, answer, (_overview_crumb(),))
    groups = [(top, list(_below(catalog, top))) for top in catalog.controls if top.parent is None]
    return render(request, "frameworks/edition.html", {"page": page, "row": row, "catalog": catalog, "groups": groups})


@require_safe
def element(request: HttpRequest, framework: str, edition: str, identifier: str) -> HttpResponse:
    """One element: its words, its place, what became of it, and the practices that have a part in it."""
    imported_catalogs.may_read(request.user)
    catalog = _catalog(framework, edition)
    try:
        control = catalog.control(identifier)
    except FrameworkError:
        refuse()
    wording = imported_catalogs.wording_of(*catalog.name, control.id)
    practices = load_practices().asked
    links = [
        (practices[link.practice], RELATIONS[link.relation])
        for link in shipped_links(catalog.name).of(control.id)
        if link.practice in practices
    ]
    crumbs = (_overview_crumb(), edition_crumb(catalog), *_crumbs_above(catalog, control))
    context = {
        "page": Page(control.id, control.title or _("Its wording is licensed by its publisher."), crumbs),
        "row": _row(catalog, None),
        "catalog": catalog,
        "control": control,
        "wording": wording,
        "sections": sections_of(wording.passages) if wording is not None else [],
        "below": [each for each in catalog.controls if each.parent == control.id],
        "links": links,
    }
    return render(request, "frameworks/element.html", context)


def _catalog(framework: str, edition: str) -> Catalog:
    """The catalog of an edition.

    Raises:
        AccessError: none is carried; from outside that is like a page that is not there.
    """
    if EditionName(framework, edition) not in carried_editions():
        refuse()
    return load_catalog(framework, edition)


def _below(catalog: Catalog, top: Control) -> list[tuple[int, Control]]:
    depths = {top.id: 0}
    found = []
    for each in catalog.controls:
        if each.parent in depths and each.id not in depths:
            depths[each.id] = depths[each.parent] + 1
            found.append((depths[each.id], each))
    return found


def _overview_crumb() -> Crumb:
    return Crumb(_("Frameworks"), reverse("frameworks:overview"))


def edition_crumb(catalog: Catalog) -> Crumb:
    """The page of an edition, above those of its elements."""
    return Crumb(str(catalog.name).replace("@", " "), reverse("frameworks:edition", args=list(catalog.name)))


def _crumbs_above(catalog: Catalog, control: Control) -> list[Crumb]:
    above: list[Crumb] = []
    while control.parent is not None:
        control = catalog.control(control.parent)
        above.insert(0, Crumb(control.id, reverse("frameworks:element", args=[*catalog.name, control.id])))
    return above
