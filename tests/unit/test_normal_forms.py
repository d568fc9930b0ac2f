"""Normalization that no text can make slow, and that changes nothing for texts that people write."""

import sys
import time
import unicodedata

import pytest

from charteroak.normal_forms import RUN_LIMIT, lengthens_run, long_run_in, normalized

ABOVE, BELOW = "\u0301", "\u0316"
BOUND_SECONDS = 3.0
"""Far above what it takes, far below the minutes of a sort of the whole."""


@pytest.mark.parametrize(
    "character", ["\u0301\u0316", "\u0f73", "\u0f75", "\u0f81", "\u0344\u0316", "\U0001d165\u0316"]
)
@pytest.mark.parametrize("form", ["NFC", "NFKD"])
def test_no_run_of_marks_makes_it_slow(form: str, character: str) -> None:
    text = "a" + character * 20_000
    started = time.process_time()
    assert long_run_in(text) == 1
    made = normalized(form, text)  # type: ignore[arg-type]
    assert time.process_time() - started < BOUND_SECONDS
    assert len(made) >= 20_000


def test_every_character_whose_decomposition_begins_with_a_mark_counts() -> None:
    begins = {
        chr(number)
        for number in range(sys.maxunicode + 1)
        if unicodedata.combining(unicodedata.normalize("NFKD", chr(number))[0])
    }
    assert {character for character in begins if not lengthens_run(character)} == set()
    assert min(begins) == "\u0300"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plain",
        "Cafe\u0301 \u1112\u1161\u11ab",
        "a" + (BELOW + ABOVE) * (RUN_LIMIT // 2),
        "\u6f22\u5b57" * 200,
        "\U0001f600" * 100,
    ],
    ids=["nothing", "ASCII", "composed and Hangul", "the most marks", "Han", "emoji"],
)
def test_texts_within_the_limit_become_what_unicode_says(text: str) -> None:
    assert long_run_in(text) is None
    assert normalized("NFC", text) == unicodedata.normalize("NFC", text)
    assert normalized("NFKD", text) == unicodedata.normalize("NFKD", text)


def test_one_mark_beyond_the_limit_is_found_where_its_run_begins() -> None:
    run = ABOVE * (RUN_LIMIT + 1)
    assert long_run_in(f"\u6f22\u5b57 ab{run}") == 5
    assert long_run_in(f"{ABOVE * RUN_LIMIT}a{ABOVE * RUN_LIMIT}") is None
    assert long_run_in(f"{ABOVE * RUN_LIMIT}a{run}b{run}") == RUN_LIMIT + 1
    assert long_run_in(run) == 0


def test_what_is_beyond_the_limit_loses_no_character() -> None:
    text = "a" + (BELOW + ABOVE) * 100 + " b" + (ABOVE + BELOW) * 100
    assert sorted(unicodedata.normalize("NFD", normalized("NFD", text))) == sorted(unicodedata.normalize("NFD", text))
