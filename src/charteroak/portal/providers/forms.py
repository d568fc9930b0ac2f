"""Forms about an organisation and its provider."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from charteroak.portal.forms import Choices, QuestionForm
from charteroak.portal.programs.forms import DateInput, LineField, NoteField
from charteroak.records.accounts.models import Organisation


class ProviderForm(QuestionForm):
    """Which provider, and why."""

    reason = NoteField(label=_("Why?"), required=False, help_text=_("Kept apart from the public part of the entry."))
    field_order = ("provider", "reason")

    def __init__(self, *args: object, providers: Sequence[Organisation], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        choices = [(provider.slug, provider.name) for provider in providers]
        initial = choices[0][0] if len(choices) == 1 else None
        self.ask(
            "provider",
            forms.ChoiceField(label=_("Which provider?"), choices=choices, widget=Choices, initial=initial),
        )
        self.order_fields(self.field_order)


class StatementForm(QuestionForm):
    """The period of a statement, and who states it."""

    first = forms.DateField(label=_("From which day?"), widget=DateInput)
    last = forms.DateField(label=_("To which day?"), widget=DateInput, help_text=_("Both days are included."))
    by = LineField(label=_("Who states it for the provider?"))
    role = LineField(label=_("In which role?"))
