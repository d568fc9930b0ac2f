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

from charteroak.errors import InputError
from charteroak.law.safe_harbor.statute import load_statute
from charteroak.portal.forms import form_page, posted
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
from charteroak.portal.programs.places import step_for
from charteroak.portal.programs.recording import Question, nothing_recorded, record_with, today
from charteroak.portal.programs.wording import log_line
from charteroak.program.history import knowledge
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import Checkpoint, LedgerEntry
from charteroak.services import checkpoints, log_keys, programs
from charteroak.services import dossiers as dossier_service
from charteroak.services.access import access_organisation, roles_in

LINES_ON_A_PAGE = 25


@require_safe
def safe_harbor(request: HttpRequest, slug: str) -> HttpResponse:
    """What the record would support: today against an imagined breach, or over a real interval."""
    organisation = access_organisation(request.user, slug)
    form = BreachIntervalForm(request.GET if "breach_from" in request.GET else None)
    status = _over_interval(organisation, form) or programs.determine_prospective(organisation, as_of=today())
    statute = load_statute("ct")
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
            "drawing": None if status.is_prospective else draw_interval(status.changes, *status.interval),
            "gaps": [(gap, step_for(gap, slug)) for gap in status.gaps],
            "may_record": _may_record(request, organisation),
            "protects": statute.protects,
            "reviewed_on": statute.reviewed_on,
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


def _may_record(request: HttpRequest, organisation: Organisation) -> bool:
    return bool(roles_in(person_of(request), organisation) & set(programs.KEEPERS))


@require_safe
def evidence_log(request: HttpRequest, slug: str) -> HttpResponse:
    """Every entry of the organisation's ledger, newest first, late ones marked."""
    organisation = access_organisation(request.user, slug)
    facts = programs.recorded_facts(organisation)
    corrected_by = knowledge(facts).corrected_by
    lines = Paginator(list(reversed(facts)), LINES_ON_A_PAGE).get_page(_page_asked_for(request, len(facts)))
    checkpoint = Checkpoint.objects.filter(organisation=organisation).order_by("-size").first()
    page = Page(_("Evidence log"), _log_answer(len(facts), checkpoint), (), organisation)
    return render(
        request,
        "programs/evidence_log.html",
        {
            "page": page,
            "organisation": organisation,
            "lines": [log_line(fact, corrected_by.get(fact.index)) for fact in lines],
            "may_record": _may_record(request, organisation),
            "pages": lines,
            "checkpoint": checkpoint,
            "vkey": log_keys.signer_of(organisation).verifier.vkey if checkpoint is not None else "",
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
