"""What a running portal writes to standard error: one line an event, without addresses, names, texts or secrets.

A line says when, how grave, which kind of event, which route, and who by the opaque number that ledgers use. It holds
nothing that a stranger typed or sent: no path (a route's name stands for it), no header, no form, no words of a foreign
exception. A fault is told by the exception's class and the places in the code that it came through.
"""

import contextlib
import logging
import logging.config
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from charteroak import __version__
from charteroak.adapters.system_clock import now
from charteroak.clock import format_instant
from charteroak.errors import CharterOakError

SECURITY_LOGGER = "charteroak.security"
_OURS = ("charteroak", "waitress")


class EventFormatter(logging.Formatter):
    """One line for one event; a fault adds a line for each place it came through, the innermost last."""

    def format(self, record: logging.LogRecord) -> str:
        """The event, of which nothing but our own words and numbers is taken over."""
        moment = format_instant(now().replace(microsecond=0))
        lines = [f"{moment} {record.levelname} {record.name} {self._event(record)}"]
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            places = traceback.extract_tb(error.__traceback__)
            lines += [f"  {place.filename}:{place.lineno} {place.name}" for place in places]
            lines.append(f"  {_name_of(error)}, Charter Oak {__version__}")
        return "\n".join(lines)

    def _event(self, record: logging.LogRecord) -> str:
        request: Any = getattr(record, "request", None)
        if request is not None:
            status = getattr(record, "status_code", "")
            return f"{status} {request.method if request.method in _METHODS else 'other'} route={route_of(request)}"
        if record.name.startswith(_OURS):
            return "".join(c if c.isprintable() else "?" for c in record.getMessage())
        # The words of other libraries may repeat what they were given; the place in their code does not.
        return f"at {record.pathname}:{record.lineno}"


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def route_of(request: Any) -> str:
    """The name of the route that a request met; a dash where it met none."""
    match = getattr(request, "resolver_match", None)
    return (match.view_name or "-") if match is not None else "-"


def _name_of(error: BaseException) -> str:
    code = f" {error.code}" if isinstance(error, CharterOakError) else ""
    return f"{type(error).__module__}.{type(error).__qualname__}{code}"


def raised(error: BaseException) -> str:
    """Of which kind an exception is and where it was raised, for a log that nobody formatted; none of its words."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__qualname__} at {Path(place.filename).name}:{place.lineno} ({place.name})"


CONFIGURATION: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"event": {"()": "charteroak.adapters.log_lines.EventFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "event"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "charteroak": {"level": "INFO"},
        # A page that is not there is no event; a page that failed is one, and so is what Django refused as suspicious.
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.request": {"level": "ERROR"},
        # A line for each request that has to wait would be another load on a machine that has too many.
        "waitress.queue": {"level": "ERROR"},
        # Its words name who tried from where; those of charteroak.security do not.
        "axes": {"handlers": [], "level": "CRITICAL", "propagate": False},
    },
}


def set_up() -> None:
    """Write events to standard error from now on. For processes that serve; commands speak for themselves."""
    logging.config.dictConfig(CONFIGURATION)


@contextlib.contextmanager
def security_events_said() -> Iterator[None]:
    """Write security events to standard error meanwhile: for a command that does what a guard wants to know of."""
    log, handler = logging.getLogger(SECURITY_LOGGER), logging.StreamHandler()
    handler.setFormatter(EventFormatter())
    level = log.level
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    try:
        yield
    finally:
        log.setLevel(level)
        log.removeHandler(handler)
        handler.close()
