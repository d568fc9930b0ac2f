"""Duties to report: vignettes of who must be told, by when, and what is still to be found out."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from charteroak.cli.duties import duties
from charteroak.law.duties import (
    DutyAnswer,
    DutyStatus,
    duties_of,
    load_duties,
    parse_duty_facts,
    parse_duty_facts_json,
)
from charteroak.law.duties.triggers import TRIGGERS
from charteroak.law.errors import FactsError

SCHOOL: dict[str, Any] = {
    "entity": {"kind": "public-school-district", "sectors": ["education"], "regulatedBy": [], "licences": [],
               "contractorOf": [], "contractHours": None, "publicCompany": False, "dataRole": "owner",
               "domicile": "ct", "employees": 900, "enrolment": 4200},
    "incident": {"outcome": "successful", "discoveredAt": "2026-03-01T09:00:00-05:00", "access": True,
                 "acquisition": False, "encrypted": False, "harmUnlikelyFinding": None, "dataKinds": ["name", "ssn"],
                 "residentsAffected": {"ct": 1200}},
}  # fmt: skip
INFORMATION_ONLY = {"FERPA", "WATCH", "CT-FAILED", "CISA-2015", "CT-DATA-PRIVACY"}


def changed(base: dict[str, Any] = SCHOOL, /, **parts: dict[str, Any]) -> dict[str, Any]:
    document = deepcopy(base)
    for part, members in parts.items():
        document[part] |= members
    return document


def answer(document: dict[str, Any], code: str, part: str = "") -> DutyAnswer:
    found = [a for a in duties_of(parse_duty_facts(document)) if a.duty.code == code and part in {"", a.duty.part}]
    return found[0]


def limit(document: dict[str, Any], code: str, part: str = "") -> str | None:
    outer = answer(document, code, part).outer_limit
    return None if outer is None else outer.isoformat()


def test_every_row_of_the_table_has_its_trigger_and_no_row_is_mere_information() -> None:
    rows = {(duty.code, duty.part) for duty in load_duties().duties}
    assert rows == TRIGGERS.keys()
    assert len(rows) == len(load_duties().duties)
    assert not {code for code, _ in rows} & INFORMATION_ONLY
    assert all(duty.unit == "hours" or duty.limit is not None or duty.unit is None for duty in load_duties().duties)
    assert all((duty.calendar is not None) == (duty.unit == "business-days") for duty in load_duties().duties)


def test_a_school_district_that_lost_social_security_numbers_has_four_duties() -> None:
    due = {a.duty.code for a in duties_of(parse_duty_facts(SCHOOL)) if a.status is DutyStatus.DUE}
    assert {"CT-BREACH-RES", "CT-BREACH-AG", "CT-IDTHEFT", "CT-MUNI"} <= due
    assert {code for code in due if code.startswith("CT-")} == {
        "CT-BREACH-RES", "CT-BREACH-AG", "CT-IDTHEFT", "CT-MUNI",
    }  # fmt: skip
    assert limit(SCHOOL, "CT-BREACH-RES") == "2026-04-30"
    assert answer(SCHOOL, "CT-BREACH-RES").duty.standard == "without unreasonable delay"
    assert answer(SCHOOL, "CT-MUNI").duty.obligation == "requested"


@pytest.mark.parametrize(
    ("part", "members", "status"),
    [
        ("incident", {"access": False}, DutyStatus.NOT_TRIGGERED),
        ("incident", {"access": None}, DutyStatus.UNKNOWN),
        ("incident", {"access": None, "acquisition": True}, DutyStatus.DUE),
        ("incident", {"access": None, "acquisition": None, "outcome": "blocked"}, DutyStatus.NOT_TRIGGERED),
        ("incident", {"access": None, "acquisition": None, "outcome": "suspected"}, DutyStatus.UNKNOWN),
        ("incident", {"encrypted": True}, DutyStatus.NOT_TRIGGERED),
        ("incident", {"encrypted": None}, DutyStatus.UNKNOWN),
        ("incident", {"harmUnlikelyFinding": True}, DutyStatus.NOT_TRIGGERED),
        ("incident", {"harmUnlikelyFinding": False}, DutyStatus.DUE),
        ("incident", {"dataKinds": ["name"]}, DutyStatus.NOT_TRIGGERED),
        ("incident", {"dataKinds": ["ssn"]}, DutyStatus.UNKNOWN),
        ("incident", {"dataKinds": ["credentials"]}, DutyStatus.DUE),
        ("incident", {"dataKinds": []}, DutyStatus.NOT_TRIGGERED),
        ("incident", {"dataKinds": None}, DutyStatus.UNKNOWN),
        ("incident", {"residentsAffected": {"ct": 0, "ny": 40}}, DutyStatus.NOT_TRIGGERED),
        ("incident", {"residentsAffected": {"ny": 40}}, DutyStatus.UNKNOWN),
        ("incident", {"discoveredAt": None}, DutyStatus.UNKNOWN),
        ("entity", {"dataRole": "maintainer"}, DutyStatus.NOT_TRIGGERED),
        ("entity", {"dataRole": "licensee"}, DutyStatus.DUE),
        ("entity", {"dataRole": None}, DutyStatus.UNKNOWN),
    ],
)
def test_the_connecticut_breach_notice_follows_its_own_tests(
    part: str, members: dict[str, Any], status: DutyStatus
) -> None:
    found = answer(changed(**{part: members}), "CT-BREACH-RES")
    assert found.status is status
    assert found.reason


def test_what_is_not_known_yet_says_what_to_find_out_and_what_the_limit_would_be() -> None:
    found = answer(changed(incident={"encrypted": None, "access": None}), "CT-BREACH-RES")
    assert "encrypted" in found.reason
    assert "access" in found.reason
    assert found.outer_limit is not None
    assert found.outer_limit.isoformat() == "2026-04-30"


def test_the_attorney_general_is_told_no_later_than_residents() -> None:
    told = changed(incident={"residentsNotifiedAt": "2026-03-20T23:30:00-04:00"})
    assert limit(told, "CT-BREACH-AG") == "2026-03-20"
    assert limit(told, "CT-BREACH-RES") == "2026-04-30"
    assert limit(SCHOOL, "CT-BREACH-AG") == "2026-04-30"


def test_law_enforcement_holds_a_notice_back_and_never_forward() -> None:
    later = changed(incident={"lawEnforcementDelayUntil": "2026-05-15T12:00:00-04:00"})
    sooner = changed(incident={"lawEnforcementDelayUntil": "2026-03-15T12:00:00-04:00"})
    assert limit(later, "CT-BREACH-RES") == "2026-05-15"
    assert "counsel" in answer(later, "CT-BREACH-RES").reason
    assert limit(sooner, "CT-BREACH-RES") == "2026-04-30"


def test_a_maintainer_tells_the_owner_at_once() -> None:
    found = answer(changed(entity={"dataRole": "maintainer"}), "CT-BREACH-OWNER")
    assert found.status is DutyStatus.DUE
    assert found.outer_limit is None
    assert found.duty.standard == "immediately after discovery"


@pytest.mark.parametrize("outcome", ["successful", "unsuccessful", "blocked", "suspected", "unknown", None])
def test_the_fusion_center_asks_public_bodies_for_every_incident(outcome: str | None) -> None:
    assert answer(changed(incident={"outcome": outcome}), "CT-MUNI").status is DutyStatus.DUE
    firm = changed(entity={"kind": "llc"}, incident={"outcome": outcome})
    assert answer(firm, "CT-MUNI").status is DutyStatus.NOT_TRIGGERED


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-03-06T10:00:00-05:00", "2026-03-11"),  # Friday: Monday, Tuesday, Wednesday
        ("2026-02-11T10:00:00-05:00", "2026-02-18"),  # Lincoln's birthday and Presidents' Day are skipped
        ("2026-04-02T10:00:00-04:00", "2026-04-08"),  # Good Friday is skipped
        ("2026-03-06T23:30:00-08:00", "2026-03-11"),  # a Saturday in Connecticut already
    ],
)
def test_an_insurer_has_three_business_days_of_connecticut(at: str, expected: str) -> None:
    insurer = changed(entity={"licences": ["ct-insurance"]}, incident={"discoveredAt": at})
    assert limit(insurer, "CT-INS") == expected


def test_an_insurer_of_another_state_counts_its_connecticut_consumers() -> None:
    other = {"licences": ["ct-insurance"], "domicile": "ny"}
    assert answer(changed(entity=other), "CT-INS").status is DutyStatus.DUE
    few = changed(entity=other, incident={"residentsAffected": {"ct": 249}})
    assert answer(few, "CT-INS").status is DutyStatus.NOT_TRIGGERED
    harmless = changed(entity=other, incident={"encrypted": True, "materialHarm": False})
    assert answer(harmless, "CT-INS").status is DutyStatus.NOT_TRIGGERED
    harmful = changed(entity=other, incident={"encrypted": True, "materialHarm": True})
    assert answer(harmful, "CT-INS").status is DutyStatus.DUE


def test_student_data_have_clocks_of_their_own() -> None:
    operator = {"kind": "corporation", "contractorOf": ["school-board"], "dataRole": "maintainer"}
    student = changed(entity=operator, incident={"dataKinds": ["student-information", "student-directory"]})
    assert limit(student, "CT-STUDENT-CONTRACTOR") == "2026-03-31"
    assert limit(student, "CT-STUDENT-CONTRACTOR-60") == "2026-04-30"
    board = changed(incident={"contractorNoticeAt": "2026-04-02T16:00:00-04:00"})
    assert limit(board, "CT-STUDENT-BOARD") == "2026-04-07"
    assert answer(board, "CT-STUDENT-BOARD").starts_at == "2026-04-02T16:00:00-04:00"


def test_a_state_contract_may_set_hours() -> None:
    contractor = {"kind": "llc", "contractorOf": ["state-agency"]}
    assert limit(changed(entity=contractor), "CT-CONTRACTOR") is None
    hours = changed(entity=contractor | {"contractHours": 24}, incident={"outcome": "suspected"})
    assert answer(hours, "CT-CONTRACTOR", "agency").status is DutyStatus.DUE
    assert limit(hours, "CT-CONTRACTOR", "attorney-general") == "2026-03-02T09:00:00-05:00"


def test_hours_are_elapsed_hours_over_the_night_on_which_clocks_change() -> None:
    bank = changed(entity={"licences": ["bank"]}, incident={"determinedAt": "2026-03-07T20:00:00-05:00"})
    assert limit(bank, "BANK-36H", "regulator") == "2026-03-09T09:00:00-04:00"
    autumn = changed(
        entity={"licences": ["credit-union"]}, incident={"reasonableBeliefAt": "2026-10-31T20:00:00-04:00"}
    )
    assert limit(autumn, "NCUA-72H") == "2026-11-03T19:00:00-05:00"


def test_a_start_event_that_is_given_means_that_its_test_was_met() -> None:
    bank = changed(
        entity={"licences": ["bank"]}, incident={"outcome": "unknown", "determinedAt": "2026-03-07T20:00:00Z"}
    )
    assert answer(bank, "BANK-36H", "regulator").status is DutyStatus.DUE
    assert answer(changed(entity={"licences": ["bank"]}), "BANK-36H", "regulator").status is DutyStatus.UNKNOWN
    assert answer(bank, "BANK-36H", "bank").status is DutyStatus.NOT_TRIGGERED


def test_a_public_company_counts_federal_business_days_from_the_finding_that_it_is_material() -> None:
    listed = changed(entity={"publicCompany": True}, incident={"determinedMaterialAt": "2026-06-17T18:00:00-04:00"})
    assert limit(listed, "SEC-8K-1.05") == "2026-06-24"
    undecided = answer(changed(entity={"publicCompany": True}), "SEC-8K-1.05")
    assert undecided.status is DutyStatus.UNKNOWN
    assert "without unreasonable delay" in undecided.reason


HOSPITAL = changed(
    entity={"kind": "nonprofit", "regulatedBy": ["hipaa-covered-entity"]},
    incident={"dataKinds": ["name", "phi"], "individualsAffected": 499},
)


def test_hipaa_tells_three_and_small_breaches_go_into_the_yearly_log() -> None:
    assert limit(HOSPITAL, "HIPAA-BREACH", "individuals") == "2026-04-30"
    assert limit(HOSPITAL, "HIPAA-BREACH", "hhs") == "2027-03-01"
    assert limit(changed(HOSPITAL, incident={"individualsAffected": 500}), "HIPAA-BREACH", "hhs") == "2026-04-30"
    leap = changed(HOSPITAL, incident={"discoveredAt": "2027-05-01T09:00:00-04:00"})
    assert limit(leap, "HIPAA-BREACH", "hhs") == "2028-02-29"
    assert answer(HOSPITAL, "HIPAA-BREACH", "media").status is DutyStatus.DUE
    assert "24 months" in answer(HOSPITAL, "CT-BREACH-RES").reason
    few = changed(HOSPITAL, incident={"residentsAffected": {"ct": 500}})
    assert answer(few, "HIPAA-BREACH", "media").status is DutyStatus.NOT_TRIGGERED


def test_how_many_people_is_not_known_leaves_the_earlier_limit() -> None:
    unknown = changed(HOSPITAL, incident={"individualsAffected": None})
    found = answer(unknown, "HIPAA-BREACH", "hhs")
    assert found.status is DutyStatus.DUE
    assert limit(unknown, "HIPAA-BREACH", "hhs") == "2026-04-30"
    assert "not known" in found.reason


def test_the_ftc_hears_of_acquisitions_from_500_consumers_on() -> None:
    lender = changed(entity={"regulatedBy": ["glba-ftc"]}, incident={"acquisition": True, "individualsAffected": 500})
    assert limit(lender, "FTC-SAFEGUARDS") == "2026-03-31"
    assert answer(changed(lender, incident={"individualsAffected": 499}), "FTC-SAFEGUARDS").status is (
        DutyStatus.NOT_TRIGGERED
    )
    assert answer(changed(lender, incident={"acquisition": False}), "FTC-SAFEGUARDS").status is DutyStatus.NOT_TRIGGERED


@pytest.mark.parametrize(
    ("entity", "kinds", "code", "expected"),
    [
        ({"regulatedBy": ["cjis"]}, ["cji"], "CJIS", "2026-03-01T10:00:00-05:00"),
        ({"regulatedBy": ["irs-1075"]}, ["fti"], "IRS-1075", "2026-03-02T09:00:00-05:00"),
        ({"licences": ["dod-contractor"]}, ["cui"], "DFARS-7012", "2026-03-04T09:00:00-05:00"),
        ({"licences": ["pipeline"]}, [], "TSA", "2026-03-02T09:00:00-05:00"),
        ({"licences": ["bulk-power"]}, [], "NERC/DOE", "2026-03-01T10:00:00-05:00"),
        ({"licences": ["broker-dealer"]}, ["name", "account"], "SEC-REG-SP", "2026-03-31"),
        ({"regulatedBy": ["phr-vendor"]}, ["phr"], "FTC-HBNR", "2026-04-30"),
    ],
)
def test_other_federal_clocks_run_from_discovery(
    entity: dict[str, Any], kinds: list[str], code: str, expected: str
) -> None:
    document = changed(entity=entity, incident={"dataKinds": kinds})
    assert answer(document, code).status is DutyStatus.DUE
    assert limit(document, code) == expected


def test_an_attempt_on_the_grid_is_reported_by_the_end_of_the_next_day() -> None:
    attempt = changed(entity={"licences": ["bulk-power"]}, incident={"outcome": "blocked"})
    assert limit(attempt, "NERC/DOE", "e-isac") == "2026-03-02"
    assert answer(attempt, "NERC/DOE", "doe").status is DutyStatus.NOT_TRIGGERED


def test_a_carrier_tells_agencies_and_customers() -> None:
    carrier = changed(entity={"licences": ["carrier"]}, incident={"determinedAt": "2026-02-10T09:00:00-05:00"})
    assert limit(carrier, "CT-TELECOM", "federal-agencies") == "2026-02-20"
    assert limit(carrier, "CT-TELECOM", "customers") == "2026-03-12"


@pytest.mark.parametrize("code", ["CIRCIA", "CT-MASSIVE", "EI-ISAC"])
def test_what_is_not_in_force_is_disabled_and_says_why(code: str) -> None:
    believed = changed(incident={"reasonableBeliefAt": "2026-03-01T09:00:00-05:00"})
    found = answer(believed, code)
    assert found.status is DutyStatus.DISABLED
    assert found.outer_limit is None
    assert found.reason


def test_nothing_known_is_never_nothing_due() -> None:
    answers = duties_of(parse_duty_facts({}))
    required = [a for a in answers if a.duty.obligation == "required" and a.duty.law_status == "in-force"]
    assert {a.status for a in required} == {DutyStatus.UNKNOWN}


OPTIONAL_FACTS = st.fixed_dictionaries(
    {},
    optional={
        "outcome": st.sampled_from(["successful", "unsuccessful", "blocked", "suspected", "unknown", None]),
        "discoveredAt": st.sampled_from(["2026-02-28T23:59:59-05:00", "2027-12-31T00:00:00Z", None]),
        "access": st.sampled_from([True, False, None]),
        "acquisition": st.sampled_from([True, False, None]),
        "encrypted": st.sampled_from([True, False, None]),
        "harmUnlikelyFinding": st.sampled_from([True, False, None]),
        "dataKinds": st.none() | st.lists(st.sampled_from(["name", "ssn", "credentials", "phi", "cji"]), unique=True),
        "residentsAffected": st.none() | st.dictionaries(st.sampled_from(["ct", "ny"]), st.integers(0, 2000)),
        "individualsAffected": st.none() | st.integers(0, 2000),
    },
)


@given(OPTIONAL_FACTS, OPTIONAL_FACTS)
def test_learning_more_never_turns_a_settled_answer_round(known: dict[str, Any], more: dict[str, Any]) -> None:
    """What was due or not triggered stays so when only unknown facts become known."""
    facts = {key: value for key, value in known.items() if value is not None}
    fuller = {key: value for key, value in more.items() if value is not None} | facts
    entity = SCHOOL["entity"] | {"regulatedBy": ["hipaa-covered-entity", "cjis"], "licences": ["ct-insurance"]}
    if facts.get("residentsAffected") != fuller.get("residentsAffected"):
        return
    if fuller.get("outcome") in {"unsuccessful", "blocked"} and (fuller.get("access") or fuller.get("acquisition")):
        return  # facts that contradict each other settle nothing
    before = duties_of(parse_duty_facts({"entity": entity, "incident": facts}))
    after = duties_of(parse_duty_facts({"entity": entity, "incident": fuller}))
    for earlier, later in zip(before, after, strict=True):
        is_excepted = "harm unlikely" in later.reason or "harmUnlikelyFinding" not in facts
        if earlier.status is not DutyStatus.UNKNOWN and not (earlier.status is DutyStatus.DUE and is_excepted):
            assert later.status is earlier.status, earlier.duty.code


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ([], None),
        ({"entities": {}}, None),
        ({"entity": {"kind": "bank"}}, "/entity/kind"),
        ({"entity": {"licenses": []}}, "/entity"),
        ({"entity": {"contractHours": -1}}, "/entity/contractHours"),
        ({"incident": {"discoveredAt": "2026-03-01"}}, "/incident/discoveredAt"),
        ({"incident": {"discoveredAt": "2026-03-01T09:00:00"}}, "/incident/discoveredAt"),
        ({"incident": {"dataKinds": ["names"]}}, "/incident/dataKinds/0"),
        ({"incident": {"residentsAffected": {"ct": "many"}}}, "/incident/residentsAffected"),
        ({"incident": {"access": "yes"}}, "/incident/access"),
        (
            {"incident": {"discoveredAt": "2026-03-02T09:00:00Z", "residentsNotifiedAt": "2026-03-01T09:00:00Z"}},
            "/incident/residentsNotifiedAt",
        ),
    ],
)
def test_facts_that_cannot_be_used_are_refused_by_place(document: Any, place: str | None) -> None:
    with pytest.raises(FactsError) as refused:
        parse_duty_facts(document)
    assert refused.value.location is not None
    assert refused.value.location.pointer == place
    assert refused.value.remedy


def test_a_limit_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(FactsError, match="outside the calendar"):
        duties_of(parse_duty_facts(changed(incident={"discoveredAt": "9999-12-20T00:00:00Z"})))


@pytest.mark.parametrize("data", [b"", b"{", b"\xff\xfe", b'{"entity": 1, "entity": 2}', b"[" * 100_000])
def test_bytes_that_are_no_document_are_refused_with_their_file(data: bytes) -> None:
    with pytest.raises(FactsError) as refused:
        parse_duty_facts_json(data, path="facts.json")
    assert refused.value.location is not None
    assert refused.value.location.path == "facts.json"


def test_the_command_answers_with_limits_and_exit_codes(tmp_path: Path) -> None:
    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps(SCHOOL), encoding="utf-8")
    said = CliRunner().invoke(duties, ["--facts", str(facts), "--json"])
    rows = json.loads(said.stdout)
    assert {"code", "law", "who", "to", "obligation", "trigger", "startsAt", "standard", "outerLimit", "unit", "status",
            "reason", "citation", "content"} <= rows[0].keys()  # fmt: skip
    assert rows[0]["outerLimit"] == "2026-04-30"
    text = CliRunner().invoke(duties, ["--facts", str(facts)])
    assert "without unreasonable delay; outer limit 2026-04-30" in text.output
    assert "not legal advice" in text.output
