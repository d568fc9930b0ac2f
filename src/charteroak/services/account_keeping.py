"""Who runs an installation lets organisations and people in, gives passwords anew and ends accounts.

There is no page for it: whoever can run commands on the machine is the one who decides, and a fresh installation has
nobody who could sign in. Sessions of an account end with its password and with the account. Each act is noted in the
security log once it stands.
"""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.text import slugify

from charteroak.law.facts.words import OrganisationKind
from charteroak.records.accounts.models import Membership, Organisation, User
from charteroak.records.incidents.models import CalendarFeed
from charteroak.services.account_events import note_account, note_organisation, note_seat
from charteroak.services.account_sessions import end_sessions
from charteroak.services.accounts import (
    AccountInputError,
    NewOrganisation,
    NewPerson,
    add_organisation,
    add_person,
    person_named,
    set_password,
)
from charteroak.services.sample_state import has_published_password

ROLES_AT: dict[str, tuple[str, ...]] = {
    Organisation.Part.MEMBER: (Membership.Role.SECURITY_LEAD, Membership.Role.COUNSEL),
    Organisation.Part.PROVIDER: (Membership.Role.PROVIDER,),
    Organisation.Part.DESK: (Membership.Role.ANALYST,),
}
"""What people do where; a role elsewhere would open no page, and nobody would be told why."""

MAX_NAME = 200
MAX_SLUG = 63
MAX_ADDRESS = 150
"""As wide as the columns: a database that does not look at widths must not take what another one refuses."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A person's place at an organisation; a person may have several, or none."""

    email: str
    name: str
    organisation: str
    role: str
    is_active: bool


def found_organisation(name: str, *, part: str, kind: str, slug: str = "") -> Organisation:
    """Add an organisation that is no fiction. Without a short name, it gets one made of its name.

    Raises:
        AccountInputError: the data directory holds the sample state, a name, part or kind cannot be used, or there is a
            desk already: every report goes to the first one, and a second one's queue would stay empty.
    """
    _refuse_sample()
    title = _line(name, MAX_NAME, "The organization's name")
    short = slug or slugify(title)[:MAX_SLUG].strip("-_")
    if not short or len(short) > MAX_SLUG or short != short.lower() or short != short.strip("-") or "_" in short:
        raise AccountInputError(
            f"{short[:80]!r} is not a short name.",
            remedy=f"Give one with --slug: at most {MAX_SLUG} lower-case letters, digits and hyphens between them.",
        )
    if part not in Organisation.Part.values or kind not in list(OrganisationKind):
        raise AccountInputError(f"{part!r} or {kind!r} is not a known part or kind of organization.")
    desk = Organisation.objects.filter(part=Organisation.Part.DESK).order_by("pk").first()
    if part == Organisation.Part.DESK and desk is not None:
        raise AccountInputError(
            f"There is a desk already, {desk.slug}: every report goes there, and none to a second one.",
            remedy=f"Add its people with --org {desk.slug}; another desk is an installation of its own, with --data.",
        )
    try:
        added = add_organisation(NewOrganisation(short, title, part, kind))
    except IntegrityError as error:
        raise AccountInputError(f"There is already an organization called {short}.") from error
    note_organisation(added)
    return added


def newcomer(email: str, name: str, organisation: Organisation, role: str) -> NewPerson:
    """Somebody who is to sign in with this address, checked before anybody types a password.

    Raises:
        AccountInputError: the data directory holds the sample state, the address or name cannot be used, the address
            signs in already, or nobody has this role there.
    """
    _refuse_sample()
    address = _line(email, MAX_ADDRESS, "The mail address")
    try:
        validate_email(address)
    except ValidationError as error:
        raise AccountInputError(
            f"{address!r} is not a mail address.", remedy="Write one such as lee@town.example."
        ) from error
    first, _blank, last = _line(name, MAX_ADDRESS, "The person's name").rpartition(" ")
    _refuse_role(organisation, role)
    if User.objects.filter(username=address.lower()).exists():
        raise _taken(address)
    return NewPerson(address, first, last, [(organisation, role)])


def admit(new: NewPerson, password: str) -> User:
    """Add a person with a role at an organisation.

    Raises:
        AccountInputError: the password is too weak, or the address was taken meanwhile. Nothing was added.
    """
    try:
        user = add_person(new, password)
    except IntegrityError as error:
        raise _taken(new.email) from error
    for seat in user.memberships.select_related("organisation"):
        note_seat("added", seat)
    return user


def join_organisation(email: str, organisation: Organisation, role: str) -> Membership:
    """Give somebody who signs in already a role at an organisation, in the place of the one they had there.

    Raises:
        AccountInputError: the data directory holds the sample state, nobody signs in with this address, or nobody has
            this role there.
    """
    _refuse_sample()
    user = person_named(email)
    _refuse_role(organisation, role)
    with transaction.atomic():
        standing = Membership.objects.select_for_update().filter(user=user, organisation=organisation).first()
        before = "" if standing is None else standing.role
        seat, _is_new = Membership.objects.update_or_create(
            user=user, organisation=organisation, defaults={"role": role}
        )
    note_seat("joined", seat, before=before)
    return seat


def give_password(user: User, password: str) -> User:
    """Give somebody a new password; whoever is signed in with the old one is signed out.

    Raises:
        AccountInputError: the password is too weak; the old one then stays.
    """
    set_password(user, password)
    note_account("password-set", user)
    return user


def end_account(email: str) -> User:
    """Let somebody sign in no more, and end what they are signed in to; what they recorded stays under their name.

    Secret addresses of calendars that they made go on, for others may read them: ``calendars_left`` names them.

    Raises:
        AccountInputError: nobody signs in with this address.
    """
    user = person_named(email)
    user.is_active = False
    user.save(update_fields=["is_active"])
    end_sessions(user)
    note_account("ended", user)
    return user


def reopen_account(email: str) -> User:
    """Let somebody whose account was ended sign in again, with the password they had; no older session comes back.

    Raises:
        AccountInputError: no ended account has this address.
    """
    name = email.strip().lower()
    user = User.objects.filter(username=name, is_active=False).first() if "\0" not in name else None
    if user is None:
        raise AccountInputError(f"No account of {email!r} was ended.", remedy="Look at: charteroak account list")
    end_sessions(user)  # of who signed in at the very moment it was ended, or before a release that deleted them
    user.is_active = True
    user.save(update_fields=["is_active"])
    note_account("reopened", user)
    return user


def calendars_left(user: User) -> list[str]:
    """For each secret calendar address that this person made and that works, the short name of its organisation."""
    feeds = CalendarFeed.objects.filter(created_by=user, revoked=None).order_by("organisation__slug", "pk")
    return list(feeds.values_list("organisation__slug", flat=True))


def organisations_kept() -> QuerySet[Organisation]:
    """Every organisation of this installation, by its short name."""
    return Organisation.objects.order_by("slug")


def seats_kept() -> list[Seat]:
    """Every person of this installation with each of their places, ended accounts too."""
    seats = []
    for user in User.objects.prefetch_related("memberships__organisation").order_by("username"):
        places = [(seat.organisation.slug, seat.role) for seat in user.memberships.all()] or [("", "")]
        seats += [Seat(user.email, str(user), slug, role, user.is_active) for slug, role in sorted(places)]
    return seats


def can_nobody_sign_in() -> bool:
    """Whether this installation waits for its first person."""
    return not User.objects.filter(is_active=True).exists()


def _refuse_sample() -> None:
    if has_published_password():
        raise AccountInputError(
            "This data directory holds the sample state, whose password is published.",
            remedy="Name another one with --data for organizations and people that are none of the sample.",
        )


def _taken(address: str) -> AccountInputError:
    return AccountInputError(
        f"{address} already has an account.",
        remedy="For another organization: charteroak account join. If it was ended: charteroak account reopen.",
    )


def _line(text: str, most: int, what: str) -> str:
    line = " ".join(text.split())
    if not line or len(line) > most or not line.isprintable():
        raise AccountInputError(
            f"{what} cannot be used: {line[:80]!r}.", remedy=f"Write 1 to {most} characters that can be printed."
        )
    return line


def _refuse_role(organisation: Organisation, role: str) -> None:
    fitting = ROLES_AT[organisation.part]
    if role not in fitting:
        raise AccountInputError(
            f"Nobody is {role} at {organisation.slug}, which is a {organisation.part}.",
            remedy=f"Choose {' or '.join(fitting)}.",
        )
