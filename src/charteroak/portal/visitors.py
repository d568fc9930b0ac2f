"""Who sends a request, as far as the limits on strangers need to know. Nothing of it is written down here."""

from django.http import HttpRequest

from charteroak.records.accounts.models import User
from charteroak.services.request_limits import Caller, Limit, count_request, refuse_if_full


def caller_of(request: HttpRequest) -> Caller:
    """The address and session that a request comes from.

    The address is the connection's, or what a proxy says that was declared as trusted when the portal was started.
    """
    session = getattr(request, "session", None)
    return Caller(request.META.get("REMOTE_ADDR", ""), (session.session_key or "") if session is not None else "")


def count_stranger(request: HttpRequest, limit: Limit, *, cost: int = 1) -> None:
    """Count a request of someone without an account. Whoever is signed in is not counted and never refused.

    Raises:
        TooManyRequestsError: that is more than strangers may ask for a while.
    """
    if not isinstance(request.user, User):
        count_request(limit, caller_of(request), cost=cost)


def refuse_flood(request: HttpRequest, limit: Limit) -> None:
    """Refuse a stranger's request at its beginning where it is sure to be refused at its end; nothing is counted.

    Raises:
        TooManyRequestsError: nothing more is taken for a while.
    """
    if request.method == "POST" and not isinstance(request.user, User):
        refuse_if_full(limit, caller_of(request))


def count_network(request: HttpRequest, limit: Limit, *, cost: int = 1) -> None:
    """Count a request of a machine by its network; no session is looked at, so that none is needed and none counts.

    Raises:
        TooManyRequestsError: that is more than one network, or everyone, may ask for a while.
    """
    count_request(limit, Caller(request.META.get("REMOTE_ADDR", "")), cost=cost)
