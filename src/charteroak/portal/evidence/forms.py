"""Forms of holds, custody, markings, erasure and the privileged workspace."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from charteroak.portal.forms import Choices, QuestionForm
from charteroak.portal.programs.forms import DateInput, LineField, NoteField
from charteroak.program.markings import load_markings
from charteroak.records.evidence.models import PrivilegedItem
from charteroak.services.privilege import MAX_RECIPIENTS, NOTE_LIMIT_CHARACTERS

FORMS_OF_ITEMS: list[tuple[str, str | Promise]] = [
    (PrivilegedItem.Form.NOTE, _("A note")),
    (PrivilegedItem.Form.DRAFT, _("A draft")),
    (PrivilegedItem.Form.FILE, _("A file, a letter or a mail")),
]
PRIVILEGES: list[tuple[str, str | Promise]] = [
    (PrivilegedItem.Privilege.ATTORNEY_CLIENT, _("Attorney-client privilege")),
    (PrivilegedItem.Privilege.WORK_PRODUCT, _("Work product")),
]


class DigestsField(forms.CharField):
    """Digests of files, one on a line or with blanks between them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{"widget": forms.Textarea(attrs={"rows": 3}), "required": False, "max_length": 70_000, **kwargs}
        )

    def clean(self, value: Any) -> Any:
        """The digests as a tuple, in lower case."""
        digests = tuple(dict.fromkeys(str(super().clean(value)).lower().split()))
        for digest in digests:
            if not re.fullmatch("[0-9a-f]{64}", digest):
                raise forms.ValidationError(_("A SHA-256 digest has 64 characters, 0-9 and a-f."))
        return digests


class HoldForm(QuestionForm):
    """A legal hold."""

    matter = LineField(label=_("Which matter is it for?"), help_text=_("For example: Doe v. Elm Hollow Bakery."))
    authority = LineField(
        label=_("On whose word?"), help_text=_("A letter of counsel, an order of a court, with its date.")
    )
    set_by = LineField(label=_("Who sets it?"))
    sha256 = DigestsField(
        label=_("Only these files"),
        help_text=_("Their SHA-256 digests, one on a line. Leave it empty to hold everything."),
    )


class LiftForm(QuestionForm):
    """Why a hold may end."""

    lifted_by = LineField(label=_("Who lifts it?"))
    reason = NoteField(label=_("Why may it end?"), required=True)


class ItemForm(QuestionForm):
    """A thing that enters the record."""

    item = forms.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,99}$",
        label=_("What is it called from now on?"),
        help_text=_("Short and unique, such as laptop-4. Letters, digits, blanks, dots and hyphens."),
        error_messages={"invalid": _("Use letters, digits, blanks, dots and hyphens.")},
    )
    description = NoteField(label=_("What does it look like?"), help_text=_("Make, serial number, seals, damage."))
    to = LineField(label=_("Who has it now?"))
    place = LineField(label=_("Where is it?"))


class OfferForm(QuestionForm):
    """An item offered to somebody."""

    from_ = LineField(label=_("Who has it now?"))
    to = LineField(label=_("To whom is it offered?"))
    purpose = LineField(label=_("What for?"), help_text=_("For example: imaging by the examiner."))
    place = LineField(label=_("Where does it change hands?"))


class AnswerOfferForm(QuestionForm):
    """The answer to an offer."""

    answer = forms.ChoiceField(
        label=_("What happened?"),
        choices=[("accepted", _("It was accepted")), ("declined", _("It was declined, and stays where it was"))],
        widget=Choices,
    )
    received_by = LineField(label=_("By whom?"), help_text=_("The person who has it in hand, or who declined."))


def marking_choices() -> list[tuple[str, str]]:
    """Every marking of this release, with its citation."""
    none = [("", str(_("Choose a marking")))]
    return none + [(each.code, f"{each.title} ({each.citation})") for each in load_markings().values()]


class MarkingForm(QuestionForm):
    """A marking set or withdrawn."""

    target = forms.RegexField(
        r"^\s*(?:[0-9a-fA-F]{64}|[0-9]{1,9})\s*$",
        label=_("Which file or entry?"),
        help_text=_("A file's SHA-256 digest, or the number of an entry."),
        error_messages={"invalid": _("Give a SHA-256 digest, or the number of an entry.")},
    )
    marking = forms.ChoiceField(label=_("Which marking?"), choices=marking_choices)
    state = forms.ChoiceField(
        label=_("Set or withdraw?"),
        choices=[("set", _("Set it")), ("withdrawn", _("Withdraw it"))],
        widget=Choices,
        initial="set",
    )
    basis = LineField(label=_("Why does it apply?"))
    marked_by = LineField(label=_("Who says so?"))


class ErasureForm(QuestionForm):
    """What somebody wants erased."""

    entries = forms.RegexField(
        r"^[0-9,\s]*$",
        label=_("Entries whose whole text goes"),
        required=False,
        max_length=10_000,
        help_text=_("Their numbers, with blanks or commas between them."),
        error_messages={"invalid": _("Give numbers of entries.")},
    )
    parts = forms.RegexField(
        r"^[0-9A-Za-z/,\s]*$",
        label=_("Single private parts"),
        required=False,
        max_length=10_000,
        help_text=_("As entry/part, such as 12/note."),
        error_messages={"invalid": _("Write them as entry/part, such as 12/note.")},
    )
    sha256 = DigestsField(label=_("Files"), help_text=_("Their SHA-256 digests, one on a line."))
    basis = NoteField(
        label=_("On which ground?"),
        required=True,
        help_text=_(
            "It stays in the record for everybody to read: name no person. A public body gives the number of the "
            "authorization under its retention schedule."
        ),
    )
    not_marked = frozenset({"entries", "parts", "sha256"})

    def clean_entries(self) -> Sequence[int]:
        """The numbers of the entries."""
        return tuple(int(number) for number in _words(self.cleaned_data["entries"]) if len(number) < 10)

    def clean_parts(self) -> Sequence[str]:
        """The private parts."""
        return tuple(_words(self.cleaned_data["parts"]))


class DecisionForm(QuestionForm):
    """What another person decides about a proposal."""

    decision = forms.ChoiceField(
        label=_("What do you decide?"),
        choices=[("approve", _("Erase it; nobody can bring it back")), ("decline", _("Decline; nothing is erased"))],
        widget=Choices,
    )


class PrivilegedForm(QuestionForm):
    """Something that counsel keeps apart from the record."""

    form = forms.ChoiceField(label=_("What is it?"), choices=FORMS_OF_ITEMS, widget=Choices)
    privilege = forms.ChoiceField(label=_("On which ground is it withheld?"), choices=PRIVILEGES, widget=Choices)
    day = forms.DateField(label=_("Of which day is it?"), widget=DateInput)
    author = LineField(label=_("Who wrote it?"))
    recipients = forms.CharField(
        label=_("Who received it?"),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        max_length=MAX_RECIPIENTS,
        help_text=_("One on a line."),
    )
    subject = LineField(
        label=_("What is it about?"), help_text=_("It stands in the privilege log: say the subject, not the advice.")
    )
    text = forms.CharField(
        label=_("Its text"),
        widget=forms.Textarea(attrs={"rows": 8}),
        required=False,
        max_length=NOTE_LIMIT_CHARACTERS,
        strip=False,
    )
    file = forms.FileField(label=_("Or a file"), required=False, help_text=_("At most 64 MB."))
    not_marked = frozenset({"text", "file"})


class AdmissionForm(QuestionForm):
    """Whom counsel lets in."""

    email = forms.EmailField(
        label=_("The mail address with which they sign in"), help_text=_("They see everything that stands here.")
    )


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[\s,]+", text) if word]
