"""Page cursors: where a reader stands, carried by the reader and signed by us.

A cursor holds everything needed to go on, so any process can answer it at any time. It is bound to the person, the
endpoint and the filters it was made for; used with anything else, or changed by one byte, it is refused.
"""

import hashlib
from datetime import UTC, datetime, timedelta

from django.core import signing

from charteroak.portal.sharing.messages import TAXIIRequestError
from charteroak.records.accounts.models import User

_SALT = "charteroak.portal.sharing.cursors"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MAX_CHARACTERS = 512


def _binding(user: User, path: str, filters: str) -> str:
    return hashlib.sha256(f"{user.actor_id}\n{path}\n{filters}".encode()).hexdigest()[:32]


def make_cursor(position: datetime, *, user: User, path: str, filters: str) -> str:
    """A cursor that says: everything up to this moment was read."""
    microseconds = (position - _EPOCH) // timedelta(microseconds=1)
    return signing.dumps([microseconds, _binding(user, path, filters)], salt=_SALT)


def read_cursor(cursor: str, *, user: User, path: str, filters: str) -> datetime:
    """The moment up to which everything was read.

    Raises:
        TAXIIRequestError: we did not sign it, or it belongs to another person, address or query.
    """
    refusal = TAXIIRequestError("next is not good for this request.", remedy="Start again without it.")
    if len(cursor) > _MAX_CHARACTERS:
        raise refusal
    try:
        microseconds, binding = signing.loads(cursor, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise refusal from error
    if binding != _binding(user, path, filters):
        raise refusal
    return _EPOCH + timedelta(microseconds=microseconds)
