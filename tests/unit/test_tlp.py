"""TLP 2.0 labels: reading what people write, and never reading a label as more open than it is."""

import pytest

from charteroak.tlp import TLPError, TLPLabel, parse_tlp, strictest


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("TLP:CLEAR", TLPLabel.CLEAR),
        ("tlp:green", TLPLabel.GREEN),
        ("Amber", TLPLabel.AMBER),
        ("TLP:AMBER+STRICT", TLPLabel.AMBER_STRICT),
        ("amber-strict", TLPLabel.AMBER_STRICT),
        ("AMBER_STRICT", TLPLabel.AMBER_STRICT),
        ("TLP: AMBER + STRICT", TLPLabel.AMBER_STRICT),
        ("  red ", TLPLabel.RED),
        ("TLP:WHITE", TLPLabel.CLEAR),
    ],
)
def test_reads_labels_as_people_write_them(text: str, label: TLPLabel) -> None:
    assert parse_tlp(text) is label


@pytest.mark.parametrize(
    "text", ["", "TLP:", "TLP:PINK", "AMBER+STRICTER", "TLP:TLP:RED", "RED;GREEN", "CLEAR\x00", "\uff32\uff25\uff24"]
)
def test_refuses_anything_else_rather_than_guess(text: str) -> None:
    with pytest.raises(TLPError) as refusal:
        parse_tlp(text)
    assert "AMBER+STRICT" in refusal.value.remedy


def test_restriction_grows_from_clear_to_red() -> None:
    in_order = [TLPLabel.CLEAR, TLPLabel.GREEN, TLPLabel.AMBER, TLPLabel.AMBER_STRICT, TLPLabel.RED]
    assert sorted(TLPLabel, key=lambda label: label.restriction) == in_order


def test_white_is_never_written() -> None:
    assert all("WHITE" not in label.value for label in TLPLabel)


def test_the_strictest_of_several_labels_wins_and_no_label_counts_as_red() -> None:
    assert strictest([TLPLabel.GREEN, TLPLabel.AMBER_STRICT, TLPLabel.AMBER]) is TLPLabel.AMBER_STRICT
    assert strictest([]) is TLPLabel.RED
