"""The form that takes a document of a framework."""

from django import forms
from django.utils.translation import gettext_lazy as _

from charteroak.oscal.limits import DOCUMENT_LIMIT_BYTES
from charteroak.portal.forms import QuestionForm


class ImportForm(QuestionForm):
    """One file."""

    document = forms.FileField(
        label=_("Which file?"),
        help_text=_("An OSCAL catalog, profile or component definition, version 1.0 to 1.2, at most %(limit)s MB.")
        % {"limit": DOCUMENT_LIMIT_BYTES >> 20},
    )
