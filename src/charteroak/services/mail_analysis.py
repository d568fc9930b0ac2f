"""Reported mail is analysed here, with its files looked into by a worker process; every intake calls this."""

import atexit
from collections.abc import Collection

from charteroak.adapters.untrusted_worker import UntrustedWorker
from charteroak.mail.analysis import Analysis, analyze, analyze_all

_worker = UntrustedWorker()
atexit.register(_worker.close)


def analyze_reported(
    message: bytes, *, reporters: Collection[str] = (), trusted_receivers: Collection[str] = ()
) -> Analysis:
    """Analyse one reported message; a file that cannot be read makes the answer partial, never absent."""
    return analyze(message, reporters=reporters, trusted_receivers=trusted_receivers, inspector=_worker)


def analyze_all_reported(
    message: bytes, *, reporters: Collection[str] = (), trusted_receivers: Collection[str] = ()
) -> tuple[Analysis, ...]:
    """Analyse a message, or each of those that a report carries."""
    return analyze_all(message, reporters=reporters, trusted_receivers=trusted_receivers, inspector=_worker)


def small_copy_of_picture(data: bytes) -> bytes:
    """A picture of a message made anew as a small PNG; empty where none can be made."""
    return _worker.small_copy(data)
