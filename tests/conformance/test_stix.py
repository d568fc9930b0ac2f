"""What we write is STIX 2.1 to OASIS's own tools: stix2-validator 3.2.0 (strict), stix2 and its pattern grammar."""

import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import stix2

from charteroak.intel.audiences import Audience
from charteroak.intel.confidentiality import confidential_terms
from charteroak.intel.exports import export_stix
from charteroak.intel.indicators import Indicator, indicator_id, revoke
from charteroak.intel.markings import marking_definition
from charteroak.intel.release_gate import Release, review_release, review_withdrawal
from charteroak.intel.stix import (
    NamedObject,
    STIXError,
    bundle,
    campaign_object,
    identity_object,
    indicates_object,
    indicator_object,
    sighting_object,
    stix_id,
)
from charteroak.intel.stix_reader import parse_bundle
from charteroak.intel.warning_lists import load_warning_lists
from charteroak.observables import parse_observable
from charteroak.tlp import TLPLabel

MOMENT = datetime(2026, 3, 1, 14, 0, 0, 456_789, tzinfo=UTC)
OBSERVABLES = [
    "5.10.20.30",
    "2a00:1::7",
    "5.10.20.0/24",
    "2a00:1::/48",
    "parcel-update.example",
    "xn--bcher-kva.example",
    "https://parcel-update.example/a?b='c'&d=%27%5C#e",
    "o'brien@parcel-update.example",
    "d" * 32,
    "d" * 40,
    "d" * 64,
    "d" * 128,
]
DESK = NamedObject(
    id=stix_id("identity", uuid.uuid4()),
    name="Example Fusion Center",
    created=MOMENT,
    modified=MOMENT,
    description="A made-up desk.",
)


def released(value: str = "parcel-update.example", **changes: Any) -> Release:
    parts: dict[str, Any] = {
        "id": indicator_id(uuid.uuid4()),
        "observable": parse_observable(value),
        "tlp": TLPLabel.GREEN,
        "valid_from": MOMENT,
        "valid_until": MOMENT + timedelta(days=90),
        "created": MOMENT,
        "modified": MOMENT,
        "name": "Parcel lure",
        "description": "Asks for a card number.",
        "campaign": "Campaign 2026-001",
        "confidence": 70,
    }
    outcome = review_release(
        Indicator(**(parts | changes)),
        audience=Audience.MEMBERS,
        warning_lists=load_warning_lists(),
        confidential_terms=confidential_terms(),
    )
    assert isinstance(outcome, Release), outcome
    return outcome


def complaints(document: dict[str, Any]) -> list[str]:
    # Its import draws up the grammar of every kind of IRI, which takes seconds; only who checks waits for it.
    from stix2validator import ValidationOptions, validate_instance

    options = ValidationOptions(
        version="2.1", strict=True, strict_types=True, strict_properties=True, enforce_refs=True
    )
    result = validate_instance(document, options=options)
    return [str(error) for error in result.errors]


def whole_bundle() -> dict[str, Any]:
    release = released()
    campaign = NamedObject(
        id=stix_id("campaign", uuid.uuid4()), name="Campaign 2026-001", created=MOMENT, modified=MOMENT
    )
    objects = [
        identity_object(DESK),
        indicator_object(release, created_by=DESK.id),
        campaign_object(campaign, release, tlp=TLPLabel.GREEN, created_by=DESK.id),
        indicates_object(
            release, id=stix_id("relationship", uuid.uuid4()), campaign_id=campaign.id, created_by=DESK.id
        ),
        sighting_object(
            id=stix_id("sighting", uuid.uuid4()),
            indicator_id=release.indicator.id,
            count=3,
            first_seen=MOMENT,
            last_seen=MOMENT,
            created=MOMENT,
            created_by=DESK.id,
        ),
    ]
    return bundle(objects, random=uuid.uuid4())


def test_a_bundle_of_everything_we_write_passes_the_strict_validator() -> None:
    document = whole_bundle()
    assert complaints(document) == []
    assert {one["type"] for one in document["objects"]} == {
        "identity", "marking-definition", "indicator", "campaign", "relationship", "sighting",
    }  # fmt: skip


def test_a_bundle_of_everything_we_write_is_read_by_stix2() -> None:
    document = whole_bundle()
    parsed = stix2.parse(json.dumps(document), version="2.1")
    assert [one.id for one in parsed.objects] == [one["id"] for one in document["objects"]]


@pytest.mark.parametrize("value", OBSERVABLES)
def test_an_indicator_of_every_kind_passes_and_comes_back(value: str) -> None:
    release = released(value)
    document = indicator_object(release, created_by=DESK.id)
    assert complaints(bundle([identity_object(DESK), document], random=uuid.uuid4())) == []
    assert stix2.parse(document, version="2.1").pattern == release.indicator.pattern
    (received,) = parse_bundle(json.dumps(bundle([document], random=uuid.uuid4())).encode()).indicators
    assert received.observables == (release.indicator.observable,)
    assert received.modified == release.indicator.modified
    assert received.tlp is TLPLabel.GREEN


@pytest.mark.parametrize("label", [label for label in TLPLabel if label is not TLPLabel.RED])
def test_every_label_that_may_leave_carries_its_published_marking(label: TLPLabel) -> None:
    document = bundle(
        [identity_object(DESK), indicator_object(released(tlp=label), created_by=DESK.id)], random=uuid.uuid4()
    )
    assert complaints(document) == []
    assert document["objects"][0] == marking_definition(label)


@pytest.mark.parametrize(
    ("label", "uuid_", "value"),
    # OASIS cti-stix-common-objects, extension-definition-specifications/tlp-2.0/examples.
    [
        (TLPLabel.CLEAR, "94868c89-83c2-464b-929b-a1a8aa3c8487", "clear"),
        (TLPLabel.GREEN, "bab4a63c-aed9-4cf5-a766-dfca5abac2bb", "green"),
        (TLPLabel.AMBER, "55d920b0-5e8b-4f79-9ee9-91f868d9b421", "amber"),
        (TLPLabel.AMBER_STRICT, "939a9414-2ddd-4d32-a0cd-375ea402b003", "amber+strict"),
        (TLPLabel.RED, "e828b379-4e03-4974-9ac4-e53a884c97c1", "red"),
    ],
)
def test_the_markings_are_those_that_oasis_published(label: TLPLabel, uuid_: str, value: str) -> None:
    assert marking_definition(label) == {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": f"marking-definition--{uuid_}",
        "created": "2022-10-01T00:00:00.000Z",
        "name": label.value,
        "extensions": {
            "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d": {
                "extension_type": "property-extension",
                "tlp_2_0": value,
            }
        },
    }


def test_a_withdrawal_is_a_valid_revoked_version() -> None:
    gone = revoke(released().indicator, modified=MOMENT + timedelta(days=2))
    outcome = review_withdrawal(gone, audience=Audience.MEMBERS, released_to=[Audience.MEMBERS])
    assert isinstance(outcome, Release)
    document = indicator_object(outcome, created_by=DESK.id)
    assert document["revoked"] is True
    assert complaints(bundle([identity_object(DESK), document], random=uuid.uuid4())) == []
    assert stix2.parse(document, version="2.1").revoked


def test_an_export_passes_and_holds_what_was_released() -> None:
    releases = [released(value) for value in OBSERVABLES]
    export = export_stix(releases, audience=Audience.MEMBERS, publisher=DESK, random=uuid.uuid4())
    assert complaints(json.loads(export.data)) == []
    received = parse_bundle(export.data)
    assert {one.id for one in received.indicators} == {release.indicator.id for release in releases}
    assert received.could_not_read == ()


def test_an_empty_bundle_is_valid() -> None:
    assert complaints(bundle([], random=uuid.uuid4())) == []


def test_only_the_campaign_that_passed_the_gate_can_be_written() -> None:
    other = NamedObject(id=stix_id("campaign", uuid.uuid4()), name="Another", created=MOMENT, modified=MOMENT)
    with pytest.raises(STIXError):
        campaign_object(other, released(), tlp=TLPLabel.GREEN, created_by=DESK.id)


@pytest.mark.parametrize("count", [0, -1, 1_000_000_000])
def test_a_sighting_counts_within_the_specification(count: int) -> None:
    with pytest.raises(STIXError):
        sighting_object(
            id=stix_id("sighting", uuid.uuid4()),
            indicator_id=released().indicator.id,
            count=count,
            first_seen=MOMENT,
            last_seen=MOMENT,
            created=MOMENT,
            created_by=DESK.id,
        )


def test_the_oracle_does_complain() -> None:
    document = whole_bundle()
    document["objects"][2]["pattern"] = "[domain-name:value = 'a.example'"
    assert complaints(document)
