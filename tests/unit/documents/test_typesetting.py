"""What leaves the typesetter: tagged, declared, the same each time, and never a stranger's markup."""

import ast
import re
import socket
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from charteroak.documents import typesetting
from charteroak.documents.errors import (
    DocumentDataError,
    DocumentNotMadeError,
    DocumentTooLargeError,
    UnknownTemplateError,
)
from charteroak.documents.fonts import FONT_FOLDER
from charteroak.documents.typesetting import TEMPLATE_FOLDER, render_pdf

Data = Callable[..., Mapping[str, Any]]
Read = Callable[[bytes], Any]
SOURCE = Path(typesetting.__file__).parents[1]

HOSTILE = {
    "typst-code": '#panic("x") #read("/etc/passwd") #sys.exit()',
    "typst-math": "$ x/0 $ *bold* _em_ `raw` ``` = heading",
    "typst-set": "#set page(width: 1pt, height: 1pt)",
    "typst-import": '#import "@preview/cetz:0.3.0": canvas',
    "typst-labels": "<x> @x ~ -- --- ... \\u{202e} \\",
    "json": '"}],"svg":"<svg/>","x":[{"',
    "controls": "".join(chr(code) for code in range(32)),
    "right-to-left": "\u202egnp.exe",
    "no-break": "\u00a0" * 5_000,
    "marks": "z" + "\u0335" * 2_000,
    "long-word": "x" * 100_000,
    "emoji": "\U0001f600 \U0001fae0 \U0001f468\u200d\U0001f469\u200d\U0001f467",
    "unassigned": "\u0378\U000e0fff\U0010ffff\ufdd0\ufffe",
    "surrogates": "\ud800\udfff\udc00",
    "hebrew": "\u05e9\u05dc\u05d5\u05dd",
    "scripts": "\u4e2d\u6587 \u0928\u092e\u0938\u094d\u0924\u0947 \u0645\u0631\u062d\u0628\u0627",
    "newlines": "\n" * 3_000,
}


def test_the_file_declares_pdf_ua_1_and_pdf_a_2a(block_data: Data, read_pdf: Read) -> None:
    pdf = read_pdf(render_pdf("document", block_data("Some text.")))
    xmp = pdf.root["/Metadata"].get_object().get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
    assert "<pdfaid:part>2</pdfaid:part>" in xmp
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in xmp
    assert pdf.root["/OutputIntents"]


def test_the_file_has_tags_language_and_title(block_data: Data, read_pdf: Read) -> None:
    pdf = read_pdf(render_pdf("document", block_data("Some text.")))
    assert pdf.root["/MarkInfo"]["/Marked"]
    assert pdf.root["/Lang"] == "en-US"
    assert pdf.reader.metadata.title == "A document"
    assert pdf.root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert [tag["/S"] for tag in pdf.tags()][:2] == ["/Document", "/Title"]


def test_the_same_data_give_the_same_bytes_whatever_the_hour(block_data: Data, monkeypatch: pytest.MonkeyPatch) -> None:
    one = render_pdf("document", block_data("Some text."))
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.sleep(1.1)
    assert render_pdf("document", block_data("Some text.")) == one
    assert b"D:20260320120000Z" in one


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_shown_or_visibly_replaced(name: str, block_data: Data, read_pdf: Read) -> None:
    text = HOSTILE[name]
    data = block_data("before", text, "after", title=f"Title {text}"[:200], subtitle=text[:300], footer=text[:100])
    pdf = read_pdf(render_pdf("document", data))
    shown = pdf.text
    assert "before" in shown
    assert "after" in shown
    assert "\u202e" not in shown
    visible = "".join(character for character in text[:200] if character.isascii() and character.isprintable())
    assert "".join(visible.split()) in "".join(shown.split())
    assert pdf.outside_margins() == []


@pytest.mark.parametrize("word", ["x" * 900, "ab" * 32, "\u044f" * 900, "a-" * 400, "W" * 60, "\u05d0" * 900])
def test_a_word_that_no_line_holds_stays_between_the_margins_wherever_it_stands(
    word: str, block_data: Data, read_pdf: Read
) -> None:
    cell = [word, {"run": "mono", "text": word}]
    columns = [{"title": "One", "share": 1}, {"title": "Two", "share": 1}, {"title": "Three", "share": 6}]
    body = [
        {"block": "heading", "text": word, "level": 1},
        {"block": "paragraph", "texts": cell, "numbered": True},
        {"block": "terms", "terms": [{"name": "Name", "texts": cell}, {"name": word, "texts": cell}]},
        {"block": "items", "items": [cell], "ordered": True},
        {"block": "note", "title": word, "texts": cell},
        {"block": "answer", "name": "E1", "question": word, "status": "met", "word": word, "terms": []},
        {"block": "table", "caption": word, "columns": columns, "rows": [[cell, cell, cell]], "empty": ""},
        {"block": "signature", "lines": [word]},
    ]
    pdf = read_pdf(render_pdf("document", block_data(body=body, title=word[:300], subtitle=word, footer=word)))
    assert pdf.outside_margins() == []


def test_what_has_no_glyph_is_named_on_the_page(block_data: Data, read_pdf: Read) -> None:
    shown = read_pdf(render_pdf("document", block_data("name \U0001fae0 \u4e2d \0 end"))).text
    assert "name [U+1FAE0] [U+4E2D] [U+0000] end" in shown


def test_typst_markup_in_data_is_text_in_every_kind_of_block(block_data: Data, read_pdf: Read) -> None:
    bad = "#sys.version *x* $y$"
    body = [
        {"block": "heading", "text": bad, "level": 1},
        {"block": "paragraph", "texts": [bad, {"run": "strong", "text": bad}, {"run": "mono", "text": bad}]},
        {"block": "terms", "terms": [{"name": bad, "texts": [bad, {"run": "blank", "what": bad}]}]},
        {"block": "items", "items": [[bad]], "ordered": False},
        {"block": "note", "title": bad, "texts": [bad]},
        {"block": "answer", "name": bad, "question": bad, "status": bad, "word": bad, "terms": []},
        {"block": "table", "caption": bad, "columns": [{"title": bad, "share": 1}], "rows": [[[bad]]], "empty": bad},
        {"block": "table", "caption": bad, "columns": [{"title": bad, "share": 1}], "rows": [], "empty": bad},
        {"block": "signature", "lines": [bad]},
    ]
    body[1]["numbered"] = True
    shown = read_pdf(render_pdf("document", block_data(body=body))).text
    assert shown.count(bad) == 19


def test_no_text_of_a_person_ever_stands_in_typst_source() -> None:
    """Templates are read from the package as they are; nothing in it builds Typst source."""
    tree = ast.parse((SOURCE / "documents" / "typesetting.py").read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and "Compiler" in ast.dump(node.func)]
    assert [ast.unparse(call.args[0]) for call in calls] == ["str(source)"]
    for template in TEMPLATE_FOLDER.glob("*.typ"):
        assert not re.search(r"\beval\(|@preview|\bread\(", template.read_text(encoding="utf-8")), template.name


def test_only_the_typesetter_imports_typst() -> None:
    naming = [path for path in SOURCE.rglob("*.py") if "typst" in path.read_text(encoding="utf-8")]
    importing = {
        path.name
        for path in naming
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Import) and any(alias.name.startswith("typst") for alias in node.names))
        or (isinstance(node, ast.ImportFrom) and (node.module or "").startswith("typst"))
    }
    assert importing == {"typesetting.py"}


def test_only_packaged_fonts_are_in_the_file(block_data: Data, read_pdf: Read) -> None:
    content = render_pdf("document", block_data("plain", "\u0395\u03bb \U0001f600", {"run": "mono", "text": "abc"}))
    names = {name.decode() for name in re.findall(rb"/FontName/[A-Z]{6}\+([A-Za-z-]+)", content)}
    assert names == {"PublicSans-Regular", "PublicSans-Bold", "DejaVuSans", "RobotoMono-Regular"}
    assert {path.stem for path in FONT_FOLDER.glob("*.ttf")} >= names
    assert len(read_pdf(content).reader.pages) == 1


def test_nothing_is_asked_of_the_network(block_data: Data, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(socket, "socket", refuse)
    assert render_pdf("document", block_data("text")).startswith(b"%PDF-1.7")


@pytest.mark.parametrize("name", ["nothing", "../document", "house/../document", "", "document.typ", "Document"])
def test_a_template_that_is_not_ours_is_refused(name: str, block_data: Data) -> None:
    with pytest.raises(UnknownTemplateError):
        render_pdf(name, block_data("x"))


@pytest.mark.parametrize(
    "changes",
    [{"dated": "yesterday"}, {"dated": None}, {"title": " "}, {"body": [[[[[[[[[[[[[[[[[[["x"]]]]]]]]]]]]]]]]]]]}],
)
def test_data_of_another_form_is_refused(changes: dict[str, Any], block_data: Data) -> None:
    with pytest.raises(DocumentDataError):
        render_pdf("document", block_data("x", **changes))


def test_a_block_that_the_house_does_not_draw_is_an_error_and_no_empty_page(block_data: Data) -> None:
    with pytest.raises(DocumentNotMadeError):
        render_pdf("document", block_data(body=[{"block": "marquee", "text": "x"}]))
    with pytest.raises(DocumentNotMadeError):
        render_pdf("document", block_data(body=[{"block": "heading", "text": "x", "level": 3}]))


def test_more_than_a_document_may_hold_is_refused_before_it_is_set(block_data: Data) -> None:
    begun = time.process_time()
    with pytest.raises(DocumentTooLargeError):
        render_pdf("document", block_data(*(["word " * 3_000] * 400)))
    assert time.process_time() - begun < 20


def test_a_table_of_two_thousand_rows_is_set_in_seconds(block_data: Data, read_pdf: Read) -> None:
    columns = [{"title": title, "share": 1} for title in ("Entry", "What", "Recorded")]
    rows = [[[str(n)], [f"Title {n} " * 4], ["20 April 2026"]] for n in range(2_000)]
    body = [{"block": "table", "caption": "Entries", "columns": columns, "rows": rows, "empty": ""}]
    begun = time.process_time()
    pdf = read_pdf(render_pdf("document", block_data(body=body)))
    assert time.process_time() - begun < 60
    assert "Title 1999" in pdf.reader.pages[-1].extract_text()
    assert f"Page 1 of {len(pdf.reader.pages)}" in pdf.reader.pages[0].extract_text()
    cells = pdf.tagged("/TH")
    assert [pdf.scope_of(cell) for cell in cells[:4]] == ["/Column", "/Column", "/Column", "/Row"]
    assert len(cells) == 2_003


def test_a_digest_can_be_copied_from_the_page_as_it_is(block_data: Data) -> None:
    digest = "1415fdf671993059bb04248b2d60f203685e07811c50bdd28f5329ec90be7354"
    made = render_pdf("document", block_data(f"Root hash: {digest}"))
    text = pypdfium2.PdfDocument(made)[0].get_textpage().get_text_range()
    assert digest in text


def test_threads_may_set_documents_beside_each_other(block_data: Data) -> None:
    texts = [f"Text {n} " * 50 for n in range(6)]
    alone = [render_pdf("document", block_data(text)) for text in texts]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda text: render_pdf("document", block_data(text)), texts))
    assert together == alone
