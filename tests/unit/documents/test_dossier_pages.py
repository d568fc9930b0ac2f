"""The human part of a dossier says everything that it was given, in an order in which it can be read."""

from collections.abc import Callable
from datetime import date
from itertools import pairwise
from typing import Any

import msgspec
import pytest

from charteroak.documents.blocks import Table
from charteroak.documents.dossier_document import CustodyRow, DossierDocument, RecordState, RequirementRow, Subject
from charteroak.documents.dossier_pages import FICTION, dossier_pages, render_dossier

Make = Callable[..., DossierDocument]
Read = Callable[[bytes], Any]


def test_the_first_page_can_be_the_only_one_read(whole_pdf: Any) -> None:
    pdf = whole_pdf
    page = " ".join(pdf.reader.pages[0].extract_text().replace("\u200b", "").split())
    for words in (
        "Dossier of Elm Hollow Bakery",
        "At least one element is not met.",
        "1 March 2026 to 20 March 2026, 20 days, both included.",
        "Of 13 elements: 3 met, 4 not met (E1, E5, E9, E13), 3 uncertain (E2, E6, E10), 3 for counsel (E3, E7, E11).",
        "sh verify.sh",
        "What it does not show",
        "Not legal advice.",
        "It is no immunity and no affirmative defense.",
        "ab" * 32,
        FICTION,
    ):
        assert words in page
    assert pdf.reader.pages[1].extract_text().replace(FICTION, "").lstrip().splitlines()[1].strip() == "Determination"


def test_each_element_stands_in_reading_order_with_its_reason_and_citation(make_dossier: Make, whole_pdf: Any) -> None:
    document, text = make_dossier(), whole_pdf.text
    at = text.index("Determination")
    for element in document.elements:
        for words in (
            f"{element.id} {element.question}",
            element.whole.reason,
            element.at_first.reason,
            "entry 7",
            element.citation,
            element.would_change[0],
        ):
            found = text.find(words, at)
            assert found > 0, words
            at = found


@pytest.mark.parametrize(
    "words",
    [
        "NIST CSF 1.1, 16 Apr 2018",
        "In force: its six months had not ended.",
        "Adopted, version 1.0",
        "PR.AA-01",
        "Size and complexity: two people.",
        "No hardware keys",
        "expires 31 December 2026",
        "31 days after the interval:",
        "Sample authority",
        "Tell residents",
        "Laptop 7",
        "Personnel matter",
        "entry 12: note",
    ],
)
def test_every_part_is_in_the_pages(words: str, whole_pdf: Any) -> None:
    assert words in whole_pdf.text


def test_parts_with_nothing_in_them_say_so(make_dossier: Make, read_pdf: Read) -> None:
    empty: dict[str, tuple[()]] = dict.fromkeys(
        ("events", "editions", "program", "requirements", "gaps", "late", "anchors", "duties", "custody", "withheld"),
        (),
    )
    text = read_pdf(render_dossier(make_dossier(**empty))).text
    for words in (
        "No entry bears on the interval.",
        "No edition of a framework is on record.",
        "No step in the life of a written program is on record.",
        "No requirement had been assessed.",
        "No gap is on record.",
        "No exception is on record.",
        "No entry is late.",
        "Nobody outside holds anything of this log.",
        "No duty to report is on record for this interval.",
        "No passing of an item from hand to hand is on record.",
        "Nothing is withheld.",
    ):
        assert words in text


def test_every_picture_has_words_and_every_table_its_headers(whole_pdf: Any) -> None:
    pdf = whole_pdf
    figures = pdf.tagged("/Figure")
    assert len(figures) == 1
    assert "The interval runs from 1 March 2026 to 20 March 2026" in figures[0]["/Alt"]
    assert len(pdf.tagged("/Table")) == 10
    assert {pdf.scope_of(cell) for cell in pdf.tagged("/TH")} == {"/Column", "/Row"}


def test_headings_skip_no_level_and_name_each_part(whole_pdf: Any) -> None:
    pdf = whole_pdf
    levels = [int(tag["/S"][2:]) for tag in pdf.tags() if tag["/S"] in {"/H1", "/H2", "/H3"}]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    titles = [tag["/T"] for tag in pdf.tagged("/H1")]
    assert titles[3:] == [
        "Determination",
        "What was known, and what was recorded later",
        "Framework editions, and both readings of their six months",
        "The written program and its history",
        "Requirements as known then",
        "Gaps and exceptions, with their age",
        "Late entries by name",
        "Anchors outside, and the keys of the log",
        "Duties to report, and their clocks",
        "Custody",
        "What is withheld",
    ]


def test_each_page_says_which_record_it_belongs_to(whole_pdf: Any) -> None:
    pages = whole_pdf.reader.pages
    for number, page in enumerate(pages, 1):
        text = page.extract_text()
        assert f"Page {number} of {len(pages)}" in text
        assert "elm-hollow.example/ledger" in text
        assert "abababababababab" in text


def test_the_same_document_gives_the_same_bytes(make_dossier: Make, whole_dossier: bytes) -> None:
    assert render_dossier(make_dossier()) == whole_dossier


def test_names_and_titles_of_any_length_stay_on_the_page(make_dossier: Make, read_pdf: Read) -> None:
    long_name = "Regional School District and Water Pollution Control Authority of North Stonington " * 4
    document = make_dossier(
        organisation=Subject(name=long_name, slug="x" * 60, kind="municipality"),
        record=RecordState(origin="x" * 300, size=10**9, root="ab" * 32, keys=("k" * 400,), software="y" * 200),
        requirements=tuple(
            RequirementRow(framework="F", edition="1", requirement="R" * 80, title="word " * 60, result="z" * 50)
            for _ in range(9)
        ),
    )
    pdf = read_pdf(render_dossier(document))
    assert "R" * 80 in pdf.text.replace(" ", "")
    assert FICTION not in pdf.text
    assert pdf.outside_margins() == []


def test_a_member_that_nobody_knows_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"name": "x", "slug": "x", "kind": "x", "verdict": "compliant"}, type=Subject)


def test_the_document_is_json_for_whoever_has_no_eyes_for_paper(make_dossier: Make) -> None:
    values = msgspec.json.decode(msgspec.json.encode(make_dossier()))
    assert values["interval"]["knownAt"] == "2026-03-21T03:59:59Z"
    assert values["elements"][0]["wouldChange"] == ["A document that shows 1."]


def test_a_table_that_nobody_would_turn_pages_for_is_cut_and_says_so(make_dossier: Make) -> None:
    row = RequirementRow(framework="F", edition="1", requirement="R", result="unknown")
    tables = [
        block for block in dossier_pages(make_dossier(requirements=(row,) * 1_200)).body if isinstance(block, Table)
    ]
    (cut,) = [table for table in tables if len(table.rows) == 1_000]
    assert cut.caption.endswith("First 1,000 rows; 200 more are not printed and stand in the folder's files")


def test_places_in_the_facts_document_and_whole_identifiers_are_no_words_for_a_judge(
    make_dossier: Make, read_pdf: Read
) -> None:
    person = "user:333dd1b6-fe8c-4182-88b6-7a1609b50607"
    document = make_dossier()
    reason = "It is not known which claims are brought (/claims); it is not known (/breach/materialRisk)."
    whole = msgspec.structs.replace(document.elements[0].whole, reason=reason)
    first = msgspec.structs.replace(document.elements[0], whole=whole)
    late = tuple(msgspec.structs.replace(row, actor=person) for row in document.late)
    text = read_pdf(render_dossier(make_dossier(elements=(first,), late=late))).text
    assert "It is not known which claims are brought; it is not known." in text
    assert "person 333dd1b6" in text
    assert "fe8c-4182" not in text


def test_items_that_changed_no_hands_are_counted_and_the_others_listed(make_dossier: Make, read_pdf: Read) -> None:
    taken_in = CustodyRow(item="ab" * 32, sha256="ab" * 32, at=date(2026, 3, 2), purpose="recorded")
    passed = CustodyRow(item="Laptop 7", from_="Dana", to="State Police", at=date(2026, 3, 25))
    text = read_pdf(render_dossier(make_dossier(custody=(taken_in, passed)))).text
    assert "1 item was taken in and passed to nobody since; the custody log names each." in text
    assert "Laptop 7 Dana State Police 25 Mar 2026" in text
