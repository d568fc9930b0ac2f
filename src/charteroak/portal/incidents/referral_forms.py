"""Forms of a referral: making one up, and what became of it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from charteroak.portal.forms import Choices, QuestionForm
from charteroak.portal.programs.forms import LineField, NoteField

BASES = [
    ("victim-report", _("We report a crime of which we are the victim")),
    ("consent", _("The victim consents")),
    ("warrant", _("A search warrant")),
    ("subpoena", _("A subpoena")),
    ("court-order", _("An order of a court")),
    ("statute", _("A statute asks for it or allows it")),
]
STATES = [
    ("received", _("They have it")),
    ("accepted", _("They took the case")),
    ("declined", _("They declined it")),
    ("closed", _("The case is closed")),
]


class ReferralForm(QuestionForm):
    """What is asked before a case is made up."""

    to = LineField(
        label=_("To whom?"),
        initial="Connecticut State Police, Cyber Crimes Investigation Unit",
        help_text=_("Check the name and the address with them: it changes."),
    )
    basis = forms.ChoiceField(
        label=_("On which ground may it be handed over?"),
        choices=BASES,
        widget=Choices,
        help_text=_("It is recorded. Ask counsel if you are not sure."),
    )
    authority = LineField(
        label=_("Which letter, order or section?"), help_text=_("Who consented and when, or the number of the order.")
    )
    by = LineField(label=_("Who refers it?"))
    contact = LineField(label=_("Whom can they call?"), help_text=_("A name and a number that is answered."))
    summary = NoteField(
        label=_("What happened, in your words?"),
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("What was seen, by which system, what was done. Facts and timeline on record go with it."),
    )
    loss = LineField(label=_("What did it cost so far?"), required=False, help_text=_("In dollars, as far as known."))
    indicators = forms.CharField(
        label=_("Indicators"),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        max_length=200_000,
        help_text=_("Addresses, domains, links, hashes: one on a line, defanged or not."),
    )
    reporters_agreed = forms.BooleanField(
        label=_("Those who reported it agreed to be named"),
        required=False,
        help_text=_("Otherwise their names, and the mails that they sent in, are left out."),
    )
    desk = forms.ChoiceField(
        label=_("Which desk may say what became of it?"),
        required=False,
        help_text=_("Its analysts then see the referral and its file."),
    )
    not_marked = frozenset({"reporters_agreed"})

    def __init__(self, *args: Any, desks: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["desk"].choices = [("", _("None")), *desks]  # type: ignore[attr-defined] # a field of choices


class ReferralAnswerForm(QuestionForm):
    """What became of a referral."""

    state = forms.ChoiceField(label=_("What did they say?"), choices=STATES, widget=Choices)
    said_by = LineField(label=_("Who said so?"))
    case_number = LineField(label=_("Their case number"), required=False)
    note = NoteField(label=_("Anything else"))
