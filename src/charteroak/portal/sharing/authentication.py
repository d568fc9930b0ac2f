"""HTTP Basic (RFC 7617) for machines: the same people and passwords as on the pages, without a session.

Failures are counted by axes, because ``authenticate`` gets the request. A browser's session never counts here, so no
page elsewhere can make a signed-in person's browser read a feed.

A feed reader sends its password with every request, and each costs a scrypt. One that was right is remembered for some
minutes, in this process alone, as a digest keyed with a secret that is never stored: of name, password and stored hash
together, so that a new password or a locked account counts at once.
"""

import base64
import binascii
import hashlib
import secrets
from typing import ClassVar

from django.contrib.auth import authenticate
from django.core.cache import cache
from django.http import HttpRequest

from charteroak.errors import AccessError
from charteroak.records.accounts.models import User

_MAX_CHARACTERS = 1_024
_REMEMBERED_SECONDS = 300
_SECRET = secrets.token_bytes(32)


class LockedOutError(AccessError):
    """Too many wrong passwords came for this name from this machine; even the right one does not count for a while."""

    code: ClassVar[str] = "taxii.locked-out"


def user_of(request: HttpRequest) -> User | None:
    """The person that the Authorization header proves, or nobody.

    Raises:
        LockedOutError: too many wrong passwords came before.
    """
    scheme, _, parameter = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic" or len(parameter) > _MAX_CHARACTERS:
        return None
    try:
        username, colon, password = base64.b64decode(parameter.strip(), validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    if not colon or "\x00" in username:
        return None
    proven = User.objects.filter(username=username, is_active=True).first()
    mark = "" if proven is None else _mark_of(proven, password)
    if mark and cache.get(mark):
        return proven
    user = authenticate(request, username=username, password=password)
    if request.__dict__.pop("axes_locked_out", False):
        # Taken off the request, so that axes does not put a page for people in place of our message.
        raise LockedOutError("Too many wrong passwords.", remedy="Wait 15 minutes.")
    if not isinstance(user, User) or not user.is_active:
        return None
    if mark:
        cache.set(mark, True, _REMEMBERED_SECONDS)
    return user


def _mark_of(user: User, password: str) -> str:
    words = f"{user.username}\x00{user.password}\x00{password}".encode("utf-8", "surrogatepass")
    return f"basic-{hashlib.blake2b(words, key=_SECRET, digest_size=32).hexdigest()}"
