"""Who is signed in, found by one written query; Django decides wherever anything is out of the ordinary."""

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from charteroak.records.accounts.models import User
from charteroak.services.ready_queries import ReadyQuery

_BY_KEY = ReadyQuery(lambda key: User.objects.filter(pk=key), 1)
_BACKEND = "django.contrib.auth.backends.ModelBackend"


class SignedInMiddleware(AuthenticationMiddleware):
    """Gives each request its user, looked up when somebody asks."""

    def process_request(self, request: HttpRequest) -> None:
        """Put the user there, not looked up yet."""
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: _user_of(request))  # type: ignore[assignment] # as Django does


def _user_of(request: HttpRequest) -> User | AnonymousUser:
    """What ``django.contrib.auth.get_user`` says: an active user whose password is that of the session's beginning."""
    session = request.session
    key = session.get(auth.SESSION_KEY)
    if session.get(auth.BACKEND_SESSION_KEY) != _BACKEND or _BACKEND not in settings.AUTHENTICATION_BACKENDS:
        return auth.get_user(request)
    found = _BY_KEY.rows(int(key)) if isinstance(key, str) and key.isascii() and key.isdigit() else []
    mark = session.get(auth.HASH_SESSION_KEY)
    if found and found[0].is_active and mark and constant_time_compare(mark, found[0].get_session_auth_hash()):
        return found[0]
    return auth.get_user(request)
