"""The first report of an incident: seven answers in two steps, and the record that they make."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from charteroak.portal.forms import Choices, QuestionForm
from charteroak.portal.reports.forms import WhoForm
from charteroak.portal.reports.moment_field import MomentField, ask_which_of_two, moment_said
from charteroak.portal.reports.wording import CATEGORY_CHOICES, HELP_CHOICES, OUTCOME_CHOICES
from charteroak.records.accounts.models import Organisation
from charteroak.records.reports.models import Report
from charteroak.response.incident_report import without_names
from charteroak.response.report_fields import LINE_LIMIT, NARRATIVE_LIMIT
from charteroak.services.reports import Reporter

FIELD_OF: Mapping[str, str] = {
    "/outcome": "outcome",
    "/narrative": "summary",
    "/noticed": "detected",
    "/kinds": "category",
    "/technicalContact": "technical_contact",
    "/helpWanted": "help_wanted",
    "/entity/name": "entity",
    "/reporter/name": "name",
    "/reporter/phone": "contact",
    "/reporter/email": "contact",
}
"""The question of each answer of the record."""

KIND_OF_ORGANISATION: Mapping[str, str] = {
    "municipality": "municipality",
    "public-school-district": "public-school-district",
    "state-agency": "state-agency",
    "nonprofit": "nonprofit",
    "individual": "individual",
}
"""What a member's account says of its kind, where the record has a word for it; else it is a firm."""


class IncidentForm(QuestionForm):
    """The first step: what happened."""

    outcome = forms.ChoiceField(label=_("Did it succeed?"), choices=OUTCOME_CHOICES, widget=Choices)
    summary = forms.CharField(
        label=_("What happened, in a sentence or two?"),
        max_length=NARRATIVE_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    detected = MomentField(
        label=_("When was it noticed?"),
        help_text=_("Day and time in Connecticut. A guess is better than nothing; leave the time empty if unsure."),
        required=False,
    )
    category = forms.ChoiceField(
        label=_("What kind of incident is it?"),
        choices=CATEGORY_CHOICES,
        required=False,
        widget=forms.Select(attrs={"class": "short"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_which_of_two(self, "detected")


class IncidentWhoForm(WhoForm):
    """The second step: for whom, who can be asked, what help, and who may know."""

    not_marked = frozenset({"help_wanted"})

    entity = forms.CharField(label=_("For which organization or place?"), max_length=LINE_LIMIT, required=False)
    technical_contact = forms.CharField(
        label=_("Who can answer technical questions, day and night?"),
        help_text=_("Name and telephone number. It may be your provider."),
        max_length=LINE_LIMIT,
        required=False,
    )
    help_wanted = forms.ChoiceField(
        label=_("What help do you want?"), choices=HELP_CHOICES, required=False, widget=Choices, initial="none"
    )
    field_order = ("organisation", "entity", "name", "contact", "technical_contact", "help_wanted", "disclosure")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self._organisations:
            del self.fields["entity"]

    @property
    def drops_names(self) -> bool:
        """Whether names were filled in that an anonymous report does not keep."""
        answers = self.cleaned_data
        named = any(answers.get(field) for field in ("entity", "name", "contact", "technical_contact"))
        return named and answers["disclosure"] == Report.Disclosure.ANONYMOUS


def first_document(what: IncidentForm, who: IncidentWhoForm) -> dict[str, Any]:
    """The document of a first report, from two valid forms; without any name where the reporter is to be anonymous."""
    said, asked = what.cleaned_data, who.cleaned_data
    reporter = who.reporter()
    document: dict[str, Any] = {
        "outcome": said["outcome"],
        "narrative": said["summary"],
        "noticed": moment_said(what, "detected"),
        "kinds": [said["category"]] if said["category"] else None,
        "technicalContact": asked["technical_contact"],
        "helpWanted": asked["help_wanted"],
        "disclosure": asked["disclosure"],
        "entity": entity_of(reporter.organisation) or {"name": asked.get("entity", "")},
        "reporter": person_of_reporter(reporter),
        "language": (get_language() or "en")[:2],
    }
    return without_names(document) if asked["disclosure"] == Report.Disclosure.ANONYMOUS else document


def entity_of(organisation: Organisation | None) -> dict[str, Any]:
    """What the installation knows of a member, so that nobody asks for it."""
    if organisation is None:
        return {}
    return {"name": organisation.name, "kind": KIND_OF_ORGANISATION.get(organisation.kind, "firm")}


def person_of_reporter(reporter: Reporter) -> dict[str, Any]:
    """The reporter as the record has it; what is no mail address is taken for a telephone number."""
    channel = "email" if "@" in reporter.contact else "phone"
    return {"name": reporter.name, channel: reporter.contact}
