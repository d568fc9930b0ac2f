"""Forms of the guided start. Each saves one section of the draft, and carries how often that had been saved."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from charteroak.portal.forms import Choices, ManyChoices, QuestionForm
from charteroak.portal.programs.choices import ORGANISATION_KINDS, PRACTICE_ANSWERS
from charteroak.portal.programs.description_forms import MAX_EMPLOYEES, ChoicesInARow, YesNoUnknownField
from charteroak.portal.programs.forms import LineField, NoteField, choices_of
from charteroak.program.start.answers import About, FirstAnswer, Obligations, People, Store, Systems
from charteroak.program.start.proposal import Aim
from charteroak.program.start.vocabulary import Word, load_information_kinds, load_vocabulary

NONE = "none"
UNSURE = "unsure"
RUNNERS = (
    ("us", _("Us")),
    ("provider", _("An outside firm")),
    ("cloud", _("An online service")),
    ("none", _("There is none")),
    ("", _("Not known")),
)
GROUPS = {
    "people": _("Who they are"),
    "numbers": _("Numbers and log-in data"),
    "sensitive": _("What happened to them, or what they did"),
    "rest": _("Or is it one of these?"),
}
MOST_PEOPLE = 999_999_999
"""More than have ever been in one store here; a longer number is a slip of the keyboard."""


def words(choices: Sequence[Word]) -> list[tuple[str, str]]:
    """Words of the start's vocabulary as the choices of a field."""
    return [(word.id, word.label) for word in choices]


def number_field(label: Any, hint: Any = "", *, most: int = MAX_EMPLOYEES) -> forms.IntegerField:
    """About how many; it may be left open."""
    widget = forms.NumberInput(attrs={"class": "short", "inputmode": "numeric"})
    return forms.IntegerField(label=label, help_text=hint, min_value=0, max_value=most, required=False, widget=widget)


class StepForm(QuestionForm):
    """A form of the start: ``seen`` is how often its section had been saved when it was shown."""

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput, required=False)

    def was_seen(self) -> int:
        """The number from a valid form; a form without one was shown before anything was saved."""
        seen: int | None = self.cleaned_data["seen"]
        return seen or 0

    def see_again(self, times: int) -> None:
        """Take note that the person has now been told what was saved meanwhile."""
        data = QueryDict(self.data.urlencode() if isinstance(self.data, QueryDict) else "", mutable=True)
        data["seen"] = str(times)
        self.data = data


class AboutForm(StepForm):
    """What kind of organisation it is."""

    kind = forms.ChoiceField(label=_("What kind of organization is it?"), choices=choices_of(ORGANISATION_KINDS))
    people = number_field(_("About how many people work for it?"))
    sector = forms.ChoiceField(
        label=_("What does it do?"), required=False, widget=Choices, choices=lambda: words(load_vocabulary().sectors)
    )
    towns = LineField(label=_("Which towns does it serve?"), required=False)

    def section(self) -> About:
        """The section, from a valid form."""
        answers = self.cleaned_data
        return About(
            kind=answers["kind"],
            people=answers["people"],
            sector=answers["sector"] or None,
            towns=" ".join(answers["towns"].split()),
        )


class ObligationsForm(StepForm):
    """Which laws bind it, with whom it has contracts, and whether it takes cards."""

    regulated = forms.MultipleChoiceField(
        label=_("Is one of these true of you?"),
        required=False,
        widget=ManyChoices,
        choices=lambda: words(load_vocabulary().regulated),
    )
    contracts = forms.MultipleChoiceField(
        label=_("Do you have contracts with one of these?"),
        required=False,
        widget=ManyChoices,
        choices=lambda: words(load_vocabulary().contracts),
    )
    takes_cards = YesNoUnknownField(label=_("Do people pay you by card?"))
    not_marked = frozenset({"regulated", "contracts", "takes_cards"})

    def clean_regulated(self) -> list[str]:
        """Refuse *none of these* beside one of them."""
        return self._alone("regulated")

    def clean_contracts(self) -> list[str]:
        """Refuse *none of these* beside one of them."""
        return self._alone("contracts")

    def _alone(self, name: str) -> list[str]:
        chosen: list[str] = self.cleaned_data[name]
        if NONE in chosen and len(chosen) > 1:
            raise forms.ValidationError(_("Choose none of these, or the others, not both."))
        return chosen

    def section(self) -> Obligations:
        """The section, from a valid form."""
        answers = self.cleaned_data
        return Obligations(
            regulated=tuple(answers["regulated"]),
            contracts=tuple(answers["contracts"]),
            takes_cards=answers["takes_cards"],
        )


class StoreForm(StepForm):
    """One place where information about people is kept, and what is in it."""

    place = LineField(
        label=_("Where is it?"),
        help_text=_("Such as: payroll program, customer list, filing cabinet, the owner's laptop."),
    )
    people = number_field(_("About how many people is it about?"), most=MOST_PEOPLE)
    unreadable = YesNoUnknownField(
        label=_("Would it be unreadable to someone who takes it?"),
        help_text=_("Yes if it is encrypted and the key is kept apart. Paper is no."),
    )
    owned = forms.ChoiceField(
        label=_("Whose is it?"),
        required=False,
        widget=Choices,
        choices=(
            ("own", _("Ours")),
            ("others", _("We only keep it for others")),
            ("both", _("Some of each")),
            ("", _("Not known")),
        ),
    )
    field_order = ("seen", "place", *(f"kinds_{group}" for group in GROUPS), "people", "unreadable", "owned")
    not_marked = frozenset({*(f"kinds_{group}" for group in GROUPS), "owned", "unreadable"})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for group, label in GROUPS.items():
            kinds = [(kind.id, kind.label) for kind in load_information_kinds().kinds if kind.group == group]
            field = forms.MultipleChoiceField(label=label, choices=kinds, required=False, widget=ManyChoices)
            self.ask(f"kinds_{group}", field)
        self.order_fields(self.field_order)

    @staticmethod
    def initial_of(store: Store) -> dict[str, Any]:
        """What was said about a store."""
        ticked = {f"kinds_{group}": list(store.kinds) for group in GROUPS}
        unreadable = {True: "yes", False: "no", None: ""}[store.unreadable]
        return {
            "place": store.place,
            "people": store.people,
            "unreadable": unreadable,
            "owned": store.owned or "",
            **ticked,
        }

    def clean(self) -> dict[str, Any] | None:
        """Ask for at least one tick; *nothing* and *I do not know* stand alone."""
        cleaned = super().clean() or {}
        kinds = [kind for group in GROUPS for kind in cleaned.get(f"kinds_{group}", ())]
        if not kinds:
            self.add_error("kinds_people", _("Tick what is in it. If you do not know, say so at the end of the list."))
        if len(kinds) > 1 and {"nothing", UNSURE} & set(kinds):
            self.add_error("kinds_rest", _("This one stands alone: take it out, or take out the others."))
        return cleaned

    def section(self) -> Store:
        """The store, from a valid form."""
        answers = self.cleaned_data
        return Store(
            place=" ".join(answers["place"].split()),
            kinds=tuple(kind for group in GROUPS for kind in answers[f"kinds_{group}"]),
            people=answers["people"],
            unreadable=answers["unreadable"],
            owned=answers["owned"] or None,
        )


class SystemsForm(StepForm):
    """Who runs which system."""

    def __init__(self, *args: Any, asked: Sequence[Word], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        for word in asked:
            widget = ChoicesInARow()
            self.ask(word.id, forms.ChoiceField(label=word.label, choices=RUNNERS, required=False, widget=widget))
        hint = _("Such as: Ridge IT looks after the computers; mail is with an online service.")
        self.ask("firms", LineField(label=_("What are the firms and services called?"), help_text=hint, required=False))

    @property
    def not_marked(self) -> frozenset[str]:  # type: ignore[override]
        """Every system has an answer that stands already: not known."""
        return frozenset(word.id for word in self.asked)

    def section(self) -> Systems:
        """The section, from a valid form."""
        answers = self.cleaned_data
        return Systems(
            runs={word.id: answers[word.id] or None for word in self.asked}, firms=" ".join(answers["firms"].split())
        )


class PeopleForm(StepForm):
    """Who leads, who approves, and who helps from outside."""

    leads = LineField(
        label=_("Who sees to security?"), help_text=_("A name or an office. You, if nobody else does."), required=False
    )
    approves = LineField(
        label=_("Who can approve a written program?"), help_text=_("The owner, the board, the council."), required=False
    )
    provider = LineField(label=_("Which outside firm looks after your computers?"), required=False)
    counsel = LineField(label=_("Which lawyer would you ask?"), required=False)
    insurer = LineField(label=_("Who insures you against cyber incidents?"), required=False)

    def section(self) -> People:
        """The section, from a valid form."""
        names = ("leads", "approves", "provider", "counsel", "insurer")
        return People(**{name: " ".join(self.cleaned_data[name].split()) for name in names})


class AimForm(StepForm):
    """Which framework the person means to aim for."""

    def __init__(self, *args: Any, aims: Sequence[Aim], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = [(aim.framework, aim.label) for aim in aims]
        labels[0] = (aims[0].framework, _("%(label)s, as proposed") % {"label": aims[0].label})
        self.ask("framework", forms.ChoiceField(label=_("What do you aim for?"), choices=labels, widget=Choices))
        self.ask(
            "reason",
            NoteField(label=_("Why, if it is another than the proposed one"), widget=forms.Textarea(attrs={"rows": 2})),
        )


class FirstPracticeForm(StepForm):
    """The answer to one of the first practices. What shows it is asked later."""

    answer = forms.ChoiceField(label=_("Your answer"), choices=choices_of(PRACTICE_ANSWERS), widget=Choices)
    note = NoteField(
        label=_("What is done, or what is still open"),
        help_text=_("You can show evidence later."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def section(self) -> FirstAnswer:
        """The answer, from a valid form."""
        return FirstAnswer(answer=self.cleaned_data["answer"], note=self.cleaned_data["note"])
