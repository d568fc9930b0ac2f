"""A form's own copies of its class's fields, made without looking into what no form changes.

Django copies every field of a form deeply, each time: the lists of choices with it, which are the same for all. That is
a seventh of what one report costs. These copies are as deep as Django's but for the choices themselves, which a form
replaces and never alters in place; fields and widgets that copy themselves in a way of their own still do.
"""

import copy
from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.forms.widgets import ChoiceWidget

_PLAIN_FIELDS = (forms.Field.__deepcopy__, forms.ChoiceField.__deepcopy__)


class QuickFields(dict[str, forms.Field]):
    """The fields of a class, of which a deep copy is for one form."""

    def __init__(self, fields: Mapping[str, forms.Field], prepare: Callable[[forms.Field], None]) -> None:
        super().__init__({name: copied(field) for name, field in fields.items()})
        for field in self.values():
            prepare(field)

    def __deepcopy__(self, _memo: dict[int, Any]) -> dict[str, forms.Field]:
        return {name: copied(field) for name, field in self.items()}


def copied(field: forms.Field) -> forms.Field:
    """A field that a form may change without changing it for any other."""
    if type(field).__deepcopy__ not in _PLAIN_FIELDS:
        return copy.deepcopy(field)
    made: forms.Field = _shallow(field)
    made.widget = _copied_widget(field.widget)
    made.error_messages = field.error_messages.copy()
    made.validators = field.validators[:]
    return made


def _copied_widget(widget: forms.Widget) -> forms.Widget:
    kind = type(widget).__deepcopy__
    if kind not in (forms.Widget.__deepcopy__, ChoiceWidget.__deepcopy__):
        return copy.deepcopy(widget)
    made: forms.Widget = _shallow(widget)
    made.attrs = widget.attrs.copy()
    if isinstance(made, ChoiceWidget):
        made.choices = copy.copy(made.choices)
    return made


def _shallow(thing: Any) -> Any:
    made = object.__new__(type(thing))
    made.__dict__.update(thing.__dict__)
    return made
