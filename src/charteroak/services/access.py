"""Who may act for whom, decided in one place.

Every protected object is reached through an ``access_*`` function. What is absent and what is forbidden raise the same
error with the same words, so that nobody learns from outside what exists.
"""

from typing import NoReturn

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from charteroak.errors import AccessError
from charteroak.records.accounts.models import Membership, Organisation, User
from charteroak.records.incidents.models import Incident
from charteroak.records.reports.models import Campaign, Report
from charteroak.services.ready_queries import ReadyQuery

Role = Membership.Role


def refuse() -> NoReturn:
    """Say that something is absent or forbidden, without saying which."""
    raise AccessError("There is nothing here that you may see.", remedy="Check the address, or sign in.")


def actor_of(user: User) -> str:
    """How a person is named in a ledger: by an opaque identifier, so that the name can be forgotten."""
    return f"user:{user.actor_id}"


def organisations_of(user: User | AnonymousUser) -> QuerySet[Organisation]:
    """The organisations a person may act for: their own, and their provider's clients."""
    return _organisations_of_key(user.pk) if isinstance(user, User) else Organisation.objects.none()


def members_of(user: User | AnonymousUser) -> list[Organisation]:
    """The members among the organisations that a person may act for."""
    return _MEMBERS.rows(user.pk) if isinstance(user, User) else []


def _organisations_of_key(user: int) -> QuerySet[Organisation]:
    providers = Organisation.objects.filter(memberships__user=user, memberships__role=Role.PROVIDER)
    return Organisation.objects.filter(Q(memberships__user=user) | Q(providers__in=providers)).distinct()


_MEMBERS = ReadyQuery(lambda user: _organisations_of_key(user).filter(part=Organisation.Part.MEMBER), 1)


def roles_in(user: User | AnonymousUser, organisation: Organisation) -> frozenset[str]:
    """The roles a person has for an organisation; a provider's people have the provider role for its clients."""
    if not isinstance(user, User):
        return frozenset()
    own = set(user.memberships.filter(organisation=organisation).values_list("role", flat=True))
    if user.memberships.filter(role=Role.PROVIDER, organisation__clients=organisation).exists():
        own.add(Role.PROVIDER)
    return frozenset(own)


def require_role(user: User | AnonymousUser, organisation: Organisation, *roles: str) -> User:
    """The user, if they have one of the roles for the organisation.

    Raises:
        AccessError: they have none.
    """
    if isinstance(user, User) and user.is_active and roles_in(user, organisation) & set(roles):
        return user
    refuse()


def access_organisation(user: User | AnonymousUser, slug: str, *roles: str) -> Organisation:
    """An organisation that the person may act for in one of the roles (any role when none is named).

    Raises:
        AccessError: it is absent or not theirs.
    """
    organisation = organisations_of(user).filter(slug=slug).first()
    if organisation is None:
        refuse()
    require_role(user, organisation, *(roles or tuple(Role.values)))
    return organisation


def access_desk(user: User | AnonymousUser, slug: str | None = None) -> Organisation:
    """The desk at which the person is an analyst; the first by name where there are several and none is named.

    Raises:
        AccessError: there is none.
    """
    if not isinstance(user, User):
        refuse()
    own = Membership.objects.filter(user=user, role=Role.ANALYST)
    desks = Organisation.objects.filter(part=Organisation.Part.DESK, memberships__in=own)
    desk = (desks.filter(slug=slug) if slug is not None else desks).first()
    if desk is None:
        refuse()
    require_role(user, desk, Role.ANALYST)
    return desk


def access_report(user: User | AnonymousUser, number: int) -> Report:
    """A report, whole, for an analyst of the desk that received it.

    Nobody else: the reporter chose who may know, and the desk is the widest answer that every choice allows.

    Raises:
        AccessError: it is absent or not theirs.
    """
    report = Report.objects.select_related("desk", "organisation", "campaign").filter(pk=number).first()
    if report is None:
        refuse()
    require_role(user, report.desk, Role.ANALYST)
    return report


def access_campaign(user: User | AnonymousUser, number: int) -> Campaign:
    """A campaign, for an analyst of its desk.

    Raises:
        AccessError: it is absent or not theirs.
    """
    campaign = Campaign.objects.select_related("desk", "confirmed_by").filter(pk=number).first()
    if campaign is None:
        refuse()
    require_role(user, campaign.desk, Role.ANALYST)
    return campaign


def access_incident(user: User | AnonymousUser, slug: str, number: str, *roles: str) -> Incident:
    """An incident, for those who may act for its organisation in one of the roles.

    One that is played in an exercise has a number that begins with ``EX`` and never one of a real incident, so that
    nobody comes to either without having asked for it.

    Raises:
        AccessError: it is absent or not theirs.
    """
    organisation = access_organisation(user, slug, *roles)
    rows = Incident.played.select_related("space") if number.startswith("EX") else Incident.objects.all()
    incident = rows.filter(organisation=organisation, number=number).first()
    if incident is None:
        refuse()
    incident.organisation = organisation
    return incident
