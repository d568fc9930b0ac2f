"""Clocks of duties: what is open, how much has gone, what a correction changed. Dates worked by hand."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from charteroak.clock import CONNECTICUT
from charteroak.law.duties import DutyStatus, parse_duty_facts
from charteroak.response.duty_clocks import (
    ClockState,
    DutyClock,
    changes_between,
    clocks_of,
    most_urgent,
    needs_identity_services,
    undecided,
)

AG = "CT-BREACH-AG/attorney-general"
RESIDENTS = "CT-BREACH-RES/residents"
BREACH: dict[str, Any] = {
    "outcome": "successful",
    "discoveredAt": "2026-03-02T09:00:00-05:00",
    "access": True,
    "encrypted": False,
    "dataKinds": ["name", "ssn"],
    "residentsAffected": {"ct": 120},
}
TOWN = {"kind": "municipality", "dataRole": "owner"}
DISCOVERED = datetime(2026, 3, 2, 14, tzinfo=UTC)
END = datetime(2026, 5, 2, tzinfo=CONNECTICUT)
"""The first moment after Friday 1 May 2026, the sixtieth day."""


def clocks(told: dict[str, datetime] | None = None, **incident: Any) -> dict[str, DutyClock]:
    facts = parse_duty_facts({"entity": TOWN, "incident": {**BREACH, **incident}})
    return {clock.key: clock for clock in clocks_of(facts, told)}


def test_a_limit_in_days_ends_with_its_last_day_in_connecticut() -> None:
    clock = clocks()[AG]
    assert clock.answer.outer_limit == date(2026, 5, 1)
    assert clock.ends == END
    assert clock.state(END - timedelta(seconds=1)) is ClockState.RUNNING
    assert clock.state(END) is ClockState.PASSED


def test_the_share_counts_from_the_start_event_and_goes_on_past_the_limit() -> None:
    clock = clocks()[AG]
    length = END - DISCOVERED
    assert clock.share(DISCOVERED) == 0
    assert clock.share(DISCOVERED + length / 2) == pytest.approx(0.5)
    assert clock.share(END + length) == pytest.approx(2)
    assert [clock.loudness(DISCOVERED + length * share) for share in (0.49, 0.51, 0.81, 1.01)] == [0, 1, 2, 3]
    assert clock.moment_at(1.0) == END


def test_a_duty_whose_recipient_was_told_is_open_no_more() -> None:
    clock = clocks({AG: DISCOVERED})[AG]
    assert not clock.is_open
    assert clock.state(END) is ClockState.TOLD


def test_residents_who_were_told_by_the_facts_were_told() -> None:
    found = clocks(residentsNotifiedAt="2026-03-10T09:00:00-04:00")
    assert found[RESIDENTS].told is not None
    assert found[AG].answer.outer_limit == date(2026, 3, 10)


def test_the_most_urgent_is_what_has_passed_then_what_is_due_at_once_then_the_nearest_limit() -> None:
    found = clocks(residentsNotifiedAt="2026-03-10T09:00:00-04:00")
    order = [clock.key for clock in most_urgent(found.values(), datetime(2026, 3, 12, tzinfo=UTC))]
    assert order[0] == AG
    assert RESIDENTS not in order


def test_what_is_only_requested_or_voluntary_is_never_open() -> None:
    found = clocks()
    assert found["CT-MUNI/ctic"].state(DISCOVERED) is ClockState.ASKED
    assert not found["CT-MUNI/ctic"].is_open


def test_what_is_not_in_force_is_disabled_and_says_why() -> None:
    clock = clocks()["CIRCIA/incident"]
    assert clock.state(END) is ClockState.DISABLED
    assert clock.answer.reason


def test_a_missing_fact_leaves_a_duty_undecided_with_the_limit_that_would_hold() -> None:
    found = clocks(encrypted=None)
    waiting = [clock for clock in undecided(found.values()) if clock.key == AG]
    assert waiting
    assert waiting[0].answer.outer_limit == date(2026, 5, 1)


def test_a_correction_says_which_duties_it_changed() -> None:
    before, now = clocks(), clocks(encrypted=True)
    changes = {change.key: change for change in changes_between(tuple(before.values()), tuple(now.values()))}
    assert (changes[AG].status_before, changes[AG].status_now) == (DutyStatus.DUE, DutyStatus.NOT_TRIGGERED)
    assert changes_between(tuple(now.values()), tuple(now.values())) == []


def test_a_request_of_law_enforcement_holds_the_limit_back_and_never_brings_it_forward() -> None:
    assert clocks(lawEnforcementDelayUntil="2026-06-15T12:00:00-04:00")[AG].answer.outer_limit == date(2026, 6, 15)
    assert clocks(lawEnforcementDelayUntil="2026-03-15T12:00:00-04:00")[AG].answer.outer_limit == date(2026, 5, 1)


@pytest.mark.parametrize(
    ("kinds", "owed"), [(["name", "ssn"], True), (["tax-id"], True), (["name", "card"], False), (None, None)]
)
def test_identity_services_are_owed_for_social_security_and_taxpayer_numbers(
    kinds: list[str] | None, owed: bool | None
) -> None:
    facts = parse_duty_facts({"incident": {} if kinds is None else {"dataKinds": kinds}})
    assert needs_identity_services(facts) is owed


@pytest.mark.parametrize("duty", [RESIDENTS, "CT-BREACH-CREDS/account-holders"])
def test_residents_who_are_on_record_as_told_bring_the_attorney_generals_limit_forward(duty: str) -> None:
    clock = clocks({duty: DISCOVERED + timedelta(days=3)})[AG]
    assert clock.answer.outer_limit == date(2026, 3, 5)
    assert clock.state(DISCOVERED + timedelta(days=5)) is ClockState.PASSED
