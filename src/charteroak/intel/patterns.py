"""STIX patterns (STIX 2.1, part 9): one observable to a pattern, and simple patterns back to observables.

Written patterns are one equality comparison, or ``ISSUBSET`` for an address range. Read patterns are equalities,
``IN`` lists and ``ISSUBSET``, joined by ``OR`` alone: what holds if any one of its values is seen. A pattern that needs
two things at once (``AND``, ``FOLLOWEDBY``), denies one (``NOT``) or counts in time (``WITHIN``, ``REPEATS``) is
refused, because hunting its parts one by one would find what its author did not mean.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from charteroak.errors import InputError
from charteroak.intel.limits import MAX_OBSERVABLES_PER_PATTERN, MAX_PATTERN_CHARACTERS
from charteroak.observables import Observable, ObservableError, ObservableType, parse_observable

_PATHS: dict[ObservableType, str] = {
    ObservableType.IPV4: "ipv4-addr:value",
    ObservableType.IPV6: "ipv6-addr:value",
    ObservableType.DOMAIN: "domain-name:value",
    ObservableType.URL: "url:value",
    ObservableType.EMAIL: "email-addr:value",
    ObservableType.MD5: "file:hashes.MD5",
    ObservableType.SHA1: "file:hashes.'SHA-1'",
    ObservableType.SHA256: "file:hashes.'SHA-256'",
    ObservableType.SHA512: "file:hashes.'SHA-512'",
}

_ADDRESS = "address"
_READABLE_PATHS: dict[str, ObservableType | str] = {
    "ipv4-addr:value": _ADDRESS,
    "ipv6-addr:value": _ADDRESS,
    "network-traffic:src_ref.value": _ADDRESS,
    "network-traffic:dst_ref.value": _ADDRESS,
    "domain-name:value": ObservableType.DOMAIN,
    "url:value": ObservableType.URL,
    "email-addr:value": ObservableType.EMAIL,
    "email-message:from_ref.value": ObservableType.EMAIL,
    "email-message:sender_ref.value": ObservableType.EMAIL,
    "file:hashes.md5": ObservableType.MD5,
    "file:hashes.sha1": ObservableType.SHA1,
    "file:hashes.sha256": ObservableType.SHA256,
    "file:hashes.sha512": ObservableType.SHA512,
}

# One alternative per kind of token and no nested repetition: the scan is linear in the text.
_TOKEN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<string>'(?:[^'\\]|\\['\\])*')
  | (?P<path>[A-Za-z][A-Za-z0-9-]*:[A-Za-z0-9_.'"-]+)
  | (?P<word>[A-Za-z]+)
  | (?P<mark>==|!=|<=|>=|[\[\]()=,<>])
    """,
    re.VERBOSE,
)


class PatternError(InputError):
    """A STIX pattern that cannot be hunted value by value; the message says what stands in the way."""

    code: ClassVar[str] = "intel.pattern.unreadable"


def _literal(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def stix_pattern(observable: Observable) -> str:
    """The STIX 2.1 pattern that holds exactly when this observable is seen.

    Quotes and backslashes are escaped (section 9.2), so that no value can end its literal and add a clause.
    """
    value = _literal(observable.value)
    if observable.type is ObservableType.CIDR:
        family = "ipv6-addr" if ":" in observable.value else "ipv4-addr"
        return f"[{family}:value ISSUBSET {value}]"
    return f"[{_PATHS[observable.type]} = {value}]"


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


def _tokens(pattern: str) -> Iterator[_Token]:
    position = 0
    while position < len(pattern):
        match = _TOKEN.match(pattern, position)
        if match is None or match.lastgroup is None:
            raise PatternError(f"The pattern cannot be read at character {position + 1}.")
        position = match.end()
        if match.lastgroup != "space":
            yield _Token(match.lastgroup, match.group())
    yield _Token("end", "")


class _Reader:
    """Reads groups of ``[ … OR … ]`` joined by OR. Brackets among ORs change nothing and need no recursion."""

    def __init__(self, pattern: str) -> None:
        self._source = _tokens(pattern)
        self._token = next(self._source)

    def observables(self) -> Iterator[Observable]:
        yield from self._alternatives(self._group)
        if self._token.kind != "end":
            self._expect_or()

    def _advance(self) -> _Token:
        token = self._token
        self._token = next(self._source, token)
        return token

    def _skip_marks(self, text: str) -> int:
        count = 0
        while self._token.kind == "mark" and self._token.text == text:
            self._advance()
            count += 1
        return count

    def _alternatives(self, read: Callable[[], Iterator[Observable]]) -> Iterator[Observable]:
        depth = 0
        while True:
            depth += self._skip_marks("(")
            yield from read()
            depth -= self._skip_marks(")")
            if depth < 0:
                raise PatternError("The pattern closes a bracket that it did not open.")
            if self._token.kind != "word":
                break
            self._expect_or()
        if depth:
            raise PatternError("The pattern does not close every bracket.")

    def _take_mark(self, text: str) -> None:
        if self._token.kind != "mark" or self._token.text != text:
            raise PatternError(f"The pattern has {self._token.text or 'its end'!r} where {text!r} was expected.")
        self._advance()

    def _expect_or(self) -> None:
        if self._token.kind != "word" or self._token.text.upper() != "OR":
            raise PatternError(
                f"The pattern joins or qualifies its parts with {self._token.text!r}; only OR can be hunted."
            )
        self._advance()

    def _group(self) -> Iterator[Observable]:
        self._take_mark("[")
        yield from self._alternatives(self._comparison)
        self._take_mark("]")

    def _comparison(self) -> Iterator[Observable]:
        if self._token.kind != "path":
            raise PatternError(f"The pattern has {self._token.text or 'its end'!r} where an object path was expected.")
        path = self._advance().text
        operator = self._advance().text.upper()
        if operator in {"=", "=="}:
            yield self._value(path, is_range=False)
        elif operator == "ISSUBSET":
            yield self._value(path, is_range=True)
        elif operator == "IN":
            yield from self._values_in_list(path)
        else:
            raise PatternError(f"The comparison {operator!r} cannot be hunted; only =, IN and ISSUBSET can.")

    def _values_in_list(self, path: str) -> Iterator[Observable]:
        self._take_mark("(")
        yield self._value(path, is_range=False)
        while self._token.text == ",":
            self._advance()
            yield self._value(path, is_range=False)
        self._take_mark(")")

    def _value(self, path: str, *, is_range: bool) -> Observable:
        token = self._advance()
        if token.kind != "string":
            raise PatternError(f"The pattern compares {path} with something that is no text.")
        value = re.sub(r"\\(['\\])", r"\1", token.text[1:-1])
        kind = _kind_of(path)
        if kind == _ADDRESS:
            is_v6, has_prefix = ":" in value, "/" in value
            kind = ObservableType.IPV6 if is_v6 else ObservableType.IPV4
            if is_range or has_prefix:
                kind = ObservableType.CIDR
                value = value if has_prefix else f"{value}/{128 if is_v6 else 32}"
        elif is_range:
            raise PatternError(f"ISSUBSET compares addresses; {path} is none.")
        try:
            return _narrowed(parse_observable(value, ObservableType(kind)))
        except ObservableError as error:
            raise PatternError(f"The pattern's value cannot be used: {error.message}") from error


def _kind_of(path: str) -> ObservableType | str:
    plain = path.replace("'", "").replace('"', "").lower()
    if plain.startswith("file:hashes."):
        plain = "file:hashes." + plain.removeprefix("file:hashes.").replace("-", "")
    kind = _READABLE_PATHS.get(plain)
    if kind is None:
        raise PatternError(f"No log of ours shows {path}; addresses, domains, URLs, mail addresses and hashes can be.")
    return kind


def _narrowed(observable: Observable) -> Observable:
    """A range of one address as that address."""
    if observable.type is ObservableType.CIDR:
        address, _, prefix = observable.value.partition("/")
        if prefix == ("128" if ":" in address else "32"):
            return Observable(ObservableType.IPV6 if ":" in address else ObservableType.IPV4, address)
    return observable


def parse_pattern(pattern: str) -> tuple[Observable, ...]:
    """The observables of which any one makes the pattern hold, each once, in the pattern's order.

    Raises:
        PatternError: the pattern is not a STIX pattern, is too long, or needs more than one of its values to hold.
    """
    if len(pattern) > MAX_PATTERN_CHARACTERS:
        raise PatternError(f"The pattern has more than {MAX_PATTERN_CHARACTERS} characters.")
    found = tuple(dict.fromkeys(_Reader(pattern).observables()))
    if len(found) > MAX_OBSERVABLES_PER_PATTERN:
        raise PatternError(f"The pattern has more than {MAX_OBSERVABLES_PER_PATTERN} values.")
    return found
