"""Signals about where the message leads."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from charteroak.mail.domains import is_ip_host, registrable_domain, shared_services
from charteroak.mail.filetypes import (
    ARCHIVE_EXTENSIONS,
    DISK_IMAGE_EXTENSIONS,
    MACRO_EXTENSIONS,
    PROGRAM_EXTENSIONS,
    extension,
)
from charteroak.mail.identity import is_punycode, resembles_one_of
from charteroak.mail.reading import Reading
from charteroak.mail.signals.registry import Detector, Hit, hit
from charteroak.mail.unwrap import is_gateway_link, is_opaque

_RISKY_ENDINGS = (PROGRAM_EXTENSIONS | DISK_IMAGE_EXTENSIONS | MACRO_EXTENSIONS | ARCHIVE_EXTENSIONS) - {
    "com",
    "url",
    "z",
}
_SMALL_TEXT_CHARACTERS = 120


def shows_other_site(reading: Reading) -> Iterator[Hit]:
    """The visible text of a link names another site than the one it leads to, which is not the sender's either."""
    own = registrable_domain(reading.sender.domain)
    for link in reading.followed:
        shown = link.shown_host()
        if link.domain == own or not shown or registrable_domain(shown) == link.domain:
            continue
        if not is_gateway_link(link.url):
            yield hit("link-shows-other-site", "link", shown=shown, host=link.host)


def imitated_site(reading: Reading) -> Iterator[Hit]:
    """A link's site resembles a protected name, bears one as bait, or resembles the reader's own.

    A town's own mail is not doubted for the town's name in its links; who writes in its name is told by other signals.
    """
    sender = reading.sender.domain
    # The same is found for each link to a site.
    for link in {link.host: link for link in reading.followed}.values():
        if shared_services().kind_of(link.host) not in {"hosting", "infrastructure"}:
            look_alike = reading.protected.look_alike(link.domain)
            if look_alike is not None and not look_alike.name.is_spoken_for_by(sender):
                yield hit("link-look-alike", "link", host=link.host, brand=look_alike.label)
                continue
        bait = reading.protected.in_host(link.host)
        if bait is not None and not bait.is_spoken_for_by(sender):
            yield hit("link-brand-in-host", "link", host=link.host, brand=bait.label)
        own = resembles_one_of(link.domain, reading.own_domains)
        if own:
            yield hit("link-imitates-reader", "link", host=link.host, own=own)


def odd_address(reading: Reading) -> Iterator[Hit]:
    """A link is written in a way that ordinary senders do not use."""
    for link in reading.followed:
        if is_ip_host(link.host):
            yield hit("link-to-number", "link", host=link.host)
        if is_punycode(link.host):
            yield hit("link-foreign-letters", "link", host=link.host)
        if link.has_user:
            yield hit("link-with-user-name", "link", host=link.host)
        # A second colon is needed for a port, and most links have but one.
        if link.url.count(":") > 1 and urlsplit(link.url).port is not None:
            yield hit("link-odd-port", "link", host=link.host)
    if reading.active_schemes:
        yield hit("link-active-code", "link")


def hidden_target(reading: Reading) -> Iterator[Hit]:
    """A link goes through a shortener or a redirector, or to a place where anybody can put a page."""
    for link in reading.followed:
        kind = shared_services().kind_of(link.host)
        if kind == "shortener" or is_opaque(link.url):
            yield hit("link-shortened", "link", host=link.host)
        elif kind == "hosting":
            yield hit("link-free-hosting", "link", host=link.host)
        if link.redirectors:
            through = urlsplit(link.redirectors[0]).hostname or ""
            if registrable_domain(through) != link.domain:
                yield hit("link-redirected", "link", through=through, host=link.host)


def knows_reader(reading: Reading) -> Iterator[Hit]:
    """A link to a site that is not the sender's carries the recipient's address, plain or encoded."""
    own = registrable_domain(reading.sender.domain)
    for link in reading.followed:
        if link.domain != own and not is_gateway_link(link.url) and reading.shield.mentions(link.url):
            yield hit("link-knows-reader", "link", host=link.host)
            return


def to_program(reading: Reading) -> Iterator[Hit]:
    """A link ends in the name of a program, a disk image or an archive."""
    for link in reading.followed:
        path = link.url.partition("://")[2].partition("/")[2].partition("?")[0]
        # Most paths end in no file, and need not be cut out to the letter.
        if "." not in path.partition("#")[0].rpartition("/")[2]:
            continue
        ending = extension(urlsplit(link.url).path.rpartition("/")[2])
        if ending in _RISKY_ENDINGS:
            yield hit("link-to-program", "link", host=link.host, ending=f".{ending}")


def away_from_sender(reading: Reading) -> Iterator[Hit]:
    """Every followed link leads to other organisations than the sender's."""
    domain = registrable_domain(reading.sender.domain)
    others = [link for link in reading.followed if link.place == "body" and link.host]
    if domain and others and all(link.domain != domain for link in others):
        yield hit("links-away-from-sender", "link", domain=domain, host=others[0].host)


def page_tricks(reading: Reading) -> Iterator[Hit]:
    """Forms, password fields and base addresses in the body; a linked picture in place of text."""
    if reading.has_password_field:
        yield hit("password-field", "body")
    own = registrable_domain(reading.sender.domain)
    if any(link.role == "form" and link.domain != own for link in reading.links):
        yield hit("form-in-message", "body")
    if reading.has_base:
        yield hit("base-address", "body")
    has_link = any(link.role == "link" for link in reading.links)
    if has_link and 0 < reading.image_count <= 3 and len(reading.plain) < _SMALL_TEXT_CHARACTERS:
        yield hit("image-instead-of-text", "body")


def led_by_code(reading: Reading) -> Iterator[Hit]:
    """A QR code leads somewhere; one hit for each host."""
    for host in dict.fromkeys(link.host for link in reading.links if link.role == "qr-code"):
        yield hit("link-in-code", "image", host=host)


DETECTORS: tuple[Detector, ...] = (
    shows_other_site,
    imitated_site,
    odd_address,
    hidden_target,
    knows_reader,
    to_program,
    away_from_sender,
    page_tricks,
    led_by_code,
)
