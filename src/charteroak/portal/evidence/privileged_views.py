"""Counsel's workspace. Each view asks ``services.privilege`` first: to everybody else there is nothing here."""

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from charteroak.errors import InputError
from charteroak.portal.evidence.forms import AdmissionForm, PrivilegedForm
from charteroak.portal.evidence.pages import shared_context
from charteroak.portal.forms import form_page, posted
from charteroak.portal.page import Crumb, Page
from charteroak.portal.people import person_of
from charteroak.portal.programs.recording import today
from charteroak.program.tables import render_csv
from charteroak.services import privilege as service
from charteroak.services.programs import ProgramInputError, UploadedFile


@require_safe
def workspace(request: HttpRequest, slug: str) -> HttpResponse:
    """The privilege log, with the way to each item."""
    organisation = service.access_privileged(request.user, slug)
    items = list(service.items_of(organisation, person_of(request)))
    answer = (
        ngettext(
            "%(count)s item is kept apart from the record.",
            "%(count)s items are kept apart from the record.",
            len(items),
        )
        % {"count": len(items)}
        if items
        else _("Nothing is kept here yet.")
    )
    context = shared_context(request, organisation) | {
        "page": Page(_("Privileged workspace"), answer, (), organisation),
        "items": list(reversed(items)),
        "is_counsel": service.is_counsel(person_of(request), organisation),
    }
    return render(request, "evidence/privileged.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def keep(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep a note, a draft or a file here."""
    organisation = service.access_privileged(request.user, slug)
    form = PrivilegedForm(
        posted(request), request.FILES or None, initial={"day": today(), "author": str(request.user), "form": "note"}
    )
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        upload = answers["file"]
        new = service.NewPrivilegedItem(
            form=answers["form"],
            privilege=answers["privilege"],
            day=answers["day"],
            author=answers["author"],
            recipients=answers["recipients"],
            subject=answers["subject"],
            text=answers["text"],
            file=None if upload is None else UploadedFile(upload.name, "", upload.file),
        )
        try:
            item = service.keep_privileged(organisation, new, person_of(request))
        except InputError as error:
            form.take_error(error, error.field if isinstance(error, ProgramInputError) else "file")
        else:
            messages.success(request, _("Kept as item %(number)s. It is in no ledger.") % {"number": item.number})
            return redirect("evidence:privileged", slug=organisation.slug)
    context = shared_context(request, organisation) | {
        "page": Page(
            _("Keep something here"),
            _("Only counsel, and whom counsel admits, will see it."),
            (_above(slug),),
            organisation,
        ),
        "form": form,
        "verb": _("Keep it"),
    }
    return form_page(request, "evidence/keep_privileged.html", context)


@require_safe
def item_file(request: HttpRequest, slug: str, number: int) -> FileResponse:
    """An item's bytes, as a download that no browser renders."""
    organisation = service.access_privileged(request.user, slug)
    item, stream = service.open_privileged(organisation, number, person_of(request))
    return FileResponse(
        stream,
        as_attachment=True,
        filename=f"privileged-{item.number}-{item.name}",
        content_type="application/octet-stream",
        headers={"Content-Length": str(item.size)},
    )


@require_safe
def log_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """The privilege log for a spreadsheet."""
    organisation = service.access_privileged(request.user, slug)
    rows = service.privilege_log(organisation, person_of(request))
    return HttpResponse(
        render_csv(service.LOG_COLUMNS, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="privilege-log-{organisation.slug}.csv"'},
    )


@require_safe
def log_json(request: HttpRequest, slug: str) -> HttpResponse:
    """The privilege log as JSON."""
    organisation = service.access_privileged(request.user, slug)
    rows = service.privilege_log(organisation, person_of(request))
    return JsonResponse(
        {"organisation": organisation.slug, "items": rows},
        headers={"Content-Disposition": f'attachment; filename="privilege-log-{organisation.slug}.json"'},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest, slug: str) -> HttpResponse:
    """Who may enter; counsel admits."""
    organisation = service.access_privileged(request.user, slug)
    person = person_of(request)
    is_counsel = service.is_counsel(person, organisation)
    form = AdmissionForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            admission = service.admit(organisation, form.cleaned_data["email"], person)
        except InputError as error:
            form.take_error(error, error.field if isinstance(error, ProgramInputError) else None)
        else:
            messages.success(request, _("%(person)s may enter from now on.") % {"person": admission.user})
            return redirect("evidence:privileged-people", slug=organisation.slug)
    admissions = list(service.admissions_of(organisation, person))
    inside = sum(admission.ended is None for admission in admissions)
    answer = ngettext(
        "Counsel and %(count)s other person may enter.", "Counsel and %(count)s other people may enter.", inside
    ) % {"count": inside}
    context = shared_context(request, organisation) | {
        "page": Page(_("Who may enter"), answer, (_above(slug),), organisation),
        "admissions": admissions,
        "form": form,
        "is_counsel": is_counsel,
    }
    return form_page(request, "evidence/privileged_people.html", context)


@require_POST
def end(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Close the workspace to somebody."""
    organisation = service.access_privileged(request.user, slug)
    service.end_admission(organisation, number, person_of(request))
    messages.success(request, _("This person may not enter any more."))
    return redirect("evidence:privileged-people", slug=organisation.slug)


def _above(slug: str) -> Crumb:
    return Crumb(_("Privileged workspace"), reverse("evidence:privileged", args=[slug]))
