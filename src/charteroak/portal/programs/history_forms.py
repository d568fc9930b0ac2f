"""Forms that ask the record about its past: a day and a moment of knowing, or the first and last day of an interval."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from charteroak.portal.forms import QuestionForm
from charteroak.portal.programs.forms import DateInput
from charteroak.services.programs import ProgramInputError, refuse_day


class DayForm(QuestionForm):
    """A question about days of the past."""

    records = False
    days: tuple[str, ...] = ()

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any] | None:
        """Refuse days about which nothing can be on record."""
        cleaned = super().clean() or {}
        for name in self.days:
            if isinstance(day := cleaned.get(name), date):
                try:
                    refuse_day(day, self.today, name)
                except ProgramInputError as error:
                    self.take_error(error, name)
        return cleaned


class AsOfForm(DayForm):
    """The day asked about, and the day at whose end it is asked."""

    days = ("day", "known")
    day = forms.DateField(
        label=gettext_lazy("Which day do you ask about?"),
        widget=DateInput,
        help_text=gettext_lazy("The program as it stood on that day."),
    )
    known = forms.DateField(
        label=gettext_lazy("As known when which day ended?"),
        widget=DateInput,
        help_text=gettext_lazy("What was recorded later plays no part in the answer."),
    )


class IntervalForm(DayForm):
    """The first and the last of some days."""

    days = ("first", "last")
    first = forms.DateField(label=gettext_lazy("First day"), widget=DateInput)
    last = forms.DateField(label=gettext_lazy("Last day"), widget=DateInput)

    def clean(self) -> dict[str, Any] | None:
        """Refuse a reversed interval."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first is not None and last is not None and last < first:
            self.add_error("last", _("The last day lies before the first."))
        return cleaned
