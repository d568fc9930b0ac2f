"""Who received a message, as far as the message shows it: the one place that decides which of its names are theirs.

The To field is the sender's to write, so that a domain which stands there is a claim. The topmost Received field is
the receiver's own server's (RFC 5321 section 4.4), and what it calls itself is proof, unless it is a service for
everybody. That a lure leads to the receiver's web site, or pretends to come from there, changes nothing of either.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from charteroak.mail.addresses import first_sender
from charteroak.mail.defects import DefectLog
from charteroak.mail.domains import registrable_domain, shared_services
from charteroak.mail.headers import Headers
from charteroak.mail.hops import Hop
from charteroak.mail.relay_names import relay_names


@dataclass(frozen=True, slots=True)
class ReceivingSide:
    """``claimed`` are the domains of recipients and reporters, ``relay`` that of the topmost relay, or empty.

    ``senders`` are the domains that From, Reply-To and Return-Path name. ``addresses`` are the IP addresses from which
    one relay of the receivers handed the message to another.
    """

    claimed: frozenset[str] = frozenset()
    relay: str = ""
    senders: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()

    @property
    def proven(self) -> frozenset[str]:
        """Domains that the message was sent to and that took it in."""
        return self.claimed & {self.relay}

    def masked(self, own_domains: Collection[str] = ()) -> frozenset[str]:
        """Domains that tell who received the message; ``own_domains`` are known to be theirs.

        A domain that the sender writes from is left out only where the topmost relay shows that somebody else received
        it: who pretends to be the town, or writes from its broken mailbox, must not have it named.
        """
        shows_receiver = self.relay and not self.relay.endswith(relay_names().inside)
        claimed = self.claimed - self.senders if shows_receiver else self.claimed
        return frozenset((claimed | {self.relay, *own_domains}) - {""})


def read_receiving_side(
    headers: Headers, hops: tuple[Hop, ...], recipients: Collection[str], reporters: Collection[str]
) -> ReceivingSide:
    """Who received the message with these fields; ``recipients`` and ``reporters`` are addresses."""
    claimed = _own(address.rpartition("@")[2] for address in (*recipients, *reporters))
    relay = next(iter(_own([hops[0].by])), "") if hops else ""
    written = (first_sender(headers.first(name), DefectLog()).address for name in ("from", "reply-to", "return-path"))
    theirs = claimed | {relay} - {""}
    # Whoever hands the message to the lowest relay of the receivers is a stranger, whatever he calls himself.
    border = max((place for place, hop in enumerate(hops) if registrable_domain(hop.by) in theirs), default=0)
    return ReceivingSide(
        claimed=claimed,
        relay=relay,
        senders=_own(address.rpartition("@")[2] for address in written),
        addresses=frozenset(
            hop.address for hop in hops[:border] if hop.address and registrable_domain(hop.sender) in theirs
        ),
    )


def _own(hosts: Iterable[str]) -> frozenset[str]:
    domains = {registrable_domain(host.lower()) for host in hosts}
    anybodys = relay_names().services
    return frozenset(each for each in domains if each and each not in anybodys and not shared_services().kind_of(each))
