"""One page, one question, one ledger entry: how every form of the program's record is asked, refused and recorded."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from charteroak.adapters.system_clock import now
from charteroak.clock import connecticut_day
from charteroak.errors import InputError
from charteroak.portal.forms import REFUSED, QuestionForm, form_page
from charteroak.portal.page import Page
from charteroak.portal.people import person_of
from charteroak.portal.programs.places import entry_url
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import LedgerEntry
from charteroak.services.access import roles_in
from charteroak.services.program_record import overtaken_by
from charteroak.services.programs import KEEPERS, ProgramInputError, Recorder, recorder_for

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Question:
    """A page that asks one thing: what stands above its form, its button, and where it leads.

    Without ``done`` it leads to the new entry's line of the evidence log. A refusal that names no field of the form
    concerns the file.
    """

    page: Page
    verb: Words
    done: str | None = None
    intro: Words = ""
    file_field: str | None = None
    template: str = "programs/record_fact.html"


def today() -> date:
    """The day on which something recorded now is recorded."""
    return connecticut_day(now())


def may_record(request: HttpRequest, organisation: Organisation) -> bool:
    """Whether who reads the page keeps this organisation's record."""
    return bool(roles_in(person_of(request), organisation) & set(KEEPERS))


def record_with(
    request: HttpRequest,
    organisation: Organisation,
    question: Question,
    form: QuestionForm,
    record: Callable[[Recorder], LedgerEntry],
    **context: Any,
) -> HttpResponse:
    """Show the form; once it is valid, record and lead on. What is refused stands beside its field."""
    if request.method == "POST" and form.is_valid():
        try:
            entry = record(recorder_for(person_of(request)))
        except InputError as error:
            field = error.field if isinstance(error, ProgramInputError) else None
            form.take_error(error, field if field in form.fields else question.file_field)
        else:
            tell_recorded(request, organisation, entry)
            return redirect(question.done or entry_url(organisation.slug, entry.index))
    shown = {"page": question.page, "organisation": organisation, "form": form, "question": question}
    return form_page(request, question.template, shown | context)


def nothing_recorded(request: HttpRequest, organisation: Organisation, subject: Words, answer: Words) -> HttpResponse:
    """A page that needs something on record, where nothing is: it says so and leads to the first step."""
    context = {"page": Page(subject, answer, (), organisation), "organisation": organisation}
    status = REFUSED if request.method == "POST" else 200
    return render(request, "programs/nothing_recorded.html", context, status=status)


def tell_recorded(request: HttpRequest, organisation: Organisation, entry: LedgerEntry) -> None:
    """Say which entry was written, with a link to it, and whether another still stands in its place today."""
    messages.success(
        request, format_html(_("Recorded as {entry} of the ledger."), entry=_entry_link(organisation, entry.index))
    )
    standing = overtaken_by(organisation, entry, today())
    if standing is not None:
        messages.warning(
            request,
            format_html(
                _("Today's answer stays as it was: {entry} says what has been so since a later day."),
                entry=_entry_link(organisation, standing.index),
            ),
        )


def _entry_link(organisation: Organisation, index: int) -> SafeString:
    return format_html(
        '<a href="{}">{}</a>', entry_url(organisation.slug, index), _("entry %(index)s") % {"index": index}
    )
