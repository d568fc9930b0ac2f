"""Answers as they are kept in a draft: they read as they were written, and anything else is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charteroak.program.errors import StartError
from charteroak.program.start.answers import MOST_STORES, StartAnswers, Store, answers_document, parse_answers

STORES = st.builds(
    Store,
    place=st.text(min_size=1, max_size=40),
    kinds=st.lists(st.sampled_from(["names", "health", "a-later-kind"]), max_size=3).map(tuple),
    people=st.none() | st.integers(0, 10**9),
    unreadable=st.none() | st.booleans(),
    owned=st.sampled_from([None, "own", "others", "both"]),
)


@given(st.lists(STORES, max_size=4).map(tuple), st.booleans())
def test_answers_read_as_they_were_written(stores: tuple[Store, ...], complete: bool) -> None:
    answers = StartAnswers(stores=stores, stores_complete=complete)
    assert parse_answers(answers_document(answers)) == answers


@pytest.mark.parametrize(
    "document",
    [
        {"people": 7},
        {"surprise": 1},
        {"about": {"kind": "kingdom"}},
        {"about": {"kind": "llc", "people": -1}},
        {"stores": [{"place": ""}]},
        {"stores": [{"place": "x"}] * (MOST_STORES + 1)},
        {"stores": [{"place": "x", "kinds": ["No Code"]}]},
        {"systems": {"runs": {"mail": "nobody"}}},
        {"practices": {"train-everyone": {"answer": "maybe"}}},
        {"practices": {"Not An Id": {"answer": "yes"}}},
    ],
)
def test_anything_else_is_refused(document: dict[str, object]) -> None:
    with pytest.raises(StartError, match="cannot be read"):
        parse_answers(document)
