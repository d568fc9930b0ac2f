"""How forms look and behave everywhere: one question above another, optional ones marked, errors beside their field.

A form derives from ``QuestionForm``; its template says ``{% include "parts/error_summary.html" %}`` and
``{{ form }}``, and its view answers with ``form_page``. Rules about what may be recorded are not here: they belong to
the service that the form calls.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.forms.renderers import DjangoTemplates
from django.forms.widgets import Input
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from charteroak.errors import InputError
from charteroak.portal.quick_fields import QuickFields

REFUSED = 422
"""RFC 9110, 15.5.21: understood, and not processable. A page that says *nothing was recorded* is no success."""


class PortalRenderer(DjangoTemplates):
    """Renders forms and fields with the portal's templates."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"


class Choices(forms.RadioSelect):
    """One of several answers, each on its own line."""

    template_name = "forms/choices.html"


class ManyChoices(forms.CheckboxSelectMultiple):
    """Any of several answers, each on its own line."""

    template_name = "forms/choices.html"


CLASS_OF_WIDGET: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.RadioSelect, ""),
    (forms.CheckboxSelectMultiple, ""),
    (forms.CheckboxInput, ""),
    (forms.FileInput, "file"),
    (forms.Textarea, "usa-textarea"),
    (forms.Select, "usa-select"),
    (Input, "usa-input"),
)


class QuestionForm(forms.Form):
    """A form in the house style. ``records`` says whether sending it records something."""

    records = True
    not_marked: ClassVar[frozenset[str]] = frozenset()
    """Fields that may stay empty and are not called optional: one of two is needed, or one is chosen already."""

    folded: ClassVar[frozenset[str]] = frozenset()
    """Fields that help and can wait: they stand folded below the others."""
    folded_title: ClassVar[str | Promise] = _("More, if you know it")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        form = type(self)
        if not isinstance(form.base_fields, QuickFields):
            form.base_fields = QuickFields(form.base_fields, _dress)
        super().__init__(*args, **kwargs)
        self.label_suffix = ""

    @property
    def is_unfolded(self) -> bool:
        """Whether a folded field was filled in or refused: what somebody typed is never out of sight."""
        return self.is_bound and any(self.errors.get(name) or self[name].value() for name in self.folded)

    def ask(self, name: str, field: forms.Field) -> None:
        """Add a question that the class alone cannot know, or put it in the place of one of the same name."""
        _dress(field)
        self.fields[name] = field

    def take_error(self, error: InputError, field: str | None = None) -> None:
        """Show what a service refused beside the field it names, or at the top."""
        place = field if field in self.fields else None
        self.add_error(place, f"{error.message} {error.remedy}".strip())


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, for a form that is bound even when nothing was filled in; nothing for a page that is only read."""
    return request.POST if request.method == "POST" else None


def status_of_forms(context: Mapping[str, Any]) -> int:
    """``REFUSED`` while a form among these values is, else 200: the rule for every form of the portal."""
    shown = (value for value in context.values() if isinstance(value, forms.BaseForm))
    return REFUSED if any(form.is_bound and form.errors for form in shown) else 200


def form_page(request: HttpRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
    """A page that shows forms, with the status that they call for."""
    return render(request, template, context, status=status_of_forms(context))


def _dress(field: forms.Field) -> None:
    """Give a field its class and the house's words for an answer that is missing."""
    name = next((css for kind, css in CLASS_OF_WIDGET if isinstance(field.widget, kind)), "")
    own = str(field.widget.attrs.get("class", ""))
    if "required" in field.error_messages:
        field.error_messages["required"] = _("Answer this question.")
    if classes := f"{name} {own}".strip():
        field.widget.attrs["class"] = classes
