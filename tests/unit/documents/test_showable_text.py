"""What strangers type is shown whole: nothing hidden, nothing turned around, nothing off the edge."""

import pytest

from charteroak.documents.fonts import FONT_FOLDER, can_show, characters_of, width_of
from charteroak.documents.showable_text import TEXT_LIMIT, showable, showable_line, showable_values

ZERO_WIDTH_SPACE = "\u200b"


@pytest.mark.parametrize(
    "text",
    [
        "Plain words, with 42 numbers.",
        "#set page(width: 1pt) $x$ *bold* _it_ `raw` <label> @ref \\ // comment",
        "North Stonington \u2013 \u00a7 42-901 \u201cquoted\u201d \u0141ukasz Pe\u00f1a",
        "\u0395\u03bb\u03bb\u03ac\u03c2 \u041f\u0440\u0438\u0432\u0435\u0442",
        "two\nlines",
    ],
)
def test_text_that_paper_can_show_comes_back_unchanged(text: str) -> None:
    assert showable(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("a\0b", "a[U+0000]b", id="nul"),
        pytest.param("a\x1b[31mb", "a[U+001B][31mb", id="escape"),
        pytest.param("invoice\u202efdp.exe", "invoice[U+202E]fdp.exe", id="right-to-left-override"),
        pytest.param("a\u2066b\u2069", "a[U+2066]b[U+2069]", id="isolates"),
        pytest.param("pass\u200bword", "pass[U+200B]word", id="zero-width-space"),
        pytest.param("x\ufeffy", "x[U+FEFF]y", id="byte-order-mark"),
        pytest.param("soft\u00adhyphen", "soft[U+00AD]hyphen", id="soft-hyphen"),
        pytest.param("a\ue000b", "a[U+E000]b", id="private-use"),
        pytest.param("a\u0378b", "a[U+0378]b", id="unassigned"),
        pytest.param("a\ud800b", "a[U+D800]b", id="lone-surrogate"),
        pytest.param("a\U000e0041b", "a[U+E0041]b", id="tag"),
        pytest.param("a\U0001fae0b", "a[U+1FAE0]b", id="emoji-without-glyph"),
        pytest.param("\u4e2d\u6587", "[U+4E2D U+6587]", id="han"),
        pytest.param("x\ufe0f", "x[U+FE0F]", id="variation-selector"),
        pytest.param("\u0301x", "[U+0301]x", id="mark-without-letter"),
        pytest.param("a\u00a0b\u2003c\td", "a b c d", id="spaces"),
        pytest.param("a\r\nb\u2028c\x85d", "a\nb\nc\nd", id="line-ends"),
    ],
)
def test_what_cannot_be_shown_is_written_as_its_number(text: str, shown: str) -> None:
    assert showable(text) == shown


def test_a_letter_carries_three_marks_and_further_ones_are_numbered() -> None:
    shown = showable("e" + "\u0301\u0302\u0303\u0304\u0306" * 10)
    assert shown.startswith(("\u00e9", "\u1ebf"))
    assert "[U+" in shown
    assert sum(0x300 <= ord(character) <= 0x36F for character in shown) <= 3


def test_a_long_ascii_word_is_left_as_it_is_for_the_house_style_to_break() -> None:
    digest = "0123456789abcdef" * 4
    assert showable(digest) == digest


def test_a_long_word_of_another_script_may_break_and_keeps_its_characters() -> None:
    word = "\u044f" * 100_000
    shown = showable(word)[: TEXT_LIMIT // 2]
    assert shown.replace(ZERO_WIDTH_SPACE, "") in word
    assert max(len(part) for part in shown.split(ZERO_WIDTH_SPACE)) <= 28


def test_a_text_over_the_limit_is_cut_and_says_how_much_is_missing() -> None:
    shown = showable("word " * 10_000)
    assert shown.endswith("[cut here: 42,000 more characters are in the record]")


def test_showing_is_idempotent_but_for_places_to_break() -> None:
    text = "a\0b \u202e \u4e2d e\u0301"
    assert showable(showable(text)) == showable(text)


def test_a_line_is_one_line() -> None:
    assert showable_line(" a\n b \t c ") == "a b c"


def test_values_are_made_showable_wherever_they_stand_and_pictures_are_left_alone() -> None:
    values = {"a": ["x\0", {"b": "y\u202e"}], "n": 3, "svg": "<svg>\u202e</svg>"}
    assert showable_values(values) == {"a": ["x[U+0000]", {"b": "y[U+202E]"}], "n": 3, "svg": "<svg>\u202e</svg>"}


def test_one_letter_is_never_shared_between_two_fonts() -> None:
    assert can_show("\u00f1")
    assert not can_show("\u4e2d")
    assert not can_show("x\u0363")


@pytest.mark.parametrize("name", ["PublicSans-Bold.ttf", "PublicSans-Italic.ttf"])
def test_bold_and_italic_have_every_letter_of_the_regular_face(name: str) -> None:
    regular = characters_of((FONT_FOLDER / "PublicSans-Regular.ttf").read_bytes())
    assert characters_of((FONT_FOLDER / name).read_bytes()).keys() >= regular.keys()


def test_widths_are_read_from_the_font() -> None:
    assert 0.2 < width_of("i") < width_of("n") < width_of("W") < 1.2
