"""Fields for a bad night: a moment on the clocks of Connecticut, and lists in which nothing ticked means not known."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from charteroak.clock import DoubledTimeError, SkippedTimeError, TimeFormatError, connecticut_instant
from charteroak.portal.forms import ManyChoices

NONE = "none"
_HOURS = (
    ("", _("The clocks did not change")),
    ("first", _("Before the change (EDT)")),
    ("second", _("After it (EST)")),
)


class MomentInput(forms.MultiWidget):
    """Day and time; which of the two hours it was is asked only once that matters."""

    template_name = "incidents/moment.html"
    use_fieldset = True

    def __init__(self) -> None:
        super().__init__(
            {
                "day": forms.DateInput(
                    format="%Y-%m-%d", attrs={"type": "date", "class": "usa-input", "aria-label": _("Day")}
                ),
                "time": forms.TimeInput(
                    format="%H:%M", attrs={"type": "time", "class": "usa-input", "aria-label": _("Time")}
                ),
                "hour": forms.Select(
                    choices=_HOURS, attrs={"class": "usa-select short", "aria-label": _("Which of the two hours")}
                ),
            }
        )

    def decompress(self, value: datetime | None) -> list[Any]:
        """A stored moment as it stands in the form."""
        if value is None:
            return [None, None, ""]
        local = localtime(value)
        return [local.date(), local.time(), _which_hour(local)]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The widget's context; the third question is shown where the hour came twice."""
        context = super().get_context(name, value, attrs)
        parts = value if isinstance(value, list) else self.decompress(value)
        context["widget"]["asks_hour"] = _came_twice(parts)
        return context


class MomentField(forms.MultiValueField):
    """An instant, as a day and a time in Connecticut. One that never was, or was twice, is refused in a line."""

    def __init__(self, **kwargs: Any) -> None:
        fields = (
            forms.DateField(required=False, error_messages={"invalid": _("Give the day as year, month, day.")}),
            forms.TimeField(required=False, error_messages={"invalid": _("Give the time as hours and minutes.")}),
            forms.ChoiceField(choices=_HOURS, required=False),
        )
        super().__init__(fields, require_all_fields=False, required=False, widget=MomentInput(), **kwargs)

    def compress(self, data_list: Sequence[Any]) -> datetime | None:
        """The instant; nothing where nothing was said."""
        day, time, hour = (*data_list, None, None, "")[:3]
        if day is None and time is None:
            return None
        if day is None or time is None:
            raise forms.ValidationError(_("Give the day and the time; a guess is better than nothing."))
        try:
            is_second = {"first": False, "second": True}.get(hour)
            return connecticut_instant(datetime.combine(day, time), is_second=is_second)
        except SkippedTimeError as error:
            raise forms.ValidationError(
                _("%(time)s never came that night: the clocks were put forward.") % {"time": f"{time:%H:%M}"}
            ) from error
        except DoubledTimeError as error:
            raise forms.ValidationError(
                _("%(time)s came twice that night. Choose before or after the clocks were put back.")
                % {"time": f"{time:%H:%M}"}
            ) from error
        except TimeFormatError as error:
            raise forms.ValidationError(error.message) from error


class KnownList(forms.MultipleChoiceField):
    """Any of several words. Nothing ticked means *not known*; *none of these* stands by itself and means none."""

    def __init__(self, *, choices: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(choices=[*choices, (NONE, _("None of these"))], required=False, widget=ManyChoices, **kwargs)

    def clean(self, value: Any) -> Any:
        """``None`` for not known, else the list."""
        words = super().clean(value)
        if NONE in words and len(words) > 1:
            raise forms.ValidationError(_("Choose either “none of these” or some of them."))
        return None if not words else [word for word in words if word != NONE]


def _which_hour(local: datetime) -> str:
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return ("second" if local.fold else "first") if twice else ""


def _came_twice(parts: Sequence[Any]) -> bool:
    if len(parts) > 2 and parts[2]:
        return True
    try:
        texts = [part if isinstance(part, str) else part.isoformat() for part in parts[:2]]
        connecticut_instant(datetime.fromisoformat("T".join(texts)))
    except DoubledTimeError:
        return True
    except (TimeFormatError, ValueError, AttributeError):
        return False
    return False
