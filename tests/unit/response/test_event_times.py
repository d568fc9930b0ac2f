"""Moments as people say them: honest about days, hours, and the nights when clocks change."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from charteroak.response.event_times import EventTimeError, span_of, widened, zone_of

HERE = "America/New_York"
FORWARD, BACK = date(2026, 3, 8), date(2026, 11, 1)


def test_a_minute_is_its_sixty_seconds_in_its_zone() -> None:
    first, last = span_of(date(2026, 3, 2), time(7, 15), HERE)
    assert (first, last) == (datetime(2026, 3, 2, 12, 15, tzinfo=UTC), datetime(2026, 3, 2, 12, 15, 59, tzinfo=UTC))
    assert span_of(date(2026, 3, 2), time(7, 15), "Asia/Kolkata")[0] == datetime(2026, 3, 2, 1, 45, tzinfo=UTC)


def test_a_day_without_a_time_is_all_of_it_and_two_days_a_year_are_shorter_or_longer() -> None:
    for day, hours in ((date(2026, 3, 2), 24), (FORWARD, 23), (BACK, 25)):
        first, last = span_of(day, None, HERE)
        assert last - first == timedelta(hours=hours) - timedelta(seconds=1)


def test_a_time_that_came_twice_is_both_of_its_hours() -> None:
    first, last = span_of(BACK, time(1, 30), HERE)
    assert first == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert last == datetime(2026, 11, 1, 6, 30, 59, tzinfo=UTC)


def test_a_time_that_never_came_is_refused_in_a_line() -> None:
    with pytest.raises(EventTimeError, match="never came") as refused:
        span_of(FORWARD, time(2, 30), HERE)
    assert refused.value.field == "clock"
    assert span_of(FORWARD, time(2, 30), "UTC")[0] == datetime(2026, 3, 8, 2, 30, tzinfo=UTC)


def test_about_an_hour_is_all_of_it() -> None:
    first, last = span_of(date(2026, 3, 2), time(7, 45), "UTC", "hour")
    assert (first.minute, last.minute, last.second) == (0, 59, 59)


@pytest.mark.parametrize("year", [1, 1970, 1999, 2100, 9999])
def test_an_absurd_year_is_refused_and_never_overflows(year: int) -> None:
    for clock in (None, time(23, 59)):
        with pytest.raises(EventTimeError, match="out of range"):
            span_of(date(year, 12, 31), clock, HERE)


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../../etc/passwd", "/etc/localtime", "A" * 900, "UTC\x00"])
def test_what_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(EventTimeError):
        zone_of(name)


def test_two_moments_make_one_span_and_reversed_ones_do_not() -> None:
    one, other = span_of(date(2026, 3, 2), time(7), "UTC"), span_of(date(2026, 3, 3), None, "UTC")
    assert widened(one, other) == (one[0], other[1])
    assert widened(one, None) == one
    with pytest.raises(EventTimeError):
        widened(other, one)
