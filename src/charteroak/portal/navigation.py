"""Which links stand in the header, by what a person may do.

To add one: a ``Link`` in the list of its role. The first role of ``ROLE_ORDER`` that a person has decides the home.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from charteroak.records.accounts.models import Membership

Role = Membership.Role
ROLE_ORDER = (Role.ANALYST, Role.PROVIDER, Role.SECURITY_LEAD)


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the header. One that ``is_of_organisation`` leads to the page of the organisation the person is of."""

    label: str | Promise
    name: str
    is_of_organisation: bool = False


@dataclass(frozen=True, slots=True)
class PlacedLink:
    """A link with its address, for the template."""

    label: str | Promise
    url: str
    is_current: bool


HOME = Link(_("Home"), "home")
INTELLIGENCE = Link(_("Intelligence"), "intelligence:shared")
FOR_EVERYONE = (Link(_("Report a mail"), "reports:mail"), Link(_("Report an incident"), "reports:incident"))
BY_ROLE: dict[str, tuple[Link, ...]] = {
    Role.ANALYST: (Link(_("Desk"), "desk:queue"), Link(_("Indicators"), "intelligence:indicators"), INTELLIGENCE),
    Role.PROVIDER: (INTELLIGENCE,),
    Role.SECURITY_LEAD: (
        Link(_("Safe harbor"), "programs:safe-harbor", is_of_organisation=True),
        Link(_("Evidence"), "programs:evidence", is_of_organisation=True),
        Link(_("Your logs"), "detections:hunts", is_of_organisation=True),
        Link(_("Dossiers"), "programs:dossiers", is_of_organisation=True),
        INTELLIGENCE,
    ),
}


def links_for(memberships: Sequence[Membership], path: str) -> Iterator[PlacedLink]:
    """The header's links, in order and without doubles. The one with the longest address above the page is current."""
    # An analyst's home is the desk's queue, which has its own link.
    is_analyst = any(membership.role == Role.ANALYST for membership in memberships)
    placed = {} if is_analyst else {HOME: reverse(HOME.name)}
    for role in ROLE_ORDER:
        for membership in memberships:
            if membership.role == role:
                arguments = [membership.organisation.slug]
                for link in BY_ROLE[role]:
                    placed.setdefault(link, reverse(link.name, args=arguments if link.is_of_organisation else None))
    for link in FOR_EVERYONE:
        placed[link] = reverse(link.name)
    above = [url for link, url in placed.items() if path == url or (link is not HOME and path.startswith(url))]
    current = max(above, key=len, default=None)
    for link, url in placed.items():
        yield PlacedLink(link.label, url, url == current)
