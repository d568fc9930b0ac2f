import pytest

from charteroak.mail.language import hides_letters, plain_text, visible_text


@pytest.mark.parametrize("text", ["p\u200ba\u200by\u200bpal", "p\u0430ypal", "\U0001d5d7\U0001d5f2\U0001d602tsche"])
def test_disguised_letters_are_seen(text: str) -> None:
    assert hides_letters(text)


@pytest.mark.parametrize("text", ["plain", "Żółć i żaba", "Привет мир", "日本語", "co\u00adop\u00aderate"])
def test_other_languages_are_no_disguise(text: str) -> None:
    assert not hides_letters(text)


def test_text_is_brought_to_one_form() -> None:
    assert visible_text("\ufb01ne  \n\tprint") == "fine print"
    assert plain_text("N\u00d3MINA \u2019x\u2019") == "nomina 'x'"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Beh\u00f6rde \u2013 \u201eAMT\u201c\u2026 \u00a9", "behorde \u2013 \u201eamt\u201c... \u00a9"),
        ("e\u0301 E\u0323\u0301 \u1e17", "e e e"),
        ("in\u00advi\u200bsi\u034fble", "invisible"),
        ("\u304b\u3099", "\u304c"),
        ("\u1112\u1161\u11ab", "\ud55c"),
        ("\u2126\u03a3 \u03c3\u03a3", "\u03c9\u03c2 \u03c3\u03c2"),
        ("\u00bd \u2460 \ufb01\u00a0\u2003x\u2028y", "1\u20442 1 fi x y"),
        ("\u2764\ufe0f", "\u2764\ufe0f"),
        ("".join(map(chr, range(0xC0, 0xE0))), "aaaaaa\u00e6ceeeeiiii\u00f0nooooo\u00d7\u00f8uuuuy\u00fe\u00df"),
    ],
)
def test_characters_are_folded_alike_alone_and_together(text: str, plain: str) -> None:
    assert plain_text(text) == plain
    # Beside a mark that joins other letters, the whole text is normalised at once.
    assert plain_text(f"{text} \u304b\u3099") == f"{plain} \u304c"
