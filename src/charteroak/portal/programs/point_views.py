"""What is knowingly open: the page of exceptions and gaps, and the forms that record them and what was assessed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from charteroak.portal.forms import posted
from charteroak.portal.page import Crumb, Page
from charteroak.portal.programs.finding_forms import AssessmentForm, ClosingForm, ExceptionForm, GapForm
from charteroak.portal.programs.open_points import exception_rows, gap_rows, points_sentence
from charteroak.portal.programs.recording import Question, may_record, record_with, today
from charteroak.portal.programs.wording import line_of
from charteroak.records.accounts.models import Organisation
from charteroak.services.access import access_organisation, refuse
from charteroak.services.assessments import assess_requirement
from charteroak.services.evidence_log import newest_of_kinds
from charteroak.services.exceptions import accept_exception
from charteroak.services.gaps import close_gap, open_gap
from charteroak.services.programs import KEEPERS, status_of

POINT_KINDS = ("exception.accepted", "gap.opened", "gap.closed", "requirement.assessed")
EVIDENCE_KINDS = ("evidence.recorded", "exercise.held", "training.completed", "requirement.assessed")
HISTORY_LINES = 50
EVIDENCE_OFFERED = 15


def _crumbs(slug: str) -> tuple[Crumb, ...]:
    return (Crumb(_("Exceptions and gaps"), reverse("programs:gaps", args=[slug])),)


def _question(organisation: Organisation, subject: str, answer: str, verb: str, intro: str) -> Question:
    return Question(
        page=Page(subject, answer, _crumbs(organisation.slug), organisation),
        verb=verb,
        done=reverse("programs:gaps", args=[organisation.slug]),
        intro=intro,
    )


@require_safe
def gaps(request: HttpRequest, slug: str) -> HttpResponse:
    """The exceptions in effect and the gaps open today, with their ages and with what counsel will be asked."""
    organisation = access_organisation(request.user, slug)
    status = status_of(organisation, as_of=today(), with_lists=False)
    context = {
        "page": Page(_("Exceptions and gaps"), points_sentence(status), (), organisation),
        "organisation": organisation,
        "exceptions": exception_rows(status),
        "gaps": gap_rows(status, slug),
        "history": [line_of(entry) for entry in newest_of_kinds(organisation, POINT_KINDS, HISTORY_LINES)],
        "may_record": may_record(request, organisation),
    }
    return render(request, "programs/gaps.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, slug: str) -> HttpResponse:
    """Someone with authority accepted that something is not met, for a while."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    asked = {name: request.GET.get(name) for name in ("practice", "edition", "requirement")} | {"since": today()}
    form = ExceptionForm(posted(request), today=today(), initial=asked)
    question = _question(
        organisation,
        _("An exception"),
        _("Record what is knowingly not met, why, and until when."),
        _("Record the exception"),
        _("An exception makes nothing met. It shows that someone with authority weighed it, and when."),
    )
    return record_with(
        request,
        organisation,
        question,
        form,
        lambda recorder: accept_exception(organisation, form.exception(), form.cleaned_data["since"], recorder),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def open_one(request: HttpRequest, slug: str) -> HttpResponse:
    """The organisation found something missing."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    asked = {"practice": request.GET.get("practice"), "since": today()}
    form = GapForm(posted(request), today=today(), initial=asked)
    question = _question(
        organisation,
        _("A gap"),
        _("Record what is missing, and who closes it."),
        _("Record the gap"),
        _("A gap that you found and work on is better than one that others find."),
    )
    return record_with(
        request,
        organisation,
        question,
        form,
        lambda recorder: open_gap(organisation, form.gap(), form.cleaned_data["since"], recorder),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, slug: str, gap: str) -> HttpResponse:
    """A gap was closed."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    status = status_of(organisation, as_of=today(), with_lists=False)
    known = next((one for one in status.recorded_gaps if one.body.gap == gap), None) or refuse()
    shown = (line_of(entry) for entry in newest_of_kinds(organisation, EVIDENCE_KINDS, EVIDENCE_OFFERED))
    evidence = [(line.fact.index, f"{line.fact.index}: {line.text}") for line in shown if line.corrected_by is None]
    form = ClosingForm(posted(request), evidence=evidence, initial={"day": today()})
    question = _question(
        organisation,
        _("Closing a gap"),
        _("Record how this was closed: %(title)s.") % {"title": known.body.title.rstrip(".")},
        _("Record that it is closed"),
        _("The gap stays in the record with its age; from this day on it is closed."),
    )
    return record_with(
        request,
        organisation,
        question,
        form,
        lambda recorder: close_gap(organisation, form.closing(gap), form.cleaned_data["day"], recorder),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def assess(request: HttpRequest, slug: str) -> HttpResponse:
    """Someone assessed a requirement."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    form = AssessmentForm(posted(request), today=today(), initial={"day": today()})
    question = _question(
        organisation,
        _("An assessment"),
        _("Record what was found about one requirement."),
        _("Record the assessment"),
        _("Of each requirement the last assessment counts; earlier ones stay in the record."),
    )
    return record_with(
        request,
        organisation,
        question,
        form,
        lambda recorder: assess_requirement(organisation, form.assessment(), form.cleaned_data["day"], recorder),
    )
