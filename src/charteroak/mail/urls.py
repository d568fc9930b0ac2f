"""Links of a message: found in text and HTML, made absolute, unwrapped, each with where it stood.

A link is kept in the normal form of an observable. Browsers are followed where they are lenient and lures count on it
(backslashes, line breaks inside, numeric host names); what no browser would open is no link.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv4Address
from urllib.parse import quote, unquote, urljoin, urlsplit

import msgspec

from charteroak.errors import InputError
from charteroak.mail import limits
from charteroak.mail.defects import DefectKind, DefectLog
from charteroak.mail.domains import has_listed_suffix, is_ip_host, registrable_domain
from charteroak.mail.html import Page
from charteroak.mail.unwrap import hidden_addresses, hides_too_many, is_still_wrapped, unwrap, wraps_links
from charteroak.observables import ObservableType, parse_observable

_IN_TEXT = re.compile(r"[hH][tT][tT][pP][sS]?:[/\\]{2}[^\s<>\"]{1,4096}")
_BARE = re.compile(
    r"(?<![@\w.:/-])(?:www\.[a-z0-9][a-z0-9.-]{2,240}|[a-z0-9][a-z0-9.-]{3,240}(?=/))(?:/[^\s<>\"]{0,2048})?",
    re.IGNORECASE,
)
_SHOWN_HOST = re.compile(
    r"(?:https?://)?(?:www\.)?((?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24})(?=$|[/\s:?#,)])", re.IGNORECASE
)
_PLAIN_WEB = re.compile(r"https?://([a-z0-9_.-]{1,253})(?=[/?#]|\Z)")
_PLAIN_HOST = re.compile(r"(?:(?!-)[a-z0-9_-]{1,63}(?<!-)\.)+[a-z]{2,63}")
_SQUEEZED = re.compile(r"[\t\r\n]+")
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]{0,30}):")
_ODD_SLASHES = re.compile(r"([hH][tT][tT][pP][sS]?:)(?:/(?!/)|///+|(?=[^/]))")
_AUTHORITY = re.compile(r"https?://[^/?#]*", re.IGNORECASE)
_NOT_SEEN = re.compile("[\u00ad\u034f\u180b-\u180d\u200b\u2060\ufe00-\ufe0f\ufeff]")
"""Characters that a browser drops out of a host (UTS 46, section 4: ignored)."""
_CLOSERS = {")": "(", "]": "[", "}": "{"}
_SENTENCE_MARKS = frozenset(".,;:!?'*_\u2019\u201d\u00bb")
_ACTIVE_SCHEMES = {"javascript", "vbscript", "data", "file", "blob", "search-ms", "search", "ms-msdt", "ms-officecmd"}
_KNOWN_SCHEMES = _ACTIVE_SCHEMES | {"http", "https", "ftp", "mailto", "tel", "sms"}


class Link(msgspec.Struct, frozen=True, gc=False):
    """Where a link leads.

    ``url`` is the innermost target in normal form, ``host`` its host, ``domain`` the registrable domain (empty for an
    IP address), ``role`` what it is for (text, link, form, base, refresh, resource, or how a file holds it: qr-code,
    pdf-link, document-link, template), ``place`` where it stood (body, attachment, attached message), ``shown`` the
    text a reader sees for it, ``redirectors`` what it passes on the way.
    """

    url: str
    host: str
    domain: str
    role: str
    place: str
    shown: str = ""
    redirectors: tuple[str, ...] = ()
    has_user: bool = False

    @property
    def is_followed(self) -> bool:
        """Whether a reader is meant to go there, as opposed to something the message loads."""
        return self.role != "resource"

    def shown_host(self) -> str:
        """The host that the visible text names, or an empty text."""
        shown = self.shown.strip().lower()
        match = _SHOWN_HOST.match(shown)
        if match is None:
            return ""
        says_it_is_a_link = shown.startswith(("http://", "https://", "www."))
        return match[1] if says_it_is_a_link or has_listed_suffix(match[1]) else ""


@dataclass(slots=True)
class LinkCollector:
    """Gathers the links of a message within the limits."""

    defects: DefectLog
    links: list[Link] = field(default_factory=list)
    mail_addresses: list[str] = field(default_factory=list)
    active_schemes: list[str] = field(default_factory=list)
    _seen: int = 0
    _known: set[tuple[str, str, str]] = field(default_factory=set)
    _followed: set[str] = field(default_factory=set)
    # A message leads to the same few addresses from its text and its HTML again and again.
    _opened: dict[str, tuple[str, str, bool, tuple[str, ...]]] = field(default_factory=dict)

    def add_text(self, text: str, place: str) -> None:
        """Links that stand in plain text, with or without a scheme."""
        self.add_words(text.split(), place)

    def add_words(self, words: list[str], place: str, bait: frozenset[str] = frozenset()) -> None:
        """Links that stand in a text of these words, save those that are only shown as ``bait``."""
        for address in _addresses_in(words):
            if address not in bait and not self._add(address, "text", place):
                return

    def add_page(self, page: Page, place: str) -> None:
        """Links of an HTML text, relative ones joined to its base.

        An address that is merely the visible text of a link is no link: the link leads where its target says, and the
        address shown is often the victim's own.
        """
        bait = frozenset(
            shown for reference in page.references if reference.text for shown in _addresses_in(reference.text.split())
        )
        for reference in page.references:
            address = reference.address.strip()
            if not address.isprintable():
                address = _SQUEEZED.sub("", address).strip()
            if page.base and not _SCHEME.match(address):
                address = _join(page.base, address)
            elif address[:4].lower() == "www.":
                # A browser would take it for a file beside the page; a mail has none, and mail readers open the site.
                address = f"http://{address}"
            if not self._add(address, reference.role, place, reference.text):
                return
        self.add_words(page.words, place, bait)

    def add_found(self, address: str, role: str, place: str) -> None:
        """An address that a file or a QR code holds, with or without a scheme."""
        text = address.strip()
        scheme = _SCHEME.match(text)
        if (scheme is not None and scheme[1].lower() in _KNOWN_SCHEMES) or text.startswith("\\\\"):
            self._add(text, role, place)
            return
        for each in _addresses_in(text.split()):
            if not self._add(each, role, place):
                return

    def _add(self, address: str, role: str, place: str, shown: str = "") -> bool:
        """Take one address; False when the limit is met and the caller can stop."""
        self._seen += 1
        if self._seen > limits.MAX_LINKS_SEEN or len(self.links) >= limits.MAX_LINKS:
            self.defects.note(DefectKind.TOO_MANY_LINKS)
            return False
        if len(address) > limits.MAX_URL_CHARACTERS:
            if not address[:5].lower().startswith(("data:", "cid:")):
                self.defects.note(DefectKind.LONG_LINK)
            address = address[: limits.MAX_URL_CHARACTERS]
        if address.startswith(("https://", "http://")):
            self._add_web(address, role, place, shown)
            return True
        scheme = match[1].lower() if (match := _SCHEME.match(address)) is not None else ""
        if scheme == "mailto":
            self.mail_addresses.append(unquote(address[7:].partition("?")[0]))
        elif scheme in _ACTIVE_SCHEMES:
            if role != "resource" and not address.lower().startswith("data:image/"):
                self.active_schemes.append(scheme)
        elif scheme in {"http", "https", "ftp"} or address.startswith(("//", "\\\\")):
            self._add_web(address, role, place, shown)
        return True

    def _add_web(self, address: str, role: str, place: str, shown: str) -> None:
        found = self._opened.get(address)
        if found is None:
            found = self._opened[address] = self._open(address)
        url, host, has_user, redirectors = found
        if not url or (url, role, shown) in self._known or (role == "resource" and url in self._followed):
            return
        self._known.add((url, role, shown))
        if role != "resource":
            self._followed.add(url)
        domain = registrable_domain(host)
        self.links.append(Link(url, host, domain, role, place, shown, redirectors, has_user))
        if hides_too_many(url):
            self.defects.note(DefectKind.TOO_MANY_LINKS)
        for hidden in hidden_addresses(url):
            if hidden not in self._opened:
                self._opened[hidden] = (*_normal_url(unwrap(hidden)[0]), (*redirectors, url))
            elif role == "resource" or self._opened[hidden][0] in self._followed:
                continue
            # What a picture led to is told once more where a reader is meant to go there.
            self._add(hidden, role, place)

    def _open(self, address: str) -> tuple[str, str, bool, tuple[str, ...]]:
        """Where an address leads: normal form, host, whether a user stands before it, what is passed on the way."""
        absolute = f"https:{address}" if address.startswith("//") else address
        host = _plain_host(absolute)
        if host and not wraps_links(host):
            return absolute, host, False, ()
        read = _as_browser_reads(address)
        target, redirectors = unwrap(read)
        if target != read and is_still_wrapped(target):
            self.defects.note(DefectKind.TOO_MANY_LAYERS)
        return (*_normal_url(target), redirectors)


def _addresses_in(text: list[str]) -> Iterator[str]:
    """Web addresses in plain text, as absolute URLs; none holds a blank, so that the text comes as its words."""
    words = [word for word in text if "/" in word or "\\" in word or ("." in word and "www." in word.lower())]
    for word in words:
        if ":" in word:
            for match in _IN_TEXT.finditer(word):
                yield _trim(match[0])
    for word in words:
        if "/" not in word and "www." not in word.lower():
            continue
        for match in _BARE.finditer(word):
            candidate = _trim(match[0])
            host = re.split(r"[/?#]", candidate, maxsplit=1)[0].lower()
            if "." in host and has_listed_suffix(host):
                yield f"http://{candidate}"


def _trim(text: str) -> str:
    """Without the punctuation of the sentence around it; a closing bracket stays where its opening one is inside."""
    if text[-1:] not in _CLOSERS and text[-1:] not in _SENTENCE_MARKS:
        return text
    surplus = {closer: text.count(closer) - text.count(opener) for closer, opener in _CLOSERS.items()}
    end = len(text)
    while end:
        last = text[end - 1]
        if surplus.get(last, 0) > 0:
            surplus[last] -= 1
        elif last not in _SENTENCE_MARKS:
            break
        end -= 1
    return text[:end]


def _join(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:
        return address


def _as_browser_reads(address: str) -> str:
    """Backslashes as slashes, a missing scheme as https, one slash or three as two (WHATWG URL, section 4.4)."""
    head, mark, tail = address.partition("?")
    head = head.replace("\\", "/")
    if head.startswith("//"):
        head = f"https:{head}"
    if (odd := _ODD_SLASHES.match(head)) is not None:
        head = f"{odd[1]}//{head[odd.end() :]}"
    if not head.isascii():
        authority = _AUTHORITY.match(head)
        if authority is not None:
            head = f"{_NOT_SEEN.sub('', authority[0])}{head[authority.end() :]}"
    read = f"{head}{mark}{tail}".replace(" ", "%20")
    return read if read.isprintable() else "".join(each if each.isprintable() else quote(each) for each in read)


def _numeric_host(host: str) -> str:
    """An IPv4 address hidden as one number or as octal or hexadecimal parts (WHATWG URL, section 3.5)."""
    parts = host.rstrip(".").split(".")
    if not 1 <= len(parts) <= 4:
        return ""
    numbers: list[int] = []
    for part in parts:
        is_hexadecimal = part.lower().startswith("0x")
        digits = part[2:] if is_hexadecimal else part
        base = 16 if is_hexadecimal else 8 if len(part) > 1 and part.startswith("0") else 10
        if not 0 < len(digits) <= 12 or not all(c in "0123456789abcdef"[:base] for c in digits.lower()):
            return ""
        numbers.append(int(digits, base))
    *head, last = numbers
    if any(number > 255 for number in head) or last >= 256 ** (5 - len(numbers)):
        return ""
    return str(IPv4Address(last + sum(number << (8 * (3 - index)) for index, number in enumerate(head))))


@lru_cache(maxsize=4096)
def _is_plain_host(host: str) -> bool:
    """Whether a host is in normal form as it stands: labels of ASCII letters and digits, or four numbers."""
    return _PLAIN_HOST.fullmatch(host) is not None or is_ip_host(host)


def _plain_host(url: str) -> str:
    """The host of an address that is in normal form as it stands; nine of ten are."""
    plain = _PLAIN_WEB.match(url)
    if plain is None or "\\" in url or " " in url or not url.isprintable() or not _is_plain_host(plain[1]):
        return ""
    return plain[1]


def _normal_url(text: str) -> tuple[str, str, bool]:
    """Normal form, host, and whether a user name stands before the host; empty when no browser would open it."""
    plain = _plain_host(text)
    if plain:
        return text, plain, False
    try:
        parts = urlsplit(text)
        host = unquote(parts.hostname or "")
        if not host:
            return "", "", False
        numeric = "" if is_ip_host(host) else _numeric_host(host)
        authority = parts.netloc
        if numeric or host != parts.hostname:
            authority = authority.lower().replace((parts.hostname or "").lower(), numeric or host, 1)
        rest = text[text.index(parts.netloc) + len(parts.netloc) :]
        url = parse_observable(f"{parts.scheme}://{authority}{rest}", ObservableType.URL).value
        host = urlsplit(url).hostname or ""
    except (InputError, ValueError):
        return "", "", False
    return url, host, "@" in parts.netloc
