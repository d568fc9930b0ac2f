"""What a message has in common with others of its campaign, as keys that can be compared and counted.

Keys hold nothing about the person who received the message: recipients' names and addresses, digits and links are
masked before a text is compared. Texts are compared by a sketch (one-permutation MinHash, Li, Owen and Zhang 2012):
each run of five words is hashed once, the smallest hash of each of 32 bins is kept, and four bins make a band; two
texts that share most of their wording share most of their eight bands.
"""

import re
from collections.abc import Iterator
from hashlib import blake2b
from operator import attrgetter

import msgspec

from charteroak.mail import limits
from charteroak.mail.domains import registrable_domain, shared_services
from charteroak.mail.identity import protected_names
from charteroak.mail.reading import Reading
from charteroak.mail.urls import Link

_REPLY_MARK = re.compile(r"^(?:(?:re|fw|fwd|aw|wg|sv|tr|rv|enc|res)\s*(?:\[\d+\])?:\s*)+")
_WORD = re.compile(r"[a-z\u00c0-\uffff]+")
_ONLY_LETTERS = {code: " " for code in range(128) if not chr(code).islower()}
"""What ``_WORD`` does to text in ASCII, in a third of the time."""
_COMMON_WORDS = frozenset(
    [
        "about",
        "after",
        "again",
        "account",
        "alert",
        "also",
        "been",
        "before",
        "below",
        "check",
        "click",
        "dear",
        "email",
        "from",
        "have",
        "here",
        "hello",
        "into",
        "important",
        "just",
        "mail",
        "message",
        "more",
        "must",
        "need",
        "notice",
        "only",
        "please",
        "regarding",
        "request",
        "required",
        "that",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "today",
        "update",
        "urgent",
        "very",
        "want",
        "what",
        "when",
        "will",
        "with",
        "would",
        "your",
        "para",
        "como",
        "esta",
        "este",
        "favor",
        "cuenta",
        "usted",
        "sobre",
    ]
)
_MIN_STRUCTURE_TAGS = 25
_MAX_STRUCTURE_TAGS = 2_000
_SHINGLE_WORDS = 5
_MIN_TEXT_WORDS = 25
_MAX_VALUE = 200
_BINS, _BANDS = 32, 8
_ORDER = attrgetter("kind", "value")
_SHORT_DIGEST = blake2b(digest_size=8)
"""Copied for each of the hundreds of runs of a text, which takes a third less than to make one anew."""


class CampaignKey(msgspec.Struct, frozen=True, order=True):
    """One comparable fact: its kind (``link-domain``, ``subject``, ``text`` ...) and its value."""

    kind: str
    value: str


def fingerprint(reading: Reading) -> tuple[CampaignKey, ...]:
    """The keys of a message, sorted."""
    keys = {
        *(_link_key(reading, link) for link in reading.links if link.is_followed),
        *(() if reading.may_be_report else _sender_keys(reading)),
        *_subject_keys(reading),
        *(
            CampaignKey("attachment", attachment.sha256)
            for attachment in reading.attachments
            if attachment.size and not attachment.is_inline
        ),
        *_text_keys(_masked_words(reading, reading.plain)),
    }
    if len(reading.tags) >= _MIN_STRUCTURE_TAGS:
        tags = " ".join(reading.tags[:_MAX_STRUCTURE_TAGS])
        keys.add(CampaignKey("structure", _digest(tags)))
    return tuple(sorted((_bounded(key) for key in keys if key is not None and key.value), key=_ORDER))


def _bounded(key: CampaignKey) -> CampaignKey:
    """A key that fits a database column; a longer value is kept as its digest."""
    return key if len(key.value) <= _MAX_VALUE else CampaignKey(key.kind, f"{key.value[:100]}~{_digest(key.value)}")


def _digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "replace"), digest_size=8).hexdigest()


def _link_key(reading: Reading, link: Link) -> CampaignKey | None:
    kind = shared_services().kind_of(link.host)
    if kind in {"free-mail", "infrastructure"} or reading.shield.is_home(link.host):
        return None
    if kind == "shortener" or link.host in shared_services().hosting:
        return CampaignKey("link-address", reading.shield.cut_link(link.url).partition("?")[0].partition("#")[0])
    if protected_names().owner_of(link.host) is not None and kind != "hosting":
        return None
    return CampaignKey("link-domain", link.host if kind == "hosting" or not link.domain else link.domain)


def _sender_keys(reading: Reading) -> Iterator[CampaignKey]:
    for kind, mailbox in (("sender", reading.sender), ("reply", reading.reply_to)):
        domain = registrable_domain(mailbox.domain)
        address = mailbox.address.lower()
        if not domain or reading.shield.mentions(address) or reading.shield.is_home(domain):
            continue
        if shared_services().kind_of(domain) == "free-mail":
            yield CampaignKey(f"{kind}-address", address)
        elif protected_names().owner_of(domain) is None:
            yield CampaignKey(f"{kind}-domain", domain)
    name = reading.plain_name
    if len(name) >= 4 and not reading.shield.mentions(name):
        yield CampaignKey("sender-name", name[:80])


def _masked_words(reading: Reading, text: str) -> list[str]:
    people = reading.shield.words | {
        word for mailbox in reading.recipients if mailbox.name for word in _WORD.findall(mailbox.name.lower())
    }
    if "@" in text or "://" in text:
        text = " ".join([piece for piece in text.split() if "@" not in piece and "://" not in piece])
    words = text.translate(_ONLY_LETTERS).split() if text.isascii() else _WORD.findall(text)
    return words if people.isdisjoint(words) else [word for word in words if word not in people]


def _subject_keys(reading: Reading) -> Iterator[CampaignKey]:
    words = _masked_words(reading, _REPLY_MARK.sub("", reading.plain_subject))
    subject = " ".join(words)
    if len(subject) >= 8:
        yield CampaignKey("subject", subject[:200])
    words = [word for word in dict.fromkeys(words) if len(word) > 3 and word not in _COMMON_WORDS]
    for word in words[:8]:
        yield CampaignKey("subject-word", word[:40])


def _text_keys(text: list[str]) -> Iterator[CampaignKey]:
    if len(text) < _MIN_TEXT_WORDS:
        return
    words = " ".join(text[: limits.MAX_SHINGLES]).encode("utf-8", "replace").split(b" ")
    runs = zip(*(words[offset:] for offset in range(_SHINGLE_WORDS)), strict=False)
    digests = []
    for shingle in set(map(b" ".join, runs)):
        digest = _SHORT_DIGEST.copy()
        digest.update(shingle)
        digests.append(digest.digest())
    # Largest first, so that the smallest of each bin is the one that stays; as bytes they sort as their numbers do.
    digests.sort(reverse=True)
    lowest = {digest[-1] % _BINS: digest for digest in digests}
    bins = [int.from_bytes(lowest[index], "big") if index in lowest else None for index in range(_BINS)]
    filled = _fill_empty_bins(bins)
    rows = _BINS // _BANDS
    for band in range(_BANDS):
        piece = filled[band * rows : (band + 1) * rows]
        yield CampaignKey("text", f"{band}:{_digest(','.join(map(str, piece)))}")


def _fill_empty_bins(bins: list[int | None]) -> list[int]:
    """An empty bin takes its right neighbour's value, so that short texts have full bands (Shrivastava 2014)."""
    filled: list[int] = []
    following = next(value for value in bins if value is not None)
    for value in reversed(bins):
        following = following if value is None else value
        filled.append(following)
    filled.reverse()
    return filled
