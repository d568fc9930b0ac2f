"""Business days of Connecticut and of the federal government."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charteroak.clock import TimeFormatError
from charteroak.law.holidays import BusinessCalendar, add_business_days, easter, holidays, is_business_day

CT, FEDERAL = BusinessCalendar.CONNECTICUT, BusinessCalendar.FEDERAL


@pytest.mark.parametrize(
    ("year", "day"),
    [(2024, "2024-03-31"), (2025, "2025-04-20"), (2026, "2026-04-05"), (2038, "2038-04-25"), (2285, "2285-03-22"),
     (2000, "2000-04-23"), (1961, "1961-04-02")],
)  # fmt: skip
def test_easter_falls_where_the_church_has_it(year: int, day: str) -> None:
    assert easter(year) == date.fromisoformat(day)


def test_the_year_2026_has_the_holidays_that_the_state_and_the_government_publish() -> None:
    both = {"2026-01-01", "2026-01-19", "2026-02-16", "2026-05-25", "2026-06-19", "2026-07-03", "2026-09-07",
            "2026-10-12", "2026-11-11", "2026-11-26", "2026-12-25"}  # fmt: skip
    assert {day.isoformat() for day in holidays(2026, FEDERAL)} == both
    assert {day.isoformat() for day in holidays(2026, CT)} == both | {"2026-02-12", "2026-04-03"}


@pytest.mark.parametrize(
    ("day", "kept"),
    [
        ("2021-07-04", "2021-07-05"),
        ("2027-12-25", "2027-12-24"),
        ("2022-01-01", "2021-12-31"),
        ("2023-11-11", "2023-11-10"),
    ],
)
def test_a_holiday_at_the_weekend_is_kept_beside_it(day: str, kept: str) -> None:
    kept_on = date.fromisoformat(kept)
    assert kept_on in holidays(kept_on.year, FEDERAL)
    assert not is_business_day(kept_on, FEDERAL)
    assert date.fromisoformat(day).weekday() >= 5


def test_juneteenth_begins_a_year_later_in_connecticut() -> None:
    assert date(2021, 6, 18) in holidays(2021, FEDERAL)
    assert date(2021, 6, 18) not in holidays(2021, CT)
    assert date(2022, 6, 20) in holidays(2022, CT)


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(1, 40), st.sampled_from(list(BusinessCalendar)))
def test_so_many_business_days_lie_between_and_the_last_one_is_one(
    day: date, count: int, calendar: BusinessCalendar
) -> None:
    end = add_business_days(day, count, calendar)
    between = [day + timedelta(days=n) for n in range(1, (end - day).days + 1)]
    assert sum(is_business_day(each, calendar) for each in between) == count
    assert is_business_day(end, calendar)


def test_the_end_of_the_calendar_is_said_and_not_passed() -> None:
    assert holidays(date.max.year, CT)
    with pytest.raises(TimeFormatError):
        add_business_days(date.max, 1, CT)
