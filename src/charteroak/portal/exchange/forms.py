"""The form that asks which document of a record is wanted."""

from django import forms
from django.utils.translation import gettext_lazy as _

from charteroak.frameworks.catalog import load_catalog
from charteroak.portal.forms import Choices, QuestionForm
from charteroak.portal.programs.forms import DateInput
from charteroak.program.status import STARTING_EDITION
from charteroak.services.oscal_exports import exportable_editions

DOCUMENTS = (
    ("assessment-results", _("Assessment results: what was found about each objective")),
    ("poam", _("Plan of action and milestones: the open gaps with their age, owner and day")),
    ("ssp", _("System security plan: what each practice does for each requirement")),
    ("component-definition", _("Component definition: your practices, for others to build on")),
    ("assessment-plan", _("Assessment plan: what is still to be assessed")),
)
"""In the order in which people ask for them."""


def edition_choices() -> list[tuple[str, str]]:
    """The editions that documents can be about."""
    return [(str(name), load_catalog(*name).title) for name in exportable_editions()]


class DocumentForm(QuestionForm):
    """Which document, about which edition, as of which day."""

    records = False
    model = forms.ChoiceField(label=_("Which document?"), choices=DOCUMENTS, widget=Choices)
    edition = forms.ChoiceField(
        label=_("About which framework?"), choices=edition_choices, initial=str(STARTING_EDITION)
    )
    as_of = forms.DateField(label=_("As of which day?"), widget=DateInput)
