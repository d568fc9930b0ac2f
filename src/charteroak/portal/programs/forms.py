"""Forms of evidence, practices, corrections and breach intervals."""

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeAlias

from django import forms
from django.utils.translation import gettext_lazy as _

from charteroak.portal.forms import Choices, QuestionForm
from charteroak.portal.programs.choices import PRACTICE_ANSWERS, Words
from charteroak.portal.programs.wording import framework_name
from charteroak.program.practices import load_practices
from charteroak.services.program_record import MAX_TEXT
from charteroak.services.programs import MAX_LINE

PracticeGroups: TypeAlias = list[tuple[str, list[tuple[str, str]]]]
"""Choices under the headings of themes and frameworks."""


class DateInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class LineField(forms.CharField):
    """A name, a title or a version."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=MAX_LINE, **kwargs)


class NoteField(forms.CharField):
    """Some sentences that may be left out."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 4})
        super().__init__(**{"widget": widget, "required": False, "max_length": MAX_TEXT, **kwargs})


def choices_of(words: Mapping[str, Words]) -> list[tuple[str, Words]]:
    """A vocabulary as the choices of a field."""
    return list(words.items())


def practice_choices() -> PracticeGroups:
    """Every practice of this release, by theme."""
    asked = load_practices()
    return [
        (theme.title, [(practice.id, practice.title) for practice in asked.of_theme(theme.id)])
        for theme in asked.themes.values()
    ]


def asked_choices() -> PracticeGroups:
    """The practices, and after them what one framework alone asks."""
    questions: dict[str, list[tuple[str, str]]] = {}
    for question in load_practices().questions.values():
        questions.setdefault(question.framework, []).append((question.id, question.title))
    alone = [
        (_("Asked by %(framework)s alone") % {"framework": framework_name(code)}, choices)
        for code, choices in questions.items()
    ]
    return [*practice_choices(), *alone]


def _practice_or_none() -> list[tuple[str, Any]]:
    return [("", str(_("Choose a practice"))), *asked_choices()]


class WhenForm(QuestionForm):
    """A form about something that was so on a day, which may be known less exactly than that."""

    precision = forms.ChoiceField(
        label=_("How exactly do you know the day?"),
        choices=(("day", _("To the day")), ("month", _("Only the month")), ("year", _("Only the year"))),
        initial="day",
        required=False,
        widget=forms.Select(attrs={"class": "short"}),
    )

    not_marked = frozenset({"precision"})

    def when(self, name: str) -> dict[str, Any]:
        """The day of a field, no more exact than it is known, and how exact that is; from a valid form."""
        day: date = self.cleaned_data[name]
        precision = self.cleaned_data["precision"] or "day"
        known = {"day": day, "month": day.replace(day=1), "year": day.replace(month=1, day=1)}
        return {name: known[precision], "precision": precision}


class EvidenceForm(WhenForm):
    """Something that shows a practice at work."""

    field_order = ("practice", "title", "occurred_from", "precision", "occurred_to", "file", "note")
    practice = forms.ChoiceField(label=_("Which practice does it show?"), choices=_practice_or_none)
    title = LineField(label=_("What is it?"), help_text=_("For example: Backup restored on the till computer."))
    occurred_from = forms.DateField(
        label=_("On which day was it so?"),
        widget=DateInput,
        help_text=_("The day it happened. The day of recording is today; both stay in the record."),
    )
    occurred_to = forms.DateField(label=_("Until which day, if it lasted?"), widget=DateInput, required=False)
    file = forms.FileField(
        label=_("The file that shows it"), required=False, help_text=_("A log, a list, a scan. At most 64 MB.")
    )
    note = NoteField(label=_("What was done, in your words"), help_text=_("Needed if you add no file."))


class AnswerForm(QuestionForm):
    """The answer to a practice's question."""

    answer = forms.ChoiceField(label=_("Your answer"), choices=choices_of(PRACTICE_ANSWERS), widget=Choices)
    since = forms.DateField(
        label=_("Since which day is it so?"),
        widget=DateInput,
        help_text=_("The day of recording is today; both stay in the record."),
    )
    note = NoteField(label=_("What is done, and what is still open"))


class CorrectionForm(QuestionForm):
    """Why an entry is wrong."""

    reason = NoteField(
        label=_("What is wrong with it?"),
        required=True,
        help_text=_("One sentence that someone else understands in three years."),
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
