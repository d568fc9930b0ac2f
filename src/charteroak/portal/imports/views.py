"""The pages of files that are brought in: the list and the upload, what a file means, its rows, and recording."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.cache import cache
from django.core.paginator import Paginator
from django.forms.boundfield import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from charteroak.errors import InputError
from charteroak.portal.forms import form_page, posted
from charteroak.portal.imports.forms import BringInForm, MeaningForm, RowsForm
from charteroak.portal.page import Crumb, Page
from charteroak.portal.people import person_of
from charteroak.portal.programs.choices import PRACTICE_ANSWERS, Words
from charteroak.portal.programs.recording import tell_recorded, today
from charteroak.program.imports.mapping import Plan, with_suggestions
from charteroak.program.imports.rows import ReadFile, Row
from charteroak.program.imports.suggestions import FoundEdition, editions_in, rows_named, suggest
from charteroak.program.practices import load_practices
from charteroak.records.accounts.models import Organisation
from charteroak.records.programs.models import ImportedFile
from charteroak.services.access import access_organisation
from charteroak.services.imports import (
    access_import,
    bring_in,
    imports_of,
    mapping_of,
    plan_import,
    read_imported,
    record_mapping,
    save_mapping,
)
from charteroak.services.programs import KEEPERS, ProgramInputError, recorder_for

ROWS_ON_A_PAGE = 20
EDITIONS_KEPT_SECONDS = 3_600


@dataclass(frozen=True, slots=True)
class AskedRow:
    """A row with the two questions about it."""

    row: Row
    about: BoundField
    shows: BoundField
    identifiers: tuple[str, ...]


def _page(organisation: Organisation, subject: str, answer: str, imported: ImportedFile | None = None) -> Page:
    crumbs = [Crumb(_("Brought in"), reverse("imports:overview", args=[organisation.slug]))]
    if imported is not None:
        crumbs.append(Crumb(imported.name, reverse("imports:meaning", args=[organisation.slug, imported.pk])))
    return Page(subject, answer, tuple(crumbs), organisation)


@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """The files that were brought in, and the form that brings in another."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    form = BringInForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            imported = bring_in(
                organisation, form.upload(), form.cleaned_data["note"], recorder_for(person_of(request))
            )
        except InputError as error:
            form.take_error(error, error.field if isinstance(error, ProgramInputError) else "file")
        else:
            tell_recorded(request, organisation, imported.entry)
            return redirect("imports:meaning", slug=slug, number=imported.pk)
    files = imports_of(organisation)
    answer = _("Bring in what you have: it is kept as it is, and you say what each row is about.")
    page = Page(_("Brought in"), answer, (), organisation)
    return form_page(
        request, "imports/overview.html", {"page": page, "organisation": organisation, "form": form, "files": files}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def meaning(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Of which day a file speaks, whose numbers stand in it, and what its statuses mean."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    imported = access_import(organisation, number)
    read, mapping = read_imported(imported), mapping_of(imported)
    found = _editions_found(imported, read)
    initial = MeaningForm.initial_of(mapping, found, today())
    form = MeaningForm(posted(request), read=read, found=found, mapping=mapping, initial=initial)
    if request.method == "POST" and form.is_valid():
        decided = form.decided()
        try:
            save_mapping(imported, decided, recorder_for(person_of(request)))
        except InputError as error:
            form.take_error(error)
        else:
            asks_words = decided.status_column is not None and decided.status_column != mapping.status_column
            return redirect("imports:meaning" if asks_words else "imports:rows", slug=slug, number=number)
    count = len(read.rows)
    answer = ngettext(
        "%(count)s row was read; nothing is claimed by it.",
        "%(count)s rows were read; nothing is claimed by them.",
        count,
    )
    context = {
        "page": _page(organisation, imported.name, answer % {"count": count}),
        "organisation": organisation,
        "form": form,
        "imported": imported,
        "read": read,
        "sample": read.rows[:3],
    }
    return form_page(request, "imports/meaning.html", context)


def _editions_found(imported: ImportedFile, read: ReadFile) -> Sequence[FoundEdition]:
    """The editions whose identifiers stand in a file: looked for once, as a kept file never changes."""
    key = f"imports.editions.{imported.sha256}.{read.reader.replace(' ', '-')}"
    return cache.get_or_set(key, lambda: editions_in(read), EDITIONS_KEPT_SECONDS) or []


@require_http_methods(["GET", "HEAD", "POST"])
def rows(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What each row is about, a page at a time; suggestions are marked as such and taken only when asked for."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    imported = access_import(organisation, number)
    read, mapping = read_imported(imported), mapping_of(imported)
    pages = Paginator(read.rows, ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    asked = [(row, suggest(row, mapping.edition_name)) for row in pages]
    form = RowsForm(posted(request), rows=asked, mapping=mapping)
    if request.method == "POST" and form.is_valid():
        decided, then = form.decided(mapping), request.POST.get("then")
        try:
            save_mapping(
                imported,
                with_suggestions(read, decided) if then == "take" else decided,
                recorder_for(person_of(request)),
            )
        except InputError as error:
            form.take_error(error)
        else:
            return redirect(_after_rows(slug, number, pages.next_page_number() if pages.has_next() else None, then))
    plan, _faults = plan_import(imported, read, today())
    context = {
        "page": _page(organisation, _("What each row is about"), _rows_sentence(plan), imported),
        "organisation": organisation,
        "imported": imported,
        "form": form,
        "rows": [
            AskedRow(row, form[f"row_{row.number}"], form[f"shows_{row.number}"], s.identifiers) for row, s in asked
        ],
        "columns": read.columns,
        "pages": pages,
        "suggested": len(rows_named(read, mapping.edition_name)),
    }
    return form_page(request, "imports/rows.html", context)


def _after_rows(slug: str, number: int, following: int | None, then: str | None) -> str:
    here = reverse("imports:rows", args=[slug, number])
    if then == "take":
        return here
    if then == "record" or following is None:
        return reverse("imports:record", args=[slug, number])
    return f"{here}?page={following}"


def _rows_sentence(plan: Plan) -> str:
    if not plan.assigned:
        return _("No row was given a practice yet. What you leave out, nothing is said about.")
    text = ngettext(
        "%(assigned)s of %(all)s row has a practice.", "%(assigned)s of %(all)s rows have a practice.", plan.assigned
    )
    return text % {"assigned": plan.assigned, "all": plan.assigned + plan.left}


@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What recording would write, and the button that writes all of it or nothing."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    imported = access_import(organisation, number)
    refused: InputError | None = None
    if request.method == "POST":
        try:
            recorded = record_mapping(imported, recorder_for(person_of(request)))
        except InputError as error:
            refused = error
        else:
            what = _what(len(recorded.answers), len(recorded.evidence))
            messages.success(request, _("Recorded: %(what)s.") % {"what": what})
            return redirect("programs:practices", slug=slug)
    plan, faults = plan_import(imported, read_imported(imported), today())
    titles = load_practices().asked
    answers: list[tuple[str, Words, str]] = [
        (titles[each.practice].title, PRACTICE_ANSWERS[each.answer], each.note)
        for each in plan.answers
        if each.practice in titles
    ]
    context = {
        "page": _page(organisation, _("Check and record"), _record_sentence(imported, plan, faults), imported),
        "organisation": organisation,
        "imported": imported,
        "plan": plan,
        "answers": answers,
        "evidence": [(titles[each.practice].title, each.row) for each in plan.evidence if each.practice in titles],
        "faults": faults if imported.recorded is None else [],
        "refused": refused,
    }
    return render(request, "imports/record.html", context, status=422 if refused is not None else 200)


def _record_sentence(imported: ImportedFile, plan: Plan, faults: list[str]) -> str:
    if imported.recorded is not None:
        return _("What you decided about this file is on record.")
    if faults:
        return _("Something still stands against recording it.")
    what = _what(len(plan.answers), len(plan.evidence))
    return _("It becomes %(what)s, all of it or nothing.") % {"what": what}


def _what(answers: int, evidence: int) -> str:
    """How many answers and items of evidence."""
    return _("%(answers)s and %(evidence)s") % {
        "answers": ngettext("%(count)s answer", "%(count)s answers", answers) % {"count": answers},
        "evidence": ngettext("%(count)s item of evidence", "%(count)s items of evidence", evidence)
        % {"count": evidence},
    }
