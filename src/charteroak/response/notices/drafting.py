"""A draft: a template's words with what the record holds, and a checklist of what the recipient has to be told.

A value goes into the draft as a run of text. It is never read again for places, and the writers of documents treat it
as text, so that nothing that a person typed can become a template's, a typesetter's or a spreadsheet's instruction.
"""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from charteroak.documents.after_action import EXERCISE_BANNER
from charteroak.documents.blocks import (
    AnyBlock,
    Blank,
    Document,
    Heading,
    Items,
    Paragraph,
    Signature,
    Term,
    Terms,
    Text,
    Texts,
)
from charteroak.response.notices.conditions import CONDITIONS, holds
from charteroak.response.notices.fields import Known, Unknown, read_field
from charteroak.response.notices.items import ItemState, NoticeItem, TemplateItem
from charteroak.response.notices.source import NoticeSource
from charteroak.response.notices.templates import PLACE, NoticeTemplate

_PIECE = 6_000
"""Characters of one paragraph; a longer one of a person is divided, for a document shows so many of one text."""
_NOT_KNOWN = {"en": "not yet known", "es": "aún no se sabe"}
_FOR_COUNSEL = {"en": "for counsel to decide", "es": "por decidir"}
_BANNER = "Draft: do not send. {blanks} to fill."
OWN_WORDS = "own words"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A notice as far as the record carries it."""

    template: NoticeTemplate
    document: Document
    items: tuple[NoticeItem, ...]

    @property
    def blanks(self) -> int:
        """Items that wait for a fact."""
        return sum(item.state is ItemState.BLANK for item in self.items)

    @property
    def for_counsel(self) -> int:
        """Items that wait for a decision."""
        return sum(item.state is ItemState.COUNSEL for item in self.items)

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing. Whether it is right is for a person to say."""
        return not self.blanks and not self.for_counsel


def draft_notice(template: NoticeTemplate, source: NoticeSource) -> Draft:
    """The draft of a notice. The same record gives the same draft."""
    writer = _Writer(source, template.language)
    body, lines = writer.frame(template)
    items = [lines] if lines is not None else []
    for item in template.items:
        blocks, state = writer.item(item)
        body += blocks
        items.append(state)
    body += _Writer(source, template.language).paragraphs(template.closing)
    if template.signature:
        body.append(Signature(template.signature))
    open_items = sum(item.state in {ItemState.BLANK, ItemState.COUNSEL} for item in items)
    places = f"{open_items} {'place' if open_items == 1 else 'places'}"
    document = Document(
        title=template.title,
        subtitle=source.organisation,
        running=f"{source.organisation} | {source.incident}",
        dated=source.as_of,
        footer=f"{source.incident}",
        banner=". ".join([EXERCISE_BANNER] * source.is_exercise + [_BANNER.format(blanks=places)] * bool(open_items)),
        body=tuple(body),
        language=template.language,
    )
    return Draft(template=template, document=document, items=tuple(items))


class _Writer:
    """Fills texts from one record, and notes what was missing while it does."""

    def __init__(self, source: NoticeSource, language: str) -> None:
        self.source = source
        self.language = language
        self.missing: list[str] = []
        self.origins: list[str] = []

    def frame(self, template: NoticeTemplate) -> tuple[list[AnyBlock], NoticeItem | None]:
        """The first lines, and an item that says what they and the last ones lack; none where they name no place."""
        blocks = list(self.paragraphs(template.opening))
        list(self.paragraphs(template.closing))
        if not self.missing and not self.origins:
            return blocks, None
        item = TemplateItem(id="frame", asks="Its first and last lines: from whom, to whom, under what")
        return blocks, self._judged(item, has_own=False)

    def item(self, item: TemplateItem) -> tuple[list[AnyBlock], NoticeItem]:
        self.missing, self.origins = [], []
        own = self.source.own_words.get(item.id, "").strip()
        belongs = holds(item.when, self.source)
        if belongs is False and not own:
            because = f"The record answers no to {CONDITIONS[item.when].what}."
            return [], self._noted(item, ItemState.NOT_NEEDED, because)
        blocks: list[AnyBlock] = [Heading(item.heading)] if item.heading else []
        if belongs is None:
            # Our words would say what the record does not: only the blank stands here until it is known.
            self.missing.append(CONDITIONS[item.when].what)
            blank = self._blank(CONDITIONS[item.when].what_in(self.language))
            blocks += [Paragraph((blank,), numbered=False), *_own_paragraphs(own)]
            return blocks, self._judged(item, has_own=bool(own))
        blocks += self.paragraphs(item.text)
        if item.terms:
            blocks.append(Terms(tuple(Term(name, self.filled(text)) for name, text in item.terms)))
        if item.points:
            blocks.append(Items(tuple(self.filled(text) for text in item.points)))
        if own:
            blocks += _own_paragraphs(own)
        elif item.counsel:
            blocks.append(Paragraph((Blank(_FOR_COUNSEL[self.language]),), numbered=False))
        return blocks, self._judged(item, has_own=bool(own))

    def _judged(self, item: TemplateItem, *, has_own: bool) -> NoticeItem:
        missing = tuple(dict.fromkeys(self.missing))
        if missing:
            return self._noted(item, ItemState.BLANK, f"Not known: {'; '.join(missing)}.", missing, has_own=has_own)
        if item.counsel and not has_own:
            return self._noted(item, ItemState.COUNSEL, item.counsel)
        origins = [*dict.fromkeys(self.origins), *([OWN_WORDS] if has_own else [])]
        because = f"From {', '.join(origins)}." if origins else "Our words; nothing of the record stands in it."
        return self._noted(item, ItemState.FILLED, because, has_own=has_own)

    def _noted(
        self,
        item: TemplateItem,
        state: ItemState,
        because: str,
        missing: tuple[str, ...] = (),
        *,
        has_own: bool = False,
    ) -> NoticeItem:
        return NoticeItem(
            id=item.id,
            asks=item.asks,
            basis=item.basis,
            heading=item.heading,
            state=state,
            because=because,
            missing=missing,
            remark=item.remark,
            has_own_words=has_own,
        )

    def paragraphs(self, texts: Sequence[str]) -> Iterator[AnyBlock]:
        for text in texts:
            yield from _divided(self.filled(text))

    def filled(self, text: str) -> Texts:
        """A template's text with its places filled. What fills a place is never looked at for places."""
        runs: list[Text] = []
        at = 0
        for place in PLACE.finditer(text):
            runs += [text[at : place.start()]] if place.start() > at else []
            at = place.end()
            match read_field(place[1], self.source, self.language):
                case Known(words, origin):
                    runs.append(words)
                    self.origins.append(origin)
                case Unknown(what):
                    runs.append(self._blank(what))
                    self.missing.append(what)
        return tuple([*runs, text[at:]] if text[at:] else runs)

    def _blank(self, what: str) -> Blank:
        return Blank(f"{what}: {_NOT_KNOWN[self.language]}")


def _own_paragraphs(text: str) -> Iterator[AnyBlock]:
    for part in text.replace("\r\n", "\n").split("\n\n"):
        for piece in _pieces(part.strip()):
            yield Paragraph((piece,), numbered=False)


def _divided(runs: Texts) -> Iterator[AnyBlock]:
    """Paragraphs of some runs: where a person's answer has paragraphs of its own, they stay paragraphs."""
    line: list[Text] = []
    for run in runs:
        parts = run.replace("\r\n", "\n").split("\n\n") if isinstance(run, str) else [run]
        for n, part in enumerate(parts):
            if n and line:
                yield Paragraph(tuple(line), numbered=False)
                line = []
            pieces = list(_pieces(part)) if isinstance(part, str) else [part]
            for piece in pieces[:-1]:
                yield Paragraph((*line, piece), numbered=False)
                line = []
            line += pieces[-1:]
    if line:
        yield Paragraph(tuple(line), numbered=False)


def _pieces(text: str) -> list[str]:
    if len(text) <= _PIECE:
        return [text] if text else []
    return textwrap.wrap(text, _PIECE, replace_whitespace=False, drop_whitespace=False)
