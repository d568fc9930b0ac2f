"""Confidential terms: words that would tell who reported, and the search for them in what is about to leave.

A reporter's name, addresses and domains must not come out, nor the names of the organisations that reported. People
and phishing kits write such words in many ways, so a text is searched in several readings: as it stands, with accents
folded, percent-decoded, as the Unicode of an A-label, and with every run of Base64 or hexadecimal decoded (kits put
the victim's address into the link that way). A finding says what kind of term stands in which text, never the term.
"""

import base64
import binascii
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files
from urllib.parse import unquote_plus, urlsplit

import idna

from charteroak.intel.public_suffixes import registrable_domain
from charteroak.normal_forms import normalized
from charteroak.observables import Observable, ObservableType

_MAIL_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"@]{1,64}@[A-Za-z0-9.-]{1,253}")
_PHONE = re.compile(r"\+?[\d][\d\s().-]{8,20}\d")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{10,}")
_BASE64_URL = re.compile(r"[A-Za-z0-9_-]{10,}")
_HEXADECIMAL = re.compile(r"[0-9a-fA-F]{12,}")
_A_LABEL = re.compile(r"xn--[a-z0-9-]+", re.IGNORECASE)
_LETTER = re.compile(r"[^\W_]")
_MAY_BE_SHORT = re.compile("[.\x80-\ufffc\U00010000-\U0010ffff]")
_TOKEN = re.compile(r"[^\W_]+")
_SHORTEST_RUN = 8
"""A name run together is looked for inside longer words only from this length on; shorter ones are too common."""
_SHORTEST_WORD = 3
_SHORTEST_IN_NOISE = 6
_SHORTEST_LOCAL_PART = 5
_PHONE_DIGITS = 10
_MAX_PERCENT_ROUNDS = 3
_REMEMBERED_CHARACTERS = 300
_FEW_MARKS = 8


@cache
def _words_of(file: str) -> frozenset[str]:
    lines = files("charteroak.intel").joinpath("data", file).read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


class TermKind(StrEnum):
    """What kind of confidential word was found."""

    NAME = "name"
    ADDRESS = "address"
    DOMAIN = "domain"


def _fold(text: str) -> str:
    if text.isascii():
        return text.lower()
    decomposed = normalized("NFKD", text.casefold())
    marks = [character for character in set(decomposed) if unicodedata.combining(character)]
    if len(marks) > _FEW_MARKS:
        return decomposed.translate(dict.fromkeys(map(ord, marks)))
    for mark in marks:
        decomposed = decomposed.replace(mark, "")
    return decomposed


def _tokens(text: str) -> tuple[str, ...]:
    return tuple(_TOKEN.findall(_fold(text)))


@dataclass(slots=True)
class TermSet:
    """Words to look for, in folded form. Add people and organisations, then ask ``kinds_in``."""

    phrases: dict[str, set[tuple[str, ...]]] = field(default_factory=dict)
    runs: set[str] = field(default_factory=set)
    addresses: set[str] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)
    domains: set[str] = field(default_factory=set)

    def add_name(self, name: str) -> None:
        """A person's or an organisation's name: whole, and without the words that every name has.

        *Town of Elm Hollow* is also looked for as *Elm Hollow*, *elm-hollow* and inside *elmhollowpayroll*. A name of
        generic words alone (*Help desk*) says nothing and is not looked for.
        """
        words = _tokens(name)
        telling = tuple(word for word in words if word not in _words_of("generic_words.txt"))
        if not telling or sum(map(len, telling)) < _SHORTEST_WORD:
            return
        for phrase in {words, telling}:
            self.phrases.setdefault(phrase[0], set()).add(phrase)
            run = "".join(phrase)
            if len(run) >= _SHORTEST_RUN:
                self.runs.add(run)

    def add_domain(self, domain: str) -> None:
        """A domain that an organisation calls its own; one of a free mail provider is left out."""
        name = _fold(domain.strip().strip(".@"))
        if "." in name and name not in _words_of("free_mail_domains.txt"):
            self.domains.add(name)

    def add_address(self, address: str) -> None:
        """A mail address: whole, its domain, and its local part where that is a name and not a role."""
        folded = _fold(address.strip())
        local, _, domain = folded.rpartition("@")
        if not local or not domain:
            return
        self.addresses.add(folded)
        self.add_domain(domain)
        if len(local) >= _SHORTEST_LOCAL_PART and local not in _words_of("generic_words.txt"):
            words = _tokens(local)
            if words and not all(word in _words_of("generic_words.txt") for word in words):
                self.phrases.setdefault(words[0], set()).add(words)

    def add_contact(self, text: str) -> None:
        """What a person wrote about how to reach them: addresses, telephone numbers, or a short name."""
        found = _MAIL_ADDRESS.findall(text)
        for address in found:
            self.add_address(address)
        for phone in _PHONE.findall(text):
            digits = re.sub(r"\D", "", phone)
            if len(digits) >= _PHONE_DIGITS:
                self.phones.add(digits[-_PHONE_DIGITS:])
        rest = _PHONE.sub(" ", _MAIL_ADDRESS.sub(" ", text))
        if len(_tokens(rest)) <= 5:
            self.add_name(rest)

    def kinds_in(self, text: str) -> frozenset[TermKind]:
        """Which kinds of confidential terms a text gives away in any of its readings."""
        return self.kinds_in_readings(readings_of(text)) if self._holds_any() else frozenset()

    def kinds_in_readings(self, readings: Iterable["Reading"]) -> frozenset[TermKind]:
        """The same of a text that was read already."""
        if not self._holds_any():
            return frozenset()
        return frozenset().union(*map(self._kinds_in_reading, readings))

    def _holds_any(self) -> bool:
        return bool(self.phrases or self.runs or self.addresses or self.phones or self.domains)

    def _kinds_in_reading(self, reading: "Reading") -> set[TermKind]:
        folded = reading.folded
        found: set[TermKind] = set()
        has_address = "@" in folded and any(address in folded for address in self.addresses)
        if has_address or self._has_phone(folded):
            found.add(TermKind.ADDRESS)
        if "." in folded and any(domain in folded and _stands_alone(domain, folded) for domain in self.domains):
            found.add(TermKind.DOMAIN)
        # Decoded runs are mostly noise, in which a short word turns up by chance.
        shortest = _SHORTEST_WORD if reading.is_plain else _SHORTEST_IN_NOISE
        if any(run in reading.joined for run in self.runs) or self._has_phrase(reading.words, shortest):
            found.add(TermKind.NAME)
        return found

    def _has_phone(self, folded: str) -> bool:
        if not self.phones:
            return False
        digits = re.sub(r"[\s().+-]", "", folded)
        return any(phone in digits for phone in self.phones)

    def _has_phrase(self, words: tuple[str, ...], shortest: int) -> bool:
        return not self.phrases.keys().isdisjoint(words) and any(
            sum(map(len, phrase)) >= shortest and words[index : index + len(phrase)] == phrase
            for index, word in enumerate(words)
            for phrase in self.phrases.get(word, ())
        )


def _stands_alone(domain: str, text: str) -> bool:
    return re.search(rf"(?<![a-z0-9-]){re.escape(domain)}(?![a-z0-9-])", text) is not None


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as someone may read it, folded, with its words; ``is_plain`` where no run was decoded on a guess."""

    folded: str
    is_plain: bool
    words: tuple[str, ...]
    joined: str


def readings_of(text: str) -> tuple[Reading, ...]:
    """All readings of a text, each once; texts of ours stand in every indicator and are read once for all."""
    return _remembered_readings(text) if len(text) <= _REMEMBERED_CHARACTERS else _read(text)


def _read(text: str) -> tuple[Reading, ...]:
    folded = dict.fromkeys((_fold(reading), is_plain) for reading, is_plain in set(_readings(text)))
    tokens = ((each, is_plain, tuple(_TOKEN.findall(each))) for each, is_plain in folded)
    return tuple(Reading(each, is_plain, words, "".join(words)) for each, is_plain, words in tokens)


_remembered_readings = lru_cache(maxsize=16)(_read)


def _readings(text: str) -> Iterator[tuple[str, bool]]:
    plain = text
    for _ in range(_MAX_PERCENT_ROUNDS + 1):
        yield plain, True
        yield _with_u_labels(plain), True
        for run in _decoded_runs(plain):
            # Counted in the whole run, for the words of a name may stand apart: the blank of another encoding is no
            # UTF-8. With fewer letters it holds no term but a domain, or what folding makes longer.
            if len(_LETTER.findall(run)) >= _SHORTEST_IN_NOISE or _MAY_BE_SHORT.search(run):
                yield run, False
        decoded = unquote_plus(plain)
        if decoded == plain:
            return
        plain = decoded


def _with_u_labels(text: str) -> str:
    def decode(match: re.Match[str]) -> str:
        try:
            return idna.decode(match.group(), uts46=True)
        except (idna.IDNAError, UnicodeError):
            return match.group()

    return _A_LABEL.sub(decode, text)


def _decoded_runs(text: str) -> Iterator[str]:
    for match in _HEXADECIMAL.finditer(text):
        for start in (0, 1):
            digits = match.group()[start:]
            yield bytes.fromhex(digits[: len(digits) // 2 * 2]).decode("utf-8", "replace")
    for pattern in (_BASE64, _BASE64_URL):
        for match in pattern.finditer(text):
            run = match.group().translate(str.maketrans("-_", "+/"))
            # A value may follow a prefix of any length, so each of the four alignments is tried.
            for start in range(4):
                piece = run[start : start + (len(run) - start) // 4 * 4]
                tail = run[start + len(piece) :]
                if len(tail) > 1:
                    piece += tail + "=" * (4 - len(tail))
                try:
                    yield base64.b64decode(piece).decode("utf-8", "replace")
                except binascii.Error:
                    continue


@dataclass(frozen=True, slots=True)
class ConfidentialTerms:
    """Everyone's words, by how far they are looked for in what was observed itself.

    In texts that people wrote all of them count everywhere. In an observable,

    - ``known`` (people, addresses and domains that we know) count everywhere as well;
    - ``organisations`` (names of members) do not count in the registered domain: *payroll-elmhollow.example* was
      registered by the attacker, stands in public registers, tells nobody who reported it, and cannot be blocked
      without being named. They do count left of it and in the rest of a URL, which the analyst can leave out;
    - ``claimed`` (what unknown reporters typed, what stood in a mail's To field) do not count in the host at all:
      otherwise a sender could keep his domain off every blocklist by reporting under it.
    """

    known: TermSet = field(default_factory=TermSet)
    organisations: TermSet = field(default_factory=TermSet)
    claimed: TermSet = field(default_factory=TermSet)

    def kinds_in_text(self, text: str) -> frozenset[TermKind]:
        """Which kinds of confidential terms a text gives away."""
        readings = readings_of(text)
        return frozenset().union(
            *(each.kinds_in_readings(readings) for each in (self.known, self.organisations, self.claimed))
        )

    def kinds_in_observable(self, observable: Observable) -> frozenset[TermKind]:
        """Which kinds of confidential terms an observable gives away."""
        host, rest = _host_and_rest(observable)
        below = host.removesuffix(registrable_domain(host)) if host else ""
        found = self.known.kinds_in(observable.value)
        found |= self.organisations.kinds_in(f"{below} {rest}") | self.claimed.kinds_in(rest)
        if observable.value in self.claimed.addresses:
            found |= {TermKind.ADDRESS}
        return found


def _host_and_rest(observable: Observable) -> tuple[str, str]:
    """A value's host, and whatever else it says: a URL's user part, path and query, or a mail address's local part."""
    value = observable.value
    match observable.type:
        case ObservableType.DOMAIN:
            return value, ""
        case ObservableType.EMAIL:
            local, _, domain = value.rpartition("@")
            return domain, local
        case ObservableType.URL:
            parts = urlsplit(value)
            user = parts.netloc.rpartition("@")[0]
            return parts.hostname or "", f"{user} {parts.path} {parts.query} {parts.fragment}"
        case _:
            return "", value


def confidential_terms(
    *,
    names: Iterable[str] = (),
    addresses: Iterable[str] = (),
    domains: Iterable[str] = (),
    contacts: Iterable[str] = (),
    organisations: Iterable[str] = (),
    claimed: Iterable[str] = (),
) -> ConfidentialTerms:
    """The terms for some people and organisations; ``contacts`` and ``claimed`` are free text."""
    terms = ConfidentialTerms()
    for name in names:
        terms.known.add_name(name)
    for address in addresses:
        terms.known.add_address(address)
    for domain in domains:
        terms.known.add_domain(domain)
    for contact in contacts:
        terms.known.add_contact(contact)
    for organisation in organisations:
        terms.organisations.add_name(organisation)
    for contact in claimed:
        terms.claimed.add_contact(contact)
    return terms
