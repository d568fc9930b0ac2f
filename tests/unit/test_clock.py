"""Instants and days: what is read, what is refused, and sums at the edges of the calendar."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from charteroak.clock import (
    DoubledTimeError,
    SkippedTimeError,
    TimeFormatError,
    add_months,
    connecticut_day,
    connecticut_instant,
    format_instant,
    parse_day,
    parse_instant,
)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-01T09:00:00-05:00", datetime(2026, 3, 1, 14, tzinfo=UTC)),
        ("2026-03-01T14:00:00Z", datetime(2026, 3, 1, 14, tzinfo=UTC)),
        ("2026-03-01t14:00:00z", datetime(2026, 3, 1, 14, tzinfo=UTC)),
        ("2026-03-01T14:00:00.25Z", datetime(2026, 3, 1, 14, 0, 0, 250_000, tzinfo=UTC)),
        ("2026-03-01T14:00:00.123456789+00:00", datetime(2026, 3, 1, 14, 0, 0, 123_456, tzinfo=UTC)),
    ],
)
def test_reads_rfc_3339_instants_as_utc(text: str, moment: datetime) -> None:
    assert parse_instant(text) == moment
    assert parse_instant(text).tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("2026-03-01T09:00:00", id="no-offset"),
        pytest.param("2026-03-01", id="day-only"),
        pytest.param("2026-03-01 09:00:00Z", id="space-instead-of-t"),
        pytest.param("2026-03-01T09:00Z", id="no-seconds"),
        pytest.param("20260301T090000Z", id="basic-form"),
        pytest.param("2026-W09-7T09:00:00Z", id="week-date"),
        pytest.param("2026-03-01T09:00:00,5Z", id="comma-fraction"),
        pytest.param("2026-03-01T09:00:00+05", id="short-offset"),
        pytest.param("2026-02-29T09:00:00Z", id="no-such-day"),
        pytest.param("2026-03-01T24:01:00Z", id="hour-24"),
        pytest.param("2026-12-31T23:59:60Z", id="leap-second"),
        pytest.param("0001-01-01T00:00:00+14:00", id="before-the-calendar-in-utc"),
        pytest.param("9999-12-31T23:59:59-14:00", id="after-the-calendar-in-utc"),
        pytest.param("٢٠٢٦-03-01T09:00:00Z", id="digits-of-another-script"),
        pytest.param("2026-03-01T09:00:00Z\n", id="trailing-line-break"),
        pytest.param("", id="nothing"),
    ],
)
def test_refuses_what_is_no_rfc_3339_instant(text: str) -> None:
    with pytest.raises(TimeFormatError) as refusal:
        parse_instant(text)
    assert refusal.value.remedy


def test_writes_utc_with_z_and_microseconds_only_where_there_are_any() -> None:
    moment = datetime(2026, 3, 1, 9, tzinfo=timezone(timedelta(hours=-5)))
    assert format_instant(moment) == "2026-03-01T14:00:00Z"
    assert format_instant(moment.replace(microsecond=1)) == "2026-03-01T14:00:00.000001Z"


def test_a_time_without_offset_is_never_guessed() -> None:
    naive = datetime(2026, 3, 1, 9)  # noqa: DTZ001 - the fault under test
    with pytest.raises(TimeFormatError):
        format_instant(naive)
    with pytest.raises(TimeFormatError):
        connecticut_day(naive)


def test_reads_a_day() -> None:
    assert parse_day("2024-02-29") == date(2024, 2, 29)


@pytest.mark.parametrize(
    "text",
    [
        "2026-3-1",
        "2026-02-30",
        "2026-13-01",
        "0000-01-01",
        "20260301",
        "2026-03-01T00:00:00Z",
        " 2026-03-01",
        "٢٠٢٦-03-01",
        "",
    ],
)
def test_refuses_what_is_no_day(text: str) -> None:
    with pytest.raises(TimeFormatError, match="is not a date"):
        parse_day(text)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-01-01T04:59:59Z", "2025-12-31"),
        ("2026-01-01T05:00:00Z", "2026-01-01"),
        ("2026-07-01T03:59:59Z", "2026-06-30"),
        ("2026-07-01T04:00:00Z", "2026-07-01"),
    ],
)
def test_the_day_in_connecticut_follows_standard_and_daylight_time(moment: str, day: str) -> None:
    assert connecticut_day(parse_instant(moment)) == parse_day(day)


def test_the_first_moment_of_the_calendar_has_no_day_in_connecticut() -> None:
    with pytest.raises(TimeFormatError):
        connecticut_day(datetime.min.replace(tzinfo=UTC))


@pytest.mark.parametrize(
    ("shown", "is_second", "moment"),
    [
        ("2026-03-01T09:00", None, "2026-03-01T14:00:00Z"),
        ("2026-07-01T09:00", None, "2026-07-01T13:00:00Z"),
        ("2026-03-08T03:00", None, "2026-03-08T07:00:00Z"),
        ("2026-11-01T01:30", False, "2026-11-01T05:30:00Z"),
        ("2026-11-01T01:30", True, "2026-11-01T06:30:00Z"),
        ("2026-11-01T02:00", True, "2026-11-01T07:00:00Z"),
    ],
)
def test_what_a_clock_in_connecticut_showed_is_an_instant(shown: str, is_second: bool | None, moment: str) -> None:
    assert connecticut_instant(datetime.fromisoformat(shown), is_second=is_second) == parse_instant(moment)


def test_an_hour_that_the_clocks_jumped_over_never_came() -> None:
    for is_second in (None, False, True):
        with pytest.raises(SkippedTimeError, match="never came"):
            connecticut_instant(datetime(2026, 3, 8, 2, 30), is_second=is_second)  # noqa: DTZ001 - a clock on a wall


def test_an_hour_that_came_twice_is_never_guessed() -> None:
    with pytest.raises(DoubledTimeError, match="came twice"):
        connecticut_instant(datetime(2026, 11, 1, 1, 30))  # noqa: DTZ001 - a clock on a wall


def test_a_clock_at_the_end_of_the_calendar_shows_no_instant() -> None:
    with pytest.raises(TimeFormatError):
        connecticut_instant(datetime.max)  # noqa: DTZ901 - a clock on a wall


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        ("2024-02-26", 6, "2024-08-26"),
        ("2025-08-31", 6, "2026-02-28"),
        ("2023-08-31", 6, "2024-02-29"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-12-15", 1, "2027-01-15"),
        ("2026-01-15", -1, "2025-12-15"),
        ("2026-01-15", 0, "2026-01-15"),
    ],
)
def test_months_are_calendar_months_clamped_to_the_end(day: str, months: int, then: str) -> None:
    assert add_months(parse_day(day), months) == parse_day(then)


@pytest.mark.parametrize(("day", "months"), [("9999-12-31", 1), ("0001-01-01", -1), ("2026-01-01", 10**9)])
def test_a_sum_outside_the_calendar_is_refused(day: str, months: int) -> None:
    with pytest.raises(TimeFormatError, match="outside the calendar"):
        add_months(parse_day(day), months)
