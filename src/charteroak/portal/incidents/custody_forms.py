"""Forms about the items of evidence of an incident: taking one in, passing it on, answering, accepting by a code."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from charteroak.portal.forms import Choices, QuestionForm
from charteroak.portal.programs.forms import DateInput, LineField, NoteField

KINDS = [
    ("device", _("A device: laptop, telephone, server")),
    ("medium", _("A disk, stick or tape")),
    ("disk-image", _("An image of a disk")),
    ("memory", _("A copy of a machine's memory")),
    ("network-capture", _("A capture of network traffic")),
    ("log", _("A log")),
    ("account", _("An export of an account or mailbox")),
    ("file", _("Another file")),
    ("paper", _("Paper")),
    ("other", _("Something else")),
]
_YES_NO = [("", _("Not known")), ("yes", _("Yes")), ("no", _("No"))]


class _OptionalLine(LineField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)


class _YesNoField(forms.TypedChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            choices=_YES_NO,
            required=False,
            coerce={"yes": True, "no": False}.get,
            empty_value=None,
            **kwargs,
        )


class TakeItemForm(QuestionForm):
    """An item of evidence: a file handed in, a file on record, or a thing."""

    title = LineField(label=_("What is it?"), help_text=_("In a few words: laptop of the clerk, log of the firewall."))
    what = forms.ChoiceField(label=_("Which kind?"), choices=KINDS)
    file = forms.FileField(
        label=_("The file"), required=False, help_text=_("Leave it empty for a thing. It is sealed and hashed at once.")
    )
    sha256 = forms.RegexField(
        r"^\s*[0-9a-fA-F]{64}\s*$",
        label=_("Or a file that is on record"),
        required=False,
        help_text=_("Its SHA-256, from the evidence log."),
        error_messages={"invalid": _("A SHA-256 digest has 64 characters, 0-9 and a-f.")},
    )
    collected_by = LineField(label=_("Who collected it?"))
    collected_on = forms.DateField(label=_("On which day?"), widget=DateInput, required=False)
    to = LineField(label=_("Who has it now?"))
    place = LineField(label=_("Where is it?"))
    purpose = LineField(label=_("Why was it taken?"))
    serial = _OptionalLine(label=_("Serial number"))
    maker = _OptionalLine(label=_("Maker"))
    model = _OptionalLine(label=_("Model"))
    capacity = _OptionalLine(label=_("Capacity"))
    seal = _OptionalLine(label=_("Number of the seal or bag"))
    condition = _OptionalLine(label=_("State"), help_text=_("Running, powered off, damaged."))
    found_at = _OptionalLine(label=_("Where was it found?"))
    system = _OptionalLine(label=_("Of which system?"), help_text=_("Host name, addresses."))
    collected_from = _OptionalLine(label=_("From whom?"), help_text=_("It stays out of a referral."))
    method = _OptionalLine(label=_("How was it collected?"), help_text=_("Tool and version, order of steps."))
    write_protected = _YesNoField(label=_("Was a write blocker used?"))
    is_original = _YesNoField(label=_("Is it the original?"))
    clock_offset = _OptionalLine(label=_("How far off was its clock?"), help_text=_("Against which clock, in seconds."))
    stated_sha256 = _OptionalLine(label=_("A digest that somebody else computed"), help_text=_("SHA-256 of an image."))
    authority = _OptionalLine(label=_("By what right was it taken?"))
    description = NoteField(label=_("Anything else to know it by"))
    not_marked = frozenset({"file", "sha256"})
    folded = frozenset(
        {
            "maker", "model", "capacity", "seal", "condition", "found_at", "system", "collected_from", "method",
            "write_protected", "is_original", "clock_offset", "stated_sha256", "authority", "description",
        }
    )  # fmt: skip
    folded_title = _("More about it, now or later")


class HandOverForm(QuestionForm):
    """An offer: who gives, who receives, and whether the receiver has an account here."""

    from_ = LineField(label=_("Who has it now?"))
    to = LineField(label=_("To whom?"))
    outside = forms.ChoiceField(
        label=_("How will they accept?"),
        choices=[
            ("yes", _("With a one-time code from the receipt: they have no account here")),
            ("no", _("Signed in here, or through a second person of the organization")),
        ],
        widget=Choices,
        initial="yes",
    )
    purpose = LineField(label=_("What for?"), help_text=_("For example: imaging by the examiner."))
    place = LineField(label=_("Where does it change hands?"))
    condition = _OptionalLine(label=_("State of the item and of its seal"))
    hours = forms.IntegerField(
        label=_("For how many hours does the offer hold?"), initial=72, min_value=1, max_value=720
    )


class AnswerForm(QuestionForm):
    """The answer to an offer, by somebody who is signed in."""

    answer = forms.ChoiceField(
        label=_("What happened?"),
        choices=[
            ("accepted", _("It was accepted")),
            ("declined", _("It was declined, and stays where it was")),
            ("withdrawn", _("The offer is taken back")),
        ],
        widget=Choices,
    )
    received_by = LineField(label=_("By whom?"))
    agency = _OptionalLine(label=_("Agency"))
    badge = _OptionalLine(label=_("Badge or other number"))


class ReceiveForm(QuestionForm):
    """What somebody outside types to accept an item."""

    code = forms.CharField(
        label=_("The code on the receipt"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    answer = forms.ChoiceField(
        label=_("Do you have the item in hand?"),
        choices=[("accepted", _("Yes, I accept it")), ("declined", _("No, I decline; it stays where it is"))],
        widget=Choices,
    )
    name = LineField(label=_("Your name"))
    agency = LineField(label=_("Your agency or company"))
    badge = LineField(label=_("Your badge or other number"))


class HoldIncidentForm(QuestionForm):
    """On whose word everything of an incident is held."""

    authority = LineField(
        label=_("On whose word?"), help_text=_("A letter of counsel, a demand of the police, its date.")
    )
    set_by = LineField(label=_("Who sets it?"))
