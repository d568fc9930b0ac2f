"""The question of a gap plan, and the form that records the chosen tasks as gaps."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from charteroak.portal.forms import Choices, ManyChoices, QuestionForm
from charteroak.portal.programs.forms import DateInput, LineField
from charteroak.program.gap_plan import Task
from charteroak.services.gap_plans import MAX_BUDGET, MAX_HOURS_PER_WEEK, PlanQuestion


class PlanForm(QuestionForm):
    """How much money and time there is, and until when."""

    records = False
    budget = forms.IntegerField(label=_("How many dollars can be spent?"), min_value=0, max_value=MAX_BUDGET)
    by = forms.DateField(label=_("By which day?"), widget=DateInput)
    hours_per_week = forms.IntegerField(
        label=_("How many hours a week can people work on it?"),
        help_text=_("Everybody's hours together."),
        min_value=0,
        max_value=MAX_HOURS_PER_WEEK,
    )
    scope = forms.ChoiceField(
        label=_("Which gaps?"),
        choices=(("promised", _("What the program promises")), ("all", _("Every practice"))),
        widget=Choices,
        required=False,
    )
    loss_low = forms.IntegerField(
        label=_("What could a breach cost you, at least?"),
        help_text=_("Your own figure, in dollars. We have none and invent none; it is only set beside the plan."),
        min_value=0,
        required=False,
    )
    loss_high = forms.IntegerField(label=_("And at most?"), min_value=0, required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse half a range of a loss."""
        cleaned: dict[str, Any] = super().clean() or {}
        low, high = cleaned.get("loss_low"), cleaned.get("loss_high")
        if (low is None) != (high is None) and not {"loss_low", "loss_high"} & set(self.errors):
            self.add_error("loss_high" if high is None else "loss_low", _("Give both figures, or none."))
        return cleaned

    def question(self) -> PlanQuestion:
        """The question, from a valid form."""
        answers = self.cleaned_data
        low, high = answers["loss_low"], answers["loss_high"]
        return PlanQuestion(
            budget=answers["budget"],
            by=answers["by"],
            hours_per_week=answers["hours_per_week"],
            every_practice=answers["scope"] == "all",
            loss=None if low is None or high is None else (low, high),
        )


class RecordPlanForm(QuestionForm):
    """Which tasks of a plan become gaps on record, who closes them, and by when."""

    chosen = forms.MultipleChoiceField(label=_("Which of them?"), widget=ManyChoices)
    owner = LineField(label=_("Who closes them?"))
    due = forms.DateField(label=_("By which day?"), widget=DateInput)

    def __init__(self, *args: Any, tasks: Sequence[Task], by: date | None = None, **kwargs: Any) -> None:
        initial = {"chosen": [task.id for task in tasks], "due": by}
        super().__init__(*args, initial=initial, auto_id="record_%s", **kwargs)
        field = self.fields["chosen"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(task.id, task.title) for task in tasks]
