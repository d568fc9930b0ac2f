"""The order of uncertain events: what is sure, what follows, and what cannot all be true."""

import random
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from charteroak.response.event_order import EVENTS_LIMIT, Event, Order, Sureness, order_events, sureness

START = datetime(2026, 3, 1, 7, tzinfo=UTC)


def event(number: int, begin: int, end: int | None = None, kind: str = "") -> Event:
    """Minutes after seven."""
    last = begin if end is None else end
    return Event(number, f"event {number}", START + timedelta(minutes=begin), START + timedelta(minutes=last), kind)


def test_intervals_that_touch_leave_the_order_open() -> None:
    assert sureness(event(1, 0, 10), event(2, 11, 20)) is Sureness.BEFORE
    assert sureness(event(1, 0, 10), event(2, 10, 20)) is Sureness.OPEN
    assert sureness(event(2, 11, 20), event(1, 0, 10)) is Sureness.AFTER


def test_events_come_in_the_order_of_time_and_say_where_it_is_open() -> None:
    told = order_events([event(3, 50), event(1, 0, 30), event(2, 20, 40)])
    assert [each.number for each in told.events] == [1, 2, 3]
    assert told.is_open_after(0)
    assert not told.is_open_after(1)


def test_what_was_contained_before_it_was_noticed_is_a_question() -> None:
    told = order_events([event(1, 60, 90, "noticed"), event(2, 0, 30, "contained")])
    (found,) = told.contradictions
    assert [each.number for each in found.chain] == [1, 2]
    assert not found.said


def test_one_host_contained_before_another_was_noticed_is_no_contradiction() -> None:
    told = order_events([event(1, 0, 5, "noticed"), event(2, 10, 20, "contained"), event(3, 60, 70, "noticed")])
    assert not told.contradictions


def test_what_a_person_says_narrows_what_is_possible() -> None:
    told = order_events([event(1, 30, 40), event(2, 0, 60)], [Order(1, 2)])
    assert told.narrowed[2].earliest == START + timedelta(minutes=30)
    assert 1 not in told.narrowed
    back = order_events([event(1, 0, 60), event(2, 0, 20)], [Order(1, 2)])
    assert back.narrowed[1].latest == START + timedelta(minutes=20)


def test_a_contradiction_over_several_steps_names_the_steps() -> None:
    told = order_events([event(1, 50, 60), event(2, 0, 90), event(3, 10, 20)], [Order(1, 2), Order(2, 3)])
    (found,) = told.contradictions
    assert [each.number for each in found.chain] == [1, 2, 3]
    assert found.said


def test_nothing_comes_before_itself() -> None:
    told = order_events([event(1, 0, 90), event(2, 0, 90), event(3, 0, 90)], [Order(1, 2), Order(2, 3), Order(3, 1)])
    (found,) = told.contradictions
    assert found.is_circle
    assert {each.number for each in found.chain} == {1, 2, 3}


def test_an_order_about_an_event_that_was_withdrawn_says_nothing() -> None:
    assert not order_events([event(1, 0)], [Order(1, 9), Order(9, 1)]).contradictions


def test_many_events_are_ordered_at_once() -> None:
    events = [event(n, n, n + 50) for n in range(EVENTS_LIMIT)]
    shuffled = random.Random(7).sample(events, len(events))  # noqa: S311 - a fixed order, no secret
    before = time.thread_time()
    told = order_events(shuffled, [Order(one.number, other.number) for one, other in pairwise(events)])
    assert time.thread_time() - before < 2
    assert not told.contradictions


MINUTES = st.integers(0, 60)
EVENTS = st.lists(st.tuples(MINUTES, MINUTES), min_size=1, max_size=6)


@given(EVENTS, st.data())
def test_a_contradiction_is_told_exactly_where_no_moments_fit(
    spans: list[tuple[int, int]], data: st.DataObject
) -> None:
    """Against brute force: without circles, taking each event as early as its order allows decides."""
    events = [event(n, min(span), max(span)) for n, span in enumerate(spans)]
    pairs = [(a, b) for a in range(len(events)) for b in range(a + 1, len(events))]
    chosen = data.draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    earliest: dict[int, datetime] = {}
    fits = True
    for each in events:  # every order leads to a higher number, so one pass is enough
        earliest[each.number] = max([each.earliest, *(earliest[a] for a, b in chosen if b == each.number)])
        fits &= earliest[each.number] <= each.latest
    told = order_events(events, [Order(a, b) for a, b in chosen])
    assert bool(told.contradictions) is not fits
    if fits:
        for number, moment in earliest.items():
            narrowed = told.narrowed.get(number, events[number])
            assert narrowed.earliest == moment
            assert narrowed.earliest <= narrowed.latest
