"""A record as OSCAL documents, to download."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from charteroak.errors import InputError
from charteroak.frameworks.catalog import parse_edition_name
from charteroak.oscal.document import write_document
from charteroak.oscal.export.assembly import WRITTEN_VERSION
from charteroak.portal.exchange.forms import DocumentForm
from charteroak.portal.forms import form_page, posted
from charteroak.portal.page import Crumb, Page
from charteroak.portal.programs.recording import today
from charteroak.services import oscal_exports, programs
from charteroak.services.access import access_organisation


@require_http_methods(["GET", "HEAD", "POST"])
def oscal(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose a document of the record; a POST downloads it."""
    organisation = access_organisation(request.user, slug, *programs.DOSSIER_READERS)
    form = DocumentForm(posted(request), initial={"as_of": today()})
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            programs.refuse_day(asked["as_of"], today(), "as_of")
            document = oscal_exports.export_oscal(
                organisation, asked["model"], as_of=asked["as_of"], edition=parse_edition_name(asked["edition"])
            )
        except programs.ProgramInputError as error:
            form.take_error(error, error.field)
        except InputError as error:
            form.take_error(error)
        else:
            name = oscal_exports.export_file_name(organisation, asked["model"], asked["as_of"])
            headers = {"Content-Disposition": f'attachment; filename="{name}"'}
            return HttpResponse(write_document(document), content_type="application/json", headers=headers)
    page = Page(
        _("For other tools"),
        _("Choose a document; it is made from the record and checked before you get it."),
        (Crumb(_("Dossiers"), reverse("programs:dossiers", args=[slug])),),
        organisation,
    )
    return form_page(
        request,
        "exchange/oscal.html",
        {"page": page, "organisation": organisation, "form": form, "oscal_version": WRITTEN_VERSION},
    )
