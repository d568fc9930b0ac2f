"""Forms of what is knowingly open: exceptions, gaps, and requirements that were assessed."""

import re
import secrets
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from charteroak.normal_forms import normalized
from charteroak.portal.forms import Choices, ManyChoices, QuestionForm
from charteroak.portal.programs.choices import ASSESSMENT_METHODS, ASSESSMENT_RESULTS, SCALE_FACTORS, SEVERITIES
from charteroak.portal.programs.forms import DateInput, LineField, NoteField, asked_choices, choices_of
from charteroak.portal.programs.program_forms import BETWEEN, edition_choices
from charteroak.portal.programs.steps_field import StepsField
from charteroak.program.bodies import Cost, ExceptionAccepted, GapClosed, GapPlanned, RequirementAssessed
from charteroak.services.gaps import NewPlan

MAX_COST = 10**12
CURRENCY = "USD"
SLUG_LENGTH = 40


def identifier_for(title: str) -> str:
    """What later entries call an exception or a gap by: its title's first words, and something that tells two apart."""
    plain = normalized("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = "-".join(re.findall(r"[a-z0-9]+", plain))[:SLUG_LENGTH].strip("-")
    return f"{words or 'item'}-{secrets.token_hex(3)}"


class SubjectForm(QuestionForm):
    """A question about a practice, or about a requirement of an edition."""

    practice = forms.ChoiceField(label=_("Which practice does it concern?"), required=False)
    edition = forms.ChoiceField(label=_("Or a requirement: of which edition?"), required=False)
    requirement = LineField(
        label=_("Which requirement?"),
        help_text=_("Its number, such as 03.01.01 or PR.AA-01."),
        required=False,
        widget=forms.TextInput(attrs={"class": "short"}),
    )
    not_marked = frozenset({"practice", "edition", "requirement"})
    needs_subject = True

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        practices = [("", gettext("None by itself")), *asked_choices()]
        self.fields["practice"] = forms.ChoiceField(
            label=self.fields["practice"].label, choices=practices, required=False
        )
        editions = [("", gettext("No edition")), *edition_choices(today)]
        self.fields["edition"] = forms.ChoiceField(label=self.fields["edition"].label, choices=editions, required=False)
        for name in ("practice", "edition"):
            self.ask(name, self.fields[name])

    def clean(self) -> dict[str, Any] | None:
        """Refuse half a requirement, and nothing at all where something is needed."""
        cleaned = super().clean() or {}
        edition, requirement = cleaned.get("edition"), (cleaned.get("requirement") or "").strip()
        if edition and not requirement and "requirement" not in self.errors:
            self.add_error("requirement", gettext("Say which requirement of this edition."))
        elif requirement and not edition and "edition" not in self.errors:
            self.add_error("edition", gettext("Choose the edition of this requirement."))
        elif self.needs_subject and not (edition or cleaned.get("practice")) and not self.errors:
            self.add_error("practice", gettext("Choose a practice, or name a requirement."))
        return cleaned

    def subject(self) -> dict[str, Any]:
        """Practice and requirement as members of a body, from a valid form."""
        answers = self.cleaned_data
        framework, _between, edition = answers["edition"].partition(BETWEEN)
        requirement = " ".join(answers["requirement"].split())
        return {
            "practice": answers["practice"] or None,
            "framework": framework or None,
            "edition": edition or None,
            "requirement": requirement or None,
        }


class ExceptionForm(SubjectForm):
    """Something that is knowingly not met: why the act may bear with it, who accepted that, and until when."""

    factor = forms.ChoiceField(
        label=_("Which of the act's four factors does it rest on?"), choices=choices_of(SCALE_FACTORS), widget=Choices
    )
    reason = NoteField(label=_("Why is it not met, and what is done instead?"), required=True)
    cost_low = forms.IntegerField(
        label=_("What would closing it cost at least, in dollars?"),
        min_value=0,
        max_value=MAX_COST,
        required=False,
        widget=forms.NumberInput(attrs={"class": "short", "inputmode": "numeric"}),
    )
    cost_high = forms.IntegerField(
        label=_("And at most?"),
        min_value=0,
        max_value=MAX_COST,
        required=False,
        widget=forms.NumberInput(attrs={"class": "short", "inputmode": "numeric"}),
    )
    cost_source = LineField(
        label=_("Where are these figures from?"),
        help_text=_("An offer, an invoice, your own estimate."),
        required=False,
    )
    approved_by = LineField(label=_("Who accepted it?"))
    role = LineField(label=_("In which office?"), help_text=_("It shows the authority to accept a risk."))
    since = forms.DateField(label=_("Since which day?"), widget=DateInput)
    expires = forms.DateField(
        label=_("Until which day?"),
        widget=DateInput,
        help_text=_(
            "From this day on it counts no more. Choose a day within a year on which someone looks at it again."
        ),
    )

    def clean(self) -> dict[str, Any] | None:
        """Refuse half a range of cost."""
        cleaned = super().clean() or {}
        low, high = cleaned.get("cost_low"), cleaned.get("cost_high")
        if (low is None) != (high is None) and not {"cost_low", "cost_high"} & set(self.errors):
            self.add_error("cost_high" if high is None else "cost_low", gettext("Give both figures, or none."))
        elif low is not None and high is not None and high < low:
            self.add_error("cost_high", gettext("This is less than the lower figure."))
        elif low is not None and not (cleaned.get("cost_source") or "").strip():
            self.add_error("cost_source", gettext("Say where the figures are from."))
        return cleaned

    def exception(self) -> ExceptionAccepted:
        """The exception, from a valid form."""
        answers, subject = self.cleaned_data, self.subject()
        cost = None
        if answers["cost_low"] is not None:
            source = " ".join(answers["cost_source"].split())
            cost = Cost(low=answers["cost_low"], high=answers["cost_high"], currency=CURRENCY, source=source)
        return ExceptionAccepted(
            exception=identifier_for(subject["practice"] or subject["requirement"]),
            factor=answers["factor"],
            reason=answers["reason"],
            cost=cost,
            approved_by=answers["approved_by"],
            role=answers["role"],
            expires=answers["expires"],
            **subject,
        )


class GapForm(SubjectForm):
    """Something missing that the organisation found itself."""

    title = LineField(label=_("What is missing?"))
    severity = forms.ChoiceField(
        label=_("How bad is it?"), choices=[("", _("Not graded yet")), *choices_of(SEVERITIES)], required=False
    )
    owner = LineField(
        label=_("Who closes it?"),
        help_text=_("Left empty it is nobody's, and every page says so."),
        required=False,
    )
    due = forms.DateField(label=_("By which day?"), widget=DateInput, required=False)
    milestones = StepsField()
    since = forms.DateField(
        label=_("Since which day has it been open?"),
        widget=DateInput,
        help_text=_("The day on which it was found. The day of recording is today; both stay in the record."),
    )
    note = NoteField(label=_("What you know about it"))
    needs_subject = False
    not_marked = frozenset({"edition", "requirement"})
    field_order = (
        "title", "practice", "edition", "requirement", "severity", "owner", "due", "milestones", "since", "note",
    )  # fmt: skip

    def gap(self, found_by: int | None = None) -> GapPlanned:
        """The gap, from a valid form; an entry may have led to it."""
        answers = self.cleaned_data
        return GapPlanned(
            severity=answers["severity"] or None,
            milestones=answers["milestones"],
            found_by=found_by,
            gap=identifier_for(answers["title"]),
            title=answers["title"],
            owner=answers["owner"],
            due=answers["due"],
            note=answers["note"],
            **self.subject(),
        )


class PlanForm(QuestionForm):
    """Another plan for a gap that is open: who closes it, by when, in which steps."""

    severity = GapForm.base_fields["severity"]
    owner = GapForm.base_fields["owner"]
    due = GapForm.base_fields["due"]
    milestones = StepsField()
    day = forms.DateField(label=_("Since which day is this the plan?"), widget=DateInput)
    note = NoteField(label=_("What changed, and why"))

    def plan(self) -> NewPlan:
        """The plan, from a valid form."""
        answers = self.cleaned_data
        return NewPlan(
            owner=answers["owner"],
            due=answers["due"],
            severity=answers["severity"] or None,
            milestones=answers["milestones"],
            note=answers["note"],
        )


class ClosingForm(QuestionForm):
    """How a gap was closed, and what shows it."""

    how = LineField(label=_("How was it closed?"))
    day = forms.DateField(label=_("On which day?"), widget=DateInput)
    evidence = forms.TypedMultipleChoiceField(
        label=_("Which entries show it?"), required=False, coerce=int, widget=ManyChoices
    )
    note = NoteField(label=_("What else is worth knowing"))

    def __init__(self, *args: Any, evidence: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not evidence:
            del self.fields["evidence"]
            return
        self.ask(
            "evidence",
            forms.TypedMultipleChoiceField(
                label=_("Which entries show it?"), choices=evidence, required=False, coerce=int, widget=ManyChoices
            ),
        )

    def closing(self, gap: str) -> GapClosed:
        """The closing of this gap, from a valid form."""
        answers = self.cleaned_data
        return GapClosed(gap=gap, how=answers["how"], evidence=tuple(answers.get("evidence", ())), note=answers["note"])


class AssessmentForm(QuestionForm):
    """What someone found about one requirement, or one objective of it."""

    edition = forms.ChoiceField()
    requirement = LineField(
        label=_("Which requirement?"),
        help_text=_("Its number, such as 03.01.01 or PR.AA-01."),
        widget=forms.TextInput(attrs={"class": "short"}),
    )
    objective = LineField(
        label=_("Which objective of it?"),
        help_text=_("Leave it empty if the whole requirement was assessed."),
        required=False,
        widget=forms.TextInput(attrs={"class": "short"}),
    )
    result = forms.ChoiceField(label=_("What was found?"), choices=choices_of(ASSESSMENT_RESULTS), widget=Choices)
    methods = forms.MultipleChoiceField(
        label=_("How was it assessed?"), choices=choices_of(ASSESSMENT_METHODS), required=False, widget=ManyChoices
    )
    assessor = LineField(label=_("Who assessed it?"))
    factor = forms.ChoiceField(
        label=_("If it is not satisfied: which factor of the act bears on that?"),
        choices=[("", _("None, or not known")), *choices_of(SCALE_FACTORS)],
        required=False,
    )
    day = forms.DateField(label=_("On which day?"), widget=DateInput)
    note = NoteField(label=_("What was seen"))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", gettext("Choose an edition")), *edition_choices(today)]
        self.ask("edition", forms.ChoiceField(label=_("Of which edition?"), choices=choices))

    def assessment(self) -> RequirementAssessed:
        """The assessment, from a valid form."""
        answers = self.cleaned_data
        framework, _between, edition = answers["edition"].partition(BETWEEN)
        return RequirementAssessed(
            framework=framework,
            edition=edition,
            requirement=" ".join(answers["requirement"].split()),
            objective=" ".join(answers["objective"].split()) or None,
            result=answers["result"],
            methods=tuple(answers["methods"]),
            assessor=answers["assessor"],
            factor=answers["factor"] or None,
            note=answers["note"],
        )
