"""A report on a sheet of paper: what stands where, and what an operator keys from it.

A sheet has a number with a check character, so that the sheet at hand is the sheet that is keyed. Each box to tick has
a code with a check character; a wrong or exchanged character of it is no code of the sheet. A sheet that was printed
from answers carries two check characters behind every written block, and a slip in keying is found there. A sheet
filled in by hand has none behind its writing: the day of the week stands for the date, and the operator compares the
rest, block by block, before it is filed.

The sheet carries the answers of ``BLOCKS`` and no others; what else was reported has to be added by its receipt.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, ClassVar, Literal

from charteroak.errors import InputError, SourceLocation
from charteroak.receipts import ALPHABET
from charteroak.response.check_characters import (
    CheckCharacterError,
    as_keyed,
    check_of_code,
    check_of_text,
    verify_code,
    verify_text,
)
from charteroak.response.labelled_report import document_of, parse_answer, written_answers
from charteroak.response.report_labels import WORDS
from charteroak.response.report_text import clean_text

NUMBER_CHARACTERS = 7
WEEKDAYS = (("MO", "LU"), ("TU", "MA"), ("WE", "MI"), ("TH", "JU"), ("FR", "VI"), ("SA", "SA"), ("SU", "DO"))
"""The first two letters of a day of the week, in English and Spanish."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
Form = Literal["one", "many", "line", "text", "time"]


class SheetError(InputError):
    """What was keyed is not what stands on a sheet; the block is named, and nothing was recorded."""

    code: ClassVar[str] = "report.sheet"


@dataclass(frozen=True, slots=True)
class SheetBlock:
    """A block of the sheet: its letter, the place of its answer, and how it is filled in."""

    letter: str
    pointer: str
    form: Form


BLOCKS = (
    SheetBlock("A", "/outcome", "one"),
    SheetBlock("B", "/narrative", "text"),
    SheetBlock("C", "/noticed", "time"),
    SheetBlock("D", "/entity/name", "line"),
    SheetBlock("E", "/entity/town", "line"),
    SheetBlock("F", "/technicalContact", "line"),
    SheetBlock("G", "/kinds", "many"),
    SheetBlock("H", "/helpWanted", "one"),
    SheetBlock("I", "/safety/affected", "one"),
    SheetBlock("J", "/disclosure", "one"),
    SheetBlock("K", "/reporter/name", "line"),
    SheetBlock("L", "/reporter/phone", "line"),
    SheetBlock("M", "/reporter/email", "line"),
)
SHEET_POINTERS = frozenset(block.pointer for block in BLOCKS)


@dataclass(frozen=True, slots=True)
class Keyed:
    """What an operator keyed from one block: the codes or the writing, and the check behind it where there is one."""

    text: str
    check: str = ""


def make_sheet_number(randomness: bytes) -> str:
    """The number of a sheet for six random bytes, such as ``7QK3-M0ZX``."""
    number = int.from_bytes(randomness[:6], "big")
    payload = "".join(ALPHABET[(number >> (5 * place)) & 31] for place in range(NUMBER_CHARACTERS))
    code = payload + check_of_code(payload)
    return f"{code[:4]}-{code[4:]}"


def parse_sheet_number(text: str) -> str:
    """The number of a sheet as it was keyed, in its one written form.

    Raises:
        SheetError: it is none, or a character of it is wrong.
    """
    keyed = as_keyed(text)
    try:
        if len(keyed) == NUMBER_CHARACTERS + 1 and verify_code(keyed):
            return f"{keyed[:4]}-{keyed[4:]}"
    except CheckCharacterError:
        pass
    raise SheetError(
        "This is no number of a sheet.",
        remedy="Key the eight characters at the top of the sheet.",
        location=SourceLocation(pointer="/number"),
    )


@cache
def codes_of(block: SheetBlock) -> Mapping[str, str]:
    """The codes to tick in a block, each with the answer that it stands for."""
    answers = WORDS[block.pointer]
    made = {}
    for place, answer in enumerate(answers, start=1):
        code = f"{block.letter}{ALPHABET[place]}"
        made[code + check_of_code(code)] = answer
    return made


def document_from_keys(keyed: Mapping[str, Keyed]) -> dict[str, Any]:
    """The document of a sheet, by the letters of its blocks, for ``parse_report``. What is empty was not answered.

    Raises:
        SheetError: a code is none of its block, or writing does not fit its check; the block is named.
    """
    unknown = keyed.keys() - {block.letter for block in BLOCKS}
    if unknown:
        raise SheetError(f"The sheet has no block {min(unknown)}.", remedy="Its blocks are A to M.")
    answers: dict[str, Any] = {}
    for block in BLOCKS:
        said = keyed.get(block.letter, Keyed(""))
        if said.text.strip():
            answers[block.pointer] = _answer(block, said)
    return document_of(answers)


def keys_of_document(document: Mapping[str, Any]) -> dict[str, Keyed]:
    """What an operator keys from a sheet that was printed from these answers."""
    written = written_answers({name: value for name, value in document.items() if name != "kinds"})
    keyed = {}
    for block in BLOCKS:
        if block.pointer == "/kinds":
            chosen = document.get("kinds") or ()
        else:
            chosen = (written[block.pointer],) if block.pointer in written else ()
        if not chosen:
            continue
        if block.form in {"one", "many"}:
            by_answer = {answer: code for code, answer in codes_of(block).items()}
            keyed[block.letter] = Keyed(" ".join(by_answer[answer] for answer in chosen))
        else:
            keyed[block.letter] = Keyed(chosen[0], check_of_text(chosen[0]))
    return keyed


def _answer(block: SheetBlock, said: Keyed) -> Any:
    if block.form in {"one", "many"}:
        codes = [_option(block, code) for code in said.text.replace(",", " ").split()]
        if block.form == "many":
            return list(dict.fromkeys(codes))
        if len(set(codes)) > 1:
            raise _wrong(block, "One box may be ticked here.", "Ask the reporter which one is meant.")
        return codes[0]
    text = clean_text(said.text, limit=20_000, what=f"Block {block.letter}")
    if block.form == "time" and said.check:
        return _time(block, text, said.check)
    if said.check:
        _verify(block, text, said.check)
    return parse_answer(block.pointer, text)


def _option(block: SheetBlock, code: str) -> str:
    answer = codes_of(block).get(as_keyed(code))
    if answer is None:
        raise _wrong(block, f"{code[:12]!r} is no code of this block.", "Key the three characters beside the tick.")
    return answer


def _time(block: SheetBlock, text: str, check: str) -> Any:
    """A time whose date fits its day of the week, or whose writing fits its two check characters."""
    day = _DAY.match(text)
    names = {name for pair in WEEKDAYS for name in pair}
    keyed = as_keyed(check)
    if day is None or keyed[:2] not in names or check_of_text(text) == keyed:
        _verify(block, text, check)
        return parse_answer(block.pointer, text)
    try:
        weekday = WEEKDAYS[date.fromisoformat(day[0]).weekday()]
    except ValueError as error:
        raise _wrong(block, f"There is no {day[0]}.", "Compare it with the sheet.") from error
    if keyed[:2] not in weekday:
        raise _wrong(block, f"{day[0]} is no such day of the week.", "Compare date and day with the sheet.")
    return parse_answer(block.pointer, text)


def _verify(block: SheetBlock, text: str, check: str) -> None:
    try:
        verify_text(text, check)
    except CheckCharacterError as error:
        raise _wrong(block, error.message, error.remedy) from error


def _wrong(block: SheetBlock, message: str, remedy: str) -> SheetError:
    return SheetError(
        f"Block {block.letter}: {message}", remedy=remedy, location=SourceLocation(pointer=f"/{block.letter}")
    )
