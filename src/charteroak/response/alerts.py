"""Which alerts an incident calls for at a moment, and whom each of them is to have reached by then.

Alerts come at 50, 80 and 100 % of an outer limit, and at once where a duty is due and the law names none. After a gap
there is one alert for each duty, with the largest share that has gone: what was missed meanwhile is not told again.
"""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from charteroak.response.duty_clocks import DutyClock, undecided

PERCENTS = (50, 80, 100)
"""Shares of an outer limit; ours, and announced on the page."""
AT_ONCE = 0
"""The share of a duty that is due and has no outer limit."""
FACTS_MISSING = "facts-missing"
"""The key of alerts that ask for facts: one for each limit that would hold if its duties are triggered."""
_NAMES_LENGTH = 260
"""Of the recipients that one alert names; it is a line of a mail's subject."""


@dataclass(frozen=True, slots=True)
class DueAlert:
    """That an alert is called for: for which duty, at which share of which limit, and since when."""

    duty: str
    to: str
    standard: str
    percent: int
    limit: datetime
    reached: datetime


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody who is on call, and how long they have before the next one is told."""

    name: str
    email: str
    wait_minutes: int


def alerts_due(clocks: Sequence[DutyClock], now: datetime) -> list[DueAlert]:
    """One alert for each open duty of which enough has gone, and one for each limit that missing facts may bring."""
    found = [alert for clock in clocks if clock.is_open and (alert := _alert_of(clock, now)) is not None]
    for limit, waiting in _undecided_limits(clocks).items():
        shares = [share for clock in waiting if (share := _share_of(clock, now)) is not None]
        if shares:
            percent, reached, _limit = max(shares)
            standard = waiting[0].answer.duty.standard
            found.append(DueAlert(FACTS_MISSING, _names(waiting), standard, percent, limit, reached))
    return found


def limits_in_force(clocks: Sequence[DutyClock]) -> set[tuple[str, datetime]]:
    """Every duty with the limit that alerts about it may name; an alert about another one has lost its ground."""
    open_ones = {
        (clock.key, moment) for clock in clocks if clock.is_open and (moment := clock.ends or clock.starts) is not None
    }
    return open_ones | {(FACTS_MISSING, limit) for limit in _undecided_limits(clocks)}


def people_to_tell(
    contacts: Iterable[Contact],
    *,
    percent: int,
    raised: datetime,
    now: datetime,
    unreachable: Container[str] = (),
) -> list[Contact]:
    """Who is to have been told by now, in order, of an alert that nobody has acknowledged.

    The next one follows when the one before has had their minutes; somebody whom nothing reaches has none. At 100 %
    everybody is told at once.
    """
    told = []
    turn = raised
    for contact in contacts:
        if percent < PERCENTS[-1] and turn > now:
            break
        told.append(contact)
        if contact.email not in unreachable:
            turn += timedelta(minutes=contact.wait_minutes)
    return told


def next_turn(
    contacts: Iterable[Contact], *, raised: datetime, now: datetime, unreachable: Container[str] = ()
) -> tuple[Contact, datetime] | None:
    """Who is told next if nobody acknowledges, and when; nothing where everybody was told."""
    turn = raised
    for contact in contacts:
        if turn > now:
            return contact, turn
        if contact.email not in unreachable:
            turn += timedelta(minutes=contact.wait_minutes)
    return None


def retry_after(attempts: int) -> timedelta:
    """How long to wait after so many attempts: 1, 2, 4 minutes and so on, at most an hour."""
    return timedelta(minutes=min(60, 2 ** min(max(0, attempts - 1), 6)))


def _alert_of(clock: DutyClock, now: datetime) -> DueAlert | None:
    duty = clock.answer.duty
    if clock.ends is None:
        if clock.starts is None or now < clock.starts:
            return None
        return DueAlert(clock.key, duty.to, duty.standard, AT_ONCE, clock.starts, clock.starts)
    found = _share_of(clock, now)
    if found is None:
        return None
    percent, reached, limit = found
    return DueAlert(clock.key, duty.to, duty.standard, percent, limit, reached)


def _share_of(clock: DutyClock, now: datetime) -> tuple[int, datetime, datetime] | None:
    """The largest share that has gone, when it had, and the limit."""
    for percent in reversed(PERCENTS):
        reached = clock.moment_at(percent / 100)
        if reached is not None and clock.ends is not None and reached <= now:
            return percent, reached, clock.ends
    return None


def _undecided_limits(clocks: Sequence[DutyClock]) -> dict[datetime, list[DutyClock]]:
    """The undecided duties by their limit. A limit that has passed says nothing of the later ones."""
    found: dict[datetime, list[DutyClock]] = {}
    for clock in undecided(clocks):
        if clock.ends is not None:
            found.setdefault(clock.ends, []).append(clock)
    return found


def _names(clocks: Sequence[DutyClock]) -> str:
    """Whom a group of duties tells, in one line; those that it has no room for are counted."""
    names = list(dict.fromkeys(clock.answer.duty.to for clock in clocks))
    said = names[0][:_NAMES_LENGTH]
    for count, name in enumerate(names[1:], start=1):
        if len(said) + len(name) > _NAMES_LENGTH:
            return f"{said}; and {len(names) - count} more"
        said = f"{said}; {name}"
    return said
