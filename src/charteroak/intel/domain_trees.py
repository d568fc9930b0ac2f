"""Many domain names at once, ready to be asked about one: the cost is that of its labels, however many names there are.

A mail names hundreds of hosts and a desk protects hundreds of domains; comparing each with each froze a page.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TypeAlias

_Pattern: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DomainTree:
    """Names of which each covers everything below it. Make it with ``domain_tree``."""

    names: frozenset[str]
    above: frozenset[str]
    """The names and all names above them, up to the last label."""
    patterns: tuple[_Pattern, ...]
    """Names with a star, which stands for one label."""

    def reaches(self, domain: str) -> bool:
        """Whether a name is at, below or above one of these: blocking either of the two blocks the other."""
        if self.is_at_or_above(domain) or any(each in self.names for each in ancestors(domain)):
            return True
        return bool(self.patterns) and self._matches(domain.split("."))

    def is_at_or_above(self, domain: str) -> bool:
        """Whether one of these is the name itself or stands below it."""
        return domain in self.above

    def _matches(self, labels: list[str]) -> bool:
        return any(
            len(labels) >= len(pattern)
            and all(part in ("*", label) for part, label in zip(reversed(pattern), reversed(labels), strict=False))
            for pattern in self.patterns
        )


def domain_tree(names: Collection[str]) -> DomainTree:
    """Prepare names in normal form."""
    return DomainTree(
        names=frozenset(names),
        above=frozenset(each for name in names for each in ancestors(name)),
        patterns=tuple(tuple(name.split(".")) for name in names if "*" in name),
    )


def ancestors(domain: str) -> Iterator[str]:
    """The name itself, then every name above it."""
    while domain:
        yield domain
        _, _, domain = domain.partition(".")
