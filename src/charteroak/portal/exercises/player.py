"""The players' pages. None needs an account: the code lets in, and the session remembers who plays.

A page never loads itself again while somebody writes: that is on a page of its own, and only where it was asked for.
"""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from charteroak.adapters.system_clock import now
from charteroak.errors import AccessError, InputError
from charteroak.portal.exercises.forms import ActionForm, AnswersForm, CodeForm, IncidentTitleForm, JoinForm
from charteroak.portal.forms import form_page, posted
from charteroak.portal.page import Crumb, Page
from charteroak.portal.people import person_of
from charteroak.portal.reports.views import incident_steps
from charteroak.portal.visitors import count_stranger
from charteroak.records.accounts.models import User
from charteroak.records.exercises.models import ExerciseSpace, Player
from charteroak.response.exercises.after_action import clock_text
from charteroak.response.exercises.scenario import CHANNEL_TITLES
from charteroak.services.access import refuse
from charteroak.services.exercise_play import (
    ShownInject,
    decide,
    incidents_in,
    join_exercise,
    may_open_incidents,
    note_action,
    open_exercise_incident,
    player_numbered,
    reports_in,
    screen_of,
)
from charteroak.services.exercise_reports import answer_hot_wash
from charteroak.services.exercise_spaces import elapsed_of, scenario_of, space_by_code
from charteroak.services.programs import ProgramInputError
from charteroak.services.request_limits import LOOK_UPS

INVITED = "exercises-invited"
PLAYERS = "exercise-players"
REFRESH_SECONDS = 15
State = ExerciseSpace.State


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def enter(request: HttpRequest) -> HttpResponse:
    """Come in by the code that the facilitator reads out."""
    form = CodeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        # Counted before anything is looked up: a right guess and a wrong one cost the same.
        count_stranger(request, LOOK_UPS)
        try:
            space = space_by_code(form.cleaned_data["code"])
        except AccessError:
            form.add_error("code", _("No open exercise has this code. Ask whoever leads it."))
        else:
            request.session[INVITED] = [*request.session.get(INVITED, [])[-9:], space.pk]
            return redirect("playing:join", space.pk)
    page = Page(_("Join an exercise"), _("Type the code that you were given."))
    return form_page(request, "exercises/enter.html", {"page": page, "form": form})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def join(request: HttpRequest, space: int) -> HttpResponse:
    """Choose a part."""
    if space not in request.session.get(INVITED, []):
        refuse()
    found = ExerciseSpace.objects.select_related("organisation").filter(pk=space).first()
    if found is None:
        refuse()
    user = request.user if isinstance(request.user, User) else None
    form = JoinForm(posted(request), scenario=scenario_of(found), initial={"name": str(user) if user else ""})
    if request.method == "POST" and form.is_valid():
        try:
            player = join_exercise(found, form.cleaned_data["name"], form.cleaned_data["role"], user)
        except InputError as error:
            form.take_error(error, error.field if isinstance(error, ProgramInputError) else None)
        else:
            request.session[PLAYERS] = {**request.session.get(PLAYERS, {}), str(found.pk): player.pk}
            return redirect("playing:screen", found.pk)
    page = Page(found.name, _("Which part do you play?"), (Crumb(_("Join an exercise"), reverse("playing:enter")),))
    context = {"page": page, "form": form, "exercise_space": found, "scenario": scenario_of(found)}
    return form_page(request, "exercises/join.html", context)


@login_not_required
@require_safe
@never_cache
def screen(request: HttpRequest, space: int) -> HttpResponse:
    """What has come for this player, the newest first."""
    player = _player(request, space)
    role = scenario_of(player.space).role_named(player.role)
    shown = screen_of(player)
    context = {
        "page": Page(player.space.name, _sentence(player, shown)),
        "exercise_space": player.space,
        "player": player,
        "role": role,
        "shown": [(each, CHANNEL_TITLES[each.inject.channel], clock_text(each.after)) for each in shown],
        "acts": player.acts.order_by("-id")[:20],
        "incidents": incidents_in(player.space) if may_open_incidents(player.space, request.user) else [],
        "reports": reports_in(player.space),
        "may_open": may_open_incidents(player.space, request.user) and player.space.state in {"running", "paused"},
        "is_over": player.space.state == State.ENDED,
        "may_act": player.space.state in {"running", "paused"},
        "refreshes": REFRESH_SECONDS if request.GET.get("auto") and player.space.state != State.ENDED else 0,
    }
    return render(request, "exercises/screen.html", context)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def act(request: HttpRequest, space: int, inject: str = "") -> HttpResponse:
    """Say what one does, and decide what is asked."""
    player = _player(request, space)
    found = next((each for each in screen_of(player) if each.inject.id == inject), None)
    if inject and found is None:
        refuse()
    asked, chosen = (found.inject, found.chosen) if found is not None else (None, "")
    form = ActionForm(posted(request), inject=asked, chosen=chosen)
    if request.method == "POST" and form.is_valid():
        try:
            if form.cleaned_data.get("option"):
                decide(player, inject, form.cleaned_data["option"])
            if form.cleaned_data["text"].strip():
                note_action(player, form.cleaned_data["text"], inject)
        except InputError as error:
            form.take_error(error, error.field if isinstance(error, ProgramInputError) else None)
        else:
            return redirect("playing:screen", space)
    context = {
        "page": Page(
            asked.title if asked else _("Something else"),
            _("Say what you do; it is kept with its time."),
            (Crumb(player.space.name, reverse("playing:screen", args=[space])),),
        ),
        "exercise_space": player.space,
        "inject": asked,
        "chosen": chosen,
        "form": form,
    }
    return form_page(request, "exercises/act.html", context)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def open_incident(request: HttpRequest, space: int) -> HttpResponse:
    """Open an incident of the exercise. From then on the organisation's own forms are used, with the banner."""
    player = _player(request, space)
    user = person_of(request)
    form = IncidentTitleForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            incident = open_exercise_incident(player.space, form.cleaned_data["title"], user)
        except InputError as error:
            form.take_error(error, error.field if isinstance(error, ProgramInputError) else None)
        else:
            return redirect("incidents:incident", incident.organisation.slug, incident.number)
    page = Page(
        _("An incident of the exercise"),
        _("Open it as you would on a real day; nobody outside this exercise sees it."),
        (Crumb(player.space.name, reverse("playing:screen", args=[space])),),
    )
    context = {"page": page, "form": form, "exercise_space": player.space, "verb": _("Open the exercise incident")}
    return form_page(request, "exercises/question.html", context)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def report(request: HttpRequest, space: int) -> HttpResponse:
    """File the first report of an incident, on the same two steps as on a real day; it reaches no desk."""
    player = _player(request, space)
    if player.space.state not in {State.RUNNING, State.PAUSED}:
        refuse()
    return incident_steps(request, space=player.space, filed_url=reverse("playing:screen", args=[space]))


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def hot_wash(request: HttpRequest, space: int) -> HttpResponse:
    """Answer the questions of the debriefing, in one's own words."""
    player = _player(request, space)
    form = AnswersForm(posted(request), scenario=scenario_of(player.space))
    if request.method == "POST" and form.is_valid():
        try:
            for question, text in form.answers():
                answer_hot_wash(player.space, player, question, text)
        except InputError as error:
            form.take_error(error)
        else:
            return redirect("playing:screen", space)
    page = Page(
        _("Hot wash"),
        _("What worked, what did not? Answer what you can; all of it helps."),
        (Crumb(player.space.name, reverse("playing:screen", args=[space])),),
    )
    context = {"page": page, "form": form, "exercise_space": player.space, "verb": _("Send the answers")}
    return form_page(request, "exercises/question.html", context)


def _player(request: HttpRequest, space: int) -> Player:
    return player_numbered(space, request.session.get(PLAYERS, {}).get(str(space)))


def _sentence(player: Player, shown: tuple[ShownInject, ...]) -> str:
    if player.space.state == State.GATHERING:
        return _("You are in. It begins when everybody is here.")
    if player.space.state == State.ENDED:
        return _("It is over. Say now what worked and what did not.")
    fresh = sum(each.is_new for each in shown)
    words = {"clock": clock_text(elapsed_of(player.space, now())), "count": fresh}
    if player.space.state == State.PAUSED:
        return _("The clock is stopped at %(clock)s.") % words
    return ngettext("It is %(clock)s; %(count)s new.", "It is %(clock)s; %(count)s new.", fresh) % words
