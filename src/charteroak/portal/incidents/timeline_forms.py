"""Forms about the timeline: an event as far as its moment is known, and which of two came first."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from charteroak.portal.forms import QuestionForm
from charteroak.portal.programs.forms import NoteField
from charteroak.response.event_times import ZONES, span_of, widened

KINDS = (
    ("", _("Something else")),
    ("first-activity", _("It began")),
    ("noticed", _("It was noticed")),
    ("contained", _("It was contained")),
    ("recovered", _("Everything works again")),
)
_DAY = {"type": "date"}
_TIME = {"type": "time"}


class EventForm(QuestionForm):
    """What happened and when; without a time it is the whole day, with an end it is anywhere between."""

    not_marked = frozenset({"kind", "precision", "zone"})
    what = NoteField(label=_("What happened?"), required=True, widget=forms.Textarea(attrs={"rows": 3}))
    kind = forms.ChoiceField(label=_("Is it one of these?"), choices=KINDS, required=False)
    day = forms.DateField(label=_("On which day?"), widget=forms.DateInput(format="%Y-%m-%d", attrs=_DAY))
    clock = forms.TimeField(
        label=_("At what time?"),
        help_text=_("Leave it empty if only the day is known."),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs=_TIME),
    )
    precision = forms.ChoiceField(
        label=_("How exactly?"),
        choices=(("minute", _("To the minute")), ("hour", _("About that hour")), ("second", _("To the second"))),
        required=False,
    )
    until_day = forms.DateField(
        label=_("It may also have been later: until which day?"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs=_DAY),
    )
    until_clock = forms.TimeField(
        label=_("Until what time?"), required=False, widget=forms.TimeInput(format="%H:%M", attrs=_TIME)
    )
    zone = forms.ChoiceField(
        label=_("On the clocks of which zone?"),
        choices=[(name, name.replace("_", " ")) for name in ZONES],
        required=False,
    )

    @property
    def span(self) -> tuple[datetime, datetime]:
        """The two ends of what was said.

        Raises:
            EventTimeError: there was no such moment; its field is that of the form.
        """
        said = self.cleaned_data
        zone, precision = said["zone"] or ZONES[0], said["precision"] or "minute"
        first = span_of(said["day"], said["clock"], zone, precision)
        if said["until_day"] is None and said["until_clock"] is None:
            return first
        return widened(first, span_of(said["until_day"] or said["day"], said["until_clock"], zone, precision))

    @property
    def stored_precision(self) -> str:
        """How exactly it is known, in the word of the record."""
        return "day" if self.cleaned_data["clock"] is None else self.cleaned_data["precision"] or "minute"


class CorrectForm(EventForm):
    """The same for an event that is on record, which may also turn out to be none."""

    withdrawn = forms.BooleanField(
        label=_("This did not happen"),
        help_text=_("It leaves the timeline and stays on record."),
        required=False,
    )


class OrderForm(forms.Form):
    """Two events: the first came before the second; or nobody says so any more."""

    def __init__(self, data: Mapping[str, Any] | None, *, events: Sequence[tuple[int, str]]) -> None:
        super().__init__(data)
        choices = [(str(number), f"{number}. {what[:60]}") for number, what in events]
        self.fields["before"] = forms.ChoiceField(label=_("This"), choices=choices)
        self.fields["after"] = forms.ChoiceField(label=_("came before this"), choices=choices)
        self.fields["withdrawn"] = forms.BooleanField(required=False)
        for name in ("before", "after"):
            self.fields[name].widget.attrs["class"] = "usa-select"
