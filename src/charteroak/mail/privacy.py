"""Keeps the people who received or reported a message out of everything derived from it.

An indicator is handed to strangers; the address of the person who was attacked must never be in it. Lures carry that
address in links, plain or encoded, so a link is cut before the component that holds it.

The recipients named in a message are only shielded as addresses. Whole domains are shielded for reporters alone,
because the To field is the sender's to write: shielding its domain would let a sender hide his own.
"""

import binascii
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from charteroak.mail import limits
from charteroak.mail.addresses import Mailbox, parse_mailboxes
from charteroak.mail.decoding import decode_words
from charteroak.mail.defects import DefectKind, DefectLog
from charteroak.mail.domains import registrable_domain, shared_services
from charteroak.mail.headers import Headers
from charteroak.mail.hops import Hop
from charteroak.mail.people import PLACEHOLDER

_RECIPIENT_FIELDS = [
    "to",
    "cc",
    "bcc",
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "x-envelope-to",
    "x-delivered-to",
    "apparently-to",
    "resent-to",
    "resent-cc",
    "x-rcpt-to",
    "x-forwarded-to",
    "x-forwarded-for",
    "x-failed-recipients",
    "x-real-to",
    "original-recipient",
    "final-recipient",
]
# The base64 of ASCII text holds no "+" and no "/", so that path and query separators end a token.
_BASE64_TOKEN = re.compile(r"[A-Za-z0-9]{8,1024}")
_MARK_IN_BASE64 = re.compile(r"Q[A-P]|[EUk0][A-D]|[BFJNRVZdhlptx159]A")
_HEXADECIMAL_TOKEN = re.compile(r"(?:[0-9A-Fa-f]{2}){6,512}")
_MAX_TOKENS = 16
_MAX_PERCENT_LAYERS = 3
_MAX_LOCAL = 64
_MAX_SPOTS = 256
_MOST_NAMES = 50
"""Names without an address in one field; no more are looked for in links and texts."""
# An address, and its form in a return path (clerk=town.example). What stands before the mark is looked up, not matched.
_MARK = re.compile(r"[@=]([a-z0-9.\u0080-\uffff-]{2,255})")


class Shield:
    """The addresses that must not come out, with everything needed to find them."""

    def __init__(self, recipients: Iterable[str], reporters: Iterable[str] = ()) -> None:
        reporter_addresses = {address.strip().lower() for address in reporters if "@" in address}
        addresses = {address.strip().lower() for address in recipients if "@" in address} | reporter_addresses
        self.addresses = frozenset(address for address in addresses if len(address) >= 4)
        domains = {registrable_domain(address.rpartition("@")[2]) for address in reporter_addresses}
        self.home_domains = frozenset(domain for domain in domains if domain and not shared_services().kind_of(domain))
        self._answers: dict[str, bool] = {}
        self._locals_by_domain: dict[str, set[str]] = defaultdict(set)
        for address in self.addresses:
            local, _, domain = address.rpartition("@")
            self._locals_by_domain[domain.rstrip(".")].add(local[-_MAX_LOCAL:])
        # Three bytes make four letters; what is shorter than the shortest address cannot hold one.
        self._shortest_token = min((len(address.encode()) * 4 // 3 for address in self.addresses), default=0)
        # Most messages name one recipient: a text without the domain holds no address of theirs.
        self._only_domain = next(iter(self._locals_by_domain)) if len(self._locals_by_domain) == 1 else ""
        self._domain_lengths = sorted({len(domain) for domain in self._locals_by_domain}, reverse=True)

    @property
    def words(self) -> frozenset[str]:
        """The parts of the addresses' local parts, which are people's names as often as not."""
        locals_ = (address.partition("@")[0] for address in self.addresses)
        return frozenset(word for local in locals_ for word in re.split(r"[^a-z]+", local) if len(word) > 2)

    def _spots(self, lowered: str) -> Iterator[tuple[int, int]]:
        """Where shielded addresses stand; the cost does not depend on how many are shielded."""
        for count, match in enumerate(_MARK.finditer(lowered)):
            if count >= _MAX_SPOTS:
                return
            mark = match.start()
            before = lowered[max(0, mark - _MAX_LOCAL) : mark]
            # A prefix counts: addresses are pasted into links with no mark after them.
            for length in self._domain_lengths:
                locals_ = self._locals_by_domain.get(match[1][:length])
                start = next((i for i in range(len(before)) if before[i:] in locals_), None) if locals_ else None
                if start is not None:
                    yield mark - len(before) + start, mark + 1 + min(length, len(match[1]))
                    break

    def _has(self, text: str) -> bool:
        if "@" not in text and "=" not in text:
            return False
        lowered = text.lower()
        return self._only_domain in lowered and next(self._spots(lowered), None) is not None

    def mentions(self, text: str) -> bool:
        """Whether an address stands in the text: plain, percent-encoded, in base64 or in hexadecimal."""
        if not self.addresses:
            return False
        if text not in self._answers:
            # The same link is asked about by signals, observables and campaign keys.
            self._answers[text] = self._mentions(text)
        return self._answers[text]

    def _mentions(self, text: str) -> bool:
        for _ in range(_MAX_PERCENT_LAYERS):
            if self._has(text) or self._is_encoded_in(text):
                return True
            plain = unquote(text) if "%" in text else text
            if plain == text:
                return False
            text = plain
        return self._has(text)

    def _is_encoded_in(self, text: str) -> bool:
        if len(text) < self._shortest_token:
            return False
        tokens = [token for token in _BASE64_TOKEN.findall(text) if len(token) >= self._shortest_token][:_MAX_TOKENS]
        # A hexadecimal token is as long as a token in base64 at least, so that there is none where those are missing.
        if not tokens:
            return False
        # An address holds a mark, whose letters in base64 are few, whichever of three places it takes.
        decoded = [
            _from_base64(token[start:]) for token in tokens if _MARK_IN_BASE64.search(token) for start in range(4)
        ]
        if "40" in text:
            decoded += [bytes.fromhex(token) for token in _HEXADECIMAL_TOKEN.findall(text)[:_MAX_TOKENS]]
        return any(b"@" in piece and self._has(piece.decode("latin-1")) for piece in decoded)

    def redact(self, text: str) -> str:
        """The text with each address replaced."""
        if "@" not in text and "=" not in text:
            return text
        lowered = text.lower()
        text = text if len(lowered) == len(text) else lowered
        pieces: list[str] = []
        position = 0
        for start, end in self._spots(lowered):
            if start >= position:
                pieces += [text[position:start], PLACEHOLDER]
                position = end
        return "".join(pieces) + text[position:]

    def cut_link(self, url: str) -> str:
        """The link up to the component that mentions an address; empty when the host itself does."""
        if not self.mentions(url):
            return url
        for mark in ("#", "?"):
            url = url.partition(mark)[0]
            if not self.mentions(url):
                return url
        scheme, _, rest = url.partition("://")
        segments = rest.split("/")
        while len(segments) > 1:
            segments.pop()
            shorter = f"{scheme}://{'/'.join(segments)}/"
            if not self.mentions(shorter):
                return shorter
        return ""

    def is_home(self, host: str) -> bool:
        """Whether a host belongs to a reporter's own organisation."""
        return bool(self.home_domains) and registrable_domain(host) in self.home_domains


def _from_base64(token: str) -> bytes:
    # A last letter alone holds no byte; padding that is not needed is not read.
    return binascii.a2b_base64(f"{token[:-1] if len(token) % 4 == 1 else token}==")


def _names_alone(value: str) -> Iterator[Mailbox]:
    """The names in a list without any address; the name of a group, as of undisclosed recipients, is nobody's."""
    names = value.split(";", _MOST_NAMES)[:_MOST_NAMES] if ":" not in value else ()
    return (Mailbox(name, "") for text in names if (name := decode_words(text.strip(' "'), DefectLog())))


def read_recipients(headers: Headers, hops: tuple[Hop, ...], defects: DefectLog) -> tuple[Mailbox, ...]:
    """Everybody the headers name as a receiver, by address or, as mail programs show many, by name alone."""
    found: dict[str, Mailbox] = {}
    for name in _RECIPIENT_FIELDS:
        for value in headers.all(name)[:16]:
            for mailbox in parse_mailboxes(value, DefectLog()) or _names_alone(value):
                found.setdefault(mailbox.address.lower() or mailbox.name.lower(), mailbox)
    for hop in hops:
        if hop.recipient:
            found.setdefault(hop.recipient.lower(), Mailbox("", hop.recipient))
    if len(found) > limits.MAX_RECIPIENTS:
        defects.note(DefectKind.TOO_MANY_RECIPIENTS)
    return tuple(found.values())[: limits.MAX_RECIPIENTS]
