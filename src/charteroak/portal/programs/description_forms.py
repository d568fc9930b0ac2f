"""Forms that describe: what the organisation is and holds, and what the written program contains."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from charteroak.portal.forms import ManyChoices, QuestionForm
from charteroak.portal.programs.choices import HANDLES, INFORMATION, ORGANISATION_KINDS, REGIMES, STATEMENTS, Words
from charteroak.portal.programs.forms import DateInput, LineField, choices_of
from charteroak.program.bodies import (
    Handles,
    Information,
    Objectives,
    OrganisationDescribed,
    ProgramDescribed,
    Safeguards,
    Scale,
    Statement,
)

NONE_OF_THESE = "none"
YES_NO_UNKNOWN = (("yes", _("Yes")), ("no", _("No")), ("", _("Not known")))
MAX_EMPLOYEES = 9_999_999


class ChoicesInARow(forms.RadioSelect):
    """One of a few short answers, side by side."""

    template_name = "forms/choices_in_a_row.html"


class YesNoUnknownField(forms.TypedChoiceField):
    """Yes, no, or not known, which is what stands there until someone answers."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            choices=YES_NO_UNKNOWN,
            coerce={"yes": True, "no": False}.get,
            empty_value=None,
            required=False,
            widget=ChoicesInARow,
            **kwargs,
        )


def _initial(value: bool | None) -> str:
    return {True: "yes", False: "no", None: ""}[value]


@dataclass(frozen=True, slots=True)
class Section:
    """Questions that belong together, below one heading."""

    heading: Words
    text: Words
    questions: list[BoundField]
    in_pairs: bool = False


class OrganisationForm(QuestionForm):
    """What the organisation is, what it does with information about people, and which information that is."""

    kind = forms.ChoiceField(
        label=_("What kind of organization is it?"),
        choices=[("", _("Choose the legal form")), *choices_of(ORGANISATION_KINDS)],
        widget=forms.Select,
    )
    regulated_by = forms.MultipleChoiceField(
        label=_("Which of these laws apply to it?"),
        choices=[*choices_of(REGIMES), (NONE_OF_THESE, _("None of these"))],
        widget=ManyChoices,
        required=False,
    )
    employees = forms.IntegerField(
        label=_("How many people work for it?"),
        min_value=0,
        max_value=MAX_EMPLOYEES,
        required=False,
        widget=forms.NumberInput(attrs={"class": "short", "inputmode": "numeric"}),
    )
    since = forms.DateField(
        label=_("Since which day is all this so?"),
        widget=DateInput,
        help_text=_("The day of recording is today; both stay in the record."),
    )
    not_marked = frozenset({*HANDLES, *INFORMATION})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, question in HANDLES.items():
            self.ask(name, YesNoUnknownField(label=question))
        for name, asked in INFORMATION.items():
            self.ask(name, YesNoUnknownField(label=asked.question, help_text=asked.hint))

    @staticmethod
    def initial_of(body: OrganisationDescribed | None, kind: str, today: date) -> dict[str, Any]:
        """What is known already: the description in force, or the legal form that the account has."""
        if body is None:
            return {"kind": kind, "since": today}
        regimes: list[str] | None = None if body.regulated_by is None else [*body.regulated_by] or [NONE_OF_THESE]
        answers = {name: _initial(getattr(body.handles, name)) for name in HANDLES}
        answers |= {name: _initial(getattr(body.information, name)) for name in INFORMATION}
        return {"kind": body.kind, "regulated_by": regimes, "employees": body.employees, "since": today, **answers}

    def sections(self) -> Iterator[Section]:
        """The questions in three parts."""
        yield Section(_("What it is"), "", [self["kind"], self["regulated_by"], self["employees"]])
        yield Section(
            _("What you do with information about people"),
            _("The act speaks of personal and restricted information. The next part says what that is."),
            [self[name] for name in HANDLES],
        )
        yield Section(_("Which information it is"), "", [self[name] for name in INFORMATION])
        yield Section(_("When"), "", [self["since"]])

    def clean_regulated_by(self) -> list[str]:
        """Refuse *none of these* beside one of them."""
        chosen: list[str] = self.cleaned_data["regulated_by"]
        if NONE_OF_THESE in chosen and len(chosen) > 1:
            raise forms.ValidationError(_("Choose the laws, or none of these, not both."))
        return chosen

    def description(self, name: str) -> OrganisationDescribed:
        """The description, from a valid form. Nothing chosen among the laws means that it is not known."""
        answers = self.cleaned_data
        regimes = answers["regulated_by"]
        return OrganisationDescribed(
            name=name,
            kind=answers["kind"],
            regulated_by=tuple(r for r in regimes if r != NONE_OF_THESE) if regimes else None,
            employees=answers["employees"],
            handles=Handles(**{name: answers[name] for name in HANDLES}),
            information=Information(**{name: answers[name] for name in INFORMATION}),
        )


class ProgramContentsForm(QuestionForm):
    """What the written program contains: ten statements, each with the place where it stands."""

    since = forms.DateField(
        label=_("Since which day is all this so?"),
        widget=DateInput,
        help_text=_("Mostly the day on which the version was adopted."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for group in STATEMENTS:
            for name, subject in group.subjects.items():
                self.ask(f"{group.part}_{name}", YesNoUnknownField(label=subject))
                self.ask(f"{group.part}_{name}_where", LineField(label=_("Where in the program?"), required=False))

    @property
    def not_marked(self) -> frozenset[str]:  # type: ignore[override]
        """Every statement has an answer that stands already: not known."""
        return frozenset(self.fields)

    @staticmethod
    def initial_of(body: ProgramDescribed | None, since: date) -> dict[str, Any]:
        """What is described already, and the day on which the version in force was adopted."""
        answers: dict[str, Any] = {"since": since}
        for group in STATEMENTS:
            for name in group.subjects:
                statement: Statement = getattr(getattr(body, group.part, None), name, Statement())
                answers[f"{group.part}_{name}"] = _initial(statement.holds)
                answers[f"{group.part}_{name}_where"] = statement.where
        return answers

    def sections(self) -> Iterator[Section]:
        """One section for each element of the act, then the day."""
        for group in STATEMENTS:
            questions = [self[f"{group.part}_{name}{end}"] for name in group.subjects for end in ("", "_where")]
            yield Section(group.heading, group.question, questions, in_pairs=True)
        yield Section(_("When"), "", [self["since"]])

    def description(self) -> ProgramDescribed:
        """The description, from a valid form."""
        return ProgramDescribed(
            safeguards=Safeguards(**self._statements("safeguards")),
            objectives=Objectives(**self._statements("objectives")),
            scale=Scale(**self._statements("scale")),
        )

    def _statements(self, part: str) -> dict[str, Statement]:
        group = next(group for group in STATEMENTS if group.part == part)
        answers = self.cleaned_data
        return {
            name: Statement(holds=answers[f"{part}_{name}"], where=" ".join(answers[f"{part}_{name}_where"].split()))
            for name in group.subjects
        }
