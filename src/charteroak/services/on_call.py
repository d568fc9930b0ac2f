"""Whom alerts of an organisation reach: its on-call list in order, or its security leads where there is none."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from charteroak.records.accounts.models import Membership, Organisation
from charteroak.records.incidents.models import OnCallContact
from charteroak.response.alerts import Contact
from charteroak.services.access import Role, require_role
from charteroak.services.incidents import INCIDENT_KEEPERS
from charteroak.services.programs import ProgramInputError, Recorder, usable_line

MOST_CONTACTS = 20
DEFAULT_WAIT_MINUTES = 30
MOST_WAIT_MINUTES = 24 * 60
_MOST_DIGITS = 6


@dataclass(frozen=True, slots=True)
class NewContact:
    """Somebody for the list."""

    name: str
    email: str
    wait_minutes: int = DEFAULT_WAIT_MINUTES


def on_call_list(organisation: Organisation) -> list[OnCallContact]:
    """The list in its order, without those who were taken from it."""
    return list(OnCallContact.objects.filter(organisation=organisation, retired=None))


def contacts_of(organisation: Organisation) -> list[Contact]:
    """Whom to tell, in order. Without a list: the security leads who have a mail address, one after the other."""
    listed = on_call_list(organisation)
    if listed:
        return [Contact(row.name, row.email, row.wait_minutes) for row in listed]
    leads = Membership.objects.filter(
        organisation=organisation, role=Role.SECURITY_LEAD, user__is_active=True
    ).select_related("user")
    return [
        Contact(str(row.user), row.user.email, DEFAULT_WAIT_MINUTES) for row in leads.order_by("pk") if row.user.email
    ]


def read_contact(line: str) -> NewContact:
    """Somebody from a line: name, mail address, minutes; the minutes may be left out.

    Raises:
        ProgramInputError: the minutes are no number.
    """
    name, _comma, rest = line.partition(",")
    email, _comma, minutes = (part.strip() for part in rest.partition(","))
    minutes = minutes or str(DEFAULT_WAIT_MINUTES)
    if not (minutes.isascii() and minutes.isdecimal() and len(minutes) <= _MOST_DIGITS):
        raise ProgramInputError(f"{line[:80]!r}: give the minutes as a number.", field="contacts")
    return NewContact(name, email, int(minutes))


def set_on_call(organisation: Organisation, contacts: Sequence[NewContact], recorder: Recorder) -> None:
    """Put a new list in the place of the old one, which stays in the rows as retired.

    Raises:
        AccessError: the person does not keep this organisation's record.
        ProgramInputError: somebody's name, address or minutes cannot be used; the list stays as it was.
    """
    if recorder.user is not None:
        require_role(recorder.user, organisation, *INCIDENT_KEEPERS)
    if len(contacts) > MOST_CONTACTS:
        raise ProgramInputError(f"At most {MOST_CONTACTS} people.", field="contacts")
    usable = [_usable(contact, number) for number, contact in enumerate(contacts, start=1)]
    if len({contact.email.casefold() for contact in usable}) < len(usable):
        raise ProgramInputError("Somebody stands in the list twice.", field="contacts")
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        OnCallContact.objects.filter(organisation=organisation, retired=None).update(retired=recorder.moment)
        for place, contact in enumerate(usable, start=1):
            OnCallContact.objects.create(
                organisation=organisation,
                place=place,
                name=contact.name,
                email=contact.email,
                wait_minutes=contact.wait_minutes,
                added=recorder.moment,
                added_by=recorder.user,
            )


def _usable(contact: NewContact, number: int) -> NewContact:
    email = contact.email.strip()
    try:
        validate_email(email)
    except ValidationError as error:
        raise ProgramInputError(
            f"Line {number}: this is no mail address.",
            field="contacts",
            remedy="Write name, address, minutes: Lea Stone, lea@example.org, 30",
        ) from error
    if not 1 <= contact.wait_minutes <= MOST_WAIT_MINUTES:
        raise ProgramInputError(f"Line {number}: give 1 to {MOST_WAIT_MINUTES} minutes.", field="contacts")
    return NewContact(usable_line(contact.name, "contacts"), email, contact.wait_minutes)
