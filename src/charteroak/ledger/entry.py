"""Entries of a ledger: a header that is the leaf, and a body that the header commits to.

The header is canonical JSON (RFC 8785) with exactly these members::

    {"v":1,"kind":"evidence.recorded","bodyVersion":1,"organisation":"<slug>","index":<int>,
     "actor":"user:<uuid>|system|desk:<slug>","occurred":{"from":"<time or day>","to":"<time or day>"|null},
     "recorded":"<RFC 3339, UTC, Z>","bodySha256":"<SHA-256(salt || body)>"}

Its bytes are the leaf data of the tree. Every value in it is plain ASCII without escapes, so one pattern describes the
whole canonical form and there is no second spelling. The salt (32 random bytes) is kept with the body: without it a
short body could be guessed from its digest, and with body and salt erased the proofs still hold.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from charteroak.canonical import parse_json
from charteroak.clock import connecticut_day, format_instant, parse_day, parse_instant
from charteroak.errors import CouldNotError, InputError
from charteroak.ledger.errors import BodyCommitmentError, EntryFormatError
from charteroak.ledger.limits import HEADER_LIMIT_BYTES

SALT_BYTES = 32
HEADER_VERSION = 1

_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME = _DAY + r"T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?"
_SLUG = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_MOMENT = rf"{_DAY}|{_TIME}(?:Z|[+-][0-9]{{2}}:[0-9]{{2}})"
_INTEGER = r"0|[1-9][0-9]{0,14}"  # below 2**53, which is as far as numbers of RFC 8785 are exact

_MEMBERS = {
    "actor": f'"(user:{_UUID}|system|desk:{_SLUG})"',
    "bodySha256": '"([0-9a-f]{64})"',
    "bodyVersion": "([1-9][0-9]{0,3})",
    "index": f"({_INTEGER})",
    "kind": r'"([a-z]+(?:-[a-z]+)*\.[a-z]+(?:-[a-z]+)*)"',
    "occurred": rf'\{{"from":"({_MOMENT})","to":(?:null|"({_MOMENT})")\}}',
    "organisation": f'"({_SLUG})"',
    "recorded": f'"({_TIME}Z)"',
    "v": f"({HEADER_VERSION})",
}
_HEADER = re.compile(r"\{" + ",".join(f'"{key}":{pattern}' for key, pattern in _MEMBERS.items()) + r"\}")


class BodyWithheldError(CouldNotError):
    """An entry's body or salt is not at hand, so its commitment cannot be checked."""

    code: ClassVar[str] = "ledger.entry.body-withheld"


@dataclass(frozen=True, slots=True)
class EntryHeader:
    """The public part of an entry. Moments are kept as written, since their precision is part of the record."""

    kind: str
    body_version: int
    organisation: str
    index: int
    actor: str
    occurred_from: str
    occurred_to: str | None
    recorded: str
    body_sha256: str

    @property
    def recorded_at(self) -> datetime:
        """When the entry was written, as an instant."""
        return parse_instant(self.recorded)

    @property
    def occurred_days(self) -> tuple[date, date]:
        """First and last Connecticut day of what the entry tells of; one that still lasts ends on its first day."""
        first = occurred_day(self.occurred_from)
        return first, first if self.occurred_to is None else occurred_day(self.occurred_to)


@dataclass(frozen=True, slots=True)
class Entry:
    """A header with its exact bytes and, where they are at hand, its body and salt."""

    header: EntryHeader
    header_bytes: bytes
    body: bytes | None
    salt: bytes | None

    def verify_body(self) -> None:
        """Return if body and salt are what the header commits to.

        Raises:
            BodyWithheldError: one of them is not at hand.
            BodyCommitmentError: they are others.
        """
        if self.body is None or self.salt is None:
            raise BodyWithheldError(f"The body of entry {self.header.index} is not at hand.")
        got = body_commitment(self.salt, self.body).hex()
        if not hmac.compare_digest(got, self.header.body_sha256):
            raise BodyCommitmentError(index=self.header.index, expected_sha256=self.header.body_sha256, got_sha256=got)


def occurred_day(moment: str) -> date:
    """The Connecticut day of a moment written as a day or as an instant.

    Raises:
        TimeFormatError: it is neither.
    """
    return connecticut_day(parse_instant(moment)) if "T" in moment else parse_day(moment)


def body_commitment(salt: bytes, body: bytes) -> bytes:
    """SHA-256(salt || body).

    Raises:
        EntryFormatError: the salt is not 32 bytes long; with another length two pairs could share a commitment.
    """
    if len(salt) != SALT_BYTES:
        raise EntryFormatError(f"A salt has {SALT_BYTES} bytes, this has {len(salt)}.")
    return hashlib.sha256(salt + body).digest()


def header_bytes(header: EntryHeader) -> bytes:
    """The canonical bytes of a header, which are the leaf.

    Raises:
        EntryFormatError: a value has not the form that this version allows, or the times are reversed.
    """
    end = "null" if header.occurred_to is None else f'"{header.occurred_to}"'
    leaf = (
        f'{{"actor":"{header.actor}","bodySha256":"{header.body_sha256}","bodyVersion":{header.body_version},'
        f'"index":{header.index},"kind":"{header.kind}",'
        f'"occurred":{{"from":"{header.occurred_from}","to":{end}}},'
        f'"organisation":"{header.organisation}","recorded":"{header.recorded}","v":{HEADER_VERSION}}}'
    ).encode(errors="surrogatepass")
    if parse_header(leaf) != header:
        raise EntryFormatError("A value of this entry header is of another type than it should be.")
    return leaf


def parse_header(leaf: bytes) -> EntryHeader:
    """The header in a leaf.

    Raises:
        EntryFormatError: the bytes are not a header of this version in its canonical form.
    """
    if len(leaf) > HEADER_LIMIT_BYTES:
        raise EntryFormatError(f"An entry header has at most {HEADER_LIMIT_BYTES} bytes, this has {len(leaf)}.")
    try:
        match = _HEADER.fullmatch(leaf.decode("ascii"))
    except UnicodeDecodeError as error:
        raise EntryFormatError(f"An entry header is ASCII; byte {error.start} is not.") from error
    if match is None:
        raise EntryFormatError(_why_no_header(leaf))
    actor, body_sha256, body_version, index, kind, start, end, organisation, recorded, _ = match.groups()
    _check_times(start, end, recorded)
    return EntryHeader(
        kind=kind,
        body_version=int(body_version),
        organisation=organisation,
        index=int(index),
        actor=actor,
        occurred_from=start,
        occurred_to=end,
        recorded=recorded,
        body_sha256=body_sha256,
    )


def _check_times(start: str, end: str | None, recorded: str) -> None:
    try:
        shortest = format_instant(parse_instant(recorded))
        reversed_ = end is not None and _is_reversed(start, end)
        occurred_day(start)
    except (InputError, OverflowError) as error:
        raise EntryFormatError(f"An entry header has a time that does not exist: {error}") from error
    if shortest != recorded:
        raise EntryFormatError(f"{recorded!r} is not the shortest way to write this moment.")
    if reversed_:
        raise EntryFormatError(f"What occurred ends ({end}) before it begins ({start}).")


def _is_reversed(start: str, end: str) -> bool:
    if "T" in start and "T" in end:
        return parse_instant(end) < parse_instant(start)
    return occurred_day(end) < occurred_day(start)


def _why_no_header(leaf: bytes) -> str:
    """A sentence for a person about a leaf that does not match."""
    try:
        document = parse_json(leaf)
    except InputError as error:
        return f"Not an entry header: {error.message}"
    if not isinstance(document, dict):
        return "An entry header is a JSON object."
    if document.get("v") != HEADER_VERSION:
        return f"This entry header is of version {document.get('v')!r}; this program reads version {HEADER_VERSION}."
    if odd := sorted(set(document) ^ set(_MEMBERS)):
        return f"An entry header has exactly the members {', '.join(_MEMBERS)}; missing or unknown: {', '.join(odd)}."
    return "This entry header is not in canonical form, or one of its values has not the form it should have."
