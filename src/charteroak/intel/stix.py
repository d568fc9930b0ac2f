"""Writing STIX 2.1 objects (OASIS Standard, 10 June 2021). Identifiers and moments are arguments.

What describes an indicator takes a ``Release``, never a bare indicator. Reading stands in ``stix_reader``.
"""

import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

from charteroak.errors import InputError
from charteroak.intel.indicators import at_millisecond
from charteroak.intel.markings import marking_definition, marking_id
from charteroak.intel.release_gate import Release
from charteroak.tlp import TLPLabel

SPEC_VERSION = "2.1"
MEDIA_TYPE = "application/stix+json;version=2.1"
MAX_SIGHTING_COUNT = 999_999_999
"""Section 5.2: a sighting's count has at most nine digits."""

_ID = re.compile(
    r"[a-z][a-z0-9-]{1,60}[a-z0-9]--[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
)

STIXObject = dict[str, Any]


class STIXError(InputError):
    """The parts given do not make a STIX 2.1 object."""

    code: ClassVar[str] = "intel.stix.invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedObject:
    """What has a lasting identity in a feed apart from indicators: the desk itself, or a campaign."""

    id: str
    name: str
    created: datetime
    modified: datetime
    description: str = ""


def stix_time(moment: datetime) -> str:
    """A timestamp with exactly three digits of fraction, in UTC (section 3.2)."""
    return at_millisecond(moment).astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def stix_id(type_: str, random: uuid.UUID) -> str:
    """The identifier of an object other than a cyber-observable: its type and a version 4 UUID (section 2.9).

    Raises:
        STIXError: the UUID is not a random one.
    """
    if random.version != 4:
        raise STIXError(f"The identifier of a {type_} is made of a random (version 4) UUID.")
    return f"{type_}--{random}"


def is_stix_id(text: str) -> bool:
    """Whether a text has the form of a STIX identifier."""
    return _ID.fullmatch(text) is not None


def identity_object(identity: NamedObject) -> STIXObject:
    """An organisation as an identity (section 4.5)."""
    return _named("identity", identity, identity_class="organization")


def campaign_object(campaign: NamedObject, release: Release, *, tlp: TLPLabel, created_by: str) -> STIXObject:
    """The campaign that a released indicator points to (section 4.2).

    ``tlp`` is the openest label under which an indicator of the campaign was released, so that one version of the
    campaign reads the same in every collection.

    Raises:
        STIXError: the release does not name this campaign, so that the gate never looked at the name.
    """
    if campaign.name != release.indicator.campaign or campaign.description:
        raise STIXError("Only the campaign's name that went through the release gate may leave.")
    return _named("campaign", campaign, created_by_ref=created_by, object_marking_refs=[marking_id(tlp)])


def _named(type_: str, named: NamedObject, **properties: Any) -> STIXObject:
    if not named.id.startswith(f"{type_}--") or not is_stix_id(named.id):
        raise STIXError(f"{named.id!r} is not the identifier of a {type_}.")
    if not named.name.strip():
        raise STIXError(f"A {type_} has a name.")
    document: STIXObject = {
        "type": type_,
        "spec_version": SPEC_VERSION,
        "id": named.id,
        "created": stix_time(named.created),
        "modified": stix_time(named.modified),
        "name": named.name,
        **properties,
    }
    if named.description:
        document["description"] = named.description
    return document


def indicator_object(release: Release, *, created_by: str) -> STIXObject:
    """A released indicator (section 4.7), or its withdrawal (``revoked``)."""
    indicator = release.indicator
    document: STIXObject = {
        "type": "indicator",
        "spec_version": SPEC_VERSION,
        "id": indicator.id,
        "created_by_ref": created_by,
        "created": stix_time(indicator.created),
        "modified": stix_time(indicator.modified),
        "name": indicator.name or "Indicator without a name",
        "description": indicator.description or "Published by the desk without a description.",
        "indicator_types": ["malicious-activity"],
        "pattern": indicator.pattern,
        "pattern_type": "stix",
        "pattern_version": SPEC_VERSION,
        "valid_from": stix_time(indicator.valid_from),
        "object_marking_refs": [marking_id(indicator.tlp)],
    }
    if indicator.valid_until is not None:
        document["valid_until"] = stix_time(indicator.valid_until)
    if indicator.confidence is not None:
        document["confidence"] = indicator.confidence
    if indicator.revoked:
        document["revoked"] = True
    return document


def indicates_object(release: Release, *, id: str, campaign_id: str, created_by: str) -> STIXObject:  # noqa: A002 - STIX's own name
    """The relationship *indicator indicates campaign* (sections 4.7.2 and 5.1), as old as the indicator's version."""
    moment = stix_time(release.indicator.modified)
    return {
        "type": "relationship",
        "spec_version": SPEC_VERSION,
        "id": id,
        "created_by_ref": created_by,
        "created": moment,
        "modified": moment,
        "relationship_type": "indicates",
        "source_ref": release.indicator.id,
        "target_ref": campaign_id,
        "object_marking_refs": [marking_id(release.indicator.tlp)],
    }


def sighting_object(
    *,
    id: str,  # noqa: A002 - STIX's own name
    indicator_id: str,
    count: int,
    first_seen: datetime,
    last_seen: datetime,
    created: datetime,
    created_by: str,
    tlp: TLPLabel = TLPLabel.AMBER,
) -> STIXObject:
    """How often an indicator was seen, and between when (section 5.2). No observed data, no place: counts only.

    Raises:
        STIXError: the count is none, or the times run backwards.
    """
    if not 1 <= count <= MAX_SIGHTING_COUNT:
        raise STIXError(f"A sighting counts from 1 to {MAX_SIGHTING_COUNT}.")
    if last_seen < first_seen:
        raise STIXError("A sighting was first seen before it was last seen.")
    moment = stix_time(created)
    return {
        "type": "sighting",
        "spec_version": SPEC_VERSION,
        "id": id,
        "created_by_ref": created_by,
        "created": moment,
        "modified": moment,
        "sighting_of_ref": indicator_id,
        "count": count,
        "first_seen": stix_time(first_seen),
        "last_seen": stix_time(last_seen),
        "object_marking_refs": [marking_id(tlp)],
    }


def bundle(objects: Iterable[Mapping[str, Any]], *, random: uuid.UUID) -> STIXObject:
    """A bundle of objects and of the TLP markings they refer to (section 8); empty bundles have no ``objects``."""
    content = list(objects)
    wanted = {reference for document in content for reference in document.get("object_marking_refs", ())}
    present = {document["id"] for document in content}
    markings = [
        marking_definition(label)
        for label in TLPLabel
        if marking_id(label) in wanted and marking_id(label) not in present
    ]
    document: STIXObject = {"type": "bundle", "id": stix_id("bundle", random)}
    if content:
        document["objects"] = [*markings, *content]
    return document
