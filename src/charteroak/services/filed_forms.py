"""Forms that are filed once, however often they are sent: a double click, a resent page, an answer that got lost.

A form carries a random token. The token and everything that was answered make a key, which is recorded together with
the report. The same form sent again finds that report; the same form with another answer in it is another report, so
that going back and changing something loses nothing. A key is made with the installation's secret, so that nobody who
has only the database can try answers or people against it. Of an anonymous report, nothing about its reporter goes in.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from charteroak.adapters.system_clock import now
from charteroak.records.exercises.models import ExerciseSpace
from charteroak.records.reports.models import FiledForm, Report
from charteroak.services.insertion import insert_instance

TOKEN_CHARACTERS = 22
"""A token has at least so many characters: 128 random bits in base 64."""

KEPT = timedelta(days=100)
"""How long a form is known again: the 90 days that an outbox may wait, and room for clocks that disagree.

Whoever sends one later finds two reports, and the desk sees that they are alike. A row has 64 characters and two small
numbers; what strangers may file (``services.request_limits``) bounds the table, and purging keeps it so.
"""


def key_of_form(token: str, answers: Sequence[Any]) -> str:
    """A keyed digest of a form's token with what was answered; empty where the token is too short to be one."""
    if len(token) < TOKEN_CHARACTERS:
        return ""
    secret = f"charteroak.services.filed_forms\n{settings.SECRET_KEY}".encode()
    return hmac.new(
        secret, json.dumps([token, *answers], sort_keys=True, default=str).encode(), hashlib.sha256
    ).hexdigest()


def report_of_form(key: str, space: ExerciseSpace | None = None) -> Report | None:
    """The report that a form made when it was sent before; none if it is new or has no key."""
    if not key:
        return None
    rows = FiledForm.objects.all() if space is None else FiledForm.played.in_space(space)
    row = rows.select_related("report").filter(key=key).first()
    return None if row is None else row.report


_FORGOTTEN: dict[str, datetime] = {}
_FORGET_EVERY = timedelta(minutes=1)


def forget_old_forms() -> None:
    """Delete what is too old, now and then: a write of its own for each report would halve the pace."""
    moment, last = now(), _FORGOTTEN.get("forms")
    if last is None or not last <= moment < last + _FORGET_EVERY:
        _FORGOTTEN["forms"] = moment
        FiledForm.objects.filter(filed__lt=moment - KEPT).delete()


def file_once(record: Callable[[], Report], key: str, space: ExerciseSpace | None = None) -> Report:
    """Record a report and its form in one transaction; of two that come at the same moment, one is recorded."""
    if not key:
        with transaction.atomic():
            return record()
    forget_old_forms()
    try:
        with transaction.atomic():
            row = record()
            insert_instance(FiledForm(key=key, report=row, filed=now()))
    except IntegrityError:
        first = report_of_form(key, space)
        if first is None:
            raise
        return first
    return row
