"""Pages of an organisation's program. What they show is read from the ledger; what they do goes through a service."""

from collections.abc import Sequence

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from charteroak.adapters.system_clock import now
from charteroak.clock import connecticut_day
from charteroak.errors import InputError
from charteroak.law.safe_harbor.statute import load_statute
from charteroak.portal.page import Crumb, Page
from charteroak.portal.people import person_of
from charteroak.portal.programs.determination import (
    change_lines,
    determination_sentence,
    element_rows,
    hindsight_differences,
)
from charteroak.portal.programs.drawing import draw_interval
from charteroak.portal.programs.forms import BreachIntervalForm, EvidenceForm
from charteroak.portal.programs.wording import log_line
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import Checkpoint
from charteroak.services import dossiers as dossier_service
from charteroak.services import ledger as ledgers
from charteroak.services import programs
from charteroak.services.access import Role, access_organisation

LINES_ON_A_PAGE = 25


def _crumbs(organisation: Organisation) -> tuple[Crumb, ...]:
    return (Crumb(organisation.name, reverse("programs:safe-harbor", args=[organisation.slug])),)


@require_safe
def safe_harbor(request: HttpRequest, slug: str) -> HttpResponse:
    """What the record would support: today against an imagined breach, or over a real interval."""
    organisation = access_organisation(request.user, slug)
    form = BreachIntervalForm(request.GET if "breach_from" in request.GET else None)
    if form.is_bound and form.is_valid():
        first, last = form.cleaned_data["breach_from"], form.cleaned_data["breach_to"]
        status = programs.determine_breach(organisation, first=first, last=last)
    else:
        status = programs.determine_prospective(organisation, as_of=connecticut_day(now()))
    statute = load_statute("ct")
    page = Page(_("Safe harbor"), determination_sentence(status), (), organisation)
    return render(
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
            "drawing": None if status.is_prospective else draw_interval(status.changes, *status.interval),
            "gaps": status.gaps,
            "first_gap": status.gaps[0] if status.gaps else None,
            "protects": statute.protects,
            "reviewed_on": statute.reviewed_on,
            "form": form,
        },
    )


@require_safe
def evidence_log(request: HttpRequest, slug: str) -> HttpResponse:
    """Every entry of the organisation's ledger, newest first, late ones marked."""
    organisation = access_organisation(request.user, slug)
    facts = programs.recorded_facts(organisation)
    lines = Paginator(list(reversed(facts)), LINES_ON_A_PAGE).get_page(_page_asked_for(request, len(facts)))
    checkpoint = Checkpoint.objects.filter(organisation=organisation).order_by("-size").first()
    page = Page(_("Evidence log"), _log_answer(len(facts), checkpoint), _crumbs(organisation), organisation)
    return render(
        request,
        "programs/evidence_log.html",
        {
            "page": page,
            "organisation": organisation,
            "lines": [log_line(fact) for fact in lines],
            "pages": lines,
            "checkpoint": checkpoint,
            "vkey": ledgers.signer_of(organisation).verifier.vkey if checkpoint is not None else "",
        },
    )


def _page_asked_for(request: HttpRequest, entries: int) -> int | str | None:
    """The page by number, or the one on which a linked entry stands."""
    entry = request.GET.get("entry", "")
    if entry.isascii() and entry.isdigit() and len(entry) < 10:
        return max(0, entries - 1 - int(entry)) // LINES_ON_A_PAGE + 1
    return request.GET.get("page")


def _log_answer(entries: int, checkpoint: Checkpoint | None) -> str:
    if entries == 0:
        return _("Nothing is recorded yet.")
    recorded = ngettext("%(count)s entry is recorded.", "%(count)s entries are recorded.", entries) % {"count": entries}
    if checkpoint is None:
        return recorded + " " + _("None is under a signed checkpoint yet.")
    waiting = entries - checkpoint.size
    if waiting == 0:
        return recorded + " " + _("All stand under the last signed checkpoint.")
    return (
        recorded
        + " "
        + ngettext(
            "%(count)s waits for the next signed checkpoint.", "%(count)s wait for the next signed checkpoint.", waiting
        )
        % {"count": waiting}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def record_evidence(request: HttpRequest, slug: str) -> HttpResponse:
    """Record that a practice was followed."""
    organisation = access_organisation(request.user, slug, Role.SECURITY_LEAD, Role.PROVIDER)
    user = person_of(request)
    form = EvidenceForm(request.POST or None, request.FILES or None, initial={"practice": request.GET.get("practice")})
    if request.method == "POST" and form.is_valid():
        try:
            entry = programs.record_evidence(organisation, _new_evidence(form), programs.recorder_for(user))
        except programs.ProgramInputError as error:
            form.take_error(error, {"files": "file"}.get(error.field, error.field))
        except InputError as error:
            form.take_error(error, "file")
        else:
            messages.success(request, _("Recorded as entry %(index)s of the ledger.") % {"index": entry.index})
            return redirect("programs:evidence", slug=organisation.slug)
    page = Page(
        _("Record evidence"),
        _("Say what was done, when, and add what shows it."),
        (*_crumbs(organisation), Crumb(_("Evidence log"), reverse("programs:evidence", args=[organisation.slug]))),
        organisation,
    )
    return render(request, "programs/record_evidence.html", {"page": page, "organisation": organisation, "form": form})


def _new_evidence(form: EvidenceForm) -> programs.NewEvidence:
    answers = form.cleaned_data
    upload = answers["file"]
    files: Sequence[programs.UploadedFile] = ()
    if upload is not None:
        files = (programs.UploadedFile(upload.name, upload.content_type or "application/octet-stream", upload.file),)
    return programs.NewEvidence(
        practice=answers["practice"],
        title=answers["title"],
        occurred_from=answers["occurred_from"],
        occurred_to=answers["occurred_to"],
        note=answers["note"],
        files=files,
    )


@require_safe
def evidence_file(request: HttpRequest, slug: str, sha256: str) -> FileResponse:
    """The bytes of an evidence file, as a download that no browser renders (ASVS 5, 5.4.1)."""
    organisation = access_organisation(request.user, slug)
    row, stream = programs.open_evidence_file(organisation, sha256)
    return FileResponse(stream, as_attachment=True, filename=row.name, content_type="application/octet-stream")


@require_http_methods(["GET", "HEAD", "POST"])
def checkpoint_note(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest signed checkpoint; a POST signs the ledger as it stands."""
    organisation = access_organisation(request.user, slug)
    if request.method == "POST":
        row = ledgers.make_checkpoint(organisation)
        messages.success(request, _("Signed a checkpoint over %(size)s entries.") % {"size": row.size})
        return redirect("programs:evidence", slug=organisation.slug)
    row = ledgers.latest_checkpoint(organisation)
    return HttpResponse(bytes(row.note), content_type="text/plain; charset=utf-8")


@require_http_methods(["GET", "HEAD", "POST"])
def dossiers(request: HttpRequest, slug: str) -> HttpResponse:
    """The dossiers made so far, and the form that makes one."""
    organisation = access_organisation(request.user, slug, Role.SECURITY_LEAD, Role.PROVIDER)
    form = BreachIntervalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            dossier_service.create_dossier(
                organisation,
                form.cleaned_data["breach_from"],
                form.cleaned_data["breach_to"],
                made_by=programs.recorder_for(person_of(request)),
            )
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
    page = Page(_("Dossiers"), answer, _crumbs(organisation), organisation)
    return render(
        request,
        "programs/dossiers.html",
        {"page": page, "organisation": organisation, "form": form, "dossiers": made},
    )


@require_safe
def dossier_file(request: HttpRequest, slug: str, number: int) -> FileResponse:
    """A dossier as it was made."""
    organisation = access_organisation(request.user, slug, Role.SECURITY_LEAD, Role.PROVIDER)
    record, stream = dossier_service.open_dossier(organisation, number)
    name = dossier_service.file_name(record)
    return FileResponse(stream, as_attachment=True, filename=name, content_type="application/zip")
