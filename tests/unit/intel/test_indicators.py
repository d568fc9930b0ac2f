import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from charteroak.intel.indicators import Indicator, IndicatorError, indicator_id, revise, revoke

Make = Callable[..., Indicator]
LATER = datetime(2026, 3, 2, 9, 0, 0, 123_999, tzinfo=UTC)


def test_moments_are_cut_to_the_millisecond(make_indicator: Make) -> None:
    assert revise(make_indicator(), modified=LATER).modified.microsecond == 123_000


def test_a_version_is_always_later_than_the_one_before(make_indicator: Make) -> None:
    first = make_indicator()
    second = revise(first, modified=first.modified - timedelta(days=1), name="Customs lure")
    assert second.modified == first.modified + timedelta(milliseconds=1)
    assert (second.id, second.created, second.name) == (first.id, first.created, "Customs lure")


def test_nothing_follows_a_revoked_indicator(make_indicator: Make) -> None:
    gone = revoke(make_indicator(), modified=LATER)
    assert gone.revoked
    with pytest.raises(IndicatorError):
        revise(gone, modified=LATER, name="Back again")
    with pytest.raises(IndicatorError):
        revoke(gone, modified=LATER)


@pytest.mark.parametrize("part", ["id", "observable", "created"])
def test_a_version_keeps_its_identity(make_indicator: Make, part: str) -> None:
    first = make_indicator()
    with pytest.raises(IndicatorError, match=part):
        revise(first, modified=LATER, **{part: getattr(make_indicator("other.example"), part)})


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "indicator--1"},
        {"id": "malware--00000000-0000-4000-8000-000000000001"},
        {"name": "two\nlines"},
        {"name": "\x1b[31mred"},
        {"name": "x" * 251},
        {"campaign": "tab\there"},
        {"description": "nul\x00"},
        {"description": "x" * 5001},
        {"confidence": 101},
        {"confidence": -1},
        {"valid_from": datetime(2026, 3, 1)},  # noqa: DTZ001 - a time without an offset is the hostile input
        {"valid_until": datetime(2026, 3, 1, 14, 0, tzinfo=UTC)},
        {"modified": datetime(2026, 2, 1, tzinfo=UTC)},
    ],
)
def test_parts_that_make_no_indicator_are_refused(make_indicator: Make, changes: dict[str, Any]) -> None:
    with pytest.raises(IndicatorError):
        make_indicator(**changes)


def test_an_indicator_is_live_from_its_beginning_to_just_before_its_end(make_indicator: Make) -> None:
    indicator = make_indicator(valid_until=datetime(2026, 4, 1, tzinfo=UTC))
    moments = [indicator.valid_from - timedelta(seconds=1), indicator.valid_from, datetime(2026, 4, 1, tzinfo=UTC)]
    assert [indicator.is_live_at(moment) for moment in moments] == [False, True, False]
    assert not replace(indicator, revoked=True).is_live_at(indicator.valid_from)


def test_identifiers_are_made_of_random_uuids_alone() -> None:
    assert indicator_id(uuid.uuid4()).startswith("indicator--")
    with pytest.raises(IndicatorError):
        indicator_id(uuid.uuid5(uuid.NAMESPACE_DNS, "evil.example"))
