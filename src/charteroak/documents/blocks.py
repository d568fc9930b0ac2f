"""What a document is made of: a title, the facts of its first lines, and blocks in reading order.

Makers of documents write blocks; the house style (``templates/house.typ``) draws them, and ``plain_text`` writes them
as text. There is no markup in a text: what a person typed is shown as typed. Emphasis, blanks and links are runs of
their own.
"""

from datetime import datetime
from typing import TypeAlias

from msgspec import Struct


class Run(Struct, frozen=True, tag_field="run"):
    """A stretch of text that is not plain."""


class Mono(Run, frozen=True, tag="mono"):
    """Something to be compared letter by letter: a digest, a key, a file's name."""

    text: str


class Strong(Run, frozen=True, tag="strong"):
    """Words that carry the sentence."""

    text: str


class Link(Run, frozen=True, tag="link"):
    """An address outside, shown as its text."""

    text: str
    address: str


class Blank(Run, frozen=True, tag="blank"):
    """A place to be filled by hand; ``what`` says with what."""

    what: str


class Added(Run, frozen=True, tag="added"):
    """Words that an earlier version did not have: set bold and underlined, in brackets that say so."""

    text: str


class Removed(Run, frozen=True, tag="removed"):
    """Words that only an earlier version had: struck through, in brackets that say so."""

    text: str


Text: TypeAlias = str | Mono | Strong | Link | Blank | Added | Removed
Texts: TypeAlias = tuple[Text, ...]


class Block(Struct, frozen=True, tag_field="block"):
    """A thing that stands on lines of its own."""


class Heading(Block, frozen=True, tag="heading"):
    """A heading; levels 1 to 3, none left out on the way down."""

    text: str
    level: int = 1


class Paragraph(Block, frozen=True, tag="paragraph"):
    """A paragraph, numbered for citation unless it only leads into something."""

    texts: Texts
    numbered: bool = True


class Term(Struct, frozen=True):
    """A name and what it stands for here."""

    name: str
    texts: Texts


class Terms(Block, frozen=True, tag="terms"):
    """Names and values, as on a first page."""

    terms: tuple[Term, ...]


class Items(Block, frozen=True, tag="items"):
    """A list of equals; ``ordered`` where the order is that of doing."""

    items: tuple[Texts, ...]
    ordered: bool = False


class Note(Block, frozen=True, tag="note"):
    """A framed paragraph: a limit, a warning, what this is not."""

    title: str
    texts: Texts


class Answer(Block, frozen=True, tag="answer"):
    """A question with its answer: status as word and shape, then named rows. The heading is of level 2."""

    name: str
    question: str
    status: str
    """``met``, ``not-met``, ``uncertain`` or ``counsel``."""
    word: str
    terms: tuple[Term, ...]


class Column(Struct, frozen=True):
    """A column: its header, and its share of the width."""

    title: str
    share: float = 1.0


class Table(Block, frozen=True, tag="table"):
    """Rows under a header that is repeated on each page. The first column names the row. No rows: ``empty`` is said."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Texts, ...], ...]
    empty: str


class Picture(Block, frozen=True, tag="picture"):
    """A drawing by our own code, and in words what it shows. ``svg`` is never made from a stranger's file."""

    svg: str
    alt: str
    caption: str
    share: float = 1.0
    """Of the width of the text; a square code is small."""


class Signature(Block, frozen=True, tag="signature"):
    """Lines to sign on, each with what belongs on it."""

    lines: tuple[str, ...]


class Contents(Block, frozen=True, tag="contents"):
    """The headings of levels 1 and 2, each with its page where the form has pages."""

    title: str


class PageBreak(Block, frozen=True, tag="page-break"):
    """What follows begins on a new page."""


AnyBlock: TypeAlias = (
    Heading | Paragraph | Terms | Items | Note | Answer | Table | Picture | Signature | Contents | PageBreak
)


EXERCISE_MARK = "EXERCISE"
"""How the banner of a played document begins, and what stands behind the text of its pages."""


class Document(Struct, frozen=True, kw_only=True):
    """A document ready to be set.

    ``title`` says what it is; ``subtitle`` of whom; ``dated`` is the moment of the record that it tells of, for nothing
    here reads a clock. ``footer`` names the entry or log and its digest; ``banner`` stands above every page.
    """

    title: str
    subtitle: str
    dated: datetime
    footer: str
    body: tuple[AnyBlock, ...]
    banner: str = ""
    running: str = ""
    """What stands at the head of every page; title and subtitle if empty."""
    language: str = "en"

    @property
    def page_words(self) -> tuple[str, str]:
        """What stands before the number of a page and before that of all, in the document's language."""
        return ("Página", "de") if self.language == "es" else ("Page", "of")

    @property
    def is_played(self) -> bool:
        """Whether it tells of an exercise: every form of it then carries the mark on each page or at each part."""
        return self.banner.startswith(EXERCISE_MARK)


def paragraph(*texts: Text) -> Paragraph:
    """A numbered paragraph."""
    return Paragraph(texts)
