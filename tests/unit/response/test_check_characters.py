"""Check characters against the examples that ISO/IEC 7064:2003 and the GRid standard print, and against slips."""

import itertools
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charteroak.response.check_characters import (
    ALPHABET,
    CheckCharacterError,
    check_of_code,
    check_of_digits,
    check_of_text,
    verify_code,
    verify_text,
)

LETTERS = st.characters(min_codepoint=32, max_codepoint=0x4F6, exclude_categories=("Cc", "Cs", "Mn"))


def test_the_example_of_the_standard_for_two_characters() -> None:
    assert check_of_digits("ISO79") == "3W"


def test_a_global_release_identifier_has_its_published_check_character() -> None:
    assert check_of_code("A12425GABC1234002") == "M"
    assert verify_code("A1-2425G-ABC1234002-M") == "A12425GABC1234002"


@pytest.mark.parametrize("code", ["", "M", "A12425GABC1234003M", "A12425GABC1234002N", "A1!M", "Ä1", "A" * 5000])
def test_what_is_no_code_is_refused(code: str) -> None:
    with pytest.raises(CheckCharacterError):
        verify_code(code)


def test_every_wrong_character_of_a_short_code_is_found() -> None:
    for first, second in itertools.product(ALPHABET, repeat=2):
        code = f"{first}{second}{check_of_code(first + second)}"
        for place, wrong in itertools.product(range(3), "0A7Z"):
            slipped = code[:place] + wrong + code[place + 1 :]
            if slipped != code:
                with pytest.raises(CheckCharacterError):
                    verify_code(slipped)


@given(st.text(LETTERS, min_size=1, max_size=60), st.data())
def test_one_wrong_letter_of_a_text_is_found(text: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text) - 1))
    slipped = text[:place] + data.draw(LETTERS) + text[place + 1 :]
    if _composed(slipped) != _composed(text):
        assert check_of_text(slipped) != check_of_text(text)


@given(st.text(LETTERS, min_size=2, max_size=60), st.data())
def test_two_neighbours_exchanged_are_found(text: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text) - 2))
    slipped = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    if _composed(slipped) != _composed(text):
        with pytest.raises(CheckCharacterError):
            verify_text(slipped, check_of_text(text))


def test_small_letters_blanks_and_hyphens_of_a_check_do_not_matter() -> None:
    verify_text("Two mailboxes", " ".join(check_of_text("Two mailboxes")).lower())


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)
