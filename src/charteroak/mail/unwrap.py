"""Undo what mail gateways and redirectors put around a link, without asking anybody.

Each rule knows where a service keeps the target: Microsoft Safe Links, Proofpoint URL Defense (versions 1 to 3),
Google, Bing, Facebook, LinkedIn, YouTube, Barracuda, Cisco. What a service keeps only in its own database (Mimecast,
any shortener) stays as it is. Layers are undone up to ``limits.MAX_REDIRECT_LAYERS``.
"""

import base64
import binascii
import re
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from charteroak.mail import limits

_V3 = re.compile(r"/v3/__(.+?)__;([A-Za-z0-9_=-]*)!", re.DOTALL)
_ONE_SLASH = re.compile(r"^(https?:)/(?!/)", re.IGNORECASE)
_V3_TOKEN = re.compile(r"\*(\*.)?", re.DOTALL)
_PLAIN_HOST = re.compile(r"https?://([a-z0-9_.-]{1,253})(?=[/?#]|\Z)")
_MAX_HOST_CHARACTERS = 253
_RUN_LENGTHS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
"""``**A`` stands for two replaced characters, ``**B`` for three, and so on along this alphabet."""


def _parameter(parts: SplitResult, *names: str) -> str:
    try:
        pairs = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=64)
    except ValueError:
        return ""
    values = dict(reversed(pairs))
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


def _google(parts: SplitResult) -> str:
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
)
_REDIRECTORS: tuple[tuple[re.Pattern[str], Callable[[SplitResult], str]], ...] = (
    (
        re.compile(
            r"(?:www|maps|images|mail|accounts|notifications)?\.?google\.[a-z.]{2,6}|googleads\.g\.doubleclick\.net"
        ),
        _google,
    ),
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
    return ("", False) if rule is None else (rule[0](parts), rule[1])


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
        if not target.lower().startswith(("http://", "https://")):
            break
        if not is_gateway:
            passed.append(url)
        url = target[: limits.MAX_URL_CHARACTERS]
    return url, tuple(passed)


def is_gateway_link(url: str) -> bool:
    """Whether a link is a mail gateway's own, which carries the recipient's address."""
    return _target(url)[1]
