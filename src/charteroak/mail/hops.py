"""The chain of Received fields (RFC 5321 section 4.4): what each relay says of the one before it.

Every hop is a claim of whoever wrote it. Only the hops of the receiver's own servers are trustworthy, and those are
the topmost ones.
"""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address

import msgspec

from charteroak.mail import limits
from charteroak.mail.decoding import is_printable
from charteroak.mail.headers import Headers

_MAX_NAME_CHARACTERS = 255
_BRACKETED = re.compile(r"[\[(](?:IPv6:)?([0-9A-Fa-f:.]{3,45})[\])]")
_FOR = re.compile(r" [fF][oO][rR] <?([^\s<>;@]{1,320}@[^\s<>;]{1,255})")
_CLIENT_IP = re.compile(r"(?:client-ip=|sender ip is\s+|remote-ip=)\[?([0-9A-Fa-f:.]{3,45})", re.IGNORECASE)
_USUAL_DATE = re.compile(
    r"(?:[A-Z][a-z]{2}, {1,2})?(\d{1,2}) ([A-Z][a-z]{2}) ([1-9]\d{3}) (\d\d:\d\d:\d\d) "
    r"([+-](?:[01]\d|2[0-3])[0-5]\d)(?: \([A-Z]{1,5}\))?",
    re.ASCII,
)
_MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS = {name: f"{number:02}" for number, name in enumerate(_MONTH_NAMES, start=1)}


class Hop(msgspec.Struct, frozen=True, gc=False):
    """One Received field, topmost first: the relay that wrote it, the one it names, and the stamp."""

    by: str
    sender: str
    address: str
    at: datetime | None
    recipient: str


def parse_date(text: str) -> datetime | None:
    """An RFC 5322 date as an instant, or None; a date without a zone is taken as UTC."""
    usual = _USUAL_DATE.fullmatch(text.strip(" "))
    if usual is not None and usual[2] in _MONTHS:
        day, month, year, clock, zone = usual.groups()
        try:
            # Read by one call in ISO 8601's form, in half the time that numbers and their sum take.
            local = datetime.fromisoformat(f"{year}-{_MONTHS[month]}-{day.zfill(2)}T{clock}{zone}")
            return local.astimezone(UTC)
        except (ValueError, OverflowError):
            return None
    try:
        moment = parsedate_to_datetime(text.strip()[:128])
        return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


@lru_cache(maxsize=4096)
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
    text = value[: limits.MAX_RECEIVED_CHARACTERS].strip()
    if "  " in text or not is_printable(text):
        text = " ".join(text.split())
    head, _, stamp = text.rpartition(";")
    head = head or text
    padded = f" {head}"
    # Lower case keeps the length of these letters; of others it may not, so that they are left as they are.
    lowered = padded.lower() if padded.isascii() else padded
    by_start, by = _word_after(padded, lowered, " by ")
    _, sender = _word_after(padded, lowered, " from ")
    said_by_sender = head if by_start < 0 else head[:by_start]
    has_bracket = "[" in said_by_sender or "(" in said_by_sender
    addresses = [public_address(found) for found in _BRACKETED.findall(said_by_sender)] if has_bracket else []
    may_name = "@" in head and (" for " in lowered or not lowered.isascii())
    recipient = _FOR.search(head) if may_name else None
    return Hop(
        by=by,
        sender=sender,
        address=next(filter(None, addresses), ""),
        at=parse_date(stamp),
        recipient=recipient[1] if recipient is not None else "",
    )


def _word_after(padded: str, lowered: str, mark: str) -> tuple[int, str]:
    """Where a keyword with a name behind it stands, and that name in lower case; blanks are single, one in front."""
    position = lowered.find(mark)
    while position >= 0:
        start = position + len(mark)
        end = padded.find(" ", start)
        name = padded[start : end if end >= 0 else None]
        for stop in ";()":
            if stop in name:
                name = name[: name.index(stop)]
        if name:
            return max(position - 1, 0), name[:_MAX_NAME_CHARACTERS].lower()
        position = lowered.find(mark, position + 1)
    return -1, ""


def connecting_address(headers: Headers, hops: tuple[Hop, ...]) -> str:
    """The public address that handed the message over, as the receiver's own check or the topmost hop names it."""
    for name in ("received-spf", "authentication-results"):
        for value in headers.all(name)[:4]:
            match = _CLIENT_IP.search(value[: limits.MAX_RECEIVED_CHARACTERS])
            if match is not None and public_address(match[1]):
                return public_address(match[1])
    return next((hop.address for hop in hops if hop.address), "")
