"""Sign in, sign out, account."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from charteroak.adapters.system_clock import now
from charteroak.portal.accounts.attempts import remember_browser
from charteroak.portal.accounts.forms import SignInForm
from charteroak.portal.forms import status_of_forms
from charteroak.portal.page import Page
from charteroak.portal.reports.receipt_cookie import forget_receipts
from charteroak.records.accounts.models import Membership, Organisation, User
from charteroak.services.account_keeping import can_nobody_sign_in
from charteroak.services.own_password import is_published
from charteroak.services.request_limits import seconds_until_next_guess
from charteroak.services.sample_state import SAMPLE_PASSWORD


class SignIn(LoginView):
    """Sign in with mail address and password; ten wrong tries lock the pair of address and machine for a while."""

    authentication_form = SignInForm
    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True
    http_method_names = ("get", "head", "post", "options")

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Signed in, until a moment that no activity moves; from now on this browser is known."""
        response = super().form_valid(form)
        self.request.session.set_expiry(now() + timedelta(seconds=settings.SESSION_COOKIE_AGE))
        if isinstance(self.request.user, User):
            remember_browser(response, self.request.user)
        return response

    def render_to_response(self, context: dict[str, Any], **response_kwargs: Any) -> HttpResponse:
        """The page with the status of every page that shows a form."""
        return super().render_to_response(context, **{"status": status_of_forms(context), **response_kwargs})

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form, with the page's first lines."""
        page = Page(_("Sign in"), _("Sign in to see your organization's program, or the desk."))
        people = sample_people()
        kwargs["is_unpeopled"] = not people and can_nobody_sign_in()
        return super().get_context_data(
            page=page, sample_people=people, sample_password=SAMPLE_PASSWORD if people else "", **kwargs
        )


class SignOut(LogoutView):
    """Sign out; what this browser knew of reports goes with it."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Signed out, and without receipts."""
        response = super().post(request, *args, **kwargs)
        forget_receipts(response)
        return response


def sample_people() -> list[Membership]:
    """Whom a newcomer may sign in as: the made-up people of the sample state, as long as they have its password.

    Nobody where anything real is kept: then nobody's password belongs on a page.
    """
    if Organisation.objects.filter(is_fictional=False).exists():
        return []
    people = list(
        Membership.objects.select_related("user", "organisation").order_by("role", "organisation__name", "pk")
    )
    return people if people and is_published(people[0].user.password) else []


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """What this installation knows about the person who is signed in."""
    page = Page(_("Your account"), _("You are signed in as %(name)s.") % {"name": request.user})
    return render(request, "accounts/account.html", {"page": page})


@login_not_required
def locked_out(request: HttpRequest, *_details: object) -> HttpResponse:
    """429: too many wrong tries, at the sign-in or with the old password of somebody who wants a new one."""
    page = Page(_("Sign in"), _("Signing in is locked for up to 15 minutes after too many wrong tries."))
    if request.resolver_match is not None and request.resolver_match.view_name == "accounts:password":
        sentence = _("After too many wrong tries no password is taken for up to 15 minutes. Yours is as it was.")
        page = Page(_("Change your password"), sentence)
    remedy = _("Wait, or ask whoever runs this installation. Reporting works without signing in.")
    response = render(request, "errors/error.html", {"page": page, "remedy": remedy}, status=429)
    response.headers["Retry-After"] = str(seconds_until_next_guess())
    return response
