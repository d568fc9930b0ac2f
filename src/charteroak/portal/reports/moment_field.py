"""A day and a time of day as a person knows them: the time may be missing, and a time that came twice is asked back."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from charteroak.portal.forms import Choices, QuestionForm
from charteroak.response.report_times import AmbiguousTimeError, ReportTimeError, parse_moment


class MomentWidget(forms.SplitDateTimeWidget):
    """Two inputs of the browser's own: a day, and a time that may stay empty."""

    def __init__(self) -> None:
        day: dict[str, Any] = {"type": "date", "class": "usa-input", "aria-label": _("Day")}
        time: dict[str, Any] = {"type": "time", "class": "usa-input", "aria-label": _("Time")}
        super().__init__(date_attrs=day, time_attrs=time, date_format="%Y-%m-%d", time_format="%H:%M")

    def decompress(self, value: Any) -> Any:
        """Day and time of a text such as ``2026-03-01T09:30:00-05:00``."""
        day, _separator, clock = str(value or "").partition("T")
        return [day or None, clock[:5] or None]


class MomentField(forms.MultiValueField):
    """Gives a day (``2026-03-01``) or a clock time in Connecticut (``2026-03-01T09:30``), or nothing."""

    hidden_widget = forms.SplitHiddenDateTimeWidget

    def __init__(self, **options: Any) -> None:
        fields = (forms.DateField(input_formats=["%Y-%m-%d"]), forms.TimeField(required=False))
        widget = MomentWidget()
        super().__init__(fields, widget=widget, require_all_fields=False, **options)

    def compress(self, data_list: Sequence[Any]) -> str:
        """The text that the record reads."""
        if not data_list or data_list[0] is None:
            return ""
        day, clock = data_list
        text = f"{day:%Y-%m-%d}" if day.year > 999 else f"{day.year:04}-{day:%m-%d}"
        if clock is not None:
            text += f"T{clock:%H:%M}"
        try:
            parse_moment(text)
        except AmbiguousTimeError:
            return text  # the form asks which of the two
        except ReportTimeError as error:
            raise forms.ValidationError(f"{error.message} {error.remedy}") from error
        return text


def ask_which_of_two(form: QuestionForm, name: str) -> None:
    """Where the time that was filled in came twice, add the question which of the two it was."""
    if not form.is_bound or name not in form.fields:
        return
    day, clock = (form.data.get(form.add_prefix(f"{name}_{part}"), "") for part in (0, 1))
    try:
        parse_moment(f"{day}T{clock}")
    except AmbiguousTimeError as error:
        question = forms.ChoiceField(
            label=_("The clocks went back that night, so this time came twice. Which one was it?"),
            choices=list(
                zip(error.options, (_("The first, in summer time"), _("The second, an hour later")), strict=True)
            ),
            widget=Choices,
        )
        form.ask(f"{name}_turn", question)
    except ReportTimeError:
        return


def moment_said(form: QuestionForm, name: str) -> str:
    """The time of a valid form, with the offset where it was asked for."""
    answers = form.cleaned_data
    return str(answers.get(f"{name}_turn") or answers.get(name) or "")
