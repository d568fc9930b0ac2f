"""The form that walks through a requirement's objectives: each gets a result, or is passed over this time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from charteroak.portal.forms import ManyChoices, QuestionForm
from charteroak.portal.programs.choices import ASSESSMENT_RESULTS, Words
from charteroak.portal.programs.forms import DateInput, LineField, choices_of
from charteroak.program.assessed_editions import AssessedRequirement, Part
from charteroak.program.bodies import RequirementShown
from charteroak.services.assessments import Finding


class ManyInARow(ManyChoices):
    """Any of a few short answers, side by side."""

    template_name = "forms/choices_in_a_row.html"


METHODS_IN_SHORT = {"examine": _("Examine"), "interview": _("Interview"), "test": _("Test")}


@dataclass(frozen=True, slots=True)
class AskedPart:
    """One objective on the page: what was found last, and its three questions."""

    part: Part
    result: BoundField
    methods: BoundField
    note: BoundField

    @property
    def last_word(self) -> Words:
        """What was found last, in words."""
        return ASSESSMENT_RESULTS[self.part.body.result] if self.part.body is not None else ""


class WalkForm(QuestionForm):
    """Who assessed, when, shown by what; and for each objective a result."""

    assessor = LineField(label=_("Who assessed it?"))
    day = forms.DateField(label=_("On which day?"), widget=DateInput)
    evidence = forms.CharField(
        label=_("Which entries of the record show it?"),
        help_text=_("Their numbers, such as 12, 14. They are named with each result that you record now."),
        required=False,
        max_length=700,
        widget=forms.TextInput(attrs={"class": "short"}),
    )

    def __init__(self, *args: Any, requirement: AssessedRequirement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._requirement = requirement
        self.parts: Sequence[Part] = requirement.parts
        results = [("", gettext("Not assessed now")), *choices_of(ASSESSMENT_RESULTS)]
        for number, part in enumerate(self.parts):
            published = [name for name in METHODS_IN_SHORT if name in part.control.labels] or list(METHODS_IN_SHORT)
            methods = [(name, METHODS_IN_SHORT[name]) for name in published]
            about = part.objective or part.control.id
            self.ask(
                f"result_{number}",
                forms.ChoiceField(
                    label=gettext("What was found about %(id)s?") % {"id": about}, choices=results, required=False
                ),
            )
            self.ask(
                f"methods_{number}",
                forms.MultipleChoiceField(
                    label=gettext("How was it assessed?"), choices=methods, required=False, widget=ManyInARow
                ),
            )
            self.ask(
                f"note_{number}",
                forms.CharField(
                    label=gettext("What was seen"),
                    required=False,
                    max_length=5000,
                    widget=forms.Textarea(attrs={"rows": 2}),
                ),
            )

    def asked(self) -> list[AskedPart]:
        """The objectives with their questions, for the page."""
        return [
            AskedPart(part, self[f"result_{number}"], self[f"methods_{number}"], self[f"note_{number}"])
            for number, part in enumerate(self.parts)
        ]

    def clean_evidence(self) -> tuple[int, ...]:
        """The numbers of entries."""
        said = self.cleaned_data["evidence"].replace(",", " ").split()
        if not all(each.isascii() and each.isdigit() and len(each) <= 15 for each in said):
            raise forms.ValidationError(gettext("Write numbers of entries, such as 12, 14."))
        return tuple(dict.fromkeys(int(each) for each in said))

    def clean(self) -> dict[str, Any] | None:
        """Refuse a result without a method, and a form without any result."""
        cleaned = super().clean() or {}
        given = [number for number in range(len(self.parts)) if cleaned.get(f"result_{number}")]
        for number in given:
            if cleaned[f"result_{number}"] != "unknown" and not cleaned.get(f"methods_{number}"):
                self.add_error(f"methods_{number}", gettext("Choose how it was assessed."))
        if not given and not self.errors:
            raise forms.ValidationError(gettext("Give a result to at least one of them."))
        return cleaned

    def findings(self) -> list[Finding]:
        """What was found, from a valid form."""
        answers = self.cleaned_data
        day: date = answers["day"]
        found: list[Finding] = []
        for number, part in enumerate(self.parts):
            if answers[f"result_{number}"]:
                body = RequirementShown(
                    framework=self.framework,
                    edition=self.edition,
                    requirement=self._requirement.control.id,
                    objective=part.objective,
                    result=answers[f"result_{number}"],
                    methods=tuple(answers[f"methods_{number}"]),
                    assessor=answers["assessor"],
                    note=answers[f"note_{number}"],
                    evidence=answers["evidence"],
                )
                found.append((body, day))
        return found

    framework: str = ""
    edition: str = ""


class SheetForm(QuestionForm):
    """A filled-in sheet of results."""

    sheet = forms.FileField(
        label=_("The sheet, filled in"),
        help_text=_("CSV in UTF-8, at most 4 MB. All of it is recorded, or nothing."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )
