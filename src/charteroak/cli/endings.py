"""How a command ends that could not do its work: which sentence a person reads, and how it is printed.

Everything that can be foreseen becomes an error of ours, also what other people's libraries raise: a wrong option, a
disk that is full, a database that is none. ``foreign`` finds their class without importing them.
"""

import io
import os
import sys
from typing import ClassVar

import click

from charteroak.errors import AccessError, CharterOakError, CouldNotError, InputError, SourceLocation

_IN_A_BROWSER = "Check the address, or sign in."
"""The remedy of ``services.access``, which has nothing to say to a terminal."""


class UsageError(InputError):
    """The command was typed in a way that it does not understand."""

    code: ClassVar[str] = "usage"


class SystemRefusalError(CouldNotError):
    """The operating system refused: a place that cannot be written, a full disk, an address that is taken."""

    code: ClassVar[str] = "system.refused"


class DatabaseRefusalError(CouldNotError):
    """The database cannot be used: it is damaged, of another program, read-only, locked, or not there."""

    code: ClassVar[str] = "database.unusable"


def as_ours(error: Exception) -> CharterOakError | None:
    """The error as one of ours; nothing for one that nobody foresaw."""
    if isinstance(error, AccessError) and error.remedy == _IN_A_BROWSER:
        return AccessError(error.message, remedy="Check what is named, and who acts (--by).", location=error.location)
    if isinstance(error, CharterOakError):
        return error
    if isinstance(error, click.ClickException):
        return _usage_error(error)
    if isinstance(error, OSError):
        return _system_refusal(error)
    if _is_database_refusal(error):
        return DatabaseRefusalError(
            f"The database cannot be used: {_first_line(error)}.",
            remedy="Check --data or DATABASE_URL, and that its disk has room and can be written; "
            "restore a damaged data directory from a backup.",
        )
    return None


def _usage_error(error: click.ClickException) -> UsageError:
    context = error.ctx if isinstance(error, click.UsageError) else None
    remedy = "" if context is None else f"See: {context.command_path} --help"
    message = error.format_message().rstrip()
    # Some of click's own sentences, and lists of what may be chosen, end without a stop before the remedy begins.
    return UsageError(message if message.endswith((".", "?", "!")) else f"{message}.", remedy=remedy)


def _system_refusal(error: OSError) -> SystemRefusalError:
    place = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else None
    return SystemRefusalError(
        f"{error.strerror or _first_line(error)}.",
        remedy="Check that this place exists, its owner, and the space on its disk." if place else "",
        location=SourceLocation(path=place),
    )


def _is_database_refusal(error: Exception) -> bool:
    """A refusal by the database itself; a query or a value that it does not take would be a fault of ours."""
    module = sys.modules.get("django.db.utils")
    if module is None:
        return False
    ours = (module.ProgrammingError, module.IntegrityError, module.DataError, module.NotSupportedError)
    return isinstance(error, module.Error) and not isinstance(error, ours)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")


def prepare_streams() -> None:
    """Let a closed stream lead nowhere, and let any text be printed, whatever letters the terminal knows.

    A file name need not be text in any encoding; what cannot be shown is shown as an escape.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123 - open until the end
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
