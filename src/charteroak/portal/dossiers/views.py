"""Pages about one dossier, its redacted copies, and the answers that insurers ask for."""

import io
from collections import Counter
from collections.abc import Sequence
from datetime import date

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from charteroak.documents.insurer_pack import InsurerRow
from charteroak.dossier.insurer_pack import ANSWERS, insurer_rows
from charteroak.errors import InputError
from charteroak.portal.dossiers.forms import InsurerDayForm, RedactedCopyForm
from charteroak.portal.forms import form_page, posted
from charteroak.portal.page import Crumb, Page
from charteroak.portal.people import person_of
from charteroak.portal.programs.recording import nothing_recorded, today
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import LedgerEntry
from charteroak.services import dossiers as dossier_service
from charteroak.services import insurer_packs, programs
from charteroak.services.access import access_organisation, refuse
from charteroak.services.anchors import anchor_age


@require_safe
def dossier(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What one dossier holds, part by part, what it withholds, and how to prove to its reader that it is the one."""
    organisation = access_organisation(request.user, slug, *programs.DOSSIER_READERS)
    record = dossier_service.dossiers_of(organisation).filter(pk=number).first()
    if record is None:
        refuse()
    contents = record.contents
    withheld = contents.get("withheld", [])
    since = anchor_age(organisation)
    page = Page(
        _("Dossier of %(first)s to %(last)s")
        % {"first": date_format(record.breach_from, "j M Y"), "last": date_format(record.breach_to, "j M Y")},
        _answer(contents, len(withheld)),
        (_dossiers_crumb(slug),),
        organisation,
    )
    return render(
        request,
        "dossiers/dossier.html",
        {
            "page": page,
            "organisation": organisation,
            "dossier": record,
            "parts": contents.get("parts", []),
            "withheld": withheld,
            "last_anchor": contents.get("lastAnchor", ""),
            "age": since,
        },
    )


def _answer(contents: dict[str, object], withheld: int) -> str:
    if not contents:
        return _("It was made before dossiers said what they hold; download it to see.")
    if withheld == 0:
        return _("It holds the whole record; nothing is withheld.")
    if contents.get("redacted"):
        return ngettext(
            "A redacted copy: %(count)s thing is withheld, and its digest stays in the log.",
            "A redacted copy: %(count)s things are withheld, and their digests stay in the log.",
            withheld,
        ) % {"count": withheld}
    return ngettext(
        "%(count)s thing of the record is not in it.", "%(count)s things of the record are not in it.", withheld
    ) % {"count": withheld}


@require_http_methods(["GET", "HEAD", "POST"])
def redacted(request: HttpRequest, slug: str) -> HttpResponse:
    """Make a copy of a dossier that withholds what counsel names."""
    organisation = access_organisation(request.user, slug, *programs.DOSSIER_READERS)
    if not _has_record(organisation):
        return nothing_recorded(request, organisation, _("Redacted copy"), _("No dossier can be made yet."))
    form = RedactedCopyForm(posted(request))
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        try:
            made = dossier_service.create_dossier(
                organisation,
                answers["breach_from"],
                answers["breach_to"],
                made_by=programs.recorder_for(person_of(request)),
                redactions=answers["redactions"],
            )
        except programs.ProgramInputError as error:
            form.take_error(error, error.field)
        except InputError as error:
            form.take_error(error, "withhold")
        else:
            messages.success(request, _("The redacted copy is ready. It says what is withheld, and verifies as it is."))
            return redirect("dossiers:dossier", slug=organisation.slug, number=made.pk)
    page = Page(
        _("Redacted copy"),
        _("Name what the reader must not see; everything else can still be checked."),
        (_dossiers_crumb(slug),),
        organisation,
    )
    return form_page(request, "dossiers/redacted.html", {"page": page, "organisation": organisation, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def insurers(request: HttpRequest, slug: str) -> HttpResponse | FileResponse:
    """The answers that insurers and pools ask for, on a day; a POST downloads them as one file."""
    organisation = access_organisation(request.user, slug, *programs.DOSSIER_READERS)
    if not _has_record(organisation):
        return nothing_recorded(request, organisation, _("For insurers"), _("There is nothing to answer from yet."))
    form = InsurerDayForm(_asked_day(request))
    day = form.cleaned_data["as_of"] if form.is_valid() else None
    recorder = programs.recorder_for(person_of(request))
    rows = None
    if day is not None:
        try:
            if request.method == "POST":
                return _download(organisation, recorder, day)
            rows = insurer_rows(insurer_packs.answers_for_insurers(organisation, as_of=day, asked_by=recorder))
        except programs.ProgramInputError as error:
            form.take_error(error, error.field)
    page = Page(_("For insurers"), _insurer_answer(rows), (_dossiers_crumb(slug),), organisation)
    return form_page(
        request,
        "dossiers/insurers.html",
        {
            "page": page,
            "organisation": organisation,
            "form": form,
            "day": day,
            "rows": [(row, ANSWERS[row.answer]) for row in rows or ()],
        },
    )


def _asked_day(request: HttpRequest) -> QueryDict | dict[str, str]:
    """The day that was sent or asked about; today where none was."""
    if request.method == "POST":
        return request.POST
    return request.GET if "as_of" in request.GET else {"as_of": today().isoformat()}


def _download(organisation: Organisation, recorder: programs.Recorder, day: date) -> FileResponse:
    target = io.BytesIO()
    insurer_packs.write_insurer_pack(organisation, target, as_of=day, made_by=recorder)
    size = {"Content-Length": str(target.tell())}
    target.seek(0)
    name = insurer_packs.insurer_file_name(organisation, day)
    return FileResponse(target, as_attachment=True, filename=name, content_type="application/zip", headers=size)


def _insurer_answer(rows: Sequence[InsurerRow] | None) -> str:
    if rows is None:
        return _("Name a day on which the record can answer.")
    count = Counter(row.answer for row in rows)
    return _(
        "Of %(all)s questions the record answers %(yes)s with yes, %(partly)s with partly and %(no)s with no. "
        "Not on record: %(silent)s."
    ) % {
        "all": len(rows),
        "yes": count["yes"],
        "partly": count["partly"],
        "no": count["no"],
        "silent": count["not-on-record"],
    }


def _has_record(organisation: Organisation) -> bool:
    return LedgerEntry.objects.filter(organisation=organisation).exists()


def _dossiers_crumb(slug: str) -> Crumb:
    return Crumb(_("Dossiers"), reverse("programs:dossiers", args=[slug]))
