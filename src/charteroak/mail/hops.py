"""The chain of Received fields (RFC 5321 section 4.4): what each relay says of the one before it.

Every hop is a claim of whoever wrote it. Only the hops of the receiver's own servers are trustworthy, and those are
the topmost ones.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from ipaddress import IPv4Address, IPv6Address, ip_address

from charteroak.mail import limits
from charteroak.mail.mime import Headers

_FROM = re.compile(r"(?:^|\s)from\s+([^\s;()]{1,255})", re.IGNORECASE)
_BY = re.compile(r"(?:^|\s)by\s+([^\s;()]{1,255})", re.IGNORECASE)
_BRACKETED = re.compile(r"[\[(](?:IPv6:)?([0-9A-Fa-f:.]{3,45})[\])]")
_FOR = re.compile(r"\sfor\s+<?([^\s<>;@]{1,320}@[^\s<>;]{1,255})", re.IGNORECASE)
_CLIENT_IP = re.compile(r"(?:client-ip=|sender ip is\s+|remote-ip=)\[?([0-9A-Fa-f:.]{3,45})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Hop:
    """One Received field, topmost first: the relay that wrote it, the one it names, and the stamp."""

    by: str
    sender: str
    address: str
    at: datetime | None
    recipient: str


def parse_date(text: str) -> datetime | None:
    """An RFC 5322 date as an instant, or None; a date without a zone is taken as UTC."""
    try:
        moment = parsedate_to_datetime(text.strip()[:128])
        return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def public_address(text: str) -> str:
    """An IP address in normal form if it is one of the public Internet, else an empty text."""
    try:
        address: IPv4Address | IPv6Address = ip_address(text)
    except ValueError:
        return ""
    return str(address) if address.is_global and not address.is_multicast else ""


def read_hops(headers: Headers) -> tuple[Hop, ...]:
    """The hops of a message, the receiver's own first."""
    return tuple(_hop(value) for value in headers.all("received")[: limits.MAX_RECEIVED])


def _hop(value: str) -> Hop:
    text = " ".join(value[: limits.MAX_RECEIVED_CHARACTERS].split())
    head, _, stamp = text.rpartition(";")
    head = head or text
    by = _BY.search(head)
    sender = _FROM.search(head)
    said_by_sender = head[: by.start()] if by is not None else head
    addresses = [public_address(found) for found in _BRACKETED.findall(said_by_sender)]
    recipient = _FOR.search(head)
    return Hop(
        by=by[1].lower() if by is not None else "",
        sender=sender[1].lower() if sender is not None else "",
        address=next((address for address in addresses if address), ""),
        at=parse_date(stamp),
        recipient=recipient[1] if recipient is not None else "",
    )


def connecting_address(headers: Headers, hops: tuple[Hop, ...]) -> str:
    """The public address that handed the message over, as the receiver's own check or the topmost hop names it."""
    for name in ("received-spf", "authentication-results"):
        for value in headers.all(name)[:4]:
            match = _CLIENT_IP.search(value[: limits.MAX_RECEIVED_CHARACTERS])
            if match is not None and public_address(match[1]):
                return public_address(match[1])
    return next((hop.address for hop in hops if hop.address), "")
