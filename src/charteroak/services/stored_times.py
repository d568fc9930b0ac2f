"""Days and instants as the database compares them in a written statement."""

from datetime import date, datetime
from typing import Any

from django.db import connection


def stored_day(day: date) -> Any:
    """A day as the database compares it."""
    return connection.ops.adapt_datefield_value(day)


def stored_moment(moment: datetime) -> Any:
    """An instant as the database compares it."""
    return connection.ops.adapt_datetimefield_value(moment)
