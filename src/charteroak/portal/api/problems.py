"""How an API request is checked and how a refusal looks (RFC 9457), without a page for people and without a session."""

import functools
from collections.abc import Callable
from typing import ClassVar

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from charteroak.errors import AccessError, CharterOakError, CouldNotError, InputError
from charteroak.portal.security_log import note_limit, note_refusal
from charteroak.portal.sharing.authentication import LockedOutError, user_of
from charteroak.records.accounts.models import Organisation, User
from charteroak.services.access import organisations_of
from charteroak.services.filed_reports import Reporter
from charteroak.services.request_limits import TooManyRequestsError

MEDIA_TYPE = "application/problem+json"
KEY_CHARACTERS = range(22, 129)
View = Callable[[HttpRequest], HttpResponse]


class APIRequestError(InputError):
    """A request that cannot be understood; ``status`` says how it is answered."""

    code: ClassVar[str] = "api.request"

    def __init__(self, message: str, *, status: int = 400, remedy: str = "") -> None:
        super().__init__(message, remedy=remedy)
        self.status = status


class APISignInError(AccessError):
    """A name and password were sent and do not count."""

    code: ClassVar[str] = "api.sign-in"


def endpoint(*methods: str) -> Callable[[View], View]:
    """A view of the API: no session, no CSRF token, nobody signed in by a cookie, and errors as problem documents."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def answer(request: HttpRequest) -> HttpResponse:
            if request.method not in methods:
                response = problem(405, "api.method", "This address is asked in another way.")
                response["Allow"] = ", ".join(methods)
                return response
            try:
                return view(request)
            except (CharterOakError, OperationalError) as error:
                return _refused(request, error)

        answer.methods = methods  # type: ignore[attr-defined] # read by the description of the API
        answer.login_required = False  # type: ignore[attr-defined] # what @login_not_required sets
        return csrf_exempt(answer)

    return decorate


def problem(status: int, code: str, title: str, *, detail: str = "", pointer: str = "") -> HttpResponse:
    """A problem document (RFC 9457); ``pointer`` is where in the request's document the fault stands."""
    document = {"type": "about:blank", "status": status, "code": code, "title": title}
    if detail:
        document["detail"] = detail
    if pointer:
        document["pointer"] = pointer
    response = JsonResponse(document, status=status, content_type=MEDIA_TYPE)
    response["Cache-Control"] = "no-store"
    return response


def idempotency_key(request: HttpRequest) -> str:
    """The key by which a request that is sent again is known; empty if there is none.

    Raises:
        APIRequestError: it cannot be one.
    """
    key = request.headers.get("Idempotency-Key", "")
    if key and (len(key) not in KEY_CHARACTERS or not key.isascii() or not key.isprintable()):
        raise APIRequestError(
            "This Idempotency-Key cannot be one.",
            remedy=f"Send {KEY_CHARACTERS.start} to {KEY_CHARACTERS.stop - 1} random printable characters.",
        )
    return key


def reporter_of(request: HttpRequest) -> Reporter:
    """Who reports: the person that HTTP Basic proves, for the member that it belongs to; else nobody known.

    Raises:
        APISignInError: name and password do not count, or are locked for a while.
        APIRequestError: the person acts for several members and names none of them.
    """
    if "Authorization" not in request.headers:
        return Reporter()
    try:
        user = user_of(request)
    except LockedOutError as error:
        raise TooManyRequestsError("Locked for a while.", retry_after=900) from error
    if user is None:
        raise APISignInError("This name and password do not count here.")
    return Reporter(user=user, organisation=_member_of(request, user), name=str(user), contact=user.email)


def _member_of(request: HttpRequest, user: User) -> Organisation | None:
    members = organisations_of(user).filter(part=Organisation.Part.MEMBER)
    wanted = request.headers.get("Report-Organization", "")
    found = list(members.filter(slug=wanted) if wanted else members[:2])
    if wanted and not found:
        raise APIRequestError("You report for no organization of this name.", remedy="Correct Report-Organization.")
    if len(found) > 1:
        raise APIRequestError(
            "You act for several organizations.", remedy="Name one in the header Report-Organization."
        )
    return found[0] if found else None


def _refused(request: HttpRequest, error: CharterOakError | OperationalError) -> HttpResponse:
    if isinstance(error, OperationalError):
        return problem(503, "database.unusable", "Nothing can be recorded now.", detail="Try again in a minute.")
    if isinstance(error, TooManyRequestsError):
        note_limit(request)
        response = problem(429, error.code, error.message)
        response["Retry-After"] = str(error.retry_after)
        return response
    if isinstance(error, APISignInError):
        note_refusal(request)
        response = problem(401, error.code, error.message)
        response["WWW-Authenticate"] = 'Basic realm="Charter Oak", charset="UTF-8"'
        return response
    if isinstance(error, AccessError):
        note_refusal(request)
        return problem(404, AccessError.code, "There is nothing here for you.")
    if isinstance(error, APIRequestError):
        return problem(error.status, error.code, error.message, detail=error.remedy)
    pointer = (error.location.pointer or "") if error.location is not None else ""
    status = 422 if isinstance(error, InputError) else 503 if isinstance(error, CouldNotError) else 500
    return problem(status, error.code, error.message, detail=error.remedy, pointer=pointer)
