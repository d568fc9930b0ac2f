import json
from collections.abc import Callable
from typing import Any

import pytest

from charteroak.intel.markings import marking_id
from charteroak.intel.stix_reader import BundleError, BundleLimits, parse_bundle
from charteroak.tlp import TLPLabel

ID = "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"


def document(**changes: Any) -> dict[str, Any]:
    base = {
        "type": "indicator",
        "spec_version": "2.1",
        "id": ID,
        "created": "2026-03-01T14:00:00.000Z",
        "modified": "2026-03-01T14:00:00.000Z",
        "pattern": "[domain-name:value = 'evil.example']",
        "pattern_type": "stix",
        "valid_from": "2026-03-01T14:00:00Z",
    }
    return {key: value for key, value in (base | changes).items() if value is not ...}


def read(*objects: Any) -> Any:
    return parse_bundle(json.dumps({"type": "bundle", "id": "bundle--x", "objects": list(objects)}).encode())


def test_an_indicator_is_read_with_its_marking() -> None:
    received = read(document(object_marking_refs=[marking_id(TLPLabel.GREEN)], name="Lure", x_custom={"a": [1]}))
    (indicator,) = received.indicators
    assert (indicator.id, indicator.name, indicator.tlp) == (ID, "Lure", TLPLabel.GREEN)
    assert [observable.value for observable in indicator.observables] == ["evil.example"]
    assert received.could_not_read == ()


@pytest.mark.parametrize(
    ("references", "label"),
    [
        ([], TLPLabel.RED),
        (["marking-definition--00000000-0000-4000-8000-000000000000"], TLPLabel.RED),
        (["marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9"], TLPLabel.CLEAR),
        (["marking-definition--f88d31f6-486f-44da-b317-01333bde0b82", marking_id(TLPLabel.GREEN)], TLPLabel.AMBER),
    ],
)
def test_the_strictest_known_marking_counts_and_none_is_red(references: list[str], label: TLPLabel) -> None:
    assert read(document(object_marking_refs=references)).indicators[0].tlp is label


def test_objects_of_other_types_are_accepted_and_counted() -> None:
    received = read(
        {"type": "malware", "id": "m"}, {"type": "x-acme"}, {"type": "x-acme", "anything": [None]}, document()
    )
    assert received.ignored == {"malware": 1, "x-acme": 2}
    assert len(received.indicators) == 1


@pytest.mark.parametrize(
    "bad",
    [
        document(pattern="[process:name = 'x']"),
        document(pattern="[domain-name:value = 'a.example'"),
        document(pattern=..., id=ID),
        document(pattern=7),
        document(pattern_type="snort", pattern="alert tcp"),
        document(created="yesterday"),
        document(valid_from="2026-03-01T14:00:00"),
        document(valid_until=["x"]),
        document(revoked="yes"),
        document(id="indicator--" + "9" * 5000),
        document(object_marking_refs={"a": 1}),
        7,
        None,
        [],
        "text",
        {"id": "no type"},
        {"type": 7},
    ],
)
def test_a_bad_object_is_listed_and_hides_no_good_one(bad: Any) -> None:
    received = read(bad, document(id="indicator--00000000-0000-4000-8000-000000000001"))
    assert len(received.indicators) == 1
    (failure,) = received.could_not_read
    assert failure.reason
    assert len(failure.id) <= 256


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b'{"type":"indicator"}',
        b'{"type":"bundle","objects":7}',
        b"\xff\xfe\x00",
        b'{"type":"bundle","objects":[{]}',
        b'{"type":"bundle","objects":' + b"[" * 100_000,
        b'{"type":"bundle","objects":[NaN]}',
        "indicator".encode("utf-16"),
    ],
)
def test_what_is_no_bundle_is_an_error_and_never_an_empty_answer(data: bytes) -> None:
    with pytest.raises(BundleError):
        parse_bundle(data)


def test_limits_stand_before_reading() -> None:
    data = json.dumps({"type": "bundle", "objects": [document()] * 3}).encode()
    with pytest.raises(BundleError, match="objects"):
        parse_bundle(data, BundleLimits(objects=2))
    with pytest.raises(BundleError, match="larger"):
        parse_bundle(data, BundleLimits(bundle_bytes=len(data) - 1))


def test_deep_nesting_inside_an_object_is_an_answer() -> None:
    nest: Callable[[int], bytes] = lambda depth: b'{"a":' * depth + b"1" + b"}" * depth  # noqa: E731 - one line says it
    data = b'{"type":"bundle","objects":[{"type":"x","v":' + nest(400) + b"}]}"
    assert parse_bundle(data).ignored == {"x": 1}


def test_taking_back_works_even_where_the_pattern_cannot_be_read() -> None:
    received = read(document(revoked=True, pattern="[process:name = 'x']"))
    assert received.could_not_read == ()
    assert received.indicators[0].revoked
    assert received.indicators[0].observables == ()
