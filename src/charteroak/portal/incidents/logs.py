"""Merge from logs: read them, see what they propose, tick what goes into the timeline."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from charteroak.clock import parse_instant
from charteroak.errors import InputError
from charteroak.portal.detections.forms import LogFilesField
from charteroak.portal.forms import QuestionForm, form_page, posted
from charteroak.portal.incidents.frame import incident_of, incident_page, may_keep, url_of
from charteroak.portal.people import person_of
from charteroak.records.incident_work.models import LogReading
from charteroak.response.event_times import ZONES, EventTimeError
from charteroak.response.log_proposals import proposal_in_words
from charteroak.response.timeline_words import when_in_words
from charteroak.services.feeds import indicators_in_force
from charteroak.services.incident_logs import access_reading, read_logs, readings_of, take_proposals, taken_of
from charteroak.services.incidents import INCIDENT_KEEPERS
from charteroak.services.programs import ProgramInputError, UploadedFile, recorder_for


class LogsForm(QuestionForm):
    """The logs, what to look for, and how far their clock can be trusted."""

    not_marked = frozenset({"zone"})
    logs = LogFilesField(
        label=gettext_lazy("Which logs?"),
        help_text=gettext_lazy("Text, JSON Lines, CSV or Windows event logs; plain, gzip or zstd. At most 64 MB each."),
    )
    looked_for = forms.CharField(
        label=gettext_lazy("What shall be looked for?"),
        help_text=gettext_lazy("Addresses, domains, links, e-mail addresses or digests, one a line."),
        required=False,
        max_length=1 << 20,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    zone = forms.ChoiceField(
        label=gettext_lazy("Times without a zone are on the clocks of"),
        choices=[(name, name.replace("_", " ")) for name in ZONES],
        required=False,
    )
    skew = forms.IntegerField(
        label=gettext_lazy("By how many seconds is their clock behind?"),
        help_text=gettext_lazy("Negative if it is ahead. The time as written is kept beside the corrected one."),
        required=False,
        min_value=-(7 * 24 * 3600),
        max_value=7 * 24 * 3600,
    )


@dataclass(frozen=True, slots=True)
class ShownProposal:
    """A proposal for the template."""

    number: int
    what: str
    when: str
    line: int
    raw: str
    doubts: tuple[str, ...]
    is_taken: bool


@require_http_methods(["GET", "HEAD", "POST"])
def logs(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """Read logs for an incident, and what was read so far."""
    found = incident_of(request, slug, number, *INCIDENT_KEEPERS)
    form = LogsForm(posted(request), request.FILES or None, initial={"zone": ZONES[0]})
    if request.method == "POST" and form.is_valid():
        answers = form.cleaned_data
        files = [UploadedFile(log.name or "log", log.content_type or "", log.file) for log in answers["logs"]]
        try:
            rows = read_logs(
                found,
                files,
                recorder_for(person_of(request)),
                looked_for=answers["looked_for"],
                zone=answers["zone"] or ZONES[0],
                skew_seconds=answers["skew"] or 0,
            )
        except InputError as error:
            field = error.field if isinstance(error, ProgramInputError | EventTimeError) else "logs"
            form.take_error(error, field)
        else:
            first = rows[0]
            return redirect("incidents:log", slug=slug, number=number, reading=first.pk)
    count = indicators_in_force(found.organisation).count()
    answer = ngettext(
        "They are searched here and thrown away. The desk's %(count)s indicator is looked for as well.",
        "They are searched here and thrown away. The desk's %(count)s indicators are looked for as well.",
        count,
    ) % {"count": count}
    context = {
        "page": incident_page(found, _("Read logs"), answer),
        "organisation": found.organisation,
        "incident": found,
        "form": form,
        "readings": readings_of(found),
        "may_keep": may_keep(request, found),
    }
    return form_page(request, "incidents/logs.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def log(request: HttpRequest, slug: str, number: str, reading: int) -> HttpResponse:
    """What one log proposes; what is ticked goes into the timeline."""
    found = incident_of(request, slug, number, *INCIDENT_KEEPERS)
    row = access_reading(found, reading)
    row.incident = found
    form = TicksForm(posted(request), row)
    if request.method == "POST" and form.is_valid():
        try:
            take_proposals(row, form.numbers, recorder_for(person_of(request)))
        except InputError as error:
            form.take_error(error)
        else:
            return redirect(url_of(found, "incidents:timeline"))
    shown = _shown(row)
    context = {
        "page": incident_page(found, row.name, _answer(row)),
        "organisation": found.organisation,
        "incident": found,
        "reading": row,
        "summary": row.summary,
        "form": form,
        "proposals": shown,
        "ticked": form.ticked,
        "may_take": may_keep(request, found) and any(not each.is_taken for each in shown),
    }
    return form_page(request, "incidents/log.html", context)


class TicksForm(QuestionForm):
    """Which proposals were ticked."""

    def __init__(self, data: Any, reading: LogReading) -> None:
        super().__init__(data)
        choices = [(str(each["number"]), str(each["number"])) for each in reading.proposals]
        field = forms.MultipleChoiceField(choices=choices, label=_("What shall go into the timeline?"))
        field.error_messages["required"] = _("Tick what shall go into the timeline.")
        self.ask("proposals", field)

    @property
    def numbers(self) -> list[int]:
        """Those that were ticked."""
        return [int(number) for number in self.cleaned_data["proposals"]]

    @property
    def ticked(self) -> frozenset[int]:
        """Those that were sent, for the form to show again."""
        sent = self.data.getlist("proposals") if hasattr(self.data, "getlist") else []
        return frozenset(int(number) for number in sent if number.isascii() and number.isdigit() and len(number) < 9)


def _answer(row: LogReading) -> str:
    matches = ngettext("%(count)s match", "%(count)s matches", row.summary["matches"]) % {
        "count": row.summary["matches"]
    }
    if not row.proposals:
        return _("%(matches)s, and nothing that could be put into the timeline.") % {"matches": matches}
    return ngettext(
        "%(matches)s. %(count)s event may go into the timeline: tick it if it belongs there.",
        "%(matches)s. %(count)s events may go into the timeline: tick those that belong there.",
        len(row.proposals),
    ) % {"matches": matches, "count": len(row.proposals)}


def _shown(row: LogReading) -> list[ShownProposal]:
    taken = taken_of(row)
    return [
        ShownProposal(
            number=each["number"],
            what=proposal_in_words(each, row.name),
            when=when_in_words(parse_instant(each["earliest"]), parse_instant(each["latest"])),
            line=each["line"],
            raw=each["raw"],
            doubts=_doubts(each),
            is_taken=each["number"] in taken,
        )
        for each in row.proposals
    ]


def _doubts(proposal: dict[str, Any]) -> tuple[str, ...]:
    doubts = []
    if not proposal["hasZone"]:
        doubts.append(_("the log names no zone"))
    if not proposal["hasYear"]:
        doubts.append(_("the log names no year"))
    return tuple(doubts)
