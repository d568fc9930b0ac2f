"""What the pages about keeping evidence share: who reads them, and the way from one to the other."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from charteroak.portal.people import person_of
from charteroak.records.accounts.models import Organisation
from charteroak.services.access import Role, access_organisation, roles_in
from charteroak.services.privilege import privileged_organisations

READERS = (Role.SECURITY_LEAD, Role.PROVIDER, Role.COUNSEL)
"""Who reads how evidence is kept: those who keep the record, and counsel."""

_TABS: tuple[tuple[str | Promise, str], ...] = (
    (_("Legal holds"), "evidence:holds"),
    (_("Custody"), "evidence:custody"),
    (_("Retention"), "evidence:retention"),
    (_("Markings"), "evidence:markings"),
    (_("Erasures"), "evidence:erasures"),
)
_PRIVILEGED = (_("Privileged"), "evidence:privileged")


@dataclass(frozen=True, slots=True)
class Tab:
    """A link to a neighbouring page."""

    label: str | Promise
    url: str
    is_current: bool


def keeping_of(request: HttpRequest, slug: str) -> Organisation:
    """The organisation, for somebody who may read how its evidence is kept.

    Raises:
        AccessError: it is absent, or they may not.
    """
    return access_organisation(request.user, slug, *READERS)


def shared_context(request: HttpRequest, organisation: Organisation) -> dict[str, Any]:
    """What every page here shows: the organisation, its neighbours, and what this person may do."""
    user = person_of(request)
    roles = roles_in(user, organisation)
    tabs = list(_TABS) if roles & set(READERS) else []
    # Whoever may not enter must not even learn that there is anything.
    if privileged_organisations(user).filter(pk=organisation.pk).exists():
        tabs.append(_PRIVILEGED)
    placed = [(label, reverse(name, args=[organisation.slug])) for label, name in tabs]
    current = max((url for _label, url in placed if request.path.startswith(url)), key=len, default="")
    return {
        "organisation": organisation,
        "roles": roles,
        "tabs": [Tab(label, url, url == current) for label, url in placed],
    }
