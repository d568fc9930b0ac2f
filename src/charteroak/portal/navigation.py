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
    """A link of the header; it is current on every address below its own."""

    label: str | Promise
    name: str


@dataclass(frozen=True, slots=True)
class PlacedLink:
    """A link with its address, for the template."""

    label: str | Promise
    url: str
    is_current: bool


HOME = Link(_("Home"), "home")
FOR_EVERYONE: tuple[Link, ...] = ()
BY_ROLE: dict[str, tuple[Link, ...]] = {Role.ANALYST: (), Role.PROVIDER: (), Role.SECURITY_LEAD: ()}


def links_for(roles: Sequence[str], path: str) -> Iterator[PlacedLink]:
    """The header's links, in order and without doubles."""
    chosen = [HOME]
    for role in ROLE_ORDER:
        chosen += [link for link in BY_ROLE[role] if role in roles and link not in chosen]
    for link in (*chosen, *FOR_EVERYONE):
        url = reverse(link.name)
        yield PlacedLink(link.label, url, path == url or (link is not HOME and path.startswith(url)))
