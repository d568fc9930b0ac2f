"""Scrypt for passwords, a few at a time: each hash takes 16 MiB, and every thread of the server may ask for one."""

import threading

from django.contrib.auth.hashers import ScryptPasswordHasher

AT_ONCE = 2
"""As many as the cores of a small machine: more at once would finish no sooner and hold more memory."""

_places = threading.BoundedSemaphore(AT_ONCE)


class BoundedScryptHasher(ScryptPasswordHasher):
    """Django's own hasher, form and cost; whoever comes when the places are taken waits.

    How many may wait is bounded too: by the threads of the server, and by the count of wrong passwords.
    """

    def encode(self, password: str, salt: str, n: int | None = None, r: int | None = None, p: int | None = None) -> str:
        """The password's hash, as Django stores it; comparing a password comes through here too."""
        with _places:
            return super().encode(password, salt, n, r, p)
