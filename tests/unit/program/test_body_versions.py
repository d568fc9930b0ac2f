"""Second versions of bodies: what version 1 wrote is read as before, and version 2 says more."""

import pytest

from charteroak.canonical import canonical_json
from charteroak.program.bodies import (
    BODY_VERSIONS,
    EvidenceCollected,
    EvidenceRecorded,
    GapOpened,
    GapPlanned,
    RequirementAssessed,
    RequirementShown,
    body_document,
    check_body,
    decode_body,
)
from charteroak.program.errors import BodyError

CLAIM = {"claim": "restored", "holds": True, "detail": "1 restore was tested."}
COLLECTED = {
    "collector": "backup-log", "version": "1", "sha256": "0" * 64, "source": 3, "subject": "The file server",
    "shows": True, "claims": [CLAIM], "couldNotRead": 0, "signedBy": "", "made": None,
}  # fmt: skip
GAP = {"gap": "no-key", "title": "No second factor", "owner": "A. Person"}
ASSESSED = {"framework": "nist-csf", "edition": "2.0", "requirement": "PR.AA-03", "result": "partly", "assessor": "A"}
EVIDENCE = {"practice": "back-up-and-restore", "title": "Backup log"}


@pytest.mark.parametrize(
    ("kind", "body", "first", "second"),
    [
        ("gap.opened", GAP, GapOpened, GapPlanned),
        ("requirement.assessed", ASSESSED, RequirementAssessed, RequirementShown),
        ("evidence.recorded", EVIDENCE, EvidenceRecorded, EvidenceCollected),
    ],
)
def test_both_versions_are_read_and_the_second_is_a_kind_of_the_first(
    kind: str, body: dict[str, object], first: type, second: type
) -> None:
    assert type(decode_body(kind, 1, canonical_json(body))) is first
    assert type(decode_body(kind, 2, canonical_json(body))) is second
    assert issubclass(second, first)


def test_a_gap_says_how_bad_it_is_and_by_which_steps_it_is_closed_and_may_have_no_owner() -> None:
    said = {
        **GAP, "owner": "", "severity": "critical", "milestones": [{"what": "Buy keys", "due": "2026-12-01"}],
        "foundBy": 4, "since": "2026-01-02", "practice": None, "framework": None, "edition": None,
        "requirement": None, "due": None, "note": "",
    }  # fmt: skip
    read = decode_body("gap.opened", 2, canonical_json(said))
    assert isinstance(read, GapPlanned)
    assert body_document(read) == said
    with pytest.raises(BodyError, match="owner"):
        check_body("gap.opened", 1, GAP | {"owner": ""})


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("gap.opened", GAP | {"severity": "catastrophic"}),
        ("gap.opened", GAP | {"milestones": [{"what": "Buy keys"}]}),
        ("requirement.assessed", ASSESSED | {"evidence": [-1]}),
        ("evidence.recorded", EVIDENCE | {"collected": COLLECTED | {"claims": []}}),
        ("evidence.recorded", EVIDENCE | {"collected": COLLECTED | {"sha256": "A" * 64}}),
        ("evidence.recorded", EVIDENCE | {"collected": COLLECTED | {"surprise": 1}}),
    ],
    ids=["severity", "milestone without a day", "entry below zero", "no claim", "digest", "unknown member"],
)
def test_what_does_not_fit_the_second_version_is_refused(kind: str, body: dict[str, object]) -> None:
    with pytest.raises(BodyError):
        check_body(kind, 2, body)


def test_a_drop_survives_the_round_trip() -> None:
    read = decode_body("evidence.recorded", 2, canonical_json(EVIDENCE | {"collected": COLLECTED}))
    assert isinstance(read, EvidenceCollected)
    assert body_document(read)["collected"] == COLLECTED


def test_no_version_that_was_ever_written_is_gone() -> None:
    for versions in BODY_VERSIONS.values():
        assert sorted(versions) == list(range(1, len(versions) + 1))
