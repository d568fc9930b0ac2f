"""Forms of the program's pages."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from charteroak.portal.forms import QuestionForm
from charteroak.program.practices import load_practices


class DateInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


def _practice_choices() -> list[tuple[str, str]]:
    return [("", str(_("Choose a practice"))), *((p.id, p.title) for p in load_practices().by_id.values())]


class EvidenceForm(QuestionForm):
    """Something that shows a practice at work."""

    practice = forms.ChoiceField(label=_("Which practice does it show?"), choices=_practice_choices)
    title = forms.CharField(
        label=_("What is it?"), max_length=200, help_text=_("For example: Backup restored on the till computer.")
    )
    occurred_from = forms.DateField(
        label=_("On which day was it so?"),
        widget=DateInput,
        help_text=_("The day it happened. The day of recording is today; both stay in the record."),
    )
    occurred_to = forms.DateField(label=_("Until which day, if it lasted?"), widget=DateInput, required=False)
    file = forms.FileField(
        label=_("The file that shows it"), required=False, help_text=_("A log, a list, a scan. At most 64 MB.")
    )
    note = forms.CharField(
        label=_("What was done, in your words"), widget=forms.Textarea, required=False, max_length=5000
    )


class BreachIntervalForm(QuestionForm):
    """The days between the intrusion and its discovery."""

    breach_from = forms.DateField(label=_("First day of the breach"), widget=DateInput)
    breach_to = forms.DateField(label=_("Last day of the breach"), widget=DateInput)

    def clean(self) -> dict[str, Any] | None:
        """Refuse a reversed interval."""
        cleaned = super().clean() or {}
        first: date | None = cleaned.get("breach_from")
        last: date | None = cleaned.get("breach_to")
        if first is not None and last is not None and last < first:
            self.add_error("breach_to", _("The last day lies before the first."))
        return cleaned
