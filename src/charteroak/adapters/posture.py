"""A look at a domain from outside: a few questions to a name server, one TLS handshake; bounded, and nothing else.

It is made only when somebody asks, for a domain that the organisation declared as its own. Each question has its time
and its answer its size; a name server that is silent, lies or floods ends in *could not tell*, never in a clean answer.
The handshake goes to public addresses alone, unless whoever runs the installation allows others: the name could point
anywhere, also into the network in which this runs.
"""

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from charteroak.clock import format_instant
from charteroak.collectors.posture import FORMAT, Answer, PostureDocument, TLSAnswer

if TYPE_CHECKING:
    from dns.resolver import Resolver

QUESTION_SECONDS = 5.0
LOOK_SECONDS = 30.0
"""For the whole look."""
MOST_RECORDS = 20
LONGEST_RECORD = 2_000
MOST_SELECTORS = 10
MOST_NAMES = 100
_HTTPS = 443
_UNICAST = ipaddress.ip_network("2000::/3")
"""Where the open Internet's IPv6 is. All else is local, reserved, or holds an IPv4 address, which may be any: mapped,
translated and compatible (RFC 4291, 2.5.5; RFC 6052; RFC 8215), or was site-local once (RFC 3879)."""
_NOBODYS = tuple(
    ipaddress.ip_network(each)
    for each in (
        "2001::/23",  # IETF protocols, and Teredo, which holds an IPv4 address (RFC 4380)
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4, which holds an IPv4 address (RFC 3056)
        "3fff::/20",  # documentation (RFC 9637)
        "192.0.0.0/24",  # IETF protocols, and this network's own translator (RFC 7335)
        "192.88.99.0/24",  # 6to4 relays, given up (RFC 7526)
    )
)
"""Networks among the public ones in which no organisation's host is."""
_TOO_OLD = frozenset({"UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION", "WRONG_SSL_VERSION"})


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a look may go. The defaults are those of an installation; tests give their own name server."""

    servers: tuple[str, ...] = ()
    """Name servers to ask; those of this machine where none is named."""
    port: int = 53
    settings: str = "/etc/resolv.conf"
    """Where this machine says which name servers it asks."""
    may_be_private: bool = False
    """Whether a host at an address that is not public may be spoken to."""
    tls_port: int = _HTTPS
    seconds: float = LOOK_SECONDS


def look_at(
    domain: str, moment: datetime, *, selectors: Sequence[str] = (), host: str | None = None, reach: Reach | None = None
) -> PostureDocument:
    """What the name servers say about a domain, and what its own host offers; ``host`` of ``None`` asks none.

    Raises nothing for what others do: a question that failed says so in its answer.
    """
    asked = reach or Reach()
    ends = time.monotonic() + asked.seconds
    resolver = _resolver(asked)

    def ask(name: str, kind: str, begins: str = "") -> Answer:
        return _ask(resolver, (name, kind, begins), ends)

    return PostureDocument(
        format=FORMAT,
        domain=domain,
        looked=format_instant(moment),
        resolver=", ".join(str(server) for server in resolver.nameservers)[:300],
        spf=ask(domain, "TXT", "v=spf1"),
        dmarc=ask(f"_dmarc.{domain}", "TXT", "v=DMARC1"),
        dkim={each: ask(f"{each}._domainkey.{domain}", "TXT") for each in selectors[:MOST_SELECTORS]},
        mx=ask(domain, "MX"),
        caa=ask(domain, "CAA"),
        dnssec=ask(domain, "DNSKEY"),
        ds=ask(domain, "DS"),
        mta_sts=ask(f"_mta-sts.{domain}", "TXT", "v=STSv1"),
        tls=None if host is None else _tls(resolver, host, asked, ends),
    )


def _resolver(reach: Reach) -> "Resolver":
    """A resolver; one without any server where this machine names none, or none that can be read."""
    from dns.exception import DNSException  # noqa: PLC0415 - heavy where no domain is looked at
    from dns.resolver import Resolver  # noqa: PLC0415 - as above

    resolver = Resolver(configure=False)
    if reach.servers:
        resolver.nameservers = list(reach.servers)
        resolver.port = reach.port
    else:
        with suppress(DNSException, OSError, ValueError):
            resolver = Resolver(filename=reach.settings)
    resolver.cache = None
    return resolver


def _ask(resolver: "Resolver", question: tuple[str, str, str], ends: float) -> Answer:
    """One question. That a name or a kind of record is not there is an answer; anything else that fails is none."""
    from dns.exception import DNSException  # noqa: PLC0415 - as above
    from dns.resolver import NXDOMAIN, NoAnswer  # noqa: PLC0415 - as above

    name, kind, begins = question
    if not resolver.nameservers:
        return Answer(problem="this machine names no name server to ask")
    seconds = min(QUESTION_SECONDS, ends - time.monotonic())
    if seconds <= 0:
        return Answer(problem="there was no time left to ask")
    try:
        answer = resolver.resolve(name, kind, lifetime=seconds, search=False)
        texts = [_text(record, kind) for record in answer]
    except (NXDOMAIN, NoAnswer):
        return Answer()
    except (DNSException, OSError, ValueError) as error:
        return Answer(problem=_plain(f"no answer about {name} {kind} ({type(error).__name__})"))
    found = [text for text in texts if text.lower().startswith(begins.lower())]
    if len(found) > MOST_RECORDS:
        return Answer(problem=f"more than {MOST_RECORDS} records of {name} {kind}")
    return Answer(records=tuple(_plain(text) for text in found))


def _text(record: Any, kind: str) -> str:
    """A record as text; the strings of a TXT record as one (RFC 7208, 3.3)."""
    if kind == "TXT":
        return b"".join(record.strings).decode("utf-8", "replace")
    return str(record.to_text())


def _plain(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text[:LONGEST_RECORD])


def _tls(resolver: "Resolver", host: str, reach: Reach, ends: float) -> TLSAnswer:
    """One handshake, twice where the certificate is not trusted: first as a browser would, then to read what it is."""
    nothing = TLSAnswer(host=host, port=reach.tls_port)
    addresses = list(_addresses(resolver, host, ends))
    if not addresses:
        return replace(nothing, problem=f"no address of {host} was found")
    usable = [each for each in addresses if reach.may_be_private or is_public(each)]
    if not usable:
        return replace(nothing, problem=f"{host} has no public address")
    try:
        try:
            version, certificate = _handshake(usable[0], host, reach, ends, ssl.create_default_context())
            trusted = True
        except ssl.SSLCertVerificationError:
            version, certificate = _handshake(usable[0], host, reach, ends, _unverified())
            trusted = False
    except ssl.SSLError as error:
        if error.reason in _TOO_OLD:
            return replace(nothing, version="nothing newer than TLS 1.1")
        return replace(nothing, problem=_plain(f"no handshake with {host} ({error.reason or type(error).__name__})"))
    except (OSError, ValueError) as error:
        return replace(nothing, problem=_plain(f"no handshake with {host} ({type(error).__name__})"))
    names, expires = _read_certificate(certificate)
    return replace(nothing, version=version, names=names, expires=expires, trusted=trusted)


def is_public(address: str) -> bool:
    """Whether an address is one of the open Internet, as a host of an organisation has it.

    One that holds an IPv4 address inside is refused whatever that is: who translates it may sit in this very network.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if not parsed.is_global or parsed.is_multicast or "%" in address:
        return False
    if parsed.version == 6 and parsed not in _UNICAST:
        return False
    return not any(parsed in network for network in _NOBODYS)


def _addresses(resolver: "Resolver", host: str, ends: float) -> Iterator[str]:
    for kind in ("A", "AAAA"):
        yield from _ask(resolver, (host, kind, ""), ends).records


def _handshake(address: str, host: str, reach: Reach, ends: float, context: ssl.SSLContext) -> tuple[str, bytes]:
    """The version that was agreed on and the server's certificate."""
    seconds = min(QUESTION_SECONDS, ends - time.monotonic())
    if seconds <= 0:
        raise TimeoutError("there was no time left to ask")
    with socket.create_connection((address, reach.tls_port), timeout=seconds) as plain:
        plain.settimeout(seconds)
        with context.wrap_socket(plain, server_hostname=host) as secure:
            return secure.version() or "", secure.getpeercert(binary_form=True) or b""


def _unverified() -> ssl.SSLContext:
    """To read a certificate that is not trusted; nothing is sent over such a connection."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _read_certificate(data: bytes) -> tuple[tuple[str, ...], str]:
    """The names in a certificate and its end; neither where it cannot be read, so that its end is *could not tell*."""
    try:
        return _names_and_end(data)
    except Exception:  # noqa: BLE001 - the edge to a foreign parser of a stranger's bytes; it raises without a common root
        return (), ""


def _names_and_end(data: bytes) -> tuple[tuple[str, ...], str]:
    from cryptography import x509  # noqa: PLC0415 - heavy where no certificate is read

    certificate = x509.load_der_x509_certificate(data)
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        told = tuple(_plain(name) for name in names.get_values_for_type(x509.DNSName)[:MOST_NAMES])
    except x509.ExtensionNotFound:
        told = ()
    return told, format_instant(certificate.not_valid_after_utc.astimezone(UTC))
