"""Answers that notices need: what can be used is kept as typed, anything else is refused with its field."""

from datetime import date

import pytest

from charteroak.response.notices import Decision, DecisionKind, parse_particulars
from charteroak.response.notices.decisions import check_decision
from charteroak.response.notices.errors import ParticularError


def test_an_empty_answer_is_not_known_and_zero_is() -> None:
    assert parse_particulars({"address": "  ", "what_happened": None, "identity_months": 0}) == {"identity_months": "0"}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("nobody", "x"),
        ("address", "x" * 301),
        ("what_happened", "x" * 20_001),
        ("what_happened", "a\0b"),
        ("identity_months", "two dozen"),
        ("identity_months", "٢٤"),
        ("identity_months", "-1"),
        ("identity_months", True),
        ("breach_from", "2026-02-30"),
        ("breach_from", "0026-03-01"),
        ("breach_from", "9999-01-01"),
        ("address", ["x"]),
    ],
)
def test_an_answer_that_cannot_be_used_is_refused_by_its_field(key: str, value: object) -> None:
    with pytest.raises(ParticularError) as refused:
        parse_particulars({key: value})
    assert refused.value.field == key


def test_a_reversed_breach_is_refused() -> None:
    with pytest.raises(ParticularError) as refused:
        parse_particulars({"breach_from": "2026-03-02", "breach_to": "2026-03-01"})
    assert refused.value.field == "breach_to"


def test_a_text_is_kept_as_it_was_typed() -> None:
    text = "One.\n\n\N{HEBREW LETTER SHIN}\N{WAVING HAND SIGN} #import"
    assert parse_particulars({"what_happened": text}) == {"what_happened": text}


@pytest.mark.parametrize(
    ("decision", "field"),
    [
        (Decision(kind=DecisionKind.POLICE_DELAY, answer=True, day=date(2026, 3, 1), by=""), "by"),
        (Decision(kind=DecisionKind.POLICE_DELAY, answer=True, day=date(2026, 3, 1), by="x"), "in_writing"),
        (
            Decision(
                kind=DecisionKind.POLICE_DELAY, answer=True, day=date(2026, 3, 1), by="x", in_writing=True,
                until=date(2026, 2, 1),
            ),
            "until",
        ),
        (Decision(kind=DecisionKind.HARM_UNLIKELY, answer=True, day=date(2026, 3, 1), by="x"), "reason"),
    ],
)  # fmt: skip
def test_a_decision_that_nothing_can_rest_on_is_refused(decision: Decision, field: str) -> None:
    with pytest.raises(ParticularError) as refused:
        check_decision(decision)
    assert refused.value.field == field
