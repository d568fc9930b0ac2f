"""Forms of exercises: setting one up, joining, saying what one does, and what is to be mended."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from charteroak.portal.forms import Choices, QuestionForm
from charteroak.portal.programs.forms import DateInput, LineField
from charteroak.records.exercises.models import ExerciseSpace
from charteroak.response.exercises.clock import FASTEST
from charteroak.response.exercises.packaged import load_scenarios
from charteroak.response.exercises.scenario import SCENARIO_LIMIT_BYTES, Inject, Scenario
from charteroak.services.exercise_reports import NewImprovement
from charteroak.services.exercise_spaces import NewSpace

OWN = "own"


class NewExerciseForm(QuestionForm):
    """A name, a scenario, a pace."""

    name = LineField(label=_("What do you call this exercise?"), help_text=_("For example: Fall exercise 2026."))
    scenario = forms.ChoiceField(label=_("Which scenario?"), widget=Choices)
    file = forms.FileField(
        label=_("Your own scenario, if you chose that"), required=False, help_text=_("A TOML file of at most 256 KB.")
    )
    factor = forms.TypedChoiceField(
        label=_("How does the clock run?"),
        widget=Choices,
        coerce=int,
        initial="0",
        choices=[
            ("0", _("By hand: you go to the next step when the table is ready")),
            ("1", _("In real time")),
            ("2", _("Twice as fast")),
            ("5", _("Five times as fast")),
            ("10", _("Ten times as fast")),
            ("60", _("A minute is an hour")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [
            (each.id, f"{each.title} ({each.minutes} min, {len(each.roles)} roles). {each.summary}")
            for each in load_scenarios().values()
        ]
        self.fields["scenario"].choices = [*offered, (OWN, _("One of our own (a file)"))]  # type: ignore[attr-defined] # a ChoiceField has choices

    def new(self) -> NewSpace:
        """What was asked for. A file above the limit is not read further than that, so that parsing refuses it."""
        answers = self.cleaned_data
        own: bytes | None = None
        if answers["scenario"] == OWN:
            file = answers.get("file")
            own = b"" if file is None else file.read(SCENARIO_LIMIT_BYTES + 1)
        return NewSpace(name=answers["name"], scenario=answers["scenario"], scenario_file=own, factor=answers["factor"])


class CodeForm(QuestionForm):
    """The code that the facilitator reads out."""

    code = forms.CharField(
        label=_("What is the code?"),
        max_length=40,
        help_text=_("Eight characters, such as 7QK3-M0ZD."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "short"}),
    )


class JoinForm(QuestionForm):
    """Who plays which part."""

    name = LineField(label=_("What is your name?"), help_text=_("It stands in the report of the exercise."))
    role = forms.ChoiceField(label=_("Which part do you play?"), widget=Choices)

    def __init__(self, *args: Any, scenario: Scenario, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [  # type: ignore[attr-defined] # a ChoiceField has choices
            (role.id, f"{role.title}. {role.what}") for role in scenario.roles
        ]


class ActionForm(QuestionForm):
    """What a player does, about which piece of news; and the decision that it asks for, if it does."""

    text = forms.CharField(
        label=_("What do you do?"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, inject: Inject | None = None, chosen: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if inject is not None and inject.choice is not None and not chosen:
            self.ask(
                "option",
                forms.ChoiceField(
                    label=inject.choice.ask,
                    required=False,
                    widget=Choices,
                    choices=[(option.id, option.text) for option in inject.choice.options],
                ),
            )

    def clean(self) -> dict[str, Any]:
        """Something must be said or decided."""
        answers = super().clean() or {}
        if not self.errors and not str(answers.get("text", "")).strip() and not answers.get("option"):
            self.add_error("text", _("Say what you do."))
        return answers


class IncidentTitleForm(QuestionForm):
    """What the exercise incident is called."""

    title = LineField(label=_("What happened, in one line?"))


class AnswersForm(QuestionForm):
    """The questions of the hot wash; each may stay empty."""

    def __init__(self, *args: Any, scenario: Scenario, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._questions = scenario.debrief
        for number, question in enumerate(scenario.debrief):
            self.ask(
                f"answer-{number}",
                forms.CharField(
                    label=question, required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
                ),
            )

    def answers(self) -> list[tuple[str, str]]:
        """The questions that were answered, with what was said."""
        said = [(question, self.cleaned_data[f"answer-{n}"].strip()) for n, question in enumerate(self._questions)]
        return [(question, text) for question, text in said if text]


class ImprovementForm(QuestionForm):
    """Something to be mended."""

    what = LineField(label=_("What will you mend?"))
    owner = LineField(label=_("Who does it?"))
    due = forms.DateField(label=_("By when?"), required=False, widget=DateInput)

    def new(self) -> NewImprovement:
        """What was handed in."""
        return NewImprovement(**{name: self.cleaned_data[name] for name in ("what", "owner", "due")})


def pace_words(space: ExerciseSpace) -> str:
    """How the clock of an exercise runs."""
    if space.factor == 0:
        return str(_("moved by hand"))
    return str(_("in real time")) if space.factor == 1 else str(_("%s times as fast") % min(space.factor, FASTEST))
