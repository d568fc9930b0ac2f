"""Public suffixes (publicsuffix.org): below which names strangers register domains, and which domain that is."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList


@cache
def _list() -> "PublicSuffixList":
    # Imported here: the list takes a tenth of a second to load, and most commands never ask it.
    from publicsuffixlist import PublicSuffixList  # noqa: PLC0415

    return PublicSuffixList()


def is_public_suffix(domain: str) -> bool:
    """Whether strangers register names directly below this one."""
    return bool(_list().is_public(domain))


def registrable_domain(host: str) -> str:
    """The part of a host that someone registered; empty for a public suffix."""
    return _list().privatesuffix(host) or ""
