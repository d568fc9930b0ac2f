"""Organisations and the people who act for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import transaction

from charteroak.adapters.system_clock import now
from charteroak.errors import InputError
from charteroak.law.facts.words import OrganisationKind
from charteroak.records.accounts.models import Membership, Organisation, User

_NAMES_SHOWN = 10


class AccountInputError(InputError):
    """An organisation or a person cannot be added as described."""

    code: ClassVar[str] = "account.invalid"


@dataclass(frozen=True, slots=True)
class NewOrganisation:
    """An organisation to add; ``kind`` is a legal form of the safe-harbor facts document."""

    slug: str
    name: str
    part: str
    kind: str
    is_fictional: bool = False


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A person to add, with what they may do where."""

    email: str
    first_name: str
    last_name: str
    memberships: Sequence[tuple[Organisation, str]]


@transaction.atomic
def add_organisation(new: NewOrganisation, *, created: datetime | None = None) -> Organisation:
    """Add an organisation.

    Raises:
        AccountInputError: the slug is taken or malformed, or part or kind is unknown.
    """
    try:
        validate_slug(new.slug)
    except ValidationError as error:
        raise AccountInputError(
            f"{new.slug!r} is not a short name.", remedy="Use lower-case letters, digits and hyphens."
        ) from error
    if new.part not in Organisation.Part.values or new.kind not in list(OrganisationKind):
        raise AccountInputError(f"{new.part!r} or {new.kind!r} is not a known part or kind of organization.")
    if Organisation.objects.filter(slug=new.slug).exists():
        raise AccountInputError(f"There is already an organization called {new.slug}.")
    return Organisation.objects.create(
        slug=new.slug,
        name=new.name,
        part=new.part,
        kind=new.kind,
        is_fictional=new.is_fictional,
        created=created or now(),
    )


@transaction.atomic
def add_person(new: NewPerson, password: str) -> User:
    """Add a person who signs in with mail address and password.

    Raises:
        AccountInputError: the address is taken, the password too weak, or a role unknown.
    """
    user = User(username=new.email.lower(), email=new.email, first_name=new.first_name, last_name=new.last_name)
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise AccountInputError(" ".join(error.messages)) from error
    if User.objects.filter(username=user.username).exists():
        raise AccountInputError(f"{new.email} already signs in here.")
    user.set_password(password)
    user.save()
    for organisation, role in new.memberships:
        if role not in Membership.Role.values:
            raise AccountInputError(f"{role!r} is not a role.")
        Membership.objects.create(user=user, organisation=organisation, role=role)
    return user


def set_password(user: User, password: str) -> None:
    """Give somebody a new password; every session of the person ends with the old one.

    Raises:
        AccountInputError: the password is too weak; the old one then stays.
    """
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise AccountInputError(" ".join(error.messages)) from error
    user.set_password(password)
    user.save(update_fields=["password"])


def organisation_named(slug: str) -> Organisation:
    """An organisation of this installation, whether or not it has recorded anything.

    Raises:
        AccountInputError: none has this name.
    """
    found = Organisation.objects.filter(slug=slug).first() if slug.isascii() and "\0" not in slug else None
    if found is None:
        names = ", ".join(Organisation.objects.values_list("slug", flat=True)[:_NAMES_SHOWN]) or "none"
        raise AccountInputError(f"There is no organization called {slug!r}.", remedy=f"Kept here are: {names}.")
    return found


def person_named(email: str) -> User:
    """Someone who signs in here.

    Raises:
        AccountInputError: nobody signs in with this address.
    """
    name = email.strip().lower()
    found = User.objects.filter(username=name, is_active=True).first() if "\0" not in name else None
    if found is None:
        raise AccountInputError(f"Nobody signs in here as {email!r}.", remedy="Use the address of an account.")
    return found
