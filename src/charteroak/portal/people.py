"""The signed-in person of a request."""

from django.http import HttpRequest

from charteroak.records.accounts.models import User
from charteroak.services.access import refuse


def person_of(request: HttpRequest) -> User:
    """The person who is signed in.

    Raises:
        AccessError: nobody is.
    """
    if not isinstance(request.user, User):
        refuse()
    return request.user
