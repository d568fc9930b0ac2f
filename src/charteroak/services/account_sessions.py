"""What somebody is signed in to, ended for good.

An account that is not active opens no page, yet its sessions stay in the database: without this, the cookie of a stolen
machine would open them again on the day the account is reopened.
"""

from importlib import import_module

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

from charteroak.records.accounts.models import User

_AT_ONCE = 500


def end_sessions(user: User) -> int:
    """Delete every session of a person; how many there were.

    Who a session belongs to is signed inside it, so each one that is kept is read.
    """
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    kept = Session.objects.values_list("session_key", "session_data").iterator(_AT_ONCE)
    own = [key for key, data in kept if str(store.decode(data).get(SESSION_KEY, "")) == str(user.pk)]
    for first in range(0, len(own), _AT_ONCE):
        Session.objects.filter(session_key__in=own[first : first + _AT_ONCE]).delete()
    return len(own)
