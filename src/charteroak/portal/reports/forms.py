"""The forms a reporter fills in. They ask what a worried person can answer; the rest is read from the mail itself."""

import secrets
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from charteroak.mail.handed_in import HandedIn, messages_of_file, pasted
from charteroak.mail.intake import MailInputError
from charteroak.mail.limits import MAX_UPLOAD_MESSAGES
from charteroak.portal.forms import Choices, ManyChoices, QuestionForm
from charteroak.portal.refusals import refusal
from charteroak.portal.reports.wording import (
    ALSO_DONE,
    ANSWER_CHOICES,
    DISCLOSURE_CHOICES,
    DISCLOSURE_IN_SHORT,
    OUTCOME_OF_DEED,
)
from charteroak.records.accounts.models import Organisation
from charteroak.records.reports.models import Report
from charteroak.response.answer_words import in_doubt
from charteroak.services.phish_intake import phish_reports
from charteroak.services.reports import MESSAGE_LIMIT_BYTES, PhishReport, Reporter

PASTE_LIMIT_CHARACTERS = 900_000
"""Pasted text travels in the form itself, which settings bound at 1 MB."""


def outcome_of(deeds: Sequence[str]) -> str:
    """The outcome that the reporter's deeds amount to; unknown when nothing was said."""
    return next((outcome for deed, outcome in OUTCOME_OF_DEED.items() if deed in deeds), Report.Outcome.UNKNOWN)


class WhoForm(QuestionForm):
    """Who reports, and who may know it. For a signed-in person the name is already known and not asked."""

    disclosure = forms.ChoiceField(
        label=_("Who may know that this came from you?"),
        choices=DISCLOSURE_CHOICES,
        widget=Choices,
        initial=Report.Disclosure.DESK_ONLY,
    )
    organisation = forms.ChoiceField(label=_("For which organization do you report?"))
    name = forms.CharField(
        label=_("Your name"), max_length=200, required=False, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    contact = forms.CharField(
        label=_("How can the desk reach you?"),
        help_text=_("A telephone number or a mail address. Not the mail account that may be affected."),
        max_length=300,
        required=False,
    )

    token = forms.CharField(required=False, widget=forms.HiddenInput, initial=lambda: secrets.token_urlsafe(24))
    """Makes the same form, sent twice, one report."""

    def __init__(self, *args: Any, reporter: Reporter, organisations: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._reporter = reporter
        self._organisations = {organisation.slug: organisation for organisation in organisations}
        if reporter.user is not None:
            del self.fields["name"], self.fields["contact"]
        if len(organisations) > 1:
            self.fields["organisation"] = forms.ChoiceField(
                label=self.fields["organisation"].label,
                choices=[(organisation.slug, organisation.name) for organisation in organisations],
                widget=forms.Select(attrs={"class": "usa-select short"}),
            )
        else:
            del self.fields["organisation"]

    def reporter(self) -> Reporter:
        """Who reports, from a valid form."""
        answers = self.cleaned_data
        only = next(iter(self._organisations.values()), None)
        user = self._reporter.user
        return Reporter(
            user=user,
            organisation=self._organisations.get(answers.get("organisation", ""), only),
            name=answers.get("name", "") if user is None else str(user),
            contact=answers.get("contact", "") if user is None else user.email,
        )


class ChoicesInARow(forms.RadioSelect):
    """One of a few short answers, side by side where there is room."""

    template_name = "forms/choices_in_a_row.html"


class ManyFilesInput(forms.ClearableFileInput):
    """A choice of several files at once."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class ManyFiles(forms.FileField):
    """Several files; without any, an empty list."""

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[bytes]]":
        """Each file by the rules for one."""
        chosen = data if isinstance(data, list | tuple) else [data]
        return [file for each in chosen if (file := super(ManyFiles, self).clean(each, initial)) is not None]


class MailForm(WhoForm):
    """Suspicious mail: the originals as files, or one pasted."""

    message = ManyFiles(
        label=_("The mail as a file"),
        help_text=_(".eml, .msg, .mbox or .zip, at most 25 MB."),
        required=False,
        allow_empty_file=True,
        widget=ManyFilesInput(
            attrs={"accept": ".eml,.msg,.mbox,.zip,message/rfc822,application/vnd.ms-outlook,application/mbox"}
        ),
    )
    source = forms.CharField(
        label=_("Or its text, pasted"),
        help_text=_("Headers too, if you can."),
        required=False,
        strip=False,
        max_length=PASTE_LIMIT_CHARACTERS,
        widget=forms.Textarea(attrs={"class": "usa-textarea--code", "rows": 4, "spellcheck": "false"}),
    )
    link = forms.ChoiceField(
        label=_("Did you open a link in it?"),
        help_text=_("Nobody will blame you."),
        choices=ANSWER_CHOICES,
        widget=ChoicesInARow,
    )
    password = forms.ChoiceField(
        label=_("Did you enter a password or code?"), choices=ANSWER_CHOICES, widget=ChoicesInARow
    )
    file = forms.ChoiceField(label=_("Did you open or install a file?"), choices=ANSWER_CHOICES, widget=ChoicesInARow)
    also = forms.MultipleChoiceField(label=_("Or one of these?"), choices=ALSO_DONE, widget=ManyChoices, required=False)
    disclosure = forms.ChoiceField(
        label=_("Who may know it was you?"),
        choices=DISCLOSURE_IN_SHORT,
        widget=Choices,
        initial=Report.Disclosure.DESK_ONLY,
    )
    note = forms.CharField(
        label=_("Anything else the desk should know"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    not_marked = frozenset({"message", "source", "also"})
    of_the_mail = ("message", "source", "link", "password", "file", "also")
    folded = frozenset({"name", "contact", "note"})
    field_order = (*of_the_mail, "organisation", "disclosure", "name", "contact", "note")

    @property
    def first_questions(self) -> list[forms.BoundField]:
        """What everybody is asked."""
        return [field for field in self.visible_fields() if field.name not in self.folded]

    @property
    def folded_questions(self) -> list[forms.BoundField]:
        """What may be left out; unfolded where something was typed or is wrong."""
        return [field for field in self.visible_fields() if field.name in self.folded]

    @property
    def is_unfolded(self) -> bool:
        """Whether an answer of the folded part is to be seen."""
        return any(field.value() or field.errors for field in self.folded_questions)

    def clean_message(self) -> tuple[HandedIn, ...]:
        """The mails in the files; what is too large is refused before its bytes are read."""
        files: list[UploadedFile[bytes]] = self.cleaned_data["message"]
        if sum(file.size or 0 for file in files) > MESSAGE_LIMIT_BYTES:
            raise forms.ValidationError(
                ngettext_lazy(
                    "This file is larger than %(limit)s MB. Paste the text of the mail instead.",
                    "These files are larger than %(limit)s MB together. Send fewer at a time.",
                    len(files),
                ),
                params={"limit": MESSAGE_LIMIT_BYTES >> 20},
            )
        found: list[HandedIn] = []
        for file in files:
            try:
                found += messages_of_file(file.read())
            except MailInputError as error:
                raise forms.ValidationError(refusal(error)) from error
        if len(found) > MAX_UPLOAD_MESSAGES:
            raise forms.ValidationError(
                _("These are more than %(limit)s mails. Send fewer at a time."), params={"limit": MAX_UPLOAD_MESSAGES}
            )
        return tuple(found)

    def clean(self) -> dict[str, Any] | None:
        """Ask for a file or a source; both may be given, for they may be two mails."""
        cleaned = super().clean() or {}
        if "message" not in self.errors and not cleaned.get("message") and not (cleaned.get("source") or "").strip():
            self.add_error("message", _("Choose the file of the mail, or paste its text."))
        return cleaned

    def deeds(self) -> list[str]:
        """What the reporter did, from a valid form: what was answered with yes, doubt, or nothing but reading."""
        answers = self.cleaned_data
        asked = ("link", "password", "file")
        done = [deed for deed in asked if answers[deed] == "yes"] + answers["also"]
        doubts = [in_doubt(deed) for deed in asked if answers[deed] == "not-sure"]
        return [*done, *doubts] or ["read"]

    def reports(self) -> tuple[PhishReport, ...]:
        """The reports, from a valid form: of each mail in the files, then of the text, unless it is one of those."""
        answers = self.cleaned_data
        deeds = self.deeds()
        found: tuple[HandedIn, ...] = answers["message"]
        text = pasted(answers["source"])
        if not found or (text.data.strip() and not any(_is_same(text, each) for each in found)):
            found = (*found, text)
        return phish_reports(
            found,
            PhishReport(
                message=b"",
                outcome=outcome_of(deeds),
                disclosure=answers["disclosure"],
                what_happened=deeds,
                note=answers["note"],
            ),
        )


def _is_same(one: HandedIn, other: HandedIn) -> bool:
    """Whether both are one mail, however a browser ended its lines."""
    return one.data.strip().splitlines() == other.data.strip().splitlines()


class ReceiptForm(QuestionForm):
    """A receipt, as someone types it."""

    records = False
    receipt = forms.CharField(
        label=_("Your receipt"),
        help_text=_("Sixteen letters and digits in four groups, such as 7QK3-M0ZD-9XRA-2WTC."),
        max_length=40,
        widget=forms.TextInput(attrs={"class": "short", "autocomplete": "off", "autocapitalize": "characters"}),
    )
