"""The door for strangers' reports: only so many a second go on to the work that each of them makes.

A flood is turned away here before a session, a form or a page is made for it, so that members' reports pass: a sender
without any cookie of a session in front of Django (``Door``), where it costs a tenth of what it costs behind
(``DoorMiddleware``, where the session can be looked at). Whoever is turned away has sent a form that the browser holds:
to load the page again is to send the same answers again. What the database counts (``services.request_limits``) counts
for all processes; the pace at the door is each process's own, for each network and for everyone.
"""

import functools
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.handlers.wsgi import WSGIRequest
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from charteroak.adapters.log_lines import SECURITY_LOGGER
from charteroak.portal.api.problems import problem
from charteroak.portal.page import Page
from charteroak.response.ready_mail import DESK_MAIL
from charteroak.services.request_limits import network_of

log = logging.getLogger(SECURITY_LOGGER)
FORMS = frozenset({"/report/incident/", "/report/mail/"})
INTERFACE = frozenset({"/api/v1/phish", "/api/v1/reports", "/api/v1/reports/supplements"})
"""Not the files of a report: one may have twenty at once, and each is counted before a byte of it is read."""
PER_SECOND = 2.5
AT_ONCE = 30.0
"""In each process. Two and a half times what everyone together may report over a longer span, and thirty at once, so
that people never meet the door; each of a flood that goes on takes the place of a member's report."""
PER_SECOND_OF_NETWORK = 0.5
AT_ONCE_OF_NETWORK = 20.0
"""Five times what one network may report over a longer span: a flood from one place shuts the door for that place."""
NETWORKS = 10_000
"""Remembered at once. Whoever floods from more of them meets the pace for everyone."""
DECIDED = "charteroak.door"
"""In a request's environment once the door has been passed: whether it was shut. No header can set it."""
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

    def turn_away(self) -> None:
        """Count somebody who was turned away for another reason."""
        with self._lock:
            self._turned_away += 1

    def to_say(self) -> int:
        """How many were turned away since this was last said: at most once a second, else nothing."""
        with self._lock:
            moment = self._clock()
            if 0 <= moment - self._said < 1 and self._said >= 0:
                return 0
            number, self._turned_away, self._said = self._turned_away, 0, moment
            return number


class NetworkPaces:
    """A pace for each network; those that were longest unheard of are forgotten."""

    def __init__(
        self, per_second: float, at_once: float, most: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._per_second, self._at_once, self._most, self._clock = per_second, at_once, most, clock
        self._lock = threading.Lock()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def open_wide(self) -> None:
        """Begin anew, as after a pause."""
        with self._lock:
            self._left.clear()

    def lets_in(self, network: str) -> bool:
        """Whether one more of this network may go on now."""
        with self._lock:
            moment = self._clock()
            left, looked = self._left.pop(network, (self._at_once, moment))
            left = min(self._at_once, left + max(0.0, moment - looked) * self._per_second)
            lets_in = left >= 1
            self._left[network] = (left - lets_in, moment)
            if len(self._left) > self._most:
                self._left.popitem(last=False)
            return lets_in


STRANGERS = Pace(PER_SECOND, AT_ONCE)
FROM_A_NETWORK = NetworkPaces(PER_SECOND_OF_NETWORK, AT_ONCE_OF_NETWORK, NETWORKS)
_network_of = functools.lru_cache(maxsize=4096)(network_of)
Environment = dict[str, Any]


class Door:
    """Stands in front of the whole application, and answers by itself whom it turns away.

    The answer is made once for each language by the application, behind whatever puts headers on answers, and kept.
    """

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self._application = application
        self._answers: dict[tuple[bool, str, str], tuple[str, list[tuple[str, str]], bytes]] = {}

    def __call__(self, environment: Environment, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """The application's answer, or 429 for a stranger's report that comes with too many others."""
        path = environment.get("PATH_INFO", "")
        if environment["REQUEST_METHOD"] != "POST" or not _is_report(path) or _may_be_known(environment):
            return self._application(environment, start_response)
        environment[DECIDED] = is_shut = not _lets_in(environment)
        if not is_shut:
            return self._application(environment, start_response)
        language = translation.get_language_from_request(WSGIRequest(environment))
        kind = (path in INTERFACE, environment["wsgi.url_scheme"], language)
        status, headers, body = self._answers.get(kind) or self._answer(environment)
        if status.startswith("429"):
            self._answers[kind] = status, headers, body
        start_response(status, list(headers))
        return [body]

    def _answer(self, environment: Environment) -> tuple[str, list[tuple[str, str]], bytes]:
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], _error: object = None) -> None:
            started.append((status, headers))

        made = self._application(environment, start)
        try:
            body = b"".join(made)
        finally:
            if close := getattr(made, "close", None):
                close()
        [(status, headers)] = started
        return status, headers, body


class DoorMiddleware:
    """Decides about whoever carries a session, which may be made up; and says no for the door in front of it all."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, or 429 for a stranger's report that comes with too many others."""
        path = request.path_info
        if request.method != "POST" or not _is_report(path):
            return self._get_response(request)
        is_shut = request.META.get(DECIDED)
        if is_shut is None:
            is_shut = not _is_known(request) and not _lets_in(request.META)
        if not is_shut:
            return self._get_response(request)
        if path in INTERFACE:
            response = problem(429, CODE, "This was asked too often within a short time.")
        else:
            response = HttpResponse(_page_in(translation.get_language_from_request(request)), status=429)
        response.headers["Retry-After"] = str(RETRY_SECONDS)
        return response


def _is_report(path: str) -> bool:
    return path in FORMS or path in INTERFACE


def _lets_in(environment: Environment) -> bool:
    """Whether one more stranger may go on; who may not is counted for the log."""
    network = _network_of(environment.get("REMOTE_ADDR", ""))
    if FROM_A_NETWORK.lets_in(network):
        if STRANGERS.lets_in():
            return True
    else:
        STRANGERS.turn_away()
    if number := STRANGERS.to_say():
        log.warning("limited POST at the door times=%d", number)
    return False


def _may_be_known(environment: Environment) -> bool:
    """Whether there is anything that could be a sign of an account: a session's cookie, or a name and password."""
    if environment["PATH_INFO"] in INTERFACE:
        return "HTTP_AUTHORIZATION" in environment
    return f"{settings.SESSION_COOKIE_NAME}=" in environment.get("HTTP_COOKIE", "")


def _is_known(request: HttpRequest) -> bool:
    """Whether there is a sign of an account: somebody's session, or a name and password to be proven."""
    if request.path_info in INTERFACE:
        return "HTTP_AUTHORIZATION" in request.META
    try:
        return SESSION_KEY in request.session
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
