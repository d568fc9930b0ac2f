"""Pages of the written program that is being drafted: its parts, its policies, its adoption, its versions."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from charteroak.errors import InputError
from charteroak.portal.forms import QuestionForm, form_page, posted
from charteroak.portal.page import Crumb, Page
from charteroak.portal.people import person_of
from charteroak.portal.programs.choices import Words
from charteroak.portal.programs.draft_forms import PARTS, AdoptDraftForm, CompareForm, PolicyForm
from charteroak.portal.programs.recording import Question, record_with, today
from charteroak.program.written_document.draft import ProgramDraft
from charteroak.program.written_document.policies import load_policies
from charteroak.program.written_document.source import OpenPoint
from charteroak.records.accounts.models import Organisation
from charteroak.services import program_drafts, program_papers
from charteroak.services.access import access_organisation, refuse
from charteroak.services.mail_exports import MailFile
from charteroak.services.programs import KEEPERS, ProgramInputError, recorder_for

ELSEWHERE = {
    "organisation": "programs:describe-organisation",
    "answers": "programs:practices",
    "gaps": "programs:gaps",
    "edition": "programs:adopt-edition",
    "adopt": "programs:adopt-draft",
}
"""Where an open point is mended that is not of the draft itself."""


@dataclass(frozen=True, slots=True)
class PlacedPoint:
    """An open point with the page that mends it."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class PartLink:
    """A part of the draft, or a policy, with how many points are open in it."""

    title: Words
    url: str
    open: int
    is_left_out: bool = False


def _crumbs(slug: str, *, below: bool = False) -> tuple[Crumb, ...]:
    program = Crumb(_("Written program"), reverse("programs:program", args=[slug]))
    return (program, Crumb(_("Draft"), reverse("programs:draft", args=[slug]))) if below else (program,)


@require_safe
def draft(request: HttpRequest, slug: str) -> HttpResponse:
    """The draft: its parts, what is open in it, and what can be done with it."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    recorder = recorder_for(person_of(request))
    kept = program_drafts.draft_of(organisation)
    paper = program_papers.program_paper(organisation, recorder)
    points = [PlacedPoint(point.text, _url(slug, point)) for point in paper.points]
    versions = program_papers.versions_of(organisation)
    context = {
        "page": Page(_("Draft"), _sentence(len(points), is_begun=kept.is_begun), _crumbs(slug), organisation),
        "organisation": organisation,
        "kept": kept,
        "parts": [
            PartLink(form.heading, reverse("programs:draft-part", args=[slug, part]), _open(paper.points, part))
            for part, form in PARTS.items()
        ],
        "policies": [
            PartLink(
                policy.title,
                reverse("programs:draft-policy", args=[slug, policy.id]),
                _open(paper.points, f"policy:{policy.id}"),
                kept.draft.policy(policy.id).left_out,
            )
            for policy in load_policies().values()
        ],
        "points": points,
        "newest": versions[0] if versions else None,
    }
    return form_page(request, "programs/draft.html", context)


def _sentence(count: int, *, is_begun: bool) -> str:
    if not is_begun:
        return _("Nobody has begun to write the next version.")
    if not count:
        return _("The next version is whole: nothing is open in it.")
    return ngettext(
        "The next version is being written; %(count)s point is open.",
        "The next version is being written; %(count)s points are open.",
        count,
    ) % {"count": count}


def _open(points: Sequence[OpenPoint], form: str) -> int:
    return sum(point.form == form for point in points)


def _url(slug: str, point: OpenPoint) -> str:
    kind, _colon, policy = point.form.partition(":")
    if kind == "policy":
        return reverse("programs:draft-policy", args=[slug, policy])
    if kind in ELSEWHERE:
        return reverse(ELSEWHERE[kind], args=[slug])
    return reverse("programs:draft-part", args=[slug, kind])


@require_http_methods(["GET", "HEAD", "POST"])
def draft_part(request: HttpRequest, slug: str, part: str) -> HttpResponse:
    """One part of the draft."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    if part not in PARTS:
        refuse()
    kind = PARTS[part]
    form = kind(posted(request), initial=kind.initial_of(program_drafts.draft_of(organisation).draft))
    page = Page(kind.heading, kind.answer, _crumbs(slug, below=True), organisation)
    if request.method == "POST" and form.is_valid() and _saved(request, organisation, form, form.changed):
        return redirect("programs:draft", slug=slug)
    return _part_page(request, organisation, page, form, kind.intro)


@require_http_methods(["GET", "HEAD", "POST"])
def draft_policy(request: HttpRequest, slug: str, policy: str) -> HttpResponse:
    """One policy of the draft."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    chosen = load_policies().get(policy)
    if chosen is None:
        refuse()
    initial = PolicyForm.initial_of(program_drafts.draft_of(organisation).draft.policy(policy))
    form = PolicyForm(posted(request), policy=chosen, initial=initial)
    answer = _("Say what only you can say, and change what does not fit.")
    page = Page(chosen.title, answer, _crumbs(slug, below=True), organisation)

    def changed(draft: ProgramDraft) -> ProgramDraft:
        return msgspec.structs.replace(draft, policies={**draft.policies, policy: form.choice()})

    if request.method == "POST" and form.is_valid() and _saved(request, organisation, form, changed):
        return redirect("programs:draft", slug=slug)
    return _part_page(request, organisation, page, form, chosen.aim)


def _saved(request: HttpRequest, organisation: Organisation, form: QuestionForm, change: program_drafts.Change) -> bool:
    """Save a part of the draft, or say in the form why not."""
    try:
        program_drafts.change_draft(organisation, change, recorder_for(person_of(request)))
    except ProgramInputError as error:
        form.take_error(error, error.field)
        return False
    messages.success(request, _("Saved in the draft. No entry was written: only its adoption is one."))
    return True


def _part_page(
    request: HttpRequest, organisation: Organisation, page: Page, form: QuestionForm, intro: Words
) -> HttpResponse:
    context = {"page": page, "organisation": organisation, "form": form, "intro": intro}
    return form_page(request, "programs/draft_part.html", context)


@require_safe
def draft_file(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """The draft as a file, marked as a draft."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    if form not in program_papers.FORMS:
        refuse()
    made = program_papers.paper_file(organisation, form, recorder_for(person_of(request)))
    return as_download(made)


def as_download(made: program_papers.PaperFile | MailFile) -> HttpResponse:
    """A paper as a download that no browser renders in the portal's name."""
    headers = {"Content-Disposition": f'attachment; filename="{made.name}"'}
    return HttpResponse(made.content, content_type=made.media_type, headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
def adopt_draft(request: HttpRequest, slug: str) -> HttpResponse:
    """Adopt the draft: from then on its bytes are evidence."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    known = program_papers.versions_of(organisation)
    initial: dict[str, object] = {
        "version": program_papers.next_version([one.version for one in known]),
        "by": known[0].body.by if known else "",
        "adopted": today(),
    }
    form = AdoptDraftForm(posted(request), initial=initial)
    points = program_papers.program_paper(organisation, recorder_for(person_of(request))).points
    question = Question(
        page=Page(_("Adoption"), _("Adopt the draft as it stands."), _crumbs(slug, below=True), organisation),
        verb=_("Adopt this version"),
        done=reverse("programs:versions", args=[slug]),
        template="programs/adopt_draft.html",
    )
    open_points = [point.text for point in points if point.form != "adopt"]
    return record_with(
        request,
        organisation,
        question,
        form,
        lambda recorder: program_papers.adopt_draft(organisation, form.adoption(), recorder),
        points=open_points,
    )


@require_safe
def versions(request: HttpRequest, slug: str) -> HttpResponse:
    """Every version on record, with its files, and which of them can be compared."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    known = program_papers.versions_of(organisation)
    answer = (
        ngettext("%(count)s version is on record.", "%(count)s versions are on record.", len(known))
        % {"count": len(known)}
        if known
        else _("No version is on record.")
    )
    rows = []
    for version in known:
        before = next((one for one in known if one.adopted < version.adopted and one.is_comparable), None)
        rows.append((version, before if version.is_comparable else None))
    context = {
        "page": Page(_("Versions"), answer, _crumbs(slug), organisation),
        "organisation": organisation,
        "rows": rows,
        "kept": program_drafts.draft_of(organisation),
    }
    return form_page(request, "programs/versions.html", context)


@require_safe
def compare(request: HttpRequest, slug: str) -> HttpResponse:
    """What changed between two versions, or between one and the draft."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    comparable = [one for one in program_papers.versions_of(organisation) if one.is_comparable]
    choices: list[tuple[str, Words]] = [(one.version, one.version) for one in comparable]
    choices.append((program_papers.DRAFT, _("The draft")))
    asked = request.GET if {"old", "new"} & request.GET.keys() else None
    first = choices[0][0]
    form = CompareForm(asked, versions=choices, initial={"old": first, "new": program_papers.DRAFT})
    comparison = None
    if form.is_valid():
        try:
            comparison = program_papers.compare_versions(
                organisation, form.cleaned_data["old"], form.cleaned_data["new"], recorder_for(person_of(request))
            )
        except InputError as error:
            form.take_error(error, getattr(error, "field", None))
    answer = _("Choose two versions to see what changed.") if comparison is None else comparison.sentence
    context = {
        "page": Page(_("What changed"), answer, _crumbs(slug), organisation),
        "organisation": organisation,
        "form": form,
        "comparison": comparison,
        "shown": [] if comparison is None else [one for one in comparison.changes if one.state != "same"],
    }
    return form_page(request, "programs/compare_versions.html", context)
