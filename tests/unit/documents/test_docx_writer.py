"""A document as DOCX: Word's own headings, numbers, tables and language; the same bytes each time; never a macro."""

import io
import time
import zipfile
from datetime import UTC, datetime
from typing import Any

import docx
import msgspec
import pytest
from defusedxml import ElementTree
from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.shared import Pt

from charteroak.documents.blocks import (
    Added,
    AnyBlock,
    Blank,
    Column,
    Contents,
    Document,
    Heading,
    Items,
    Link,
    Mono,
    Note,
    PageBreak,
    Paragraph,
    Picture,
    Removed,
    Signature,
    Strong,
    Table,
    Term,
    Terms,
    paragraph,
)
from charteroak.documents.docx_writer import docx_bytes
from charteroak.documents.errors import DocumentTooLargeError

MARKS = ("bookmarkStart", "bookmarkEnd")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
HOSTILE = {
    "xml": "</w:t></w:r><w:r><w:t>x & <!DOCTYPE a> ]]>",
    "controls": "".join(chr(code) for code in range(32)) + "\x7f\x80",
    "right-to-left": "\u202egnp.exe",
    "emoji": "\U0001f600 \U0001f468\u200d\U0001f469",
    "surrogates": "\ud800\udfff",
    "not-characters": "\ufffe\uffff\U0010ffff",
    "field": '{ INCLUDETEXT "file:///etc/passwd" } =cmd|calc!A1',
    "long-word": "x" * 100_000,
    "newlines": "\n" * 3_000,
}


def document(*texts: str, **changes: Any) -> Document:
    body: tuple[AnyBlock, ...] = (
        Heading("First"),
        paragraph("One ", Strong("two"), " ", Mono("ab" * 32), Blank("who")),
        Terms((Term("Name", ("Value",)),)),
        Items((("x",), ("y",)), ordered=True),
        Items((("again",),), ordered=True),
        Items((("dot",),)),
        PageBreak(),
        Heading("Second", 2),
        paragraph("p ", Added("new words"), " ", Removed("old ones")),
        Table("A table", (Column("A"), Column("B", 2)), ((("1",), ("2",)), (("3",), ("4",))), "none"),
        Table("An empty one", (Column("A"),), (), "Nothing is here."),
        Note("Limit.", ("What this is not.",)),
        Signature(("Name and date",)),
        Paragraph(("Plain ", Link("a page", "https://example.org/")), numbered=False),
        *(Paragraph((text,), numbered=False) for text in texts),
    )
    members = {"title": "A document", "subtitle": "Of somebody", "footer": "entry 7", "banner": "DRAFT"} | changes
    return Document(dated=datetime(2026, 3, 20, 12, tzinfo=UTC), body=body, **members)


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def read(content: bytes) -> Any:
    return docx.Document(io.BytesIO(content))


def test_the_same_document_gives_the_same_bytes_whatever_the_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    one = docx_bytes(document())
    later = time.time() + 400 * 86_400
    monkeypatch.setattr(time, "time", lambda: later)  # what a zip file and its reader look at
    assert docx_bytes(document()) == one


def test_headings_lists_and_paragraphs_have_styles_of_their_own() -> None:
    styles = [(p.style.name, p.text) for p in read(docx_bytes(document())).paragraphs]
    assert styles[:4] == [
        ("Title", "A document"),
        ("Subtitle", "Of somebody"),
        ("Heading 1", "First"),
        ("Numbered Paragraph", f"One two {'ab' * 32}[who: ____________]"),
    ]
    assert ("Heading 2", "Second") in styles
    assert ("List Number", "again") in styles
    assert ("List Bullet", "dot") in styles
    assert ("Framed Note", "Limit. What this is not.") in styles


def test_no_empty_paragraph_makes_room() -> None:
    made = read(docx_bytes(document("the last words")))
    assert all(p.text.strip() for p in made.paragraphs)
    assert made.paragraphs[-1].text == "the last words"


def changed(*blocks: AnyBlock, **changes: Any) -> Any:
    return read(docx_bytes(msgspec.structs.replace(document(**changes), body=blocks)))


A_TABLE = Table("A table", (Column("A"),), ((("1",),),), "none")


def test_a_document_that_ends_in_a_table_is_closed_by_its_footer_in_small_print() -> None:
    made = changed(A_TABLE)
    assert (made.paragraphs[-1].style.name, made.paragraphs[-1].text) == ("Page Head", "entry 7")


@pytest.mark.parametrize(
    "first",
    [Heading("Next"), Heading("Next", 2), paragraph("Next"), Items((("Next",),)), Note("Next", ()), A_TABLE],
    ids=lambda block: type(block).__name__,
)
def test_what_follows_a_page_break_begins_the_page_and_not_what_comes_after_it(first: AnyBlock) -> None:
    made = changed(paragraph("Before"), PageBreak(), first, paragraph("After"))
    broken = [p.text.strip() for p in made.paragraphs if p.paragraph_format.page_break_before]
    assert broken == [{"Table": "A table"}.get(type(first).__name__, "Next")]


@pytest.mark.parametrize("kind", ["Body Text", "Named Value", "Numbered Paragraph", "List Bullet", "Heading 1"])
def test_no_text_clings_to_the_table_above_it(kind: str) -> None:
    after: dict[str, AnyBlock] = {
        "Body Text": Paragraph(("x",), numbered=False),
        "Named Value": Terms((Term("x", ("y",)),)),
        "Numbered Paragraph": paragraph("x"),
        "List Bullet": Items((("x",),)),
        "Heading 1": Heading("x"),
    }
    last, again = changed(A_TABLE, after[kind], after[kind]).paragraphs[-2:]
    assert last.style.name == kind
    assert max(last.paragraph_format.space_before or 0, last.style.paragraph_format.space_before or 0) >= Pt(8)
    assert again.paragraph_format.space_before is None


def test_each_line_to_sign_on_is_drawn_also_below_another() -> None:
    made = changed(Signature(("Name", "Date")))
    lines = [p for p in made.paragraphs if p.style.name == "Signature Line"]
    assert [p.text for p in lines] == ["\t\nName", "\t\nDate"]
    assert [p.paragraph_format.keep_with_next for p in lines] == [True, None]
    (stop,) = made.styles["Signature Line"].paragraph_format.tab_stops
    assert (stop.alignment, stop.leader) == (WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.LINES)


def test_what_leads_to_the_lines_to_sign_on_stays_on_their_page() -> None:
    made = changed(Paragraph(("Adopted by:",), numbered=False), Signature(("Name",)))
    (lead,) = [p for p in made.paragraphs if p.text == "Adopted by:"]
    assert lead.paragraph_format.keep_with_next


def test_a_picture_is_its_caption_and_then_in_words_what_it_shows() -> None:
    made = changed(Picture("<svg/>", "One bar is longer.", "Bars"))
    assert [(p.style.name, p.text) for p in made.paragraphs[-2:]] == [
        ("Caption", "Bars"),
        ("Body Text", "One bar is longer."),
    ]


def test_the_contents_lead_to_the_headings() -> None:
    made = changed(Contents("Contents"), Heading("One"), Heading("Not listed", 3), Heading("Two", 2))
    aims = [link.get(f"{W}anchor") for link in made.element.body.iter(f"{W}hyperlink")]
    marks = {mark.get(f"{W}name"): mark.getparent() for mark in made.element.body.iter(f"{W}bookmarkStart")}
    assert ["".join(t.text for t in marks[aim].iter(f"{W}t")) for aim in aims] == ["One", "Two"]
    numbers = [[mark.get(f"{W}id") for mark in made.element.body.iter(f"{W}{tag}")] for tag in MARKS]
    assert numbers == [["1", "2"], ["1", "2"]]


def test_word_opens_the_file_in_no_older_mode_and_finds_a_font_of_the_same_kind() -> None:
    found = parts(docx_bytes(document()))
    assert "docProps/app.xml" not in found, "what program of whom wrote the template is no fact about this file"
    (mode,) = (
        setting.get(f"{W}val")
        for setting in ElementTree.fromstring(found["word/settings.xml"]).iter(f"{W}compatSetting")
        if setting.get(f"{W}name") == "compatibilityMode"
    )
    assert mode == "15"
    fonts = ElementTree.fromstring(found["word/fontTable.xml"])
    others = {font.get(f"{W}name"): [alt.get(f"{W}val") for alt in font.iter(f"{W}altName")] for font in fonts}
    assert others == {"Public Sans": ["Arial"], "Roboto Mono": ["Courier New"], "Symbol": []}


@pytest.mark.parametrize(("code", "word"), [("en", "en-US"), ("es", "es-US")])
def test_the_language_is_one_that_word_can_spell(code: str, word: str) -> None:
    content = docx_bytes(document(language=code))
    assert read(content).core_properties.language == word
    for part in ("word/styles.xml", "word/settings.xml"):
        root = ElementTree.fromstring(parts(content)[part])
        tags = {"word/styles.xml": "lang", "word/settings.xml": "themeFontLang"}
        assert {found.get(f"{W}val") for found in root.iter(f"{W}{tags[part]}")} == {word}
    assert b"ja-JP" not in b"".join(parts(content).values())


def test_each_ordered_list_begins_with_one() -> None:
    made = read(docx_bytes(document()))
    numbers = [p._p.pPr.numPr.numId.val for p in made.paragraphs if p.style.name == "List Number"]
    assert numbers[0] == numbers[1] != numbers[2]
    numbering = made.part.numbering_part.element
    known = {int(num.get(f"{W}numId")) for num in numbering.findall(f"{W}num")}
    assert set(numbers) <= known
    assert len(numbering.findall(f".//{W}startOverride")) == 2


def test_a_table_repeats_its_header_row_and_keeps_rows_whole() -> None:
    (table,) = read(docx_bytes(document())).tables
    assert [cell.text for cell in table.rows[0].cells] == ["A", "B"]
    assert [cell.text for cell in table.rows[2].cells] == ["3", "4"]
    rows = [{child.tag for child in row._tr.trPr} for row in table.rows]
    assert f"{W}tblHeader" in rows[0]
    assert all(f"{W}tblHeader" not in row for row in rows[1:])
    assert all(f"{W}cantSplit" in row for row in rows)
    assert [cell.paragraphs[0].paragraph_format.keep_with_next for cell in table.rows[0].cells] == [True, True]


def test_the_file_says_its_language_title_and_dates() -> None:
    made = read(docx_bytes(document()))
    assert (made.core_properties.title, made.core_properties.language) == ("A document", "en-US")
    assert made.core_properties.created == made.core_properties.modified == datetime(2026, 3, 20, 12, tzinfo=UTC)
    defaults = made.styles.element.find(f"{W}docDefaults")
    assert [found.get(f"{W}val") for found in defaults.iter(f"{W}lang")] == ["en-US"]


def test_head_and_foot_have_the_banner_and_the_page_numbers() -> None:
    made = read(docx_bytes(document()))
    assert made.sections[0].header.paragraphs[0].text.startswith("DRAFT\n")
    assert made.sections[0].footer.paragraphs[0].text.startswith("entry 7\tPage "), "at the right, by a tab"
    fields = made.sections[0].footer._element.iter(f"{W}fldSimple")
    assert [field.get(f"{W}instr") for field in fields] == ["PAGE", "NUMPAGES"]


def test_what_changed_is_said_in_words_and_not_by_looks_alone() -> None:
    text = "\n".join(p.text for p in read(docx_bytes(document())).paragraphs)
    assert "p [added: new words] [removed: old ones]" in text


def test_the_package_holds_no_macro_no_thumbnail_and_links_outside_only_where_the_text_does() -> None:
    found = parts(docx_bytes(document()))
    assert not [name for name in found if "vba" in name.lower() or "thumbnail" in name or "ole" in name.lower()]
    relations = b"".join(content for name, content in found.items() if name.endswith(".rels"))
    assert relations.count(b'TargetMode="External"') == 1
    assert b"https://example.org/" in relations


def test_the_elements_of_paragraph_properties_stand_in_the_order_of_the_schema() -> None:
    order = "pStyle keepNext keepLines pageBreakBefore widowControl numPr pBdr shd tabs spacing ind contextualSpacing "
    place = {name: index for index, name in enumerate(f"{order}jc outlineLvl rPr".split())}
    for name in ("word/document.xml", "word/styles.xml"):
        for properties in ElementTree.fromstring(parts(docx_bytes(document()))[name]).iter(f"{W}pPr"):
            places = [place[child.tag.removeprefix(W)] for child in properties]
            assert places == sorted(places)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_stays_text(name: str) -> None:
    text = HOSTILE[name]
    made = docx_bytes(document(text, "after", title=f"Title {text}"[:200], subtitle=text[:300], footer=text[:100]))
    for part, content in parts(made).items():
        if part.endswith((".xml", ".rels")):
            ElementTree.fromstring(content)
    texts = [p.text for p in read(made).paragraphs]
    assert texts[-1] == "after"
    shown = "\n".join(texts)
    assert not any((ord(c) < 32 and c not in "\n\t") or c in "\u202e\ufffe" for c in shown)


def test_more_text_than_a_document_may_hold_is_refused() -> None:
    with pytest.raises(DocumentTooLargeError):
        docx_bytes(document(*(["x" * 99_999] * 60)))


def test_contents_are_a_field_that_word_fills_with_the_headings_in_it_until_then() -> None:
    paper = document()
    made = read(docx_bytes(msgspec.structs.replace(paper, body=(Contents("Contents"), *paper.body))))
    lines = [(p.style.name, p.text) for p in made.paragraphs]
    assert lines[2:5] == [("Contents Title", "Contents"), ("toc 1", "First"), ("toc 2", "Second")]
    kinds = [found.get(f"{W}fldCharType") for found in made.element.body.iter(f"{W}fldChar")]
    assert kinds == ["begin", "separate", "end"]


PLAYED = "EXERCISE EXERCISE EXERCISE: NOTHING IN THIS DOCUMENT HAPPENED"


def test_a_played_document_has_its_mark_behind_the_text_of_every_page() -> None:
    made = read(docx_bytes(document(banner=PLAYED)))
    (head,) = made.sections[0].header.paragraphs
    assert head.text.startswith(PLAYED)
    (art,) = head._p.iter("{urn:schemas-microsoft-com:vml}shape")
    (word,) = art.iter("{urn:schemas-microsoft-com:vml}textpath")
    assert word.get("string") == "EXERCISE"
    assert "z-index:-" in art.get("style")
    section = made.sections[0]
    assert not section.different_first_page_header_footer
    assert not made.settings.odd_and_even_pages_header_footer


@pytest.mark.parametrize("banner", ["", "DRAFT", "MADE-UP SAMPLE: NOTHING IN IT HAPPENED"])
def test_only_what_was_played_is_marked(banner: str) -> None:
    header = parts(docx_bytes(document(banner=banner)))["word/header1.xml"]
    assert b"textpath" not in header
