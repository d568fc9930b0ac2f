"""Answers to reports that a mail server hands over: sent one at a time, never before the record stands.

The server that hands a report over is told at once that it is on record; it does not wait for ours to send a mail.
"""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from charteroak.adapters.log_lines import raised

_log = logging.getLogger(__name__)

MOST_WAITING = 200
"""Answers that wait to be sent. A report beyond them is on record and not answered, and that is said."""


class AnswersBehind:
    """A thread that answers; ``close`` ends it after the answer that is under way."""

    def __init__(self, finish: Callable[[], None], *, most_waiting: int = MOST_WAITING) -> None:
        self._finish = finish
        self._free = threading.Semaphore(most_waiting)
        self._is_closing = threading.Event()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="answers")

    @property
    def is_closing(self) -> bool:
        """Whether nothing more is sent."""
        return self._is_closing.is_set()

    def put(self, answer: Callable[[], str], tell: Callable[[str], None]) -> None:
        """Have a report answered; ``tell`` is told why it was not, or nothing. ``answer`` runs in the thread."""
        if not self._free.acquire(blocking=False):
            tell("too many answers wait to be sent")
            return
        try:
            self._thread.submit(self._work, answer, tell)
        except RuntimeError:  # it was closed meanwhile
            self._free.release()
            tell("this server is being stopped")

    def close(self) -> None:
        """Wait for the answer that is under way; those that wait are told that they are not sent."""
        self._is_closing.set()
        self._thread.submit(self._finish)
        self._thread.shutdown(wait=True)

    def _work(self, answer: Callable[[], str], tell: Callable[[str], None]) -> None:
        try:
            tell("this server is being stopped" if self.is_closing else answer())
        except Exception as error:  # noqa: BLE001 - the report is on record, and the next ones are to be answered
            # A mail server's refusal repeats the address that the mail was for.
            _log.error("An answer was not sent: %s.", raised(error))
            tell("something went wrong, which the log tells")
        finally:
            self._free.release()
