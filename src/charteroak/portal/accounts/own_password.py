"""A person's own password, changed with the old one."""

from django.contrib import messages
from django.contrib.auth import authenticate, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from charteroak.portal.accounts.attempts import remember_browser
from charteroak.portal.accounts.forms import PasswordForm
from charteroak.portal.forms import form_page, posted
from charteroak.portal.page import Crumb, Page
from charteroak.portal.people import person_of
from charteroak.portal.refusals import refusal
from charteroak.portal.visitors import caller_of
from charteroak.records.accounts.models import User
from charteroak.services.accounts import AccountInputError
from charteroak.services.own_password import (
    PublishedPasswordError,
    WrongPasswordError,
    change_own_password,
    uses_published_password,
)
from charteroak.services.request_limits import forget_wrong_passwords


@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """The form. Whoever has the published password of the sample state reads why it stays."""
    user = person_of(request)
    crumbs = (Crumb(_("Your account"), reverse("accounts:account")),)
    if uses_published_password(user):
        if request.method == "POST":
            raise PublishedPasswordError
        answer = _("Everybody uses the password of the sample state, so it cannot be changed.")
        return form_page(request, "accounts/password.html", {"page": Page(_("Change your password"), answer, crumbs)})
    form = PasswordForm(posted(request))
    if form.is_valid() and (response := _changed(request, user, form)) is not None:
        return response
    page = Page(_("Change your password"), _("Type the one that you have, then the new one twice."), crumbs)
    return form_page(request, "accounts/password.html", {"page": page, "form": form})


def _changed(request: HttpRequest, user: User, form: PasswordForm) -> HttpResponse | None:
    """Where it leads once the password is changed; nothing where the form is refused.

    ``authenticate`` counts, notes and locks as at the sign-in. This session and browser stay known; every other session
    of the person ended with the old password.
    """
    old, new = form.cleaned_data["old"], form.cleaned_data["new"]
    if authenticate(request, username=user.get_username(), password=old) is None:
        form.add_error("old", refusal(WrongPasswordError()))
        return None
    try:
        changed = change_own_password(user, old, new)
    except AccountInputError as error:
        form.add_error("old" if isinstance(error, WrongPasswordError) else "new", refusal(error))
        return None
    update_session_auth_hash(request, changed)
    forget_wrong_passwords(changed.get_username(), caller_of(request))
    messages.success(request, _("Your password is changed. Wherever else you were signed in, you are signed out."))
    response = redirect("accounts:account")
    remember_browser(response, changed)
    return response
