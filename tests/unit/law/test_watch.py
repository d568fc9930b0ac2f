"""The comparison of states, the watch list, stale reviews, and clocks that run out."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from charteroak.law.clocks import RUNS_OUT_WITHIN_DAYS, clocks_running_out
from charteroak.law.comparison import LawStatus, load_comparison
from charteroak.law.reviews import REVIEW_EVERY_DAYS, Review
from charteroak.law.safe_harbor.statute import STATUTES, load_statute
from charteroak.law.watch import data_reviews, load_watch_items, watch_on

REVIEWED = date(2026, 11, 22)
FEDRAMP_ENDS = date(2026, 12, 24)


def test_the_comparison_has_every_law_that_was_found_and_those_that_are_none() -> None:
    comparison = load_comparison()
    assert [law.code for law in comparison.with_status(LawStatus.IN_FORCE)] == (
        [
            "ct",
            "oh",
            "oh-insurers",
            "ut",
            "ia",
            "tn",
            "tn-privacy",
            "tx",
            "ok",
            "ok-hospitals",
            "ne",
            "or",
            "nv",
            "wa-mn-cards",
            "us-hipaa",
        ]
    )
    assert [law.code for law in comparison.with_status(LawStatus.VETOED)] == ["fl", "wv"]
    assert [law.code for law in comparison.with_status(LawStatus.DIED)] == ["ms"]
    assert [law.code for law in comparison.with_status(LawStatus.NONE_FOUND)] == ["nh"]
    assert {law.code for law in comparison.laws if law.is_answered} == set(STATUTES)


def test_each_row_is_whole_and_dated_and_names_no_future_day() -> None:
    laws = load_comparison().laws
    assert len({law.code for law in laws}) == len(laws)
    for law in laws:
        assert law.citation
        assert law.protects
        assert law.checked <= REVIEWED


def test_the_statutes_and_their_rows_say_the_same_day() -> None:
    effective = {law.code: law.effective for law in load_comparison().laws}
    assert all(load_statute(code).effective == effective[code] for code in STATUTES)


def test_what_is_not_law_is_said_to_protect_nothing() -> None:
    for law in load_comparison().laws:
        if law.status is not LawStatus.IN_FORCE:
            assert law.protects.startswith("Nothing")


@pytest.mark.parametrize(("days", "stale"), [(-5, False), (0, False), (92, False), (93, True)])
def test_a_review_is_stale_after_a_quarter(days: int, stale: bool) -> None:
    review = Review("x", REVIEWED, REVIEWED + timedelta(days=days))
    assert review.is_stale is stale
    assert review.days_old == max(0, days)
    assert REVIEW_EVERY_DAYS == 92


def test_every_dated_piece_of_data_can_become_stale() -> None:
    assert not any(review.is_stale for review in data_reviews(REVIEWED))
    assert all(review.is_stale for review in data_reviews(REVIEWED + timedelta(days=100)))


def test_the_watch_list_has_what_the_facts_ask_to_check_first() -> None:
    codes = {item.code for item in load_watch_items()}
    assert {"ct-sb-117-2026", "ct-sb-403-successors", "fedramp-cr26", "hipaa-nprm", "cisa-2015"} <= codes
    for item in load_watch_items():
        assert item.status.endswith(".")
        assert item.would_change.endswith(".")
        assert item.sources
        assert item.checked <= REVIEWED


def test_the_days_until_something_happens_are_counted() -> None:
    cr26 = next(item for item in load_watch_items() if item.code == "fedramp-cr26")
    assert cr26.days_until(date(2026, 11, 24)) == 30
    assert cr26.days_until(date(2026, 12, 25)) == -1


@pytest.mark.parametrize(
    ("day", "alerts"),
    [
        (FEDRAMP_ENDS - timedelta(days=RUNS_OUT_WITHIN_DAYS + 1), 0),
        (FEDRAMP_ENDS - timedelta(days=RUNS_OUT_WITHIN_DAYS), 1),
        (FEDRAMP_ENDS, 1),
        (FEDRAMP_ENDS + timedelta(days=1), 0),
        (date(2026, 6, 23), 0),
    ],
)
def test_a_clock_is_an_alert_in_its_last_ninety_days(day: date, alerts: int) -> None:
    assert len(clocks_running_out([("fedramp", "rev5")], day)) == alerts


def test_who_conforms_to_the_revision_already_has_no_alert() -> None:
    day = date(2026, 12, 1)
    assert clocks_running_out([("fedramp", "rev5"), ("fedramp", "cr26")], day) == ()
    assert clocks_running_out([("nist-csf", "2.0"), ("none", "1")], day) == ()


def test_the_first_clock_to_end_comes_first() -> None:
    day = date(2024, 8, 20)
    rests_on = [("cis-controls", "8"), ("nist-800-171", "r2"), ("nist-csf", "1.1")]
    clocks = clocks_running_out(rests_on, day, within_days=200)
    assert [clock.framework for clock in clocks] == ["nist-csf", "nist-800-171", "cis-controls"]
    assert clocks[0].days_left == 6
    assert json.loads(json.dumps(clocks[0].to_json()))["lastDay"] == "2024-08-26"


def test_a_quiet_day_wants_no_attention_and_a_stale_one_does() -> None:
    assert not watch_on(REVIEWED, rests_on=()).wants_attention
    assert watch_on(REVIEWED).wants_attention
    assert watch_on(REVIEWED + timedelta(days=100), rests_on=()).stale
    assert json.loads(json.dumps(watch_on(REVIEWED).to_json()))["clocksRunningOut"][0]["framework"] == "fedramp"


def test_without_an_organization_each_superseded_edition_has_its_own_clock() -> None:
    editions = [clock.edition for clock in watch_on(date(2026, 2, 1)).clocks if clock.framework == "nist-800-53"]
    assert editions == ["5.1.1"]


def test_a_determination_says_how_old_its_data_is(ask: Callable[..., dict[str, Any]]) -> None:
    assert ask({})["dataReviews"] == []
    fresh = ask({}, today=REVIEWED)["dataReviews"]
    assert [review["stale"] for review in fresh] == [False, False]
    assert fresh[1]["subject"] == "Editions: NIST Cybersecurity Framework"
    stale = ask({}, today=REVIEWED + timedelta(days=93))["dataReviews"]
    assert [review["stale"] for review in stale] == [True, True]
