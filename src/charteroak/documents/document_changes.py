"""Two versions of one document, section by section and paragraph by paragraph; as data, and as a document's appendix.

A section is known again by its heading without its number, a paragraph by its words. What is counted again in each
version (numbers of headings and of paragraphs) is no change. Sections that moved are shown as gone and as new.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from charteroak.documents.blocks import (
    Added,
    Answer,
    AnyBlock,
    Blank,
    Contents,
    Document,
    Heading,
    Items,
    Note,
    PageBreak,
    Paragraph,
    Picture,
    Removed,
    Signature,
    Table,
    Terms,
    Text,
    Texts,
    paragraph,
)
from charteroak.documents.text_difference import Effort, Piece, likeness, stretches, word_pieces
from charteroak.documents.wording import count

State: TypeAlias = Literal["same", "added", "removed", "changed"]
_CHANGES: tuple[State, ...] = ("added", "removed", "changed")
APPENDIX_HEADING = "What changed since version"
"""The appendix itself is no part of what is compared."""
ALIKE = 0.35
"""Two paragraphs with less than this in common are shown as one gone and one new."""
CONTEXT = 90
"""Characters of what stayed that are shown on each side of a change."""
_NUMBER = re.compile(r"\A(?:Section |Policy |Appendix )?[0-9A-Z](?:\.?\d+)*[.:]? +")
_VERSION = re.compile(r",? version [0-9]\S*\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, and what stands below it up to the next one, as lines of text."""

    heading: str
    paragraphs: tuple[str, ...]

    @property
    def name(self) -> str:
        """The heading without its number."""
        return _VERSION.sub("", _NUMBER.sub("", self.heading)) or self.heading


@dataclass(frozen=True, slots=True)
class ParagraphChange:
    """A paragraph as it stayed, came, went or was changed."""

    state: State
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class SectionChange:
    """A section as it stayed, came, went or was changed; every paragraph of both versions stands in it."""

    state: State
    heading: str
    paragraphs: tuple[ParagraphChange, ...]

    @property
    def changed(self) -> tuple[ParagraphChange, ...]:
        """The paragraphs that did not stay as they were."""
        return tuple(each for each in self.paragraphs if each.state != "same")


def sections_of(document: Document, *, without: Collection[str] = ()) -> tuple[Section, ...]:
    """A document as headings and lines; what leads into it has the document's title for a heading.

    Sections of the names in ``without`` are left out: what is worked out anew for each version.
    """
    sections: list[tuple[str, list[str]]] = [(document.title, [])]
    for block in document.body:
        if isinstance(block, Heading):
            if block.text.startswith(APPENDIX_HEADING):
                break
            sections.append((block.text, []))
        else:
            sections[-1][1].extend(line for line in _lines(block) if line)
    found = (Section(heading, tuple(lines)) for heading, lines in sections)
    return tuple(section for section in found if section.name not in without)


def sections_of_text(text: str, title: str) -> tuple[Section, ...]:
    """Plain text or Markdown as headings and paragraphs, for versions that were written elsewhere."""
    sections: list[tuple[str, list[str]]] = [(title, [])]
    for part in re.split(r"\n\s*\n|\n(?=[-*#] |#{2,6} )|(?<=\n)(?=#{1,6} )", text.replace("\r\n", "\n")):
        for line in _under_headings(part):
            if line.startswith("#"):
                sections.append((line.lstrip("# ").strip(), []))
            elif line:
                sections[-1][1].append(line)
    return tuple(Section(heading, tuple(lines)) for heading, lines in sections if lines or heading != title)


def _under_headings(part: str) -> Iterator[str]:
    """A part of a text with a heading on its first line apart from the rest."""
    first, end, rest = part.strip().partition("\n")
    if first.startswith("#") and end:
        yield first
        yield " ".join(rest.split())
    else:
        yield " ".join(part.split())


def changes_between(old: Sequence[Section], new: Sequence[Section]) -> tuple[SectionChange, ...]:
    """Every section of both versions, in the order of the new one; those that went stand where they stood."""
    effort = Effort()
    changes: list[SectionChange] = []
    for stretch in stretches(_names(old), _names(new), effort):
        if stretch.same:
            pairs = zip(old[stretch.old_from : stretch.old_to], new[stretch.new_from : stretch.new_to], strict=True)
            changes += [_changed_section(before, after, effort) for before, after in pairs]
        else:
            changes += [_whole(section, "removed") for section in old[stretch.old_from : stretch.old_to]]
            changes += [_whole(section, "added") for section in new[stretch.new_from : stretch.new_to]]
    return tuple(changes)


def tally(changes: Iterable[SectionChange]) -> str:
    """How much changed, in a sentence."""
    listed = tuple(changes)
    states = Counter(each.state for change in listed for each in change.paragraphs)
    parts = [f"{count(states[state], 'paragraph')} {state}" for state in _CHANGES if states[state]]
    touched = sum(change.state != "same" for change in listed)
    return f"{', '.join(parts)}, in {count(touched, 'section')}." if parts else "Nothing changed."


def change_blocks(changes: Iterable[SectionChange], version: str) -> Iterator[AnyBlock]:
    """The appendix: only what changed, each change with the words around it."""
    listed = tuple(changes)
    yield PageBreak()
    yield Heading(f"{APPENDIX_HEADING} {version}")
    yield paragraph(
        tally(listed),
        " Words that came are underlined and marked as added; words that went are struck through and marked as "
        "removed. What stayed is left out but for a few words around each change.",
    )
    for change in listed:
        if change.state == "same" or not (change.changed or change.state in {"added", "removed"}):
            continue
        suffix = {"added": " (new)", "removed": " (gone)"}.get(change.state, "")
        yield Heading(f"{change.heading}{suffix}", 2)
        if change.changed:
            yield Items(tuple(_marked(each.pieces) for each in change.changed))


def _marked(pieces: Sequence[Piece]) -> Texts:
    marked: list[Text] = []
    for index, piece in enumerate(pieces):
        if piece.kind == "added" and index and pieces[index - 1].kind == "removed":
            marked.append(" ")
        if piece.kind == "same":
            marked.append(_shortened(piece.text, first=index == 0, last=index == len(pieces) - 1))
        else:
            marked.append(Added(piece.text) if piece.kind == "added" else Removed(piece.text))
    return tuple(marked)


def _shortened(text: str, *, first: bool, last: bool) -> str:
    if len(text) <= 2 * CONTEXT:
        return text
    head, tail = text[:CONTEXT].rpartition(" ")[0], text[-CONTEXT:].partition(" ")[2]
    return f"{'' if first else head} \u2026 {'' if last else tail}" if not (first and last) else text


def _names(sections: Sequence[Section]) -> list[str]:
    """The name of each section, with a number where one comes again."""
    seen: Counter[str] = Counter()
    names = []
    for section in sections:
        seen[section.name] += 1
        names.append(f"{section.name}\n{seen[section.name]}")
    return names


def _whole(section: Section, kind: Literal["added", "removed"]) -> SectionChange:
    lines = tuple(ParagraphChange(kind, (Piece(kind, line),)) for line in section.paragraphs)
    return SectionChange(kind, section.heading, lines)


def _changed_section(old: Section, new: Section, effort: Effort) -> SectionChange:
    changes: list[ParagraphChange] = []
    for stretch in stretches(old.paragraphs, new.paragraphs, effort):
        before = old.paragraphs[stretch.old_from : stretch.old_to]
        after = new.paragraphs[stretch.new_from : stretch.new_to]
        if stretch.same:
            changes += [ParagraphChange("same", (Piece("same", line),)) for line in after]
        else:
            changes += _paired(list(before), after, effort)
    state: State = "same" if all(change.state == "same" for change in changes) else "changed"
    return SectionChange(state, new.heading, tuple(changes))


def _paired(before: list[str], after: Sequence[str], effort: Effort) -> Iterator[ParagraphChange]:
    """Paragraphs that stand in one another's place: like with like, the others gone or new."""
    for line in after:
        if before:
            pieces = word_pieces(before[0], line, effort)
            if likeness(pieces) >= ALIKE:
                before.pop(0)
                yield ParagraphChange("changed", pieces)
                continue
            if len(before) >= len(after):
                gone = before.pop(0)
                yield ParagraphChange("removed", (Piece("removed", gone),))
        yield ParagraphChange("added", (Piece("added", line),))
    for gone in before:
        yield ParagraphChange("removed", (Piece("removed", gone),))


def _lines(block: AnyBlock) -> Iterator[str]:
    match block:
        case Paragraph():
            yield _said(block.texts)
        case Terms():
            yield from (f"{term.name}: {_said(term.texts)}" for term in block.terms)
        case Items():
            yield from (_said(item) for item in block.items)
        case Note():
            yield f"{block.title} {_said(block.texts)}"
        case Answer():
            yield f"{block.name} {block.question}: {block.word}"
            yield from (f"{term.name}: {_said(term.texts)}" for term in block.terms)
        case Table():
            yield from (_row(block, row) for row in block.rows)
            if not block.rows:
                yield f"{block.caption}: {block.empty}"
        case Picture():
            yield f"{block.caption} {block.alt}"
        case Heading() | PageBreak() | Signature() | Contents():
            return


def _row(table: Table, row: Sequence[Texts]) -> str:
    cells = (f"{column.title}: {_said(cell)}" for column, cell in zip(table.columns, row, strict=True) if _said(cell))
    return "; ".join(cells)


def _said(texts: Texts) -> str:
    return " ".join("".join(_run(text) for text in texts).split())


def _run(text: Text) -> str:
    match text:
        case str():
            return text
        case Blank():
            return f"[{text.what}]"
        case _:
            return text.text
