"""The sign-in form."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from charteroak.portal.forms import QuestionForm


class SignInForm(QuestionForm, AuthenticationForm):
    """Mail address and password. A wrong pair gets one sentence that does not say which of the two was wrong."""

    records = False
    error_messages = {  # noqa: RUF012 - declared on the instance by Django's form
        "invalid_login": _("This mail address and password do not belong together."),
        "inactive": _("This mail address and password do not belong together."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("Mail address")
        self.fields["username"].widget = forms.EmailInput(
            attrs={"class": "usa-input", "autocomplete": "username", "autofocus": False}
        )
        self.fields["password"].label = _("Password")

    def clean_username(self) -> str:
        """Mail addresses are kept in lower case; people type them as they like."""
        return str(self.cleaned_data["username"]).strip().lower()
