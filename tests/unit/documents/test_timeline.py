"""The picture of an interval: both halves, no label on another, no leader through a label, and all of it in words."""

import xml.etree.ElementTree as ET
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charteroak.documents.errors import PictureDataError
from charteroak.documents.timeline import Event, IntervalPicture, Side, Window
from charteroak.documents.timeline_layout import (
    LABEL_WIDTH,
    LEFT,
    LONG_LABEL_WIDTH,
    RIGHT,
    ROWS_LIMIT,
    WIDTH,
    Mark,
    marks_of,
    scale_of,
    text_width,
)
from charteroak.documents.timeline_svg import draw_interval
from charteroak.documents.timeline_words import alternative, event_rows

FIRST = date(2026, 3, 1)


def event(number: int, first: int, length: int = 0, *, late: bool = False, label: str = "Backups tested") -> Event:
    day = FIRST + timedelta(days=first)
    side = Side.LATE if late else Side.KNOWN
    return Event(number, label, day, day + timedelta(days=length), date(2026, 6, 1), side, is_uncertain=length > 5)


def picture(*events: Event, days: int = 20, windows: tuple[Window, ...] = ()) -> IntervalPicture:
    return IntervalPicture(FIRST, FIRST + timedelta(days=days - 1), events, windows)


def crossings(marks: list[Mark]) -> list[tuple[Mark, Mark]]:
    """Pairs of which one's label or bar meets the other's, or one's leader runs through the other's label."""
    found = []
    for one in marks:
        for other in marks:
            if one is other:
                continue
            meets = one.row == other.row and one.x <= other.x < one.reach - 1
            runs_through = other.row > one.row and one.x < other.x < one.reach - 6
            if meets or runs_through:
                found.append((one, other))
    return found


@st.composite
def many_events(draw: st.DrawFn) -> list[Event]:
    places = draw(st.lists(st.tuples(st.integers(-60, 60), st.integers(0, 30)), min_size=1, max_size=200))
    return [event(number, first, length, label="W" * 40) for number, (first, length) in enumerate(places)]


@settings(max_examples=60, deadline=None)
@given(many_events(), st.integers(1, 400))
def test_no_label_meets_another_and_no_leader_runs_through_one(events: list[Event], days: int) -> None:
    shown = picture(*events, days=days)
    marks = marks_of(shown.on(Side.KNOWN), scale_of(shown))
    assert crossings(marks) == []
    assert all(mark.row < ROWS_LIMIT and LEFT <= mark.x <= mark.end <= RIGHT and mark.reach <= WIDTH for mark in marks)


@settings(max_examples=60, deadline=None)
@given(many_events())
def test_every_event_stands_in_exactly_one_mark(events: list[Event]) -> None:
    shown = picture(*events)
    marks = marks_of(shown.on(Side.KNOWN), scale_of(shown))
    assert sorted(one.entry for mark in marks for one in mark.events) == sorted(one.entry for one in events)


def test_few_events_are_never_grouped() -> None:
    shown = picture(*(event(number, 2 * number) for number in range(8)))
    assert [len(mark.events) for mark in marks_of(shown.on(Side.KNOWN), scale_of(shown))] == [1] * 8


def test_what_lies_before_the_picture_stands_at_its_edge_and_says_so() -> None:
    shown = picture(event(1, -300), event(2, -200), event(3, 2))
    first = marks_of(shown.on(Side.KNOWN), scale_of(shown))[0]
    assert (first.x, first.label) == (LEFT, "Earlier: 2 entries, 1 to 2")


def test_labels_are_cut_to_their_room_with_an_ellipsis() -> None:
    (mark,) = marks_of([event(1, 2, label="W" * 300)], scale_of(picture()))
    assert mark.label.endswith("\u2026")
    assert LABEL_WIDTH < text_width(mark.label) <= LONG_LABEL_WIDTH
    crowd = marks_of([event(n, n % 9, label="W" * 300) for n in range(40)], scale_of(picture()))
    assert all(text_width(mark.label) <= LABEL_WIDTH for mark in crowd)


def test_late_events_are_drawn_below_the_line_and_hollow() -> None:
    root = ET.fromstring(draw_interval(picture(event(1, 2), event(2, 4, late=True))))  # noqa: S314 - our own drawing
    circles = [node for node in root if node.tag.endswith("circle")]
    known, late = sorted(circles, key=lambda node: float(node.attrib["cy"]))
    assert known.attrib["fill"] == "currentColor"
    assert late.attrib["fill"] == "none"


def test_hostile_labels_are_text_in_the_picture() -> None:
    svg = draw_interval(picture(event(1, 2, label='</text><script>alert(1)</script>&"\u202e')))
    root = ET.fromstring(svg)  # noqa: S314 - our own drawing
    assert not [node for node in root.iter() if node.tag.endswith("script")]
    assert "\u202e" not in svg


def test_the_picture_names_no_color_but_the_current_one() -> None:
    svg = draw_interval(picture(event(1, 2), event(2, 3, 4, late=True), windows=(Window("CSF", FIRST, FIRST),)))
    root = ET.fromstring(svg)  # noqa: S314 - our own drawing
    paints = {node.attrib.get(name, "none") for node in root.iter() for name in ("fill", "stroke")}
    assert paints == {"currentColor", "none"}
    assert "style" not in svg


def test_the_same_picture_gives_the_same_bytes() -> None:
    one, two = (draw_interval(picture(*(event(n, n % 25) for n in range(200)))) for _ in range(2))
    assert one == two


def test_the_words_say_what_the_picture_shows() -> None:
    words = alternative(picture(event(1, 2), event(2, 4, late=True), event(3, -40)))
    assert "from 1 March 2026 to 20 March 2026, 20 days" in words
    assert "2 entries were on record when it ended, 1 of them about the interval itself" in words
    assert "1 entry was recorded later, the last of them 73 days after its end" in words


def test_an_empty_interval_is_drawn_and_said_to_be_empty() -> None:
    words = alternative(picture(days=1))
    assert "1 day." in words
    assert "Nothing about it was on record when it ended. Nothing was recorded later." in words
    assert draw_interval(picture(days=1)).startswith("<svg")


def test_the_table_has_every_event() -> None:
    rows = event_rows(picture(event(2, 4, 8), event(1, 2, late=True)))
    assert [row[0] for row in rows] == ["1", "2"]
    assert rows[0][4] == "later, by 73 days"
    assert rows[1][2] == "on a day between 5 March 2026 and 13 March 2026"


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: IntervalPicture(FIRST, FIRST - timedelta(days=1)), id="interval"),
        pytest.param(lambda: picture(event(1, 2, -1)), id="event"),
        pytest.param(lambda: picture(windows=(Window("x", FIRST, date(2026, 1, 1)),)), id="window"),
        pytest.param(lambda: picture(*(event(n, 1) for n in range(5_001))), id="too-many"),
    ],
)
def test_what_contradicts_itself_is_refused(make: object) -> None:
    with pytest.raises(PictureDataError):
        make()  # type: ignore[operator]


@pytest.mark.parametrize("first", [date.min, date(9999, 12, 1)])
def test_the_edges_of_the_calendar_are_no_trap(first: date) -> None:
    last = first + timedelta(days=20)
    assert draw_interval(IntervalPicture(first, last, (Event(1, "x", first, first, first, Side.KNOWN),)))
