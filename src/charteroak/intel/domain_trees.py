"""Many domain names at once, ready to be asked about one: the cost is that of its labels, however many names there are.

A mail names hundreds of hosts and a desk protects hundreds of domains; comparing each with each froze a page.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

_Pattern: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DomainTree:
    """Names of which each covers everything below it. Make it with ``domain_tree``."""

    names: frozenset[str]
    above: frozenset[str]
    """The names and all names above them, up to the last label."""
    patterns: Mapping[str, tuple[_Pattern, ...]]
    """Names with a star, which stands for one label, by their last label."""

    def reaches(self, domain: str) -> bool:
        """Whether a name is at, below or above one of these: blocking either of the two blocks the other."""
        if domain in self.above:
            return True
        for each in ancestors(domain):
            if each in self.names:
                return True
        patterns = self.patterns.get(domain.rpartition(".")[2])
        return patterns is not None and _matches(domain.split("."), patterns)

    def is_at_or_above(self, domain: str) -> bool:
        """Whether one of these is the name itself or stands below it."""
        return domain in self.above


def domain_tree(names: Collection[str]) -> DomainTree:
    """Prepare names in normal form. The last label of none is a star."""
    patterns: dict[str, tuple[_Pattern, ...]] = {}
    for name in names:
        if "*" in name:
            labels = tuple(name.split("."))
            patterns[labels[-1]] = (*patterns.get(labels[-1], ()), labels)
    return DomainTree(
        names=frozenset(names),
        above=frozenset(each for name in names for each in ancestors(name)),
        patterns=patterns,
    )


def ancestors(domain: str) -> Iterator[str]:
    """The name itself, then every name above it."""
    while domain:
        yield domain
        _, _, domain = domain.partition(".")


def _matches(labels: list[str], patterns: Collection[_Pattern]) -> bool:
    return any(
        len(labels) >= len(pattern)
        and all(part in ("*", label) for part, label in zip(reversed(pattern), reversed(labels), strict=False))
        for pattern in patterns
    )
