"""Telephone numbers in a text, to be pressed at night: only what is one becomes a link, and nothing becomes markup."""

import pytest

from charteroak.portal.templatetags.pages import dial


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("Iris Chen, Treasurer, 860-555-0115", "tel:8605550115"),
        ("(860) 555-0115", "tel:8605550115"),
        ("desk 860.555.0115 ext 12", "tel:8605550115;ext=12"),
    ],
)
def test_a_number_can_be_pressed(text: str, link: str) -> None:
    assert f'href="{link}"' in dial(text)


@pytest.mark.parametrize("text", ["INC-2026-001", "2026-11-19", "case 26-118-4000-1", "7QK3-M0ZD-9XRA-2WTC", ""])
def test_what_is_no_number_stays_a_text(text: str) -> None:
    assert dial(text) == text


def test_a_name_is_never_markup() -> None:
    assert "<b>" not in dial("<b>Ann</b> 860-555-0115")
