"""What of a mail must not be handed on because it tells who received it: the release gate's terms, filled from it.

Papers, bundles and lists ask this one place, so that none of them gives away what another holds back.
"""

from collections.abc import Collection, Mapping
from typing import Any

from charteroak.errors import InputError
from charteroak.intel.confidentiality import ConfidentialTerms
from charteroak.mail.receiving_side import ReceivingSide
from charteroak.observables import ObservableType, parse_observable
from charteroak.response.own_sites import OwnSites, packaged_sites


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


def gives_away(terms: ConfidentialTerms, seen: Mapping[str, Any], sites: OwnSites | None = None) -> bool:
    """Whether one of the observables in the document of an analysis tells who received or reported the mail.

    So may the true site of any town, where the mail was sent blind; ``sites`` are those of public bodies by default.
    """
    if (sites or packaged_sites()).holds_seen(seen):
        return True
    value = str(seen.get("value", ""))
    try:
        observable = parse_observable(value, ObservableType(str(seen.get("type"))))
    except (InputError, ValueError):
        # An older release kept what this one refuses; it is then as any text.
        return bool(terms.kinds_in_text(value))
    return bool(terms.kinds_in_observable(observable))
