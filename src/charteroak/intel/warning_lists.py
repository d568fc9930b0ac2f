"""Warning lists: what must not stand in a blocklist, however bad the report about it.

The lists are not optional and not per export: the release gate asks them for every indicator. Three more come from
elsewhere: public suffixes from the ``publicsuffixlist`` package, the members' own domains from the caller, and the
width of an address range from the two constants below.
"""

import ipaddress
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from importlib.resources import files
from typing import ClassVar, Literal, TypeAlias
from urllib.parse import urlsplit

import msgspec

from charteroak.canonical import canonical_digest
from charteroak.errors import InputError, SourceLocation
from charteroak.intel.domain_trees import DomainTree, domain_tree
from charteroak.intel.public_suffixes import is_public_suffix
from charteroak.observables import Observable, ObservableError, ObservableType, parse_observable

WIDEST_IPV4_PREFIX = 16
WIDEST_IPV6_PREFIX = 32
"""A range wider than these holds so many strangers that blocking it is never the answer."""

OWN_DOMAIN = "own-domain"
"""What stands for a list where a member's own domain is the objection."""

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network


class WarningListError(InputError):
    """A warning list cannot be read, or an entry of one is not what the list holds."""

    code: ClassVar[str] = "intel.warning-list.invalid"


@dataclass(frozen=True, slots=True)
class Objection:
    """One list's objection to an observable: the list's identifier, and the sentence that people read."""

    list_id: str
    text: str


class Provenance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a list's entries come from."""

    source: str
    reviewed: date
    licence: str
    note: str = ""


class WarningList(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One list. ``domain-tree`` covers what stands below an entry, ``domain-exact`` the very name alone."""

    id: str
    kind: Literal["domain-tree", "domain-exact", "address-range", "digest"]
    text: str
    entries: tuple[str, ...]
    provenance: Provenance


def parse_warning_list(data: bytes, *, path: str = "") -> WarningList:
    """One list from its TOML file.

    Raises:
        WarningListError: it is not such a file.
    """
    try:
        document = tomllib.loads(data.decode("utf-8"))
        return msgspec.convert(document, WarningList)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise WarningListError(f"Not a warning list: {error}.", location=SourceLocation(path=path)) from error


@dataclass(frozen=True, slots=True)
class WarningLists:
    """All lists, ready to be asked. Build them with ``load_warning_lists``; ``digest`` names their exact content."""

    lists: tuple[WarningList, ...]
    own_domains: frozenset[str] = frozenset()

    _digest: list[str] = field(default_factory=list, init=False, repr=False, compare=False)
    _trees: dict[str, DomainTree] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def digest(self) -> str:
        """SHA-256 over the content, so that a decision can say what it was made against."""
        if not self._digest:
            # Each release of thousands names it.
            content = {
                "lists": [[one.id, one.kind, sorted(one.entries)] for one in self.lists],
                "ownDomains": sorted(self.own_domains),
            }
            self._digest.append(canonical_digest(content))
        return self._digest[0]

    def with_own_domains(self, domains: Iterable[str]) -> "WarningLists":
        """The same lists, and domains that members call their own.

        Raises:
            WarningListError: one of them is not a domain name.
        """
        try:
            own = {parse_observable(domain, ObservableType.DOMAIN).value for domain in domains}
        except ObservableError as error:
            raise WarningListError(f"A member's domain cannot be used: {error.message}") from error
        return replace(self, own_domains=self.own_domains | own)

    def objections_to(self, observable: Observable) -> tuple[Objection, ...]:
        """Every objection to this observable; empty where there is none."""
        match observable.type:
            case ObservableType.DOMAIN:
                found = self._about_domain(observable.value)
            case ObservableType.URL:
                found = self._about_url(observable.value)
            case ObservableType.EMAIL:
                found = self._about_mail_domain(observable.value.rpartition("@")[2])
            case ObservableType.IPV4 | ObservableType.IPV6 | ObservableType.CIDR:
                found = self._about_network(ipaddress.ip_network(observable.value))
            case _:
                found = self._of_kind("digest", lambda one: observable.value in one.entries)
        return tuple(dict.fromkeys(found))

    def objects_to_host(self, type_: str, host: str, list_id: str) -> bool:
        """Whether a list of domains (or ``OWN_DOMAIN``) objects to an address at a host, whatever stands behind it.

        ``objections_to`` says the same of an observable; this costs little and may be asked about thousands.
        """
        if not self._tree(list_id).reaches(host):
            return False
        return list_id == OWN_DOMAIN or not self._is_shared(type_, host)

    def _is_shared(self, type_: str, host: str) -> bool:
        """Whether strangers have pages, mailboxes or names there, so that no list of trees speaks of it."""
        trees = [self._tree(one.id) for one in self.lists if one.kind == "domain-exact"]
        if type_ == ObservableType.DOMAIN:
            return any(tree.is_at_or_above(host) for tree in trees)
        is_listed = any(host in tree.names for tree in trees)
        return is_listed or (type_ == ObservableType.URL and is_public_suffix(host))

    def _tree(self, list_id: str) -> DomainTree:
        tree = self._trees.get(list_id)
        if tree is None:
            entries = (entry for one in self.lists if one.id == list_id for entry in one.entries)
            tree = domain_tree(self.own_domains if list_id == OWN_DOMAIN else tuple(entries))
            self._trees[list_id] = tree
        return tree

    def _of_kind(self, kind: str, holds: Callable[[WarningList], bool]) -> Iterator[Objection]:
        for one in self.lists:
            if one.kind == kind and holds(one):
                yield Objection(one.id, one.text)

    def _about_domain(self, domain: str) -> Iterator[Objection]:
        if is_public_suffix(domain):
            yield Objection("public-suffix", "This is a public suffix: strangers register names below it.")
        yield from self._about_own(domain)
        shared = list(self._of_kind("domain-exact", lambda one: self._tree(one.id).is_at_or_above(domain)))
        yield from shared
        if not shared:
            yield from self._about_tree(domain)

    def _about_own(self, domain: str) -> Iterator[Objection]:
        if self._tree(OWN_DOMAIN).reaches(domain):
            yield Objection(
                OWN_DOMAIN,
                "This is a domain of a member or a protected public service, or holds one.",
            )

    def _about_tree(self, domain: str) -> Iterator[Objection]:
        # A match of a domain covers all names below it, so an entry *below* the domain is hit as well.
        yield from self._of_kind("domain-tree", lambda one: self._tree(one.id).reaches(domain))

    def _about_url(self, url: str) -> Iterator[Objection]:
        parts = urlsplit(url)
        host = parts.hostname or ""
        if ":" in host or host.replace(".", "").isdigit():
            yield from self._about_network(ipaddress.ip_network(host))
            return
        yield from self._about_own(host)
        shared = list(self._of_kind("domain-exact", lambda one: host in self._tree(one.id).names))
        if shared or is_public_suffix(host):
            # One page of a shared host may be bad; its front page is everyone's.
            if parts.path in ("", "/") and not parts.query:
                yield from shared or [Objection("public-suffix", "This is the front page of a public suffix.")]
            return
        yield from self._about_tree(host)

    def _about_mail_domain(self, domain: str) -> Iterator[Objection]:
        yield from self._about_own(domain)
        if not any(one.kind == "domain-exact" and domain in self._tree(one.id).names for one in self.lists):
            yield from self._about_tree(domain)

    def _about_network(self, network: Network) -> Iterator[Objection]:
        widest = WIDEST_IPV4_PREFIX if network.version == 4 else WIDEST_IPV6_PREFIX
        if network.prefixlen < widest:
            yield Objection("wide-range", f"The range is wider than /{widest}.")
        yield from self._of_kind(
            "address-range", lambda one: any(_overlaps(network, listed) for listed in _networks(one.entries))
        )


@cache
def _networks(entries: tuple[str, ...]) -> tuple[Network, ...]:
    try:
        return tuple(ipaddress.ip_network(entry) for entry in entries)
    except ValueError as error:
        raise WarningListError(f"A warning list holds what is no address range: {error}.") from error


def _overlaps(one: Network, other: Network) -> bool:
    return one.version == other.version and one.overlaps(other)


@cache
def load_warning_lists() -> WarningLists:
    """The lists that ship with this version, in the order of their file names.

    Raises:
        WarningListError: one cannot be read. No list is ever left out silently.
    """
    folder = files("charteroak.intel").joinpath("data", "warning_lists")
    found = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".toml")), key=lambda entry: entry.name)
    lists = tuple(parse_warning_list(entry.read_bytes(), path=entry.name) for entry in found)
    if not lists:
        raise WarningListError("No warning list was found.", remedy="Install Charter Oak again.")
    return WarningLists(lists)
