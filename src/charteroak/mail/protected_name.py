"""A name that lures borrow: what is known of its owner, and which hosts are or may be the owner's."""

from dataclasses import dataclass
from functools import lru_cache

from charteroak.mail.domains import registrable_domain
from charteroak.mail.town_names import OTHER_STATES

PUBLIC_ENDINGS = (".gov", ".mil")
"""Nobody but public bodies of the United States gets a domain under these."""
_TOWN_BEFORE = ("", "townof", "cityof", "boroughof", "thetownof")
_TOWN_BEHIND = ("", "ct", "conn", "connecticut", "townhall")

OFFICIAL_KINDS = frozenset({"government", "town", "school", "university", "utility"})


@dataclass(frozen=True, slots=True)
class ProtectedName:
    """A name that lures borrow: its label for people, words, words that must stand alone, and its own domains."""

    label: str
    kind: str
    words: tuple[str, ...]
    exact: tuple[str, ...]
    domains: frozenset[str]
    since: int = 0
    """The year from which people know the name; a study of old mail leaves out what that mail cannot know."""
    town: str = ""
    """A town of which not every domain is known: towns move between .gov, .org, .com and .us, and write by carriers."""
    carriers: frozenset[str] = frozenset()
    """Services by which it writes, and so do others."""
    is_city: bool = False
    is_shared: bool = False
    """Towns of other states have the name, too, and it alone says little."""
    is_strict: bool = False
    """A town whose own desk has named all domains that it writes from."""

    @property
    def is_official(self) -> bool:
        """Whether it is an office, a school or a public service, whose name carries authority."""
        return self.kind in OFFICIAL_KINDS

    def owns(self, host: str) -> bool:
        """Whether a host is one of the name's own; of a town, whether it may be."""
        if self._lists(host):
            return True
        if self.is_strict:
            return False
        domain = registrable_domain(host)
        if domain in self.carriers:
            return True
        return bool(self.town) and (host.endswith((*PUBLIC_ENDINGS, ".ct.us")) or self._is_named_in(domain))

    def is_reached_at(self, host: str) -> bool:
        """Whether a link leads to the name: anybody may link to its carrier, or to another public body."""
        if self._lists(host):
            return True
        domain = registrable_domain(host)
        if domain in self.carriers:
            return any(label.replace("-", "") in self.town_labels for label in host.split("."))
        return not self.is_strict and self._is_named_in(domain)

    def _lists(self, host: str) -> bool:
        return any(host == domain or host.endswith(f".{domain}") for domain in self.domains)

    def _is_named_in(self, domain: str) -> bool:
        """Whether a domain says no more than the town's name, or which other state's town of that name it is."""
        label = plain_label(domain)
        is_elsewhere = self.is_shared and label[-2:] in OTHER_STATES and label[:-2] in self.town_labels
        return is_elsewhere or label in self.town_labels

    def is_spoken_for_by(self, host: str) -> bool:
        """Whether a sender is the town itself, which has places named after it at any service that it uses."""
        return bool(self.town) and self.owns(host)

    @property
    def town_labels(self) -> frozenset[str]:
        """Names of domains that say no more than the town's name, and so may be its own."""
        plain = "".join(filter(str.isalnum, self.town))
        return _town_labels(plain) if plain else frozenset()


@dataclass(frozen=True, slots=True)
class Training:
    """A vendor that sends phishing exercises for the operator: its domains, and the servers that confirm them.

    ``receivers`` are authserv-ids (RFC 8601) of the operator's own mail servers.
    """

    vendor: str
    domains: frozenset[str]
    receivers: frozenset[str]


def plain_label(domain: str) -> str:
    """The first label of a domain without its hyphens."""
    return domain.partition(".")[0].replace("-", "")


@lru_cache(maxsize=256)
def _town_labels(plain: str) -> frozenset[str]:
    return frozenset(f"{before}{plain}{behind}" for before in _TOWN_BEFORE for behind in _TOWN_BEHIND)
