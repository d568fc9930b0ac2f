"""Sessions in the database as Django keeps them, read by one written statement: every page of a member begins so."""

import re
from typing import Any

from django.contrib.sessions.backends import db
from django.db import connection
from django.utils import timezone

_KEY = re.compile("[0-9a-z]{8,40}")
"""Whatever is no key of Django's making is not even looked for."""


class SessionStore(db.SessionStore):
    """Django's own but for how a session is read. The name is part of the signature of what is kept."""

    def load(self) -> dict[str, Any]:
        """What the session holds; empty, and without a key, if there is none or it is over."""
        key = self.session_key or ""
        if _KEY.fullmatch(key):
            with connection.cursor() as cursor:
                cursor.execute(
                    'SELECT "session_data" FROM "django_session" WHERE "session_key" = %s AND "expire_date" > %s',
                    (key, connection.ops.adapt_datetimefield_value(timezone.now())),
                )
                found = cursor.fetchone()
            if found is not None:
                return self.decode(found[0])
        self._session_key = None
        return {}
