"""Tags of hostile markup, each with the attributes that are asked for and no more."""

import re

import pytest

from charteroak.mail.markup_tags import with_plainer_tags
from charteroak.mail.safe_markup import MAX_SOURCE_TAGS, safe_markup

WANTED = {"a": {"href"}, "img": {"src", "alt"}}
MANY = 20_000


def plainer(source: str, *, most_tags: int = 3_000, most_references: int = 20_000) -> tuple[str, bool]:
    return with_plainer_tags(source, WANTED, most_tags=most_tags, most_references=most_references)


@pytest.mark.parametrize(
    "source",
    [
        "<a " + " ".join(f"a{number}=1" for number in range(MANY)) + " href=x>",
        "<a " + " ".join(f"a{number}" for number in range(MANY)) + " href=x>",
        "<a " + "href=x " * MANY + ">",
        "<a href=x " + "/b" * MANY + ">",
        "<a href=x " + "=" * MANY + ">",
        "<a href=x " + "<a" * MANY + ">",
        "<a href=x " + "b='>' " * MANY + ">",
        "<a href=x></a" + " c=1" * MANY + ">",
        '<!-- <b c="--><a href=x ' + " ".join(f"a{number}" for number in range(MANY)) + '>"',
        '<script>if (1 <b c="</script><a href=x ' + " d" * MANY + '>"',
    ],
)
def test_the_sanitiser_gets_no_tag_of_many_attributes(source: str) -> None:
    markup, is_whole = plainer(source)
    assert is_whole
    assert '<a href="x">' in markup
    assert len(markup) < 100


@pytest.mark.parametrize(
    ("source", "markup"),
    [
        ("<A HREF='http://b\"c'>u</A >", '<a href="http://b&quot;c">u</a>'),
        ('<a href="x"href="y" HREF=z>', '<a href="x">'),
        ("<a href=a/b/>", '<a href="a/b/">'),
        ("<a/href=q>", '<a href="q">'),
        ("<a href = x>", '<a href="x">'),
        ("<a href>", '<a href="">'),
        ('<img alt="a > b < c" src=//x>', '<img alt="a > b &lt; c" src="//x">'),
        ("1 < 2 <b>&amp;", "1 &lt; 2 <b>&amp;"),
        ("<<!-- -->a b=1>", "&lt;a b=1>"),
        ("x<!-->y<!--->z<!-- <a> --!>w<!-- v", "xyzw"),
        ("<![if !mso]>seen<![endif]><?xml a?></ b>", "seen"),
        ("<script>if(a<b){}</scripts></script >after", "<script></script>after"),
        ("<title>a<b></title>c", "<title></title>c"),
        ("<style>never ends <b>", "<style>"),
        ('seen<a href="never ends', "seen"),
        ('seen<a href="x" >', 'seen<a href="x">'),
        ('<b"c>seen', "seen"),
        ("<o:p>seen</o:p>", "<o:p>seen</o:p>"),
        ("</", "&lt;/"),
    ],
)
def test_tags_are_divided_as_the_standard_does(source: str, markup: str) -> None:
    assert plainer(source) == (markup, True)


@pytest.mark.parametrize("source", ["<b>" * 4, "</b>" * 4, "&" * 4, "<" * 4])
def test_what_is_beyond_a_limit_is_left_out_and_said(source: str) -> None:
    piece = source[: len(source) // 4].replace("<", "&lt;") if source == "<<<<" else source[: len(source) // 4]
    assert plainer(source, most_tags=3, most_references=3) == (piece * 3, False)


def test_ends_of_elements_count_as_their_beginnings_do() -> None:
    markup, is_whole = safe_markup("</p>" * (MAX_SOURCE_TAGS + 1))
    assert (is_whole, len(re.findall("</p>", markup))) == (False, MAX_SOURCE_TAGS)


def test_what_follows_a_tag_of_many_attributes_is_shown() -> None:
    source = "<a " + " ".join(f"a{number}" for number in range(MANY)) + " href=https://lure.example>pay</a> <b>now</b>"
    assert safe_markup(source) == ("<code>[→ hxxps://lure[.]example] </code>pay <b>now</b>", True)


@pytest.mark.parametrize("name", ["image", "IMAGE", "img"])
def test_the_address_of_a_picture_is_told_by_either_name_of_its_tag(name: str) -> None:
    many = "<b " + " ".join(f"a{number}" for number in range(MANY)) + ">now</b>"
    markup, is_whole = safe_markup(f'<{name} src="https://lure.example/a.png" alt=seen>{many}')
    assert "hxxps://lure[.]example/a.png" in markup
    assert is_whole
