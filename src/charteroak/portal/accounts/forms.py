"""The forms that ask for a password."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from charteroak.portal.forms import QuestionForm

MAX_PASSWORD_CHARACTERS = 1_000


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


class PasswordForm(QuestionForm):
    """The password that somebody has and the one they want. Nothing is cut off or changed (ASVS 5.0, 6.2.8)."""

    records = False
    old = forms.CharField(
        label=_("The password that you have"),
        strip=False,
        max_length=MAX_PASSWORD_CHARACTERS,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=_("The new password"),
        help_text=_("12 characters or more. A few words that nobody would guess are best."),
        strip=False,
        max_length=MAX_PASSWORD_CHARACTERS,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("The new password again"),
        strip=False,
        max_length=MAX_PASSWORD_CHARACTERS,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Both new ones have to be the same."""
        answers: dict[str, Any] = super().clean() or self.cleaned_data
        if {"new", "again"} <= answers.keys() and answers["new"] != answers["again"]:
            self.add_error("again", _("This is not what stands above it."))
        return answers
