"""What servers claim about the sender (RFC 8601, RFC 7208 section 9.1, RFC 8617), and whether a claim may be believed.

A claim stands in the message, and whoever sent the message could write it. It is trusted only when all of this holds:
its authserv-id is on the list that the operator configured; no relay of somebody else stands above it; and no claim
about the same method by the same server stands above it. Everything else is shown as "claimed by". Nothing is
configured by default, so that by default every line is a claim. A server that does not name itself (Microsoft 365
leaves its authserv-id out) can never be trusted by name.
"""

import re
from collections.abc import Collection, Iterator, Sequence

import msgspec
from msgspec.structs import replace

from charteroak.mail import limits
from charteroak.mail.decoding import without_controls
from charteroak.mail.domains import normal_host, registrable_domain
from charteroak.mail.headers import Headers
from charteroak.mail.hops import Hop

_COMMENT = re.compile(r"\([^()]{0,1000}\)")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.){0,1000}"')
_UNTOLD = '""'
_RESULT = re.compile(r"([a-z][a-z0-9-]{0,31})\s*=\s*([a-z]{1,32})", re.IGNORECASE)
_PROPERTY = re.compile(
    r"(?<![^\s;])(?:header\.(?:from|d|i)|smtp\.(?:mailfrom|helo))\s*=\s*([^\s;]{1,320})", re.IGNORECASE
)
_RESULT_WORD = re.compile(r"[a-z]{1,32}")
_METHODS = {"spf", "dkim", "dmarc", "arc", "compauth", "iprev", "auth", "dkim-adsp", "domainkeys", "sender-id"}
_SPF_RECEIVER = re.compile(r"receiver\s*=\s*\"?([^\s;\"]{1,255})", re.IGNORECASE)


class AuthenticationClaim(msgspec.Struct, frozen=True, gc=False):
    """One result: method, result, the domain it is about, who claims it, and whether that may be believed."""

    method: str
    result: str
    domain: str
    claimed_by: str
    trusted: bool
    source: str

    def to_json(self) -> dict[str, str | bool]:
        """The claim as the command line prints it."""
        return {
            "method": self.method,
            "result": self.result,
            "domain": self.domain,
            "claimedBy": self.claimed_by,
            "trusted": self.trusted,
            "source": self.source,
        }


def read_claims(
    headers: Headers, hops: tuple[Hop, ...], trusted_receivers: Collection[str], *, is_topmost_alone: bool = False
) -> tuple[AuthenticationClaim, ...]:
    """Every authentication result in the headers, topmost first.

    With ``is_topmost_alone`` no field below the topmost of a trusted server is trusted, whatever its method: servers
    that write a field for each method are then believed in the last that they wrote.
    """
    trusted = {receiver.strip().lower().rstrip(".") for receiver in trusted_receivers if receiver.strip()}
    claims: list[AuthenticationClaim] = []
    is_trusted_zone = bool(trusted)
    answered: set[tuple[str, str]] = set()
    hop = iter(hops)
    for name, value in headers.among(
        "received", "authentication-results", "arc-authentication-results", "received-spf"
    ):
        if len(claims) >= limits.MAX_AUTHENTICATION_CLAIMS:
            break
        if name == "received":
            # Below the server that gave the trusted results, and below any foreign server, the sender wrote the lines.
            current = next(hop, None)
            has_answer = any(claim.trusted for claim in claims)
            is_trusted_zone = is_trusted_zone and not has_answer and current is not None and _is_by(current.by, trusted)
        elif name in {"authentication-results", "arc-authentication-results"}:
            server, pieces = _server_and_results(value, name)
            found = list(_claims(server, pieces, name))
            for claim in found:
                is_first = (claim.claimed_by, claim.method) not in answered
                may_believe = name == "authentication-results" and is_trusted_zone and claim.claimed_by in trusted
                claims.append(replace(claim, trusted=True) if may_believe and is_first else claim)
            answered |= {(claim.claimed_by, claim.method) for claim in found}
            if is_topmost_alone and name == "authentication-results" and server in trusted:
                is_trusted_zone = False
        elif name == "received-spf":
            claims.append(_received_spf(value))
    return tuple(claims[: limits.MAX_AUTHENTICATION_CLAIMS])


def _is_by(server: str, trusted: set[str]) -> bool:
    domain = registrable_domain(server)
    return server in trusted or (bool(domain) and any(registrable_domain(receiver) == domain for receiver in trusted))


def _server_and_results(value: str, source: str) -> tuple[str, list[str]]:
    """Who wrote a field, empty where it does not say, and the results in it."""
    # What is quoted is the sender's word (a reason, a local part): neither a result nor a domain is read out of it.
    text = _QUOTED.sub(_UNTOLD, value[: limits.MAX_PARAMETER_CHARACTERS])
    for _ in range(3):  # comments nest, seldom deeper
        if "(" not in text:
            break
        text = _COMMENT.sub(" ", text)
    pieces = text.split(";")
    server = pieces[0].strip()
    if source.startswith("arc-") and server.lower().startswith("i="):
        pieces = pieces[1:]
        server = pieces[0].strip() if pieces else ""
    names_itself = "=" not in server
    name = without_controls(server.partition(" ")[0]).lower()[:255] if names_itself else ""
    return name, pieces[1 if names_itself else 0 :]


def _claims(server: str, results: Sequence[str], source: str) -> Iterator[AuthenticationClaim]:
    for piece in results:
        match = _RESULT.match(piece.strip())
        if match is None or match[1].lower() not in _METHODS:
            continue
        about = _PROPERTY.search(piece)
        domain = normal_host(about[1].rpartition("@")[2].strip("<>\"'")) if about is not None else ""
        yield AuthenticationClaim(match[1].lower(), match[2].lower(), domain, server, trusted=False, source=source)


def _received_spf(value: str) -> AuthenticationClaim:
    text = value[: limits.MAX_RECEIVED_CHARACTERS]
    receiver = _SPF_RECEIVER.search(text)
    result = text.strip().partition(" ")[0].lower()
    claimed_by = receiver[1].lower() if receiver is not None else ""
    result = result if _RESULT_WORD.fullmatch(result) else "unknown"
    return AuthenticationClaim("spf", result, "", claimed_by, trusted=False, source="received-spf")
