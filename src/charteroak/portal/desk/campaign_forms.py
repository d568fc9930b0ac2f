"""Forms for what an analyst decides about a campaign. Who decides, and why, goes into the desk's ledger."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from charteroak.portal.forms import ManyChoices, QuestionForm
from charteroak.records.reports.models import Campaign
from charteroak.services.campaign_decisions import WHY_CHARACTERS


def _why() -> forms.CharField:
    return forms.CharField(label=_("Why"), max_length=WHY_CHARACTERS)


class SplitForm(QuestionForm):
    """Which reports leave a campaign."""

    prefix = "split"
    reports = forms.MultipleChoiceField(label=_("Which reports do not belong to it?"), widget=ManyChoices)
    why = _why()

    def __init__(self, *args: Any, members: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(number), label) for number, label in members]
        label = self.fields["reports"].label
        self.ask("reports", forms.MultipleChoiceField(label=label, choices=choices, widget=ManyChoices))

    def chosen(self) -> set[int]:
        """The reports that were ticked, from a valid form."""
        return {int(number) for number in self.cleaned_data["reports"]}


class MergeForm(QuestionForm):
    """Which other campaign is the same one."""

    prefix = "merge"
    other = forms.ChoiceField(label=_("Which campaign is the same?"))
    why = _why()

    def __init__(self, *args: Any, others: Sequence[Campaign], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("Choose one")), *((str(row.pk), row.name) for row in others)]
        self.ask("other", forms.ChoiceField(label=self.fields["other"].label, choices=choices))


class UndoForm(QuestionForm):
    """Why a decision is taken back."""

    prefix = "undo"
    number = forms.IntegerField(label=_("Decision number"), min_value=1, max_value=2**31 - 1)
    why = _why()
