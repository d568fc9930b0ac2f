"""Bodies of ledger entries: strict in, readable for ever, and never silently dropped."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charteroak.canonical import canonical_json
from charteroak.program.bodies import (
    BODY_VERSIONS,
    PRIVATE_PARTS,
    Body,
    EvidenceRecorded,
    ExerciseHeld,
    ExercisePlayed,
    NotUnderstood,
    body_document,
    check_body,
    decode_body,
    write_body,
)
from charteroak.program.errors import BodyError

DIGEST = "0" * 64
SEEN = {"firstSeen": "2026-03-01T09:00:00Z", "lastSeen": "2026-03-02T09:00:00Z"}
SAMPLES: dict[str, dict[str, Any]] = {
    "organisation.described": {
        "name": "Elm Hollow Bakery",
        "kind": "corporation",
        "regulatedBy": ["glba"],
        "employees": 40,
        "handles": {"accesses": True, "maintains": True, "communicates": None, "processes": True},
        "information": {
            "personal": True,
            "restricted": False,
            "ownedOrLicensed": True,
            "restrictedUnreadable": None,
            "publiclyAvailable": False,
        },
    },
    "program.adopted": {
        "title": "Written program",
        "version": "1.0",
        "documentSha256": DIGEST,
        "by": "Board",
        "practices": ["train-everyone"],
    },
    "program.approved": {"version": "1.0", "by": "A. Person", "role": "owner"},
    "program.reviewed": {"version": "1.0", "by": "A. Person", "outcome": "no-change", "note": ""},
    "program.described": {
        "safeguards": {name: {"holds": True, "where": "3"} for name in ("administrative", "technical", "physical")},
        "objectives": {
            name: {"holds": None, "where": ""}
            for name in ("confidentiality", "threatsOrHazards", "unauthorizedAccessAndAcquisition")
        },
        "scale": {
            name: {"holds": False, "where": ""}
            for name in ("sizeAndComplexity", "activities", "sensitivity", "costAndTools")
        },
    },
    "edition.adopted": {
        "framework": "nist-csf",
        "edition": "2.0",
        "status": "conforms",
        "from": "2026-06-01",
        "to": None,
        "assertedBy": "A. Person, owner",
    },
    "practice.answered": {"practice": "train-everyone", "answer": "partly", "note": "Two are missing."},
    "evidence.recorded": {
        "practice": "train-everyone",
        "title": "Sign-in sheet",
        "note": "",
        "files": [{"sha256": DIGEST, "size": 12, "name": "sheet.csv", "mediaType": "text/csv"}],
    },
    "report.filed": {"report": 7, "reportKind": "phish", "outcome": "blocked", "channel": "web"},
    "report.supplemented": {
        "report": 1,
        "number": 2,
        "reportType": "final",
        "channel": "web",
        "sha256": DIGEST,
    },
    "report.corrected": {"report": 1, "number": 3, "channel": "mail", "sha256": DIGEST, "reason": "Wrong day."},
    "report.attachment": {
        "report": 1,
        "number": 1,
        "channel": "web",
        "began": "2026-03-01T14:00:00Z",
        "detectedType": "image/png",
        "name": "screen.png",
        "files": [{"sha256": DIGEST, "size": 12, "name": "report-1-file-1", "mediaType": "application/octet-stream"}],
    },
    "report.withdrawn": {"report": 1, "number": 4, "channel": "web", "reason": ""},
    "disclosure.widened": {"report": 1, "number": 5, "before": "desk-only", "after": "named", "words": "I agree."},
    "campaign.confirmed": {"campaign": "Campaign 2026-001", "reports": 2},
    "campaign.decided": {"decision": 3, "verdict": "undone", "reports": 4, "undoes": 2, "reason": "Another lure."},
    "indicator.released": {
        "indicator": "indicator--1",
        "type": "domain",
        "value": "bad.example",
        "tlp": "TLP:GREEN",
        "campaign": None,
        "validFrom": "2026-03-01T09:00:00Z",
        "validUntil": None,
        "rationale": "",
    },
    "hunt.run": {
        "indicators": 42,
        "indicatorsSha256": None,
        "engine": "local",
        "files": 3,
        "bytes": 10,
        "lines": 2,
        "matches": 0,
        "couldNotRead": [{"path": "mail.log.gz", "reason": "truncated"}],
    },
    "sighting.sent": {"indicator": "indicator--1", "count": 1, **SEEN, "desk": "nutmeg-fusion-desk"},
    "sighting.received": {"indicator": "indicator--1", "count": 1, **SEEN, "organisation": "elm-hollow-bakery"},
    "correction.made": {"corrects": 3, "reason": "Entered twice."},
    "evidence.superseded": {"supersedes": 3, "by": None, "reason": "The list was of another year."},
    "requirement.assessed": {
        "framework": "nist-csf",
        "edition": "2.0",
        "requirement": "PR.AA-03",
        "objective": None,
        "result": "partly",
        "methods": ["examine", "test"],
        "assessor": "A. Person",
        "factor": None,
        "note": "Two accounts are left.",
    },
    "exception.accepted": {
        "exception": "old-till",
        "practice": "patch-on-time",
        "framework": None,
        "edition": None,
        "requirement": None,
        "factor": "cost-and-tools",
        "reason": "The maker is gone.",
        "cost": {"low": 4000, "high": 9000, "currency": "USD", "source": "Two offers"},
        "approvedBy": "A. Person",
        "role": "owner",
        "expires": "2027-06-30",
    },
    "gap.opened": {
        "gap": "no-second-factor",
        "title": "Two people sign in with a password alone",
        "practice": "second-factor",
        "framework": None,
        "edition": None,
        "requirement": None,
        "owner": "A. Person",
        "due": "2026-09-30",
        "note": "",
    },
    "collector.registered": {
        "name": "backup-log",
        "collector": "backup-log",
        "subject": "The file server",
        "key": "",
        "everyDays": 7,
        "by": "A. Person",
        "ends": False,
    },
    "gap.closed": {"gap": "no-second-factor", "how": "Both have keys now.", "evidence": [3, 4], "note": ""},
    "exercise.held": {
        "title": "Ransom on a Friday",
        "scenario": "The files are gone",
        "ledBy": "A. Person",
        "participants": 6,
        "findings": 2,
        "note": "",
        "files": [],
    },
    "start.finished": {
        "framework": "nist-csf",
        "edition": "2.0",
        "proposed": "nist-csf",
        "reason": "",
        "files": [{"sha256": DIGEST, "size": 1, "name": "start.json", "mediaType": "application/json"}],
    },
    "document.imported": {
        "title": "controls.xlsx",
        "rows": 40,
        "reader": "charteroak xlsx 1",
        "note": "",
        "files": [{"sha256": DIGEST, "size": 1, "name": "controls.xlsx", "mediaType": "text/csv"}],
    },
    "training.completed": {
        "title": "Mail that lies",
        "audience": "Everyone",
        "people": 12,
        "of": None,
        "note": "",
        "files": [{"sha256": DIGEST, "size": 12, "name": "sheet.csv", "mediaType": "text/csv"}],
    },
    "custody.passed": {
        "item": "Laptop 7",
        "step": "offered",
        "sha256": None,
        "description": "Of the bookkeeper.",
        "from": "A. Person",
        "to": "State lab",
        "purpose": "Imaging",
        "place": "Hartford",
        "offer": None,
        "receivedBy": "B. Person",
    },
    "item.taken": {
        "incident": "INC-2026-003",
        "number": 2,
        "item": "INC-2026-003-E02",
        "what": "device",
        "source": "thing",
        "sha256": None,
        "statedSha256": None,
        "files": [],
        "title": "Laptop of the clerk",
        "description": "Grey, a sticker on the lid.",
        "maker": "Dell",
        "model": "Latitude 5440",
        "serial": "7QK3M0Z",
        "capacity": "512 GB",
        "seal": "A-118",
        "condition": "Powered off",
        "foundAt": "Clerk's desk",
        "system": "CLERK-07",
        "collectedBy": "A. Person",
        "collectedFrom": "The clerk",
        "method": "Taken as it was",
        "writeProtected": None,
        "isOriginal": True,
        "clockOffset": "",
        "authority": "The town owns it",
        "to": "A. Person",
        "place": "Safe, town hall",
        "purpose": "Examination",
    },
    "referral.made": {
        "incident": "INC-2026-003",
        "referral": 1,
        "sha256": DIGEST,
        "to": "State Police",
        "contact": "Desk officer",
        "basis": "consent",
        "authority": "The mayor's letter",
        "by": "A. Person",
        "items": 2,
        "leftOut": {"privileged": 1},
    },
    "referral.status": {
        "incident": "INC-2026-003",
        "referral": 1,
        "state": "accepted",
        "caseNumber": "26-000118",
        "saidBy": "B. Person",
        "note": "",
    },
    "hold.set": {
        "hold": "2026-mail",
        "matter": "The mail of March.",
        "scope": "listed",
        "sha256": [DIGEST],
        "setBy": "A. Person",
        "authority": "Counsel's letter",
    },
    "incident.opened": {"incident": "INC-2026-003", "title": "Mailbox of the clerk", "outcome": "successful"},
    "incident.described": {"incident": "INC-2026-003", "facts": {"entity": {}, "incident": {"access": True}}},
    "incident.closed": {
        "incident": "INC-2026-003",
        "note": "Almost everybody was told.",
        "leftOpen": ["CT-BREACH-AG/attorney-general"],
        "reasons": {"CT-BREACH-AG/attorney-general": "The office answers on Monday."},
    },
    "incident.opened-in-error": {
        "incident": "INC-2026-003",
        "reason": "The alarm was a drill.",
        "ended": ["CT-BREACH-AG/attorney-general"],
    },
    "incident.reopened": {"incident": "INC-2026-003", "reason": "The drill was none."},
    "notice.sent": {
        "incident": "INC-2026-003",
        "duty": "CT-BREACH-AG/attorney-general",
        "to": "Attorney General of Connecticut",
        "sentAt": "2026-03-01T14:00:00Z",
        "how": "The office's form",
        "sha256": DIGEST,
        "files": [],
        "note": "",
    },
    "notice.withdrawn": {"incident": "INC-2026-003", "supersedes": 12, "reason": "It went to the wrong address."},
    "incident.decided": {
        "incident": "INC-2026-003",
        "decision": "police-delay",
        "answer": True,
        "by": "State Police, Det. Example",
        "decidedOn": "2026-03-02",
        "inWriting": True,
        "until": "2026-04-01",
        "reason": "An arrest is being prepared.",
    },
    "severity.assessed": {
        "incident": "INC-2026-003",
        "lowLevel": 2,
        "highLevel": 3,
        "nciss": [612, 649],
        "local": [655, 700],
        "victims": 1,
        "profile": "2026-11-21",
        "answers": {"actor": ["criminal", "unknown"]},
    },
    "task.done": {
        "incident": "INC-2026-003",
        "task": "mailbox/reset-password",
        "by": "A. Person",
        "outcome": "done",
        "owner": "",
        "note": "",
    },
    "plan.adopted": {
        "plan": "cirp",
        "version": "1.0",
        "title": "Cyber incident response plan",
        "sha256": DIGEST,
        "by": "A. Person",
        "office": "First Selectman",
        "reviewBy": "2027-03-01",
        "files": [],
    },
    "plan.activated": {
        "plan": "cdrp",
        "version": "1.0",
        "level": 3,
        "by": "A. Person",
        "incident": "INC-2026-003",
        "reason": "Dispatch is down.",
    },
    "plan.stood-down": {"plan": "cdrp", "by": "A. Person", "activation": 12, "note": "Dispatch runs again."},
    "hold.lifted": {"hold": "2026-mail", "liftedBy": "A. Person", "reason": "Settled."},
    "content.erased": {
        "entries": [3],
        "parts": ["3/note"],
        "sha256": [],
        "basis": "Retention schedule S3-110",
        "approvedBy": "A. Person",
    },
    "evidence.marked": {
        "sha256": DIGEST,
        "entry": None,
        "marking": "foia-exempt",
        "state": "set",
        "basis": "Section 1-210(b)(19)",
        "markedBy": "A. Person",
        "note": "Names of staff.",
    },
    "provider.relation": {
        "step": "ended",
        "provider": "Ridge IT",
        "client": "Elm Hollow Bakery",
        "by": "client",
        "reason": "Taken in house.",
    },
    "record.continued": {
        "origin": "ridge.example/ledger/bakery",
        "size": 40,
        "root": DIGEST,
        "keys": ["ridge.example/ledger/bakery+00000000+AA"],
        "manifestSha256": DIGEST,
    },
    "provider.stated": {
        "provider": "Ridge IT",
        "from": "2026-01-01",
        "to": "2026-03-31",
        "services": [{"kind": "hunt.run", "count": 12, "sha256": DIGEST}],
        "size": 40,
        "noteSha256": DIGEST,
        "statedBy": "P. Stone",
        "role": "owner",
        "files": [],
    },
    "key.ceremony": {
        "action": "created",
        "keys": ["example.org/ledger/bakery+00000000+AA"],
        "at": "Office",
        "witnesses": ["A. Person"],
        "since": None,
        "reason": "",
    },
}


PARTS = [(kind, name) for kind, names in PRIVATE_PARTS.items() for name in sorted(names)]


@pytest.mark.parametrize(("kind", "name"), PARTS)
def test_a_private_part_is_set_apart_and_put_back(kind: str, name: str) -> None:
    said = SAMPLES[kind] | ({} if SAMPLES[kind][name] else {name: "Something."})
    written = write_body(kind, said)

    assert name in written.parts
    assert name not in json.loads(written.body)
    whole = decode_body(kind, 1, written.body, written.parts)
    assert isinstance(whole, Body)
    assert body_document(whole) == said


@pytest.mark.parametrize(("kind", "name"), PARTS)
def test_a_body_is_readable_without_its_private_parts_and_then_has_their_defaults(kind: str, name: str) -> None:
    written = write_body(kind, SAMPLES[kind] | {"reason": "x"} if "reason" in SAMPLES[kind] else SAMPLES[kind])

    rest = decode_body(kind, 1, written.body)

    assert isinstance(rest, Body)
    assert body_document(rest)[name] in ("", [], None)


def test_a_part_that_says_nothing_is_no_part() -> None:
    assert write_body("practice.answered", {"practice": "a", "answer": "yes", "note": ""}).parts == {}


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        ({"practice": "a", "answer": "yes", "note": "b"}, {"note": b'"c"'}),
        ({"practice": "a", "answer": "yes"}, {"reason": b'"c"'}),
        ({"practice": "a"}, {"answer": b'"yes"'}),
        ({"practice": "a", "answer": "yes"}, {"note": b"7"}),
        ({"practice": "a", "answer": "yes"}, {"note": b'"c'}),
        ([], {"note": b'"c"'}),
    ],
    ids=["twice", "of another kind", "public member", "another type", "no JSON", "body is a list"],
)
def test_a_part_that_has_no_place_in_its_body_is_refused(body: object, parts: dict[str, bytes]) -> None:
    with pytest.raises(BodyError):
        decode_body("practice.answered", 1, canonical_json(body), parts)


@pytest.mark.parametrize("kind", ["correction.made", "evidence.superseded", "exception.accepted", "hold.set"])
def test_what_must_be_said_is_never_written_empty(kind: str) -> None:
    name = "matter" if kind == "hold.set" else "reason"
    with pytest.raises(BodyError, match=f"{name} is empty"):
        check_body(kind, 1, SAMPLES[kind] | {name: ""})


def test_every_kind_of_entry_has_a_sample_here() -> None:
    assert set(SAMPLES) == set(BODY_VERSIONS)


@pytest.mark.parametrize("kind", SAMPLES)
def test_a_body_survives_decoding_and_rendering(kind: str) -> None:
    body = decode_body(kind, 1, canonical_json(SAMPLES[kind]))
    assert not isinstance(body, NotUnderstood)
    assert body_document(body) == SAMPLES[kind]
    check_body(kind, 1, SAMPLES[kind])


@pytest.mark.parametrize("kind", SAMPLES)
def test_an_unknown_field_is_refused_by_name(kind: str) -> None:
    with pytest.raises(BodyError, match="surprise"):
        check_body(kind, 1, SAMPLES[kind] | {"surprise": 1})


@pytest.mark.parametrize("kind", SAMPLES)
@pytest.mark.parametrize("wrong", [[], {}, -1, 1.5, "x" * 6000], ids=["list", "object", "negative", "float", "long"])
def test_a_wrong_type_in_any_field_is_refused_with_its_place(kind: str, wrong: object) -> None:
    for key, right in SAMPLES[kind].items():
        if isinstance(right, type(wrong)) and not isinstance(wrong, str | int):
            continue
        with pytest.raises(BodyError) as refused:
            check_body(kind, 1, SAMPLES[kind] | {key: wrong})
        assert refused.value.location is not None
        assert str(refused.value.location).startswith(f"/{key}")


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe", b"[]", b'"x"', b"null", b'{"practice":NaN}', b"[" * 100_000, b'{"a":1,"a":2}']
)
def test_bytes_that_are_no_such_body_are_refused(data: bytes) -> None:
    with pytest.raises(BodyError):
        decode_body("evidence.recorded", 1, data)


def test_a_digest_with_a_trailing_newline_is_refused() -> None:
    with pytest.raises(BodyError, match="regex"):
        check_body("program.adopted", 1, SAMPLES["program.adopted"] | {"documentSha256": DIGEST + "\n"})


@pytest.mark.parametrize(
    ("kind", "version", "reason"), [("moon.landed", 1, "unknown-kind"), ("hunt.run", 9, "unknown-version")]
)
def test_what_a_later_release_wrote_is_shown_as_not_understood_and_never_written(
    kind: str, version: int, reason: str
) -> None:
    read = decode_body(kind, version, b'{"x":1}')
    assert isinstance(read, NotUnderstood)
    assert (read.kind, read.version, read.reason) == (kind, version, reason)
    with pytest.raises(BodyError):
        check_body(kind, version, {"x": 1})


def test_an_answer_that_is_missing_is_unknown_and_not_no() -> None:
    body = decode_body("organisation.described", 1, {"name": "A", "kind": "llc"})
    assert not isinstance(body, NotUnderstood)
    document = body_document(body)
    assert document["regulatedBy"] is None
    assert set(document["handles"].values()) == {None}


@given(
    title=st.text(min_size=1, max_size=300).filter(lambda text: not any("\ud800" <= c <= "\udfff" for c in text)),
    size=st.integers(0, 2**53 - 1),
)
def test_any_usable_evidence_survives_the_round_trip(title: str, size: int) -> None:
    file = {"sha256": DIGEST, "size": size, "name": "a", "mediaType": "text/plain"}
    written = {"practice": "lock-and-log", "title": title, "note": "", "files": [file]}
    body = decode_body("evidence.recorded", 1, canonical_json(written))
    assert isinstance(body, EvidenceRecorded)
    assert body_document(body) == written


def test_an_exercise_that_was_played_here_says_how_it_went_and_older_entries_stay_readable() -> None:
    play = {
        "scenarioSha256": DIGEST, "minutes": 62, "expected": 12, "inTime": 9, "late": 1, "notSeen": 2, "roles": 4,
    }  # fmt: skip
    played = decode_body("exercise.held", 2, {**SAMPLES["exercise.held"], "play": play})
    held = decode_body("exercise.held", 1, SAMPLES["exercise.held"])
    assert isinstance(played, ExercisePlayed)
    assert played.play is not None
    assert played.play.not_seen == 2
    assert isinstance(held, ExerciseHeld)
    assert write_body("exercise.held", SAMPLES["exercise.held"]).version == 2
