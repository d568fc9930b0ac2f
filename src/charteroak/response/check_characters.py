"""Check characters of ISO/IEC 7064:2003, so that a slip of the pen or of a key is found before anything is recorded.

Two of the standard's systems are used: *MOD 37,36* (section 9, hybrid) puts one character behind a short code, and
*MOD 1271-36* (section 7, pure) puts two behind anything longer. A pure system finds every wrong character and every
exchange of two neighbours.

Texts have more letters than 36. ``check_of_text`` writes each character as four digits of base 36 and checks those: a
wrong character, or two neighbours exchanged, is found with certainty if their numbers in Unicode are less than 1,271
apart, which Latin, Greek and Cyrillic letters, digits and the punctuation of keyboards are; others are missed once in
1,271 times.
"""

from collections.abc import Iterable
from typing import ClassVar

from charteroak.errors import VerificationError
from charteroak.normal_forms import normalized

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_RADIX = len(ALPHABET)
_PURE_MODULUS = 1271
_DIGITS_OF_CHARACTER = 4  # 36 ** 4 is larger than the largest number in Unicode


class CheckCharacterError(VerificationError):
    """What was keyed does not fit its check characters; at least one of the two was keyed wrongly."""

    code: ClassVar[str] = "check-character.mismatch"


def check_of_code(code: str) -> str:
    """The check character of a code of letters and digits (MOD 37,36)."""
    return ALPHABET[(1 - _hybrid_remainder(code)) % _RADIX]


def check_of_text(text: str) -> str:
    """The two check characters of a text (MOD 1271-36), whatever its letters; composed forms are checked (NFC)."""
    composed = normalized("NFC", text)
    return _pure_check(digit for character in composed for digit in _digits_of(ord(character)))


def check_of_digits(text: str) -> str:
    """The two check characters of letters and digits (MOD 1271-36)."""
    return _pure_check(ALPHABET.index(character) for character in text)


def verify_code(code: str) -> str:
    """The code without its last character, which is its check character.

    Raises:
        CheckCharacterError: it does not fit, is too short, or holds another character.
    """
    keyed = as_keyed(code)
    if (
        len(keyed) < 2
        or any(character not in ALPHABET for character in keyed)
        or check_of_code(keyed[:-1]) != keyed[-1]
    ):
        raise CheckCharacterError(f"{code[:20]!r} is no code of the sheet.", remedy="Compare it with the sheet.")
    return keyed[:-1]


def verify_text(text: str, check: str) -> None:
    """Nothing, if a text fits its two check characters.

    Raises:
        CheckCharacterError: it does not.
    """
    if check_of_text(text) != as_keyed(check):
        raise CheckCharacterError(
            "This does not fit its two check characters.", remedy="Compare both with the sheet, letter by letter."
        )


def as_keyed(code: str) -> str:
    """A code as it is compared: capitals, without blanks and hyphens."""
    return "".join(code.split()).replace("-", "").upper()


def _hybrid_remainder(code: str) -> int:
    """What is carried into the check character (section 9.1): a product modulo 37, a sum modulo 36, by turns."""
    carried = _RADIX
    for character in code:
        total = (carried + ALPHABET.index(character)) % _RADIX or _RADIX
        carried = total * 2 % (_RADIX + 1)
    return carried


def _pure_check(digits: Iterable[int]) -> str:
    """The two characters that make the whole leave the remainder 1 (section 7.2)."""
    remainder = 0
    for digit in digits:
        remainder = (remainder * _RADIX + digit) % _PURE_MODULUS
    check = (1 - remainder * _RADIX * _RADIX) % _PURE_MODULUS
    return ALPHABET[check // _RADIX] + ALPHABET[check % _RADIX]


def _digits_of(number: int) -> Iterable[int]:
    return (number // _RADIX**place % _RADIX for place in reversed(range(_DIGITS_OF_CHARACTER)))
