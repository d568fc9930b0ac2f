"""Each DKIM signature of a message: does the body still match, and does a known key confirm it?

*Verified* says that the domain signed these very header fields and this body, not that the mail is honest: phishing is
signed as well. *Failed* says that something was altered or that the signature is not the domain's; mailing lists and
archives alter mail every day, so no point of the verdict rests on it. *Limited* says that the signature is the
domain's, and that it does not vouch for this mail whole. Without a key nothing is said about the sender.
"""

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import partial

from cryptography.exceptions import InvalidSignature

from charteroak.mail import limits
from charteroak.mail.dkim import canonical
from charteroak.mail.dkim.keys import PublishedKey, PublishedKeys
from charteroak.mail.dkim.tags import TagError, decoded, parse_tags, without_folding
from charteroak.mail.domains import normal_host, registrable_domain

MAX_SIGNATURES = 5
"""Checked of one message, the topmost first; senders and their providers sign once or twice each."""
_FIELD = b"dkim-signature"
_REQUIRED = ("v", "a", "b", "bh", "d", "h", "s")
_ALGORITHMS = {"rsa-sha256": "rsa", "ed25519-sha256": "ed25519"}
_SINGLE_FIELDS = (
    *("From", "Sender", "Reply-To", "To", "Cc", "Subject", "Date", "Message-ID"),
    *("MIME-Version", "Content-Type", "Content-Transfer-Encoding"),
)
"""May stand once (RFC 5322 section 3.6, RFC 2045 section 3). A signature takes the lowest, people see the topmost."""
_FORMS = {"simple", "relaxed"}
_NUMBER = re.compile(r"\d{1,18}", re.ASCII)


class DKIMVerdict(StrEnum):
    """What could be told of a signature."""

    VERIFIED = "verified"
    LIMITED = "limited"
    FAILED = "failed"
    NO_KEY = "no-key"
    EXPIRED_KEY = "expired-key"
    NOT_CHECKED = "not-checked"


@dataclass(frozen=True, slots=True)
class DKIMCheck:
    """One signature with what was found, the reason as a sentence, and what it rests on.

    ``body`` is ``unchanged``, ``changed``, ``partly-signed``, ``not-signed`` or empty where it was not compared;
    ``is_aligned`` says whether the signing domain and the one of the From field belong to the same owner.
    """

    domain: str
    selector: str
    verdict: DKIMVerdict
    reason: str
    body: str = ""
    is_aligned: bool = False
    key_seen: date | None = None

    def to_json(self) -> dict[str, object]:
        """The check as the command line prints it."""
        return {
            "domain": self.domain,
            "selector": self.selector,
            "verdict": self.verdict.value,
            "reason": self.reason,
            "body": self.body or None,
            "aligned": self.is_aligned,
            "keySeen": None if self.key_seen is None else self.key_seen.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class _Signature:
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


@dataclass(frozen=True, slots=True)
class _Body:
    """How the body compares, and what is to be said of it."""

    state: str
    reason: str = ""


def check_signatures(
    message: bytes, keys: PublishedKeys, *, at: date, sender_domain: str, is_rebuilt: bool = False
) -> tuple[DKIMCheck, ...]:
    """Check the signatures of a message as it was received.

    ``at`` is the day on which it came to us: keys that had ended by then do not count. ``is_rebuilt`` is for messages
    put together again from another form (Outlook's), of which no byte is as it was signed. A message with two senders,
    or with a signed field once more than it was signed, is never verified (RFC 6376 section 8.15). Never raises.
    """
    message = canonical.with_network_line_ends(message[: limits.MAX_MESSAGE_BYTES + 1])
    found = canonical.split_fields(message, limits.MAX_HEADER_BLOCK_BYTES)
    if found is None:
        reason = f"The header is longer than {limits.MAX_HEADER_BLOCK_BYTES >> 10} kB; its signatures were not read."
        unread = DKIMCheck("", "", DKIMVerdict.NOT_CHECKED, reason)
        return (unread,) if canonical.names_signature(message) else ()
    fields, content = found
    counts = Counter(name for name, _ in fields)
    is_one_sender = bool(sender_domain) and counts[b"from"] == 1
    checks: list[DKIMCheck] = []
    bodies: dict[str, bytes] = {}
    for place, (name, field) in enumerate(fields):
        if name != _FIELD:
            continue
        if len(checks) >= MAX_SIGNATURES:
            break
        try:
            signature = _parse(field)
        except TagError as error:
            domain, selector = _named_in(field)
            checks.append(DKIMCheck(domain, selector, DKIMVerdict.FAILED, f"The signature is malformed. {error}"))
            continue
        aligned = is_one_sender and registrable_domain(signature.domain) == registrable_domain(sender_domain)
        said = partial(DKIMCheck, signature.domain, signature.selector, is_aligned=aligned)
        if is_rebuilt:
            reason = "Outlook's form does not keep the bytes that were signed."
            checks.append(said(DKIMVerdict.NOT_CHECKED, reason))
        elif len(message) > limits.MAX_MESSAGE_BYTES:
            checks.append(said(DKIMVerdict.NOT_CHECKED, "The message is too large to be read whole."))
        elif (body := _compared(signature, content, bodies)).state == "changed":
            checks.append(said(DKIMVerdict.FAILED, body.reason, body=body.state))
        elif reason := _why_added(signature, counts):
            checks.append(said(DKIMVerdict.FAILED, reason, body=body.state))
        else:
            others = [*fields[:place], *fields[place + 1 :]]
            signed = canonical.signed_header(others, signature.names, field, signature.header_form)
            checks.append(_with_keys(signature, signed, keys, at, body=body, aligned=aligned))
    return tuple(checks)


def _why_added(signature: _Signature, counts: Mapping[bytes, int]) -> str:
    """Why somebody may have added a field that is shown instead of the signed one; empty where nothing tells of it."""
    if counts[b"from"] > 1:
        return "The mail has more than one From field: which of the senders signed it cannot be told."
    for name in _SINGLE_FIELDS:
        field = name.lower().encode()
        covered = signature.names.count(field)
        if covered and counts[field] > covered:
            return f"The field {name} stands {counts[field]} times, signed {covered} times: anybody may have added one."
    return ""


def _with_keys(
    signature: _Signature, signed: bytes, keys: PublishedKeys, at: date, *, body: _Body, aligned: bool
) -> DKIMCheck:
    said = partial(DKIMCheck, signature.domain, signature.selector, body=body.state, is_aligned=aligned)
    known = keys.of(signature.domain, signature.selector)
    usable = [key for key in known if key.kind == signature.kind]
    if not usable:
        if any(key.key is None for key in known):
            return said(DKIMVerdict.EXPIRED_KEY, "The domain took this key back.", key_seen=known[0].seen)
        told = body.reason or "The body is as it was signed; by whom is not proved."
        return said(DKIMVerdict.NO_KEY, f"No key of this signature is known here. {told}")
    holding = [key for key in usable if _holds(key, signature, signed)]
    if not holding:
        reason = "The signature does not match the key that the domain published."
        return said(DKIMVerdict.FAILED, reason, key_seen=usable[0].seen)
    in_force = next((key for key in holding if key.until is None or at <= key.until), None)
    if in_force is None:
        ended = max(key.until for key in holding if key.until is not None)
        reason = f"The signature matches a key that held until {ended}, before the message came."
        return said(DKIMVerdict.EXPIRED_KEY, reason, key_seen=holding[0].seen)
    if body.reason:
        reason = f"The signature matches the key seen on {in_force.seen}. {body.reason}"
        return said(DKIMVerdict.LIMITED, reason, key_seen=in_force.seen)
    reason = f"The domain signed this header and body, by the key seen on {in_force.seen}."
    return said(DKIMVerdict.VERIFIED, reason, key_seen=in_force.seen)


def _holds(key: PublishedKey, signature: _Signature, signed: bytes) -> bool:
    if key.same_domain_only and signature.agent_domain != signature.domain:
        return False
    try:
        key.verify_signature(signature.value, signed)
    except InvalidSignature:
        return False
    return True


def _compared(signature: _Signature, content: bytes, bodies: dict[str, bytes]) -> _Body:
    """The body beside the digest of it; what stands behind the length that was signed is nobody's (section 8.2)."""
    if signature.body_form not in bodies:
        bodies[signature.body_form] = canonical.body(content, signature.body_form)
    body = bodies[signature.body_form]
    length = len(body) if signature.length is None else signature.length
    digest = base64.b64encode(hashlib.sha256(body[:length]).digest()).decode()
    if length > len(body) or digest != signature.body_hash:
        return _Body("changed", "The body is not as it was when it was signed.")
    if length == len(body):
        return _Body("unchanged")
    if length == 0:
        return _Body("not-signed", "Nothing of the body is signed: all of it may be anybody's.")
    reason = f"Only the first {length} of {len(body)} bytes of the body are signed: what follows may be anybody's."
    return _Body("partly-signed", reason)


def _parse(field: bytes) -> _Signature:
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
    return _Signature(
        domain=domain,
        selector=without_folding(tags["s"])[:253].lower(),
        kind=kind,
        header_form=header_form,
        body_form=body_form,
        names=names,
        body_hash=without_folding(tags["bh"]),
        value=decoded(tags["b"], "signature"),
        length=None if length is None else int(length),
        agent_domain=agent,
    )


def _named_in(field: bytes) -> tuple[str, str]:
    """Domain and selector of a signature that cannot be used, as far as they can be read."""
    text = field.partition(b":")[2].decode("ascii", "replace")
    tags = dict(piece.strip().partition("=")[::2] for piece in text.split(";")[:32])
    selector = tags.get("s", "").strip()[:63]
    return normal_host(tags.get("d", "").strip()), selector if selector.isprintable() else ""
