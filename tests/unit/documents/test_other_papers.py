"""The insurer's pack, the record of a key ceremony, the receipt for an item."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from charteroak.documents.ceremony_record import CeremonyKey, CeremonyRecord, ceremony_pages, render_ceremony
from charteroak.documents.custody_receipt import CustodyReceipt, receipt_pages, render_receipt
from charteroak.documents.dossier_document import RecordState, Subject
from charteroak.documents.insurer_pack import InsurerDocument, InsurerRow, insurer_pages, render_insurer
from charteroak.documents.plain_text import plain_text

Read = Callable[[bytes], Any]
NOON = datetime(2026, 11, 20, 17, tzinfo=UTC)
TOWN = Subject(name="Town of North Stonington", slug="north-stonington", kind="municipality", is_fictional=True)
ROWS = (
    InsurerRow(number=1, question="Is a second factor required?", answer="yes", newest="Report", sha256="cd" * 32),
    InsurerRow(number=2, question="Was a backup restored?", answer="not-on-record"),
)
PACK = InsurerDocument(
    organisation=TOWN,
    as_of=date(2026, 11, 20),
    known_at=NOON,
    rows=ROWS,
    record=RecordState(origin="town.example/ledger", size=88, root="ab" * 32, keys=("k",), software="Charter Oak"),
)
CEREMONY = CeremonyRecord(
    organisation=TOWN,
    action="compromised",
    keys=(CeremonyKey(vkey="town.example/ledger+1a2b3c4d+AQ" + "b" * 43, algorithm="Ed25519", sha256="ab" * 32),),
    at="Town Hall",
    when=NOON,
    witnesses=("Lee Park",),
    since=datetime(2026, 11, 1, 12, tzinfo=UTC),
    origin="town.example/ledger",
    size=12,
    entry=11,
    body_sha256="12" * 32,
)
RECEIPT = CustodyReceipt(organisation=TOWN, item="Laptop 7", when=NOON, origin="town.example/ledger", from_="Dana")


def test_the_pack_never_takes_silence_for_a_yes(read_pdf: Read) -> None:
    text = read_pdf(render_insurer(PACK)).text
    assert "Of 2 questions: 1 yes, 1 not on record." in text
    assert "nobody recorded an answer; that is no yes" in text
    assert "Not on record not on record nothing" in text
    assert "No warranty, no certificate." in text


def test_the_ceremony_names_keys_whole_and_gives_each_person_a_line(read_pdf: Read) -> None:
    pdf = read_pdf(render_ceremony(CEREMONY))
    squeezed = pdf.text.replace(" ", "")
    assert CEREMONY.keys[0].vkey in squeezed
    assert "ab" * 32 in squeezed
    assert "Lee Park, date" in pdf.text
    assert "Not believed since 1 Nov 2026, 07:00:00 EST" in pdf.text
    assert "Entry 11, body 1212121212121212" in pdf.text
    assert len(pdf.reader.pages) == 1


def test_the_receipt_has_blanks_for_what_is_filled_in_by_hand(read_pdf: Read) -> None:
    text = read_pdf(render_receipt(RECEIPT)).text
    assert "[who receives it]" in text
    assert "Handed over by Dana, date and time" in text
    assert "none: not a file, or not computed" in text


def test_the_same_papers_as_plain_text_fit_a_terminal() -> None:
    for pages in (insurer_pages(PACK), ceremony_pages(CEREMONY), receipt_pages(RECEIPT)):
        text = plain_text(pages)
        assert pages.title.upper() in text
        assert all(len(line) <= 78 or " " not in line.strip() for line in text.splitlines())
