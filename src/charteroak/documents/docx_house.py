"""The house style in Word's terms: styles, numbering, header and footer, language.

Built on the template that python-docx ships, of which the styles are kept and made ours. Every look is a named style,
so that whoever goes on writing changes it in one place. Nothing here sees what a person typed but the names that stand
in the header and footer, which go through ``showable`` like the rest.
"""

from copy import deepcopy
from typing import TYPE_CHECKING

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_LINE_SPACING, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Pt, RGBColor

from charteroak.documents.blocks import EXERCISE_MARK, Document
from charteroak.documents.docx_package import FONT, MONO, keep_only, tidy_package
from charteroak.documents.docx_watermark import mark_pages
from charteroak.documents.docx_writer import core_properties, shown

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.oxml.text.parfmt import CT_PPr
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.styles.style import ParagraphStyle
    from docx.table import Table as WordTable
    from docx.text.paragraph import Paragraph as WordParagraph

INK, SOFT, OAK, LINK = (RGBColor.from_string(color) for color in ("1A201C", "4B554E", "123F26", "0B4A94"))
_TINT, _LINE = "EEF1EE", "8C978F"
_KEPT_STYLES = frozenset(
    {
        "Normal", "Default Paragraph Font", "Normal Table", "No List", "Table Grid", "Strong", "Title", "Subtitle",
        "heading 1", "heading 2", "heading 3", "caption", "Body Text", "List Bullet", "List Number", "header", "footer",
    }
)  # fmt: skip
"""Of the template's styles, by the names that the file has for them."""
_PARAGRAPH_LIST, _ORDERED_LIST = 90, 91
"""Numbers of our own abstract lists; the template's end below them."""
_TEXT_WIDTH = Mm(216 - 50)
_AFTER_TABLE = Pt(8)


def new_house(document: Document) -> "House":
    """An empty Word document in the house style, with title, header, footer and properties of a document."""
    word = docx.Document()
    house = House(word)
    properties = core_properties(document)
    _language(word, properties["language"])
    keep_only(word, _KEPT_STYLES)
    _styles(word)
    house.numbering()
    for name, value in properties.items():
        setattr(word.core_properties, name, value)
    tidy_package(word, properties["language"])
    _page(word, document)
    word.add_paragraph(shown(document.title), style="Title")
    word.add_paragraph(shown(document.subtitle), style="Subtitle")
    return house


class House:
    """A Word document in the house style, and what only XML can say about it."""

    def __init__(self, word: "WordDocument") -> None:
        self.word = word
        self._lists = 1000
        self._breaks = self.is_after_table = False

    def break_before_next(self) -> None:
        """Let the next paragraph begin on a new page; no empty paragraph is made for it."""
        self._breaks = True

    def placed(self, paragraph: "WordParagraph") -> None:
        """Note that a paragraph was written, a heading too: a break or a table before it is seen to here."""
        form, style = paragraph.paragraph_format, paragraph.style
        if self._breaks:
            form.page_break_before = True
        elif self.is_after_table and style is not None and (style.paragraph_format.space_before or 0) < _AFTER_TABLE:
            form.space_before = _AFTER_TABLE  # a table has no room of its own below it
        self._breaks = self.is_after_table = False

    def numbering(self) -> None:
        """Two lists of our own: the paragraphs of the document, and ordered items."""
        root = self.word.part.numbering_part.element
        first = root.find(qn("w:num"))
        for number, form in ((_PARAGRAPH_LIST, "%1."), (_ORDERED_LIST, "%1.")):
            abstract = _element("w:abstractNum", {"w:abstractNumId": str(number)})
            level = _element("w:lvl", {"w:ilvl": "0"})
            for name, value in (("start", "1"), ("numFmt", "decimal"), ("lvlText", form), ("lvlJc", "left")):
                level.append(_element(f"w:{name}", {"w:val": value}))
            properties = _element("w:pPr", {})
            properties.append(_element("w:ind", {"w:left": "567", "w:hanging": "567"}))
            level.append(properties)
            abstract.append(_element("w:multiLevelType", {"w:val": "singleLevel"}))
            abstract.append(level)
            if first is None:
                root.append(abstract)
            else:
                first.addprevious(abstract)
        self._add_list(_PARAGRAPH_LIST, _PARAGRAPH_LIST)
        _number(self.word.styles["Numbered Paragraph"].element.get_or_add_pPr(), _PARAGRAPH_LIST)

    def new_list(self) -> int:
        """A list of ordered items that begins with 1."""
        self._lists += 1
        self._add_list(self._lists, _ORDERED_LIST, restart=True)
        return self._lists

    def put_in_list(self, paragraph: "WordParagraph", number: int) -> None:
        """Number a paragraph within one list."""
        _number(paragraph._p.get_or_add_pPr(), number)  # noqa: SLF001 - python-docx has no other way

    def _add_list(self, number: int, abstract: int, *, restart: bool = False) -> None:
        entry = _element("w:num", {"w:numId": str(number)})
        entry.append(_element("w:abstractNumId", {"w:val": str(abstract)}))
        if restart:
            override = _element("w:lvlOverride", {"w:ilvl": "0"})
            override.append(_element("w:startOverride", {"w:val": "1"}))
            entry.append(override)
        self.word.part.numbering_part.element.append(entry)

    def add_contents(self, title: str, headings: list[tuple[str, int]]) -> None:
        """A table of contents: a field that Word fills with pages when asked; until then, links to the headings."""
        self.placed(self.word.add_paragraph(title, style="Contents Title"))
        lines = [self.word.add_paragraph(style=f"toc {level}") for _, level in headings]
        for number, (line, (text, _)) in enumerate(zip(lines, headings, strict=True)):
            if number == 0:
                for kind in ("begin", "separate"):
                    line.add_run()._r.append(_element("w:fldChar", {"w:fldCharType": kind}))  # noqa: SLF001 - see above
                    if kind == "begin":
                        code = _element("w:instrText", {"xml:space": "preserve"})
                        code.text = ' TOC \\o "1-2" \\h \\z '
                        line.add_run()._r.append(code)  # noqa: SLF001 - see above
            self._add_place(line, text, number + 1)
        if lines:
            end = lines[-1].add_run()._r  # noqa: SLF001 - see above
            end.append(_element("w:fldChar", {"w:fldCharType": "end"}))

    def mark_heading(self, paragraph: "WordParagraph", number: int) -> None:
        """Give a heading the name by which the table of contents finds it."""
        start = _element("w:bookmarkStart", {"w:id": str(number), "w:name": _bookmark(number)})
        paragraph._p.insert_element_before(start, "w:r")  # noqa: SLF001 - python-docx has no other way
        paragraph._p.append(_element("w:bookmarkEnd", {"w:id": str(number)}))  # noqa: SLF001 - see above

    def _add_place(self, line: "WordParagraph", text: str, number: int) -> None:
        link = _element("w:hyperlink", {"w:anchor": _bookmark(number), "w:history": "1"})
        link.append(line.add_run(text)._r)  # noqa: SLF001 - python-docx has no other way
        line._p.append(link)  # noqa: SLF001 - see above

    def add_link(self, paragraph: "WordParagraph", text: str, address: str) -> None:
        """A link outside, as the style of links draws it."""
        place = self.word.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        link = _element("w:hyperlink", {"r:id": place})
        run = paragraph.add_run(text, style="Outside Link")
        link.append(run._r)  # noqa: SLF001 - python-docx has no other way
        paragraph._p.append(link)  # noqa: SLF001 - python-docx has no other way

    def add_table(self, shares: list[float], rows: int, caption: str) -> "WordTable":
        """A table with a header row that is repeated on each page, and rows that stay whole."""
        self.is_after_table = True
        table: WordTable = self.word.add_table(rows=rows + 1, cols=len(shares))
        table.style = self.word.styles["Table Grid"]
        table.autofit = False
        properties = table._tbl.tblPr  # noqa: SLF001 - python-docx has no other way
        properties.append(_element("w:tblCaption", {"w:val": shown(caption)[:250]}))
        widths = [Emu(int(_TEXT_WIDTH * share / sum(shares))) for share in shares]
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        for number, row in enumerate(table.rows):
            for cell, width in zip(row.cells, widths, strict=True):
                cell.width = width
                if number == 0:
                    cell._tc.get_or_add_tcPr().append(  # noqa: SLF001 - python-docx has no other way
                        _element("w:shd", {"w:val": "clear", "w:color": "auto", "w:fill": _TINT})
                    )
            row_properties = row._tr.get_or_add_trPr()  # noqa: SLF001 - python-docx has no other way
            row_properties.append(_element("w:cantSplit", {}))
            if number == 0:
                row_properties.append(_element("w:tblHeader", {}))
        return table


def _styles(word: "WordDocument") -> None:
    normal = _style(word, "Normal")
    normal.font.name, normal.font.size, normal.font.color.rgb = FONT, Pt(10), INK
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:cs"), FONT)
    normal.paragraph_format.space_after = Pt(6)
    normal.paragraph_format.line_spacing_rule = WD_LINE_SPACING.MULTIPLE
    normal.paragraph_format.line_spacing = 1.12
    for name, size, color, before in (
        ("Title", 21, OAK, 0), ("Subtitle", 12, SOFT, 0), ("Heading 1", 14.5, OAK, 16),
        ("Heading 2", 11.5, INK, 12), ("Heading 3", 10.5, SOFT, 10), ("Caption", 9.5, INK, 8),
    ):  # fmt: skip
        style = _style(word, name)
        _plain(style)
        style.font.name, style.font.size, style.font.color.rgb = FONT, Pt(size), color
        style.font.bold, style.font.italic = name != "Subtitle", False
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(5)
        style.paragraph_format.keep_with_next = True
    for name in ("List Bullet", "List Number", "Body Text"):
        _style(word, name).paragraph_format.space_after = Pt(4)
    for name, before, after in (
        ("Numbered Paragraph", 4, 6), ("Named Value", 0, 4), ("Framed Note", 8, 10), ("Signature Line", 22, 4),
        ("Table Text", 2, 2), ("Page Head", 0, 0), ("Contents Title", 12, 6), ("toc 1", 2, 1), ("toc 2", 0, 1),
    ):  # fmt: skip
        style = word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
    _style(word, "Table Text").font.size = Pt(8.5)
    head = _style(word, "Page Head")
    head.font.size, head.font.color.rgb = Pt(8), SOFT
    head.paragraph_format.tab_stops.add_tab_stop(_TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT)
    contents = _style(word, "Contents Title")
    contents.font.size, contents.font.bold, contents.font.color.rgb = Pt(14.5), True, OAK
    _style(word, "toc 2").paragraph_format.left_indent = Mm(6)
    note = _style(word, "Framed Note")
    _frame(note)
    note.paragraph_format.left_indent = note.paragraph_format.right_indent = Pt(8)
    note.paragraph_format.keep_together = True
    # A tab that draws a line: of borders, one below the other, Word draws only the first.
    line = _style(word, "Signature Line").paragraph_format
    line.tab_stops.add_tab_stop(_TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.LINES)
    line.keep_together = True
    _quiet_grid(word)
    for name, font, color in (
        ("Digest", MONO, INK), ("Blank", FONT, SOFT), ("Outside Link", FONT, LINK),
        ("Added Words", FONT, INK), ("Removed Words", FONT, SOFT),
    ):  # fmt: skip
        character = word.styles.add_style(name, WD_STYLE_TYPE.CHARACTER)
        character.font.name, character.font.color.rgb = font, color
        character.font.underline = True if name in {"Outside Link", "Added Words"} else None
        character.font.bold = True if name == "Added Words" else None
        character.font.strike = True if name == "Removed Words" else None
        character.font.italic = True if name == "Blank" else None


def _style(word: "WordDocument", name: str) -> "ParagraphStyle":
    style: ParagraphStyle = word.styles[name]
    return style


def _plain(style: "ParagraphStyle") -> None:
    """Take the template's rules, borders, theme fonts and spaced letters from a style."""
    properties = style.element.get_or_add_pPr()
    for border in properties.findall(qn("w:pBdr")):
        properties.remove(border)
    letters = style.element.get_or_add_rPr()
    for name in ("rFonts", "spacing", "kern"):
        for old in letters.findall(qn(f"w:{name}")):
            letters.remove(old)


def _frame(style: "ParagraphStyle") -> None:
    borders = _element("w:pBdr", {})
    for side in ("top", "left", "bottom", "right"):
        thick = "18" if side == "left" else "4"
        borders.append(_element(f"w:{side}", {"w:val": "single", "w:sz": thick, "w:space": "6", "w:color": _LINE}))
    style.element.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:outlineLvl"
    )


def _quiet_grid(word: "WordDocument") -> None:
    """Draw tables with the line of the house, which does not shout down what stands in them."""
    for border in word.styles["Table Grid"].element.find(qn("w:tblPr")).find(qn("w:tblBorders")):
        border.set(qn("w:color"), _LINE)


def _language(word: "WordDocument", code: str) -> None:
    defaults = word.styles.element.find(qn("w:docDefaults"))
    for properties in defaults.iter(qn("w:rPr")):
        for old in properties.findall(qn("w:lang")):
            properties.remove(old)
        properties.append(_element("w:lang", {"w:val": code, "w:eastAsia": code, "w:bidi": "ar-SA"}))


def _page(word: "WordDocument", document: Document) -> None:
    """US letter, what stands at the head of every page, and at its foot the entry and *page x of y*."""
    section = word.sections[0]
    section.page_width, section.page_height = Mm(215.9), Mm(279.4)
    section.left_margin = section.right_margin = Mm(25)
    section.top_margin = section.bottom_margin = Mm(25)
    head = section.header.paragraphs[0]
    head.style = word.styles["Page Head"]
    if document.banner:
        head.add_run(shown(document.banner)).bold = True
        head.add_run().add_break()
    head.add_run(shown(document.running or f"{document.title}, {document.subtitle}")[:180])
    if document.is_played:
        mark_pages(head, EXERCISE_MARK)
    foot = section.footer.paragraphs[0]
    foot.style = word.styles["Page Head"]
    before, between = document.page_words
    foot.add_run(f"{shown(document.footer)[:150]}\t{before} ")
    _field(foot, "PAGE")
    foot.add_run(f" {between} ")
    _field(foot, "NUMPAGES")


def _field(paragraph: "WordParagraph", name: str) -> None:
    """A field that Word fills in: the number of this page, or of all."""
    field = _element("w:fldSimple", {"w:instr": name})
    run = paragraph.add_run("1")
    field.append(run._r)  # noqa: SLF001 - python-docx has no other way
    paragraph._p.append(field)  # noqa: SLF001 - python-docx has no other way


def _bookmark(number: int) -> str:
    """As Word names its own: a leading line hides it from the list of bookmarks."""
    return f"_Toc{number:06}"


def _number(properties: "CT_PPr", number: int) -> None:
    """Number what has these properties, at the place that the schema demands."""
    numbered = properties.get_or_add_numPr()
    numbered.get_or_add_ilvl().val = 0
    numbered.get_or_add_numId().val = number


def _element(name: str, attributes: dict[str, str]) -> "BaseOxmlElement":
    made: BaseOxmlElement = deepcopy(OxmlElement(name))
    for attribute, value in attributes.items():
        made.set(qn(attribute), value)
    return made
