"""A document as Markdown (CommonMark with tables), for those who keep their papers under version control.

What people typed is shown as typed: every character that Markdown would act on is escaped, line ends within a text
become spaces, and nothing is written as raw HTML.
"""

import re
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
from charteroak.documents.showable_text import showable_line

_ACTIVE = re.compile(r"([\\`*_{}\[\]<>()#+!|~&$-])")
_LIST_LIKE = re.compile(r"(?m)^(\d+)([.)])")
_ADDRESS = re.compile(r"[^!#-;=?-Z_a-z~]")
_FENCE = re.compile(r"`+")


def markdown_text(document: Document) -> str:
    """The document as Markdown; ends in a line end.

    It has no pages to mark: the banner of a document that was played stands again above each part and at the end.
    """
    banner = f"**{_escaped(document.banner)}**" if document.banner else ""
    again = banner if document.is_played else ""
    parts = [banner, f"# {_escaped(document.title)}", _escaped(document.subtitle)]
    number = 0
    for block in document.body:
        if isinstance(block, Heading):
            parts.append(again)
        if isinstance(block, Paragraph) and block.numbered:
            number += 1
            parts.append(f"{number}\\. {_said(block.texts)}")
        else:
            parts += _block(block)
    parts += ["---", _escaped(document.footer), again]
    return "\n\n".join(part for part in parts if part) + "\n"


def _block(block: AnyBlock) -> Iterator[str]:
    match block:
        case Heading():
            yield f"{'#' * (block.level + 1)} {_escaped(block.text)}"
        case Paragraph():
            yield _said(block.texts)
        case Terms():
            yield _terms(block.terms)
        case Items():
            yield "\n".join(
                f"{f'{n}.' if block.ordered else '-'} {_said(item)}" for n, item in enumerate(block.items, 1)
            )
        case Note():
            yield f"> **{_escaped(block.title)}** {_said(block.texts)}"
        case Answer():
            yield f"### {_escaped(f'{block.name}  {block.question}')}"
            yield f"**{_escaped(block.word)}**"
            yield _terms(block.terms)
        case Table():
            yield f"**{_escaped(block.caption)}**" if block.rows else f"**{_escaped(block.caption)}:** {block.empty}"
            yield _table(block)
        case Picture():
            yield f"*{_escaped(block.caption)}: {_escaped(block.alt)}*"
        case Signature():
            yield from (f"{'&#95;' * 30} {_escaped(line)}" for line in block.lines)
        case PageBreak() | Contents():
            yield ""


def _terms(terms: tuple[Term, ...]) -> str:
    return "\n".join(f"- **{_escaped(term.name)}**: {_said(term.texts)}" for term in terms)


def _table(table: Table) -> str:
    if not table.rows:
        return ""
    rows = [[_escaped(column.title) for column in table.columns], ["---"] * len(table.columns)]
    rows += [[_said(cell) for cell in row] for row in table.rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _said(texts: Texts) -> str:
    return "".join(_run(text) for text in texts)


def _run(text: Text) -> str:
    match text:
        case str():
            return _escaped(text, keep_ends=True)
        case Mono():
            fence = "`" * (1 + max((len(found) for found in _FENCE.findall(text.text)), default=0))
            return f"{fence} {showable_line(text.text)} {fence}" if len(fence) > 1 else f"`{showable_line(text.text)}`"
        case Strong():
            return f"**{_escaped(text.text)}**" if text.text.strip() else ""
        case Link():
            return f"[{_escaped(text.text)}](<{_ADDRESS.sub('', text.address)}>)"
        case Blank():
            return _escaped(f"[{text.what}: ____________]")
        case Added():
            return f"\\[added: **{_escaped(text.text)}**\\]"
        case Removed():
            return f"\\[removed: ~~{_escaped(text.text)}~~\\]"


def _escaped(text: str, *, keep_ends: bool = False) -> str:
    """One line in which nothing is markup; the blanks at its ends stay where it is a part of a sentence."""
    line = showable_line(text).replace("\u200b", "")
    if keep_ends and text[:1].isspace():
        line = f" {line}"
    if keep_ends and text[-1:].isspace() and line.strip():
        line = f"{line} "
    return _LIST_LIKE.sub(r"\1\\\2", _ACTIVE.sub(r"\\\1", line))
