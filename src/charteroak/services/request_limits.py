"""How often people without an account may do what costs work, or what can be guessed at.

Requests are counted in fixed spans of time, in the database, so that every process counts together. Who asked is kept
as a keyed digest of the network (/24 of IPv4, /64 of IPv6), of the session, or of a name together with a network: no
address is written down, in a report or anywhere else, and the rows of a span that is over are deleted when the next
request is counted. A fixed span lets through up to twice its limit around its end; for what is limited here that does
no harm. Two requests at the same moment may both see the last free place.

A person who is signed in is never counted and never refused here.
"""

import hashlib
import hmac
import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import connection, transaction

from charteroak.adapters.system_clock import now
from charteroak.errors import CouldNotError
from charteroak.records.accounts.models import RequestCount

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NETWORK_BITS = {4: 24, 6: 64}
"""What one customer of a network provider usually holds; below it, addresses are changed at will."""


class TooManyRequestsError(CouldNotError):
    """It was asked too often; nothing was done. ``retry_after`` is when the span of time ends, in seconds."""

    code: ClassVar[str] = "requests.too-many"

    def __init__(self, message: str, *, retry_after: int, remedy: str = "") -> None:
        super().__init__(message, remedy=remedy)
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, as far as a stranger can be known: an address, and a session if there is one."""

    address: str
    session: str = ""


@dataclass(frozen=True, slots=True)
class Limit:
    """How much of one thing is done within a span of time: for a session, for a network, and for everyone together."""

    name: str
    span: timedelta
    by_session: int
    by_network: int
    by_everyone: int


REPORTS = Limit("report", timedelta(minutes=10), by_session=20, by_network=60, by_everyone=600)
"""Each report counts once, and once more for every megabyte. One a second from everyone is what one machine reads."""

READINGS = Limit("reading", timedelta(minutes=10), by_session=100, by_network=300, by_everyone=3_000)
"""Bodies that are read before anybody knows whether they are reports: five times as many, so that who corrects a
refused one or sends one again is not kept out, and who sends what is never one cannot keep the machine busy."""

LOOK_UPS = Limit("look-up", timedelta(minutes=10), by_session=20, by_network=60, by_everyone=600)
"""A receipt has 75 random bits: at this pace the first right guess is a matter of ages."""

DOCUMENTS = Limit("document", timedelta(minutes=10), by_session=5, by_network=10, by_everyone=60)
"""PDF and DOCX of what a stranger has filed: setting one takes a second or two, where the same as text takes none."""

WITNESSING = Limit("witness", timedelta(minutes=10), by_session=120, by_network=120, by_everyone=1_200)
"""Logs ask once for each checkpoint, twice where they do not know the witness's size; each costs a few signatures."""

SIGN_IN_SPAN = timedelta(minutes=15)
WRONG_PASSWORDS_FOR_A_NAME = 10
"""From one network. Another network may go on, so that nobody can lock a member out from afar."""
WRONG_PASSWORDS_FROM_A_NETWORK = 100
"""For all names together: one password tried on many names."""
WRONG_PASSWORDS_FROM_EVERYONE = 2_000
"""Each costs as much work as a right one; beyond this the machine would do little else."""


def network_of(address: str) -> str:
    """The network of an address, in text; everything that is no address counts as one network."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    plain = type(parsed)(int(parsed))  # without the scope of an IPv6 address, which is no part of a network
    return str(ipaddress.ip_network(f"{plain}/{_NETWORK_BITS[parsed.version]}", strict=False))


def count_request(limit: Limit, caller: Caller, *, cost: int = 1) -> None:
    """Count a request, unless that is more than is done.

    Raises:
        TooManyRequestsError: the limit of the session, the network or everyone is reached; nothing was counted.
    """
    places = [("everyone", "", limit.by_everyone), ("network", network_of(caller.address), limit.by_network)]
    if caller.session:
        places.append(("session", caller.session, limit.by_session))
    counters = [_Counter.of(limit.name, kind, value, limit.span, most) for kind, value, most in places]
    if not FULL_BUCKETS.isdisjoint(counter.bucket for counter in counters):
        raise _too_many(counters)
    held = _held(counters)
    if any(held.get(counter.bucket, 0) + cost > counter.most for counter in counters):
        _remember_full(counters, held)
        raise _too_many(counters)
    _add(counters, cost)


def refuse_if_full(limit: Limit, caller: Caller) -> None:
    """Refuse early what ``count_request`` is sure to refuse, without asking the database: a flood is to cost little.

    Raises:
        TooManyRequestsError: this process saw that nothing more is taken from this network, or from anyone.
    """
    counters = [_Counter.of(limit.name, "everyone", "", limit.span, limit.by_everyone)]
    counters.append(_Counter.of(limit.name, "network", network_of(caller.address), limit.span, limit.by_network))
    if not FULL_BUCKETS.isdisjoint(counter.bucket for counter in counters):
        raise _too_many(counters)


FULL_BUCKETS: set[str] = set()
"""Buckets that this process saw full. A count never falls, and the name of a bucket holds the end of its span."""
_MOST_REMEMBERED = 10_000


def _remember_full(counters: Sequence["_Counter"], held: Mapping[str, int]) -> None:
    if len(FULL_BUCKETS) >= _MOST_REMEMBERED:
        FULL_BUCKETS.clear()
    FULL_BUCKETS.update(counter.bucket for counter in counters if held.get(counter.bucket, 0) >= counter.most)


def _too_many(counters: Sequence["_Counter"]) -> TooManyRequestsError:
    return TooManyRequestsError("This was asked too often within a short time.", retry_after=_seconds_left(counters))


def is_guessing(name: str, caller: Caller, *, is_known_browser: bool = False) -> bool:
    """Whether so many wrong passwords came for a name from this network that not even the right one counts for a while.

    For a browser in which the person has signed in before, only wrong passwords for that very name count: whoever
    guesses at others from the same network does not keep a member out.
    """
    counters = _wrong_password_counters(name, caller)
    held = _held(counters)
    relevant = counters[:1] if is_known_browser else counters
    return any(held.get(counter.bucket, 0) >= counter.most for counter in relevant)


def count_wrong_password(name: str, caller: Caller) -> None:
    """Count a wrong password."""
    _add(_wrong_password_counters(name, caller), 1)


def forget_wrong_passwords(name: str, caller: Caller) -> None:
    """The person has signed in: wrong passwords for this name from this network no longer count against it."""
    RequestCount.objects.filter(bucket=_wrong_password_counters(name, caller)[0].bucket).delete()


def seconds_until_next_guess() -> int:
    """How long a lock of the sign-in lasts from now."""
    return _seconds_left(_wrong_password_counters("", Caller("")))


def _wrong_password_counters(name: str, caller: Caller) -> list["_Counter"]:
    network = network_of(caller.address)
    places = (
        ("name", f"{name.strip().lower()}\n{network}", WRONG_PASSWORDS_FOR_A_NAME),
        ("network", network, WRONG_PASSWORDS_FROM_A_NETWORK),
        ("everyone", "", WRONG_PASSWORDS_FROM_EVERYONE),
    )
    return [_Counter.of("sign-in", kind, value, SIGN_IN_SPAN, most) for kind, value, most in places]


@dataclass(frozen=True, slots=True)
class _Counter:
    bucket: str
    ends: datetime
    most: int

    @classmethod
    def of(cls, purpose: str, kind: str, value: str, span: timedelta, most: int) -> "_Counter":
        ends = _EPOCH + ((now() - _EPOCH) // span + 1) * span
        text = f"{purpose}\n{kind}\n{ends.isoformat()}\n{value}"
        key = f"charteroak.services.request_limits\n{settings.SECRET_KEY}"
        return cls(hmac.new(key.encode(), text.encode("utf-8", "replace"), hashlib.sha256).hexdigest(), ends, most)


def _held(counters: Sequence[_Counter]) -> dict[str, int]:
    buckets = [counter.bucket for counter in counters]
    return dict(RequestCount.objects.filter(bucket__in=buckets).values_list("bucket", "count"))


def _add(counters: Sequence[_Counter], cost: int) -> None:
    # Always in one order: two requests that count the same rows then wait for each other instead of both failing.
    ordered = sorted(counters, key=lambda counter: counter.bucket)
    values = [
        value
        for counter in ordered
        for value in (counter.bucket, connection.ops.adapt_datetimefield_value(counter.ends), cost)
    ]
    rows = ", ".join(["(%s, %s, %s)"] * len(ordered))
    with transaction.atomic():
        RequestCount.objects.filter(ends__lte=now()).delete()
        with connection.cursor() as cursor:
            cursor.execute(f"{_COUNTED} {rows} {_ONCE_MORE}", values)


_COUNTED = 'INSERT INTO "accounts_requestcount" ("bucket", "ends", "count") VALUES'
_ONCE_MORE = 'ON CONFLICT ("bucket") DO UPDATE SET "count" = "accounts_requestcount"."count" + excluded."count"'


def _seconds_left(counters: Sequence[_Counter]) -> int:
    return max(1, int((max(counter.ends for counter in counters) - now()).total_seconds()) + 1)
