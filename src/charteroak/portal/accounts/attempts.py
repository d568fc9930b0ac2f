"""Wrong passwords, counted without keeping addresses, names or what was typed.

Axes asks before every sign-in, on pages and in feeds, and hears of every failure; its own handlers write down who
tried from where with which browser and form. This one counts in ``services.request_limits`` instead.

A browser in which a person has signed in before carries a cookie that says so (OWASP, "Slow Down Online Guessing
Attacks with Device Cookies"). Guessing at others from the same network does not keep that person out there.
"""

import hmac
from typing import Any

from axes.handlers.base import AbstractAxesHandler, AxesBaseHandler
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import salted_hmac

from charteroak.portal.visitors import caller_of
from charteroak.records.accounts.models import User
from charteroak.services.request_limits import count_wrong_password, forget_wrong_passwords, is_guessing

KNOWN_BROWSER_COOKIE = "known-browser"
KNOWN_BROWSER_SECONDS = 90 * 24 * 60 * 60


class CountedAttempts(AbstractAxesHandler, AxesBaseHandler):  # type: ignore[misc]  # axes has no types
    """What axes asks and tells. Signing in successfully forgets the wrong passwords for that name from that network."""

    def is_locked(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        """Whether not even the right password counts now."""
        name = _name(credentials)
        return is_guessing(name, caller_of(request), is_known_browser=is_known_browser(request, name))

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Asked by nobody: ``is_locked`` answers in its place."""
        return int(self.is_locked(request, credentials))

    def user_login_failed(
        self,
        sender: object,  # noqa: ARG002 - Django's signal
        credentials: dict[str, Any],
        request: HttpRequest | None = None,
        **_kwargs: object,
    ) -> None:
        """Count a wrong password, and mark the request if no more are taken. A try during a lock counts no further."""
        if request is None:
            return
        if not self.is_locked(request, credentials):
            count_wrong_password(_name(credentials), caller_of(request))
        if self.is_locked(request, credentials):
            vars(request).update(axes_locked_out=True, axes_credentials=credentials)

    def user_logged_in(self, sender: object, request: HttpRequest, user: User, **_kwargs: object) -> None:  # noqa: ARG002 - Django's signal
        """The password was right: earlier slips are forgotten."""
        forget_wrong_passwords(user.get_username(), caller_of(request))

    def user_logged_out(self, sender: object, request: HttpRequest, user: User | None, **_kwargs: object) -> None:
        """Nothing is kept about signing out."""


def remember_browser(response: HttpResponseBase, user: User) -> None:
    """Let this browser be known as one in which the person has signed in."""
    response.set_cookie(
        KNOWN_BROWSER_COOKIE,
        _mark(user),
        max_age=KNOWN_BROWSER_SECONDS,
        path="/account/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def is_known_browser(request: HttpRequest, name: str) -> bool:
    """Whether the person of this name has signed in with this browser, and not changed the password since."""
    cookie = request.COOKIES.get(KNOWN_BROWSER_COOKIE, "")
    user = User.objects.filter(username=name).first() if cookie else None
    return user is not None and hmac.compare_digest(_mark(user).encode(), cookie.encode("utf-8", "replace"))


def _mark(user: User) -> str:
    return salted_hmac(KNOWN_BROWSER_COOKIE, f"{user.actor_id}\n{user.password}", algorithm="sha256").hexdigest()


def _name(credentials: dict[str, Any] | None) -> str:
    return str((credentials or {}).get("username") or "").strip().lower()
