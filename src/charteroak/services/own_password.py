"""Whoever is signed in changes their own password (OWASP ASVS 5.0, 6.2.2 and 6.2.3).

Every session of the person ends with the old password; the page keeps the one in which it was changed.
"""

import functools
from typing import ClassVar

from django.contrib.auth.hashers import check_password

from charteroak.records.accounts.models import Organisation, User
from charteroak.services.account_events import note_account
from charteroak.services.accounts import AccountInputError, set_password
from charteroak.services.sample_state import SAMPLE_PASSWORD


class WrongPasswordError(AccountInputError):
    """What was handed in is not the password that the person has."""

    code: ClassVar[str] = "account.wrong-password"

    def __init__(self) -> None:
        super().__init__("This is not the password that you sign in with.")


class PublishedPasswordError(AccountInputError):
    """The password belongs to everybody who looks at the sample state."""

    code: ClassVar[str] = "account.published-password"

    def __init__(self) -> None:
        super().__init__(
            "The password of the sample state is published, for everybody who looks at it; it cannot be changed.",
            remedy="In an installation of your own, everybody has a password of their own.",
        )


def uses_published_password(user: User) -> bool:
    """Whether the person is one of the sample state and signs in with its published password.

    Nobody does where anything real is kept: there such a password has to go.
    """
    if Organisation.objects.filter(is_fictional=False).exists():
        return False
    return user.memberships.filter(organisation__is_fictional=True).exists() and is_published(user.password)


@functools.lru_cache(maxsize=64)
def is_published(encoded: str) -> bool:
    """Whether a stored hash is that of the published password.

    Found out once for each hash: scrypt is dear by design, and a page for everybody asks.
    """
    return check_password(SAMPLE_PASSWORD, encoded)


def change_own_password(user: User, old: str, new: str) -> User:
    """Give somebody who knows the old password a new one. Counting wrong ones is for whoever takes them.

    Raises:
        PublishedPasswordError: it is the sample state's, which the next visitor needs.
        WrongPasswordError: the old one is not the person's.
        AccountInputError: the new one is too weak, or the same. Whatever is refused, the old one stays.
    """
    if uses_published_password(user):
        raise PublishedPasswordError
    if not check_password(old, user.password):
        raise WrongPasswordError
    if new == old:
        raise AccountInputError("This is the password that you have already.", remedy="Choose another one.")
    set_password(user, new)
    note_account("password-set", user, by="self")
    return user
