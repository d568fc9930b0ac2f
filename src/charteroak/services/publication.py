"""Releases as STIX documents: with the desk's lasting identity, their campaign and their markings.

Every document that leaves is made here, and every function takes ``Release`` values from the gate.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from charteroak.intel.indicators import at_millisecond
from charteroak.intel.markings import marking_definition
from charteroak.intel.release_gate import Release
from charteroak.intel.stix import (
    NamedObject,
    campaign_object,
    identity_object,
    indicates_object,
    indicator_object,
    stix_id,
)
from charteroak.records.accounts.models import Organisation
from charteroak.records.intelligence.models import Collection, PublishedName, SharedObject
from charteroak.services.sharing import share_objects
from charteroak.tlp import TLPLabel

Kind = PublishedName.Kind


@dataclass(frozen=True, slots=True)
class CollectionRelease:
    """Leave from the gate for one collection."""

    collection: Collection
    release: Release


def desk_identity(desk: Organisation, *, at: datetime) -> NamedObject:
    """The desk as it signs what it publishes; made on first use, and a new version when it is renamed."""
    row = PublishedName.objects.filter(desk=desk, kind=Kind.IDENTITY).first()
    if row is None:
        row = _new_name(desk, Kind.IDENTITY, desk.name, TLPLabel.CLEAR, at)
    elif row.name != desk.name:
        row.name = desk.name
        row.modified = _later_than(row.modified, at)
        row.save(update_fields=["name", "modified"])
    note = "Made-up sample data; this desk does not exist." if desk.is_fictional else ""
    return _named(row, note)


def publish(desk: Organisation, leaves: Sequence[CollectionRelease], *, at: datetime) -> None:
    """Put one released indicator into each collection that may have it, with everything it refers to.

    The caller holds the transaction.
    """
    identity = desk_identity(desk, at=at)
    campaign = _campaign_of(desk, leaves, at)
    link_id = stix_id("relationship", uuid.uuid4())
    for leave in leaves:
        release = leave.release
        documents: list[dict[str, Any]] = [
            identity_object(identity),
            marking_definition(release.indicator.tlp),
            indicator_object(release, created_by=identity.id),
        ]
        if campaign is not None:
            label = TLPLabel(campaign.tlp)
            documents[2:2] = [
                marking_definition(label),
                campaign_object(_named(campaign), release, tlp=label, created_by=identity.id),
            ]
            documents.append(
                indicates_object(release, id=link_id, campaign_id=campaign.stix_id, created_by=identity.id)
            )
        share_objects(leave.collection, {document["id"]: document for document in documents}.values(), at=at)


def collections_holding(desk: Organisation, indicator_stix_id: str) -> list[Collection]:
    """The desk's collections in which an indicator was ever shared."""
    holding = SharedObject.objects.filter(stix_id=indicator_stix_id).values("collection")
    return list(Collection.objects.filter(desk=desk, pk__in=holding))


def _campaign_of(desk: Organisation, leaves: Sequence[CollectionRelease], at: datetime) -> PublishedName | None:
    indicator = leaves[0].release.indicator
    if not indicator.campaign:
        return None
    row = PublishedName.objects.filter(desk=desk, kind=Kind.CAMPAIGN, name=indicator.campaign).first()
    if row is None:
        return _new_name(desk, Kind.CAMPAIGN, indicator.campaign, indicator.tlp, at)
    if indicator.tlp.restriction < TLPLabel(row.tlp).restriction:
        # The name passed the gate under an opener label: one version says so, in every collection.
        row.tlp = indicator.tlp.value
        row.modified = _later_than(row.modified, at)
        row.save(update_fields=["tlp", "modified"])
    return row


def _new_name(desk: Organisation, kind: str, name: str, label: TLPLabel, at: datetime) -> PublishedName:
    moment = at_millisecond(at)
    return PublishedName.objects.create(
        desk=desk,
        kind=kind,
        name=name,
        stix_id=stix_id(kind, uuid.uuid4()),
        tlp=label.value,
        created=moment,
        modified=moment,
    )


def _named(row: PublishedName, description: str = "") -> NamedObject:
    return NamedObject(
        id=row.stix_id, name=row.name, created=row.created, modified=row.modified, description=description
    )


def _later_than(last: datetime, at: datetime) -> datetime:
    return max(at_millisecond(at), last + timedelta(milliseconds=1))
