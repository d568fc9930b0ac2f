"""STIX patterns (STIX 2.1, part 9): one observable to a pattern, and simple patterns back to observables.

Written patterns are one equality comparison, or ``ISSUBSET`` for an address range. What is read back has to be a
pattern that any one of its values decides (``pattern_reading``); one of which a part could not be read is refused
whole, because hunting its other parts would find what its author did not mean.
"""

from charteroak.intel.limits import MAX_OBSERVABLES_PER_PATTERN, MAX_PATTERN_CHARACTERS
from charteroak.intel.pattern_reading import PatternError, read_pattern
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

_ADDRESSES = frozenset({ObservableType.IPV4, ObservableType.IPV6})
_SHOWN_CHARACTERS = 100


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


def parse_pattern(pattern: str) -> tuple[Observable, ...]:
    """The observables of which any one makes the pattern hold, each once, in the pattern's order.

    Raises:
        PatternError: the pattern is not a STIX pattern, is too long, or needs more than one of its values to hold.
    """
    if len(pattern) > MAX_PATTERN_CHARACTERS:
        raise PatternError(f"The pattern has more than {MAX_PATTERN_CHARACTERS} characters.")
    reading = read_pattern(pattern)
    for part, reason in reading.unread:
        raise PatternError(f"{reason} It stands in {part[:_SHOWN_CHARACTERS]!r}.")
    found = tuple(dict.fromkeys(_observable(kind, value) for kind, value in reading.values))
    if len(found) > MAX_OBSERVABLES_PER_PATTERN:
        raise PatternError(f"The pattern has more than {MAX_OBSERVABLES_PER_PATTERN} values.")
    return found


def _observable(kind: str | None, value: str) -> Observable:
    """A value as an observable. A path that fixes no kind, or only that it is an address, leaves it to the value."""
    try:
        if kind is None or kind in _ADDRESSES:
            found = _narrowed(parse_observable(value))
            if kind is not None and found.type not in {*_ADDRESSES, ObservableType.CIDR}:
                raise PatternError(f"The pattern compares an address with {value[:_SHOWN_CHARACTERS]!r}.")
            return found
        return parse_observable(value, ObservableType(kind))
    except ObservableError as error:
        raise PatternError(f"The pattern's value cannot be used: {error.message}") from error


def _narrowed(observable: Observable) -> Observable:
    """A range of one address as that address."""
    if observable.type is ObservableType.CIDR:
        address, _, prefix = observable.value.partition("/")
        if prefix == ("128" if ":" in address else "32"):
            return Observable(ObservableType.IPV6 if ":" in address else ObservableType.IPV4, address)
    return observable
