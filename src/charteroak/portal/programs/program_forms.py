"""Forms of the written program: a version, its approval, its review, and what is asserted about a framework."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from charteroak.law.editions import Edition, Framework, load_frameworks
from charteroak.portal.forms import Choices, ManyChoices, QuestionForm
from charteroak.portal.programs.choices import EDITION_STATUSES, REVIEW_OUTCOMES
from charteroak.portal.programs.forms import DateInput, LineField, NoteField, choices_of, practice_choices
from charteroak.program.bodies import EditionAdopted, ProgramApproved, ProgramReviewed
from charteroak.services.programs import NewProgram, UploadedFile

BETWEEN = "@"
"""Between framework and edition in the one value that names both."""


class AdoptForm(QuestionForm):
    """A version of the written program, with its document."""

    title = LineField(label=_("What is the program called?"))
    version = LineField(
        label=_("Which version is it?"),
        help_text=_("Such as 1.0 or 2026. Approvals and reviews name it."),
        widget=forms.TextInput(attrs={"class": "short"}),
    )
    by = LineField(label=_("Who adopted it?"), help_text=_("A person with an office, or a board."))
    adopted = forms.DateField(label=_("On which day?"), widget=DateInput)
    document = forms.FileField(
        label=_("The written program"),
        help_text=_("The document as it was adopted, at most 64 MB. Its bytes are kept and its digest recorded."),
    )
    practices = forms.MultipleChoiceField(
        label=_("Which practices does it promise?"),
        help_text=_("The determination asks whether these were followed. Promise what you do."),
        choices=practice_choices,
        widget=ManyChoices,
    )

    def program(self) -> NewProgram:
        """The version, from a valid form."""
        answers = self.cleaned_data
        file = answers["document"]
        return NewProgram(
            title=answers["title"],
            version=answers["version"],
            by=answers["by"],
            document=UploadedFile(file.name, file.content_type or "application/octet-stream", file.file),
            adopted=answers["adopted"],
            practices=answers["practices"],
        )


class VersionForm(QuestionForm):
    """Something about a version that was adopted."""

    version = forms.ChoiceField()

    def __init__(self, *args: Any, versions: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        select = forms.Select(attrs={"class": "short"})
        choices = [(version, version) for version in versions]
        self.ask("version", forms.ChoiceField(label=_("Which version?"), choices=choices, widget=select))


class ApproveForm(VersionForm):
    """Who approved a version."""

    by = LineField(label=_("Who approved it?"))
    role = LineField(
        label=_("In which office?"), help_text=_("It shows the authority: owner, superintendent, board of selectmen.")
    )
    day = forms.DateField(label=_("On which day?"), widget=DateInput)

    def approval(self) -> ProgramApproved:
        """The approval, from a valid form."""
        answers = self.cleaned_data
        return ProgramApproved(version=answers["version"], by=answers["by"], role=answers["role"])


class ReviewForm(VersionForm):
    """Who reviewed a version, and what came of it."""

    by = LineField(label=_("Who reviewed it?"))
    day = forms.DateField(label=_("On which day?"), widget=DateInput)
    outcome = forms.ChoiceField(label=_("What came of it?"), choices=choices_of(REVIEW_OUTCOMES), widget=Choices)
    note = NoteField(label=_("What was found"))

    def review(self) -> ProgramReviewed:
        """The review, from a valid form."""
        answers = self.cleaned_data
        return ProgramReviewed(
            version=answers["version"], by=answers["by"], outcome=answers["outcome"], note=answers["note"]
        )


def edition_choices(today: date) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every edition of the frameworks and laws that the act names, the newest first; each says whether it counts."""
    return [
        (framework.name, [_edition_choice(framework, edition, today) for edition in reversed(framework.editions)])
        for framework in load_frameworks().values()
    ]


def _edition_choice(framework: Framework, edition: Edition, today: date) -> tuple[str, str]:
    deadline = framework.window(edition).deadline
    label = framework.label(edition.code)
    if deadline is not None:
        text = (
            gettext("%(edition)s, counts until %(day)s")
            if deadline >= today
            else gettext("%(edition)s, counted until %(day)s")
        )
        label = text % {"edition": label, "day": date_format(deadline, "j M Y")}
    return f"{framework.code}{BETWEEN}{edition.code}", label


class EditionForm(QuestionForm):
    """What a named officer asserts about one edition of a framework."""

    edition = forms.ChoiceField()
    status = forms.ChoiceField(
        label=_("Does your program conform to it?"), choices=choices_of(EDITION_STATUSES), widget=Choices
    )
    from_ = forms.DateField(label=_("From which day is that so?"), widget=DateInput)
    to = forms.DateField(
        label=_("Until which day?"), widget=DateInput, required=False, help_text=_("Leave it empty while it lasts.")
    )
    asserted_by = LineField(
        label=_("Who asserts it?"), help_text=_("Name and office. It is this person's statement, not ours.")
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", gettext("Choose an edition")), *edition_choices(today)]
        self.ask("edition", forms.ChoiceField(label=_("Which edition?"), choices=choices))

    def assertion(self) -> EditionAdopted:
        """The assertion, from a valid form."""
        answers = self.cleaned_data
        framework, _between, edition = answers["edition"].partition(BETWEEN)
        return EditionAdopted(
            framework=framework,
            edition=edition,
            status=answers["status"],
            from_=answers["from_"],
            to=answers["to"],
            asserted_by=answers["asserted_by"],
        )
