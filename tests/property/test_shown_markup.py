"""An analyst is shown every word of a mail's HTML that its reader sees, or is told that something is missing."""

import re
from collections.abc import Callable
from html import unescape

import nh3
from examples import examples
from hypothesis import example, given, settings
from hypothesis import strategies as st

from charteroak.mail import safe_markup as shown
from charteroak.mail.markup_tags import with_plainer_tags

NAMES = [
    *("p", "b", "div", "pre", "h1", "li", "font", "o:p", "table", "tr", "td", "colgroup", "frameset"),
    *("style", "script", "title", "textarea", "xmp", "noscript", "noembed", "noframes", "iframe", "plaintext"),
    *("svg", "math", "foreignObject", "annotation-xml", "mtext", "desc", "select", "option", "template", "object"),
]
TAGS = st.sampled_from([tag for name in NAMES for tag in (f"<{name}>", f"</{name}>", f"<{name.upper()} a='b>' c=<d>")])
PIECES = st.sampled_from(
    [
        *("<", ">", "</", "</>", "<!", "<?", "<!--", "-->", "--!>", "<!-->", "<!--->", "<![CDATA[", "]]>"),
        *("&", "&l", "t;", "&amp", "&#6", "0;", "'", '"', "=", "/", "-", "!", " ", "\n", "</ x>"),
        *('<p a="', "<p b='", "<b/c=", "<p\0>", "<joe's>", "word", "two words"),
    ]
)
MARKUP = st.lists(st.one_of(TAGS, PIECES), max_size=25).map("".join)
WITHOUT_WORDS_OR_END = [
    *("<svg>", "<svg><TEXT>", "<svg><foreignObject><p>", "<math><mi>", "<noscript>", "<object>", "<iframe>"),
    *("<style>", "<script>", "<title>", "<!--", "<textarea></textarea><!--", "<p a='"),
]
KNOWN = (
    "<p>Hi</p></>Send it<b>now</b>",
    "<p>a</p><svg><style></svg><p>Enter it</p>",
    "<p>a</p><svg><title></svg><p>Enter it</p>",
    "<p>a<textarea><!-- </textarea> Enter it --><b>z</b>",
    "<p>a</p><xmp><script></xmp><p>Enter it</p>",
    "<p>a</p><textarea><title></textarea><p>Enter it</p>",
    "<p>a</p><math><style></math><p>Enter it</p>",
    "<script><!--<script></script><p>Enter it</script>--></script>then",
    "&l<!-- -->t;b>",
)


def with_known(test: Callable[[str], None]) -> Callable[[str], None]:
    """The same test, shown what once was hidden first."""
    for source in KNOWN:
        test = example(source)(test)
    return test


def as_the_parser_reads(source: str) -> str:
    """The words of a source, by the parser alone."""
    kept = {"script", "style", "title", "iframe", "template", "object", "noscript", "svg", "math"}
    return as_letters(nh3.clean(source, tags=set(), attributes={}, clean_content_tags=kept))


def as_letters(markup: str) -> str:
    """What stands between tags, without blanks and what no reader sees."""
    return re.sub(r"[\s\0-\x1f\x7f\ufffd]", "", unescape(re.sub(r"<[^>]*>", "", markup)))


def words_shown(source: str) -> tuple[str, bool]:
    """The words that an analyst is shown, without ours about fields, and whether they are said to be all."""
    markup, is_whole = shown.safe_markup(source)
    return as_letters(re.sub(r"<code>\[(?:textarea|select)\] ?</code>", "", markup)), is_whole


@with_known
@example("<p><b c=1>a</p>" * 3)
@settings(max_examples=examples(200), deadline=None)
@given(MARKUP)
def test_every_word_that_the_parser_reads_is_shown(source: str) -> None:
    assert words_shown(source)[0] == as_the_parser_reads(source)


@with_known
@settings(max_examples=examples(200), deadline=None)
@given(MARKUP)
def test_plainer_tags_that_are_called_certain_hide_no_word(source: str) -> None:
    plainer, is_certain = with_plainer_tags(source, {}, most_tags=100, most_references=100)
    assert not is_certain or as_the_parser_reads(plainer) == as_the_parser_reads(source)


@settings(max_examples=examples(200), deadline=None)
@given(st.sampled_from(WITHOUT_WORDS_OR_END), MARKUP)
def test_a_word_that_is_not_shown_is_told(beginning: str, source: str) -> None:
    words, is_whole = words_shown(f"{source}{beginning}Enter the password")
    assert not is_whole or "Enterthepassword" in words
