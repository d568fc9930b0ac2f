"""Who may know who reported: the three levels, and the words that a reporter agrees to before more people may."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from charteroak.portal.forms import Choices, ManyChoices, QuestionForm
from charteroak.portal.reports.wording import DISCLOSURE_CHOICES
from charteroak.records.reports.models import Report
from charteroak.services.disclosure import is_wider

CONSENT: dict[str, str | Promise] = {
    Report.Disclosure.NAMED: _("I agree that other members may learn that we reported this."),
    Report.Disclosure.DESK_ONLY: _("I agree that the desk\u2019s analysts may know who reported this."),
}


def _with_choices(field: forms.Field, choices: Sequence[tuple[str, str | Promise]]) -> forms.Field:
    if isinstance(field, forms.MultipleChoiceField):
        field.choices = choices
    return field


class DisclosureForm(QuestionForm):
    """A level, and consent where it is wider than the one that stands."""

    level = forms.ChoiceField(
        label=_("Who may know that this came from you?"),
        help_text=_("If fewer may know, that holds from now on: what somebody has read cannot be taken back."),
        choices=DISCLOSURE_CHOICES,
        widget=Choices,
    )
    agrees = forms.MultipleChoiceField(
        label=_("If more may know than now, agree to it here"),
        help_text=_("Your agreement is recorded with its words and the moment."),
        required=False,
        widget=ManyChoices,
    )
    name = forms.CharField(label=_("Your name"), max_length=200, required=False)
    contact = forms.CharField(label=_("How can the desk reach you?"), max_length=300, required=False)

    def __init__(self, *args: Any, report: Report, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._report = report
        self.fields["level"].initial = report.disclosure
        wider = [(level, words) for level, words in CONSENT.items() if is_wider(level, report.disclosure)]
        if wider:
            self.ask("agrees", _with_choices(self.fields["agrees"], wider))
        else:
            del self.fields["agrees"]
        if report.disclosure != Report.Disclosure.ANONYMOUS:
            del self.fields["name"], self.fields["contact"]

    def clean(self) -> dict[str, Any] | None:
        """Ask for consent where it is needed."""
        cleaned = super().clean() or {}
        level = cleaned.get("level")
        if level and is_wider(level, self._report.disclosure) and level not in cleaned.get("agrees", ()):
            self.add_error("agrees", _("More people would know. Agree to it, or leave it as it is."))
        return cleaned

    def consent(self) -> str:
        """The words beside the box that was ticked for the level that was chosen, as they were shown."""
        level = self.cleaned_data["level"]
        return str(CONSENT[level]) if level in self.cleaned_data.get("agrees", ()) else ""

    def names(self) -> dict[str, Any]:
        """What an anonymous reporter says of themselves now."""
        answers = self.cleaned_data
        contact = answers.get("contact", "")
        said = {"name": answers.get("name", ""), "email" if "@" in contact else "phone": contact}
        return {"reporter": said} if any(said.values()) else {}
