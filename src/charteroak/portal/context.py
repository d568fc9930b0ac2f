"""What the shell of every page needs: version, links by role, and whether what is shown is made up."""

from typing import Any

from django.http import HttpRequest

from charteroak import __version__
from charteroak.portal.navigation import links_for, sections_for
from charteroak.records.accounts.models import Membership, Organisation, User


def shell(request: HttpRequest) -> dict[str, Any]:
    """The values of header, sections and footer. Two small queries."""
    user = getattr(request, "user", None)
    memberships = (
        list(Membership.objects.filter(user=user).select_related("organisation")) if isinstance(user, User) else []
    )
    return {
        "version": __version__,
        "memberships": memberships,
        "sections": sections_for(memberships, request.path, request.resolver_match),
        "header_links": list(links_for(memberships, request.path, request.resolver_match)),
        "holds_sample_state": Organisation.objects.filter(is_fictional=True).exists(),
    }
