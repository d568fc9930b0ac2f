"""The door for strangers' reports: only so many a second go on to the work that each of them makes.

A flood is turned away here before a session, a form or a page is made for it, so that members' reports pass. Whoever is
turned away has sent a form that the browser holds: to load the page again is to send the same answers again. What the
database counts (``services.request_limits``) counts for all processes; the pace at the door is each process's own.
"""

import functools
import logging
import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from charteroak.adapters.log_lines import SECURITY_LOGGER
from charteroak.portal.api.problems import problem
from charteroak.portal.page import Page
from charteroak.response.ready_mail import DESK_MAIL

log = logging.getLogger(SECURITY_LOGGER)
FORMS = frozenset({"/report/incident/", "/report/mail/"})
INTERFACE = frozenset({"/api/v1/reports", "/api/v1/reports/supplements"})
PER_SECOND = 10.0
AT_ONCE = 30.0
"""Ten times what everyone together may report over a longer span, so that people never meet the door."""
RETRY_SECONDS = 30
CODE = "requests.too-many"


class Pace:
    """Lets so many in each second, and after a pause so many at once; counts whom it turned away."""

    def __init__(self, per_second: float, at_once: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_second, self._at_once, self._clock = per_second, at_once, clock
        self._lock = threading.Lock()
        self.open_wide()

    def open_wide(self) -> None:
        """Begin anew, as after a pause."""
        with self._lock:
            self._left, self._looked, self._said = self._at_once, self._clock(), -1.0
            self._turned_away = 0

    def lets_in(self) -> bool:
        """Whether one more may go on now."""
        with self._lock:
            moment = self._clock()
            passed, self._looked = max(0.0, moment - self._looked), moment
            self._left = min(self._at_once, self._left + passed * self._per_second)
            if self._left >= 1:
                self._left -= 1
                return True
            self._turned_away += 1
            return False

    def to_say(self) -> int:
        """How many were turned away since this was last said: at most once a second, else nothing."""
        with self._lock:
            moment = self._clock()
            if 0 <= moment - self._said < 1 and self._said >= 0:
                return 0
            number, self._turned_away, self._said = self._turned_away, 0, moment
            return number


STRANGERS = Pace(PER_SECOND, AT_ONCE)


class DoorMiddleware:
    """Stands before sessions and forms, and behind what puts headers on every answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, or 429 for a stranger's report that comes with too many others."""
        path = request.path_info
        if request.method != "POST" or path not in FORMS | INTERFACE or _is_known(request) or STRANGERS.lets_in():
            return self._get_response(request)
        if number := STRANGERS.to_say():
            log.warning("limited POST at the door times=%d", number)
        if path in INTERFACE:
            response = problem(429, CODE, "This was asked too often within a short time.")
        else:
            response = HttpResponse(_page_in(translation.get_language_from_request(request)), status=429)
        response.headers["Retry-After"] = str(RETRY_SECONDS)
        return response


def _is_known(request: HttpRequest) -> bool:
    """Whether there is a sign of an account: a session that exists, or a name and password to be proven."""
    if request.path_info in INTERFACE:
        return "HTTP_AUTHORIZATION" in request.META
    session = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    if not session:
        return False
    try:
        return Session.objects.filter(session_key=session).exists()
    except (DatabaseError, ValueError):  # a NUL in a cookie; or nothing can be read, which the page says better
        return False


@functools.lru_cache(maxsize=8)
def _page_in(language: str) -> bytes:
    """The page of who is turned away, which is the same for all."""
    with translation.override(language):
        page = Page(_("Too many at once"), _("This was asked too often within a short time, and nothing was recorded."))
        remedy = _(
            "Wait half a minute and load this page again: your browser then sends the same answers. "
            "If it cannot wait, send a mail to %(mail)s."
        ) % {"mail": DESK_MAIL}
        return render_to_string("errors/error.html", {"page": page, "remedy": remedy, "code": CODE}).encode()
