"""Sending what waits in the outbox: each report when its time has come, further apart the longer nobody answers.

Needs no database: a town whose own installation is down hands its report over from any machine that has this command.
Whoever is killed between the desk's answer and the note of it sends the same key again and gets the same receipt.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from charteroak.adapters.desk_client import DeskReceipt, DeskRefusedError, DeskUnreachedError, deliver_report
from charteroak.adapters.report_outbox import OutboxError, ReportOutbox, WaitingReport

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
"""A desk that is back is reached within an hour, and a desk that is down is not run over by everybody at once."""
_SPREAD = 256

Deliver = Callable[[str, bytes, str], DeskReceipt]


@dataclass(frozen=True, slots=True)
class Sent:
    """What one run did: every report that was tried, and how many wait for a later time."""

    tried: Sequence[WaitingReport]
    waiting: int
    unreadable: Sequence[OutboxError] = ()
    """Files that cannot be read. Whether they wait is not known, so that nobody may take this run for all done."""


def wait_after(item: WaitingReport, *, retry_after: int = 0) -> timedelta:
    """How long a report waits after one more failed attempt: a minute, doubled up to an hour, or what the desk asked.

    A part of up to a quarter is added that depends on the report, so that many towns do not come back together.
    """
    wait = min(FIRST_WAIT * (1 << min(item.attempts, 10)), LONGEST_WAIT)
    spread = wait * int(item.id[:2], 16) / (4 * _SPREAD)
    return max(wait + spread, timedelta(seconds=retry_after))


def send_outbox(
    outbox: ReportOutbox,
    *,
    moment: datetime,
    everything: bool = False,
    only: str | None = None,
    deliver: Deliver | None = None,
) -> Sent:
    """Try every report whose time has come, or ``everything`` that waits, or one.

    One that fails, or cannot be read, stops no other.

    Raises:
        OutboxError: the outbox cannot be read or written.
    """
    hand_over = deliver or (lambda to, record, key: deliver_report(to, record, key=key))
    with outbox.held():
        items, unreadable = outbox.look()
        waiting = [item for item in items if item.state == "waiting"]
        due = [item for item in waiting if (everything or item.next_attempt <= moment) and only in {None, item.id}]
        tried = [_try(outbox, item, hand_over, moment) for item in due]
    left = len(waiting) - sum(item.state != "waiting" for item in tried)
    return Sent(tried, left, unreadable)


def _try(outbox: ReportOutbox, item: WaitingReport, deliver: Deliver, moment: datetime) -> WaitingReport:
    attempts = item.attempts + 1
    try:
        receipt = deliver(item.to, item.record.encode(), item.key)
    except DeskRefusedError as error:
        return outbox.replace(item, state="refused", attempts=attempts, last_problem=str(error))
    except DeskUnreachedError as error:
        later = moment + wait_after(item, retry_after=error.retry_after)
        return outbox.replace(item, attempts=attempts, next_attempt=later, last_problem=str(error))
    return outbox.replace(
        item, state="delivered", attempts=attempts, receipt=receipt.receipt, delivered=moment, last_problem=""
    )
