import random
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files

import hyperscan
import pytest

from charteroak.mail import limits
from charteroak.mail.language import in_ascii, plain_text
from charteroak.mail.phrases import Lexicon, find_themes


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


def test_every_phrase_is_in_the_form_that_texts_are_compared_in() -> None:
    document = tomllib.loads(files("charteroak.mail").joinpath("data/lexicon.toml").read_text(encoding="utf-8"))
    for theme, languages in document["themes"].items():
        for language, phrases in languages.items():
            for phrase in phrases:
                assert plain_text(phrase) == phrase, (theme, language, phrase)
                assert phrase.isascii(), phrase


LEXICON = Lexicon(
    {
        "stop": {"en": ["at once", "at once or", "at * hour", "!now", "pay * the * fee"]},
        "pay": {"en": ["or pay", "fee", "at once"]},
    }
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("do it at once or pay", [("stop", "at once"), ("pay", "at once")]),
        ("bat once at onceler", []),
        ("at_once", []),
        ("the fee, at once", [("stop", "at once"), ("pay", "fee")]),
        ("at this very late hour at once", [("stop", "at this very late hour"), ("pay", "at once")]),
        ("at one two three four hour", []),
        ("at one two three four hour at once", [("stop", "at once"), ("pay", "at once")]),
        ("at hour", [("stop", "at hour")]),
        ("at the hours", []),
        ("now!now", [("stop", "!now")]),
        ("pay off the whole fee today", [("stop", "pay off the whole fee"), ("pay", "fee")]),
        ("", []),
        ("caf\u00e9 at once\u00e9", [("stop", "at once"), ("pay", "at once")]),
    ],
)
def test_the_first_place_counts_and_there_the_first_phrase_of_the_alphabet(
    text: str, found: list[tuple[str, str]]
) -> None:
    assert [(match.theme, match.phrase) for match in LEXICON.find(in_ascii(text))] == found


def test_the_answers_are_those_of_one_expression_for_all_phrases_of_a_theme() -> None:
    languages = {"en": ["a b", "a", "b * a", "b a", "-a", "a b * c", "c.", "ab * * c", "b b b"]}
    lexicon = Lexicon({"all": languages, "some": {"en": languages["en"][2:5]}})
    pieces = ["a", "b", "c", "ab", " ", " ", " ", "-", ".", "_", "?"]
    rng = random.Random(7)  # noqa: S311 - texts to try, no secret
    for _ in range(3_000):
        data = "".join(rng.choices(pieces, k=rng.randrange(40))).encode()
        matches = {theme: theme.expression.search(data) for theme in lexicon.themes}
        expected = [(theme.name, match.group().decode()) for theme, match in matches.items() if match is not None]
        assert [(match.theme, match.phrase) for match in lexicon.find(data)] == expected, data


def test_threads_share_a_lexicon() -> None:
    texts = [f"number {number} at once, or pay the fee" * 50 for number in range(200)]
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda text: tuple(LEXICON.find(in_ascii(text))), texts))
    assert {tuple(match.phrase for match in each) for each in found} == {("at once", "at once")}


@pytest.mark.parametrize("piece", ["btc ", "verify ", "verify account ", "at ", "update your ", "verify your account "])
def test_a_phrase_or_its_beginning_a_thousand_times_over_is_read_at_once(piece: str) -> None:
    find_themes(piece)
    start = time.process_time()
    text = piece * (limits.MAX_LANGUAGE_CHARACTERS // len(piece))
    find_themes("the lexicon is read once")
    began = time.process_time()
    assert len(find_themes(text)) <= 3
    assert time.process_time() - began < 0.5
    assert time.process_time() - start < 0.5


def test_where_hyperscan_does_not_run_the_answers_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise hyperscan.error("HS_ARCH_ERROR")

    themes = {"stop": {"en": ["at once", "pay * the * fee"]}, "pay": {"en": ["fee", "at once"]}}
    data = b"pay off the whole fee at once"
    expected = list(Lexicon(themes).find(data))
    monkeypatch.setattr(hyperscan, "Scratch", lambda _: refuse())
    assert list(Lexicon(themes).find(data)) == expected
    monkeypatch.setattr(hyperscan, "Database", refuse)
    assert list(Lexicon(themes).find(data)) == expected
