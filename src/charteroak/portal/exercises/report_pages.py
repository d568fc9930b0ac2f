"""After an exercise: the hot wash, what is mended, the report, and filing it as evidence."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from charteroak.errors import AccessError, InputError
from charteroak.portal.exercises.forms import ImprovementForm
from charteroak.portal.forms import form_page, posted
from charteroak.portal.page import Crumb, Page
from charteroak.portal.people import person_of
from charteroak.portal.programs.recording import tell_recorded
from charteroak.records.exercises.models import ExerciseSpace
from charteroak.services.access import roles_in
from charteroak.services.exercise_reports import add_improvement, file_exercise, render_report, report_of
from charteroak.services.exercise_spaces import FACILITATORS, access_space
from charteroak.services.programs import ProgramInputError, recorder_for

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "md": "text/markdown; charset=utf-8",
}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def report(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What the exercise came to, what people said, and what is to be mended."""
    space = access_space(request.user, slug, number)
    may_lead = bool(roles_in(person_of(request), space.organisation) & set(FACILITATORS))
    form = ImprovementForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            add_improvement(space, form.new(), recorder_for(person_of(request)))
        except InputError as error:
            form.take_error(error, error.field if isinstance(error, ProgramInputError) else None)
        else:
            return redirect("exercises:report", slug, number)
    found = report_of(space)
    whole = found.in_time + found.late + found.not_seen
    answer = _("%(seen)s of %(whole)s expected actions were seen in time, %(late)s late, %(not)s not seen.") % {
        "seen": found.in_time,
        "whole": whole,
        "late": found.late,
        "not": found.not_seen,
    }
    crumbs = (
        Crumb(_("Exercises"), reverse("exercises:overview", args=[slug])),
        Crumb(space.name, reverse("exercises:board", args=[slug, number])),
    )
    context = {
        "page": Page(_("After-action report"), answer, crumbs, space.organisation),
        "organisation": space.organisation,
        "exercise_space": space,
        "report": None,
        "found": found,
        "form": form,
        "may_lead": may_lead,
        "is_over": space.state == ExerciseSpace.State.ENDED,
        "entry": space.entry,
        "practices": found.practices,
    }
    return form_page(request, "exercises/report.html", context)


@require_safe
def report_file(request: HttpRequest, slug: str, number: int, form: str) -> HttpResponse:
    """The report as a document."""
    space = access_space(request.user, slug, number)
    if form not in MEDIA_TYPES:
        raise AccessError("There is nothing here that you may see.", remedy="Ask for pdf, docx or md.")
    answer = HttpResponse(render_report(space, form), content_type=MEDIA_TYPES[form])
    answer["Content-Disposition"] = f'attachment; filename="EXERCISE-after-action-{space.pk}.{form}"'
    return answer


@require_POST
def file_report(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Enter into the ledger that it was played, with the report as evidence."""
    space = access_space(request.user, slug, number, *FACILITATORS)
    try:
        entry = file_exercise(space, recorder_for(person_of(request)))
    except InputError as error:
        messages.error(request, f"{error.message} {error.remedy}".strip())
    else:
        tell_recorded(request, space.organisation, entry)
    return redirect("exercises:report", slug, number)
