"""What to do about an incident: the three next things first, then the rest, then what was done."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from charteroak.adapters.system_clock import now
from charteroak.errors import InputError
from charteroak.portal.forms import form_page, posted
from charteroak.portal.incidents.frame import file_stem, incident_of, incident_page, limit_words, may_keep, url_of
from charteroak.portal.incidents.task_forms import PlaybooksForm, TaskForm
from charteroak.portal.people import person_of
from charteroak.records.incidents.models import Incident
from charteroak.response.incident_tasks import Task, TaskState, task_named
from charteroak.response.incident_times import MomentError
from charteroak.response.playbooks import load_playbooks
from charteroak.services.incident_tasks import TaskBoard, choose_playbooks, say_of_task, start_of, task_board
from charteroak.services.incidents import INCIDENT_KEEPERS
from charteroak.services.programs import ProgramInputError, recorder_for
from charteroak.services.response_cards import card_of_incident

_MINUTES_UNTIL_HOURS, _HOURS_UNTIL_DAYS = 120, 72


@dataclass(frozen=True, slots=True)
class ShownTask:
    """A task for the template, with its times in words."""

    task: Task
    playbook: str
    step: str
    due: str
    left: str
    is_late: bool
    settled: str


@require_safe
def tasks(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """The board of an incident."""
    found = incident_of(request, slug, number)
    board, moment = task_board(found), now()
    books = load_playbooks()
    upcoming = {task.key for task in board.next}
    context = {
        "page": incident_page(found, _("What to do"), _answer(board)),
        "organisation": found.organisation,
        "incident": found,
        "books": [books[name] for name in board.playbooks if name in books],
        "next": [_shown(task, moment) for task in board.next],
        "later": [_shown(task, moment) for task in board.open if task.key not in upcoming],
        "settled": [_shown(task, moment) for task in board.settled],
        "start": board.start,
        "may_keep": may_keep(request, found),
    }
    return render(request, "incidents/tasks.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """Which playbooks the incident follows, and from when it counts."""
    found = incident_of(request, slug, number, *INCIDENT_KEEPERS)
    board = task_board(found)
    form = PlaybooksForm(posted(request), initial={"playbooks": board.playbooks, "start": start_of(found)})
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        try:
            choose_playbooks(found, answers["playbooks"], recorder_for(person_of(request)), start=answers["start"])
        except InputError as error:
            form.take_error(error, "start" if isinstance(error, MomentError) else "playbooks")
        else:
            return redirect(url_of(found, "incidents:tasks"))
    context = {
        "page": incident_page(found, _("Choose what it is"), _("Its playbook becomes your list of tasks.")),
        "organisation": found.organisation,
        "incident": found,
        "form": form,
        "verb": _("Make the list"),
        "note": _("The times are our advice; no law sets them. Duties with limits stand on their own page."),
    }
    return form_page(request, "incidents/form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def task(request: HttpRequest, slug: str, number: str, playbook: str, step: str) -> HttpResponse:
    """One task: say that it is done, not needed, another's, or to be done again."""
    found = incident_of(request, slug, number, *INCIDENT_KEEPERS)
    key = f"{playbook}/{step}"
    try:
        shown = task_named(task_board(found).tasks, key)
    except InputError:
        return redirect(url_of(found, "incidents:tasks"))
    form = TaskForm(posted(request), initial={"outcome": "done"})
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        try:
            say_of_task(
                found,
                key,
                answers["outcome"],
                recorder_for(person_of(request)),
                owner=answers["owner"],
                note=answers["note"],
            )
        except InputError as error:
            form.take_error(error, error.field if isinstance(error, ProgramInputError) else None)
        else:
            return redirect(url_of(found, "incidents:tasks"))
    context = {
        "page": incident_page(found, shown.text, _when(shown, now())),
        "organisation": found.organisation,
        "incident": found,
        "form": form,
        "verb": _("Record it"),
        "note": _("It is recorded with the time, and nothing is overwritten."),
    }
    return form_page(request, "incidents/form.html", context)


@require_safe
def card(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """This incident on one sheet of paper, for when the screen is what fails."""
    found = incident_of(request, slug, number)
    answer = HttpResponse(card_of_incident(found, now()), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{file_stem(found)}-card.pdf"'
    return answer


def first_task(incident: Incident, moment: datetime) -> ShownTask | None:
    """What to do now, for the incident's own page; nothing where no playbook is followed or all is done."""
    board = task_board(incident)
    return _shown(board.next[0], moment) if board.next else None


def tasks_line(incident: Incident) -> str:
    """How the tasks stand in a few words, for the incident's own page."""
    board = task_board(incident)
    if not board.playbooks:
        return _("Choose what it looks like")
    late = sum(task.is_late(now()) for task in board.open)
    said = ngettext("%(count)s to do", "%(count)s to do", len(board.open)) % {"count": len(board.open)}
    return said if not late else _("%(said)s, %(late)s late") % {"said": said, "late": late}


def _answer(board: TaskBoard) -> str:
    if not board.playbooks:
        return _("Choose what it looks like; then the three next things stand here.")
    if not board.next:
        return _("Everything on the list is done or was found not to be needed.")
    first = board.next[0]
    return _("Now: %(text)s") % {"text": first.text}


def _shown(task: Task, moment: datetime) -> ShownTask:
    playbook, _slash, step = task.key.partition("/")
    return ShownTask(
        task=task,
        playbook=playbook,
        step=step,
        due=limit_words(task.due),
        left=_when(task, moment),
        is_late=task.is_late(moment),
        settled=_settled(task),
    )


def _when(task: Task, moment: datetime) -> str:
    """How long there is still, or for how long it is late, in the largest unit that says enough."""
    if task.state is not TaskState.OPEN:
        return _settled(task)
    seconds = (task.due - moment).total_seconds()
    minutes = int(abs(seconds) // 60)
    if minutes < _MINUTES_UNTIL_HOURS:
        span = ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    elif minutes < _HOURS_UNTIL_DAYS * 60:
        span = ngettext("%(n)s hour", "%(n)s hours", minutes // 60) % {"n": minutes // 60}
    else:
        span = ngettext("%(n)s day", "%(n)s days", minutes // 1440) % {"n": minutes // 1440}
    return _("within %(span)s") % {"span": span} if seconds > 0 else _("due %(span)s ago") % {"span": span}


def _settled(task: Task) -> str:
    words = {TaskState.DONE: _("Done"), TaskState.NOT_NEEDED: _("Not needed")}
    if task.state is TaskState.OPEN or task.last is None:
        return ""
    return f"{words[task.state]}, {limit_words(task.last.moment)}"
