"""What to look for: listed values, their kinds and normal forms.

Nothing listed is dropped in silence: a value that cannot be searched for is kept with its place and the reason, and
one that its own list marks as not meant for detection is set aside, with the reason. ``indicator_files`` reads lists.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from charteroak.errors import SourceLocation
from charteroak.observables import (
    MAX_OBSERVABLE_CHARACTERS,
    Observable,
    ObservableError,
    ObservableType,
    infer_type,
    parse_observable,
    refang,
)

_KNOWN_TYPES: dict[str, tuple[ObservableType, ...]] = {
    "ip": (ObservableType.IPV4, ObservableType.IPV6, ObservableType.CIDR),
    "ipv4": (ObservableType.IPV4, ObservableType.CIDR),
    "ipv6": (ObservableType.IPV6, ObservableType.CIDR),
    "cidr": (ObservableType.CIDR,),
    "domain": (ObservableType.DOMAIN,),
    "url": (ObservableType.URL,),
    "email": (ObservableType.EMAIL,),
    "md5": (ObservableType.MD5,),
    "sha1": (ObservableType.SHA1,),
    "sha256": (ObservableType.SHA256,),
    "sha512": (ObservableType.SHA512,),
    "hash": (ObservableType.MD5, ObservableType.SHA1, ObservableType.SHA256, ObservableType.SHA512),
}
_ALIASES = {
    "address": "ip",
    "domainname": "domain",
    "emailaddr": "email",
    "emailaddress": "email",
    "emaildst": "email",
    "emailreplyto": "email",
    "emailsrc": "email",
    "fqdn": "domain",
    "host": "domain",
    "hostname": "domain",
    "ipaddress": "ip",
    "ipdst": "ip",
    "ipsrc": "ip",
    "ipv4addr": "ipv4",
    "ipv4address": "ipv4",
    "ipv4cidr": "ipv4",
    "ipv6addr": "ipv6",
    "ipv6address": "ipv6",
    "ipv6cidr": "ipv6",
    "link": "url",
    "network": "cidr",
    "subnet": "cidr",
    "uri": "url",
}

_PLAIN = re.compile(r"[A-Za-z0-9._-]+")
"""Nothing to refang in it. Most of a long list is such, and refanging costs more than the rest of reading it."""

_LABELS = r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.(?![0-9]+$)[A-Za-z0-9_-]+"
_AS_TEXT = {
    ObservableType.DOMAIN: re.compile(_LABELS),
    ObservableType.EMAIL: re.compile(r"[^\s@<>()\[\],;:\\\"]+@" + _LABELS),
    ObservableType.URL: re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s/?#\[\](){}]+\S*"),
}
"""What DNS would refuse (a label that ends with a hyphen, a host of one label) can still stand in a log."""


@dataclass(frozen=True, slots=True, order=True)
class Indicator:
    """One thing to look for: as it was listed, and its kind and normal form."""

    listed: str
    type: ObservableType
    value: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A listed value that is not searched for, where it stands and why."""

    value: str
    location: SourceLocation
    reason: str

    def as_document(self) -> dict[str, object]:
        """The JSON form, as the summary of a hunt shows it."""
        place: dict[str, object] = {"line": self.location.line} if self.location.line is not None else {}
        if self.location.pointer is not None:
            place["pointer"] = self.location.pointer
        return {"value": self.value, **place, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class IndicatorList:
    """What a list held. ``could_not_use`` makes every answer partial; ``set_aside`` was not meant for detection."""

    usable: tuple[Indicator, ...]
    could_not_use: tuple[LeftOut, ...] = ()
    set_aside: tuple[LeftOut, ...] = ()


class ListedValueError(ObservableError):
    """A listed value is nothing that logs are searched for here."""

    code: ClassVar[str] = "detection.listed-value"


def type_word(text: str) -> str | None:
    """Our word for a kind as lists name it (``ip-dst``, ``FileHash-SHA256``, ``IPv4-Addr``); None if it is another."""
    word = "".join(character for character in text.lower() if character.isalnum()).removeprefix("file")
    word = word.removeprefix("hash") or word
    word = _ALIASES.get(word, word)
    return word if word in _KNOWN_TYPES else None


def parse_indicator(text: str, kind: str | None = None) -> Indicator:
    """An indicator from a listed value, with the kind that the list gives it, if it gives one.

    Defanged spellings are understood. ``*.evil.example`` and ``.evil.example`` are the domain, since a domain matches
    every name below it anyway.

    Raises:
        ListedValueError: the kind is not searched for, or the value is not of that kind.
    """
    listed = text.strip()
    word = type_word(kind) if kind else None
    if kind and word is None:
        raise ListedValueError(f"Values of the type {kind!r} are not searched for in logs.")
    plain = listed if _PLAIN.fullmatch(listed) else refang(listed)
    inferred = infer_type(plain)
    allowed = _KNOWN_TYPES[word] if word else (inferred,)
    chosen = inferred if inferred in allowed else allowed[0]
    if chosen is ObservableType.DOMAIN:
        plain = plain.removeprefix("*").removeprefix(".")
    try:
        observable = parse_observable(plain, chosen)
    except ObservableError:
        is_short = len(plain) <= MAX_OBSERVABLE_CHARACTERS
        if is_short and plain.isprintable() and chosen in _AS_TEXT and _AS_TEXT[chosen].fullmatch(plain):
            return Indicator(listed, chosen, plain.lower())
        raise
    return Indicator(listed, observable.type, observable.value)


def indicator_for(observable: Observable) -> Indicator:
    """The indicator that looks for an observable at hand."""
    return Indicator(observable.value, observable.type, observable.value)


@dataclass(frozen=True, slots=True)
class Listed:
    """A value as one of the readers met it; ``problem`` or ``aside`` say why it is not to be used."""

    value: str
    location: SourceLocation
    kind: str | None = None
    problem: str = ""
    aside: str = ""


def _shown(value: str) -> str:
    return value[:200].encode("utf-8", "replace").decode()


def collect(listed: Iterable[Listed]) -> IndicatorList:
    """Parse listed values; of several spellings of one thing the first stands."""
    usable: dict[tuple[ObservableType, str], Indicator] = {}
    could_not_use: list[LeftOut] = []
    set_aside: list[LeftOut] = []
    for entry in listed:
        if entry.aside:
            set_aside.append(LeftOut(_shown(entry.value), entry.location, entry.aside))
            continue
        try:
            if entry.problem:
                raise ListedValueError(entry.problem)
            indicator = parse_indicator(entry.value, entry.kind)
        except ObservableError as error:
            could_not_use.append(LeftOut(_shown(entry.value), entry.location, error.message))
            continue
        usable.setdefault((indicator.type, indicator.value), indicator)
    return IndicatorList(tuple(usable.values()), tuple(could_not_use), tuple(set_aside))
