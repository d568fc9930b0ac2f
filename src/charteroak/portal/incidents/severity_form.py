"""The eight questions about severity. Several answers to one mean that it is one of them; none, that it is open."""

from collections.abc import Mapping, Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from charteroak.portal.forms import ManyChoices, QuestionForm
from charteroak.response.scoring_model import load_scoring_model
from charteroak.response.severity import VICTIMS_LIMIT


class SeverityForm(QuestionForm):
    """A list of boxes for each factor, and how many others were hit where the desk does not know it."""

    not_marked = frozenset(load_scoring_model("local").factors)

    def __init__(
        self,
        data: Mapping[str, object] | None,
        *,
        answers: Mapping[str, Sequence[str]],
        victims: int,
        asks_victims: bool,
    ) -> None:
        super().__init__(data, initial={**answers, "victims": victims if victims > 1 else None})
        model = load_scoring_model("local")
        for factor in model.factor:
            choices = [(option.name, option.text) for option in sorted(factor.options, key=lambda each: each.value)]
            question = forms.MultipleChoiceField(
                label=f"{factor.title}: {factor.question[:1].lower()}{factor.question[1:]}",
                choices=choices,
                required=False,
                widget=ManyChoices,
            )
            self.ask(factor.name, question)
        if asks_victims:
            self.ask(
                "victims",
                forms.IntegerField(
                    label=_("How many organizations were hit by the same campaign, you among them?"),
                    help_text=_("Leave it empty if you know of nobody else."),
                    required=False,
                    min_value=1,
                    max_value=VICTIMS_LIMIT,
                ),
            )

    @property
    def answers(self) -> dict[str, list[str]]:
        """What was answered; a question that was left open is not there."""
        names = load_scoring_model("local").factors
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data.get(name)}
