"""Fields of plans: lines that may stay empty, and telephone numbers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from charteroak.portal.programs.forms import LineField
from charteroak.response.plans.phones import is_dialable
from charteroak.response.plans.plan import NARRATIVE_LIMIT


class Line(LineField):
    """A line that may stay empty; blanks within are one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, **kwargs})

    def clean(self, value: Any) -> str:
        """The line without doubled blanks."""
        return " ".join(str(super().clean(value)).split())


class NumberField(Line):
    """A telephone number as people write it."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"class": "short", "inputmode": "tel", "autocomplete": "off"})
        super().__init__(**{"widget": widget, **kwargs})

    def clean(self, value: Any) -> str:
        """The number, if a telephone can dial it."""
        number = super().clean(value)
        if number and not is_dialable(number):
            raise forms.ValidationError(
                _("This is no telephone number. Write it as 860-555-0134, with ext. 12 if need be, or 1-844-SAY-CISA.")
            )
        return number


class Words(forms.CharField):
    """Some paragraphs that may stay empty."""

    def __init__(self, *, rows: int = 4, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows})
        super().__init__(widget=widget, required=False, max_length=NARRATIVE_LIMIT, **kwargs)
