"""Reading STIX from elsewhere: the indicators in it, and everything that could not be used, by name.

Objects of other types are accepted, ignored and counted (STIX 2.1 lets anyone add types). One bad object never hides
the good ones beside it, and is never silently dropped: it stands in ``could_not_read``.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

import msgspec

from charteroak.clock import TimeFormatError, parse_instant
from charteroak.errors import InputError
from charteroak.intel.limits import MAX_BUNDLE_BYTES, MAX_NAME_CHARACTERS, MAX_OBJECTS
from charteroak.intel.markings import label_of
from charteroak.intel.pattern_reading import PatternError
from charteroak.intel.patterns import parse_pattern
from charteroak.observables import Observable
from charteroak.tlp import TLPLabel

_MAX_ID_CHARACTERS = 256


class BundleError(InputError):
    """What was handed in is no STIX bundle at all; nothing of it was read."""

    code: ClassVar[str] = "intel.stix.unreadable"


@dataclass(frozen=True, slots=True)
class BundleLimits:
    """How much is read before reading stops."""

    bundle_bytes: int = MAX_BUNDLE_BYTES
    objects: int = MAX_OBJECTS


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedIndicator:
    """An indicator as someone else published it. Any one of ``observables`` makes its pattern hold.

    Only a revoked one may have none: taking back must work even where its pattern cannot be read.

    Without a TLP marking that we know, ``tlp`` is RED: it may be used here and goes no further.
    """

    id: str
    observables: tuple[Observable, ...]
    pattern: str
    tlp: TLPLabel
    name: str
    created: datetime
    modified: datetime
    valid_from: datetime
    valid_until: datetime | None
    confidence: int | None
    revoked: bool


@dataclass(frozen=True, slots=True)
class CouldNotRead:
    """An object that could not be used, and why. ``id`` is empty where the object has none."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReceivedObjects:
    """What some STIX held: indicators, how many objects of which other type, and what could not be read."""

    indicators: tuple[ReceivedIndicator, ...] = ()
    ignored: Mapping[str, int] = field(default_factory=dict)
    could_not_read: tuple[CouldNotRead, ...] = ()


class _Bundle(msgspec.Struct):
    type: str
    objects: list[msgspec.Raw] = []


class _Head(msgspec.Struct):
    type: str
    id: str = ""


class _Indicator(msgspec.Struct):
    id: str
    created: str
    modified: str
    pattern: str
    valid_from: str
    pattern_type: str = "stix"
    valid_until: str | None = None
    name: str = ""
    confidence: int | None = None
    revoked: bool = False
    object_marking_refs: list[str] = []


_BUNDLES = msgspec.json.Decoder(_Bundle)
_HEADS = msgspec.json.Decoder(_Head)
_INDICATORS = msgspec.json.Decoder(_Indicator)
# Too deep, not UTF-8, not JSON, or of the wrong type: for the reader these are one thing.
_DECODE_ERRORS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def parse_bundle(data: bytes, limits: BundleLimits | None = None) -> ReceivedObjects:
    """Read a STIX 2.0 or 2.1 bundle.

    Raises:
        BundleError: it is too large, no JSON, or no bundle.
    """
    bounds = limits or BundleLimits()
    if len(data) > bounds.bundle_bytes:
        raise BundleError(
            f"The bundle is larger than {bounds.bundle_bytes >> 20} MB.", remedy="Split it, or pull it over TAXII."
        )
    try:
        document = _BUNDLES.decode(data)
    except _DECODE_ERRORS as error:
        raise BundleError(f"Not a STIX bundle: {error}.", remedy="Name a STIX 2.1 JSON file.") from error
    if document.type != "bundle":
        raise BundleError(f"Not a STIX bundle but a {document.type[:40]!r}.", remedy="Name a STIX 2.1 JSON file.")
    if len(document.objects) > bounds.objects:
        raise BundleError(f"The bundle has more than {bounds.objects} objects.", remedy="Split it.")
    return read_objects(document.objects)


def read_objects(objects: Iterable[bytes | msgspec.Raw]) -> ReceivedObjects:
    """Read objects one by one, each from its own JSON bytes; this never fails as a whole."""
    indicators: list[ReceivedIndicator] = []
    ignored: Counter[str] = Counter()
    failures: list[CouldNotRead] = []
    for data in objects:
        identifier = ""
        try:
            head = _HEADS.decode(data)
            identifier = head.id[:_MAX_ID_CHARACTERS]
            if head.type == "indicator":
                indicators.append(_read_indicator(_INDICATORS.decode(data)))
            else:
                ignored[head.type[:MAX_NAME_CHARACTERS]] += 1
        except _DECODE_ERRORS as error:
            failures.append(CouldNotRead(identifier, f"Not a STIX object: {error}."))
        except (PatternError, TimeFormatError) as error:
            failures.append(CouldNotRead(identifier, error.message))
    return ReceivedObjects(tuple(indicators), dict(ignored), tuple(failures))


def _read_indicator(document: _Indicator) -> ReceivedIndicator:
    if document.pattern_type != "stix":
        raise PatternError(f"The pattern is written in {document.pattern_type[:40]!r}; only STIX patterns are read.")
    if not document.id.startswith("indicator--") or len(document.id) > _MAX_ID_CHARACTERS:
        raise PatternError("The identifier is not that of an indicator.")
    return ReceivedIndicator(
        id=document.id,
        observables=_observables(document),
        pattern=document.pattern,
        tlp=label_of(document.object_marking_refs),
        name="".join(c for c in document.name if c.isprintable())[:MAX_NAME_CHARACTERS],
        created=parse_instant(document.created),
        modified=parse_instant(document.modified),
        valid_from=parse_instant(document.valid_from),
        valid_until=None if document.valid_until is None else parse_instant(document.valid_until),
        confidence=document.confidence,
        revoked=document.revoked,
    )


def _observables(document: _Indicator) -> tuple[Observable, ...]:
    try:
        return parse_pattern(document.pattern)
    except PatternError:
        if document.revoked:
            return ()
        raise
