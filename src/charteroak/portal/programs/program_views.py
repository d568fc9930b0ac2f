"""The written program, what is asserted about frameworks, the organisation itself; and the forms that record each."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from charteroak.portal.forms import REFUSED, posted
from charteroak.portal.page import Crumb, Page
from charteroak.portal.programs.description_forms import OrganisationForm, ProgramContentsForm
from charteroak.portal.programs.forms import CorrectionForm
from charteroak.portal.programs.places import entry_url
from charteroak.portal.programs.practices import promised_practices
from charteroak.portal.programs.program_forms import AdoptForm, ApproveForm, EditionForm, ReviewForm
from charteroak.portal.programs.recording import Question, record_with, today
from charteroak.portal.programs.wording import LogLine, line_of
from charteroak.portal.programs.written_program import (
    OTHER_KINDS,
    PROGRAM_KINDS,
    contents,
    edition_rows,
    in_force,
    organisation_groups,
    program_sentence,
)
from charteroak.program.bodies import CorrectionMade, OrganisationDescribed, ProgramDescribed
from charteroak.program.status import ProgramStatus
from charteroak.records.accounts.models import Organisation
from charteroak.services import program_record as verbs
from charteroak.services.access import access_organisation
from charteroak.services.evidence_log import entry_with_ties, newest_of_kinds
from charteroak.services.programs import KEEPERS, adopt_program, adopted_versions, status_of

HISTORY_LINES = 50
"""The newest entries of a history; the evidence log has them all."""


def _crumbs(slug: str) -> tuple[Crumb, ...]:
    return (Crumb(_("Written program"), reverse("programs:program", args=[slug])),)


def _question(
    organisation: Organisation, subject: str, answer: str, verb: str, *, intro: str = "", file_field: str | None = None
) -> Question:
    """A question below the program's page, to which its answer leads back."""
    return Question(
        page=Page(subject, answer, _crumbs(organisation.slug), organisation),
        verb=verb,
        done=reverse("programs:program", args=[organisation.slug]),
        intro=intro,
        file_field=file_field,
    )


def _status(organisation: Organisation) -> ProgramStatus:
    return status_of(organisation, as_of=today(), with_lists=False)


def _history(organisation: Organisation, kinds: Sequence[str]) -> list[LogLine]:
    return [line_of(entry) for entry in newest_of_kinds(organisation, kinds, HISTORY_LINES)]


@require_safe
def program(request: HttpRequest, slug: str) -> HttpResponse:
    """The version in force, what it holds, what is asserted, what the organisation is, and how all that came about."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    status = _status(organisation)
    description = status.organisation.body if status.organisation is not None else None
    context = {
        "page": Page(_("Written program"), program_sentence(status), (), organisation),
        "organisation": organisation,
        "status": status,
        "force": in_force(status),
        "promised": len(promised_practices(status)),
        "known_practices": len(status.findings),
        "contents": contents(status),
        "editions": edition_rows(status.editions),
        "description": organisation_groups(description) if isinstance(description, OrganisationDescribed) else [],
        "history": _history(organisation, PROGRAM_KINDS),
        "other_history": _history(organisation, OTHER_KINDS),
    }
    return render(request, "programs/program.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def describe_organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """What the organisation is and holds."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    fact = _status(organisation).organisation
    known = fact.body if fact is not None and isinstance(fact.body, OrganisationDescribed) else None
    form = OrganisationForm(
        posted(request),
        initial=OrganisationForm.initial_of(known, organisation.kind, today()),
    )
    question = _question(
        organisation,
        _("The organization"),
        _("Say what you are and what you hold."),
        _("Record the description"),
        intro=_("What you do not know, leave as not known: it never counts as no."),
    )
    return record_with(
        request,
        organisation,
        question,
        form,
        lambda recorder: verbs.describe_organisation(
            organisation, form.description(organisation.name), form.cleaned_data["since"], recorder
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def adopt(request: HttpRequest, slug: str) -> HttpResponse:
    """A version of the written program was adopted."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    status = _status(organisation)
    force = in_force(status)
    initial: dict[str, object] = {}
    if force is not None:
        promised = sorted(promised_practices(status))
        initial = {"title": force.body.title, "by": force.body.by, "practices": promised}
    form = AdoptForm(posted(request), request.FILES or None, initial=initial)
    question = _question(
        organisation,
        _("A version of the program"),
        _("Record which version was adopted."),
        _("Record the version"),
        file_field="document",
    )
    return record_with(
        request,
        organisation,
        question,
        form,
        lambda recorder: adopt_program(organisation, form.program(), recorder),
    )


def _versions(organisation: Organisation) -> list[str]:
    """The versions on record, the last adopted first."""
    return [adoption.version for adoption in reversed(adopted_versions(organisation).values())]


def _nothing_adopted(request: HttpRequest, organisation: Organisation, subject: str) -> HttpResponse:
    """Approving, reviewing and describing need a version on record."""
    answer = _("No written program is on record yet.")
    page = Page(subject, answer, _crumbs(organisation.slug), organisation)
    context = {"page": page, "organisation": organisation}
    status = REFUSED if request.method == "POST" else 200
    return render(request, "programs/nothing_adopted.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def approve(request: HttpRequest, slug: str) -> HttpResponse:
    """Someone with authority approved a version."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    versions = _versions(organisation)
    if not versions:
        return _nothing_adopted(request, organisation, _("An approval"))
    form = ApproveForm(posted(request), versions=versions)
    question = _question(
        organisation, _("An approval"), _("Record who approved the program."), _("Record the approval")
    )
    return record_with(
        request,
        organisation,
        question,
        form,
        lambda recorder: verbs.approve_program(organisation, form.approval(), form.cleaned_data["day"], recorder),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, slug: str) -> HttpResponse:
    """A version was reviewed."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    versions = _versions(organisation)
    if not versions:
        return _nothing_adopted(request, organisation, _("A review"))
    form = ReviewForm(posted(request), versions=versions)
    question = _question(
        organisation,
        _("A review"),
        _("Record that the program was reviewed."),
        _("Record the review"),
        intro=_("A review counts even if nothing changes: it shows that the program is kept up."),
    )
    return record_with(
        request,
        organisation,
        question,
        form,
        lambda recorder: verbs.review_program(organisation, form.review(), form.cleaned_data["day"], recorder),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def describe(request: HttpRequest, slug: str) -> HttpResponse:
    """What the written program contains."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    status = _status(organisation)
    force = in_force(status)
    if not _versions(organisation):
        return _nothing_adopted(request, organisation, _("What the program contains"))
    described = status.program.described.body if status.program.described is not None else None
    form = ProgramContentsForm(
        posted(request),
        initial=ProgramContentsForm.initial_of(
            described if isinstance(described, ProgramDescribed) else None,
            today() if force is None else force.adopted.first_day,
        ),
    )
    question = _question(
        organisation,
        _("What the program contains"),
        _("Say what stands in it, and where."),
        _("Record the description"),
        intro=_("The act asks for ten things. Answer for the version in force, with the document at hand."),
    )
    return record_with(
        request,
        organisation,
        question,
        form,
        lambda recorder: verbs.describe_program(organisation, form.description(), form.cleaned_data["since"], recorder),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def adopt_edition(request: HttpRequest, slug: str) -> HttpResponse:
    """What a named officer asserts about one edition of a framework."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    form = EditionForm(posted(request), today=today())
    question = _question(
        organisation,
        _("A framework"),
        _("Record what is asserted about a framework."),
        _("Record the assertion"),
        intro=_(
            "Only a named officer can say that your program conforms. While a practice that is linked to the edition "
            "is answered no or partly, the determination counts it as conformed to in part."
        ),
    )
    return record_with(
        request,
        organisation,
        question,
        form,
        lambda recorder: verbs.adopt_edition(organisation, form.assertion(), recorder),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, slug: str, index: int) -> HttpResponse:
    """An entry was wrong: it stays where it is, and counts no more."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    line = line_of(entry_with_ties(organisation, index)[1])
    form = CorrectionForm(posted(request))
    answer = _("Say what is wrong with entry %(index)s.") % {"index": index}
    above = Crumb(_("Evidence log"), entry_url(slug, index))
    question = Question(
        page=Page(_("A correction"), answer, (above,), organisation),
        verb=_("Record the correction"),
        done=entry_url(slug, index),
        template="programs/correct.html",
    )
    return record_with(
        request,
        organisation,
        question,
        form,
        lambda recorder: verbs.correct_entry(
            organisation, CorrectionMade(corrects=index, reason=form.cleaned_data["reason"]), recorder
        ),
        line=line,
    )
