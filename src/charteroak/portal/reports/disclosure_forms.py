"""Who may know who reported: the three levels, and the words that a reporter agrees to before more people may."""

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from charteroak.portal.forms import Choices, QuestionForm
from charteroak.portal.reports.wording import DISCLOSURE_CHOICES
from charteroak.records.reports.models import Report
from charteroak.services.disclosure import is_wider

CONSENT: dict[str, str | Promise] = {
    Report.Disclosure.NAMED: _("I agree that other members may learn that we reported this."),
    Report.Disclosure.DESK_ONLY: _("I agree that the desk\u2019s analysts may know who reported this."),
}


def words_of_consent(level: str) -> str | Promise:
    """The sentence that stands beside the box; nothing where nobody new is told."""
    return CONSENT.get(level, "")


class DisclosureForm(QuestionForm):
    """A level, and consent where it is wider than the one that stands."""

    level = forms.ChoiceField(
        label=_("Who may know that this came from you?"),
        help_text=_("If fewer may know, that holds from now on: what somebody has read cannot be taken back."),
        choices=DISCLOSURE_CHOICES,
        widget=Choices,
    )
    agrees = forms.BooleanField(
        label=_("If more may know than now: I agree to it"),
        help_text=_("Your agreement is recorded with its words and the moment."),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "usa-checkbox"}),
    )
    name = forms.CharField(label=_("Your name"), max_length=200, required=False)
    contact = forms.CharField(label=_("How can the desk reach you?"), max_length=300, required=False)

    def __init__(self, *args: Any, report: Report, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._report = report
        self.fields["level"].initial = report.disclosure
        if report.disclosure != Report.Disclosure.ANONYMOUS:
            del self.fields["name"], self.fields["contact"]

    def clean(self) -> dict[str, Any] | None:
        """Ask for consent where it is needed."""
        cleaned = super().clean() or {}
        level = cleaned.get("level")
        if level and is_wider(level, self._report.disclosure) and not cleaned.get("agrees"):
            self.add_error("agrees", _("More people would know. Agree to it, or leave it as it is."))
        return cleaned

    def names(self) -> dict[str, Any]:
        """What an anonymous reporter says of themselves now."""
        answers = self.cleaned_data
        contact = answers.get("contact", "")
        said = {"name": answers.get("name", ""), "email" if "@" in contact else "phone": contact}
        return {"reporter": said} if any(said.values()) else {}
