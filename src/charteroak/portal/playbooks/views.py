"""What to do on a bad day, step by step, and the same on a sheet of paper."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from charteroak.law.duties import load_duties
from charteroak.portal.page import Crumb, Page
from charteroak.program.practices import load_practices
from charteroak.response.playbooks import OWNER_TITLES, PHASE_TITLES, Playbook, load_playbooks
from charteroak.services.playbook_cards import card_of


@login_not_required
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Which playbook fits what is seen."""
    page = Page(_("What to do now"), _("Pick what you see; the first step comes first."))
    return render(request, "playbooks/overview.html", {"page": page, "playbooks": load_playbooks().values()})


@login_not_required
@require_safe
def playbook(request: HttpRequest, identifier: str) -> HttpResponse:
    """One playbook: the first thing, the steps in the order of time, what not to do, what to keep, whom to tell."""
    book = _named(identifier)
    # A code may have several recipients; which of them hold is for the duties of the incident to say.
    duties = {duty.code: duty for duty in reversed(load_duties().duties) if duty.code in book.tell}
    known = load_practices().by_id
    context = {
        "page": Page(book.title, book.first, (Crumb(_("What to do now"), reverse("playbooks:overview")),)),
        "book": book,
        "steps": [(step, PHASE_TITLES[step.phase], OWNER_TITLES[step.who]) for step in book.in_time],
        "duties": [duties[code] for code in book.tell if code in duties],
        "practices": [known[name] for name in book.practices if name in known],
    }
    return render(request, "playbooks/playbook.html", context)


@login_not_required
@require_safe
def card(request: HttpRequest, identifier: str) -> HttpResponse:  # noqa: ARG001 - a view's signature
    """The playbook as a PDF to print and hang up."""
    book = _named(identifier)
    answer = HttpResponse(card_of(book), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="card-{book.id}.pdf"'
    return answer


def _named(identifier: str) -> Playbook:
    try:
        return load_playbooks()[identifier]
    except KeyError as error:
        raise Http404 from error
