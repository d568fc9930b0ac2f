"""For every moment and day: writing and reading agree, and calendar sums are monotone."""

from datetime import UTC, date, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from charteroak.clock import add_months, connecticut_day, format_instant, parse_day, parse_instant
from charteroak.errors import CharterOakError

ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=ZONES)  # noqa: DTZ001 - bounds are naive
DAYS = st.dates(date(1900, 1, 1), date(2200, 12, 31))


@given(MOMENTS)
def test_an_instant_reads_back_as_itself_whatever_its_offset(moment: datetime) -> None:
    assert parse_instant(format_instant(moment)) == moment
    assert parse_instant(moment.isoformat()) == moment
    assert format_instant(parse_instant(moment.isoformat())) == format_instant(moment.astimezone(UTC))


@given(DAYS)
def test_a_day_reads_back_as_itself(day: date) -> None:
    assert parse_day(day.isoformat()) == day


@given(MOMENTS)
def test_the_day_in_connecticut_is_at_most_one_away_from_the_day_in_utc(moment: datetime) -> None:
    assert timedelta(0) <= moment.astimezone(UTC).date() - connecticut_day(moment) <= timedelta(days=1)


@given(DAYS, DAYS, st.integers(-240, 240))
def test_adding_months_keeps_the_order_of_days(one: date, other: date, months: int) -> None:
    earlier, later = sorted((one, other))
    assert add_months(earlier, months) <= add_months(later, months)


@given(DAYS, st.integers(0, 240))
def test_months_there_and_back_lose_at_most_the_clamped_days(day: date, months: int) -> None:
    assert timedelta(0) <= day - add_months(add_months(day, months), -months) <= timedelta(days=3)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_with_an_error_of_ours(text: str) -> None:
    for read in (parse_instant, parse_day):
        try:
            read(text)
        except CharterOakError:
            continue
