"""Observables: facts seen on a network or in a file, in one normal form, and their safe ("defanged") spelling.

A normal form is a comparison key: two spellings of one thing become equal. Domains are lower-case A-labels
(RFC 5890, UTS 46), IP addresses are compressed (RFC 5952), hashes lower-case hexadecimal, e-mail addresses lower-case
(RFC 5321 lets the local part differ by case; no mail provider we know does), URLs keep path, query and fragment to
the letter (RFC 3986 section 6.2.2.1 folds only scheme and host).

The host of a web URL is the one that a browser would visit, not the one that a strict reader of RFC 3986 would see:
a backslash ends the authority like a slash, and ``0x7f.1`` or ``2130706433`` is the address 127.0.0.1 (WHATWG URL
standard, sections 4.4 and 3.5). Hiding a host behind these is an old trick of phishing mail.

Defanging makes a value that no mail reader or chat turns into a link: ``hxxps://evil[.]example/a``. It is undone
exactly: ``refang(defang(o)) == o.value``.
"""

import ipaddress
import re
from collections.abc import Callable
from enum import StrEnum
from typing import ClassVar
from urllib.parse import urlsplit

import idna
import msgspec

from charteroak.errors import InputError

MAX_OBSERVABLE_CHARACTERS = 8192
"""Longer than any browser accepts as a URL; anything above is not an observable but an attack on whoever reads it."""

MAX_WRAPPINGS = 4
"""How often a dot may be wrapped, as in ``[(.)]``: twice happens when two tools defang one text, more is hostile."""

_DEFAULT_PORTS = {"http": 80, "https": 443, "ftp": 21}
_HASH_LENGTHS = {32: "md5", 40: "sha1", 64: "sha256", 128: "sha512"}
_HEXADECIMAL = re.compile(r"[0-9a-f]+")
_WEB_NUMBER = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*", re.ASCII)
_WEB_SCHEME = re.compile(r"\s*(https?|ftp):[/\\]+", re.IGNORECASE)
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
# Most names are in normal form; what this does not match is looked at piece by piece.
_NORMAL_DOMAIN = re.compile(r"(?=.{3,253}\Z)(?:(?!-)[a-z0-9_-]{1,63}(?<!-)\.)+(?!-|[0-9]+\Z)[a-z0-9_-]{1,63}(?<!-)")
_LOCAL_PART = re.compile(r"[^\s<>()\[\],;:\\\"]{1,64}")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]{0,31}")
_FANGED_DOT = re.compile(r"\s?(?:\[\.\]|\(\.\)|\{\.\}|\[dot\]|\(dot\)|\{dot\})\s?", re.IGNORECASE)
_FANGED_AT = re.compile(r"\s?(?:\[@\]|\(@\)|\[at\]|\(at\)|\{at\})\s?", re.IGNORECASE)
_FANGED_COLON = re.compile(r"\[:\]|\(:\)|\{:\}")
_FANGED_SCHEME = re.compile(r"^\s*(?:hxxp|h\*\*p|hXXp|meow)(s?)(?=\[?:)", re.IGNORECASE)
_FANGED_SEPARATOR = re.compile(r"^(\s*[a-z][a-z0-9+.-]{0,31})(?:\[:\]//|\[://\]|:\[//\]|:\[/\]\[/\])", re.IGNORECASE)


class ObservableType(StrEnum):
    """What kind of fact an observable is."""

    IPV4 = "ipv4"
    IPV6 = "ipv6"
    CIDR = "cidr"
    DOMAIN = "domain"
    URL = "url"
    EMAIL = "email"
    MD5 = "md5"
    SHA1 = "sha1"
    SHA256 = "sha256"
    SHA512 = "sha512"

    @property
    def is_hash(self) -> bool:
        """Whether this is a file digest."""
        return self.value in _HASH_LENGTHS.values()


class ObservableError(InputError):
    """A text is not an observable of the kind asked for."""

    code: ClassVar[str] = "observable.invalid"


class Observable(msgspec.Struct, frozen=True, order=True, gc=False):
    """A fact seen, in normal form. Build it with ``parse_observable``."""

    type: ObservableType
    value: str


def _domain(text: str) -> str:
    if _NORMAL_DOMAIN.fullmatch(text) is not None:
        return text
    name = text.strip().rstrip(".")
    try:
        ascii_name = name.lower() if name.isascii() else idna.encode(name, uts46=True).decode("ascii")
    except idna.IDNAError as error:
        raise ObservableError(f"{text!r} is not a domain name: {error}.") from error
    labels = ascii_name.split(".")
    if len(labels) < 2 or len(ascii_name) > 253 or labels[-1].isdigit():
        raise ObservableError(f"{text!r} is not a domain name with at least two labels.")
    for label in labels:
        if not _LABEL.fullmatch(label):
            raise ObservableError(f"{text!r} is not a domain name: the label {label!r} is not allowed.")
    return ascii_name


def _ipv4(text: str) -> str:
    try:
        return str(ipaddress.IPv4Address(text.strip()))
    except ValueError as error:
        raise ObservableError(f"{text!r} is not an IPv4 address: {error}.") from error


def _ipv6(text: str) -> str:
    try:
        address = ipaddress.IPv6Address(text.strip().strip("[]"))
    except ValueError as error:
        raise ObservableError(f"{text!r} is not an IPv6 address: {error}.") from error
    if address.scope_id is not None:
        raise ObservableError(f"{text!r} names an interface of one machine; an observable has no zone.")
    return str(address)


def _cidr(text: str) -> str:
    if "/" not in text:
        raise ObservableError(f"{text!r} is not an address range: it has no prefix length.")
    if "%" in text:
        raise ObservableError(f"{text!r} names an interface of one machine; an observable has no zone.")
    try:
        return str(ipaddress.ip_network(text.strip(), strict=False))
    except ValueError as error:
        raise ObservableError(f"{text!r} is not an address range: {error}.") from error


def _host(text: str) -> str:
    if text.startswith("["):
        return f"[{_ipv6(text)}]"
    return _web_ipv4(text) or _domain(text)


def _web_ipv4(host: str) -> str | None:
    """The IPv4 address that a browser makes of a host whose last part is a number; None for any other host.

    WHATWG URL standard, section 3.5: one to four parts, each decimal, octal (0...) or hexadecimal (0x...), the last
    one filling all bytes that are left.
    """
    parts = host.removesuffix(".").split(".")
    if not _WEB_NUMBER.fullmatch(parts[-1]):
        return None
    numbers = []
    for part in parts:
        if not _WEB_NUMBER.fullmatch(part):
            raise ObservableError(f"{host!r} ends in a number and is not an IPv4 address.")
        digits, base = (part[2:] or "0", 16) if part[:2] in {"0x", "0X"} else (part, 8 if part[0] == "0" else 10)
        try:
            numbers.append(int(digits, base))
        except ValueError as error:
            raise ObservableError(f"{host!r} is not an IPv4 address: {part!r} is no number.") from error
    *firsts, last = numbers
    free_bytes = 4 - len(firsts)
    if free_bytes < 1 or any(number > 255 for number in firsts) or last >= 256**free_bytes:
        raise ObservableError(f"{host!r} is not an IPv4 address: a part is too large.")
    return str(ipaddress.IPv4Address(bytes(firsts) + last.to_bytes(free_bytes, "big")))


def _url(text: str) -> str:
    stripped = text.strip()
    # isprintable refuses every white space but the plain one.
    if " " in stripped or not stripped.isprintable():
        raise ObservableError(f"{text!r} is not a URL: it holds a space or a control character.")
    try:
        parts = urlsplit(stripped)
        port = parts.port
    except ValueError as error:
        raise ObservableError(f"{text!r} is not a URL: {error}.") from error
    scheme = parts.scheme.lower()
    if not _SCHEME.fullmatch(scheme) or not parts.netloc:
        raise ObservableError(f"{text!r} is not a URL with a scheme and a host.")
    user, at, host_and_port = parts.netloc.rpartition("@")
    host_text = host_and_port[: host_and_port.rindex(":")] if port is not None else host_and_port.rstrip(":")
    shown_port = "" if port is None or _DEFAULT_PORTS.get(scheme) == port else f":{port}"
    rest = stripped[stripped.index("://") + 3 + len(parts.netloc) :]
    return f"{scheme}://{user}{at}{_host(host_text)}{shown_port}{rest}"


def _email(text: str) -> str:
    local, at, domain = text.strip().rpartition("@")
    if not at or _LOCAL_PART.fullmatch(local) is None:
        raise ObservableError(f"{text!r} is not an e-mail address.")
    return f"{local.lower()}@{_domain(domain)}"


def _hash(text: str, length: int) -> str:
    value = text.strip().lower()
    if len(value) != length or not _HEXADECIMAL.fullmatch(value):
        raise ObservableError(f"{text!r} is not a hash of {length} hexadecimal digits.")
    return value


_NORMALISERS: dict[ObservableType, Callable[[str], str]] = {
    ObservableType.IPV4: _ipv4,
    ObservableType.IPV6: _ipv6,
    ObservableType.CIDR: _cidr,
    ObservableType.DOMAIN: _domain,
    ObservableType.URL: _url,
    ObservableType.EMAIL: _email,
    ObservableType.MD5: lambda text: _hash(text, 32),
    ObservableType.SHA1: lambda text: _hash(text, 40),
    ObservableType.SHA256: lambda text: _hash(text, 64),
    ObservableType.SHA512: lambda text: _hash(text, 128),
}


def infer_type(text: str) -> ObservableType:
    """The kind that a refanged text looks like; a domain when nothing narrower fits."""
    value = text.strip()
    if "://" in value:
        return ObservableType.URL
    if len(value) in _HASH_LENGTHS and _HEXADECIMAL.fullmatch(value.lower()):
        return ObservableType(_HASH_LENGTHS[len(value)])
    if "@" in value:
        return ObservableType.EMAIL
    if "/" in value:
        return ObservableType.CIDR
    if ":" in value:
        return ObservableType.IPV6
    if value.replace(".", "").isdigit():
        return ObservableType.IPV4
    return ObservableType.DOMAIN


def parse_observable(text: str, type_: ObservableType | None = None) -> Observable:
    """Refang a text, infer its kind unless it is given, and bring it to normal form.

    Raises:
        ObservableError: it is no observable, or none of the kind asked for.
    """
    if len(text) > MAX_OBSERVABLE_CHARACTERS:
        raise ObservableError(f"A text of {len(text)} characters is not an observable.")
    plain = refang(text.strip())
    if plain != text and refang(plain) != plain:
        raise ObservableError(f"{text[:80]!r} is defanged more than {MAX_WRAPPINGS} times over.")
    kind = type_ or infer_type(plain)
    return Observable(kind, _NORMALISERS[kind](plain))


def defang(observable: Observable) -> str:
    """A spelling that no program turns into a link."""
    value = observable.value
    if observable.type.is_hash:
        return value
    if observable.type is ObservableType.URL:
        scheme, _, rest = value.partition("://")
        match = re.search(r"[/?#]", rest)
        end = match.start() if match else len(rest)
        safe_scheme = scheme.replace("http", "hxxp", 1) if scheme in {"http", "https"} else scheme
        separator = "://" if safe_scheme != scheme else "[:]//"
        return f"{safe_scheme}{separator}{_defang_authority(rest[:end])}{rest[end:]}"
    return _defang_authority(value)


def _defang_authority(text: str) -> str:
    is_ipv6 = "@" not in text and text.count(":") > 1
    return text.replace(":", "[:]") if is_ipv6 else text.replace(".", "[.]").replace("@", "[@]")


def _with_slashes(url: str) -> str:
    """A web URL as every browser reads it: backslashes before the query are slashes, and any number ends the scheme."""
    scheme = _WEB_SCHEME.match(url)
    if scheme is None:
        return url
    query = re.search(r"[?#]", url)
    end = query.start() if query else len(url)
    return f"{scheme[1]}://{url[scheme.end() : end]}".replace("\\", "/") + url[end:]


def refang(text: str) -> str:
    """Undo the common ways of defanging, also wrapped in each other; what follows the host of a URL is left alone."""
    if ":" not in text and "[" not in text and "(" not in text and "{" not in text and "\\" not in text:
        # Every way needs one of these.
        return text
    plain = _with_slashes(_FANGED_SEPARATOR.sub(r"\1://", _FANGED_SCHEME.sub(r"http\1", text)))
    head, separator, rest = plain.partition("://")
    if not separator:
        return _refang_authority(plain.replace("\\.", "."))
    match = re.search(r"[/?#]", rest)
    end = match.start() if match else len(rest)
    return f"{head}://{_refang_authority(rest[:end])}{rest[end:]}"


def _refang_authority(text: str) -> str:
    for _ in range(MAX_WRAPPINGS):
        plain = _FANGED_COLON.sub(":", _FANGED_AT.sub("@", _FANGED_DOT.sub(".", text)))
        if plain == text:
            break
        text = plain
    return text
