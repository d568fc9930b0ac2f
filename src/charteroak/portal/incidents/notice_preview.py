"""A draft as a page shows it: its blocks in reading order, a blank as a mark that nobody overlooks."""

from collections.abc import Iterator
from dataclasses import dataclass

from charteroak.documents.blocks import Blank, Document, Heading, Items, Paragraph, Terms, Text, Texts
from charteroak.documents.showable_text import showable


@dataclass(frozen=True, slots=True)
class ShownRun:
    """Some words, or a blank."""

    text: str
    is_blank: bool = False


@dataclass(frozen=True, slots=True)
class ShownBlock:
    """A block for the template: ``heading``, ``paragraph``, ``items`` or ``terms``."""

    kind: str
    runs: tuple[ShownRun, ...] = ()
    rows: tuple[tuple[str, tuple[ShownRun, ...]], ...] = ()


def shown_blocks(document: Document) -> Iterator[ShownBlock]:
    """What a notice is made of; blocks that no notice has are left out."""
    for block in document.body:
        match block:
            case Heading():
                yield ShownBlock("heading", (ShownRun(showable(block.text)),))
            case Paragraph():
                yield ShownBlock("paragraph", _runs(block.texts))
            case Items():
                yield ShownBlock("items", rows=tuple(("", _runs(item)) for item in block.items))
            case Terms():
                yield ShownBlock("terms", rows=tuple((term.name, _runs(term.texts)) for term in block.terms))
            case _:
                pass


def _runs(texts: Texts) -> tuple[ShownRun, ...]:
    return tuple(_run(text) for text in texts)


def _run(text: Text) -> ShownRun:
    if isinstance(text, Blank):
        return ShownRun(text.what, is_blank=True)
    return ShownRun(showable(text if isinstance(text, str) else text.text))
