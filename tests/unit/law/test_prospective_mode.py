""" "Would the record support us if we were breached that day?" """

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

Ask = Callable[..., dict[str, Any]]

ABSENT = "<absent>"
ASSUMED = {"E3", "E4", "E5", "E6", "E13"}


def on(day: str, **changes: Any) -> dict[str, Any]:
    nothing_happened = dict.fromkeys(("/breach", "/claims", "/culpability"), ABSENT)
    return {"/mode": "prospective", "/asOf": day, **nothing_happened, **changes}


def test_what_has_not_happened_is_assumed_and_stays_out_of_the_outcome(ask: Ask) -> None:
    answer = ask(on("2026-06-01"))
    assert {element["id"] for element in answer["elements"] if element["assumed"]} == ASSUMED
    assert all(element["status"] == "met" for element in answer["elements"])
    assert answer["outcome"] == "record-supports-all-elements"
    assert answer["interval"] == {"from": "2026-06-01", "to": "2026-06-01"}
    assert answer["mode"] == "prospective"


@pytest.mark.parametrize(
    "changes",
    [
        {"/culpability": "gross-negligence"},
        {"/claims": [{"foundedIn": "contract"}]},
        {"/information": {"ownedOrLicensed": False, "personal": False, "restricted": False}},
        {"/breach": {"access": False}},
    ],
)
def test_what_is_given_of_a_breach_or_a_suit_changes_nothing(ask: Ask, changes: dict[str, Any]) -> None:
    assert ask(on("2026-06-01", **changes))["outcome"] == "record-supports-all-elements"


def test_a_day_before_the_act_is_no_matter_in_prospective_mode(ask: Ask) -> None:
    row = {"framework": "nist-csf", "edition": "1.1", "status": "conforms", "from": "2018-04-16", "to": None}
    changes = {"/conformity": [{**row, "assertedBy": "chief executive"}], "/program/adopted": "2018-05-01"}
    assert ask(on("2019-01-01", **changes))["outcome"] == "record-supports-all-elements"


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"/organisation/kind": "municipality"}, "indeterminate"),
        ({"/organisation/kind": ABSENT}, "indeterminate"),
        ({"/program/maintained": False}, "element-not-met"),
        ({"/program/scale": ABSENT}, "indeterminate"),
        ({"/conformity": []}, "element-not-met"),
        ({"/program/compliedWith": [{"from": "2026-06-02", "to": None, "status": "yes"}]}, "indeterminate"),
        (
            {"/program/compliedWith": [{"from": "2026-06-01", "to": None, "status": "yes"}]},
            "record-supports-all-elements",
        ),
        ({"/program/adopted": "2026-06-01"}, "record-supports-all-elements"),
    ],
)
def test_the_program_is_judged_on_the_day_asked_about(ask: Ask, changes: dict[str, Any], outcome: str) -> None:
    answer = ask(on("2026-06-01", **changes))
    assert answer["outcome"] == outcome
    assert set(answer["readings"].values()) == {outcome}


@pytest.mark.parametrize(
    ("day", "outcome"),
    [
        ("2026-09-24", "record-supports-all-elements"),
        ("2026-09-25", "at-risk"),
        ("2026-12-24", "at-risk"),
        ("2026-12-25", "element-not-met"),
    ],
)
def test_a_clock_is_measured_from_the_day_asked_about(ask: Ask, day: str, outcome: str) -> None:
    row = {"framework": "fedramp", "edition": "rev5", "status": "conforms", "from": "2023-05-30", "to": None}
    answer = ask(on(day, **{"/conformity": [{**row, "assertedBy": "chief executive"}]}))
    assert set(answer["readings"].values()) == {outcome}
    assert answer["outcome"] == outcome


def test_nothing_known_but_the_day_supports_nothing(ask: Ask) -> None:
    unknown = dict.fromkeys(("/organisation", "/information", "/program", "/conformity"), ABSENT)
    answer = ask(on("2026-06-01", **unknown))
    assert {element["id"] for element in answer["elements"] if element["status"] == "met"} == ASSUMED
    assert answer["outcome"] == "indeterminate"


@pytest.mark.parametrize(
    ("today", "as_of", "last"),
    [
        (None, None, None),
        (date(2026, 4, 1), None, "2026-04-01"),
        (date(2026, 4, 1), "2026-05-01", "2026-05-01"),
        (date(2026, 2, 1), None, None),
        (None, "2026-03-01", "2026-03-01"),
    ],
)
def test_a_breach_that_still_goes_on_is_judged_to_the_day_it_is_seen_from(
    ask: Ask, today: date | None, as_of: str | None, last: str | None
) -> None:
    answer = ask({"/breach/to": None, "/asOf": as_of}, today=today)
    assert answer["interval"] == {"from": "2026-03-01", "to": last}
    assert answer["outcome"] == ("indeterminate" if last is None else "record-supports-all-elements")
