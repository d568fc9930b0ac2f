"""Each DKIM signature of a message: does the body still match, and does a known key confirm it?

*Verified* says that the domain signed these very header fields and this body, not that the mail is honest: phishing is
signed as well. *Failed* says that something was altered or that the signature is not the domain's; mailing lists and
archives alter mail every day, so no point of the verdict rests on it. *Limited* says that the signature is the
domain's, and that it does not vouch for this mail whole. Without a key nothing is said about the sender.
"""

import base64
import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import partial

from cryptography.exceptions import InvalidSignature

from charteroak.mail import limits
from charteroak.mail.dkim import canonical
from charteroak.mail.dkim.keys import PublishedKey, PublishedKeys
from charteroak.mail.dkim.signature import Signature, named_in, parse_signature
from charteroak.mail.dkim.tags import TagError
from charteroak.mail.domains import registrable_domain

MAX_SIGNATURES = 5
"""Checked of one message, those with a key at hand first; senders and their providers sign once or twice each."""
_FIELD = b"dkim-signature"
_SINGLE_FIELDS = (
    *("From", "Sender", "Reply-To", "To", "Cc", "Subject", "Date", "Message-ID"),
    *("MIME-Version", "Content-Type", "Content-Transfer-Encoding"),
)
"""May stand once (RFC 5322 section 3.6, RFC 2045 section 3). A signature takes the lowest, people see the topmost."""


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
    places = [place for place, (name, _) in enumerate(fields) if name == _FIELD]
    chosen = _chosen(places, fields, keys)
    checks: list[DKIMCheck] = []
    bodies: dict[str, bytes] = {}
    for place in chosen:
        field = fields[place][1]
        try:
            signature = parse_signature(field)
        except TagError as error:
            domain, selector = named_in(field)
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
    if left := len(places) - len(chosen):
        reason = f"Beside these {MAX_SIGNATURES}, the mail has more signatures that were not checked: {left}."
        checks.append(DKIMCheck("", "", DKIMVerdict.NOT_CHECKED, reason))
    return tuple(checks)


def _chosen(places: Sequence[int], fields: Sequence[tuple[bytes, bytes]], keys: PublishedKeys) -> list[int]:
    """The signatures that are checked, topmost first; junk on top does not hide one whose key is at hand."""
    if len(places) <= MAX_SIGNATURES:
        return list(places)
    ranked = sorted(places, key=lambda place: not keys.of(*named_in(fields[place][1])))
    return sorted(ranked[:MAX_SIGNATURES])


def _why_added(signature: Signature, counts: Mapping[bytes, int]) -> str:
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
    signature: Signature, signed: bytes, keys: PublishedKeys, at: date, *, body: _Body, aligned: bool
) -> DKIMCheck:
    said = partial(DKIMCheck, signature.domain, signature.selector, body=body.state, is_aligned=aligned)
    known = keys.of(signature.domain, signature.selector)
    usable = [key for key in known if key.kind == signature.kind]
    if not usable:
        if empty := next((key for key in known if key.is_empty), None):
            return said(DKIMVerdict.EXPIRED_KEY, "The domain took this key back.", key_seen=empty.seen)
        if keys.fault:
            return said(DKIMVerdict.NOT_CHECKED, f"{keys.fault} {body.reason}".strip())
        told = body.reason or "The body is as it was signed; by whom is not proved."
        useless = next((f" The record that is known proves nothing: {key.useless}" for key in known if key.useless), "")
        return said(DKIMVerdict.NO_KEY, f"No key of this signature is known here.{useless} {told}")
    matching = [key for key in usable if _matches(key, signature, signed)]
    if not matching:
        reason = "The signature does not match the key that the domain published."
        return said(DKIMVerdict.FAILED, reason, key_seen=usable[0].seen)
    in_force = next((key for key in matching if key.until is None or at <= key.until), None)
    if in_force is None:
        return said(DKIMVerdict.EXPIRED_KEY, _why_ended(matching), key_seen=matching[0].seen)
    if in_force.same_domain_only and signature.agent_domain != signature.domain:
        reason = f"The key is for {signature.domain} alone, and the signature is for {signature.agent_domain}."
        return said(DKIMVerdict.FAILED, reason, key_seen=in_force.seen)
    if limited := " ".join(_limits_of(signature, in_force, at, body)):
        reason = f"The signature matches the key seen on {in_force.seen}. {limited}"
        return said(DKIMVerdict.LIMITED, reason, key_seen=in_force.seen)
    reason = f"The domain signed this header and body, by the key seen on {in_force.seen}."
    return said(DKIMVerdict.VERIFIED, reason, key_seen=in_force.seen)


def _why_ended(matching: Sequence[PublishedKey]) -> str:
    latest = max(matching, key=lambda key: key.until or date.min)
    if latest.taken_back is not None:
        return f"The signature matches a key that the domain took back by {latest.taken_back}, before the message came."
    return f"The signature matches a key that held until {latest.until}, before the message came."


def _limits_of(signature: Signature, key: PublishedKey, at: date, body: _Body) -> Iterator[str]:
    """Why a signature that matches does not vouch for this mail whole, a sentence each."""
    if body.reason:
        yield body.reason
    if signature.ends is not None and at > signature.ends:
        yield f"It says that it held until {signature.ends}, before the message came."
    # Servers keep several zones' days; more than one day ahead is none of them.
    if signature.made is not None and signature.made - at > timedelta(days=1):
        yield f"It says that it was made on {signature.made}, after the message came."
    if key.is_test:
        yield "The domain says that it only tests its signatures: such a mail counts as not signed."


def _matches(key: PublishedKey, signature: Signature, signed: bytes) -> bool:
    try:
        key.verify_signature(signature.value, signed)
    except InvalidSignature:
        return False
    return True


def _compared(signature: Signature, content: bytes, bodies: dict[str, bytes]) -> _Body:
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
