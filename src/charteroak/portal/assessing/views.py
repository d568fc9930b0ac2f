"""The editions that can be assessed, one of them with its score, and the walk through one requirement."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from charteroak.errors import InputError
from charteroak.frameworks.catalog import Control, EditionName, carried_editions, load_catalog
from charteroak.portal.assessing.forms import SheetForm, WalkForm
from charteroak.portal.forms import form_page, posted
from charteroak.portal.page import Crumb, Page
from charteroak.portal.people import person_of
from charteroak.portal.programs.choices import ASSESSMENT_RESULTS
from charteroak.portal.programs.recording import Question, may_record, today
from charteroak.portal.programs.wording import edition_label, line_of
from charteroak.program.assessed_editions import AssessedEdition, AssessedRequirement, Part
from charteroak.program.assessment_sheets import SHEET_LIMIT_BYTES, SheetError, render_sheet
from charteroak.program.objectives import outline_of
from charteroak.records.accounts.models import Organisation
from charteroak.services.access import access_organisation, refuse
from charteroak.services.assessments import (
    assess_requirements,
    assess_sheet,
    assessment_of,
    assessments_of,
    outline_named,
)
from charteroak.services.evidence_log import newest_of_kinds
from charteroak.services.programs import KEEPERS, ProgramInputError, recorder_for

EVIDENCE_KINDS = ("evidence.recorded", "exercise.held", "training.completed", "hunt.run")
EVIDENCE_OFFERED = 12


@dataclass(frozen=True, slots=True)
class EditionRow:
    """An edition on the list."""

    state: AssessedEdition
    label: str
    title: str


def _crumbs(slug: str, *more: Crumb) -> tuple[Crumb, ...]:
    return (Crumb(_("Assessments"), reverse("assessing:editions", args=[slug])), *more)


def _named(framework: str, edition: str) -> EditionName:
    name = EditionName(framework, edition)
    try:
        outline_named(name)
    except ProgramInputError:
        refuse()
    return name


def edition_sentence(state: AssessedEdition) -> str:
    """What was determined, objective by objective; and how the count by requirement differs from it."""
    if not state.was_assessed:
        return _("Nobody has assessed anything of it yet.")
    counts = state.results
    thing = _("objectives") if state.companion is not None else _("requirements")
    sentence = _("%(determined)s of %(all)s %(things)s have a result that counts; %(satisfied)s are satisfied.") % {
        "determined": state.determined,
        "all": len(state.parts),
        "things": thing,
        "satisfied": counts["satisfied"],
    }
    differing = len(state.differing)
    if differing:
        sentence += " " + ngettext(
            "%(count)s requirement is called satisfied as a whole and is not in every objective.",
            "%(count)s requirements are called satisfied as a whole and are not in every objective.",
            differing,
        ) % {"count": differing}
    return sentence


@require_safe
def editions(request: HttpRequest, slug: str) -> HttpResponse:
    """Every edition that can be assessed here, those first that were."""
    organisation = access_organisation(request.user, slug)
    names = [name for name in carried_editions() if outline_of(name).is_assessable]
    states = assessments_of(organisation, names, today())
    rows = [EditionRow(each, edition_label(*each.name), load_catalog(*each.name).title) for each in states]
    rows.sort(key=lambda row: not row.state.was_assessed)
    count = sum(row.state.was_assessed for row in rows)
    answer = ngettext("%(count)s edition has been assessed.", "%(count)s editions have been assessed.", count)
    context = {
        "page": Page(_("Assessments"), answer % {"count": count}, (), organisation),
        "organisation": organisation,
        "rows": rows,
    }
    return render(request, "assessing/editions.html", context)


@require_safe
def edition(request: HttpRequest, slug: str, framework: str, edition: str) -> HttpResponse:
    """One edition: its score said both ways, and its requirements."""
    organisation = access_organisation(request.user, slug)
    name = _named(framework, edition)
    state = assessment_of(organisation, name, today())
    context = {
        "page": Page(edition_label(*name), edition_sentence(state), _crumbs(slug), organisation),
        "organisation": organisation,
        "state": state,
        "groups": _groups(state),
        "results": [(word, state.results[code]) for code, word in ASSESSMENT_RESULTS.items() if code != "unknown"],
        "may_record": may_record(request, organisation),
    }
    return render(request, "assessing/edition.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def record_sheet(request: HttpRequest, slug: str, framework: str, edition: str) -> HttpResponse:
    """A sheet that comes back filled in: all of it is recorded, or its lines at fault are named."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    name = _named(framework, edition)
    form = SheetForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            recorded = assess_sheet(organisation, name, _read(form), recorder_for(person_of(request)))
        except InputError as error:
            form.take_error(error, "sheet")
        else:
            words = ngettext("Recorded %(count)s result.", "Recorded %(count)s results.", len(recorded))
            messages.success(request, words % {"count": len(recorded)})
            return redirect("assessing:edition", slug, framework, edition)
    question = Question(
        page=Page(
            _("A sheet of results"),
            _("Record every result of a sheet about %(edition)s.") % {"edition": edition_label(*name)},
            _crumbs(slug, _edition_crumb(slug, name)),
            organisation,
        ),
        verb=_("Record the results of the sheet"),
        intro=_("A row without a result is passed over. If one line cannot be taken, nothing is recorded."),
    )
    context = {"page": question.page, "organisation": organisation, "form": form, "question": question}
    return form_page(request, question.template, context)


def _read(form: SheetForm) -> bytes:
    upload = form.cleaned_data["sheet"]
    if upload.size > SHEET_LIMIT_BYTES:
        raise SheetError(f"The sheet is larger than {SHEET_LIMIT_BYTES >> 20} MB.")
    content: bytes = upload.read()
    return content


@require_safe
def sheet(request: HttpRequest, slug: str, framework: str, edition: str) -> HttpResponse:
    """The sheet of an edition to fill in, with what was found last."""
    organisation = access_organisation(request.user, slug)
    name = _named(framework, edition)
    content = render_sheet(assessment_of(organisation, name, today()))
    headers = {"Content-Disposition": f'attachment; filename="{slug}-{framework}-{edition}.csv"'}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
def requirement(request: HttpRequest, slug: str, framework: str, edition: str, requirement: str) -> HttpResponse:
    """A requirement's objectives one by one: what was found last, and what is found now."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    name = _named(framework, edition)
    state = assessment_of(organisation, name, today())
    asked = state.requirement(requirement) or refuse()
    form = WalkForm(posted(request), requirement=asked, initial={"day": today()})
    form.framework, form.edition = name
    before, after = _neighbours(state.requirements, asked)
    refused = False
    if request.method == "POST" and form.is_valid():
        try:
            recorded = assess_requirements(organisation, form.findings(), recorder_for(person_of(request)))
        except InputError as error:
            refused = isinstance(error, ProgramInputError) and error.field == "result"
            form.take_error(error, _place(error, form))
        else:
            words = ngettext("Recorded %(count)s result.", "Recorded %(count)s results.", len(recorded))
            messages.success(request, words % {"count": len(recorded)})
            return redirect(_address(slug, name, after or asked))
    context = {
        "page": Page(
            asked.control.id, _requirement_sentence(asked), _crumbs(slug, _edition_crumb(slug, name)), organisation
        ),
        "organisation": organisation,
        "asked": asked,
        "name": name,
        "label": edition_label(*name),
        "companion": None if state.companion is None or not asked.objectives else edition_label(*state.companion),
        "form": form,
        "parts": form.asked(),
        "needs_exception": refused,
        "whole": asked.whole if asked.objectives and asked.whole.fact is not None else None,
        "before": None if before is None else (before.control.id, _address(slug, name, before)),
        "after": None if after is None else (after.control.id, _address(slug, name, after)),
        "offered": _offered(organisation),
    }
    return form_page(request, "assessing/requirement.html", context)


def _edition_crumb(slug: str, name: EditionName) -> Crumb:
    return Crumb(edition_label(*name), reverse("assessing:edition", args=[slug, *name]))


def _address(slug: str, name: EditionName, asked: AssessedRequirement) -> str:
    return reverse("assessing:requirement", args=[slug, *name, asked.control.id])


def _groups(state: AssessedEdition) -> list[tuple[Control, list[AssessedRequirement]]]:
    grouped = groupby(state.requirements, key=lambda each: each.group)
    return [(group, list(members)) for group, members in grouped]


def _neighbours(
    all_of_them: Sequence[AssessedRequirement], asked: AssessedRequirement
) -> tuple[AssessedRequirement | None, AssessedRequirement | None]:
    place = all_of_them.index(asked)
    before = all_of_them[place - 1] if place else None
    return before, all_of_them[place + 1] if place + 1 < len(all_of_them) else None


def _place(error: InputError, form: WalkForm) -> str | None:
    """The field of the form that an error of the service is about."""
    field = error.field if isinstance(error, ProgramInputError) else None
    if field == "result":
        given = [n for n in range(len(form.parts)) if form.cleaned_data.get(f"result_{n}") == "not-applicable"]
        return f"result_{given[0]}" if given else None
    return field if field in form.fields else None


def _requirement_sentence(asked: AssessedRequirement) -> str:
    open_ones = sum(part.result == "open" for part in asked.parts)
    if asked.objectives:
        words = ngettext(
            "It has %(count)s objective; %(open)s without a result that counts.",
            "It has %(count)s objectives; %(open)s without a result that counts.",
            len(asked.objectives),
        )
        return words % {"count": len(asked.objectives), "open": open_ones}
    return _part_words(asked.whole)


def _part_words(part: Part) -> str:
    body = part.body
    if body is None:
        return _("Nobody has assessed it yet.")
    words = {"result": ASSESSMENT_RESULTS[body.result], "by": body.assessor, "days": part.age_days}
    return _("%(result)s, by %(by)s, %(days)s days ago.") % words


def _offered(organisation: Organisation) -> list[tuple[int, str]]:
    lines = (line_of(entry) for entry in newest_of_kinds(organisation, EVIDENCE_KINDS, EVIDENCE_OFFERED))
    return [(line.fact.index, line.text) for line in lines if line.corrected_by is None]
