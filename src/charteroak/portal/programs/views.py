"""Pages of an organisation's program. What they show is read from the ledger; what they do goes through a service."""

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from charteroak.errors import InputError
from charteroak.portal.forms import form_page, posted
from charteroak.portal.navigation import DESK, HOME, PROGRAM
from charteroak.portal.page import Crumb, Page
from charteroak.portal.people import person_of
from charteroak.portal.programs.determination import (
    asked_statute,
    change_lines,
    contrary_rows,
    determination_sentence,
    element_rows,
    hindsight_differences,
    statute_links,
)
from charteroak.portal.programs.drawing import picture_of
from charteroak.portal.programs.event_views import files_of
from charteroak.portal.programs.forms import BreachIntervalForm, EvidenceForm
from charteroak.portal.programs.places import step_for
from charteroak.portal.programs.recording import Question, may_record, nothing_recorded, record_with, today
from charteroak.portal.programs.slipped import slipped_this_week
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import LedgerEntry
from charteroak.services import checkpoints, determinations, programs
from charteroak.services import dossiers as dossier_service
from charteroak.services.access import access_organisation


@require_safe
def first_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Leads to the page that the header's link leads to: a member's program, a provider's clients, a desk's queue."""
    organisation = access_organisation(request.user, slug)
    if organisation.part == Organisation.Part.MEMBER:
        return redirect(PROGRAM.name, slug)
    return redirect(DESK.name if organisation.part == Organisation.Part.DESK else HOME.name)


@require_safe
def safe_harbor(request: HttpRequest, slug: str) -> HttpResponse:
    """What the record would support: today against an imagined breach, or over a real interval."""
    organisation = access_organisation(request.user, slug)
    form = BreachIntervalForm(request.GET if "breach_from" in request.GET else None)
    status = _over_interval(organisation, form) or programs.determine_prospective(organisation, as_of=today())
    statute = asked_statute(request.GET.get("statute"))
    status = determinations.under_statute(status, statute.code, today())
    page = Page(_("Safe harbor"), determination_sentence(status), (), organisation)
    return form_page(
        request,
        "programs/safe_harbor.html",
        {
            "page": page,
            "organisation": organisation,
            "status": status,
            "rows": element_rows(status, organisation),
            "changes": change_lines(status.changes),
            "differences": hindsight_differences(status),
            "dossiers": dossier_service.dossiers_of(organisation).filter(
                breach_from=status.interval[0], breach_to=status.interval[1]
            ),
            "verifier_sha256": dossier_service.verifier_sha256(),
            "drawing": None if status.is_prospective else picture_of(status.changes, *status.interval),
            "gaps": [(gap, step_for(gap, slug)) for gap in status.gaps],
            "slipped": slipped_this_week(organisation) if status.is_prospective else [],
            "may_record": may_record(request, organisation),
            "statute": statute,
            "statutes": statute_links(statute.code, request.GET),
            "contrary": contrary_rows(determinations.contrary_to(organisation, status), slug),
            "stale": status.determination.stale,
            "form": form,
        },
    )


def _over_interval(organisation: Organisation, form: BreachIntervalForm) -> programs.SafeHarborStatus | None:
    """The determination over the interval asked for; ``None`` when none was, or when the form says what is wrong."""
    if not form.is_valid():
        return None
    first, last = form.cleaned_data["breach_from"], form.cleaned_data["breach_to"]
    try:
        return programs.determine_breach(organisation, first=first, last=last)
    except programs.ProgramInputError as error:
        form.take_error(error, error.field)
        return None


@require_http_methods(["GET", "HEAD", "POST"])
def record_evidence(request: HttpRequest, slug: str) -> HttpResponse:
    """Record that a practice was followed."""
    organisation = access_organisation(request.user, slug, *programs.KEEPERS)
    form = EvidenceForm(posted(request), request.FILES or None, initial={"practice": request.GET.get("practice")})
    log = Crumb(_("Evidence log"), reverse("programs:evidence", args=[slug]))
    question = Question(
        page=Page(_("Record evidence"), _("Say what was done, when, and add what shows it."), (log,), organisation),
        verb=_("Record the evidence"),
        file_field="file",
    )
    return record_with(
        request,
        organisation,
        question,
        form,
        lambda recorder: programs.record_evidence(organisation, _new_evidence(form), recorder),
    )


def _new_evidence(form: EvidenceForm) -> programs.NewEvidence:
    answers = form.cleaned_data
    return programs.NewEvidence(
        practice=answers["practice"],
        title=answers["title"],
        occurred_to=answers["occurred_to"],
        note=answers["note"],
        files=files_of(answers["file"]),
        **form.when("occurred_from"),
    )


@require_safe
def evidence_file(request: HttpRequest, slug: str, sha256: str) -> FileResponse:
    """The bytes of an evidence file, as a download that no browser renders (ASVS 5, 5.4.1)."""
    organisation = access_organisation(request.user, slug)
    row, stream = programs.open_evidence_file(organisation, sha256)
    size = {"Content-Length": str(row.size)}
    return FileResponse(
        stream, as_attachment=True, filename=row.name, content_type="application/octet-stream", headers=size
    )


@require_http_methods(["GET", "HEAD", "POST"])
def checkpoint_note(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest signed checkpoint; a POST signs the ledger as it stands."""
    organisation = access_organisation(request.user, slug)
    if request.method == "POST":
        row = checkpoints.make_checkpoint(organisation)
        messages.success(request, _("Signed a checkpoint over %(size)s entries.") % {"size": row.size})
        return redirect("programs:evidence", slug=organisation.slug)
    row = checkpoints.latest_checkpoint(organisation)
    return HttpResponse(bytes(row.note), content_type="text/plain; charset=utf-8")


@require_http_methods(["GET", "HEAD", "POST"])
def dossiers(request: HttpRequest, slug: str) -> HttpResponse:
    """The dossiers made so far, and the form that makes one."""
    organisation = access_organisation(request.user, slug, *programs.DOSSIER_READERS)
    if not LedgerEntry.objects.filter(organisation=organisation).exists():
        return nothing_recorded(request, organisation, _("Dossiers"), _("No dossier can be made yet."))
    asked = {name: request.GET.get(name) for name in BreachIntervalForm.base_fields}
    form = BreachIntervalForm(posted(request), initial=asked)
    if request.method == "POST" and form.is_valid():
        try:
            dossier_service.create_dossier(
                organisation,
                form.cleaned_data["breach_from"],
                form.cleaned_data["breach_to"],
                made_by=programs.recorder_for(person_of(request)),
            )
        except programs.ProgramInputError as error:
            form.take_error(error, error.field)
        except InputError as error:
            form.take_error(error)
        else:
            messages.success(request, _("The dossier is ready. Compare its digests before you rely on it."))
            return redirect("programs:dossiers", slug=organisation.slug)
    made = list(dossier_service.dossiers_of(organisation))
    answer = (
        ngettext("%(count)s dossier was made.", "%(count)s dossiers were made.", len(made)) % {"count": len(made)}
        if made
        else _("No dossier was made yet.")
    )
    page = Page(_("Dossiers"), answer, (), organisation)
    return form_page(
        request,
        "programs/dossiers.html",
        {"page": page, "organisation": organisation, "form": form, "dossiers": made},
    )


@require_safe
def dossier_file(request: HttpRequest, slug: str, number: int) -> FileResponse:
    """A dossier as it was made."""
    organisation = access_organisation(request.user, slug, *programs.DOSSIER_READERS)
    record, stream = dossier_service.open_dossier(organisation, number)
    name = dossier_service.file_name(record)
    size = {"Content-Length": str(record.size)}
    return FileResponse(stream, as_attachment=True, filename=name, content_type="application/zip", headers=size)
