"""Which listed addresses and ranges an address read in a log belongs to, and where an address stands in text.

IPv4 is read strictly: four decimal numbers up to 255 without leading zeros (RFC 6943 section 3.1.1 tells why looser
readings are dangerous), as one whole token. IPv6 is read in any spelling of RFC 4291 section 2.2, also in brackets or
before a zone; its token is the longest run of groups joined by colons whose ends are whole words. A word of letters
before it (``addr`` in ``addr:2001:db8::1``) or a port of five digits after it is apart, and the colon only separates.
"""

import ipaddress
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from charteroak.detection.boundaries import LABEL_CHARACTERS, ends_token, starts_token

_OCTET = rb"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_QUAD = re.compile(rb"(?:" + _OCTET + rb"\.){3}" + _OCTET)
_GROUP = re.compile(rb"[0-9A-Fa-f]{0,4}")
_SEPARATING_WORD = re.compile(rb"[A-Za-z_-]+")
_RUN_CHARACTERS = LABEL_CHARACTERS + b".:"
_RUN = re.compile(rb"[0-9A-Za-z_.:-]+")
_LONGEST_IPV6 = 45
"""Eight groups of four, or six of them and a dotted quad, with the colons between them."""


@dataclass(slots=True)
class AddressTable:
    """Listed addresses and ranges of one IP version, by number; each value is the place of an indicator in the list."""

    bits: int
    addresses: dict[int, list[int]] = field(default_factory=dict)
    networks: dict[int, dict[int, list[int]]] = field(default_factory=dict)

    def add_address(self, address: str, indicator: int) -> None:
        """List an address in normal form."""
        self.addresses.setdefault(int(ipaddress.ip_address(address)), []).append(indicator)

    def add_network(self, network: str, indicator: int) -> None:
        """List a range in normal form."""
        parsed = ipaddress.ip_network(network)
        shift = self.bits - parsed.prefixlen
        self.networks.setdefault(shift, {}).setdefault(int(parsed.network_address) >> shift, []).append(indicator)

    def indicators_for(self, address: int) -> Iterator[int]:
        """Every listed address and range that this address is or lies in."""
        yield from self.addresses.get(address, ())
        for shift, prefixes in self.networks.items():
            yield from prefixes.get(address >> shift, ())


def ipv4_token(data: bytes, start: int) -> tuple[int, int] | None:
    """The end and the number of the IPv4 address that is the whole token at ``start``; None if there is none."""
    found = _QUAD.match(data, start)
    if found is None or not starts_token(data, start) or not ends_token(data, found.end()):
        return None
    return found.end(), int.from_bytes(bytes(map(int, found.group().split(b"."))), "big")


def token_start(data: bytes, position: int) -> int:
    """Where the numbers joined by single dots begin that a position lies in."""
    before = data[max(0, position - 16) : position]
    run = before[len(before.rstrip(b"0123456789.")) :]
    return position - len(run.rpartition(b"..")[2].lstrip(b"."))


def ipv6_tokens(data: bytes, positions: Iterable[int]) -> Iterator[tuple[int, int, int]]:
    """Start, end and number of each IPv6 address in the runs of words and colons in which these positions stand.

    Each run is looked at once, however many positions stand in it: a line of a million colons is nothing special.
    """
    looked_at = 0
    for position in sorted(positions):
        if position < looked_at:
            continue
        start = looked_at + len(data[looked_at:position].rstrip(_RUN_CHARACTERS))
        run = _RUN.match(data, start)
        looked_at = position + 1 if run is None else run.end()
        for first, last in _sequences(data, start, looked_at):
            if last - first > _LONGEST_IPV6:
                continue
            try:
                yield first, last, int(ipaddress.IPv6Address(data[first:last].decode("ascii")))
            except ValueError:
                continue


def _sequences(data: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Longest sequences of groups joined by colons; the last of a sequence may be a dotted quad or end a sentence."""
    first: int | None = None
    start += len(data[start:end]) - len(data[start:end].lstrip(b"."))
    last = position = start
    may_begin = True
    for piece in data[start:end].split(b":"):
        bare = piece.rstrip(b".")
        is_group = _GROUP.fullmatch(bare) is not None
        if first is None and may_begin and is_group:
            first = position
        if first is not None and (is_group or _QUAD.fullmatch(bare)):
            last = position + len(bare)
        if first is not None and (not is_group or bare != piece):
            yield _trimmed(data, first, last)
            first = None
        if first is None:
            may_begin = _SEPARATING_WORD.fullmatch(piece) is not None
        position += len(piece) + 1
    if first is not None:
        yield _trimmed(data, first, last)


def _trimmed(data: bytes, first: int, last: int) -> tuple[int, int]:
    """Without a single colon at either end, which only separates the address from a word."""
    text = data[first:last]
    if text.startswith(b":") and not text.startswith(b"::"):
        first += 1
    if text.endswith(b":") and not text.endswith(b"::"):
        last -= 1
    return first, last
