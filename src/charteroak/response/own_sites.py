"""Sites of public bodies, of members and of the names that an operator protects: never the attacker's own.

A lure may link to a town's true site, and a mail that was sent blind shows nowhere whose it is: as an indicator the
site would block the town, tell who was written to, or both. Even a site that was broken into is told to its owner and
put on no list. Pages of the desk name such a site for what it is; bundles, lists and papers leave it out.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from charteroak.errors import InputError
from charteroak.intel.warning_lists import OWN_DOMAIN, WarningLists, load_warning_lists
from charteroak.mail.identity import ProtectedNames, protected_names
from charteroak.observables import Observable, ObservableType, parse_observable

_LISTS = ("public-body", OWN_DOMAIN)
_HOST = r"(?P<host>[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?)"
_KEPT = {
    ObservableType.DOMAIN.value: re.compile(_HOST),
    ObservableType.EMAIL.value: re.compile(rf".+@{_HOST}", re.DOTALL),
    ObservableType.URL.value: re.compile(
        rf"[a-z][a-z0-9+.-]*://(?:[^/?#\\\s]*@)?(?:{_HOST}|\[[0-9a-f:.]+\])(?::[0-9]+)?(?:[/?#].*)?", re.DOTALL
    ),
}
"""How an analysis keeps what has a host. Reading it anew would cost twenty times as much as the answer."""


@dataclass(frozen=True, slots=True)
class OwnSites:
    """The sites that are known here. Make it with ``own_sites``."""

    lists: WarningLists

    def holds(self, observable: Observable) -> bool:
        """Whether an address, a host or a mail address is under one of them."""
        return any(objection.list_id in _LISTS for objection in self.lists.objections_to(observable))

    def holds_seen(self, seen: Mapping[str, Any]) -> bool:
        """The same of an observable in the document of an analysis; what is none any more is no site.

        A page asks for every address of 200 mails, so that no more than the host is looked at.
        """
        value, type_ = str(seen.get("value", "")), str(seen.get("type"))
        form = _KEPT.get(type_)
        if form is None:
            # Digests and addresses of machines are no sites.
            return False
        kept = form.fullmatch(value)
        if kept is None:
            # An older release kept it, in a form of its own.
            try:
                return self.holds(parse_observable(value, ObservableType(type_)))
            except InputError:
                return False
        host = kept["host"]
        return host is not None and any(self.lists.objects_to_host(type_, host, each) for each in _LISTS)


def own_sites(domains: Collection[str] = ()) -> OwnSites:
    """Sites of public bodies and, with everything below them, some domains.

    Raises:
        WarningListError: one of the domains is none.
    """
    return OwnSites(load_warning_lists().with_own_domains(domains))


@cache
def packaged_sites() -> OwnSites:
    """Sites of public bodies and of the public services among the names that ship with this version."""
    return own_sites(official_domains(protected_names()))


def official_domains(names: ProtectedNames) -> frozenset[str]:
    """The domains of the offices, schools and public services among protected names."""
    return frozenset(domain for name in names.names if name.is_official for domain in name.domains)
