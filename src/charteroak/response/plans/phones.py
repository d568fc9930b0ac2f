"""Telephone numbers as people write them, and as a telephone dials them (RFC 3966)."""

import re

_LETTERS = {
    letter: digit
    for digit, letters in zip("23456789", ("ABC", "DEF", "GHI", "JKL", "MNO", "PQRS", "TUV", "WXYZ"), strict=True)
    for letter in letters
}
_NUMBER = re.compile(
    r"(?P<plus>\+?)(?P<number>[0-9A-Z()./\u2010-\u2013 -]{3,40}?)"
    r"(?:[ ,;]*(?:EXTENSION|EXT\.?|X)[ .:]*(?P<extension>[0-9]{1,8}))?"
)
_LEAST, _MOST = 3, 15
"""Digits of a number that can be dialed: a short number such as 211 up to the longest of ITU-T E.164."""


def is_dialable(text: str) -> bool:
    """Whether this is a number that a telephone can dial, letters for digits included."""
    return dial_link(text) != ""


def dial_link(text: str) -> str:
    """The number as a ``tel:`` address; empty where it is no number.

    Letters stand for the digits of the keypad, but only behind a beginning in digits: ``1-844-SAY-CISA`` is a number,
    ``call Joe`` is none.
    """
    found = _NUMBER.fullmatch(" ".join(text.upper().split()))
    if found is None:
        return ""
    number = found["number"]
    digits = "".join(_LETTERS.get(each, each) for each in number if each.isalnum())
    lead = re.sub(r"[^0-9A-Z]", "", number)
    if not digits.isascii() or not digits.isdecimal() or not _LEAST <= len(digits) <= _MOST or not lead[:3].isdecimal():
        return ""
    if not found["plus"] and len(digits) == 11 and digits[0] == "1":
        digits = f"+{digits}"
    extension = f";ext={found['extension']}" if found["extension"] else ""
    return f"tel:{found['plus']}{digits}{extension}"
