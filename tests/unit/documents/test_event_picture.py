"""The picture of uncertain events: nothing beyond the edge, nothing but text in its texts, honest about its scale."""

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest

from charteroak.documents.event_picture import NARROW, ROWS_LIMIT, WIDE, EventPicture, EventRow, draw_events

SVG = "{http://www.w3.org/2000/svg}"
START = datetime(2026, 3, 1, 7, tzinfo=UTC)


def row(number: int, begin: int, end: int, what: str = "Mail opened") -> EventRow:
    return EventRow(number, what, "7:00", START + timedelta(minutes=begin), START + timedelta(minutes=end))


def tree(*rows: EventRow, width: int = WIDE) -> ET.Element:
    return ET.fromstring(draw_events(EventPicture("t", "s", rows), name="a", width=width))  # noqa: S314 - our own


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_nothing_is_drawn_beyond_the_edge(width: int) -> None:
    rows = [row(n, n * 40_000, n * 40_000 + 10**n, "W" * 400) for n in range(6)]
    drawn = tree(*rows, width=width)
    for rect in drawn.iter(f"{SVG}rect"):
        assert 0 <= float(rect.get("x", "0")) <= float(rect.get("x", "0")) + float(rect.get("width", "0")) <= width
    assert all(0 <= float(circle.get("cx", "-1")) <= width for circle in drawn.iter(f"{SVG}circle"))


def test_a_moment_is_a_dot_and_an_uncertain_one_a_bar_with_two_ends() -> None:
    drawn = tree(row(1, 0, 0), row(2, 60, 600))
    assert len(list(drawn.iter(f"{SVG}circle"))) == 1
    assert len(list(drawn.iter(f"{SVG}rect"))) == 1


def test_months_before_the_last_hour_do_not_press_it_into_one_spot() -> None:
    drawn = tree(row(1, 0, 0), row(2, 129_600, 129_600), row(3, 129_660, 129_660))
    first, second, third = (float(circle.get("cx", "0")) for circle in drawn.iter(f"{SVG}circle"))
    assert first < second < third
    assert third - second > (second - first) / 5


def test_no_events_and_too_many_events_are_still_a_picture() -> None:
    assert tree().tag == f"{SVG}svg"
    many = tree(*(row(n, n, n) for n in range(ROWS_LIMIT + 40)))
    assert len(list(many.iter(f"{SVG}circle"))) == ROWS_LIMIT


def test_markup_and_controls_in_a_text_are_text() -> None:
    drawn = tree(row(1, 0, 0, '</text><script>alert("x")</script>\x00\u202e\n'))
    assert not list(drawn.iter(f"{SVG}script"))
