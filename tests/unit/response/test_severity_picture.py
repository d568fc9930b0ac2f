"""The chart of a severity: it says what the table says, in words, lengths and hatching."""

from xml.etree import ElementTree as ET

import pytest

from charteroak.documents.factor_bars import NARROW, WIDE, Bar, BarGroup, FactorPicture, draw_factors
from charteroak.response.severity import assess_severity, parse_answers
from charteroak.response.severity_examples import load_examples
from charteroak.response.severity_picture import picture_of

SVG = "{http://www.w3.org/2000/svg}"


def drawn(picture: FactorPicture, width: int = WIDE) -> ET.Element:
    return ET.fromstring(draw_factors(picture, name="factors", width=width))  # noqa: S314 - our own drawing


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_nothing_is_drawn_beyond_the_edge(width: int) -> None:
    for answers in ({}, *(example.answers for example in load_examples())):
        tree = drawn(picture_of(assess_severity(parse_answers(answers))), width)
        for rect in tree.iter(f"{SVG}rect"):
            assert float(rect.get("x", "0")) + float(rect.get("width", "0")) <= width + 0.1


def test_what_is_open_is_hatched_and_what_is_sure_is_solid() -> None:
    answered = load_examples()[2].answers
    whole = draw_factors(picture_of(assess_severity(parse_answers(answered))), name="a")
    parts = draw_factors(picture_of(assess_severity({})), name="a")
    assert whole.count("url(#a-hatch)") == 0
    assert parts.count("url(#a-hatch)") == 16


def test_numbers_stand_beside_every_bar() -> None:
    text = draw_factors(picture_of(assess_severity(parse_answers({"actor": "criminal"}))), name="a")
    assert "2.6 of 10.4" in text
    assert "0.0 to 19.5 of 19.5" in text


def test_a_hostile_title_is_text_and_nothing_else() -> None:
    title = "<script>alert(1)</script>\x00\u202e"
    tree = drawn(FactorPicture(title, title, (BarGroup(title, (Bar(title, 1, 2, 3, "1"),)),)), NARROW)
    assert not list(tree.iter(f"{SVG}script"))
