"""Two small middlewares: headers that Django does not set, and foreseen errors as pages.

Only here does an error of ours become an HTTP status. Absent and forbidden are the same 404. What nobody foresaw goes
on to Django and becomes the 500 page, which says nothing about the fault.
"""

import logging
from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from charteroak.adapters.log_lines import route_of
from charteroak.errors import AccessError, CharterOakError, CouldNotError, InputError, VerificationError
from charteroak.portal.error_pages import foreseen, not_found, too_many, unavailable
from charteroak.portal.security_log import note_limit, note_refusal
from charteroak.services.request_limits import TooManyRequestsError

log = logging.getLogger(__name__)
NextLayer = Callable[[HttpRequest], HttpResponseBase]

# ASVS 5, 3.4: features that no page of ours uses are switched off for it and for anything it might embed.
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen", "geolocation",
        "gyroscope", "hid", "magnetometer", "microphone", "midi", "payment", "picture-in-picture", "screen-wake-lock",
        "serial", "usb", "xr-spatial-tracking",
    )
)  # fmt: skip
STATUS_OF_KIND: tuple[tuple[type[CharterOakError], int], ...] = (
    (InputError, 400),
    (VerificationError, 500),
    (CouldNotError, 503),
)


class PolicyHeadersMiddleware:
    """Says to browsers what our pages never need, and that nobody else may embed or cache them."""

    def __init__(self, get_response: NextLayer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The response with the headers that it has not set itself."""
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        # Static files say for themselves how long they may be kept. Everything else is for one reader, at one moment.
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class ForeseenErrorsMiddleware:
    """An error that we raise on purpose becomes a page that says what, where and what to do."""

    def __init__(self, get_response: NextLayer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The response as it is; only exceptions concern this class."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: object, _args: object, names: dict[str, object]
    ) -> HttpResponse | None:
        """An address with a NUL in it names nothing; PostgreSQL would not even look."""
        asked = [value for values in request.GET.lists() for value in values[1]]
        if any(isinstance(text, str) and "\0" in text for text in (*names.values(), *asked)):
            return not_found(request, None)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A page for an error of ours; nothing for any other."""
        if isinstance(exception, AccessError):
            note_refusal(request)
            return not_found(request, exception)
        if isinstance(exception, TooManyRequestsError):
            note_limit(request)
            return too_many(request, exception)
        if isinstance(exception, CharterOakError):
            status = next((code for kind, code in STATUS_OF_KIND if isinstance(exception, kind)), 500)
            if status >= 500:
                log.error("%s %s route=%s", status, exception.code, route_of(request))
            return foreseen(request, exception, status)
        if isinstance(exception, OperationalError):
            log.error("503 database.unusable route=%s", route_of(request))
            return unavailable()
        return None
