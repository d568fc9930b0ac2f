"""What a host name belongs to: its registrable domain, and the services that anybody can use under one name.

The public suffix list is the one that the ``publicsuffixlist`` library carries; nothing is fetched. The lists of
free-mail, shortener, hosting and redirecting services are our own data with owner and date
(``data/shared_services.toml``).
"""

import tomllib
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from ipaddress import ip_address

from publicsuffixlist import PublicSuffixList

from charteroak.errors import InputError
from charteroak.observables import ObservableType, parse_observable

_MOST_REMEMBERED_HOSTS = 4096


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


@lru_cache(maxsize=4096)
def is_ip_host(host: str) -> bool:
    """Whether a URL's host is an IP address, brackets allowed."""
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


@lru_cache(maxsize=4096)
def normal_host(text: str) -> str:
    """A host name as lower-case A-labels, or an empty text when it is no domain name."""
    try:
        return parse_observable(text, ObservableType.DOMAIN).value
    except InputError:
        return ""


@lru_cache(maxsize=4096)
def registrable_domain(host: str) -> str:
    """The domain that somebody registered (``login.bank.example`` gives ``bank.example``).

    Names below a private suffix of the list (``victim.web.app``) belong to whoever got that name. An IP address and a
    bare suffix have none: the result is an empty text.
    """
    if not host or is_ip_host(host):
        return ""
    return _suffixes().privatesuffix(host.lower().rstrip(".")) or ""


@lru_cache(maxsize=4096)
def has_listed_suffix(host: str) -> bool:
    """Whether the host ends in a suffix that the public suffix list knows, so that bare text may be a host name."""
    return _suffixes().publicsuffix(host, accept_unknown=False) is not None


@dataclass(frozen=True, slots=True)
class SharedServices:
    """Names under which strangers share one domain, so that the domain alone says nothing about a sender."""

    free_mail: frozenset[str]
    shorteners: frozenset[str]
    hosting: frozenset[str]
    infrastructure: frozenset[str]
    # Every link of a message is asked about by signals, observables and campaign keys.
    _kinds: dict[str, str] = field(default_factory=dict, init=False, repr=False, compare=False)

    def kind_of(self, host: str) -> str:
        """``shortener``, ``hosting``, ``free-mail``, ``infrastructure`` or an empty text."""
        kind = self._kinds.get(host)
        if kind is None:
            if len(self._kinds) >= _MOST_REMEMBERED_HOSTS:
                self._kinds.clear()
            kind = self._kinds[host] = self._find_kind(host)
        return kind

    def _find_kind(self, host: str) -> str:
        labels = host.split(".")
        names = {".".join(labels[index:]) for index in range(len(labels) - 1)}
        if names & self.shorteners:
            return "shortener"
        if names & self.hosting:
            return "hosting"
        if names & self.free_mail:
            return "free-mail"
        return "infrastructure" if names & self.infrastructure else ""


@lru_cache(maxsize=1)
def shared_services() -> SharedServices:
    """The packaged list."""
    text = files("charteroak.mail").joinpath("data/shared_services.toml").read_text(encoding="utf-8")
    document = tomllib.loads(text)
    return SharedServices(
        free_mail=frozenset(document["free_mail"]),
        shorteners=frozenset(document["shorteners"]),
        hosting=frozenset(document["hosting"]),
        infrastructure=frozenset(document["infrastructure"]),
    )
