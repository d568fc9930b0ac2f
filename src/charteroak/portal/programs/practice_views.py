"""The list of practices, and the page of each: what it asks, how it is answered and shown, and its form."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from charteroak.portal.forms import posted
from charteroak.portal.page import Crumb, Page
from charteroak.portal.programs.forms import AnswerForm
from charteroak.portal.programs.practices import (
    practice_history,
    practice_rows,
    practice_sentence,
    practices_sentence,
    promised_practices,
    requirement_rows,
)
from charteroak.portal.programs.recording import Question, record_with, today
from charteroak.portal.programs.silences import age, bar_of, silences_of
from charteroak.program.bodies import PracticeAnswered
from charteroak.program.practices import load_practices
from charteroak.services.access import access_organisation, refuse
from charteroak.services.evidence_log import LogQuestion, facts_about, log_page
from charteroak.services.program_record import answer_practice
from charteroak.services.programs import KEEPERS, status_of


@require_safe
def practices(request: HttpRequest, slug: str) -> HttpResponse:
    """Every practice with its answer and how fresh its evidence is."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    status = status_of(organisation, as_of=today())
    rows = practice_rows(status)
    context = {
        "page": Page(_("Practices"), practices_sentence(list(status.findings.values())), (), organisation),
        "organisation": organisation,
        "rows": rows,
        "has_program": status.program.adopted is not None,
        "other_practices": status.other_practices,
    }
    return render(request, "programs/practices.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def practice(request: HttpRequest, slug: str, practice_id: str) -> HttpResponse:
    """One practice in plain words, its history on both time axes, and the form that answers it."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    asked = load_practices().by_id.get(practice_id) or refuse()
    status = status_of(organisation, as_of=today())
    finding = status.findings[asked.id]
    is_promised = asked.id in promised_practices(status)
    page = log_page(organisation, LogQuestion(practice=asked.id))
    history = practice_history(page.entries)
    above = Crumb(_("Practices"), reverse("programs:practices", args=[slug]))
    form = AnswerForm(posted(request), initial={"answer": finding.answer, "since": today()})
    return record_with(
        request,
        organisation,
        Question(
            page=Page(asked.title, practice_sentence(finding, is_promised=is_promised), (above,), organisation),
            verb=_("Record the answer"),
            done=reverse("programs:practice", args=[slug, asked.id]),
            template="programs/practice.html",
        ),
        form,
        lambda recorder: answer_practice(organisation, _answer(form, asked.id), form.cleaned_data["since"], recorder),
        practice=asked,
        finding=finding,
        age=age(finding, is_promised=is_promised),
        bar=bar_of(finding),
        silences=silences_of(facts_about(organisation, asked.id), asked, today()),
        is_promised=is_promised,
        has_program=status.program.adopted is not None,
        requirements=list(requirement_rows(asked)),
        links=load_practices(),
        history=history,
        has_older=page.older is not None,
    )


def _answer(form: AnswerForm, practice_id: str) -> PracticeAnswered:
    answers = form.cleaned_data
    return PracticeAnswered(practice=practice_id, answer=answers["answer"], note=answers["note"])
