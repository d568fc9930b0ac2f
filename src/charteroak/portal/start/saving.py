"""How every page of the start is shown and saved: the form, what somebody else saved meanwhile, and where it leads."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from charteroak.errors import InputError
from charteroak.portal.forms import form_page
from charteroak.portal.page import Page
from charteroak.portal.people import person_of
from charteroak.portal.start.forms import StepForm
from charteroak.records.accounts.models import Organisation
from charteroak.services.guided_start import StartOvertakenError, StartState, start_of
from charteroak.services.programs import ProgramInputError, Recorder, recorder_for

Save = Callable[[Recorder, int], StartState]


def step_page(
    request: HttpRequest,
    organisation: Organisation,
    page: Page,
    form: StepForm,
    save: Save,
    *,
    section: str,
    lead_on: Callable[[StartState], str],
    template: str = "start/step.html",
    **context: Any,
) -> HttpResponse:
    """Show the form; once it is valid, save and lead on. What is refused stands beside its field."""
    if request.method == "POST" and form.is_valid():
        try:
            state = save(recorder_for(person_of(request)), form.was_seen())
        except StartOvertakenError as error:
            form.take_error(error)
            form.see_again(start_of(organisation).times(section))
        except InputError as error:
            form.take_error(error, error.field if isinstance(error, ProgramInputError) else None)
        else:
            if request.POST.get("then") == "later":
                messages.success(request, _("Saved. You or a colleague can go on from here at any time."))
                return redirect("start:overview", slug=organisation.slug)
            return redirect(lead_on(state))
    return form_page(request, template, {"page": page, "organisation": organisation, "form": form, **context})
