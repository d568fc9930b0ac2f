"""What people record about notices: answers, own words, that one was sent, a mistake, whether delay was asked for."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from charteroak.adapters.system_clock import now
from charteroak.errors import InputError
from charteroak.portal.forms import QuestionForm, form_page, posted
from charteroak.portal.incidents.frame import Words, incident_of, url_of
from charteroak.portal.incidents.notice_forms import AnswersForm, DelayForm, SendingForm, WithdrawForm, WordsForm
from charteroak.portal.incidents.notices import GROUPS, language_of, notice_page
from charteroak.portal.people import person_of
from charteroak.records.incidents.models import Incident
from charteroak.response.notices import notice_named
from charteroak.response.notices.errors import ParticularError
from charteroak.response.notices.particulars import ParticularGroup
from charteroak.services.access import refuse
from charteroak.services.incident_decisions import record_police_delay
from charteroak.services.incidents import INCIDENT_KEEPERS
from charteroak.services.notice_sending import record_sending, sendings_of, withdraw_sending
from charteroak.services.notices import answers_of, keep_answers, keep_version, newest_version
from charteroak.services.opening_from_reports import proposed_answers
from charteroak.services.programs import ProgramInputError, recorder_for


@require_http_methods(["GET", "HEAD", "POST"])
def answers(request: HttpRequest, slug: str, number: str, group: str) -> HttpResponse:
    """Answers that notices need, of one group."""
    incident = incident_of(request, slug, number)
    asked = next((each for each in ParticularGroup if each.value == group), None) or refuse()
    before = answers_of(incident)
    said_in_reports = proposed_answers(incident, person_of(request))
    proposed = {key: said for key, said in said_in_reports.items() if key not in before}
    form = AnswersForm(posted(request), group=asked, answers={**proposed, **before})
    if request.method == "POST" and form.is_valid():

        def save() -> None:
            keep_answers(incident, form.answers(before), recorder_for(person_of(request)))

        if _saved(form, save):
            messages.success(request, _("Kept. Every draft has it now."))
            return redirect(url_of(incident, "incidents:notices"))
    sentence = _("Asked once, used by every notice. What stays empty is a blank in the drafts.")
    if form.asks_any_of(proposed):
        sentence = _(
            "Your report to the desk filled some in. Look at them, change what letters should not say, keep them."
        )
    return _form(request, incident, form, GROUPS[asked], sentence, _("Keep these answers"))


@require_http_methods(["GET", "HEAD", "POST"])
def words(request: HttpRequest, slug: str, number: str, notice: str) -> HttpResponse:
    """Own paragraphs of a notice; saving keeps a version of the whole draft."""
    incident = incident_of(request, slug, number)
    language = language_of(request, notice)
    template = notice_named(notice, language)
    version = newest_version(incident, notice, language)
    before = {} if version is None else dict(version.words)
    form = WordsForm(posted(request), template=template, words=before)
    if request.method == "POST" and form.is_valid():

        def save() -> None:
            keep_version(incident, notice, language, form.words(), recorder_for(person_of(request)))

        if _saved(form, save):
            messages.success(request, _("Kept as a version. Earlier versions stay."))
            return redirect(_notice_url(incident, notice, language))
    sentence = _("Your words follow ours in the part that they belong to. Ours and the facts stay as they are.")
    return _form(request, incident, form, template.title, sentence, _("Keep as a version"))


@require_http_methods(["GET", "HEAD", "POST"])
def sent(request: HttpRequest, slug: str, number: str, notice: str) -> HttpResponse:
    """That a notice was sent: the exact bytes, the moment, and the proof."""
    incident = incident_of(request, slug, number, *INCIDENT_KEEPERS)
    language = language_of(request, notice)
    template = notice_named(notice, language)
    uploads = request.FILES if request.method == "POST" else None
    form = SendingForm(posted(request), uploads, template=template, initial={"sent": now()})
    if request.method == "POST" and form.is_valid():

        def save() -> None:
            record_sending(incident, form.sending(language), recorder_for(person_of(request)))

        if _saved(form, save):
            messages.success(request, _("Recorded. The duty shows as told."))
            return redirect(_notice_url(incident, notice, language))
    sentence = _("This program sends nothing. Record what you sent, so that it can be proved.")
    return _form(request, incident, form, template.title, sentence, _("Record that it was sent"))


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, slug: str, number: str, sending: int) -> HttpResponse:
    """Say that a sending was recorded by mistake."""
    incident = incident_of(request, slug, number, *INCIDENT_KEEPERS)
    row = next((row for row in sendings_of(incident) if row.pk == sending), None) or refuse()
    form = WithdrawForm(posted(request))
    if request.method == "POST" and form.is_valid():

        def save() -> None:
            withdraw_sending(incident, row.pk, form.cleaned_data["reason"], recorder_for(person_of(request)))

        if _saved(form, save):
            messages.success(request, _("Withdrawn. The duty shows as not told again."))
            return redirect(_notice_url(incident, row.notice, row.language))
    sentence = _("The entry stays in the ledger; a further one says that it counts no more.")
    return _form(request, incident, form, _("Withdraw a record of sending"), sentence, _("Withdraw it"))


@require_http_methods(["GET", "HEAD", "POST"])
def delay(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """Whether law enforcement asked for delay."""
    incident = incident_of(request, slug, number, *INCIDENT_KEEPERS)
    form = DelayForm(posted(request))
    if request.method == "POST" and form.is_valid():

        def save() -> None:
            record_police_delay(incident, form.decision(), recorder_for(person_of(request)))

        if _saved(form, save):
            messages.success(request, _("Recorded. Notices and limits have it now."))
            return redirect(url_of(incident, "incidents:notices"))
    sentence = _("A limit is held back only by a request that is on record. That nobody asked is worth a record, too.")
    return _form(request, incident, form, _("Delay for law enforcement"), sentence, _("Record this"))


def _saved(form: QuestionForm, save: Callable[[], None]) -> bool:
    """Whether it went through; a refusal stands beside its field."""
    try:
        save()
    except InputError as error:
        form.take_error(error, error.field if isinstance(error, ProgramInputError | ParticularError) else None)
        return False
    return True


def _notice_url(incident: Incident, notice: str, language: str) -> str:
    url = reverse("incidents:notice", args=[incident.organisation.slug, incident.number, notice])
    return url if language == "en" else f"{url}?language={language}"


def _form(
    request: HttpRequest, incident: Incident, form: QuestionForm, subject: Words, sentence: str, verb: str
) -> HttpResponse:
    context = {
        "page": notice_page(incident, subject, sentence),
        "organisation": incident.organisation,
        "incident": incident,
        "form": form,
        "verb": verb,
    }
    return form_page(request, "incidents/notice_form.html", context)
