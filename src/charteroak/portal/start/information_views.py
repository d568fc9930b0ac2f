"""The step about information: the places named so far with what the act's definitions make of each, and their form."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from charteroak.portal.forms import posted
from charteroak.portal.people import person_of
from charteroak.portal.programs.choices import Words
from charteroak.portal.start.forms import StepForm, StoreForm
from charteroak.portal.start.saving import step_page
from charteroak.portal.start.steps import after, page_of, progress
from charteroak.program.start.answers import MOST_STORES, StartAnswers, Store
from charteroak.program.start.information import InformationReading, Reading, Says, StoreReading, classify_information
from charteroak.program.start.vocabulary import load_information_kinds
from charteroak.records.accounts.models import Organisation
from charteroak.services.access import access_organisation, refuse
from charteroak.services.guided_start import StartState, save_section, start_of
from charteroak.services.programs import KEEPERS, recorder_for

ANSWERS: dict[Says, tuple[Words, str]] = {
    Says.YES: (gettext_lazy("Yes"), "met"),
    Says.NO: (gettext_lazy("No"), "none"),
    Says.UNCERTAIN: (gettext_lazy("Uncertain"), "uncertain"),
}


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """One definition's answer about one place."""

    question: Words
    word: Words
    shape: str
    reading: Reading


@dataclass(frozen=True, slots=True)
class StoreRow:
    """A place with what the definitions make of it."""

    store: Store
    url: str
    kinds: list[str]
    readings: list[ReadingRow]


@require_http_methods(["GET", "HEAD", "POST"])
def information(request: HttpRequest, slug: str) -> HttpResponse:
    """The places named so far, and what the act's two definitions make of them."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    state = start_of(organisation)
    reading = classify_information(state.answers.stores)
    form = StepForm(posted(request), initial={"seen": state.times("stores")})
    table = load_information_kinds()
    return step_page(
        request,
        organisation,
        page_of(organisation, "information", _sentence(state, reading)),
        form,
        _saver(organisation, lambda said: msgspec.structs.replace(said, stores_complete=True)),
        section="stores",
        lead_on=lambda state: after("information", organisation, state),
        template="start/information.html",
        progress=progress("information"),
        rows=[_row(number, each, slug) for number, each in enumerate(reading.stores, start=1)],
        reading=reading,
        caution=table.caution,
        reviewed=table.reviewed,
        is_full=len(reading.stores) >= MOST_STORES,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def add_store(request: HttpRequest, slug: str) -> HttpResponse:
    """Name a place where information about people is kept, and tick what is in it."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    state = start_of(organisation)
    if len(state.answers.stores) >= MOST_STORES:
        return redirect("start:information", slug=slug)
    form = StoreForm(posted(request), initial={"seen": state.times("stores"), "unreadable": "", "owned": ""})
    question = _("Name one place where you keep information about people.")
    return _store_page(request, organisation, form, question, lambda said: (*said.stores, form.section()))


@require_http_methods(["GET", "HEAD", "POST"])
def store(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Change what was said about a place, or take it out."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    state = start_of(organisation)
    if not 1 <= number <= len(state.answers.stores):
        refuse()
    before, after_it = number - 1, number
    if request.method == "POST" and request.POST.get("then") == "remove":
        removing = StepForm(request.POST)
        if removing.is_valid() and removing.was_seen() == state.times("stores"):
            save = _saver(organisation, lambda said: _with(said, (*said.stores[:before], *said.stores[after_it:])))
            save(recorder_for(person_of(request)), removing.was_seen())
            return redirect("start:information", slug=slug)
    initial = StoreForm.initial_of(state.answers.stores[before]) | {"seen": state.times("stores")}
    form = StoreForm(posted(request), initial=initial)
    question = _("What is kept there?")
    return _store_page(
        request,
        organisation,
        form,
        question,
        lambda said: (*said.stores[:before], form.section(), *said.stores[after_it:]),
        may_remove=True,
    )


def _store_page(
    request: HttpRequest,
    organisation: Organisation,
    form: StoreForm,
    question: str,
    stores: Callable[[StartAnswers], tuple[Store, ...]],
    **context: Any,
) -> HttpResponse:
    return step_page(
        request,
        organisation,
        page_of(organisation, "information", question),
        form,
        _saver(organisation, lambda said: _with(said, stores(said))),
        section="stores",
        lead_on=lambda _state: reverse("start:information", args=[organisation.slug]),
        progress=progress("information"),
        **context,
    )


def _saver(organisation: Organisation, change: Callable[[StartAnswers], StartAnswers]) -> Any:
    """What saves the section of stores."""
    return lambda recorder, seen: save_section(organisation, "stores", change, recorder, seen=seen)


def _with(said: StartAnswers, stores: tuple[Store, ...]) -> StartAnswers:
    return msgspec.structs.replace(said, stores=stores)


def _sentence(state: StartState, reading: InformationReading) -> str:
    if not state.answers.stores:
        return _("Where do you keep information about people?")
    says = reading.personal.says, reading.restricted.says
    if Says.YES in says:
        return _("You hold information that the act speaks of.")
    if Says.UNCERTAIN in says:
        return _("You may hold information that the act speaks of; something is still open.")
    return _("As far as you ticked, you hold nothing that the act speaks of.")


def _row(number: int, each: StoreReading, slug: str) -> StoreRow:
    kinds = load_information_kinds().by_id
    questions: list[tuple[Words, Reading]] = [
        (_("Personal information?"), each.personal),
        (_("Restricted information?"), each.restricted),
        (_("Yours?"), each.owned),
    ]
    return StoreRow(
        store=each.store,
        url=reverse("start:store", args=[slug, number]),
        kinds=[kinds[code].noun for code in each.store.kinds if code in kinds],
        readings=[ReadingRow(question, *ANSWERS[reading.says], reading) for question, reading in questions],
    )
