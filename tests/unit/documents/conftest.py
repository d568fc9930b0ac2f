"""A dossier document of a made-up business with something in every part."""

import functools
import io
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pypdf
import pypdfium2
import pytest

from charteroak.documents.dossier_document import (
    AnchorRow,
    CustodyRow,
    DossierDocument,
    DutyRow,
    EditionRow,
    ElementAnswer,
    ElementChange,
    ElementRow,
    EventRow,
    GapRow,
    Interval,
    LateRow,
    ProgramEvent,
    RecordState,
    RequirementRow,
    StatuteName,
    Subject,
    WithheldRow,
)
from charteroak.documents.dossier_pages import render_dossier

KNOWN_AT = datetime(2026, 3, 21, 3, 59, 59, tzinfo=UTC)
LATER = datetime(2026, 4, 20, 15, 3, 9, tzinfo=UTC)
MakeDossier = Callable[..., DossierDocument]


def element(number: int) -> ElementRow:
    status = ("met", "not-met", "uncertain", "counsel")[number % 4]
    whole = ElementAnswer(status=status, reason=f"Reason number {number} of the record.", exhibits=("entry:7",))
    return ElementRow(
        id=f"E{number}",
        question=f"Is question {number} answered with yes?",
        citation=f"Conn. Gen. Stat. \u00a7 42-901({number})",
        whole=whole,
        at_first=ElementAnswer(status="met", reason=f"On the first day reason {number} was another."),
        at_last=whole,
        changes=(ElementChange(day=date(2026, 3, 9), before="met", after=status, reason="A review was due."),),
        would_change=(f"A document that shows {number}.",),
    )


def event(number: int, *, late: bool = False, precision: str = "day") -> EventRow:
    day = date(2026, 3, 1) + timedelta(days=number % 20)
    return EventRow(
        entry=number,
        kind="evidence.recorded",
        title=f"Event {number}",
        occurred_from=day,
        precision=precision,
        recorded=LATER if late else datetime(day.year, day.month, day.day, 17, tzinfo=UTC),
        timing="late" if late else "in-time",
    )


def whole_document() -> DossierDocument:
    return DossierDocument(
        organisation=Subject(name="Elm Hollow Bakery", slug="elm-hollow", kind="business", is_fictional=True),
        interval=Interval(first=date(2026, 3, 1), last=date(2026, 3, 20), known_at=KNOWN_AT),
        statute=StatuteName(
            name="Public Act 21-119",
            citation="Conn. Gen. Stat. \u00a7 42-901",
            reviewed_on=date(2026, 11, 21),
            protects="At most punitive damages.",
        ),
        outcome="element-not-met",
        outcome_at_breach="indeterminate",
        elements=tuple(element(number) for number in range(1, 14)),
        record=RecordState(
            origin="elm-hollow.example/ledger", size=57, root="ab" * 32, keys=("key+1", "key+2"), software="Charter Oak"
        ),
        events=tuple(event(number, late=number % 5 == 4) for number in range(4, 16)),
        editions=(
            EditionRow(
                framework="NIST CSF",
                edition="1.1",
                published=date(2018, 4, 16),
                superseded_by="CSF 2.0",
                superseded_on=date(2026, 2, 26),
                six_months_end=date(2026, 8, 26),
                in_force="In force: its six months had not ended.",
                other_reading="In force.",
            ),
        ),
        program=(
            ProgramEvent(
                entry=3, version="1.0", what="Adopted", by="Dana", occurred=date(2025, 9, 1), recorded=LATER, late=True
            ),
        ),
        requirements=(
            RequirementRow(
                framework="NIST CSF",
                edition="2.0",
                requirement="PR.AA-01",
                result="partly",
                entries=(7,),
                evidence=("cd" * 32,),
                factor="Size and complexity: two people.",
            ),
        ),
        gaps=(GapRow(kind="exception", title="No hardware keys", approved_by="Dana", expires=date(2026, 12, 31)),),
        late=(
            LateRow(
                entry=41,
                kind="evidence.recorded",
                title="Backups tested",
                occurred_from=date(2026, 3, 2),
                recorded=LATER,
                days_after=31,
                actor="user:a1",
            ),
        ),
        anchors=(AnchorRow(kind="time-stamp", by="Sample authority", at=LATER, size=50, checked="Both agree."),),
        duties=(DutyRow(duty="Tell residents", due=date(2026, 5, 19), state="open"),),
        custody=(CustodyRow(item="Laptop 7", from_="Dana", to="State Police", at=LATER),),
        withheld=(WithheldRow(entry=12, what="note", reason="Personnel matter", sha256="0f" * 32),),
    )


@pytest.fixture
def make_dossier() -> MakeDossier:
    """The document, with some members replaced."""

    def make(**changes: Any) -> DossierDocument:
        return msgspec.structs.replace(whole_document(), **changes)

    return make


@pytest.fixture
def block_data() -> Callable[..., Mapping[str, Any]]:
    """The smallest data that the template ``document`` draws."""

    def make(*texts: str, **changes: Any) -> Mapping[str, Any]:
        body = [{"block": "paragraph", "texts": [text], "numbered": False} for text in texts]
        return {
            "title": "A document",
            "subtitle": "Of somebody",
            "dated": "2026-03-20T12:00:00Z",
            "footer": "entry 7",
            "banner": "",
            "language": "en",
            "body": body,
            **changes,
        }

    return make


class ReadPDF:
    """A PDF as a screen reader meets it: catalog, tags in order, text."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.reader = pypdf.PdfReader(io.BytesIO(content), strict=True)
        self.root: Any = self.reader.trailer["/Root"]

    @functools.cached_property
    def text(self) -> str:
        """The text of all pages in the order of the file; places to break at are no part of it."""
        return " ".join(" ".join(page.extract_text() for page in self.reader.pages).replace("\u200b", "").split())

    def tags(self) -> Iterator[Any]:
        """Every structure element, in reading order."""
        yield from self._below(self.root["/StructTreeRoot"]["/K"])

    def tagged(self, kind: str) -> list[Any]:
        return [tag for tag in self.tags() if tag["/S"] == kind]

    def scope_of(self, cell: Any) -> str | None:
        return next((attribute["/Scope"] for attribute in cell.get("/A", []) if "/Scope" in attribute), None)

    def outside_margins(self) -> list[tuple[int, str]]:
        """Characters, with their page, that stand farther left or right than the house style's margins allow."""
        found = []
        for number, page in enumerate(pypdfium2.PdfDocument(self.content)):
            text = page.get_textpage()
            for n in range(text.count_chars()):
                left, _, right, _ = text.get_charbox(n, loose=False)
                if right > left and not 68 <= left <= right <= page.get_width() - 68:
                    found.append((number, text.get_text_range(n, 1)))
        return found

    def _below(self, node: Any) -> Iterator[Any]:
        found = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(found, list):
            for child in found:
                yield from self._below(child)
        elif isinstance(found, dict) and "/S" in found:
            yield found
            yield from self._below(found.get("/K", []))


@pytest.fixture
def read_pdf() -> Callable[[bytes], ReadPDF]:
    return ReadPDF


@pytest.fixture(scope="session")
def whole_dossier() -> bytes:
    """The PDF of the whole document, set once: most tests only read it."""
    return render_dossier(whole_document())


@pytest.fixture(scope="session")
def whole_pdf(whole_dossier: bytes) -> ReadPDF:
    return ReadPDF(whole_dossier)
