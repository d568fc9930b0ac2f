"""Retention: the schedule in force and what has passed its term; and public-records markings."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from charteroak.portal.evidence.forms import MarkingForm
from charteroak.portal.evidence.pages import keeping_of, shared_context
from charteroak.portal.forms import posted
from charteroak.portal.page import Page
from charteroak.portal.programs.recording import Question, record_with, today
from charteroak.portal.programs.wording import log_line
from charteroak.program.markings import load_markings
from charteroak.services import retention as service

LINES_ON_A_PAGE = 25


@require_safe
def retention(request: HttpRequest, slug: str) -> HttpResponse:
    """What has been kept for its whole term. Nothing is erased by looking, or by time."""
    organisation = keeping_of(request, slug)
    schedule, is_own = service.schedule_in_force()
    eligible = service.eligible_for_erasure(organisation, today())
    answer = (
        ngettext(
            "%(count)s entry has been kept for its whole term. Nothing is erased by itself.",
            "%(count)s entries have been kept for their whole term. Nothing is erased by itself.",
            len(eligible),
        )
        % {"count": len(eligible)}
        if eligible
        else _("Everything is within its term. Nothing is erased by itself.")
    )
    pages = Paginator(eligible, LINES_ON_A_PAGE).get_page(request.GET.get("page"))
    context = shared_context(request, organisation) | {
        "page": Page(_("Retention"), answer, (), organisation),
        "schedule": schedule,
        "is_own": is_own,
        "pages": pages,
        "rows": [(each, log_line(each.due.fact)) for each in pages],
        "is_public_body": organisation.kind in {"municipality", "public-school-district", "state-agency"},
    }
    return render(request, "evidence/retention.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def markings(request: HttpRequest, slug: str) -> HttpResponse:
    """The markings that stand, and the form that sets or withdraws one."""
    organisation = keeping_of(request, slug)
    standing = service.markings_of(organisation)
    form = MarkingForm(
        posted(request), initial={"marked_by": str(request.user), "target": request.GET.get("target", "")}
    )
    answer = (
        ngettext("%(count)s marking stands.", "%(count)s markings stand.", len(standing)) % {"count": len(standing)}
        if standing
        else _("No marking stands.")
    )
    question = Question(
        page=Page(_("Public-records markings"), answer, (), organisation),
        verb=_("Record the marking"),
        done=reverse("evidence:markings", args=[slug]),
        template="evidence/markings.html",
    )
    known = load_markings()
    return record_with(
        request,
        organisation,
        question,
        form,
        lambda recorder: service.mark(organisation, _marking_of(form), recorder),
        rows=[(each, known.get(each.code)) for each in reversed(standing)],
        known=known.values(),
        **{key: value for key, value in shared_context(request, organisation).items() if key != "organisation"},
    )


def _marking_of(form: MarkingForm) -> service.NewMarking:
    answers = form.cleaned_data
    target = answers["target"].strip().lower()
    is_entry = len(target) < 64
    return service.NewMarking(
        marking=answers["marking"],
        basis=answers["basis"],
        marked_by=answers["marked_by"],
        sha256=None if is_entry else target,
        entry=int(target) if is_entry else None,
        withdraw=answers["state"] == "withdrawn",
    )
