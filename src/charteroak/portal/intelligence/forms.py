"""Forms for an analyst's indicators. All that is typed here leaves with a release and passes the gate first."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from charteroak.intel.audiences import Audience
from charteroak.intel.limits import MAX_DESCRIPTION_CHARACTERS, MAX_NAME_CHARACTERS
from charteroak.observables import Observable, ObservableType, parse_observable
from charteroak.portal.forms import ManyChoices, QuestionForm
from charteroak.records.intelligence.models import IndicatorRecord
from charteroak.services.intelligence import IndicatorText
from charteroak.tlp import TLPLabel

TLP_CHOICES = (
    (TLPLabel.CLEAR.value, _("TLP:CLEAR, anyone")),
    (TLPLabel.GREEN.value, _("TLP:GREEN, the community")),
    (TLPLabel.AMBER.value, _("TLP:AMBER, members and their providers")),
    (TLPLabel.AMBER_STRICT.value, _("TLP:AMBER+STRICT, members alone")),
    (TLPLabel.RED.value, _("TLP:RED, nobody beyond this desk")),
)


READERS = {
    Audience.PUBLIC: _("anyone"),
    Audience.COMMUNITY: _("the community"),
    Audience.MEMBERS_AND_PROVIDERS: _("members and their providers"),
    Audience.MEMBERS: _("members alone"),
}
"""Who reads a collection, in words."""


class IndicatorTextForm(QuestionForm):
    """What is said about an indicator, and how far it may go."""

    name = forms.CharField(label=_("Name"), max_length=MAX_NAME_CHARACTERS, required=False)
    description = forms.CharField(
        label=_("Description"),
        max_length=MAX_DESCRIPTION_CHARACTERS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    campaign = forms.CharField(label=_("Campaign"), max_length=MAX_NAME_CHARACTERS, required=False)
    tlp = forms.ChoiceField(
        label=_("Marking"),
        choices=TLP_CHOICES,
        initial=TLPLabel.GREEN.value,
        widget=forms.Select(attrs={"class": "short"}),
    )
    confidence = forms.IntegerField(
        label=_("Confidence, 0 to 100"),
        min_value=0,
        max_value=100,
        required=False,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )

    def text(self) -> IndicatorText:
        """What was typed, from a valid form."""
        answers = self.cleaned_data
        return IndicatorText(
            name=answers["name"],
            description=answers["description"],
            campaign=answers["campaign"],
            tlp=TLPLabel(answers["tlp"]),
            confidence=answers["confidence"],
        )

    @staticmethod
    def initial_of(record: IndicatorRecord) -> dict[str, Any]:
        """The form's first values for a record."""
        return {name: getattr(record, name) for name in ("name", "description", "campaign", "tlp", "confidence")}


class ProposalForm(IndicatorTextForm):
    """Which of a report's observables to put before the desk as indicators."""

    observables = forms.MultipleChoiceField(label=_("What the mail holds"), widget=ManyChoices)
    field_order = ("observables", "tlp", "name", "description", "campaign", "confidence")

    def __init__(self, *args: Any, observables: Sequence[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["observables"] = forms.MultipleChoiceField(
            label=self.fields["observables"].label,
            choices=[(f"{one['type']}|{one['value']}", f"{one['type']}: {one['defanged']}") for one in observables],
            widget=ManyChoices,
        )

    def chosen(self) -> list[Observable]:
        """The observables that were ticked, from a valid form."""
        pairs = [choice.partition("|") for choice in self.cleaned_data["observables"]]
        return [parse_observable(value, ObservableType(type_)) for type_, _bar, value in pairs]


class WithdrawalForm(QuestionForm):
    """Why an indicator is taken back; the reason stays in the desk's ledger."""

    reason = forms.CharField(
        label=_("Why is it withdrawn?"),
        help_text=_("Stays in the desk's ledger. Readers learn only that the indicator no longer holds."),
        max_length=1000,
    )
