"""A document as DOCX (ECMA-376, transitional): the same blocks as the PDF, for people who go on writing in Word.

Headings are headings, paragraphs are numbered by Word's own numbering, tables repeat their header row, and the
language is declared. There are no macros, no pictures from outside and no fields but the page numbers. What people
typed goes through ``showable`` first, so that no control or turning-around character reaches the XML, and is written
as text by the library, never as markup.

The same document gives the same bytes: the members of the package stand in one order under one time, and the dates
among its properties are the document's.

python-docx and lxml are loaded when a document is written, not before.
"""

import io
import zipfile
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from charteroak.documents.blocks import (
    Added,
    Answer,
    AnyBlock,
    Blank,
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
    Text,
    Texts,
)
from charteroak.documents.errors import DocumentTooLargeError
from charteroak.documents.showable_text import showable

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.text.paragraph import Paragraph as WordParagraph

    from charteroak.documents.docx_house import House

TEXT_LIMIT = 2 << 20
"""Characters of all texts together: as many as the PDF may hold."""
_LISTED = 3
"""The level of heading that a table of contents no longer lists."""
_FIRST = "[Content_Types].xml"
_TIME = (1980, 1, 1, 0, 0, 0)


def docx_bytes(document: Document) -> bytes:
    """The document as DOCX. The same document gives the same bytes.

    Raises:
        DocumentTooLargeError: it holds more text than a document may.
    """
    if len(repr(document)) > 2 * TEXT_LIMIT:
        raise DocumentTooLargeError(
            "The document holds more text than one document may.", remedy="Hand over files beside it instead."
        )
    from charteroak.documents.docx_house import new_house  # noqa: PLC0415 - loads python-docx and lxml

    house = new_house(document)
    writer = _Writer(house, document)
    for block in document.body:
        writer.write(block)
    writer.close(document.footer)
    made = io.BytesIO()
    house.word.save(made)
    return _repacked(made.getvalue())


def _repacked(package: bytes) -> bytes:
    """The package with its members in one order and without the hour at which it was written."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as before, zipfile.ZipFile(out, "w") as after:
        for name in sorted(before.namelist(), key=lambda name: (name != _FIRST, name)):
            member = zipfile.ZipInfo(name, _TIME)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 0
            after.writestr(member, before.read(name))
    return out.getvalue()


def shown(text: str) -> str:
    """Text as Word gets it: showable, and without the invisible places to break at that only the typesetter needs."""
    return showable(text).replace("\u200b", "")


class _Writer:
    """Writes blocks at the end of a Word document."""

    def __init__(self, house: "House", document: Document) -> None:
        self.house = house
        self.headings = [
            (shown(block.text), block.level)
            for block in document.body
            if isinstance(block, Heading) and block.level < _LISTED
        ]
        self._marked = 0
        self.word: WordDocument = house.word

    def write(self, block: AnyBlock) -> None:
        match block:
            case Heading():
                self._heading(block)
            case Paragraph():
                self._paragraph("Numbered Paragraph" if block.numbered else "Body Text", block.texts)
            case Terms():
                self._terms(block.terms)
            case Items():
                self._items(block)
            case Note():
                self._paragraph("Framed Note", (Strong(block.title), " ", *block.texts))
            case Answer():
                self.house.placed(self.word.add_heading(shown(f"{block.name}  {block.question}"), level=2))
                self._paragraph("Body Text", (Strong(block.word),))
                self._terms(block.terms)
            case Table():
                self._table(block)
            case Picture():
                # Word shows no SVG without a picture of points beside it; the words say what is drawn.
                self._paragraph("Caption", (block.caption,))
                self._paragraph("Body Text", (block.alt,))
            case Signature():
                self._signatures(block.lines)
            case Contents():
                self.house.add_contents(shown(block.title), self.headings)
            case PageBreak():
                self.house.break_before_next()

    def close(self, footer: str) -> None:
        """End the document. Word wants a paragraph after a table; the footer's line says there what it says below."""
        if self.house.is_after_table:
            self._paragraph("Page Head", (footer,))

    def _heading(self, block: Heading) -> None:
        heading = self.word.add_heading(shown(block.text), level=block.level)
        self.house.placed(heading)
        if block.level < _LISTED:
            self._marked += 1
            self.house.mark_heading(heading, self._marked)

    def _signatures(self, lines: tuple[str, ...]) -> None:
        """Lines to write on, drawn by tabs, each with what belongs there below it; they stay with what leads there."""
        if not self.house.is_after_table and self.word.paragraphs:
            self.word.paragraphs[-1].paragraph_format.keep_with_next = True
        for number, line in enumerate(lines, 1):
            paragraph = self.word.add_paragraph("\t", style="Signature Line")
            paragraph.add_run().add_break()
            self.run(paragraph, line)
            paragraph.paragraph_format.keep_with_next = True if number < len(lines) else None
            self.house.placed(paragraph)

    def _paragraph(self, style: str, texts: Texts) -> "WordParagraph":
        paragraph = self.word.add_paragraph(style=style)
        for text in texts:
            self.run(paragraph, text)
        self.house.placed(paragraph)
        return paragraph

    def run(self, paragraph: "WordParagraph", text: Text) -> None:
        """Add a run; its look is a character style, and what a reader must not miss is also said in words."""
        match text:
            case str():
                paragraph.add_run(shown(text))
            case Mono():
                paragraph.add_run(shown(text.text), style="Digest")
            case Strong():
                paragraph.add_run(shown(text.text), style="Strong")
            case Link():
                self.house.add_link(paragraph, shown(text.text), text.address)
            case Blank():
                paragraph.add_run(shown(f"[{text.what}: ____________]"), style="Blank")
            case Added():
                paragraph.add_run("[added: ")
                paragraph.add_run(shown(text.text), style="Added Words")
                paragraph.add_run("]")
            case Removed():
                paragraph.add_run("[removed: ")
                paragraph.add_run(shown(text.text), style="Removed Words")
                paragraph.add_run("]")

    def _terms(self, terms: tuple[Term, ...]) -> None:
        for term in terms:
            self._paragraph("Named Value", (Strong(f"{term.name}: "), *term.texts))

    def _items(self, block: Items) -> None:
        number = self.house.new_list() if block.ordered else None
        for item in block.items:
            paragraph = self._paragraph("List Number" if block.ordered else "List Bullet", item)
            if number is not None:
                self.house.put_in_list(paragraph, number)

    def _table(self, block: Table) -> None:
        if not block.rows:
            self._paragraph("Body Text", (Strong(f"{block.caption}: "), block.empty))
            return
        self._paragraph("Caption", (block.caption,))
        table = self.house.add_table([column.share for column in block.columns], len(block.rows), block.caption)
        rows = [tuple((Strong(column.title),) for column in block.columns), *block.rows]
        for number, (row, cells) in enumerate(zip(table.rows, rows, strict=True)):
            for cell, texts in zip(row.cells, cells, strict=True):
                paragraph = cell.paragraphs[0]
                paragraph.style = self.word.styles["Table Text"]
                if number == 0:
                    paragraph.paragraph_format.keep_with_next = True  # no header row alone at the foot of a page
                for text in texts:
                    self.run(paragraph, text)


def core_properties(document: Document) -> Mapping[str, Any]:
    """What the file says of itself."""
    return {
        "title": shown(document.title)[:255],
        "subject": shown(document.subtitle)[:255],
        "author": "Charter Oak",
        "last_modified_by": "Charter Oak",
        "created": document.dated,
        "modified": document.dated,
        "language": _language(document.language),
        "keywords": "",
        "comments": "",
        "revision": 1,
    }


def _language(code: str) -> str:
    """As Word names it: it checks the spelling of a language of a country only."""
    return {"en": "en-US", "es": "es-US"}.get(code, code)
