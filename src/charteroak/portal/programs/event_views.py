"""Forms of things that were done once: exercises, trainings, and evidence that another item took the place of."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from charteroak.portal.forms import posted
from charteroak.portal.page import Crumb, Page
from charteroak.portal.programs.event_forms import ExerciseForm, SupersedingForm, TrainingForm
from charteroak.portal.programs.places import entry_url
from charteroak.portal.programs.recording import Question, record_with, today
from charteroak.portal.programs.wording import line_of
from charteroak.services.access import access_organisation, refuse
from charteroak.services.evidence_log import entry_with_ties, ledger_size
from charteroak.services.exercises import NewExercise, NewTraining, complete_training, hold_exercise
from charteroak.services.programs import KEEPERS, UploadedFile
from charteroak.services.superseding import supersede_evidence


def _log(slug: str) -> tuple[Crumb, ...]:
    return (Crumb(_("Evidence log"), reverse("programs:evidence", args=[slug])),)


def files_of(upload: Any) -> Sequence[UploadedFile]:
    """The file of a form as services take it; none for none."""
    if upload is None:
        return ()
    return (UploadedFile(upload.name or "file", upload.content_type or "application/octet-stream", upload.file),)


@require_http_methods(["GET", "HEAD", "POST"])
def exercise(request: HttpRequest, slug: str) -> HttpResponse:
    """An incident was played through."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    form = ExerciseForm(posted(request), request.FILES or None)
    question = Question(
        page=Page(_("An exercise"), _("Record what you played through, and what it showed."), _log(slug), organisation),
        verb=_("Record the exercise"),
        file_field="file",
    )

    def new() -> NewExercise:
        answers = dict(form.cleaned_data) | form.when("day")
        return NewExercise(files=files_of(answers.pop("file")), **answers)

    return record_with(
        request, organisation, question, form, lambda recorder: hold_exercise(organisation, new(), recorder)
    )


@require_http_methods(["GET", "HEAD", "POST"])
def training(request: HttpRequest, slug: str) -> HttpResponse:
    """People were trained."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    form = TrainingForm(posted(request), request.FILES or None)
    question = Question(
        page=Page(_("A training"), _("Record who was trained, and in what."), _log(slug), organisation),
        verb=_("Record the training"),
        file_field="file",
    )

    def new() -> NewTraining:
        answers = dict(form.cleaned_data) | form.when("day")
        return NewTraining(files=files_of(answers.pop("file")), **answers)

    return record_with(
        request, organisation, question, form, lambda recorder: complete_training(organisation, new(), recorder)
    )


@require_http_methods(["GET", "HEAD", "POST"])
def supersede(request: HttpRequest, slug: str, index: int) -> HttpResponse:
    """An item of evidence shows nothing more from a day on."""
    organisation = access_organisation(request.user, slug, *KEEPERS)
    line = line_of(entry_with_ties(organisation, index)[1])
    if line.fact.kind != "evidence.recorded":
        refuse()
    form = SupersedingForm(posted(request), size=ledger_size(organisation), initial={"day": today()})
    answer = _("Say what took the place of entry %(index)s.") % {"index": index}
    above = Crumb(_("Entry %(index)s") % {"index": index}, entry_url(slug, index))
    question = Question(
        page=Page(_("Evidence superseded"), answer, (*_log(slug), above), organisation),
        verb=_("Record that it is superseded"),
        done=entry_url(slug, index),
        template="programs/supersede.html",
    )
    return record_with(
        request,
        organisation,
        question,
        form,
        lambda recorder: supersede_evidence(organisation, form.superseding(index), form.cleaned_data["day"], recorder),
        line=line,
    )
