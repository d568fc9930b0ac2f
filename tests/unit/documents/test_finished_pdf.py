"""The last changes to the typesetter's file: row headers, and ends of streams that nobody can misread."""

import io
import re
from collections.abc import Callable
from typing import Any

import page  # type: ignore[import-untyped,unused-ignore]
import pypdf
import pytest

from charteroak.documents.errors import DocumentNotMadeError
from charteroak.documents.finished_pdf import finish_pdf

Read = Callable[[bytes], Any]


def pdf_of(*objects: bytes) -> bytes:
    """A file of the form that Typst 0.15 writes."""
    out = bytearray(b"%PDF-1.7\n%\x80\x80\x80\x80\n\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f\r\n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n\r\n" % place for place in places)
    out += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)
    return bytes(out)


CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
PAGES = b"<</Type/Pages/Kids[]/Count 0>>"


def stream(data: bytes) -> bytes:
    return b"<</Length %d>>\nstream\n%s\nendstream" % (len(data), data)


@pytest.mark.parametrize("last", [b"\r", b"\n", b"\r\n", b"x", b"\n\r"])
def test_a_stream_keeps_its_bytes_and_its_length_counts_them(last: bytes) -> None:
    data = b"compressed" + last
    made = finish_pdf(pdf_of(CATALOG, PAGES, stream(data)))
    found = re.search(rb"stream\n(.*?)(\r\n|\r|\n)endstream", made, re.DOTALL)
    assert found is not None
    assert found[1] == data
    reader = pypdf.PdfReader(io.BytesIO(made), strict=True)
    assert reader.get_object(3).get_data() == data  # type: ignore[union-attr]


def test_text_that_looks_like_a_tag_inside_a_stream_is_left_alone() -> None:
    data = b"<</Type/StructElem/S/TR/P 1 0 R/K[2 0 R]>> 4 0 obj\nxref\n0 1\nstartxref"
    made = finish_pdf(pdf_of(CATALOG, PAGES, stream(data)))
    assert data in made


def test_only_rows_of_a_body_get_row_headers() -> None:
    tag = b"<</Type/StructElem/S/"
    made = finish_pdf(
        pdf_of(
            CATALOG,
            PAGES,
            tag + b"TBody/P 1 0 R/K[4 0 R]>>",
            tag + b"TR/P 3 0 R/K[5 0 R 6 0 R]>>",
            tag + b"TD/P 4 0 R/A[<</O/Table/Headers[(U1x0y0)]>>]/K[0]>>",
            tag + b"TD/P 4 0 R/A[<</O/Table/Headers[(U1x1y0)]>>]/K[1]>>",
            tag + b"THead/P 1 0 R/K[8 0 R]>>",
            tag + b"TR/P 7 0 R/K[9 0 R]>>",
            tag + b"TH/P 8 0 R/ID(U1x0y0)/A[<</O/Table/Scope/Column/Headers[]>>]/K[2]>>",
        )
    )
    assert made.count(b"/S/TH/P 4 0 R/A[<</O/Table/Scope/Row>>]") == 1
    assert made.count(b"/S/TD/P 4 0 R/A[<</O/Table>>]") == 1
    assert b"/Scope/Column/Headers[]" in made


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"%PDF-1.7\nno table", id="no-table"),
        pytest.param(pdf_of(CATALOG, PAGES)[:-30], id="cut"),
        pytest.param(pdf_of(CATALOG, PAGES).replace(b"2 0 obj", b"2 0 obx"), id="moved-object"),
        pytest.param(
            pdf_of(
                CATALOG,
                PAGES,
                b"<</Type/StructElem/S/TBody/P 1 0 R/K[4 0 R]>>",
                b"<</Type/StructElem/S/TR/P 3 0 R/K[5 0 R]>>",
                b"<</Type/StructElem/S/P/P 4 0 R/K[0]>>",
            ),
            id="row-without-cell",
        ),
    ],
)
def test_a_file_of_another_form_is_refused_and_never_guessed(content: bytes) -> None:
    with pytest.raises(DocumentNotMadeError):
        finish_pdf(content)


def test_no_stream_of_a_real_document_ends_where_it_could_be_misread(whole_dossier: bytes) -> None:
    assert not re.search(rb"[^\r]\r\nendstream", whole_dossier)


@pytest.mark.parametrize("profile", ["ua1", "2a"])
def test_an_independent_checker_finds_nothing(profile: str, whole_dossier: bytes) -> None:
    report = page.validate_pdf_bytes(whole_dossier, profile=profile)
    assert [(failure.rule_id, failure.message) for failure in report.failures] == []
