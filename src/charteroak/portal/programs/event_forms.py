"""Forms of things that were done once: an exercise, a training; and of evidence that another item took the place of."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from charteroak.portal.forms import QuestionForm
from charteroak.portal.programs.forms import DateInput, LineField, NoteField, WhenForm
from charteroak.program.bodies import EvidenceSuperseded

MAX_PEOPLE = 9_999_999
MAX_INDEX = 10**14


class CountField(forms.IntegerField):
    """How many people or things."""

    def __init__(self, *, max_value: int = MAX_PEOPLE, **kwargs: object) -> None:
        widget = forms.NumberInput(attrs={"class": "short", "inputmode": "numeric"})
        super().__init__(min_value=0, max_value=max_value, widget=widget, **kwargs)  # type: ignore[arg-type]  # Django's own


class ExerciseForm(WhenForm):
    """People played through an incident before it came."""

    field_order = ("title", "scenario", "led_by", "participants", "findings", "day", "precision", "file", "note")
    title = LineField(label=_("What was the exercise?"), help_text=_("For example: Morning without the till."))
    scenario = LineField(label=_("What was played through?"))
    led_by = LineField(label=_("Who led it?"))
    participants = CountField(label=_("How many people took part?"))
    findings = CountField(label=_("How many things were found that need a change?"))
    day = forms.DateField(label=_("On which day?"), widget=DateInput)
    file = forms.FileField(
        label=_("The file that shows it"), required=False, help_text=_("A list, minutes, a scan. At most 64 MB.")
    )
    note = NoteField(label=_("What was found"))


class TrainingForm(WhenForm):
    """People were trained."""

    field_order = ("title", "audience", "people", "of", "day", "precision", "file", "note")
    title = LineField(label=_("What was taught?"))
    audience = LineField(label=_("Who was it for?"), help_text=_("For example: everyone who opens mail."))
    people = CountField(label=_("How many people completed it?"))
    of = CountField(label=_("Of how many?"), required=False)
    day = forms.DateField(label=_("On which day?"), widget=DateInput)
    file = forms.FileField(
        label=_("The file that shows it"), required=False, help_text=_("A list of who took part. At most 64 MB.")
    )
    note = NoteField(label=_("In your words"))


class SupersedingForm(QuestionForm):
    """From a day on, an item of evidence shows nothing more."""

    by = CountField(
        label=_("Which entry takes its place?"),
        required=False,
        max_value=MAX_INDEX,
        help_text=_("Its number in the evidence log. Leave it empty if nothing does."),
    )
    day = forms.DateField(label=_("From which day on?"), widget=DateInput)
    reason = NoteField(label=_("Why does it show nothing more?"), required=True)

    def __init__(self, *args: Any, size: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.size = size

    def clean_by(self) -> int | None:
        """Refuse the number of an entry that is not there."""
        by: int | None = self.cleaned_data["by"]
        if by is not None and by >= self.size:
            raise forms.ValidationError(
                _("There is no such entry; the newest is %(index)s.") % {"index": self.size - 1}
            )
        return by

    def superseding(self, index: int) -> EvidenceSuperseded:
        """What is recorded about this entry, from a valid form."""
        answers = self.cleaned_data
        return EvidenceSuperseded(supersedes=index, by=answers["by"], reason=answers["reason"])
