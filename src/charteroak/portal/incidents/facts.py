"""What is known of an incident: the parts with their answers, the form of each, the finding, and all that was said."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from charteroak.clock import parse_instant
from charteroak.errors import InputError
from charteroak.law.errors import FactsError
from charteroak.portal.forms import form_page, posted
from charteroak.portal.incidents.duties import change_words
from charteroak.portal.incidents.facts_parts import BEGAN, PART_BY_CODE, PARTS, RESIDENTS, FactsPart, Question
from charteroak.portal.incidents.forms import FindingForm, PartForm
from charteroak.portal.incidents.frame import Words, incident_of, incident_page, limit_words, may_keep, url_of
from charteroak.portal.people import person_of
from charteroak.portal.programs.choices import yes_no_unknown
from charteroak.records.incidents.models import Incident
from charteroak.response.duty_clocks import changes_between
from charteroak.response.incident_times import MomentError
from charteroak.services.incident_clocks import clocks_of_incident
from charteroak.services.incident_decisions import NewFinding, record_finding
from charteroak.services.incident_grounds import finding_of
from charteroak.services.incidents import (
    INCIDENT_KEEPERS,
    began_at,
    describe_incident,
    document_of,
    facts_history,
    say_when_it_began,
)
from charteroak.services.programs import ProgramInputError, Recorder, recorder_for


@dataclass(frozen=True, slots=True)
class Said:
    """A question with its answer in words."""

    label: Words
    answer: str
    is_known: bool


@dataclass(frozen=True, slots=True)
class ShownPart:
    """A part of the facts on the page."""

    title: Words
    url: str
    said: list[Said]
    missing: int


@require_safe
def facts(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """Every part with what is known; what is missing is named as missing."""
    incident = incident_of(request, slug, number)
    document, began = document_of(incident), began_at(incident)
    shown = [_shown(part, document, began, slug, number) for part in PARTS]
    missing = sum(part.missing for part in shown)
    answer = (
        ngettext("%(count)s question is open.", "%(count)s questions are open.", missing) % {"count": missing}
        if missing
        else _("Every question is answered.")
    )
    context = {
        "page": incident_page(incident, _("What is known"), answer),
        "organisation": incident.organisation,
        "incident": incident,
        "parts": shown,
        "finding": finding_of(incident),
        "may_keep": may_keep(request, incident),
    }
    return render(request, "incidents/facts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def part(request: HttpRequest, slug: str, number: str, part: str) -> HttpResponse:
    """One part of the facts as a form. Saving appends a whole new document and says which duties it changed."""
    incident = incident_of(request, slug, number, *INCIDENT_KEEPERS)
    asked = PART_BY_CODE.get(part)
    if asked is None:
        raise Http404
    before = document_of(incident)
    form = PartForm(posted(request), part=asked, document=before, began=began_at(incident))
    if request.method == "POST" and form.is_valid():
        clocks = clocks_of_incident(incident)
        try:
            _save(incident, form, before, recorder_for(person_of(request)))
        except InputError as error:
            form.take_error(error, _field_of(error))
        else:
            changes = changes_between(clocks, clocks_of_incident(incident))
            for change in changes:
                messages.success(request, change_words(change))
            if not changes:
                messages.success(request, _("Recorded. It changes no duty."))
            return redirect(url_of(incident, "incidents:facts"))
    context = {
        "page": incident_page(incident, asked.title, _("Answer what you know. Leave the rest open.")),
        "organisation": incident.organisation,
        "incident": incident,
        "form": form,
        "verb": _("Record this"),
        "note": _("Each answer is added to the record; earlier ones stay readable."),
    }
    return form_page(request, "incidents/form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def finding(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """The finding that harm is unlikely: recorded before the exception counts."""
    incident = incident_of(request, slug, number, *INCIDENT_KEEPERS)
    form = FindingForm(posted(request), initial={"by": str(request.user)})
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        clocks = clocks_of_incident(incident)
        try:
            found = NewFinding(answers["by"], answers["consulted"], answers["why"])
            record_finding(incident, found, recorder_for(person_of(request)))
        except InputError as error:
            form.take_error(error, error.field if isinstance(error, ProgramInputError) else None)
        else:
            for change in changes_between(clocks, clocks_of_incident(incident)):
                messages.success(request, change_words(change))
            return redirect(url_of(incident, "incidents:duties"))
    page = incident_page(
        incident,
        _("Harm is unlikely"),
        _("The exception rests on a finding after an investigation. Write it down while you know it."),
    )
    context = {
        "page": page,
        "organisation": incident.organisation,
        "incident": incident,
        "form": form,
        "verb": _("Record the finding"),
        "note": _("Section 36a-701b of the General Statutes. Let counsel read it before you rely on it."),
    }
    return form_page(request, "incidents/form.html", context)


@require_safe
def history(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """Everything that was said, the newest first, each with what it changed against the one before."""
    incident = incident_of(request, slug, number)
    rows = facts_history(incident)
    older: list[Mapping[str, Any]] = [row.document for row in rows[1:]]
    older.append({})
    said = [(row, list(_differences(before, row.document))) for row, before in zip(rows, older, strict=True)]
    answer = ngettext(
        "The facts were said %(count)s time; none was overwritten.",
        "The facts were said %(count)s times; none was overwritten.",
        len(rows),
    ) % {"count": len(rows)}
    context = {
        "page": incident_page(incident, _("What was said when"), answer),
        "organisation": incident.organisation,
        "incident": incident,
        "said": said,
    }
    return render(request, "incidents/history.html", context)


def _save(incident: Incident, form: PartForm, before: Mapping[str, Any], recorder: Recorder) -> None:
    """Both the document and the beginning, or neither."""
    with transaction.atomic():
        began = form.began()
        # The moment that moves away first makes room for the other one.
        discovered = form.document(before)["incident"].get("discoveredAt")
        is_first = began is not None and (discovered is None or began <= parse_instant(discovered))
        if is_first and began is not None and not _is_after_discovery(began, before):
            say_when_it_began(incident, began, recorder)
            began = None
        describe_incident(incident, form.document(before), recorder)
        if began is not None:
            say_when_it_began(incident, began, recorder)


def _is_after_discovery(began: datetime, before: Mapping[str, Any]) -> bool:
    discovered = before.get("incident", {}).get("discoveredAt")
    return discovered is not None and began > parse_instant(discovered)


def _field_of(error: InputError) -> str | None:
    """The form's field for a refusal that names a member of the document."""
    if isinstance(error, ProgramInputError):
        return error.field
    if isinstance(error, MomentError):
        return Question(error.field, "", "moment").field
    if isinstance(error, FactsError) and error.location is not None and error.location.pointer:
        return Question(error.location.pointer.rsplit("/", 1)[-1], "", "moment").field
    return None


def known_answers(document: Mapping[str, Any], began: datetime | None = None) -> list[Said]:
    """Every question that a facts document answers, with its answer in words."""
    said = (_said(question, document, began) for part in PARTS for question in part.questions)
    return [each for each in said if each.is_known]


def _shown(part: FactsPart, document: Mapping[str, Any], began: datetime | None, slug: str, number: str) -> ShownPart:
    said = [_said(question, document, began) for question in part.questions]
    url = reverse("incidents:facts-part", args=[slug, number, part.code])
    return ShownPart(part.title, url, said, sum(not each.is_known for each in said))


def _said(question: Question, document: Mapping[str, Any], began: datetime | None) -> Said:
    value = document.get(question.of, {}).get(question.member)
    if question.member == BEGAN:
        return Said(question.label, _("Not known") if began is None else limit_words(began), began is not None)
    is_known = value is not None and value != "unknown"
    return Said(question.label, _answer_words(question, value), is_known)


def _answer_words(question: Question, value: Any) -> str:
    if value is None:
        return _("Not known")
    words = question.words or {}
    match question.kind:
        case "answer":
            return str(yes_no_unknown(value))
        case "moment":
            return limit_words(parse_instant(value))
        case "list":
            return ", ".join(str(words.get(word, word)) for word in value) or _("None of these")
        case "number" if question.member == RESIDENTS:
            return str(value.get("ct", _("Not known")))
        case _:
            return str(words.get(value, value))


def _differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[tuple[Words, str, str]]:
    """Which answers differ: the question, the old answer, the new one."""
    for part in PARTS:
        for question in part.questions:
            old, new = (each.get(question.of, {}).get(question.member) for each in (before, now))
            if old != new:
                yield question.label, _answer_words(question, old), _answer_words(question, new)
