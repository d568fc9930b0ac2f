import tomllib
from importlib.resources import files

import pytest

from charteroak.mail.language import find_themes, hides_letters, plain_text, visible_text


@pytest.mark.parametrize(
    ("text", "theme"),
    [
        ("Please verify your account now", "credentials"),
        ("please verify all of your information", "credentials"),
        ("Verifique su cuenta", "credentials"),
        ("Votre compte: vérifiez votre compte", "credentials"),
        ("Ihr Konto wird gesperrt", "threat"),
        ("Sua conta será bloqueada", "threat"),
        ("antes del viernes", "urgency"),
        ("su nómina", "payroll"),
        ("buy gift cards", "payment"),
        ("your webcam", "extortion"),
    ],
)
def test_themes_are_found_in_five_languages(text: str, theme: str) -> None:
    assert theme in {match.theme for match in find_themes(plain_text(text))}


@pytest.mark.parametrize("text", ["", "The minutes of the meeting are attached.", "See you on Tuesday at the library."])
def test_ordinary_text_has_no_theme(text: str) -> None:
    assert find_themes(plain_text(text)) == ()


def test_invisible_characters_do_not_hide_a_phrase() -> None:
    text = "ver\u200bify your acc\u00adount"
    assert [match.theme for match in find_themes(plain_text(text))] == ["credentials"]


@pytest.mark.parametrize("text", ["p\u200ba\u200by\u200bpal", "p\u0430ypal", "\U0001d5d7\U0001d5f2\U0001d602tsche"])
def test_disguised_letters_are_seen(text: str) -> None:
    assert hides_letters(text)


@pytest.mark.parametrize("text", ["plain", "Żółć i żaba", "Привет мир", "日本語", "co\u00adop\u00aderate"])
def test_other_languages_are_no_disguise(text: str) -> None:
    assert not hides_letters(text)


def test_text_is_brought_to_one_form() -> None:
    assert visible_text("\ufb01ne  \n\tprint") == "fine print"
    assert plain_text("N\u00d3MINA \u2019x\u2019") == "nomina 'x'"


def test_every_phrase_is_in_the_form_that_texts_are_compared_in() -> None:
    document = tomllib.loads(files("charteroak.mail").joinpath("data/lexicon.toml").read_text(encoding="utf-8"))
    for theme, languages in document["themes"].items():
        for language, phrases in languages.items():
            for phrase in phrases:
                assert plain_text(phrase) == phrase, (theme, language, phrase)
                assert phrase.isascii(), phrase
