"""Evidence of an incident: every item with whoever has it, taking one in, the whole custody as a file to hand over."""

from dataclasses import fields
from tempfile import TemporaryFile

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from charteroak.errors import InputError
from charteroak.portal.evidence.people import Names
from charteroak.portal.forms import form_page, posted
from charteroak.portal.incidents.custody_forms import HoldIncidentForm, TakeItemForm
from charteroak.portal.incidents.frame import incident_of, incident_page, url_of
from charteroak.portal.people import person_of
from charteroak.portal.programs.recording import tell_recorded
from charteroak.program.incident_retention import load_terms
from charteroak.records.incidents.models import Incident
from charteroak.records.ledger.models import LedgerEntry
from charteroak.services.access import roles_in
from charteroak.services.custody_exports import export_custody, export_file_name
from charteroak.services.holds import HOLDERS
from charteroak.services.incident_evidence import (
    NewItemOfEvidence,
    items_of,
    reports_with_files,
    take_from_report,
    take_recorded,
    take_thing,
    take_upload,
)
from charteroak.services.incident_holds import hold_incident, hold_line
from charteroak.services.programs import Recorder, UploadedFile, recorder_for

_ANSWERS = frozenset(field.name for field in fields(NewItemOfEvidence))


@require_safe
def custody(request: HttpRequest, slug: str, number: str) -> HttpResponseBase:
    """Every item of the incident, with whoever has it."""
    found = incident_of(request, slug, number)
    items, names = items_of(found), Names()
    waiting = sum(item.chain.offer is not None for item in items)
    answer = ngettext("%(count)s item is evidence.", "%(count)s items are evidence.", len(items)) % {
        "count": len(items)
    }
    if waiting:
        answer += " " + ngettext(
            "%(count)s was offered and waits for an answer.", "%(count)s were offered and wait for an answer.", waiting
        ) % {"count": waiting}
    context = {
        "page": incident_page(found, _("Evidence"), answer if items else _("Nothing has been taken as evidence yet.")),
        "organisation": found.organisation,
        "incident": found,
        "rows": [(item, names.holder(item.chain)) for item in items],
        "hold": hold_line(found),
        "may_hold": bool(roles_in(person_of(request), found.organisation) & set(HOLDERS)),
    }
    return render(request, "incidents/custody.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def take(request: HttpRequest, slug: str, number: str) -> HttpResponseBase:
    """Take an item in."""
    found = incident_of(request, slug, number)
    person = str(person_of(request))
    form = TakeItemForm(posted(request), request.FILES or None, initial={"collected_by": person, "to": person})
    reports = reports_with_files(found)
    if reports:
        choices = [("", _("None")), *((str(report.pk), report.summary[:80]) for report in reports)]
        from django import forms  # noqa: PLC0415 - the only field that depends on the incident

        form.ask("report", forms.ChoiceField(label=_("Or the mail of a report"), choices=choices, required=False))
    if request.method == "POST" and form.is_valid():
        try:
            entry = _taken(found, form, recorder_for(person_of(request)))
        except InputError as error:
            form.take_error(error, getattr(error, "field", "file"))
        else:
            tell_recorded(request, found.organisation, entry)
            return redirect(url_of(found, "incidents:custody"))
    context = {
        "page": incident_page(found, _("Take something as evidence"), _("Six answers are needed; the rest helps.")),
        "organisation": found.organisation,
        "incident": found,
        "form": form,
    }
    return form_page(request, "incidents/take_item.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def hold(request: HttpRequest, slug: str, number: str) -> HttpResponseBase:
    """Hold everything of the incident: nothing of it is erased until another person lifts the hold."""
    found = incident_of(request, slug, number, *HOLDERS)
    form = HoldIncidentForm(posted(request), initial={"set_by": str(person_of(request))})
    if request.method == "POST" and form.is_valid():
        try:
            answers = form.cleaned_data
            entry = hold_incident(
                found, recorder_for(person_of(request)), authority=answers["authority"], set_by=answers["set_by"]
            )
        except InputError as error:
            form.take_error(error, getattr(error, "field", None))
        else:
            tell_recorded(request, found.organisation, entry)
            return redirect(url_of(found, "incidents:custody"))
    answer = _("One hold over every file of the incident. Another person than you has to lift it.")
    context = {
        "page": incident_page(found, _("Hold everything"), answer),
        "organisation": found.organisation,
        "incident": found,
        "form": form,
        "terms": load_terms(),
    }
    return form_page(request, "incidents/hold.html", context)


@require_safe
def export(request: HttpRequest, slug: str, number: str) -> HttpResponseBase:
    """The incident's custody as one file that the other side can check."""
    found = incident_of(request, slug, number)
    made = TemporaryFile(dir=settings.DATA.dossiers)  # noqa: SIM115 - the response closes it
    export_custody(found, made, recorder_for(person_of(request)))
    made.seek(0)
    return FileResponse(made, as_attachment=True, filename=export_file_name(found), content_type="application/zip")


def custody_line(incident: Incident) -> str:
    """How many items there are, for the incident's own page."""
    items = items_of(incident)
    if not items:
        return _("Nothing taken yet")
    waiting = sum(item.chain.offer is not None for item in items)
    said = ngettext("%(count)s item", "%(count)s items", len(items)) % {"count": len(items)}
    return said if not waiting else f"{said}, {_('%(count)s offered') % {'count': waiting}}"


def _taken(incident: Incident, form: TakeItemForm, recorder: Recorder) -> LedgerEntry:
    answers = form.cleaned_data
    new = NewItemOfEvidence(**{name: value for name, value in answers.items() if name in _ANSWERS})
    if answers["file"]:
        file = UploadedFile(answers["file"].name, answers["file"].content_type or "", answers["file"])
        return take_upload(incident, new, file, recorder)
    if answers["sha256"]:
        return take_recorded(incident, new, answers["sha256"], recorder)
    if answers.get("report"):
        report = next(each for each in reports_with_files(incident) if str(each.pk) == answers["report"])
        return take_from_report(incident, new, report, recorder)
    return take_thing(incident, new, recorder)
