"""The list of practices, and the page of each: what it asks, how it is answered and shown, and its form."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from charteroak.portal.forms import form_page, posted
from charteroak.portal.page import Crumb, Page
from charteroak.portal.programs.forms import AnswerForm
from charteroak.portal.programs.practice_list import PracticeFilterForm, PracticeQuestion, practice_list
from charteroak.portal.programs.practice_parts import edition_parts
from charteroak.portal.programs.practices import (
    practice_history,
    practice_sentence,
    practices_sentence,
    promised_practices,
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
    """The practices with their answers and how fresh their evidence is; what is promised first, the rest by theme."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    status = status_of(organisation, as_of=today(), with_lists=False)
    form = PracticeFilterForm(request.GET if any(name in request.GET for name in PracticeFilterForm.names) else None)
    question = form.question() if form.is_valid() else PracticeQuestion()
    context = {
        "page": Page(_("Practices"), practices_sentence(status.wanted), (), organisation),
        "organisation": organisation,
        "form": form,
        "is_filtered": bool(question),
        "list": practice_list(status, question),
        "known": len(status.findings),
        "has_program": status.program.adopted is not None,
        "other_practices": status.other_practices,
    }
    return form_page(request, "programs/practices.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def practice(request: HttpRequest, slug: str, practice_id: str) -> HttpResponse:
    """One practice in plain words, its history on both time axes, and the form that answers it."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    asked = load_practices().asked.get(practice_id) or refuse()
    status = status_of(organisation, as_of=today(), with_lists=False)
    finding = status.record.findings[asked.id]
    is_promised = asked.id in promised_practices(status)
    page = log_page(organisation, LogQuestion(practice=asked.id))
    history = practice_history(page.entries)
    parts, older_parts = edition_parts(asked)
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
        parts=parts,
        older_parts=older_parts,
        needs=[load_practices().practice(need) for need in asked.needs],
        links=load_practices(),
        history=history,
        has_older=page.older is not None,
    )


def _answer(form: AnswerForm, practice_id: str) -> PracticeAnswered:
    answers = form.cleaned_data
    return PracticeAnswered(practice=practice_id, answer=answers["answer"], note=answers["note"])
