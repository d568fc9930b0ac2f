"""Where the database is: ``DATABASE_URL`` as Django's settings.

The address is never repeated in an error, because it may hold a password.
"""

from typing import Any, ClassVar
from urllib.parse import parse_qsl, unquote, urlsplit

from charteroak.errors import InputError

_SCHEMES = ("postgres", "postgresql")


class DatabaseAddressError(InputError):
    """``DATABASE_URL`` names no PostgreSQL database."""

    code: ClassVar[str] = "database.address"

    def __init__(self, message: str) -> None:
        super().__init__(
            message, remedy="Write postgresql://user:password@host:5432/name, or leave it unset to use SQLite."
        )


def postgresql_settings(url: str) -> dict[str, Any]:
    """Django's settings of the database that a URL names; its query holds options of libpq.

    Raises:
        DatabaseAddressError: it is no such URL.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise DatabaseAddressError("DATABASE_URL is not an address.") from error
    name = unquote(parts.path.lstrip("/"))
    if parts.scheme not in _SCHEMES:
        raise DatabaseAddressError("DATABASE_URL is not the address of a PostgreSQL database.")
    if not name:
        raise DatabaseAddressError("DATABASE_URL does not say which database of the server.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": port or "",
        "OPTIONS": dict(parse_qsl(parts.query)),
    }
