"""Limits of duties, worked by hand on a calendar: month ends, leap days, holidays, nights on which clocks change."""

from copy import deepcopy
from typing import Any

import pytest

from charteroak.law.duties import DutyStatus, duties_of, parse_duty_facts

_SCHOOL = {"kind": "public-school-district", "sectors": ["education"], "regulatedBy": [], "licences": [],
           "contractorOf": [], "publicCompany": False, "dataRole": "owner", "domicile": "ct"}  # fmt: skip
_BREACH = {"outcome": "successful", "access": True, "acquisition": True, "encrypted": False,
           "dataKinds": ["name", "ssn"], "residentsAffected": {"ct": 1200}}  # fmt: skip

# For each duty: what the entity is, what the incident is beside the school's, and which moment starts its clock.
WORLDS: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "CT-BREACH-RES/residents": ({}, {}, "discoveredAt"),
    "CT-IDTHEFT/residents": ({}, {}, "discoveredAt"),
    "CT-BREACH-CREDS/account-holders": ({}, {"dataKinds": ["credentials"]}, "discoveredAt"),
    "CT-INS/insurance-commissioner": ({"licences": ["ct-insurance"]}, {}, "discoveredAt"),
    "CT-STUDENT-CONTRACTOR/board": (
        {"kind": "corporation", "contractorOf": ["school-board"]}, {"dataKinds": ["student-information"]},
        "discoveredAt",
    ),
    "CT-STUDENT-BOARD/families": ({}, {}, "contractorNoticeAt"),
    "CT-CONTRACTOR/agency": ({"kind": "llc", "contractorOf": ["state-agency"]}, {}, "discoveredAt"),
    "CT-TELECOM/federal-agencies": ({"licences": ["carrier"]}, {}, "determinedAt"),
    "CT-TELECOM/customers": ({"licences": ["carrier"]}, {}, "determinedAt"),
    "HIPAA-BREACH/individuals": (
        {"regulatedBy": ["hipaa-covered-entity"]}, {"dataKinds": ["name", "phi"], "individualsAffected": 700},
        "discoveredAt",
    ),
    "HIPAA-BREACH/hhs": (
        {"regulatedBy": ["hipaa-covered-entity"]}, {"dataKinds": ["name", "phi"], "individualsAffected": 700},
        "discoveredAt",
    ),
    "HIPAA-BREACH/media": (
        {"regulatedBy": ["hipaa-covered-entity"]}, {"dataKinds": ["name", "phi"], "individualsAffected": 700},
        "discoveredAt",
    ),
    "FTC-SAFEGUARDS/ftc": ({"regulatedBy": ["glba-ftc"]}, {"individualsAffected": 900}, "discoveredAt"),
    "FTC-HBNR/individuals": ({"regulatedBy": ["phr-vendor"]}, {"dataKinds": ["phr"]}, "discoveredAt"),
    "FTC-HBNR/ftc": (
        {"regulatedBy": ["phr-vendor"]}, {"dataKinds": ["phr"], "individualsAffected": 700}, "discoveredAt"
    ),
    "SEC-REG-SP/customers": ({"licences": ["broker-dealer"]}, {"dataKinds": ["name", "account"]}, "discoveredAt"),
    "SEC-8K-1.05/sec": ({"publicCompany": True}, {}, "determinedMaterialAt"),
    "BANK-36H/regulator": ({"licences": ["bank"]}, {}, "determinedAt"),
    "NCUA-72H/ncua": ({"licences": ["credit-union"]}, {}, "reasonableBeliefAt"),
    "CJIS/csa": ({"regulatedBy": ["cjis"]}, {"dataKinds": ["cji"]}, "discoveredAt"),
    "IRS-1075/tigta": ({"regulatedBy": ["irs-1075"]}, {"dataKinds": ["fti"]}, "discoveredAt"),
    "DFARS-7012/dibnet": ({"licences": ["dod-contractor"]}, {"dataKinds": ["cui"]}, "discoveredAt"),
    "TSA/cisa": ({"licences": ["pipeline"]}, {}, "discoveredAt"),
    "NERC/DOE/e-isac": ({"licences": ["bulk-power"]}, {}, "discoveredAt"),
}  # fmt: skip


def limit_of(duty: str, start: str, **also: Any) -> str:
    """The limit of a duty whose clock starts at a moment; ``also`` are further facts of the incident."""
    entity, incident, event = deepcopy(WORLDS[duty])
    hours = also.pop("contractHours", None)
    facts = parse_duty_facts(
        {
            "entity": _SCHOOL | entity | {"contractHours": hours},
            "incident": _BREACH | {"discoveredAt": "2026-01-05T09:00:00-05:00"} | incident | {event: start} | also,
        }
    )
    code, _, part = duty.rpartition("/")
    (answer,) = [a for a in duties_of(facts) if (a.duty.code, a.duty.part) == (code, part)]
    assert answer.status is DutyStatus.DUE, answer.reason
    assert answer.outer_limit is not None
    return answer.outer_limit.isoformat()


def day(text: str) -> str:
    """Ten in the morning of a day, standard time: never near midnight in Connecticut."""
    return f"{text}T10:00:00-05:00"


@pytest.mark.parametrize(
    ("discovered", "expected"),
    [
        ("2026-01-01", "2026-03-02"),
        ("2026-01-31", "2026-04-01"),
        ("2026-02-28", "2026-04-29"),
        ("2026-03-01", "2026-04-30"),
        ("2026-03-31", "2026-05-30"),
        ("2026-04-30", "2026-06-29"),
        ("2026-05-31", "2026-07-30"),
        ("2026-06-30", "2026-08-29"),
        ("2026-07-31", "2026-09-29"),
        ("2026-08-31", "2026-10-30"),
        ("2026-09-30", "2026-11-29"),
        ("2026-10-31", "2026-12-30"),
        ("2026-11-30", "2027-01-29"),
        ("2026-12-31", "2027-03-01"),
        ("2027-02-28", "2027-04-29"),
        ("2027-12-31", "2028-02-29"),  # ends on the leap day
        ("2028-01-01", "2028-03-01"),  # runs over it
        ("2028-02-28", "2028-04-28"),
        ("2028-02-29", "2028-04-29"),  # begins on it
        ("2028-03-01", "2028-04-30"),
        ("2099-12-31", "2100-03-01"),  # 2100 has none
        ("2026-03-03", "2026-05-02"),  # a Saturday, and it stays one
        ("2026-03-04", "2026-05-03"),  # a Sunday
        ("2026-05-05", "2026-07-04"),  # Independence Day
        ("2026-10-26", "2026-12-25"),  # Christmas
    ],
)
@pytest.mark.parametrize("duty", ["CT-BREACH-RES/residents", "CT-IDTHEFT/residents", "HIPAA-BREACH/individuals"])
def test_sixty_days_are_counted_from_the_day_after_discovery_and_never_rolled(
    duty: str, discovered: str, expected: str
) -> None:
    assert limit_of(duty, day(discovered)) == expected


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-03-02T04:30:00Z", "2026-04-30"),  # 23:30 of 1 March in Connecticut
        ("2026-03-02T05:00:00Z", "2026-05-01"),  # its midnight
        ("2026-07-01T03:59:59Z", "2026-08-29"),  # 23:59:59 of 30 June, summer time
        ("2026-07-01T04:00:00Z", "2026-08-30"),
        ("2026-03-01T22:00:00-08:00", "2026-05-01"),  # evening in California
        ("2026-03-02T00:30:00+09:00", "2026-04-30"),  # night in Japan
        ("2026-03-08T01:59:59-05:00", "2026-05-07"),  # a second before clocks go forward
        ("2026-03-08T03:00:00-04:00", "2026-05-07"),  # and the next one
        ("2026-11-01T01:30:00-04:00", "2026-12-31"),  # the first half past one of that night
        ("2026-11-01T01:30:00-05:00", "2026-12-31"),  # the second
    ],
)
def test_the_day_of_discovery_is_the_day_in_connecticut(moment: str, expected: str) -> None:
    assert limit_of("CT-BREACH-RES/residents", moment) == expected


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2026-01-31", "2026-03-02"),
        ("2028-01-31", "2028-03-01"),
        ("2026-02-28", "2026-03-30"),
        ("2028-02-28", "2028-03-29"),
        ("2028-02-29", "2028-03-30"),
        ("2026-03-01", "2026-03-31"),
        ("2026-04-30", "2026-05-30"),
        ("2026-11-01", "2026-12-01"),
        ("2026-12-15", "2027-01-14"),
        ("2026-12-31", "2027-01-30"),
    ],
)
@pytest.mark.parametrize(
    "duty", ["FTC-SAFEGUARDS/ftc", "CT-STUDENT-CONTRACTOR/board", "SEC-REG-SP/customers", "CT-TELECOM/customers"]
)
def test_thirty_days_run_over_short_and_long_months(duty: str, start: str, expected: str) -> None:
    assert limit_of(duty, day(start)) == expected


@pytest.mark.parametrize(
    ("discovered", "expected"),
    [
        ("2026-01-02", "2026-01-07"),  # Friday: Monday, Tuesday, Wednesday
        ("2025-12-31", "2026-01-06"),  # New Year's Day
        ("2026-01-15", "2026-01-21"),  # Martin Luther King Jr. Day
        ("2026-01-16", "2026-01-22"),
        ("2026-01-17", "2026-01-22"),  # from a Saturday
        ("2026-02-10", "2026-02-17"),  # Lincoln's birthday on Thursday, Presidents' Day on Monday
        ("2026-02-12", "2026-02-18"),  # from a holiday
        ("2026-02-13", "2026-02-19"),
        ("2026-03-13", "2026-03-18"),
        ("2026-03-14", "2026-03-18"),
        ("2026-03-15", "2026-03-18"),  # from a Sunday
        ("2026-04-01", "2026-04-07"),  # Good Friday
        ("2026-04-03", "2026-04-08"),
        ("2026-05-21", "2026-05-27"),  # Memorial Day
        ("2026-06-17", "2026-06-23"),  # Juneteenth
        ("2026-07-01", "2026-07-07"),  # 4 July is a Saturday: kept on Friday
        ("2026-07-02", "2026-07-08"),
        ("2026-09-04", "2026-09-10"),  # Labor Day
        ("2026-10-09", "2026-10-15"),  # Columbus Day
        ("2026-11-10", "2026-11-16"),  # Veterans Day
        ("2026-11-24", "2026-11-30"),  # Thanksgiving; the Friday after it is a business day
        ("2026-12-23", "2026-12-29"),  # Christmas
        ("2026-12-30", "2027-01-05"),
        ("2025-04-16", "2025-04-22"),  # Good Friday of 2025
        ("2027-03-24", "2027-03-30"),  # of 2027
        ("2028-04-12", "2028-04-18"),  # of 2028
        ("2027-07-01", "2027-07-07"),  # 4 July is a Sunday: kept on Monday
        ("2027-12-22", "2027-12-28"),  # Christmas on a Saturday: kept on Friday
        ("2027-12-29", "2028-01-04"),  # New Year's Day on a Saturday: kept in the old year
        ("2028-02-09", "2028-02-15"),  # Lincoln's birthday on a Saturday
        ("2029-02-09", "2029-02-15"),  # on a Monday
        ("2028-11-08", "2028-11-14"),  # Veterans Day on a Saturday
    ],
)
def test_an_insurers_three_business_days_skip_connecticuts_holidays(discovered: str, expected: str) -> None:
    assert limit_of("CT-INS/insurance-commissioner", day(discovered)) == expected


@pytest.mark.parametrize(
    ("noticed", "expected"),
    [
        ("2026-03-06T10:00:00-05:00", "2026-03-10"),
        ("2026-03-07T04:30:00Z", "2026-03-10"),  # still Friday in Connecticut
        ("2026-03-07T05:00:00Z", "2026-03-10"),  # Saturday
        ("2026-02-11T10:00:00-05:00", "2026-02-17"),
        ("2026-06-18T10:00:00-04:00", "2026-06-23"),
        ("2026-11-25T10:00:00-05:00", "2026-11-30"),
        ("2026-12-24T10:00:00-05:00", "2026-12-29"),
    ],
)
def test_a_school_board_has_two_business_days_from_its_contractors_notice(noticed: str, expected: str) -> None:
    assert limit_of("CT-STUDENT-BOARD/families", noticed) == expected


@pytest.mark.parametrize(
    ("material", "expected"),
    [
        ("2026-03-02", "2026-03-06"),
        ("2026-03-05", "2026-03-11"),
        ("2026-01-14", "2026-01-21"),
        ("2026-02-10", "2026-02-17"),  # Lincoln's birthday is no federal holiday, Presidents' Day is one
        ("2026-04-01", "2026-04-07"),  # neither is Good Friday
        ("2026-05-21", "2026-05-28"),
        ("2026-07-01", "2026-07-08"),
        ("2026-09-03", "2026-09-10"),
        ("2026-10-08", "2026-10-15"),
        ("2026-11-09", "2026-11-16"),
        ("2026-11-24", "2026-12-01"),
        ("2026-12-22", "2026-12-29"),
        ("2026-12-29", "2027-01-05"),
    ],
)
def test_a_public_companys_four_business_days_skip_federal_holidays(material: str, expected: str) -> None:
    assert limit_of("SEC-8K-1.05/sec", day(material)) == expected


@pytest.mark.parametrize(
    ("determined", "expected"),
    [
        ("2026-03-31", "2026-04-09"),
        ("2026-06-15", "2026-06-25"),
        ("2026-11-20", "2026-12-02"),
        ("2026-12-18", "2026-12-30"),
    ],
)
def test_a_carriers_seven_business_days_are_federal_ones(determined: str, expected: str) -> None:
    assert limit_of("CT-TELECOM/federal-agencies", day(determined)) == expected


@pytest.mark.parametrize(
    ("duty", "start", "expected"),
    [
        ("BANK-36H/regulator", "2026-01-05T08:00:00-05:00", "2026-01-06T20:00:00-05:00"),
        ("BANK-36H/regulator", "2026-02-27T18:00:00-05:00", "2026-03-01T06:00:00-05:00"),
        ("BANK-36H/regulator", "2028-02-28T18:00:00-05:00", "2028-03-01T06:00:00-05:00"),
        ("BANK-36H/regulator", "2026-10-31T12:00:00-04:00", "2026-11-01T23:00:00-05:00"),
        ("BANK-36H/regulator", "2026-12-31T12:00:00-05:00", "2027-01-02T00:00:00-05:00"),
        ("BANK-36H/regulator", "2026-07-01T12:00:00Z", "2026-07-02T20:00:00-04:00"),
        ("NCUA-72H/ncua", "2026-03-06T09:00:00-05:00", "2026-03-09T10:00:00-04:00"),
        ("NCUA-72H/ncua", "2026-03-08T03:00:00-04:00", "2026-03-11T03:00:00-04:00"),
        ("NCUA-72H/ncua", "2026-10-30T09:00:00-04:00", "2026-11-02T08:00:00-05:00"),
        ("NCUA-72H/ncua", "2028-02-27T10:00:00-05:00", "2028-03-01T10:00:00-05:00"),
        ("CJIS/csa", "2026-03-08T01:30:00-05:00", "2026-03-08T03:30:00-04:00"),
        ("CJIS/csa", "2026-11-01T00:30:00-04:00", "2026-11-01T01:30:00-04:00"),
        ("CJIS/csa", "2026-11-01T01:30:00-04:00", "2026-11-01T01:30:00-05:00"),
        ("CJIS/csa", "2026-11-01T01:30:00-05:00", "2026-11-01T02:30:00-05:00"),
        ("CJIS/csa", "2026-12-31T23:30:00-05:00", "2027-01-01T00:30:00-05:00"),
        ("IRS-1075/tigta", "2026-03-07T12:00:00-05:00", "2026-03-08T13:00:00-04:00"),
        ("IRS-1075/tigta", "2026-10-31T12:00:00-04:00", "2026-11-01T11:00:00-05:00"),
        ("IRS-1075/tigta", "2026-12-24T17:00:00-05:00", "2026-12-25T17:00:00-05:00"),
        ("DFARS-7012/dibnet", "2026-03-07T00:00:00-05:00", "2026-03-10T01:00:00-04:00"),
        ("DFARS-7012/dibnet", "2026-02-26T15:00:00-05:00", "2026-03-01T15:00:00-05:00"),
        ("DFARS-7012/dibnet", "2028-02-27T15:00:00-05:00", "2028-03-01T15:00:00-05:00"),
        ("TSA/cisa", "2026-11-01T00:00:00-04:00", "2026-11-01T23:00:00-05:00"),
        ("TSA/cisa", "2026-06-30T23:59:59-04:00", "2026-07-01T23:59:59-04:00"),
        ("NERC/DOE/e-isac", "2026-03-08T01:15:00-05:00", "2026-03-08T03:15:00-04:00"),
    ],
)
def test_hours_are_elapsed_hours_whatever_the_clocks_on_the_wall_do(duty: str, start: str, expected: str) -> None:
    assert limit_of(duty, start) == expected


@pytest.mark.parametrize(
    ("hours", "start", "expected"),
    [
        (1, "2026-03-08T01:59:59-05:00", "2026-03-08T03:59:59-04:00"),
        (24, "2026-03-07T09:00:00-05:00", "2026-03-08T10:00:00-04:00"),
        (48, "2026-03-07T09:00:00-05:00", "2026-03-09T10:00:00-04:00"),
        (72, "2026-10-30T09:00:00-04:00", "2026-11-02T08:00:00-05:00"),
    ],
)
def test_a_state_contracts_hours_are_those_that_it_sets(hours: int, start: str, expected: str) -> None:
    assert limit_of("CT-CONTRACTOR/agency", start, contractHours=hours) == expected


@pytest.mark.parametrize(
    ("discovered", "expected"),
    [
        ("2026-03-01T23:59:00-05:00", "2026-03-02"),
        ("2026-03-02T04:59:00Z", "2026-03-02"),
        ("2026-12-31T10:00:00-05:00", "2027-01-01"),
        ("2028-02-28T10:00:00-05:00", "2028-02-29"),
        ("2027-02-28T10:00:00-05:00", "2027-03-01"),
    ],
)
def test_a_failed_attempt_on_the_grid_has_until_the_end_of_the_next_day(discovered: str, expected: str) -> None:
    assert limit_of("NERC/DOE/e-isac", discovered, outcome="blocked") == expected


@pytest.mark.parametrize(
    ("discovered", "expected"),
    [
        ("2025-06-01T10:00:00-04:00", "2026-03-01"),
        ("2026-01-01T10:00:00-05:00", "2027-03-01"),
        ("2026-12-31T23:59:00-05:00", "2027-03-01"),
        ("2027-01-01T04:59:00Z", "2027-03-01"),  # still 2026 in Connecticut
        ("2027-01-01T05:00:00Z", "2028-02-29"),
        ("2028-02-29T10:00:00-05:00", "2029-03-01"),
    ],
)
@pytest.mark.parametrize("duty", ["HIPAA-BREACH/hhs", "FTC-HBNR/ftc"])
def test_small_breaches_are_due_sixty_days_after_the_year_of_discovery(
    duty: str, discovered: str, expected: str
) -> None:
    assert limit_of(duty, discovered, individualsAffected=499) == expected


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        ("2026-04-30T23:59:59-04:00", "2026-04-30"),
        ("2026-05-01T03:59:59Z", "2026-04-30"),  # one second to midnight
        ("2026-05-01T00:00:00-04:00", "2026-05-01"),
        ("2026-11-01T01:30:00-05:00", "2026-11-01"),
        ("2026-03-02T10:00:00-05:00", "2026-04-30"),  # an earlier day moves nothing
    ],
)
@pytest.mark.parametrize("duty", ["CT-BREACH-RES/residents", "CT-IDTHEFT/residents", "HIPAA-BREACH/media"])
def test_a_request_of_the_police_holds_a_notice_back(duty: str, until: str, expected: str) -> None:
    assert limit_of(duty, day("2026-03-01"), lawEnforcementDelayUntil=until) == expected


@pytest.mark.parametrize(
    ("duty", "expected"),
    [
        ("CT-INS/insurance-commissioner", "2026-03-04"),
        ("SEC-8K-1.05/sec", "2026-03-05"),
        ("BANK-36H/regulator", "2026-03-02T22:00:00-05:00"),
        ("IRS-1075/tigta", "2026-03-02T10:00:00-05:00"),
        ("CT-STUDENT-CONTRACTOR/board", "2026-03-31"),
    ],
)
def test_it_holds_back_nothing_that_the_law_does_not_let_wait(duty: str, expected: str) -> None:
    late = "2026-09-01T10:00:00-04:00"
    assert limit_of(duty, day("2026-03-01"), lawEnforcementDelayUntil=late) == expected
