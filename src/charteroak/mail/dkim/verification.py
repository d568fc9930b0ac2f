"""Each DKIM signature of a message: does the body still match, and does a known key confirm it?

*Verified* says that the domain signed these very header fields and this body, not that the mail is honest: phishing is
signed as well. *Failed* says that something was altered or that the signature is not the domain's; mailing lists and
archives alter mail every day, so no point of the verdict rests on it. *Limited* says that the signature is the
domain's, and that it does not vouch for this mail whole. Without a key nothing is said about the sender.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import partial

from cryptography.exceptions import InvalidSignature

from charteroak.mail import limits
from charteroak.mail.dkim import canonical
from charteroak.mail.dkim.bodies import ComparedBody, body_digests
from charteroak.mail.dkim.keys import PublishedKey, PublishedKeys
from charteroak.mail.dkim.signature import Signature, named_in, parse_signature
from charteroak.mail.dkim.tags import TagError
from charteroak.mail.domains import registrable_domain

MAX_SIGNATURES = 5
"""Told of one message, those that say most; senders and their providers sign once or twice each."""
MAX_READ = 50
"""Read and compared with the body, those with a key at hand first (RFC 6376 section 6.1 lets a verifier limit them)."""
MAX_PROVED = 20
"""Held against a key; only those of which nothing cheaper tells that they fail."""
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
    MORE = "more"
    """Of the line about those that are not told: none of them is a finding."""


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


_SAYS_MOST = (DKIMVerdict.VERIFIED, DKIMVerdict.LIMITED, DKIMVerdict.EXPIRED_KEY, DKIMVerdict.NO_KEY)

_FINDINGS = (DKIMVerdict.NOT_CHECKED, DKIMVerdict.FAILED, DKIMVerdict.LIMITED, DKIMVerdict.EXPIRED_KEY)


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
    checks: dict[int, DKIMCheck] = {}
    signatures: dict[int, Signature] = {}
    for place in _chosen(places, fields, keys):
        field = fields[place][1]
        try:
            signatures[place] = parse_signature(field)
        except TagError as error:
            domain, selector = named_in(field)
            checks[place] = DKIMCheck(domain, selector, DKIMVerdict.FAILED, f"The signature is malformed. {error}")
    is_comparable = not is_rebuilt and len(message) <= limits.MAX_MESSAGE_BYTES
    bodies = body_digests(content, signatures.values() if is_comparable else ())
    proofs_left = MAX_PROVED
    for place, signature in signatures.items():
        aligned = is_one_sender and registrable_domain(signature.domain) == registrable_domain(sender_domain)
        said = partial(DKIMCheck, signature.domain, signature.selector, is_aligned=aligned)
        if is_rebuilt:
            reason = "Outlook's form does not keep the bytes that were signed."
            checks[place] = said(DKIMVerdict.NOT_CHECKED, reason)
        elif not is_comparable:
            checks[place] = said(DKIMVerdict.NOT_CHECKED, "The message is too large to be read whole.")
        elif (body := bodies.compared(signature)).state == "changed":
            checks[place] = said(DKIMVerdict.FAILED, body.reason, body=body.state)
        elif reason := _why_added(signature, counts):
            checks[place] = said(DKIMVerdict.FAILED, reason, body=body.state)
        elif proofs_left:
            signed = partial(_signed_header, signature, fields, place)
            checks[place] = _with_keys(signature, signed, keys, at, body=body, aligned=aligned)
            proofs_left -= bool(keys.of(signature.domain, signature.selector))
    return _told(checks, len(places))


def _signed_header(signature: Signature, fields: Sequence[tuple[bytes, bytes]], place: int) -> bytes:
    names = set(signature.names)
    others = [field for number, field in enumerate(fields) if field[0] in names and number != place]
    return canonical.signed_header(others, signature.names, fields[place][1], signature.header_form)


def _chosen(places: Sequence[int], fields: Sequence[tuple[bytes, bytes]], keys: PublishedKeys) -> list[int]:
    """The signatures that are read: those with a key at hand first, and from both ends, as junk is added at one."""

    def rank(number: int) -> tuple[bool, int]:
        has_no_key = not keys.of(*named_in(fields[places[number]][1]))
        return has_no_key, min(number, len(places) - 1 - number)

    return [places[number] for number in sorted(range(len(places)), key=rank)[:MAX_READ]]


def _told(checks: Mapping[int, DKIMCheck], all_signatures: int) -> tuple[DKIMCheck, ...]:
    """The checks that say most, topmost signature first, and a last line about the rest if there is one."""

    def rank(place: int) -> tuple[int, bool, int]:
        # The sender's own before strangers': whoever passes a mail on may sign it as often as they like.
        verdict, is_strangers = checks[place].verdict, not checks[place].is_aligned
        return _SAYS_MOST.index(verdict) if verdict in _SAYS_MOST else len(_SAYS_MOST), is_strangers, place

    ranked = sorted(checks, key=rank)
    told = [checks[place] for place in sorted(ranked[:MAX_SIGNATURES])]
    more, unread = ranked[MAX_SIGNATURES:], all_signatures - len(checks)
    if not more and not unread:
        return tuple(told)
    beside = f"Beside these {len(told)}, the mail has more signatures: "
    if unread:
        reason = f"{beside}{len(more)} that were checked and say no more, {unread} that were not checked."
        return (*told, DKIMCheck("", "", DKIMVerdict.NOT_CHECKED, reason))
    reason = f"{beside}{len(more)} that were checked and say no more."
    verdicts = {checks[place].verdict for place in more}
    # A line without a name is never "verified".
    told_of_all = next((verdict for verdict in _FINDINGS if verdict in verdicts), DKIMVerdict.MORE)
    return (*told, DKIMCheck("", "", told_of_all, reason))


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
    signature: Signature,
    signed: Callable[[], bytes],
    keys: PublishedKeys,
    at: date,
    *,
    body: ComparedBody,
    aligned: bool,
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
    # Made for a key that is there alone: a header of 60,000 fields takes its time.
    header = signed()
    matching = [key for key in usable if _matches(key, signature, header)]
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


def _limits_of(signature: Signature, key: PublishedKey, at: date, body: ComparedBody) -> Iterator[str]:
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
