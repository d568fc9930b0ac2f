"""Which reports to the state's desk are about an incident, and the form that says so of one more."""

from collections.abc import Sequence

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from charteroak.errors import InputError
from charteroak.portal.forms import Choices, QuestionForm, form_page, posted
from charteroak.portal.incidents.frame import incident_of, incident_page, may_keep, url_of
from charteroak.portal.people import person_of
from charteroak.portal.reports.wording import words_of
from charteroak.records.incidents.models import Incident
from charteroak.records.reports.models import Report
from charteroak.services.attached_reports import attach_report, attached_reports, reports_to_attach
from charteroak.services.incidents import INCIDENT_KEEPERS
from charteroak.services.programs import recorder_for


class AttachForm(QuestionForm):
    """Which of the organisation's own reports is about the incident."""

    report = forms.ChoiceField(label=gettext_lazy("Which report is about this incident?"), widget=Choices)

    def offer(self, reports: Sequence[Report]) -> None:
        """Show these reports to choose from."""
        field = self.fields["report"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker what the class says above
        field.choices = [
            (str(each.pk), f"{localtime(each.received):%Y-%m-%d %H:%M} {each.summary[:80] or words_of(each).kind}")
            for each in reports
        ]


@require_safe
def desk_reports(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """The reports that are attached."""
    found = incident_of(request, slug, number)
    attached = attached_reports(found)
    context = {
        "page": incident_page(found, _("Reports to the desk"), _sentence(len(attached))),
        "organisation": found.organisation,
        "incident": found,
        "attached": [(each, words_of(each)) for each in attached],
        "may_attach": may_keep(request, found) and bool(reports_to_attach(found)),
    }
    return render(request, "incidents/desk_reports.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def attach(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """Attach one of the organisation's own reports."""
    found = incident_of(request, slug, number, *INCIDENT_KEEPERS)
    offered = reports_to_attach(found)
    form = AttachForm(posted(request), initial={"report": request.GET.get("report", "")})
    form.offer(offered)
    if request.method == "POST" and form.is_valid():
        chosen = next(each for each in offered if str(each.pk) == form.cleaned_data["report"])
        try:
            attach_report(found, chosen, recorder_for(person_of(request)))
        except InputError as error:
            form.take_error(error, "report")
        else:
            return redirect(url_of(found, "incidents:reports"))
    context = {
        "page": incident_page(found, _("Attach a report"), _offer_sentence(len(offered))),
        "organisation": found.organisation,
        "incident": found,
        "form": form,
        "verb": _("Attach the report"),
        "note": _("The desk is told nothing by this; your record shows which report belongs to it."),
    }
    return form_page(request, "incidents/form.html", context)


def reports_line(incident: Incident) -> str:
    """How many reports are attached, for the incident's own page."""
    count = len(attached_reports(incident))
    return ngettext("%(count)s report", "%(count)s reports", count) % {"count": count}


def _offer_sentence(count: int) -> str:
    if not count:
        return _("Your organization has no report that is not attached yet.")
    return _("Choose the report to the desk that is about this incident.")


def _sentence(count: int) -> str:
    if not count:
        return _("No report to the desk is attached to this incident.")
    return ngettext(
        "%(count)s report to the desk is about this incident.",
        "%(count)s reports to the desk are about this incident.",
        count,
    ) % {"count": count}
