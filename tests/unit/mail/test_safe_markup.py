"""Markup that may stand in a page as it is: words, boxes, and not one attribute."""

import re

import pytest

from charteroak.mail.safe_markup import safe_markup

WITH_ATTRIBUTES = {
    "language": '<div lang="en">Hello</div>',
    "tool tip": '<p title="https://evil.example/ \u202egpj.exe">Hello</p>',
    "style": '<td style="background:url(//evil.example)">Hello</td>',
    "class and id": '<p class="button" id="delete">Hello</p>',
    "data": '<li data-action="submit" aria-label="Delete" role="button" tabindex=1>Hello</li>',
    "event": '<p onclick="alert(1)" autofocus onfocus=alert(1)>Hello</p>',
    "direction": '<p dir="rtl">Hello</p>',
}


@pytest.mark.parametrize("source", WITH_ATTRIBUTES.values(), ids=WITH_ATTRIBUTES.keys())
def test_not_one_attribute_is_left(source: str) -> None:
    markup, _ = safe_markup(f"<table><tr>{source}</tr></table>{source}")
    assert "Hello" in markup
    assert set(re.findall(r"<[^>]*>", markup)) <= {
        f"<{end}{name}>" for end in ("", "/") for name in ("table", "tbody", "tr", "td", "p", "div", "li")
    }
