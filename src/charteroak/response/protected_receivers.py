"""What of a mail must not be handed on because it tells who received it: the release gate's terms, filled from it.

Papers, bundles and lists ask this one place, so that none of them gives away what another holds back.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any

from charteroak.errors import InputError
from charteroak.intel.confidentiality import ConfidentialTerms
from charteroak.mail.receiving_side import ReceivingSide
from charteroak.observables import ObservableType, parse_observable
from charteroak.response.own_sites import OwnSites, packaged_sites


class Withholding(StrEnum):
    """Why an observable is handed on to nobody."""

    TELLS_RECEIVER = "tells-receiver"
    TRUE_SITE = "true-site"
    """Of a public body: no indicator, also where it was broken into, which its owner must hear."""


def protect_receivers(terms: ConfidentialTerms, side: ReceivingSide | None, own_domains: Collection[str] = ()) -> None:
    """Add to the terms whoever received a mail; ``own_domains`` are known to be theirs.

    Proven domains count wherever they stand. Claimed ones do not count as hosts, for the sender writes *To* himself and
    could keep his own off every list. Addresses of the receivers' relays count as a whole.
    """
    found = side if side is not None else ReceivingSide()
    known = found.proven | frozenset(own_domains)
    for domain in sorted(known):
        terms.known.add_domain(domain)
    for domain in sorted(found.masked() - known):
        terms.claimed.add_domain(domain)
    terms.claimed.addresses |= found.addresses


def why_withheld(
    terms: ConfidentialTerms, seen: Mapping[str, Any], sites: OwnSites | None = None
) -> Withholding | None:
    """Why one of the observables in the document of an analysis is withheld; ``None``: it may be handed on.

    The true site of any town may tell who received the mail, too, where it was sent blind, and is named to nobody;
    ``sites`` are those of public bodies by default.
    """
    if _tells_receiver(terms, seen):
        return Withholding.TELLS_RECEIVER
    return Withholding.TRUE_SITE if (sites or packaged_sites()).holds_seen(seen) else None


def _tells_receiver(terms: ConfidentialTerms, seen: Mapping[str, Any]) -> bool:
    value = str(seen.get("value", ""))
    try:
        observable = parse_observable(value, ObservableType(str(seen.get("type"))))
    except (InputError, ValueError):
        # An older release kept what this one refuses; it is then as any text.
        return bool(terms.kinds_in_text(value))
    return bool(terms.kinds_in_observable(observable))
