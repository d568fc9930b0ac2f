"""One signature field, parsed (RFC 6376 section 3.5)."""

import datetime as dt
import re
from dataclasses import dataclass

from charteroak.mail import limits
from charteroak.mail.dkim.tags import MAX_TAGS, TagError, decoded, parse_tags, without_folding
from charteroak.mail.domains import normal_host

_REQUIRED = ("v", "a", "b", "bh", "d", "h", "s")
_ALGORITHMS = {"rsa-sha256": "rsa", "ed25519-sha256": "ed25519"}
_FORMS = {"simple", "relaxed"}
_NUMBER = re.compile(r"\d{1,18}", re.ASCII)
_MOST_SELECTOR_CHARACTERS = 253
_LAST_SECOND = 253_402_300_799
"""Of the year 9999; what lies behind it is as good as never."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What a field says: who signed what, how, and, where it tells them, the days (UTC) when it was made and ends."""

    domain: str
    selector: str
    kind: str
    header_form: str
    body_form: str
    names: tuple[bytes, ...]
    body_hash: str
    value: bytes
    length: int | None
    agent_domain: str
    made: dt.date | None = None
    ends: dt.date | None = None


def parse_signature(field: bytes) -> Signature:
    """A signature.

    Raises:
        TagError: it is malformed, or does not count.
    """
    tags = parse_tags(field.partition(b":")[2].decode("ascii", "replace"))
    missing = [name for name in _REQUIRED if name not in tags]
    if missing:
        raise TagError(f"It has no tag {missing[0]}.")
    if tags["v"] != "1":
        raise TagError("It is of another version.")
    kind = _ALGORITHMS.get(tags["a"].lower())
    if kind is None:
        raise TagError("Its algorithm does not count (RFC 8301).")
    header_form, _, body_form = tags.get("c", "simple/simple").lower().partition("/")
    body_form = body_form or "simple"
    if header_form not in _FORMS or body_form not in _FORMS:
        raise TagError("Its canonical form is unknown.")
    names = tuple(name.strip().lower().encode() for name in tags["h"].split(":"))
    if b"from" not in names:
        raise TagError("It does not cover the sender (From).")
    if len(names) > limits.MAX_HEADERS:
        raise TagError("It covers too many fields.")
    domain = normal_host(tags["d"])
    agent = normal_host(tags["i"].rpartition("@")[2]) if "i" in tags else domain
    if not domain or not (agent == domain or agent.endswith(f".{domain}")):
        raise TagError("Its domain is none, or it signs for somebody else.")
    length = tags.get("l")
    if length is not None and not _NUMBER.fullmatch(length):
        raise TagError("The length it covers is no number.")
    made, ends = _seconds(tags, "t"), _seconds(tags, "x")
    if made is not None and ends is not None and ends <= made:
        raise TagError("It ends before it was made.")
    return Signature(
        domain=domain,
        selector=without_folding(tags["s"])[:_MOST_SELECTOR_CHARACTERS].lower(),
        kind=kind,
        header_form=header_form,
        body_form=body_form,
        names=names,
        body_hash=without_folding(tags["bh"]),
        value=decoded(tags["b"], "signature"),
        length=None if length is None else int(length),
        agent_domain=agent,
        made=_day(made),
        ends=_day(ends),
    )


def _seconds(tags: dict[str, str], name: str) -> int | None:
    value = tags.get(name)
    if value is None:
        return None
    if not _NUMBER.fullmatch(value):
        raise TagError(f"Its time ({name}=) is no number.")
    return int(value)


def _day(seconds: int | None) -> dt.date | None:
    if seconds is None:
        return None
    return dt.datetime.fromtimestamp(min(seconds, _LAST_SECOND), dt.UTC).date()


def named_in(field: bytes) -> tuple[str, str]:
    """Domain and selector of a signature that may be malformed, as far as they can be read."""
    text = field.partition(b":")[2].decode("ascii", "replace")
    pieces = (piece.partition("=") for piece in text.split(";")[:MAX_TAGS])
    tags = {name.strip(): value for name, _, value in pieces}
    selector = without_folding(tags.get("s", ""))[:_MOST_SELECTOR_CHARACTERS]
    return normal_host(tags.get("d", "").strip()), selector if selector.isprintable() else ""
