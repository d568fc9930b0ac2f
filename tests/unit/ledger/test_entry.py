"""Entries: one canonical header, and a body that nobody can exchange."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from charteroak.canonical import canonical_json, parse_json
from charteroak.ledger.entry import (
    BodyWithheldError,
    Entry,
    EntryHeader,
    body_commitment,
    header_bytes,
    parse_header,
)
from charteroak.ledger.errors import BodyCommitmentError, EntryFormatError

SALT = bytes(range(32))
BODY = b'{"practice":"backups"}'
HEADER = EntryHeader(
    kind="evidence.recorded",
    body_version=1,
    organisation="elm-hollow-bakery",
    index=7,
    actor="user:00000000-0000-4000-8000-000000000001",
    occurred_from="2026-03-01",
    occurred_to=None,
    recorded="2026-03-02T14:00:00Z",
    body_sha256=body_commitment(SALT, BODY).hex(),
)
LEAF = header_bytes(HEADER)


def test_the_leaf_is_the_canonical_json_of_exactly_these_members() -> None:
    document = {
        "v": 1,
        "kind": "evidence.recorded",
        "bodyVersion": 1,
        "organisation": "elm-hollow-bakery",
        "index": 7,
        "actor": "user:00000000-0000-4000-8000-000000000001",
        "occurred": {"from": "2026-03-01", "to": None},
        "recorded": "2026-03-02T14:00:00Z",
        "bodySha256": body_commitment(SALT, BODY).hex(),
    }

    assert canonical_json(document) == LEAF
    assert parse_header(LEAF) == HEADER


@pytest.mark.parametrize(
    "changes",
    [
        {"actor": "system"},
        {"actor": "desk:charter-desk"},
        {"occurred_to": "2026-03-01"},
        {"occurred_from": "2026-03-01T09:00:00-05:00", "occurred_to": "2026-03-01T14:00:00Z"},
        {"occurred_from": "2026-03-01T09:00:00.123456-05:00"},
        {"occurred_from": "2026-03-01", "occurred_to": "2026-03-02T03:00:00Z"},
        {"recorded": "2026-03-02T14:00:00.000001Z"},
        {"kind": "program.adopted"},
        {"kind": "custody-log.passed-on"},
        {"index": 0},
        {"index": 10**15 - 1},
        {"body_version": 12},
    ],
)
def test_every_allowed_value_survives_its_bytes(changes: dict[str, object]) -> None:
    header = replace(HEADER, **changes)

    assert parse_header(header_bytes(header)) == header
    assert canonical_json(parse_json(header_bytes(header))) == header_bytes(header)


@pytest.mark.parametrize(
    "changes",
    [
        {"actor": "user:someone"},
        {"actor": 'system","v":1,"x":"'},
        {"actor": "system\n"},
        {"organisation": "Elm Hollow"},
        {"organisation": ""},
        {"organisation": "\u00e9"},
        {"organisation": "a\ud800"},
        {"kind": "evidence"},
        {"kind": "Evidence.Recorded"},
        {"index": -1},
        {"index": "7"},
        {"index": 10**15},
        {"body_version": 0},
        {"body_sha256": "A" * 64},
        {"body_sha256": "a" * 63},
        {"recorded": "2026-03-02T14:00:00+00:00"},
        {"recorded": "2026-03-02"},
        {"recorded": "2026-03-02T14:00:00.500Z"},
        {"recorded": "2026-02-30T14:00:00Z"},
        {"recorded": "2026-03-02T24:30:00Z"},
        {"occurred_from": "2026-02-29"},
        {"occurred_from": "yesterday"},
        {"occurred_from": "2026-03-01T09:00:00"},
        {"occurred_from": "0001-01-01T00:00:00+14:00"},
        {"occurred_to": "2026-02-28"},
        {"occurred_from": "2026-03-01T10:00:00Z", "occurred_to": "2026-03-01T09:59:59Z"},
        {"occurred_from": "2026-03-02", "occurred_to": "2026-03-02T02:00:00Z"},
        {"occurred_to": '2026-03-01"},"x":{"y":"'},
        {"occurred_from": '2026-03-01","to":"2026-03-01"},"occurred":{"from":"2026-03-01'},
    ],
)
def test_refuses_to_write_values_that_no_header_has(changes: dict[str, object]) -> None:
    with pytest.raises(EntryFormatError):
        header_bytes(replace(HEADER, **changes))


@pytest.mark.parametrize(
    ("leaf", "problem"),
    [
        (b"", "Not JSON"),
        (b"\xff", "ASCII"),
        (b"[]", "JSON object"),
        (b"x" * 2049, "at most 2048"),
        (LEAF + b"\n", "canonical"),
        (LEAF.replace(b":7,", b":07,"), "Not JSON"),
        (LEAF.replace(b":7,", b": 7,"), "canonical"),
        (LEAF.replace(b":7,", b':"7",'), "canonical"),
        (LEAF.replace(b":7,", b":7.0,"), "canonical"),
        (LEAF.replace(b'"v":1', b'"v":2'), "version 2"),
        (LEAF.replace(b',"v":1', b""), "version None"),
        (LEAF.replace(b',"v":1', b',"v":1,"x":0'), "unknown: x"),
        (LEAF.replace(b'"actor"', b'"acter"'), "acter, actor"),
        (LEAF.replace(b',"v":1', b',"v":1,"v":1'), "twice"),
        (LEAF.replace(b"elm-", b"\\u0065lm-"), "canonical"),
        (LEAF.replace(b"2026-03-02T", b"2026-13-02T"), "does not exist"),
    ],
)
def test_refuses_leaves_that_are_no_canonical_header(leaf: bytes, problem: str) -> None:
    with pytest.raises(EntryFormatError, match=problem):
        parse_header(leaf)


def test_a_body_and_salt_are_what_the_header_commits_to() -> None:
    Entry(HEADER, LEAF, BODY, SALT).verify_body()


@pytest.mark.parametrize(
    ("body", "salt"), [(BODY + b" ", SALT), (b"", SALT), (BODY, bytes(32)), (SALT[31:] + BODY, SALT[:31] + b"\x00")]
)
def test_refuses_another_body_or_salt(body: bytes, salt: bytes) -> None:
    with pytest.raises(BodyCommitmentError) as caught:
        Entry(HEADER, LEAF, body, salt).verify_body()
    assert (caught.value.index, caught.value.expected_sha256) == (7, HEADER.body_sha256)
    assert caught.value.got_sha256 != caught.value.expected_sha256


def test_a_byte_cannot_wander_from_the_body_into_the_salt() -> None:
    with pytest.raises(EntryFormatError, match="A salt has 32 bytes"):
        Entry(HEADER, LEAF, BODY[1:], SALT + BODY[:1]).verify_body()


@pytest.mark.parametrize(("body", "salt"), [(None, None), (BODY, None), (None, SALT)])
def test_a_body_that_is_not_at_hand_is_never_called_verified(body: bytes | None, salt: bytes | None) -> None:
    with pytest.raises(BodyWithheldError, match="entry 7"):
        Entry(HEADER, LEAF, body, salt).verify_body()


def test_days_are_those_of_connecticut() -> None:
    late_evening = replace(HEADER, occurred_from="2026-03-02T03:30:00Z", occurred_to="2026-03-03")

    assert late_evening.occurred_days == (date(2026, 3, 1), date(2026, 3, 3))
    assert HEADER.occurred_days == (date(2026, 3, 1), date(2026, 3, 1))
    assert HEADER.recorded_at == datetime(2026, 3, 2, 14, tzinfo=UTC)
