"""Receipt codes: what a reporter keeps, easy to read out on the telephone and hard to guess.

Sixteen characters of Crockford's base 32 (no I, L, O or U) in four groups: 75 random bits and one check character
(Luhn modulo 32), so that a slip of the pen is told apart from a receipt that does not exist.
"""

import re
from typing import ClassVar

from charteroak.errors import InputError

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM_CHARACTERS = 15
_SLIPS = str.maketrans({"O": "0", "I": "1", "L": "1"})


class ReceiptError(InputError):
    """A text is not a receipt code; most likely it was copied wrongly."""

    code: ClassVar[str] = "receipt.invalid"


def _check_character(payload: str) -> str:
    total = 0
    for position, character in enumerate(reversed(payload)):
        addend = ALPHABET.index(character) * (2 if position % 2 == 0 else 1)
        total += addend // 32 + addend % 32
    return ALPHABET[-total % 32]


def make_receipt(randomness: bytes) -> str:
    """The receipt for ten random bytes, such as ``7QK3-M0ZD-9XRA-2WTC``."""
    number = int.from_bytes(randomness[:10], "big")
    payload = "".join(ALPHABET[(number >> (5 * i)) & 31] for i in range(RANDOM_CHARACTERS))
    code = payload + _check_character(payload)
    return "-".join(code[i : i + 4] for i in range(0, 16, 4))


def parse_receipt(text: str) -> str:
    """A receipt as people type it (any case, spaces, O for 0) in its one written form.

    Raises:
        ReceiptError: it has the wrong length, a foreign character, or a check character that does not fit.
    """
    code = re.sub(r"[\s-]", "", text).upper().translate(_SLIPS)
    remedy = "Copy the sixteen characters from the receipt page."
    if len(code) != RANDOM_CHARACTERS + 1 or any(character not in ALPHABET for character in code):
        raise ReceiptError("This is not a receipt code.", remedy=remedy)
    if _check_character(code[:-1]) != code[-1]:
        raise ReceiptError("One character of this receipt code is wrong.", remedy=remedy)
    return "-".join(code[i : i + 4] for i in range(0, 16, 4))
