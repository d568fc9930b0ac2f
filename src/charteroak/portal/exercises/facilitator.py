"""The facilitator's pages: exercises of an organisation, a new one, and the board on which one is led."""

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from charteroak.adapters.system_clock import now
from charteroak.errors import InputError
from charteroak.portal.exercises.drawing import clock_picture
from charteroak.portal.exercises.forms import NewExerciseForm, pace_words
from charteroak.portal.forms import form_page, posted
from charteroak.portal.page import Crumb, Page
from charteroak.portal.people import person_of
from charteroak.records.exercises.models import ExerciseSpace
from charteroak.response.exercises.after_action import clock_text
from charteroak.response.exercises.packaged import load_scenarios
from charteroak.services.access import access_organisation, roles_in
from charteroak.services.exercise_play import board_of, incidents_in, reports_in, tick_expected
from charteroak.services.exercise_spaces import (
    EXERCISE_READERS,
    FACILITATORS,
    access_space,
    elapsed_of,
    end_exercise,
    exercises_of,
    pause_exercise,
    resume_exercise,
    scenario_of,
    set_up_exercise,
    skip_to_next,
    start_exercise,
)
from charteroak.services.programs import ProgramInputError, Recorder, recorder_for

State = ExerciseSpace.State
STEPS: Mapping[str, Callable[[ExerciseSpace, Recorder], None]] = {
    "start": start_exercise,
    "pause": pause_exercise,
    "resume": resume_exercise,
    "next": skip_to_next,
    "end": end_exercise,
}
REFRESH_SECONDS = 15


@require_safe
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """What was practiced, what is being practiced, and what could be."""
    organisation = access_organisation(request.user, slug, *EXERCISE_READERS)
    found = list(exercises_of(organisation))
    played = sum(space.entry_id is not None for space in found)
    answer = _("Nothing has been practiced here yet; the first one takes an hour.")
    if found:
        answer = ngettext(
            "%(count)s exercise is on record as played.", "%(count)s exercises are on record as played.", played
        ) % {"count": played}
    context = {
        "page": Page(_("Exercises"), answer, (), organisation),
        "organisation": organisation,
        "spaces": found,
        "scenarios": load_scenarios().values(),
        "may_lead": bool(roles_in(person_of(request), organisation) & set(FACILITATORS)),
    }
    return render(request, "exercises/overview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """Set an exercise up."""
    organisation = access_organisation(request.user, slug, *FACILITATORS)
    asked = request.GET.get("scenario", "")
    form = NewExerciseForm(posted(request), request.FILES or None, initial={"scenario": asked, "factor": "0"})
    if request.method == "POST" and form.is_valid():
        try:
            space = set_up_exercise(organisation, form.new(), recorder_for(person_of(request)))
        except InputError as error:
            field = error.field if isinstance(error, ProgramInputError) else "file"
            place = f"{error.location}: " if error.location is not None else ""
            form.add_error(field if field in form.fields else None, f"{place}{error.message} {error.remedy}".strip())
        else:
            return redirect("exercises:board", slug, space.pk)
    page = Page(
        _("A new exercise"),
        _("Choose what happens, and how fast."),
        (Crumb(_("Exercises"), reverse("exercises:overview", args=[slug])),),
        organisation,
    )
    return form_page(request, "exercises/new.html", {"page": page, "organisation": organisation, "form": form})


@require_safe
@never_cache
def board(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Lead an exercise: who has seen what when, what was expected, what was done; and the clock's buttons."""
    space = access_space(request.user, slug, number)
    scenario, lines, elapsed = scenario_of(space), board_of(space), elapsed_of(space, now())
    come = sum(line.has_come for line in lines)
    if space.state == State.GATHERING:
        answer = _("Read the code out: %(code)s. Start when everybody is in.") % {"code": space.join_code}
    elif space.state == State.ENDED:
        answer = _("It ended at %(clock)s. Now the hot wash.") % {"clock": clock_text(elapsed)}
    else:
        state = _("paused at") if space.state == State.PAUSED else _("it is")
        words = {"state": state, "clock": clock_text(elapsed), "come": come, "all": len(lines)}
        answer = _("On the exercise's clock, %(state)s %(clock)s; %(come)s of %(all)s injects have come.") % words
    roles = {role.id: role for role in scenario.roles}
    context = {
        "page": _page(space, answer),
        "organisation": space.organisation,
        "exercise_space": space,
        "scenario": scenario,
        "roles": roles,
        "lines": lines,
        "picture": clock_picture(lines, elapsed, scenario.minutes),
        "pace": pace_words(space),
        "players": [(player, roles[player.role]) for player in space.players.all()],
        "acts": space.acts.select_related("player").exclude(kind="seen-done").order_by("-id")[:60],
        "incidents": incidents_in(space),
        "reports": reports_in(space),
        "may_lead": bool(roles_in(person_of(request), space.organisation) & set(FACILITATORS)),
        "refreshes": REFRESH_SECONDS if request.GET.get("auto") and space.state == State.RUNNING else 0,
    }
    return render(request, "exercises/board.html", context)


@require_POST
def step(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Start, pause, go on, go to the next inject, end."""
    space = access_space(request.user, slug, number, *FACILITATORS)
    verb = STEPS.get(request.POST.get("step", ""))
    try:
        if verb is None:
            raise ProgramInputError(_("Choose what to do."), field="step")
        verb(space, recorder_for(person_of(request)))
    except InputError as error:
        messages.error(request, f"{error.message} {error.remedy}".strip())
    if space.state == State.ENDED:
        return redirect("exercises:report", slug, number)
    return redirect("exercises:board", slug, number)


@require_POST
def tick(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """An expected action was seen done."""
    space = access_space(request.user, slug, number, *FACILITATORS)
    try:
        tick_expected(space, request.POST.get("expected", "")[:64], recorder_for(person_of(request)))
    except InputError as error:
        messages.error(request, f"{error.message} {error.remedy}".strip())
    return redirect("exercises:board", slug, number)


def _page(space: ExerciseSpace, answer: str) -> Page:
    slug = space.organisation.slug
    above = (Crumb(_("Exercises"), reverse("exercises:overview", args=[slug])),)
    return Page(space.name, answer, above, space.organisation)
