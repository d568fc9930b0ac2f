"""Forms about an incident: opening it, one part of its facts, the finding that harm is unlikely, closing it."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from charteroak.clock import format_instant, parse_instant
from charteroak.portal.forms import Choices, QuestionForm
from charteroak.portal.incidents.facts_parts import BEGAN, OUTCOMES, RESIDENTS, FactsPart, Question
from charteroak.portal.incidents.fields import KnownList, MomentField
from charteroak.portal.programs.description_forms import YesNoUnknownField
from charteroak.portal.programs.forms import LineField, NoteField, choices_of
from charteroak.records.incidents.models import OnCallContact
from charteroak.response.alerts import FACTS_MISSING
from charteroak.services.incident_closing import LeftOpen
from charteroak.services.on_call import NewContact, read_contact
from charteroak.services.programs import ProgramInputError

_SEPARATORS = re.compile(r"[^a-z0-9]+")
_MOST = 2**53 - 1
_MOST_HOURS = 24 * 366


class OpenForm(QuestionForm):
    """What happened, whether it succeeded, when it was discovered: one of the three is required."""

    not_marked = frozenset({"outcome"})
    title = LineField(
        label=_("What happened, in a few words?"), help_text=_("For your own people: “Mail of the tax office opened”.")
    )
    outcome = forms.ChoiceField(
        label=_("Did it succeed?"), choices=choices_of(OUTCOMES), widget=Choices, initial="unknown", required=False
    )
    discovered = MomentField(
        label=_("When was it discovered?"), help_text=_("Day and time in Connecticut. A guess is better than nothing.")
    )

    def clean_outcome(self) -> str:
        """Not answered is not known."""
        return self.cleaned_data["outcome"] or "unknown"


class CloseForm(QuestionForm):
    """Closing asks why each open duty stays open, and for a word that may be left out."""

    note = NoteField(label=_("How did it end?"))

    def __init__(self, *args: Any, left: Iterable[LeftOpen], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._fields_of = {each.key: f"reason_{_SEPARATORS.sub('_', each.key.lower())}" for each in left}
        for each in left:
            self.ask(self.field_of(each.key), LineField(label=_reason_label(each), help_text=_reason_hint(each)))

    def field_of(self, key: str) -> str:
        """The field of what stays open; any other name is its own."""
        return self._fields_of.get(key, key)

    def reasons(self) -> dict[str, str]:
        """Why each duty stays open, by its key."""
        return {key: self.cleaned_data[name] for key, name in self._fields_of.items()}


class ReasonForm(QuestionForm):
    """Why something is so."""

    reason = NoteField(label=_("Why?"), required=True)


class FindingForm(QuestionForm):
    """The finding on which the exception rests."""

    why = NoteField(label=_("Why is harm unlikely?"), required=True)
    by = LineField(label=_("Who investigated?"))
    consulted = NoteField(
        label=_("Which law enforcement agencies were asked, and what did they say?"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class OnCallForm(QuestionForm):
    """The on-call list, one person a line: name, mail address, minutes until the next one is told."""

    contacts = forms.CharField(
        label=_("Who is on call, in order?"),
        help_text=_(
            "One person a line: name, mail address, minutes until the next one is told. "
            "Lea Stone, lea@example.org, 30. Leave it empty to tell the security leads."
        ),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "autocapitalize": "off"}),
    )
    not_marked = frozenset({"contacts"})

    @staticmethod
    def written(listed: Iterable[OnCallContact]) -> str:
        """A list as it stands in the form."""
        return "\n".join(f"{row.name}, {row.email}, {row.wait_minutes}" for row in listed)

    def clean_contacts(self) -> list[NewContact]:
        """The lines, read."""
        lines = [line for line in self.cleaned_data["contacts"].splitlines() if line.strip()]
        try:
            return [read_contact(line) for line in lines]
        except ProgramInputError as error:
            raise forms.ValidationError(error.message) from error


class FeedForm(QuestionForm):
    """A new address of the calendar: who it is for."""

    name = LineField(label=_("Who is it for?"), help_text=_("So that you know later which one to revoke."))


class PartForm(QuestionForm):
    """One part of the facts. What is left open is not known; what was known before stands in the form."""

    def __init__(
        self, *args: Any, part: FactsPart, document: Mapping[str, Any], began: datetime | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._part = part
        self.not_marked = frozenset(question.field for question in part.questions)  # type: ignore[misc]  # of this form
        for question in part.questions:
            self.ask(question.field, _field_of(question))
            self.initial[question.field] = _initial_of(question, document, began)

    def document(self, before: Mapping[str, Any]) -> dict[str, Any]:
        """The document with this part's answers in the place of the older ones."""
        new = {"entity": dict(before.get("entity", {})), "incident": dict(before.get("incident", {}))}
        for question in self._part.questions:
            if question.member == BEGAN:
                continue
            value = self.cleaned_data[question.field]
            if isinstance(value, datetime):
                value = _as_written(value, new[question.of].get(question.member))
            if question.member == RESIDENTS:
                others = {state: n for state, n in (new["incident"].get(RESIDENTS) or {}).items() if state != "ct"}
                value = {**others, "ct": value} if value is not None else others or None
            if value in (None, ""):
                new[question.of].pop(question.member, None)
            else:
                new[question.of][question.member] = value
        return new

    def began(self) -> datetime | None:
        """When it began, if this part asks and somebody says."""
        moment: datetime | None = self.cleaned_data.get("began_at")
        return moment


def _reason_label(each: LeftOpen) -> str:
    if each.key == FACTS_MISSING:
        return gettext("Why may it stay unknown whether more people must be told?")
    return gettext("Why may this stay open? To be told: %(to)s") % {"to": each.to}


def _reason_hint(each: LeftOpen) -> str:
    return each.to if each.key == FACTS_MISSING else ""


def _field_of(question: Question) -> forms.Field:
    asked: dict[str, Any] = {"label": question.label, "help_text": question.hint}
    words = choices_of(question.words or {})
    match question.kind:
        case "answer":
            return YesNoUnknownField(**asked)
        case "moment":
            return MomentField(**asked)
        case "number":
            most = _MOST_HOURS if question.member == "contractHours" else _MOST
            widget = forms.NumberInput(attrs={"class": "short", "inputmode": "numeric"})
            return forms.IntegerField(min_value=0, max_value=most, required=False, widget=widget, **asked)
        case "list":
            return KnownList(choices=words, **asked)
        case "choice":
            has_unknown = any(code == "unknown" for code, _word in words)
            choices = words if has_unknown else [*words, ("", _("Not known"))]
            return forms.ChoiceField(choices=choices, required=False, widget=Choices, **asked)
        case "line":
            return LineField(required=False, **asked)


def _initial_of(question: Question, document: Mapping[str, Any], began: datetime | None) -> Any:
    if question.member == BEGAN:
        return began
    value = document.get(question.of, {}).get(question.member)
    match question.kind:
        case "answer":
            return {True: "yes", False: "no"}.get(value, "")
        case "moment":
            return None if value is None else parse_instant(value)
        case "number" if question.member == RESIDENTS:
            return None if value is None else value.get("ct")
        case "list":
            return [] if value is None else (value or ["none"])
        case _:
            return "" if value is None and question.kind == "choice" else value


def _as_written(value: datetime, before: str | None) -> str:
    """The moment as it stood, where it is the same minute: the form knows no seconds, and corrects none away."""
    if before is not None and parse_instant(before).replace(second=0, microsecond=0) == value:
        return before
    return format_instant(value)
