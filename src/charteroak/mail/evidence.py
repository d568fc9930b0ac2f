"""What a shared trait is worth as evidence that two mails are of one campaign.

A trait's *worth* is its kind's weight, in hundredths of a point, times its *rarity*: the part of the weight that is
left when so many different lures bear it. Rarity goes in published steps, so that it changes three times in the life of
a trait and not with every mail. How common a trait is, is counted over *profiles* (distinct pairs of infrastructure and
subject), not over messages: a campaign of five hundred copies has few profiles and stays linked, a service used by a
hundred campaigns has many and stops linking.

For comparison a trait is a whole number of 63 bits, its *code*: a digest with the kind in the lowest four bits. The
digest is salted with the desk, so that one index serves every desk.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from hashlib import blake2b

from charteroak.mail.fingerprint import CampaignKey
from charteroak.observables import Observable, ObservableType, defang

RARITY_STEPS = ((20, 100), (40, 60), (80, 25))
"""Up to so many profiles a trait is worth so many percent of its weight; beyond the last it is worth nothing."""

MOST_PER_KIND = 8
"""So many traits of one kind take part, those with the smallest codes; two mails that share them choose the same."""

KIND_BITS = 4
_ROOMY_KINDS = frozenset({"link-domain", "link-address", "subject-word", "attachment", "text"})


@dataclass(frozen=True, slots=True)
class TraitKind:
    """A kind of trait: the family it is evidence of, its weight in hundredths of a point, its sentence."""

    name: str
    family: str
    weight: int
    sentence: str


KINDS = (
    TraitKind("attachment", "attachment", 250, "both carry the same file (SHA-256 {value})"),
    TraitKind("link-address", "infrastructure", 200, "both link to {value}"),
    TraitKind("link-domain", "infrastructure", 200, "both link to {value}"),
    TraitKind("reply-address", "sender", 160, "answers to both go to {value}"),
    TraitKind("reply-domain", "sender", 140, "answers to both go to {value}"),
    TraitKind("sender-address", "sender", 160, "both were sent from {value}"),
    TraitKind("sender-domain", "sender", 120, "both were sent from {value}"),
    TraitKind("sender-name", "sender", 80, 'both show the sender as "{value}"'),
    TraitKind("structure", "structure", 100, "both are built from the same page"),
    TraitKind("subject", "subject", 150, 'both have the subject "{value}"'),
    TraitKind("subject-word", "subject", 50, 'both subjects have the word "{value}"'),
    TraitKind("text", "text", 120, "their texts agree"),
)
"""Every kind that links; the place of a kind is its number in a code, so that kinds are only ever added at the end."""

_NUMBERS = {kind.name: number for number, kind in enumerate(KINDS)}
TEXT, ATTACHMENT = _NUMBERS["text"], _NUMBERS["attachment"]
_DIGEST_MASK = (1 << (63 - KIND_BITS)) - 1


def rarity_percent(profiles: int) -> int:
    """The part of its weight that a trait keeps which so many profiles bear."""
    return next((percent for most, percent in RARITY_STEPS if profiles <= most), 0)


def kind_of_code(code: int) -> TraitKind:
    """The kind of the trait that a code stands for."""
    return KINDS[code & ((1 << KIND_BITS) - 1)]


def worth_of(code: int, profiles: int) -> int:
    """What a trait is worth that so many profiles bear, in hundredths of a point."""
    return kind_of_code(code).weight * rarity_percent(profiles) // 100


def code_of(key: CampaignKey, salt: bytes = b"") -> int:
    """A trait's code: 59 bits of a digest, then the kind.

    Raises:
        KeyError: the kind is none that links.
    """
    text = f"{key.kind}\n{key.value}".encode("utf-8", "replace")
    digest = int.from_bytes(blake2b(text, digest_size=8, key=salt).digest(), "big")
    return (digest & _DIGEST_MASK) << KIND_BITS | _NUMBERS[key.kind]


def evidence_of(keys: Iterable[CampaignKey], salt: bytes = b"") -> dict[int, CampaignKey]:
    """The traits of a message that take part in linking, by code, in the order of their codes.

    A lure that is sent from a domain which it links to has shown one fact, not two: the sender's domain is left out.
    """
    known = [key for key in dict.fromkeys(keys) if key.kind in _NUMBERS]
    linked = {key.value for key in known if key.kind == "link-domain"}
    codes: dict[int, CampaignKey] = {}
    for key in known:
        if not (key.kind.endswith("-domain") and key.kind != "link-domain" and key.value in linked):
            codes[code_of(key, salt)] = key
    kept: dict[int, CampaignKey] = {}
    taken = dict.fromkeys(_ROOMY_KINDS, 0)
    for code in sorted(codes):
        kind = codes[code].kind
        if kind in taken:
            taken[kind] += 1
            if taken[kind] > MOST_PER_KIND:
                continue
        kept[code] = codes[code]
    return kept


def profile_of(keys: Iterable[CampaignKey], salt: bytes = b"") -> int:
    """The profile that a message counts towards in how common its traits are, as a whole number of 63 bits."""
    parts = sorted(f"{key.kind}={key.value}" for key in keys if key.kind in {"link-domain", "link-address", "subject"})
    digest = blake2b("\n".join(parts).encode("utf-8", "replace"), digest_size=8, key=salt).digest()
    return int.from_bytes(digest, "big") >> 1


def digest_of(keys: Iterable[CampaignKey], salt: bytes = b"") -> int:
    """What a message is known by among others with the same traits, as a whole number of 63 bits."""
    text = "\n".join(f"{key.kind}={key.value}" for key in sorted(set(keys)))
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8, key=salt).digest(), "big") >> 1


def desk_salt(desk: int) -> bytes:
    """What a desk's traits are digested with, by the desk's key in the database."""
    return f"charteroak.campaigns.{desk}".encode()


def shown_value(key: CampaignKey) -> str:
    """A trait's value as it may be shown: addresses cannot be followed."""
    if key.kind.endswith("-domain"):
        return defang(Observable(ObservableType.DOMAIN, key.value))
    if key.kind == "link-address":
        return defang(Observable(ObservableType.URL, key.value))
    if key.kind.endswith("-address"):
        return defang(Observable(ObservableType.EMAIL, key.value))
    return key.value


def sentence_of(key: CampaignKey, own: Collection[str] = ()) -> str:
    """A shared trait in words; a value that holds one of these names, in lower case, is not told."""
    is_own = any(name in key.value.lower() for name in own)
    return KINDS[_NUMBERS[key.kind]].sentence.format(value="a member's own name" if is_own else shown_value(key))
