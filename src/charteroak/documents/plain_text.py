"""A document as plain text: the same blocks, for those who want no PDF. Blanks stay visible as blanks."""

import textwrap
from collections.abc import Iterator

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
    Note,
    PageBreak,
    Paragraph,
    Picture,
    Removed,
    Signature,
    Table,
    Term,
    Terms,
    Text,
    Texts,
)
from charteroak.documents.showable_text import showable

WIDTH = 78
_LINE = "_" * 40


def plain_text(document: Document) -> str:
    """The document as text: at most ``WIDTH`` columns but for words that are longer; ends in a line end.

    It has no pages to mark: the banner of a document that was played stands again above each part and at the end.
    """
    number = 0
    again = ["", document.banner] if document.is_played else []
    parts = [*([document.banner, ""] if document.banner else []), document.title.upper(), _filled(document.subtitle)]
    for block in document.body:
        if isinstance(block, Heading):
            parts += again
        if isinstance(block, Paragraph) and block.numbered:
            number += 1
            parts += ["", _filled(_said(block.texts), f"{number}. ", "   ")]
        else:
            parts += _block(block)
    return "\n".join([*parts, "", document.footer, *again, ""]).replace("\u200b", "")


def _block(block: AnyBlock) -> Iterator[str]:
    match block:
        case Heading():
            yield from ("", "", _filled(block.text), "-" * min(WIDTH, len(block.text)))
        case Paragraph():
            yield from ("", _filled(_said(block.texts)))
        case Terms():
            yield from ("", *_terms(block.terms))
        case Items():
            for n, item in enumerate(block.items, 1):
                mark = f"{n}. " if block.ordered else "- "
                yield _filled(_said(item), mark, " " * len(mark))
        case Note():
            yield from ("", _filled(f"{block.title} {_said(block.texts)}", "| ", "| "))
        case Answer():
            yield from ("", "", _filled(f"{block.name}  {block.question}"), f"[{block.word}]", *_terms(block.terms))
        case Table():
            yield from ("", _filled(f"{block.caption}:"), *_table(block))
        case Picture():
            yield from ("", _filled(f"[Picture: {block.alt}]"))
        case Signature():
            for line in block.lines:
                yield from ("", "", _LINE, showable(line))
        case PageBreak() | Contents():
            yield ""


def _table(table: Table) -> Iterator[str]:
    if not table.rows:
        yield _filled(table.empty)
    for row in table.rows:
        cells = zip(table.columns, row, strict=True)
        said = [(column.title, text) for column, cell in cells if (text := _said(cell))]
        # Of a name and what stands for it, that the first is a name need not be said in each line.
        is_pair = len(table.columns) == 2 and len(said) == 2
        text = ": ".join(text for _, text in said) if is_pair else "; ".join(f"{name}: {text}" for name, text in said)
        yield _filled(text, "- ", "  ")


def _terms(terms: tuple[Term, ...]) -> Iterator[str]:
    for term in terms:
        yield _filled(f"{term.name}: {_said(term.texts)}", "", "    ")


def _said(texts: Texts) -> str:
    return "".join(_run(text) for text in texts)


def _run(text: Text) -> str:
    match text:
        case Blank():
            return f"[____ {text.what} ____]"
        case Link():
            return f"{text.text} <{text.address}>"
        case Added():
            return f"[added: {text.text}]"
        case Removed():
            return f"[removed: {text.text}]"
        case str():
            return text
        case _:
            return text.text


def _filled(text: str, first: str = "", following: str = "") -> str:
    return textwrap.fill(
        showable(text),
        WIDTH,
        initial_indent=first,
        subsequent_indent=following,
        break_long_words=False,
        break_on_hyphens=False,
    )
