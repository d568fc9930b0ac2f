"""Forms that record: a plan's adoption, its activation at a level, its end; and the choice of two versions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from charteroak.portal.forms import Choices, QuestionForm
from charteroak.portal.programs.forms import DateInput, LineField, NoteField
from charteroak.response.plans.plan import Plan
from charteroak.services.plan_activations import NewActivation
from charteroak.services.plan_adoptions import NewPlanAdoption


class AdoptPlanForm(QuestionForm):
    """The adoption of a draft."""

    version = LineField(
        label=_("Which version is it?"),
        help_text=_("Such as 1.0 or 2026."),
        widget=forms.TextInput(attrs={"class": "short"}),
    )
    by = LineField(label=_("Who adopted it?"), help_text=_("A person, or a board."))
    office = LineField(label=_("In which office?"), help_text=_("Such as First Selectman."))
    adopted = forms.DateField(label=_("On which day?"), widget=DateInput)
    review_by = forms.DateField(
        label=_("Until when is it reviewed?"),
        widget=DateInput,
        required=False,
        help_text=_("Otherwise as the plan says."),
    )

    def adoption(self) -> NewPlanAdoption:
        """The adoption, from a valid form."""
        said = self.cleaned_data
        return NewPlanAdoption(said["version"], said["by"], said["office"], said["adopted"], said["review_by"])


class ActivateForm(QuestionForm):
    """At which level, by whom, why, and for which incident."""

    by = LineField(label=_("Who decided it?"))
    reason = NoteField(label=_("Why?"), required=True, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, plan: Plan, incidents: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        levels = [
            (str(level.number), f"{level.number} {level.name}: {level.meaning}")
            for level in sorted(plan.levels, key=lambda level: level.number)
        ]
        self.ask(
            "level",
            forms.TypedChoiceField(label=_("At which level?"), choices=levels, coerce=int, widget=Choices),
        )
        choices = [("", _("None is on record")), *incidents]
        self.ask("incident", forms.ChoiceField(label=_("For which incident?"), choices=choices, required=False))
        self.order_fields(["level", "by", "reason", "incident"])

    def activation(self) -> NewActivation:
        """The activation, from a valid form."""
        said = self.cleaned_data
        return NewActivation(said["level"], said["by"], said["reason"], said["incident"])


class StandDownForm(QuestionForm):
    """Who ended it, and what is so now."""

    by = LineField(label=_("Who decided it?"))
    note = NoteField(label=_("What is so now?"))


class ComparePlansForm(QuestionForm):
    """Which two versions to compare."""

    records = False

    def __init__(self, *args: Any, versions: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (("old", _("From which version?")), ("new", _("To which version?"))):
            widget = forms.Select(attrs={"class": "short"})
            self.ask(name, forms.ChoiceField(label=label, choices=versions, widget=widget))
