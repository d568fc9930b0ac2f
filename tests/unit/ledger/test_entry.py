"""Entries: one canonical header, and a body that nobody can exchange."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from charteroak.canonical import canonical_json, parse_json
from charteroak.ledger.entry import (
    BodyWithheldError,
    Entry,
    EntryHeader,
    PrivatePart,
    body_commitment,
    header_bytes,
    parse_header,
)
from charteroak.ledger.errors import BodyCommitmentError, EntryFormatError, PartCommitmentError

SALT = bytes(range(32))
OTHER_SALT = bytes(range(1, 33))
BODY = b'{"practice":"backups"}'
NOTE, COST = b'"Ask Sam."', b'{"low":1}'
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
    source="stated",
    private={"cost": body_commitment(OTHER_SALT, COST).hex(), "note": body_commitment(SALT, NOTE).hex()},
)
LEAF = header_bytes(HEADER)
OLD = EntryHeader(
    kind="evidence.recorded",
    body_version=1,
    organisation="elm-hollow-bakery",
    index=7,
    actor="user:00000000-0000-4000-8000-000000000001",
    occurred_from="2026-03-01",
    occurred_to=None,
    recorded="2026-03-02T14:00:00Z",
    body_sha256=body_commitment(SALT, BODY).hex(),
    version=1,
)
OLD_LEAF = header_bytes(OLD)


def test_the_leaf_is_the_canonical_json_of_exactly_these_members() -> None:
    document = {
        "v": 2,
        "kind": "evidence.recorded",
        "bodyVersion": 1,
        "organisation": "elm-hollow-bakery",
        "index": 7,
        "actor": "user:00000000-0000-4000-8000-000000000001",
        "occurred": {"from": "2026-03-01", "to": None, "precision": "day", "source": "stated"},
        "private": {"note": body_commitment(SALT, NOTE).hex(), "cost": body_commitment(OTHER_SALT, COST).hex()},
        "recorded": "2026-03-02T14:00:00Z",
        "bodySha256": body_commitment(SALT, BODY).hex(),
    }

    assert canonical_json(document) == LEAF
    assert parse_header(LEAF) == HEADER


def test_a_header_of_version_1_is_read_for_ever_with_a_precision_of_its_form() -> None:
    leaf = (
        b'{"actor":"system","bodySha256":"' + b"0" * 64 + b'","bodyVersion":1,"index":0,"kind":"hunt.run",'
        b'"occurred":{"from":"2026-03-01T09:00:00-05:00","to":"2026-03-02"},'
        b'"organisation":"elm-hollow-bakery","recorded":"2026-03-02T14:00:00Z","v":1}'
    )

    header = parse_header(leaf)

    assert (header.version, header.precision, header.source, header.private) == (1, "instant", "unknown", {})
    assert header_bytes(header) == leaf
    assert parse_header(OLD_LEAF).precision == "day"


@pytest.mark.parametrize(
    "changes",
    [
        {"actor": "system"},
        {"actor": "desk:charter-desk"},
        {"occurred_to": "2026-03-01"},
        {"occurred_from": "2026-03-01T09:00:00-05:00", "occurred_to": "2026-03-01T14:00:00Z", "precision": "instant"},
        {"occurred_from": "2026-03-01T09:00:00.123456-05:00", "precision": "instant"},
        {"occurred_from": "2026-03-01T09:41:00-05:00", "precision": "minute"},
        {"occurred_from": "2026-03-01T09:00:00Z", "precision": "hour"},
        {"precision": "month"},
        {"occurred_from": "2026-01-01", "precision": "year"},
        {"source": "observed"},
        {"source": "document"},
        {"source": "imported"},
        {"source": "unknown"},
        {"private": {}},
        {"private": {"a": "0" * 64}},
        {"private": {"couldNotRead": "0" * 64, "note": "1" * 64, "reason2": "2" * 64}},
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
        {"precision": "second"},
        {"precision": "instant"},
        {"precision": "minute"},
        {"precision": "year"},
        {"occurred_from": "2026-03-02", "precision": "month"},
        {"occurred_from": "2026-03-01T09:00:00Z", "precision": "day"},
        {"occurred_from": "2026-01-01T00:00:00Z", "precision": "year"},
        {"occurred_from": "2026-03-01T09:00:01Z", "precision": "minute"},
        {"occurred_from": "2026-03-01T09:00:00.0Z", "precision": "minute"},
        {"occurred_from": "2026-03-01T09:30:00Z", "precision": "hour"},
        {"source": ""},
        {"source": "rumoured"},
        {"source": 'stated","to":null},"x":{"y":"'},
        {"private": {"note": "0" * 63}},
        {"private": {"note": "A" * 64}},
        {"private": {"Note": "0" * 64}},
        {"private": {"": "0" * 64}},
        {"private": {"no te": "0" * 64}},
        {"private": {"n" * 65: "0" * 64}},
        {"private": {f"n{number}": "0" * 64 for number in range(30)}},
        {"version": 1},
        {"version": 3},
        {"version": 0},
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
        (LEAF.replace(b'"v":2', b'"v":3'), "version 3"),
        (LEAF.replace(b'"v":2', b'"v":1'), "unknown: private"),
        (OLD_LEAF.replace(b'"v":1', b'"v":2'), "unknown: private"),
        (LEAF.replace(b',"v":2', b""), "version None"),
        (LEAF.replace(b',"v":2', b',"v":2,"x":0'), "unknown: x"),
        (OLD_LEAF.replace(b',"v":1', b',"v":1,"x":0'), "unknown: x"),
        (LEAF.replace(b'"cost":', b'"zost":'), "order of their names"),
        (LEAF.replace(b'"cost":', b'"note":'), "order of their names"),
        (LEAF.replace(b'"source":"stated",', b""), "canonical"),
        (LEAF.replace(b'"actor"', b'"acter"'), "acter, actor"),
        (LEAF.replace(b',"v":2', b',"v":2,"v":2'), "twice"),
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


WHOLE = Entry(HEADER, LEAF, BODY, SALT, {"note": PrivatePart(SALT, NOTE), "cost": PrivatePart(OTHER_SALT, COST)})


def test_private_parts_are_each_what_the_header_commits_to() -> None:
    WHOLE.verify_part("note")
    WHOLE.verify_part("cost")
    assert WHOLE.withheld == ()


@pytest.mark.parametrize(
    "part",
    [PrivatePart(SALT, b'"Ask Pat."'), PrivatePart(OTHER_SALT, NOTE), PrivatePart(OTHER_SALT, COST)],
    ids=["value", "salt", "another part"],
)
def test_refuses_another_private_part_by_its_name(part: PrivatePart) -> None:
    with pytest.raises(PartCommitmentError, match="'note' of entry 7") as caught:
        replace(WHOLE, parts={"note": part}).verify_part("note")
    assert (caught.value.index, caught.value.name) == (7, "note")
    assert caught.value.expected_sha256 == HEADER.private["note"]


def test_refuses_a_part_that_the_header_does_not_commit_to() -> None:
    with pytest.raises(PartCommitmentError, match="'reason' of entry 7"):
        replace(WHOLE, parts={"reason": PrivatePart(SALT, NOTE)}).verify_part("reason")


@pytest.mark.parametrize("parts", [{}, {"note": PrivatePart(None, None)}, {"note": PrivatePart(SALT, None)}])
def test_a_part_that_is_not_at_hand_is_named_and_never_called_verified(parts: dict[str, PrivatePart]) -> None:
    entry = replace(WHOLE, parts={"cost": PrivatePart(OTHER_SALT, COST), **parts})

    assert entry.withheld == ("note",)
    with pytest.raises(BodyWithheldError, match="note of entry 7"):
        entry.verify_part("note")


def test_days_are_those_of_connecticut() -> None:
    late_evening = replace(HEADER, occurred_from="2026-03-02T03:30:00Z", occurred_to="2026-03-03", precision="instant")

    assert late_evening.occurred_days == (date(2026, 3, 1), date(2026, 3, 3))
    assert HEADER.occurred_days == (date(2026, 3, 1), date(2026, 3, 1))
    assert HEADER.recorded_at == datetime(2026, 3, 2, 14, tzinfo=UTC)
