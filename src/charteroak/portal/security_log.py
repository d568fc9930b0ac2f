"""Events that whoever guards an installation wants to see (ASVS 5, 16.3): signing in and out, refusals, limits.

People are named by the opaque number that stands for them in ledgers; what was typed in place of a name, addresses and
receipts are not written down.
"""

import logging
from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from charteroak.adapters.log_lines import SECURITY_LOGGER, route_of
from charteroak.records.accounts.models import User
from charteroak.services.access import actor_of

log = logging.getLogger(SECURITY_LOGGER)
STRANGER = "stranger"


def note_refusal(request: HttpRequest) -> None:
    """Someone asked for what is absent or not theirs."""
    log.warning("refused person=%s %s route=%s", _person(request.user), request.method, route_of(request))


def note_limit(request: HttpRequest) -> None:
    """A stranger asked for more than strangers may."""
    log.warning("limited %s route=%s", request.method, route_of(request))


def listen() -> None:
    """Write down signing in and out from now on."""
    user_logged_in.connect(_signed_in, dispatch_uid=f"{__name__}.signed-in")
    user_logged_out.connect(_signed_out, dispatch_uid=f"{__name__}.signed-out")
    user_login_failed.connect(_sign_in_failed, dispatch_uid=f"{__name__}.sign-in-failed")


def _person(user: Any) -> str:
    return actor_of(user) if isinstance(user, User) else STRANGER


def _signed_in(user: User, **_kwargs: object) -> None:
    log.info("signed-in person=%s", _person(user))


def _signed_out(user: User | None, **_kwargs: object) -> None:
    log.info("signed-out person=%s", _person(user))


def _sign_in_failed(credentials: dict[str, Any], request: HttpRequest | None = None, **_kwargs: object) -> None:
    known = User.objects.filter(username=str(credentials.get("username") or "").strip().lower()).first()
    event = "sign-in-locked" if getattr(request, "axes_locked_out", False) else "sign-in-failed"
    log.warning("%s person=%s route=%s", event, _person(known), route_of(request))
