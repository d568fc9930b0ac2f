"""Which alerts a moment calls for, and whom each is to have reached. Moments worked by hand."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from charteroak.law.duties import parse_duty_facts
from charteroak.response.alerts import (
    AT_ONCE,
    FACTS_MISSING,
    Contact,
    DueAlert,
    alerts_due,
    limits_in_force,
    next_turn,
    people_to_tell,
    retry_after,
)
from charteroak.response.duty_clocks import DutyClock, clocks_of

AG = "CT-BREACH-AG/attorney-general"
DISCOVERED = datetime(2026, 3, 2, 14, tzinfo=UTC)
END = datetime(2026, 5, 2, 4, tzinfo=UTC)
"""Midnight in Connecticut after Friday 1 May 2026, in daylight time."""
BREACH: dict[str, Any] = {
    "outcome": "successful",
    "discoveredAt": "2026-03-02T09:00:00-05:00",
    "access": True,
    "encrypted": False,
    "dataKinds": ["name", "ssn"],
    "residentsAffected": {"ct": 120},
}
PEOPLE = (
    Contact("Lea", "lea@example.org", 15),
    Contact("Otto", "otto@example.org", 30),
    Contact("Nan", "nan@example.org", 5),
)


def clocks(told: dict[str, datetime] | None = None, **incident: Any) -> tuple[DutyClock, ...]:
    facts = {"entity": {"kind": "municipality", "dataRole": "owner"}, "incident": {**BREACH, **incident}}
    return clocks_of(parse_duty_facts(facts), told)


def of(duty: str, now: datetime, **incident: Any) -> DueAlert | None:
    return next((alert for alert in alerts_due(clocks(**incident), now) if alert.duty == duty), None)


@pytest.mark.parametrize(
    ("share", "percent"), [(0.4999, None), (0.5, 50), (0.79, 50), (0.8, 80), (0.9999, 80), (1.0, 100), (5.0, 100)]
)
def test_the_largest_share_that_has_gone_is_told_and_no_other(share: float, percent: int | None) -> None:
    moment = DISCOVERED + (END - DISCOVERED) * share + timedelta(seconds=1 if share < 1 else 0)
    alert = of(AG, moment)
    assert (None if alert is None else alert.percent) == percent


def test_an_alert_says_when_its_share_was_reached_and_what_the_limit_is() -> None:
    alert = of(AG, END + timedelta(days=3))
    assert alert is not None
    assert (alert.reached, alert.limit) == (END, END)


def test_who_was_told_is_alerted_about_no_more() -> None:
    assert AG not in {alert.duty for alert in alerts_due(clocks({AG: DISCOVERED}), END)}
    assert (AG, END) not in limits_in_force(clocks({AG: DISCOVERED}))


def test_a_duty_without_a_limit_is_alerted_about_at_once() -> None:
    facts = {"entity": {"dataRole": "maintainer"}, "incident": BREACH}
    found = {alert.duty: alert for alert in alerts_due(clocks_of(parse_duty_facts(facts)), DISCOVERED)}
    assert found["CT-BREACH-OWNER/owner"].percent == AT_ONCE


def test_missing_facts_are_alerted_about_at_every_limit_that_may_hold_and_not_at_the_earliest_alone() -> None:
    facts = parse_duty_facts({"incident": {"discoveredAt": BREACH["discoveredAt"]}})
    unknown = clocks_of(facts)
    found = {alert.limit: alert for alert in alerts_due(unknown, END) if alert.duty == FACTS_MISSING}
    assert set(found) == {clock.ends for clock in unknown if clock.is_required and clock.ends is not None}
    assert min(found) < END
    assert found[END].percent == 100
    assert "Attorney General" in found[END].to
    assert len(found[END].to) < 300
    assert {(FACTS_MISSING, limit) for limit in found} <= limits_in_force(unknown)


def test_the_next_person_is_told_when_the_one_before_has_had_their_minutes() -> None:
    def told(minutes: int, percent: int = 50, unreachable: tuple[str, ...] = ()) -> list[str]:
        now = DISCOVERED + timedelta(minutes=minutes)
        found = people_to_tell(PEOPLE, percent=percent, raised=DISCOVERED, now=now, unreachable=unreachable)
        return [contact.name for contact in found]

    assert told(0) == ["Lea"]
    assert told(14) == ["Lea"]
    assert told(15) == ["Lea", "Otto"]
    assert told(45) == ["Lea", "Otto", "Nan"]
    assert told(0, percent=100) == ["Lea", "Otto", "Nan"]
    assert told(0, unreachable=("lea@example.org",)) == ["Lea", "Otto"]


def test_who_is_next_and_when_is_known_beforehand() -> None:
    now = DISCOVERED + timedelta(minutes=20)
    assert next_turn(PEOPLE, raised=DISCOVERED, now=now) == (PEOPLE[2], DISCOVERED + timedelta(minutes=45))
    assert next_turn(PEOPLE, raised=DISCOVERED, now=DISCOVERED + timedelta(hours=9)) is None
    assert next_turn((), raised=DISCOVERED, now=now) is None


def test_a_failed_delivery_is_tried_again_ever_more_slowly_and_at_least_every_hour() -> None:
    assert [retry_after(n).total_seconds() / 60 for n in (1, 2, 3, 6, 7, 1000)] == [1, 2, 4, 32, 60, 60]
