"""HTTP Basic (RFC 7617) for machines: the same people and passwords as on the pages, without a session.

Failures are counted by axes, because ``authenticate`` gets the request. A browser's session never counts here, so no
page elsewhere can make a signed-in person's browser read a feed.
"""

import base64
import binascii
from typing import ClassVar

from django.contrib.auth import authenticate
from django.http import HttpRequest

from charteroak.errors import AccessError
from charteroak.records.accounts.models import User

_MAX_CHARACTERS = 1_024


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
    user = authenticate(request, username=username, password=password)
    if request.__dict__.pop("axes_locked_out", False):
        # Taken off the request, so that axes does not put a page for people in place of our message.
        raise LockedOutError("Too many wrong passwords.", remedy="Wait 15 minutes.")
    return user if isinstance(user, User) and user.is_active else None
