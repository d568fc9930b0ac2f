"""The observables of a message: what others can look for in their own logs.

Left out on purpose: every address of a recipient or reporter (``privacy``), the reporters' own domains, domains that
belong to a protected name, and domains that strangers share. Handing those out would betray the person who reported
or block what everybody uses. Nothing here decides what is released; that is the release gate's part.
"""

from collections.abc import Collection
from functools import lru_cache

import msgspec

from charteroak.errors import InputError
from charteroak.mail import limits
from charteroak.mail.domains import is_ip_host, registrable_domain, shared_services
from charteroak.mail.identity import protected_names
from charteroak.mail.personal_links import PersonalLinks
from charteroak.mail.reading import Reading
from charteroak.mail.unwrap import is_gateway_host
from charteroak.mail.urls import Link
from charteroak.observables import Observable, ObservableType, defang, parse_observable

_CUT = "address removed"
_MAIL_LINKS = 20


class SeenObservable(msgspec.Struct, frozen=True, gc=False):
    """An observable and where in the message it stood."""

    observable: Observable
    sources: tuple[str, ...]

    def to_json(self) -> dict[str, object]:
        """The observable as the command line prints it."""
        return {
            "type": self.observable.type.value,
            "value": self.observable.value,
            "defanged": defang(self.observable),
            "sources": list(self.sources),
        }


class _Collector:
    def __init__(self, reading: Reading, names: Collection[str], *, knows_all_recipients: bool) -> None:
        self._reading = reading
        self._personal = PersonalLinks(
            (*names, *(mailbox.name for mailbox in reading.recipients)),
            reading.shield.addresses,
            (*(link.url for link in reading.links), *_sending_side(reading)),
        )
        self._knows_all_recipients = knows_all_recipients
        self._sources: dict[Observable, list[str]] = {}

    def add(self, text: str, type_: ObservableType, *sources: str) -> None:
        """Take one value unless it is none, or names somebody who must not be named."""
        try:
            observable = parse_observable(text, type_)
        except InputError:
            return
        self._take(observable, sources)

    def add_normal(self, value: str, type_: ObservableType, source: str) -> None:
        """Take one value that is in normal form already."""
        self._take(Observable(type_, value), (source,))

    def _take(self, observable: Observable, sources: tuple[str, ...]) -> None:
        if len(self._sources) >= limits.MAX_OBSERVABLES or self._reading.shield.mentions(observable.value):
            return
        known = self._sources.setdefault(observable, [])
        known.extend(source for source in sources if source not in known)

    def add_link(self, link: Link) -> None:
        """A link as URL, and its host where that host is the sender's choice and nobody else's."""
        kind = _kind_of_stranger(link.host)
        if kind is None or self._reading.shield.is_home(link.host):
            return
        source = f"{link.place} {link.role}" if link.role != link.place else link.place
        url = self._personal.cut(self._reading.shield.cut_link(link.url))
        if not self._knows_all_recipients:
            url = url.partition("#")[0].partition("?")[0]
        if url == link.url:
            # Links are in normal form already.
            self._take(Observable(ObservableType.URL, url), (source,))
        elif url:
            self.add(url, ObservableType.URL, source, _CUT)
        if link.is_followed:
            self._add_host(link, kind, source)

    def _add_host(self, link: Link, kind: str, source: str) -> None:
        if is_ip_host(link.host):
            self.add(link.host.strip("[]"), ObservableType.IPV6 if ":" in link.host else ObservableType.IPV4, source)
        elif not kind:
            host = self._personal.cut_host(link.host)
            self._take(Observable(ObservableType.DOMAIN, host), (source,))
            if link.domain and link.domain != host:
                self._take(Observable(ObservableType.DOMAIN, link.domain), (source,))
        elif kind == "hosting" and link.host not in shared_services().hosting:
            self._take(Observable(ObservableType.DOMAIN, self._personal.cut_host(link.host)), (source,))

    def add_address(self, address: str, source: str) -> None:
        """A mail address of the sending side."""
        domain = address.rpartition("@")[2].lower()
        shield = self._reading.shield
        # A lure that borrows the receiver's own address would have the receiver's domain told in its place.
        if not self._knows_all_recipients or shield.is_home(domain) or shield.mentions(address):
            return
        if protected_names().owner_of(registrable_domain(domain)) is not None and not shared_services().kind_of(domain):
            return
        if self._personal.name_somebody(address.rpartition("@")[0]) and not shared_services().kind_of(domain):
            # Bounces are told apart by the recipient's name; whose domain it is says enough.
            self.add(domain, ObservableType.DOMAIN, source, _CUT)
            return
        self.add(address, ObservableType.EMAIL, source)

    def seen(self) -> tuple[SeenObservable, ...]:
        """Everything taken, in order."""
        return tuple(SeenObservable(observable, tuple(sources)) for observable, sources in self._sources.items())


@lru_cache(maxsize=4096)
def _kind_of_stranger(host: str) -> str | None:
    """The kind of service that a host is of; None where links to it tell nothing of who sent them.

    Those are links to a protected name's own site, to infrastructure, and a mail gateway's.
    """
    kind = shared_services().kind_of(host)
    is_protected = protected_names().owner_of(host) is not None and kind != "hosting"
    return None if is_protected or kind == "infrastructure" or is_gateway_host(host) else kind


def _sending_side(reading: Reading) -> tuple[str, ...]:
    senders = (reading.sender, reading.reply_to, reading.return_path)
    return (*(mailbox.address for mailbox in senders), *reading.mail_links[:_MAIL_LINKS])


def collect_observables(
    reading: Reading, names: Collection[str] = (), *, knows_all_recipients: bool
) -> tuple[SeenObservable, ...]:
    """The observables of a message; ``names`` are those of people who reported it.

    Where not every recipient is known (a list too long to read), no mail address is given and links lose their query.
    """
    collector = _Collector(reading, names, knows_all_recipients=knows_all_recipients)
    for link in reading.links:
        collector.add_link(link)
    if not reading.may_be_report:
        collector.add_address(reading.sender.address, "from")
        collector.add_address(reading.reply_to.address, "reply-to")
        collector.add_address(reading.return_path.address, "return-path")
    for address in reading.mail_links[:_MAIL_LINKS]:
        collector.add_address(address, "mail link")
    for attachment in reading.attachments:
        if attachment.size and not attachment.is_inline:
            collector.add_normal(attachment.sha256, ObservableType.SHA256, "attachment")
    address = reading.connecting_address
    if address:
        collector.add_normal(address, ObservableType.IPV6 if ":" in address else ObservableType.IPV4, "received")
    return collector.seen()
