"""For every JSON value: canonical bytes are read back as the same value, and the same value gives the same bytes."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from charteroak.canonical import CanonicalError, canonical_json, parse_json
from charteroak.errors import CharterOakError

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SCALARS = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(-(2.0**53), 2.0**53) | TEXTS
VALUES = st.recursive(SCALARS, lambda below: st.lists(below, max_size=4) | st.dictionaries(TEXTS, below, max_size=4))


@given(VALUES)
def test_canonical_bytes_read_back_as_the_same_value(value: Any) -> None:
    assert parse_json(canonical_json(value)) == value


@given(VALUES)
def test_any_spelling_of_a_value_has_the_same_canonical_bytes(value: Any) -> None:
    spelled = json.dumps(value, indent=3, ensure_ascii=True)
    assert canonical_json(parse_json(spelled)) == canonical_json(value)


@given(st.dictionaries(TEXTS, st.integers(0, 9), min_size=2, max_size=6))
def test_the_order_of_insertion_does_not_matter(document: dict[str, int]) -> None:
    backwards = dict(reversed(document.items()))
    assert canonical_json(backwards) == canonical_json(document)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_with_an_error_of_ours(data: bytes) -> None:
    try:
        value = parse_json(data)
        canonical_json(value)
    except CharterOakError:
        return
    assert parse_json(canonical_json(value)) == value


@given(st.integers(2**53 + 1, 2**80) | st.integers(-(2**80), -(2**53) - 1))
def test_no_integer_is_ever_rounded_in_silence(number: int) -> None:
    try:
        written = canonical_json(number)
    except CanonicalError:
        return
    assert int(written) == number
