"""Bringing a document, and the pages of what was brought."""

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from charteroak.oscal.errors import OSCALError, OSCALInvalidError
from charteroak.oscal.issues import Issue
from charteroak.oscal.limits import DOCUMENT_LIMIT_BYTES
from charteroak.portal.forms import form_page, posted
from charteroak.portal.frameworks.forms import ImportForm
from charteroak.portal.frameworks.words import sections_of
from charteroak.portal.page import Crumb, Page
from charteroak.portal.people import person_of
from charteroak.records.frameworks.models import ImportedDocument
from charteroak.services import imported_catalogs

_ISSUES_SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
def bring(request: HttpRequest) -> HttpResponse:
    """Import a document, whole or not at all."""
    imported_catalogs.may_import(request.user)
    form = ImportForm(posted(request), request.FILES or None)
    issues: list[Issue] = []
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["document"]
        try:
            # One byte more than is taken, so that a larger file is told from one that just fits.
            data = upload.read(DOCUMENT_LIMIT_BYTES + 1)
            done = imported_catalogs.import_document(data, upload.name, person_of(request))
        except OSCALInvalidError as error:
            issues = list(error.issues[:_ISSUES_SHOWN])
            form.take_error(error, "document")
        except OSCALError as error:
            form.take_error(error, "document")
        else:
            if done.is_new:
                messages.success(request, _("The document is here."))
            else:
                messages.info(request, _("These bytes were imported before; nothing was changed."))
            return redirect("frameworks:imported", number=done.row.pk)
    page = Page(
        _("Import a document"),
        _("An official catalog adds its full wording to the pages of its edition."),
        (_overview(),),
    )
    return form_page(request, "frameworks/import.html", {"page": page, "form": form, "issues": issues})


@require_safe
def imported(request: HttpRequest, number: int) -> HttpResponse:
    """One imported document: what it is, who brought it, and what stands in it."""
    imported_catalogs.may_read(request.user)
    row = imported_catalogs.access_imported(number)
    page = Page(row.title, _answer(row), (_overview(),))
    controls = row.controls.defer("passages") if row.model == "catalog" else []
    return render(request, "frameworks/imported.html", {"page": page, "row": row, "controls": controls})


@require_safe
def control(request: HttpRequest, number: int, position: int) -> HttpResponse:
    """One control of an imported catalog, with its words."""
    imported_catalogs.may_read(request.user)
    row = imported_catalogs.access_imported(number)
    wording = imported_catalogs.wording_in(row, position)
    crumbs = (_overview(), Crumb(row.title, reverse("frameworks:imported", args=[row.pk])))
    context = {
        "page": Page(wording.control.label, wording.control.title, crumbs),
        "wording": wording,
        "sections": sections_of(wording.passages),
    }
    return render(request, "frameworks/imported_control.html", context)


@require_safe
def file(request: HttpRequest, number: int) -> FileResponse:
    """The bytes as they were brought."""
    imported_catalogs.may_read(request.user)
    row, stream = imported_catalogs.open_imported(number)
    return FileResponse(stream, as_attachment=True, filename=row.file_name, content_type="application/json")


def _answer(row: ImportedDocument) -> str:
    if row.model == "profile":
        count = len(row.contents.get("selected", ()))
        return ngettext("It selects %(count)s control.", "It selects %(count)s controls.", count) % {"count": count}
    if row.model == "component-definition":
        count = len(row.contents.get("components", ()))
        return ngettext("It defines %(count)s component.", "It defines %(count)s components.", count) % {"count": count}
    if row.framework:
        return _("It is the text of %(framework)s %(edition)s, and stands on the pages of that edition.") % {
            "framework": row.framework,
            "edition": row.edition,
        }
    return _("It is no edition that is carried here, and means nothing to any statute.")


def _overview() -> Crumb:
    return Crumb(_("Frameworks"), reverse("frameworks:overview"))
