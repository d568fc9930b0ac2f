"""Markup that may stand in a page as it is: words, boxes, and not one attribute."""

import re

import pytest

from charteroak.mail.decoding import with_turns_told
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


SEEN_BY_ITS_READER = {
    "end without a name": "<p>Hi</p></>Send it",
    "style in a drawing": "<svg><style></svg><p>Send it</p>",
    "title in a drawing": "<svg><title></svg><p>Send it</p>",
    "comment in a field": "<textarea><!-- </textarea>Send it -->",
    "script in an example": "<xmp><script></xmp><p>Send it</p>",
    "title in a field": "<textarea><title></textarea><p>Send it</p>",
    "comment for readers without scripts": "<noscript><!-- </noscript><p>Send it</p> -->",
}
HIDDEN = {
    "text of a drawing": "<svg><text>Send it</text></svg>",
    "formula": "<math><mi>Send it</mi></math>",
    "for readers without scripts": "<noscript>Send it</noscript>",
    "in place of an object": "<object>Send it</object>",
    "style without end": "<style>Send it",
    "comment without end": "<!-- Send it",
    "attribute without end": "<p title='Send it",
    "field beside tags that are not cheap": "<p " + "a " * 300 + "><textarea><title></textarea>Send it",
}


@pytest.mark.parametrize("source", SEEN_BY_ITS_READER.values(), ids=SEEN_BY_ITS_READER.keys())
def test_text_is_shown_wherever_the_parser_reads_it(source: str) -> None:
    assert "Send it" in safe_markup(source)[0]


@pytest.mark.parametrize("source", HIDDEN.values(), ids=HIDDEN.keys())
def test_text_that_is_not_shown_is_told(source: str) -> None:
    assert not safe_markup(f"<p>Hi</p>{source}")[1]


def test_bold_text_that_nobody_ended_is_not_repeated_for_each_of_its_attributes() -> None:
    source = "".join(f"<p><b id={number}></p>" for number in range(300)) + "<p>x</p>" * 300
    markup, _ = safe_markup(source)
    assert len(markup) < 100 * len(source)
    assert markup.count("<b>") < 3 * 700


def test_what_turns_a_text_around_is_told_and_the_rest_stays() -> None:
    assert with_turns_told("Pay \u202egpj.exe at bank.example") == "Pay [U+202E]gpj.exe at bank.example"
