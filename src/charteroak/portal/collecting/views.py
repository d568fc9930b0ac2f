"""What other tools said about a program: the list of sources, the forms, and the gaps that a person may accept."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe
from msgspec import structs

from charteroak.errors import CharterOakError, InputError
from charteroak.portal.collecting.forms import KIND_WORDS, DropForm, EndForm, LookForm, SourceForm
from charteroak.portal.forms import QuestionForm, form_page, posted
from charteroak.portal.page import Crumb, Page
from charteroak.portal.people import person_of
from charteroak.portal.programs import wording
from charteroak.portal.programs.choices import SEVERITIES_IN_SHORT, Words
from charteroak.portal.programs.finding_forms import GapForm
from charteroak.portal.programs.recording import Question, may_record, record_with, today
from charteroak.portal.programs.wording import LogLine, line_of, practice_title
from charteroak.program.bodies import Claim, EvidenceCollected
from charteroak.program.collector_ties import load_collector_ties
from charteroak.program.findings import practices_shown_by
from charteroak.program.practices import load_practices
from charteroak.records.accounts.models import Organisation
from charteroak.services.access import access_organisation, refuse
from charteroak.services.collectors import (
    ProposedGap,
    SourceState,
    end_source,
    proposed_gaps,
    register_source,
    source_states,
)
from charteroak.services.drops import DropTaken, look_and_take, take_drop
from charteroak.services.evidence_log import newest_of_kinds
from charteroak.services.gaps import open_gap
from charteroak.services.programs import KEEPERS, ProgramInputError, Recorder, recorder_for


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source in words."""

    state: SourceState
    kind: Words
    claims: list[tuple[str, Claim]]
    shown: list[tuple[str, bool]]
    """The practices that the last drop spoke for, and whether it shows them."""


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A proposed gap in words."""

    proposed: ProposedGap
    severity: Words
    practice: str


def _crumbs(slug: str) -> tuple[Crumb, ...]:
    return (Crumb(_("Collectors"), reverse("collecting:overview", args=[slug])),)


def _home(slug: str) -> str:
    return reverse("collecting:overview", args=[slug])


def collectors_sentence(states: list[SourceState], proposed: list[ProposedGap]) -> str:
    """How many sources are expected, how many of them are silent, and how many gaps wait for a person."""
    if not states:
        return _("No other tool hands in anything yet.")
    silent = sum(bool(state.silent_days) for state in states)
    expected = ngettext("%(count)s source is expected", "%(count)s sources are expected", len(states))
    quiet = ngettext("%(count)s is silent", "%(count)s are silent", silent)
    waiting = ngettext("%(count)s gap is proposed", "%(count)s gaps are proposed", len(proposed))
    parts = [expected % {"count": len(states)}, quiet % {"count": silent}, waiting % {"count": len(proposed)}]
    return f"{', '.join(parts)}."


@require_safe
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """Each source: its last drop, how old, what it showed, when the next is expected; and what that proposes."""
    organisation = access_organisation(request.user, slug)
    day = today()
    states = source_states(organisation, day)
    proposed = proposed_gaps(organisation, states, day)
    context = {
        "page": Page(_("Collectors"), collectors_sentence(states, proposed), (), organisation),
        "organisation": organisation,
        "rows": [_row(state) for state in states],
        "proposals": [
            ProposalRow(
                each, SEVERITIES_IN_SHORT[each.severity], practice_title(each.practice) if each.practice else ""
            )
            for each in proposed
        ],
        "operations": _operations(organisation),
        "ties": [
            (practice_title(tie.practice), _titles(tie.needs), tie.leaves_open) for tie in load_collector_ties().ties
        ],
        "may_record": may_record(request, organisation),
        "may_look": any(state.source.body.collector == "posture" for state in states),
    }
    return render(request, "collecting/overview.html", context)


def _row(state: SourceState) -> SourceRow:
    table = load_collector_ties()
    shown = [
        (practice_title(fact.body.practice), fact.body.collected.shows)
        for fact in state.last
        if isinstance(fact.body, EvidenceCollected) and fact.body.collected is not None
    ]
    claims = [(table.title(claim.claim), claim) for claim in state.claims]
    return SourceRow(state, KIND_WORDS.get(state.source.body.collector, state.source.body.collector), claims, shown)


def _titles(claims: tuple[str, ...]) -> list[str]:
    return [load_collector_ties().title(claim) for claim in claims]


def _operations(organisation: Organisation) -> list[tuple[str, list[str], LogLine | None]]:
    """What this software saw itself: for each kind of operation, the practices it shows and its newest entry."""
    rows: list[tuple[str, list[str], LogLine | None]] = []
    for kind, practices in sorted(practices_shown_by(load_practices().by_id).items()):
        newest = next((line_of(entry) for entry in newest_of_kinds(organisation, (kind,), 1)), None)
        rows.append((str(wording.KIND_WORDS[kind]), [practice_title(each) for each in practices], newest))
    return rows


@require_http_methods(["GET", "HEAD", "POST"])
def hand_in(request: HttpRequest, slug: str) -> HttpResponse:
    """A file that another tool wrote becomes evidence."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    names = [
        (state.source.body.name, f"{state.source.body.name} ({state.source.body.subject})")
        for state in source_states(organisation, today())
    ]
    form = DropForm(posted(request), request.FILES or None, names=names)
    question = Question(
        page=Page(_("A drop"), _("Hand in what another tool wrote."), _crumbs(slug), organisation),
        verb=_("Record what it says"),
        intro=_(
            "It is recorded as it is, whether it speaks for you or against you. Nothing is opened or closed by it."
        ),
    )
    return _take(request, organisation, question, form, lambda: take_drop(organisation, form.drop(), _by(request)))


@require_http_methods(["GET", "HEAD", "POST"])
def look(request: HttpRequest, slug: str) -> HttpResponse:
    """A look at one of the organisation's own domains, made now."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    domains = [
        state.source.body.subject
        for state in source_states(organisation, today())
        if state.source.body.collector == "posture"
    ]
    form = LookForm(posted(request), domains=domains)
    question = Question(
        page=Page(
            _("A look from outside"), _("Look at your own domain as others see it."), _crumbs(slug), organisation
        ),
        verb=_("Look now"),
        intro=_(
            "Your name servers are asked some questions, and the host that you name is spoken to once. It takes up to "
            "half a minute. A domain is looked at only if it is registered here as your own."
        ),
    )
    return _take(request, organisation, question, form, lambda: look_and_take(organisation, form.look(), _by(request)))


@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest, slug: str) -> HttpResponse:
    """A source whose drops count from a day on."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    form = SourceForm(posted(request), initial={"since": today()})
    question = Question(
        page=Page(
            _("A source"), _("Say which tool's word counts, and how often it should come."), _crumbs(slug), organisation
        ),
        verb=_("Register the source"),
        done=_home(slug),
        intro=_("From then on its silence shows. Registering a domain says that it is your own."),
    )
    return record_with(
        request, organisation, question, form,
        lambda recorder: register_source(organisation, form.source(), form.cleaned_data["since"], recorder),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """Nothing more is expected of a source, and its key counts no more."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    state = _state(organisation, name)
    form = EndForm(posted(request), initial={"day": today()})
    question = Question(
        page=Page(
            _("The end of a source"),
            _("Say that nothing more is expected of %(name)s.") % {"name": state.source.body.name},
            _crumbs(slug),
            organisation,
        ),
        verb=_("Record that it ends"),
        done=_home(slug),
        intro=_("What it brought stays in the record. A key that it has counts no more from now on."),
    )
    return record_with(
        request, organisation, question, form,
        lambda recorder: end_source(
            organisation, name, form.cleaned_data["by"], form.cleaned_data["day"], recorder
        ),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, slug: str, gap: str) -> HttpResponse:
    """A proposed gap that a person accepts, with whoever closes it."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    day: date = today()
    proposed = proposed_gaps(organisation, source_states(organisation, day), day)
    chosen = next((each for each in proposed if each.name == gap), None) or refuse()
    said = {
        "title": chosen.title, "severity": chosen.severity or "", "practice": chosen.practice or "", "since": day,
    }  # fmt: skip
    form = GapForm(posted(request), today=day, initial=said)
    question = Question(
        page=Page(_("A proposed gap"), _("Accept this as a gap, and say who closes it."), _crumbs(slug), organisation),
        verb=_("Open the gap"),
        done=reverse("programs:action-plan", args=[slug]),
        intro=_("A collector proposed it, by entry %(index)s. It becomes a gap only if you say so.")
        % {"index": chosen.found_by},
    )
    return record_with(
        request, organisation, question, form,
        lambda recorder: open_gap(
            organisation,
            structs.replace(form.gap(chosen.found_by), gap=chosen.name),
            form.cleaned_data["since"],
            recorder,
        ),
    )  # fmt: skip


def _take(
    request: HttpRequest,
    organisation: Organisation,
    question: Question,
    form: QuestionForm,
    take: Callable[[], DropTaken],
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            taken = take()
        except CharterOakError as error:
            _refuse(form, error)
        else:
            _tell(request, taken)
            return redirect(_home(organisation.slug))
    context = {"page": question.page, "organisation": organisation, "form": form, "question": question}
    return form_page(request, question.template, context)


def _refuse(form: QuestionForm, error: CharterOakError) -> None:
    field = error.field if isinstance(error, ProgramInputError) else "file"
    form.take_error(InputError(error.message, remedy=error.remedy), field)


def _tell(request: HttpRequest, taken: DropTaken) -> None:
    shown = [each.tie.practice for each in taken.spoken if each.shows]
    other = [each.tie.practice for each in taken.spoken if not each.shows]
    if shown:
        messages.success(request, _("It shows: %(names)s.") % {"names": ", ".join(map(practice_title, shown))})
    if other:
        words = _("It is on record and does not show: %(names)s.")
        messages.warning(request, words % {"names": ", ".join(map(practice_title, other))})


def _by(request: HttpRequest) -> Recorder:
    return recorder_for(person_of(request))


def _state(organisation: Organisation, name: str) -> SourceState:
    states = source_states(organisation, today())
    return next((state for state in states if state.source.body.name == name), None) or refuse()
