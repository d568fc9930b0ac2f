"""The form that filters the evidence log: a plain question in the address."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from charteroak.portal.programs.forms import DateInput, asked_choices
from charteroak.portal.programs.history_forms import IntervalForm
from charteroak.portal.programs.wording import KIND_WORDS
from charteroak.services.evidence_log import LogQuestion

MAX_WORDS = 200


def _practices() -> list[tuple[str, Any]]:
    return [("", _("Any practice")), *asked_choices()]


def _kinds() -> list[tuple[str, object]]:
    return [("", _("Any kind")), *sorted(KIND_WORDS.items(), key=lambda pair: str(pair[1]))]


class LogForm(IntervalForm):
    """Which entries to show."""

    not_marked = frozenset({"practice", "kind", "first", "last", "words"})
    practice = forms.ChoiceField(label=_("Practice"), choices=_practices, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=_kinds, required=False)
    first = forms.DateField(label=_("So on or after"), widget=DateInput, required=False)
    last = forms.DateField(label=_("So on or before"), widget=DateInput, required=False)
    words = forms.CharField(label=_("Words in it"), max_length=MAX_WORDS, required=False)

    field_order = ("practice", "kind", "first", "last", "words")

    def question(self) -> LogQuestion:
        """What is asked for, from a valid form."""
        answers = self.cleaned_data
        return LogQuestion(
            practice=answers["practice"],
            kind=answers["kind"],
            first=answers["first"],
            last=answers["last"],
            text=answers["words"].strip(),
        )
