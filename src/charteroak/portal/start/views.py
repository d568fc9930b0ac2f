"""The pages of the guided start, save those about information: the overview, its steps, and the first list of gaps."""

from typing import Any

import msgspec
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from charteroak.errors import InputError
from charteroak.portal.forms import posted
from charteroak.portal.page import Page
from charteroak.portal.people import person_of
from charteroak.portal.programs.choices import ORGANISATION_KINDS, PRACTICE_ANSWERS
from charteroak.portal.programs.recording import today
from charteroak.portal.start.forms import (
    AboutForm,
    AimForm,
    FirstPracticeForm,
    ObligationsForm,
    PeopleForm,
    SystemsForm,
)
from charteroak.portal.start.gap_list import gap_rows, gap_steps, gaps_sentence, time_of
from charteroak.portal.start.saving import step_page
from charteroak.portal.start.steps import (
    after,
    first_practices,
    next_practice,
    next_step,
    page_of,
    progress,
    steps_of,
)
from charteroak.program.bodies import OrganisationDescribed
from charteroak.program.start.answers import StartAnswers
from charteroak.program.start.information import classify_information
from charteroak.program.start.proposal import propose
from charteroak.program.start.vocabulary import load_vocabulary
from charteroak.records.accounts.models import Organisation
from charteroak.services.access import access_organisation, refuse
from charteroak.services.guided_start import (
    StartState,
    answer_first_practice,
    choose_aim,
    finish_start,
    first_gaps_of,
    save_section,
    start_of,
)
from charteroak.services.programs import KEEPERS, recorder_for, status_of


@require_safe
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """What the start is, how far it is, who saved what when, and the button that goes on."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    state = start_of(organisation)
    steps = steps_of(organisation, state)
    context = {
        "page": Page(
            _("Guided start"), _overview_sentence(state, sum(step.is_done for step in steps)), (), organisation
        ),
        "organisation": organisation,
        "state": state,
        "steps": steps,
        "next_step": next_step(steps),
        "first": len(first_practices(state)),
    }
    return render(request, "start/overview.html", context)


def _overview_sentence(state: StartState, done: int) -> str:
    if state.finished is not None:
        return _("The start is done, and what you said is on record.")
    if not state.has_begun:
        return _("In about a quarter of an hour you see what to do first, and why.")
    return _("%(done)s of 8 steps are done. Nothing is on record before the last one.") % {"done": done}


@require_http_methods(["GET", "HEAD", "POST"])
def about(request: HttpRequest, slug: str) -> HttpResponse:
    """What kind of organisation it is. What the record says already stands there."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    state = start_of(organisation)
    said = state.answers.about
    initial = _known(organisation) if said is None else msgspec.structs.asdict(said)
    form = AboutForm(posted(request), initial=initial | {"seen": state.times("about")})
    return _section_page(request, organisation, "about", form, _("Tell us what you are."))


def _known(organisation: Organisation) -> dict[str, Any]:
    """What is known before anything was asked: never ask it again."""
    fact = status_of(organisation, as_of=today(), with_lists=False).organisation
    body = fact.body if fact is not None else None
    if isinstance(body, OrganisationDescribed):
        return {"kind": body.kind, "people": body.employees}
    return {"kind": organisation.kind}


@require_http_methods(["GET", "HEAD", "POST"])
def obligations(request: HttpRequest, slug: str) -> HttpResponse:
    """Which laws bind it, with whom it has contracts, and whether it takes cards."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    state = start_of(organisation)
    said = state.answers.obligations
    initial: dict[str, Any] = {"seen": state.times("obligations")}
    if said is not None:
        cards = {True: "yes", False: "no", None: ""}[said.takes_cards]
        initial |= {"regulated": said.regulated, "contracts": said.contracts, "takes_cards": cards}
    form = ObligationsForm(posted(request), initial=initial)
    return _section_page(
        request, organisation, "obligations", form, _("Some laws and contracts decide which framework fits.")
    )


@require_http_methods(["GET", "HEAD", "POST"])
def systems(request: HttpRequest, slug: str) -> HttpResponse:
    """Who runs which system."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    state = start_of(organisation)
    sector = state.answers.about.sector if state.answers.about is not None else None
    said = state.answers.systems
    initial: dict[str, Any] = {"seen": state.times("systems")}
    if said is not None:
        initial |= {name: runner or "" for name, runner in said.runs.items()} | {"firms": said.firms}
    form = SystemsForm(posted(request), initial=initial, asked=load_vocabulary().systems_for(sector))
    return _section_page(request, organisation, "systems", form, _("Who runs your systems?"))


@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest, slug: str) -> HttpResponse:
    """Who leads, who approves, and who helps from outside."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    state = start_of(organisation)
    said = state.answers.people
    initial = {} if said is None else msgspec.structs.asdict(said)
    form = PeopleForm(posted(request), initial=initial | {"seen": state.times("people")})
    return _section_page(request, organisation, "people", form, _("Who is there to help?"))


def _section_page(
    request: HttpRequest,
    organisation: Organisation,
    name: str,
    form: AboutForm | ObligationsForm | SystemsForm | PeopleForm,
    answer: str,
) -> HttpResponse:
    """A step whose form is one section of the answers."""

    def changed(said: StartAnswers) -> StartAnswers:
        return msgspec.structs.replace(said, **{name: form.section()})

    return step_page(
        request,
        organisation,
        page_of(organisation, name, answer),
        form,
        lambda recorder, seen: save_section(organisation, name, changed, recorder, seen=seen),
        section=name,
        lead_on=lambda state: after(name, organisation, state),
        progress=progress(name),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def aim(request: HttpRequest, slug: str) -> HttpResponse:
    """Where to start and what to aim for, why, what it rests on, what would change it; and the person's own choice."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    state = start_of(organisation)
    proposal = propose(state.answers)
    said = state.answers.choice
    initial: dict[str, Any] = {"seen": state.times("choice"), "framework": proposal.aim.framework}
    if said is not None:
        initial |= {"framework": said.framework, "reason": said.reason}
    form = AimForm(posted(request), initial=initial, aims=proposal.choices)
    answer = _("Start with %(count)s practices, and aim for %(label)s.") % {
        "count": len(proposal.first),
        "label": proposal.aim.label,
    }
    return step_page(
        request,
        organisation,
        page_of(organisation, "aim", answer),
        form,
        lambda recorder, seen: choose_aim(
            organisation, form.cleaned_data["framework"], form.cleaned_data["reason"], recorder, seen=seen
        ),
        section="choice",
        lead_on=lambda state: after("aim", organisation, state),
        template="start/aim.html",
        progress=progress("aim"),
        proposal=proposal,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def practice(request: HttpRequest, slug: str, practice_id: str) -> HttpResponse:
    """One of the first practices: its question, why it matters, how a small place does it, and the answer."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    state = start_of(organisation)
    first = first_practices(state)
    number = next((place for place, each in enumerate(first) if each.practice.id == practice_id), None)
    if number is None:
        refuse()
    asked, section = first[number], f"practice {practice_id}"
    said = state.answers.practices.get(practice_id)
    initial: dict[str, Any] = {"seen": state.times(section)}
    if said is not None:
        initial |= {"answer": said.answer, "note": said.note}
    elif (
        finding := status_of(organisation, as_of=today(), with_lists=False).findings.get(practice_id)
    ) and finding.answered is not None:
        initial |= {"answer": finding.answer}
    form = FirstPracticeForm(posted(request), initial=initial)

    def lead_on(state: StartState) -> str:
        following = first[number + 1] if number + 1 < len(first) else next_practice(state)
        if following is None:
            return after("practices", organisation, state)
        return reverse("start:practice", args=[slug, following.practice.id])

    return step_page(
        request,
        organisation,
        page_of(organisation, "practices", asked.practice.question, subject=asked.practice.title),
        form,
        lambda recorder, seen: answer_first_practice(organisation, practice_id, form.section(), recorder, seen=seen),
        section=section,
        lead_on=lead_on,
        template="start/practice.html",
        progress=_("Practice %(number)s of %(count)s") % {"number": number + 1, "count": len(first)},
        first=asked,
        before=first[number - 1].practice.id if number else None,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything that was said, before it is recorded; and the button that records it."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    state = start_of(organisation)
    refused: InputError | None = None
    if request.method == "POST":
        try:
            entries = finish_start(organisation, recorder_for(person_of(request)))
        except InputError as error:
            refused = error
        else:
            text = ngettext(
                "Recorded as %(count)s entry of the ledger.",
                "Recorded as %(count)s entries of the ledger.",
                len(entries),
            )
            messages.success(request, text % {"count": len(entries)})
            return redirect("start:gaps", slug=slug)
    steps = [step for step in steps_of(organisation, state) if step.name != "record"]
    missing = [step for step in steps if not step.is_done]
    answers = state.answers
    context = {
        "page": page_of(organisation, "record", _record_sentence(state, len(missing))),
        "organisation": organisation,
        "progress": progress("record"),
        "state": state,
        "missing": missing,
        "steps": steps,
        "refused": refused,
        "kind": ORGANISATION_KINDS[answers.about.kind] if answers.about is not None else "",
        "reading": classify_information(answers.stores),
        "proposal": propose(answers),
        "given": [
            (each.practice.title, PRACTICE_ANSWERS[answers.practices[each.practice.id].answer])
            for each in first_practices(state)
            if each.practice.id in answers.practices
        ],
        "may_finish": answers.about is not None and answers.choice is not None and state.finished is None,
    }
    return render(request, "start/record.html", context, status=422 if refused is not None else 200)


def _record_sentence(state: StartState, missing: int) -> str:
    if state.finished is not None:
        return _("All of this is on record.")
    if missing:
        text = ngettext("%(count)s step is still open.", "%(count)s steps are still open.", missing)
        return text % {"count": missing}
    return _("Look over what you said, and record it.")


@require_safe
def gaps(request: HttpRequest, slug: str) -> HttpResponse:
    """The first list of gaps, in the order of work: what to do, about how long, and what will show it."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    found = first_gaps_of(organisation, today())
    context = {
        "page": page_of(organisation, "record", gaps_sentence(found), subject=_("What to do first")),
        "organisation": organisation,
        "state": start_of(organisation),
        "rows": gap_rows(found, slug),
        "found": found,
        "paper": gap_steps(found.paper, slug),
        "total": time_of(found.minutes),
    }
    return render(request, "start/gaps.html", context)
