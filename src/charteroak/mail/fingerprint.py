"""What a message has in common with others of its campaign, as keys that can be compared and counted.

Keys hold nothing about the person who received the message: recipients' names and addresses, digits and links are
masked before a text is compared. Texts are compared by a sketch (``text_sketch``).
"""

import re
from collections.abc import Iterator
from hashlib import blake2b
from operator import attrgetter

import msgspec

from charteroak.mail.domains import registrable_domain, shared_services
from charteroak.mail.identity import protected_names
from charteroak.mail.language import beyond_ascii
from charteroak.mail.people import PLACEHOLDER, PeopleNames
from charteroak.mail.reading import Reading
from charteroak.mail.text_sketch import text_bands
from charteroak.mail.urls import Link

_REPLY_MARK = re.compile(r"^(?:(?:re|fw|fwd|aw|wg|sv|tr|rv|enc|res)\s*(?:\[\d+\])?:\s*)+")
_WORD = re.compile(r"[a-z\u00c0-\uffff]+")
_NO_WORD = re.compile("[\x80-\xbf\U00010000-\U0010ffff]")
_ONLY_LETTERS = bytes(code if code >= 128 or chr(code).islower() else 32 for code in range(256))
"""What ``_WORD`` does to a text's bytes in UTF-8 that has nothing of ``_NO_WORD``, in a fifth of the time."""
_FEW_CHARACTERS = 32
"""Different characters up to which they are replaced one by one."""
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
_MAX_VALUE = 200
_ORDER = attrgetter("kind", "value")


class CampaignKey(msgspec.Struct, frozen=True, order=True):
    """One comparable fact: its kind (``link-domain``, ``subject``, ``text`` ...) and its value."""

    kind: str
    value: str


def fingerprint(reading: Reading) -> tuple[CampaignKey, ...]:
    """The keys of a message, sorted."""
    people = _people(reading)
    keys = {
        *(_link_key(reading, link) for link in reading.followed),
        *(() if reading.may_be_report else _sender_keys(reading)),
        *_subject_keys(reading, people),
        *(
            CampaignKey("attachment", attachment.sha256)
            for attachment in reading.attachments
            if attachment.size and not attachment.is_inline
        ),
        *(CampaignKey("text", band) for band in text_bands(_masked_words(reading.plain, people))),
    }
    if len(reading.tags) >= _MIN_STRUCTURE_TAGS:
        tags = " ".join(reading.tags[:_MAX_STRUCTURE_TAGS])
        keys.add(CampaignKey("structure", _digest(tags)))
    return tuple(sorted([_bounded(key) for key in keys if key is not None and key.value], key=_ORDER))


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
    # Blackmail comes in the recipient's own name.
    name = PeopleNames(mailbox.name for mailbox in reading.recipients).redact(reading.plain_name)
    if PLACEHOLDER in name:
        name = name.replace(PLACEHOLDER, " ").strip(" ,-")
    if len(name) >= 4 and not reading.shield.mentions(name):
        yield CampaignKey("sender-name", name[:80])


def _people(reading: Reading) -> frozenset[bytes]:
    """The words that may name whoever received the message or handed it in."""
    names = {word for mailbox in reading.recipients if mailbox.name for word in _WORD.findall(mailbox.name.lower())}
    return frozenset(word.encode("utf-8", "surrogatepass") for word in names | reading.shield.words)


def _masked_words(text: str, people: frozenset[bytes]) -> list[bytes]:
    """The words of a plain text in UTF-8, without addresses, links and people."""
    words = _words(_without(_without(text, "@"), "://"))
    return words if people.isdisjoint(words) else [word for word in words if word not in people]


def _without(text: str, mark: str) -> str:
    """The text without the words that hold a mark."""
    kept: list[str] = []
    start = 0
    while (at := text.find(mark, start)) >= 0:
        kept.append(text[start : text.rfind(" ", start, at) + 1 or start])
        start = text.find(" ", at)
        if start < 0:
            return "".join(kept)
    return "".join([*kept, text[start:]])


def _words(text: str) -> list[bytes]:
    """What ``_WORD`` finds."""
    if not text.isascii():
        others = {character for character in beyond_ascii(text) if not "\u00c0" <= character <= "\uffff"}
        if len(others) > _FEW_CHARACTERS:
            text, others = _NO_WORD.sub(" ", text), set()
        for character in others:
            text = text.replace(character, " ")
    return text.encode("utf-8", "surrogatepass").translate(_ONLY_LETTERS).split()


def _subject_keys(reading: Reading, people: frozenset[bytes]) -> Iterator[CampaignKey]:
    masked = _masked_words(_REPLY_MARK.sub("", reading.plain_subject), people)
    subject = b" ".join(masked).decode("utf-8", "surrogatepass")
    if len(subject) >= 8:
        yield CampaignKey("subject", subject[:200])
    words = [word for word in dict.fromkeys(subject.split(" ")) if len(word) > 3 and word not in _COMMON_WORDS]
    for word in words[:8]:
        yield CampaignKey("subject-word", word[:40])
