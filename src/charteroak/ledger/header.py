"""The header of an entry: the leaf of the tree, in one canonical spelling for each version that was ever written.

Version 2 is canonical JSON (RFC 8785) with exactly these members::

    {"actor":"user:<uuid>|system|desk:<slug>","bodySha256":"<SHA-256(salt || body)>","bodyVersion":1,"index":<int>,
     "kind":"evidence.recorded",
     "occurred":{"from":"<time or day>","precision":"<how exact>","source":"<how known>","to":"<time or day>"|null},
     "organisation":"<slug>","private":{"<member>":"<SHA-256(salt || value)>"},"recorded":"<RFC 3339, UTC, Z>","v":2}

Version 1 has neither ``precision``, ``source`` nor ``private``. It is read for ever and written no more: its precision
is that of the text's form, its source is ``unknown``. Every value is plain ASCII without escapes, so one pattern
describes the whole canonical form of a version and there is no second spelling.
"""

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, TypeAlias, cast

from charteroak.canonical import parse_json
from charteroak.clock import connecticut_day, format_instant, parse_day, parse_instant
from charteroak.errors import InputError
from charteroak.ledger.errors import EntryFormatError
from charteroak.ledger.limits import HEADER_LIMIT_BYTES

Precision: TypeAlias = Literal["instant", "minute", "hour", "day", "month", "year"]
"""How exactly the beginning is known. The first three are written as an instant, the others as a day: a month as its
first day, a year as its first of January."""

Source: TypeAlias = Literal["stated", "observed", "document", "imported", "unknown"]
"""How it is known: a person says so, this software saw it, it was read from a document, it came with an import."""

HEADER_VERSION = 2
"""The version that is written."""

_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME = _DAY + r"T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?"
_SLUG = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_MOMENT = rf"{_DAY}|{_TIME}(?:Z|[+-][0-9]{{2}}:[0-9]{{2}})"
_INTEGER = r"0|[1-9][0-9]{0,14}"  # below 2**53, which is as far as numbers of RFC 8785 are exact
_PART = r'"[a-z][A-Za-z0-9]{0,63}":"[0-9a-f]{64}"'
_PRECISION = "instant|minute|hour|day|month|year"
_SOURCE = "stated|observed|document|imported|unknown"

_MEMBERS_OF_1 = {
    "actor": f'"(user:{_UUID}|system|desk:{_SLUG})"',
    "bodySha256": '"([0-9a-f]{64})"',
    "bodyVersion": "([1-9][0-9]{0,3})",
    "index": f"({_INTEGER})",
    "kind": r'"([a-z]+(?:-[a-z]+)*\.[a-z]+(?:-[a-z]+)*)"',
    "occurred": rf'\{{"from":"({_MOMENT})","to":(?:null|"({_MOMENT})")\}}',
    "organisation": f'"({_SLUG})"',
    "recorded": f'"({_TIME}Z)"',
    "v": "1",
}
_MEMBERS_OF_2 = {
    **_MEMBERS_OF_1,
    "occurred": (
        rf'\{{"from":"({_MOMENT})","precision":"({_PRECISION})","source":"({_SOURCE})","to":(?:null|"({_MOMENT})")\}}'
    ),
    "private": rf"\{{((?:{_PART}(?:,{_PART})*)?)\}}",
    "v": "2",
}


_UNSAID = cast("Precision", "")


def _pattern(members: Mapping[str, str]) -> re.Pattern[str]:
    return re.compile(r"\{" + ",".join(f'"{key}":{members[key]}' for key in sorted(members)) + r"\}")


_HEADER_1 = _pattern(_MEMBERS_OF_1)
_HEADER_2 = _pattern(_MEMBERS_OF_2)


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
    precision: Precision = _UNSAID
    """Left out, it is that of the text's form: ``instant`` or ``day``."""
    source: Source = "unknown"
    private: Mapping[str, str] = field(default_factory=dict, hash=False)
    """For each member of the body that stands apart, the commitment to it."""
    version: int = HEADER_VERSION

    def __post_init__(self) -> None:
        if self.precision == _UNSAID:
            object.__setattr__(self, "precision", precision_of(self.occurred_from))

    @property
    def recorded_at(self) -> datetime:
        """When the entry was written, as an instant."""
        return parse_instant(self.recorded)

    @property
    def occurred_days(self) -> tuple[date, date]:
        """First and last Connecticut day of what the entry tells of; one that still lasts ends on its first day."""
        first = occurred_day(self.occurred_from)
        return first, first if self.occurred_to is None else occurred_day(self.occurred_to)


def precision_of(moment: str) -> Precision:
    """The precision that a moment's form alone speaks of."""
    return "instant" if "T" in moment else "day"


def occurred_day(moment: str) -> date:
    """The Connecticut day of a moment written as a day or as an instant.

    Raises:
        TimeFormatError: it is neither.
    """
    return connecticut_day(parse_instant(moment)) if "T" in moment else parse_day(moment)


def header_bytes(header: EntryHeader) -> bytes:
    """The canonical bytes of a header in its own version, which are the leaf.

    Raises:
        EntryFormatError: a value has not the form that this version allows, or the times are reversed.
    """
    end = "null" if header.occurred_to is None else f'"{header.occurred_to}"'
    how, private = "", ""
    if header.version != 1:
        how = f'"precision":"{header.precision}","source":"{header.source}",'
        parts = ",".join(f'"{name}":"{header.private[name]}"' for name in sorted(header.private))
        private = f'"private":{{{parts}}},'
    leaf = (
        f'{{"actor":"{header.actor}","bodySha256":"{header.body_sha256}","bodyVersion":{header.body_version},'
        f'"index":{header.index},"kind":"{header.kind}",'
        f'"occurred":{{"from":"{header.occurred_from}",{how}"to":{end}}},'
        f'"organisation":"{header.organisation}",{private}"recorded":"{header.recorded}","v":{header.version}}}'
    ).encode(errors="surrogatepass")
    if parse_header(leaf) != header:
        raise EntryFormatError("A value of this entry header is of another type or version than it should be.")
    return leaf


def parse_header(leaf: bytes) -> EntryHeader:
    """The header in a leaf of any version that was ever written.

    Raises:
        EntryFormatError: the bytes are not a header of such a version in its canonical form.
    """
    if len(leaf) > HEADER_LIMIT_BYTES:
        raise EntryFormatError(f"An entry header has at most {HEADER_LIMIT_BYTES} bytes, this has {len(leaf)}.")
    try:
        text = leaf.decode("ascii")
    except UnicodeDecodeError as error:
        raise EntryFormatError(f"An entry header is ASCII; byte {error.start} is not.") from error
    if match := _HEADER_2.fullmatch(text):
        return _read_2(match)
    if match := _HEADER_1.fullmatch(text):
        return _read_1(match)
    raise EntryFormatError(_why_no_header(leaf))


def _read_2(match: re.Match[str]) -> EntryHeader:
    (
        actor, body_sha256, body_version, index, kind, start, precision, source, end, organisation, private, recorded,
    ) = match.groups()  # fmt: skip
    _check_times(start, end, recorded)
    _check_precision(start, precision)
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
        precision=cast("Precision", precision),
        source=cast("Source", source),
        private=_read_private(private),
    )


def _read_1(match: re.Match[str]) -> EntryHeader:
    actor, body_sha256, body_version, index, kind, start, end, organisation, recorded = match.groups()
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
        version=1,
    )


def _read_private(text: str) -> dict[str, str]:
    """The commitments; the pattern has seen to their form, so that commas and quotes stand only between them."""
    if not text:
        return {}
    pairs = [member.split(":") for member in text.replace('"', "").split(",")]
    names = [name for name, _ in pairs]
    if any(name >= later for name, later in itertools.pairwise(names)):
        raise EntryFormatError("The private parts of an entry header stand in the order of their names, each once.")
    return dict(pairs)


def _check_precision(start: str, precision: str) -> None:
    """Refuse a second spelling: a coarse moment is written as the first one that it may mean."""
    match precision:
        case "instant" | "day":
            fits = precision == precision_of(start)
        case "minute":
            fits = "T" in start and start[16:20] in {":00Z", ":00+", ":00-"}
        case "hour":
            fits = "T" in start and start[13:20] in {":00:00Z", ":00:00+", ":00:00-"}
        case "month":
            fits = len(start) == len("2026-03-01") and start.endswith("-01")
        case _:
            fits = len(start) == len("2026-01-01") and start.endswith("-01-01")
    if not fits:
        raise EntryFormatError(
            f"{start!r} is not how a moment known to the {precision} is written.",
            remedy="Write an instant with zeros for what is not known, a month as its first day, a year as 1 January.",
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
    version = document.get("v")
    if version not in {1, 2}:
        return f"This entry header is of version {version!r}; this program reads versions 1 and 2."
    members = _MEMBERS_OF_1 if version == 1 else _MEMBERS_OF_2
    if odd := sorted(set(document) ^ set(members)):
        return (
            f"An entry header of version {version} has exactly the members {', '.join(sorted(members))}; "
            f"missing or unknown: {', '.join(odd)}."
        )
    return "This entry header is not in canonical form, or one of its values has not the form it should have."
