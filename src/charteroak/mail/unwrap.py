"""Undo what mail gateways and redirectors put around a link, without asking anybody.

Each rule knows where a service keeps the target: Microsoft Safe Links, Proofpoint URL Defense (versions 1 to 3),
Google, Bing, Facebook, LinkedIn, YouTube, Barracuda, Cisco, Sophos, Trellix, Trend Micro, Trustwave. Of a target that
Mimecast keeps in its own database its links name the site, and that is what is left. What any shortener keeps stays as
it is. Layers are undone up to ``limits.MAX_REDIRECT_LAYERS``.

A target in base64 may stand in a link to anywhere (``hidden_addresses``). It is one more link, and not in the place of
the one around it: that one's site is the sender's choice, too.
"""

import base64
import binascii
import re
from collections.abc import Callable
from functools import lru_cache
from itertools import islice
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from charteroak.mail import limits
from charteroak.mail.domains import has_listed_suffix

_V3 = re.compile(r"/v3/__(.+?)__;([A-Za-z0-9_=-]*)!", re.DOTALL)
_ONE_SLASH = re.compile(r"^(https?:)/(?!/)", re.IGNORECASE)
_V3_TOKEN = re.compile(r"\*(\*.)?", re.DOTALL)
_PLAIN_HOST = re.compile(r"https?://([a-z0-9_.-]{1,253})(?=[/?#]|\Z)")
_MAX_HOST_CHARACTERS = 253
_BARE_TARGET = re.compile(r"(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}(?=[/?#:]|\Z)", re.IGNORECASE)
_CACHED = re.compile(r"/[a-z]{1,4}/(s/)?([^/].*)", re.DOTALL)
_MOST_ENCODINGS = 3
"""How often a target may be percent-encoded; each layer around it does it once."""
_WEB = ("http://", "https://")
_IN_BASE64 = re.compile(r"(?:^|[=/?&#;,])((?:aHR0c|eyJ)[A-Za-z0-9+/_%-]{10,4096})")
_OPAQUE = re.compile(r"https?://(?:[a-z]{2,3}\.|www\.)?linkedin\.com/slink\?")
_MOST_PLACES = 40
"""Places of one link that are looked at; one is usual."""
_PLACE_CHARACTERS = 13
_MOST_SEGMENTS = 4
_WHOLE_ADDRESS = re.compile(r"https?://[!-~]{1,4096}")
_IN_OBJECT = re.compile(
    r'"(?:u|url|uri|href|link|target|dest|destination|redirect|redirect_url|p|r)"\s?:\s?"(https?://[^"\s]{1,4096})"'
)
_RUN_LENGTHS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
"""``**A`` stands for two replaced characters, ``**B`` for three, and so on along this alphabet."""


def _parameter(parts: SplitResult, *names: str) -> str:
    try:
        pairs = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=64)
    except ValueError:
        return ""
    values = {name.lower(): value for name, value in reversed(pairs)}
    return next((values[name] for name in names if values.get(name)), "")


def _url_defense_v2(parts: SplitResult) -> str:
    return unquote(_parameter(parts, "u").replace("-", "%").replace("_", "/"))


def _url_defense_v3(parts: SplitResult) -> str:
    match = _V3.search(parts.geturl())
    if match is None:
        return ""
    try:
        encoded = match[2].rstrip("=")
        replaced = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""
    position = 0

    def put_back(token: re.Match[str]) -> str:
        nonlocal position
        length = 1 if token[1] is None else _RUN_LENGTHS.find(token[1][1]) + 2
        run = replaced[position : position + length]
        position += length
        return run

    target = _V3_TOKEN.sub(put_back, unquote(match[1]))
    return _ONE_SLASH.sub(r"\1//", target)


def _url_defense(parts: SplitResult) -> str:
    if parts.path.startswith("/v3/"):
        return _url_defense_v3(parts)
    return _url_defense_v2(parts) if parts.path.startswith("/v2/") else _parameter(parts, "u")


def _cisco(parts: SplitResult) -> str:
    return unquote(parts.path.rpartition("/")[2])


def _bing(parts: SplitResult) -> str:
    value = _parameter(parts, "u").removeprefix("a1")
    try:
        return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""


def _sophos(parts: SplitResult) -> str:
    value = _parameter(parts, "u")
    try:
        return base64.b64decode(value + "=" * (-len(value) % 4)).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""


def _mimecast(parts: SplitResult) -> str:
    """The site alone: the rest of the target is in Mimecast's database."""
    domain = _parameter(parts, "domain")
    return f"https://{domain}" if _BARE_TARGET.fullmatch(domain) else ""


def _translated(parts: SplitResult) -> str:
    """A page shown through Google's translator: dots of its host are hyphens, and hyphens are doubled."""
    label = (parts.hostname or "").removesuffix(".translate.goog").replace("--", "\0").replace("-", ".")
    return f"https://{label.replace(chr(0), '-')}{parts.path}"


def _cached(parts: SplitResult) -> str:
    """A page out of the cache for mobile pages: ``/c/s/`` and the address, ``s`` where it is https."""
    match = _CACHED.match(parts.path)
    return f"http{match[1] and 's'}://{match[2]}" if match is not None else ""


def _advert(parts: SplitResult) -> str:
    return _parameter(parts, "adurl") or (parts.query if parts.query[:4].lower() == "http" else "")


def _google(parts: SplitResult) -> str:
    if parts.path == "/translate":
        return _parameter(parts, "u")
    if parts.path.startswith("/amp/"):
        rest = parts.path.removeprefix("/amp/")
        return f"https://{rest.removeprefix('s/')}" if rest.startswith("s/") else f"http://{rest}"
    return (
        _parameter(parts, "q", "url", "adurl") if parts.path in {"/url", "/pagead/aclk", "/aclk", "/travel/clk"} else ""
    )


def _in_parameter(*names: str) -> Callable[[SplitResult], str]:
    return lambda parts: _parameter(parts, *names)


_GATEWAYS: tuple[tuple[re.Pattern[str], Callable[[SplitResult], str]], ...] = (
    (re.compile(r"(?:[a-z0-9-]+\.)*safelinks\.protection\.(?:outlook\.com|office365\.us)"), _in_parameter("url")),
    (re.compile(r"linkprotect\.cudasvc\.com"), _in_parameter("a")),
    (re.compile(r"secure-web\.cisco\.com"), _cisco),
    (re.compile(r"(?:[a-z0-9-]+\.)*(?:mimecast|mimecastprotect)\.com"), _mimecast),
    (re.compile(r"(?:[a-z0-9-]+\.)*protection\.sophos\.com"), _sophos),
    (re.compile(r"protect2?\.fireeye\.com|scanmail\.trustwave\.com"), _in_parameter("u")),
    (re.compile(r"[a-z0-9-]+-ctp\.trendmicro\.com|statics\.teams\.cdn\.office\.net"), _in_parameter("url")),
)
_REDIRECTORS: tuple[tuple[re.Pattern[str], Callable[[SplitResult], str]], ...] = (
    (
        re.compile(
            r"(?:www|maps|images|mail|accounts|notifications|translate)?\.?google\.[a-z.]{2,6}"
            r"|googleads\.g\.doubleclick\.net"
        ),
        _google,
    ),
    (re.compile(r"(?:ad|adclick\.g)\.doubleclick\.net"), _advert),
    (re.compile(r"[a-z0-9-]+\.translate\.goog"), _translated),
    (re.compile(r"(?:[a-z0-9-]+\.)?cdn\.ampproject\.org"), _cached),
    (re.compile(r"(?:www\.)?bing\.com"), _bing),
    (re.compile(r"l[m]?\.facebook\.com|l\.instagram\.com"), _in_parameter("u")),
    (re.compile(r"(?:[a-z]+\.)?linkedin\.com"), _in_parameter("url")),
    (re.compile(r"(?:www\.)?youtube\.com"), _in_parameter("q")),
)


def _target(url: str) -> tuple[str, bool]:
    """The wrapped address, and whether the wrapper is a mail gateway (the receiver's doing, not the sender's)."""
    plain = _PLAIN_HOST.match(url)
    if plain is not None and _rule_of(plain[1]) is None:
        return "", False
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError:
        return "", False
    rule = _rule_of(host) if len(host) <= _MAX_HOST_CHARACTERS else None
    return ("", False) if rule is None else (_as_address(rule[0](parts)), rule[1])


def _as_address(target: str) -> str:
    """A target that was percent-encoded more than once, or left its scheme out, as an address; else as it is."""
    for _ in range(_MOST_ENCODINGS):
        if "%" not in target[:16] or target[:8].lower().startswith(_WEB):
            break
        target = unquote(target)
    if target.startswith("//"):
        return f"https:{target}"
    bare = _BARE_TARGET.match(target)
    return f"http://{target}" if bare is not None and has_listed_suffix(bare[0].lower()) else target


@lru_cache(maxsize=4096)
def _rule_of(host: str) -> tuple[Callable[[SplitResult], str], bool] | None:
    """How a service keeps its target, and whether it is a gateway; the same hosts are asked about again and again."""
    if host in {"urldefense.com", "urldefense.proofpoint.com", "urldefense.us"}:
        return _url_defense, True
    for rules, is_gateway in ((_GATEWAYS, True), (_REDIRECTORS, False)):
        for pattern, find in rules:
            if pattern.fullmatch(host):
                return find, is_gateway
    return None


def unwrap(url: str) -> tuple[str, tuple[str, ...]]:
    """The innermost address, and the redirectors passed on the way that the sender chose.

    Gateways are left out of the second value: their links carry the recipient's address and say nothing about the
    sender. A link without a wrapper comes back as it is.
    """
    passed: list[str] = []
    for _ in range(limits.MAX_REDIRECT_LAYERS):
        target, is_gateway = _target(url)
        if not target.lower().startswith(_WEB):
            break
        if not is_gateway:
            passed.append(url)
        url = target[: limits.MAX_URL_CHARACTERS]
    return url, tuple(passed)


def is_still_wrapped(url: str) -> bool:
    """Whether there is one more layer than ``unwrap`` undoes."""
    return _target(url)[0].lower().startswith(_WEB)


def hidden_addresses(url: str) -> tuple[str, ...]:
    """Addresses that stand in a link in base64: alone, or as a member of an object (JSON) as mailers write them."""
    if "aHR0c" not in url and "eyJ" not in url:
        return ()
    found: dict[str, None] = {}
    for match in islice(_IN_BASE64.finditer(url), _MOST_PLACES):
        if address := _address_in(unquote(match[1]).rstrip("=")):
            found.setdefault(address)
    return tuple(found)


def hides_too_many(url: str) -> bool:
    """Whether a link may hold more such places than ``hidden_addresses`` looks at."""
    is_long = len(url) > _MOST_PLACES * _PLACE_CHARACTERS
    return is_long and url.count("aHR0c") + url.count("eyJ") > _MOST_PLACES


def _address_in(value: str) -> str:
    # A slash is a letter of base64, and a link has some of its own behind it: what is plain text to its end was meant.
    pieces = value.split("/", _MOST_SEGMENTS)
    for count in range(len(pieces), 0, -1):
        text = _plain_text("/".join(pieces[:count]))
        if _WHOLE_ADDRESS.fullmatch(text) is not None:
            return text
        member = _IN_OBJECT.search(text.replace("\\", "")) if text.startswith("{") else None
        if member is not None:
            return member[1]
    return ""


def _plain_text(value: str) -> str:
    letters = value.replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(letters + "=" * (-len(letters) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        return ""


def is_opaque(url: str) -> bool:
    """Whether a link leads through a well-known site to a target that only that site knows (LinkedIn's ``slink``)."""
    return "linkedin.com/slink" in url and _OPAQUE.match(url) is not None


def is_gateway_link(url: str) -> bool:
    """Whether a link is a mail gateway's own, which carries the recipient's address."""
    return _target(url)[1]


def wraps_links(host: str) -> bool:
    """Whether links to a host may keep their target inside."""
    return _rule_of(host) is not None


def is_gateway_host(host: str) -> bool:
    """Whether the links of a host, as a ``Link`` names it, are a mail gateway's own."""
    rule = _rule_of(host) if len(host) <= _MAX_HOST_CHARACTERS else None
    return rule is not None and rule[1]
