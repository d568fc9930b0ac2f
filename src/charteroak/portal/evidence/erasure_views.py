"""Erasures: what was proposed, what was decided, and the two forms of two people."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from charteroak.errors import InputError
from charteroak.portal.evidence.forms import DecisionForm, ErasureForm
from charteroak.portal.evidence.pages import keeping_of, shared_context
from charteroak.portal.forms import form_page, posted
from charteroak.portal.page import Crumb, Page
from charteroak.portal.people import person_of
from charteroak.services import erasure_proposals as service
from charteroak.services.access import refuse
from charteroak.services.erasure import Targets
from charteroak.services.programs import ProgramInputError

PROPOSALS_SHOWN = 100


@require_safe
def erasures(request: HttpRequest, slug: str) -> HttpResponse:
    """Every proposal with what became of it, open ones first."""
    organisation = keeping_of(request, slug)
    proposals = list(service.proposals_of(organisation)[:PROPOSALS_SHOWN])
    waiting = sum(proposal.outcome == "open" for proposal in proposals)
    answer = (
        ngettext("%(count)s proposal waits for a decision.", "%(count)s proposals wait for a decision.", waiting)
        % {"count": waiting}
        if waiting
        else _("No erasure waits for a decision.")
    )
    context = shared_context(request, organisation) | {
        "page": Page(_("Erasures"), answer, (), organisation),
        "proposals": sorted(proposals, key=lambda proposal: proposal.outcome != "open"),
    }
    return render(request, "evidence/erasures.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, slug: str) -> HttpResponse:
    """Propose an erasure. Nothing is erased yet."""
    organisation = keeping_of(request, slug)
    asked = {name: request.GET.get(name, "") for name in ("entries", "parts", "sha256")}
    form = ErasureForm(posted(request), initial=asked)
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        targets = Targets(answers["entries"], answers["parts"], answers["sha256"])
        try:
            service.propose_erasure(organisation, targets, basis=answers["basis"], by=person_of(request))
        except InputError as error:
            form.take_error(error, error.field if isinstance(error, ProgramInputError) else None)
        else:
            messages.success(request, _("Proposed. Another person, a lead or counsel, has to approve it."))
            return redirect("evidence:erasures", slug=organisation.slug)
    above = Crumb(_("Erasures"), reverse("evidence:erasures", args=[slug]))
    context = shared_context(request, organisation) | {
        "page": Page(
            _("Propose an erasure"), _("Another person decides. Nothing is erased yet."), (above,), organisation
        ),
        "form": form,
        "verb": _("Propose it"),
    }
    return form_page(request, "evidence/propose_erasure.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One proposal, and for another person than who made it the form that decides it."""
    organisation = keeping_of(request, slug)
    proposal = service.proposals_of(organisation).filter(pk=number).first() or refuse()
    person = person_of(request)
    shared = shared_context(request, organisation)
    may_decide = service.may_decide(proposal, person, shared["roles"])
    may_take_back = proposal.outcome == "open" and proposal.proposed_by == person
    form = DecisionForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            if form.cleaned_data["decision"] == "approve":
                done = service.approve_erasure(organisation, number, by=person)
                entry = done.entry.index if done.entry is not None else None
                messages.success(
                    request,
                    _("Erased, as entry %(entry)s of the ledger says. Backups made before still hold it.")
                    % {"entry": entry}
                    if entry is not None
                    else _("All of it was erased before."),
                )
            else:
                service.decline_erasure(organisation, number, by=person)
                messages.success(request, _("Declined. Nothing was erased."))
        except InputError as error:
            form.take_error(error, error.field if isinstance(error, ProgramInputError) else None)
        else:
            return redirect("evidence:erasures", slug=organisation.slug)
    above = Crumb(_("Erasures"), reverse("evidence:erasures", args=[slug]))
    answers: dict[str, Any] = {
        "open": _("It waits for the decision of another person."),
        "approved": _("It was approved and erased."),
        "declined": _("It was declined; nothing was erased."),
    }
    page = Page(_("Proposal %(number)s") % {"number": number}, answers[proposal.outcome], (above,), organisation)
    context = shared | {
        "page": page,
        "proposal": proposal,
        "form": form,
        "may_decide": may_decide,
        "may_take_back": may_take_back,
    }
    return form_page(request, "evidence/decide_erasure.html", context)
