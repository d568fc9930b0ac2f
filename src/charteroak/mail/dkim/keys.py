"""Published signing keys that a person collected: the file ``dkim-keys.toml`` of an installation.

Nothing is looked up. The file says whose key it is, the record as it was published, the day on which somebody saw it,
and, where that is known, the last day on which it held.
"""

import datetime as dt
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, ClassVar

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key
from msgspec import Meta

from charteroak.errors import InputError, SourceLocation
from charteroak.mail.dkim.tags import TagError, decoded, parse_tags, without_folding

MAX_FILE_BYTES = 1 << 20
MAX_KEYS = 2_000
LEAST_RSA_BITS = 1024
"""RFC 8301 section 3.2: a signature by a shorter key does not count."""
MOST_RSA_BITS = 8192
_FILE = "dkim-keys.toml"
_UNKNOWN_KIND = "Its key is of no kind that is known here (rsa, ed25519)."


class DKIMKeysError(InputError):
    """The file of published keys cannot be used."""

    code: ClassVar[str] = "mail.dkim-keys"


class _CountsForNothingError(TagError):
    """A record that is well formed, and that no verifier of mail may use (section 3.6.1; RFC 8301 section 3.2)."""


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    domain: Annotated[str, Meta(min_length=3, max_length=253)]
    selector: Annotated[str, Meta(min_length=1, max_length=253)]
    record: Annotated[str, Meta(min_length=2, max_length=8192)]
    seen: dt.date
    until: dt.date | None = None


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    owner: Annotated[str, Meta(min_length=2, max_length=200)]
    keys: Annotated[tuple[_Entry, ...], Meta(max_length=MAX_KEYS)] = ()


@dataclass(frozen=True, slots=True)
class PublishedKey:
    """One record. ``key`` is ``None`` where it was taken back (an empty ``p=``, section 3.6.1).

    ``taken_back`` is the day on which somebody saw that of a key that was seen before: it held until the day before.
    ``useless`` says why a record that is no slip counts for no mail; it has no key then, and was not taken back.
    """

    domain: str
    selector: str
    seen: dt.date
    until: dt.date | None
    key: RSAPublicKey | Ed25519PublicKey | None
    same_domain_only: bool = False
    is_test: bool = False
    taken_back: dt.date | None = None
    useless: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether it says that the key of its place was taken back."""
        return self.key is None and not self.useless

    @property
    def kind(self) -> str:
        """``rsa`` or ``ed25519``; empty for one that was taken back or counts for no mail."""
        if self.key is None:
            return ""
        return "ed25519" if isinstance(self.key, Ed25519PublicKey) else "rsa"

    def verify_signature(self, signature: bytes, signed: bytes) -> None:
        """Check a signature over the canonical header.

        Raises:
            InvalidSignature: it does not hold.
        """
        if isinstance(self.key, Ed25519PublicKey):
            digest = hashes.Hash(hashes.SHA256())
            digest.update(signed)
            self.key.verify(signature, digest.finalize())
        elif self.key is not None:
            self.key.verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())
        else:
            raise InvalidSignature


@dataclass(frozen=True, slots=True)
class PublishedKeys:
    """All keys by domain and selector; there may be several for one, from before and after a rotation.

    ``fault`` is a sentence where the keys could not be had, so that this does not look like having none.
    """

    _keys: dict[tuple[str, str], tuple[PublishedKey, ...]] = field(default_factory=dict)
    fault: str = ""

    def of(self, domain: str, selector: str) -> tuple[PublishedKey, ...]:
        """The keys that were seen under ``selector._domainkey.domain``."""
        return self._keys.get((domain.lower().rstrip("."), selector.lower()), ())


def parse_published_keys(data: bytes) -> PublishedKeys:
    """The keys of a ``dkim-keys.toml``.

    Raises:
        DKIMKeysError: it is too large, no TOML, has an unknown key, names no owner or day, or holds a record that is
            none. The message names the record. One that is well formed and counts for no mail is kept, and proves
            nothing.
    """
    if len(data) > MAX_FILE_BYTES:
        raise DKIMKeysError(f"The file of published keys is larger than {MAX_FILE_BYTES >> 20} MB.")
    try:
        document = msgspec.convert(tomllib.loads(data.decode("utf-8")), _File)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise DKIMKeysError(
            f"The file of published keys cannot be read: {error}.",
            remedy="docs/phish-papers.md shows a whole file.",
            location=SourceLocation(path=_FILE),
        ) from error
    return _gathered(_key_of(entry) for entry in document.keys)


def _gathered(keys: Iterable[PublishedKey]) -> PublishedKeys:
    found: dict[tuple[str, str], tuple[PublishedKey, ...]] = {}
    for key in keys:
        place = (key.domain, key.selector)
        found[place] = (*found.get(place, ()), key)
    return PublishedKeys({place: _as_taken_back(known) for place, known in found.items()})


def _as_taken_back(known: tuple[PublishedKey, ...]) -> tuple[PublishedKey, ...]:
    """The keys of one place; an empty record ends all that were seen up to its day (section 3.6.1)."""
    days = sorted(key.seen for key in known if key.is_empty)
    return tuple(key if key.key is None else _ended(key, days) for key in known)


def _ended(key: PublishedKey, days: Sequence[dt.date]) -> PublishedKey:
    day = next((day for day in days if day >= key.seen), None)
    if day is None or (key.until is not None and key.until < day):
        return key
    return replace(key, until=day - dt.timedelta(days=1), taken_back=day)


def _key_of(entry: _Entry) -> PublishedKey:
    name = f"{entry.selector}._domainkey.{entry.domain}"
    if entry.until is not None and entry.until < entry.seen:
        raise DKIMKeysError(
            f"The key of {name} held until a day before it was seen.",
            remedy="Correct seen or until.",
            location=SourceLocation(path=_FILE),
        )
    useless = ""
    key = None
    try:
        tags = parse_tags(entry.record)
        key = _public_key(tags)
    except _CountsForNothingError as error:
        useless = str(error)
    except TagError as error:
        raise DKIMKeysError(
            f"The record of {name} cannot be used: {error}",
            remedy="Copy it as it was published, such as v=DKIM1; k=rsa; p=...",
            location=SourceLocation(path=_FILE),
        ) from error
    flags = {flag.strip() for flag in tags.get("t", "").split(":")}
    domain = entry.domain.lower().rstrip(".")
    return PublishedKey(
        domain=domain,
        selector=entry.selector.lower(),
        seen=entry.seen,
        until=entry.until,
        key=key,
        same_domain_only="s" in flags,
        is_test="y" in flags,
        useless=useless,
    )


def _public_key(tags: dict[str, str]) -> RSAPublicKey | Ed25519PublicKey | None:
    if tags.get("v", "DKIM1") != "DKIM1":
        raise TagError("It is no record of version DKIM1.")
    if "p" not in tags:
        raise TagError("It has no key (p=).")
    if not {each.strip() for each in tags.get("s", "*").split(":")} & {"*", "email"}:
        raise _CountsForNothingError("It is not for mail.")
    if not without_folding(tags["p"]):
        return None
    if "sha256" not in {each.strip() for each in tags.get("h", "sha256").split(":")}:
        raise _CountsForNothingError("It does not allow SHA-256.")
    raw, kind = decoded(tags["p"], "key"), tags.get("k", "rsa")
    if kind not in {"rsa", "ed25519"}:
        raise _CountsForNothingError(_UNKNOWN_KIND)
    try:
        if kind == "ed25519":
            return Ed25519PublicKey.from_public_bytes(raw)
        key = load_der_public_key(raw)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise TagError("Its key cannot be read.") from error
    if not isinstance(key, RSAPublicKey):
        raise _CountsForNothingError(_UNKNOWN_KIND)
    if not LEAST_RSA_BITS <= key.key_size <= MOST_RSA_BITS:
        raise _CountsForNothingError(f"Its key has {key.key_size} bits; {LEAST_RSA_BITS} to {MOST_RSA_BITS} count.")
    return key
