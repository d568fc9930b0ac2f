"""Sheets of paper: printed, keyed by an operator, read back, filed as the very record of the other channels."""

import itertools
import re
from datetime import UTC, datetime
from typing import Any

import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse

from charteroak.errors import InputError
from charteroak.receipts import ALPHABET
from charteroak.records.reports.models import Report
from charteroak.response.incident_report import parse_report, report_bytes, report_document
from charteroak.response.report_sheet import (
    BLOCKS,
    Keyed,
    SheetError,
    codes_of,
    document_from_keys,
    keys_of_document,
    make_sheet_number,
    parse_sheet_number,
)
from charteroak.services.report_sheets import print_sheet
from charteroak.services.sheet_keying import read_sheet

NUMBER = make_sheet_number(b"sheet!")
DOCUMENT = report_document(
    parse_report(
        {
            "outcome": "suspected",
            "narrative": "Two clerks were called.\nOne gave a code: 1234, naïvely.",
            "noticed": "2026-03-01 09:15",
            "entity": {"name": "Town of Ashford", "town": "Ashford"},
            "technicalContact": "Lee, 860 555 0100",
            "kinds": ["phishing", "account"],
            "helpWanted": "advice",
            "safety": {"affected": "no"},
            "language": "en",
            "reporter": {"name": "Mara", "phone": "860 555 0101", "email": "mara@ashford.example"},
        }
    )
)


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "\n".join(document[page].get_textpage().get_text_range() for page in range(len(document)))
    finally:
        document.close()


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_sheet_has_a_number_of_its_own_and_every_code(language: Any) -> None:
    first, second = (print_sheet(language=language, made=datetime(2026, 3, 1, tzinfo=UTC)) for _ in range(2))
    shown = text_of(first)
    numbers = [re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}", text_of(pdf)) for pdf in (first, second)]
    assert all(found is not None and parse_sheet_number(found[0]) for found in numbers)
    assert len({found[0] for found in numbers if found is not None}) == 2
    assert all(code in shown for block in BLOCKS if block.form in {"one", "many"} for code in codes_of(block))
    assert b"/StructTreeRoot" in first


def test_a_printed_sheet_is_keyed_to_the_same_bytes() -> None:
    keyed = keys_of_document(DOCUMENT)
    shown = text_of(print_sheet(DOCUMENT))
    assert all(said.check in shown for said in keyed.values() if said.check)
    assert report_bytes(read_sheet(keyed)) == report_bytes(parse_report(DOCUMENT))


def test_no_slip_in_a_code_or_number_makes_another() -> None:
    codes = {code for block in BLOCKS if block.form in {"one", "many"} for code in codes_of(block)}
    for code in codes:
        assert not {slip for slip in slips(code) if slip in codes}, code
    for slip in slips(NUMBER.replace("-", "")):
        with pytest.raises(SheetError):
            parse_sheet_number(slip)


def slips(code: str) -> set[str]:
    """Every code with one wrong character or two neighbours exchanged."""
    wrong = {code[:at] + letter + code[at + 1 :] for at, letter in itertools.product(range(len(code)), ALPHABET)}
    turned = {code[:at] + code[at + 1] + code[at] + code[at + 2 :] for at in range(len(code) - 1)}
    return (wrong | turned) - {code}


@pytest.mark.parametrize("letter", ["B", "C", "D", "E", "F", "K", "L", "M"])
def test_a_slip_in_any_written_block_is_found_and_named(letter: str) -> None:
    keyed = keys_of_document(DOCUMENT)
    text = keyed[letter].text
    at = len(text) // 2
    for slipped in (
        text[:at] + ("x" if text[at] != "x" else "y") + text[at + 1 :],
        text[1] + text[0] + text[2:],
        text[1:],
    ):
        with pytest.raises(SheetError, match=f"Block {letter}") as told:
            document_from_keys(keyed | {letter: Keyed(slipped, keyed[letter].check)})
        assert told.value.location is not None
        assert told.value.location.pointer == f"/{letter}"


@pytest.mark.parametrize(
    ("keyed", "told"),
    [
        ({"A": Keyed("A1W A2U")}, "One box"),
        ({"A": Keyed("B1X")}, "no code"),
        ({"C": Keyed("2026-03-01 09:15", "MO")}, "day of the week"),
        ({"C": Keyed("2026-02-30", "MO")}, "no 2026-02-30"),
        ({"Z": Keyed("x")}, "no block Z"),
        ({"B": Keyed("a\x00b")}, "cannot be shown"),
        ({"B": Keyed("x" * 90_000)}, "characters"),
    ],
)
def test_what_cannot_stand_on_a_sheet_is_refused(keyed: dict[str, Keyed], told: str) -> None:
    with pytest.raises(InputError, match=told):
        document_from_keys(keyed)


def test_a_hand_written_date_is_held_against_its_day_of_the_week() -> None:
    for day in ("SU", "do"):
        assert document_from_keys({"C": Keyed("2026-03-01 09:15", day)}) == {"noticed": "2026-03-01 09:15"}


@pytest.mark.django_db
@pytest.mark.usefixtures("data_directory")
def test_an_analyst_keys_compares_and_files_a_sheet_once(
    client: Client, add_organisation: Any, add_person: Any
) -> None:
    desk = add_organisation("state-desk", part="desk")
    client.force_login(add_person("Ada", desk, "analyst"))
    address, keyed = reverse("desk:key-sheet"), keys_of_document(DOCUMENT)
    form = {"number": NUMBER.lower(), "language": "en"} | {
        letter: said.text.replace("\n", "\r\n") for letter, said in keyed.items()
    }
    form |= {f"{letter}-check": said.check for letter, said in keyed.items() if said.check}
    assert list(re.findall(r'name="([A-M])"', client.get(address).content.decode())) == list("ABCDEFGHIJKLM")
    wrong = client.post(address, form | {"D": "Town of Ahsford"})
    assert (wrong.status_code, Report.objects.count()) == (422, 0)
    read_back = client.post(address, form).content.decode()
    assert "One gave a code: 1234" in read_back
    assert Report.objects.count() == 0
    for _ in range(2):
        assert client.post(address, form | {"step": "file"}).status_code == 302
    row = Report.objects.get()
    assert bytes(row.versions.get().record) == report_bytes(parse_report(DOCUMENT))
    assert (row.channel, row.organisation) == ("sheet", None)
    assert row.versions.get().arrival["sheet"] == NUMBER
    assert client.post(address, form | {"step": "again"}).status_code == 200
