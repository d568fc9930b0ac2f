"""Indicators compiled once, then matched against blocks of bytes: the one ``match`` that every engine calls.

Candidates come from one fast scan (``literals``); each is then checked against the exact text of what is listed and
against the rules of ``boundaries`` and ``addresses``. A block holds whole lines: what is listed never holds a line
break, so nothing matches across two of them.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import idna

from charteroak.detection.addresses import AddressTable, ipv4_token, ipv6_tokens, token_start
from charteroak.detection.boundaries import (
    LETTERS_AND_DIGITS,
    LOCAL_PART_CHARACTERS,
    WORD_CHARACTERS,
    ends_token,
    is_one_of,
    name_start,
    starts_label,
)
from charteroak.detection.indicators import Indicator
from charteroak.detection.literals import CandidateScanner, choose_fragments
from charteroak.observables import ObservableType, refang

_LOCAL_PART = frozenset(LOCAL_PART_CHARACTERS)
_LETTER_OR_DIGIT = frozenset(LETTERS_AND_DIGITS)
_WORD = frozenset(WORD_CHARACTERS)

_ANY_QUAD = rb"[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]"
"""Ends at the first digit of an IPv4 address's last number, so one address is reported once."""

_ANY_IPV6 = (rb"::", rb"(?:[0-9a-f]{1,4}:){7}[0-9a-f]", rb"(?:[0-9a-f]{1,4}:){6}[0-9]{1,3}\.")
"""An IPv6 address in text has ``::`` or all its groups; a time of day has neither."""


class Found(NamedTuple):
    """One match in a block: where, and the place of the indicator in the list."""

    start: int
    end: int
    indicator: int


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A text to look for, in lower case, and where in it the searched fragment ends."""

    type: ObservableType
    text: bytes
    indicator: int
    cut: int
    ends_with_host: bool = False


class Matcher:
    """Indicators, ready to be matched. Not to be shared between threads; make one for each."""

    def __init__(self, indicators: Sequence[Indicator]) -> None:
        """Compile. What stays usable: 1,000 indicators in hundredths of a second, 100,000 in some seconds.

        Raises:
            DetectionInputError: they cannot be compiled.
        """
        self.indicators = tuple(indicators)
        self._ipv4 = AddressTable(bits=32)
        self._ipv6 = AddressTable(bits=128)
        expressions = self._fill_tables()
        self._patterns = self._searched_patterns()
        self._scanner = CandidateScanner(list(self._patterns), expressions)
        self._by_number = list(self._patterns.values())
        self._first_quad = len(self._by_number)
        self._first_ipv6 = self._first_quad + (_ANY_QUAD in expressions)
        texts = [pattern.text for patterns in self._by_number for pattern in patterns]
        self._has_quotation_mark = any(b'"' in text for text in texts)
        self._hiding_escape = _escape_that_hides(texts)

    def match(self, data: bytes) -> list[Found]:
        """Every match in a block, by place; where two spellings of one indicator begin together, the longer."""
        found: dict[tuple[int, int], int] = {}
        quads: set[int] = set()
        coloned: set[int] = set()
        for number, end in self._scanner.scan(data):
            if number >= self._first_ipv6:
                coloned.add(end - 1)
            elif number >= self._first_quad:
                quads.add(token_start(data, end - 1))
            else:
                self._check(data, end, self._by_number[number], found, quads)
        for start in quads:
            token = ipv4_token(data, start)
            if token is not None:
                found.update(((start, i), token[0]) for i in self._ipv4.indicators_for(token[1]))
        for start, end, address in ipv6_tokens(data, coloned):
            found.update(((start, i), end) for i in self._ipv6.indicators_for(address))
        return sorted(Found(start, end, indicator) for (start, indicator), end in found.items())

    @staticmethod
    def _check(
        data: bytes, cut: int, patterns: list[_Pattern], found: dict[tuple[int, int], int], quads: set[int]
    ) -> None:
        """Add what matches of the patterns whose fragment ends at ``cut``; addresses only become candidates."""
        for pattern in patterns:
            start = cut - pattern.cut
            if start < 0:
                continue
            if pattern.type is ObservableType.IPV4:
                quads.add(start)
                continue
            end = start + len(pattern.text)
            begin = _match_start(data, start, end, pattern)
            if begin is not None:
                key = begin, pattern.indicator
                found[key] = max(end, found.get(key, 0))

    def candidate_places(self, data: bytes) -> list[int]:
        """Offsets by which every match in a block can be told to be near; a line without one has no match."""
        return sorted({end - 1 for _, end in self._scanner.scan(data)})

    def places_json_hides(self, data: bytes) -> Iterable[int]:
        """Offsets of JSON escapes that could spell a character of an indicator, such as one for a letter or a slash."""
        return (escape.start() for escape in self._hiding_escape.finditer(data)) if b"\\" in data else ()

    def places_csv_hides(self, data: bytes) -> Iterable[int]:
        """Offsets of doubled quotation marks, if any URL that is listed has one."""
        if not self._has_quotation_mark:
            return ()
        return (mark.start() for mark in re.finditer(b'""', data))

    def _fill_tables(self) -> list[bytes]:
        """Sort addresses and ranges into the tables; the expressions that must be searched for because of them."""
        wide = False
        for index, indicator in enumerate(self.indicators):
            is_ipv6 = ":" in indicator.value
            if indicator.type is ObservableType.CIDR:
                (self._ipv6 if is_ipv6 else self._ipv4).add_network(indicator.value, index)
                wide = wide or (not is_ipv6 and int(indicator.value.partition("/")[2]) < 16)
            elif indicator.type is ObservableType.IPV4:
                self._ipv4.add_address(indicator.value, index)
            elif indicator.type is ObservableType.IPV6:
                self._ipv6.add_address(indicator.value, index)
        any_ipv6 = self._ipv6.addresses or self._ipv6.networks
        return ([_ANY_QUAD] if wide else []) + (list(_ANY_IPV6) if any_ipv6 else [])

    def _searched_patterns(self) -> dict[bytes, list[_Pattern]]:
        """Fragment to the patterns that have it."""
        texts = [
            (i, indicator, text) for i, indicator in enumerate(self.indicators) for text in _texts_to_find(indicator)
        ]
        patterns: dict[bytes, list[_Pattern]] = {}
        fragments = choose_fragments([text for _, _, text in texts])
        for (index, indicator, text), (start, cut) in zip(texts, fragments, strict=True):
            is_range = indicator.type is ObservableType.CIDR
            type_ = ObservableType.IPV4 if is_range else indicator.type
            bare_host = indicator.type is ObservableType.URL and _ends_with_host(text)
            patterns.setdefault(text[start:cut], []).append(_Pattern(type_, text, index, cut, bare_host))
        return patterns


def _escape_that_hides(texts: Sequence[bytes]) -> re.Pattern[bytes]:
    if any(b'"' in text or b"\\" in text for text in texts):
        return re.compile(rb"\\")
    if all(text.isascii() for text in texts):
        return re.compile(rb"\\(?:/|u00[2-7])")
    return re.compile(rb"\\[/u]")


def _match_start(data: bytes, start: int, end: int, pattern: _Pattern) -> int | None:
    """Where the match begins if the pattern stands between these offsets and its rule holds there; else None."""
    if data[start:end].lower() != pattern.text:
        return None
    if pattern.type is ObservableType.DOMAIN:
        return name_start(data, start) if ends_token(data, end) and starts_label(data, start) else None
    if pattern.type is ObservableType.URL:
        is_bounded = not is_one_of(data, start - 1, _LETTER_OR_DIGIT) and not is_one_of(data, end, _LETTER_OR_DIGIT)
        return start if is_bounded and (not pattern.ends_with_host or ends_token(data, end)) else None
    if pattern.type is ObservableType.EMAIL:
        return start if not is_one_of(data, start - 1, _LOCAL_PART) and ends_token(data, end) else None
    return start if not is_one_of(data, start - 1, _WORD) and not is_one_of(data, end, _WORD) else None


def _ends_with_host(url: bytes) -> bool:
    rest = url.partition(b"://")[2]
    return not re.search(rb"[/?#]", rest) and b":" not in rest.rpartition(b"@")[2]


def _texts_to_find(indicator: Indicator) -> set[bytes]:
    """The texts, ASCII letters in lower case, that an indicator is found by; none for what an expression finds.

    An internationalised name is found as A-label and as U-label; a URL as it is listed, refanged and in normal form.
    """
    if indicator.type is ObservableType.IPV6:
        return set()
    if indicator.type is ObservableType.CIDR:
        return _range_prefixes(indicator.value)
    texts = {indicator.value}
    if indicator.type is ObservableType.URL:
        texts |= {indicator.listed, refang(indicator.listed)}
    elif indicator.type in {ObservableType.DOMAIN, ObservableType.EMAIL}:
        local, at, domain = indicator.value.rpartition("@")
        texts.update(local + at + name for name in _unicode_forms(domain))
    return {text.encode().lower() for text in texts}


def _unicode_forms(domain: str) -> set[str]:
    if "xn--" not in domain:
        return set()
    try:
        name = idna.decode(domain)
    except (idna.IDNAError, UnicodeError):
        return set()
    return {name, name.upper(), name.title()}


def _range_prefixes(network: str) -> set[bytes]:
    """How the text of every address in an IPv4 range begins; none where an expression searches for all addresses."""
    address, _, length = network.partition("/")
    if ":" in network or int(length) < 16:
        return set()
    kept = 3 if int(length) >= 24 else 2
    return {(".".join(address.split(".")[:kept]) + ".").encode()}
