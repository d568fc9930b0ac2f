"""Which practices a row may be about: by an identifier that stands in it, or at most as a hint by its words.

A suggestion decides nothing. Identifiers are taken exactly as an edition's catalog has them and as whole words, so that
``3.1.10`` is not ``3.1.1``; which edition a list follows, the person says.
"""

import functools
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from charteroak.frameworks.catalog import EditionName
from charteroak.program.imports.rows import ReadFile, Row
from charteroak.program.links import LinkRelation, edition_links, linked_editions
from charteroak.program.practices import load_practices

MOST_SUGGESTIONS = 4
_WORD = re.compile(r"[^\s,;|<>]+")
_EDGES = "()[]{}:.\"'"
_LETTERS = re.compile(r"[a-z]{4,}")
_COMMON = frozenset(
    _LETTERS.findall(
        "about after also been before does done each every from have into must only other others over shall should "
        "some that them then there these they this those under used uses using what when where which with within year "
        "your data information security system systems control controls policy access ensure organization"
    )
)
"""Words that stand in every list of controls and tell no practice from another."""
_ORDER = (LinkRelation.SATISFIES, LinkRelation.CONTRIBUTES)


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What a row may be about."""

    identifiers: tuple[str, ...]
    """Identifiers of the edition that stand in the row."""
    by_identifier: tuple[str, ...]
    """Practices that are linked to them, the closest first."""
    hint: str | None
    """The practice whose words are most like the row's; a hint and no more."""


FoundEdition: TypeAlias = tuple[EditionName, int]
"""An edition, and how many of its identifiers stand in a file."""


def editions_in(read: ReadFile) -> list[FoundEdition]:
    """The editions whose identifiers stand in the file, with how many different ones; the most first."""
    # Cells of a workbook may name one long string any number of times: each distinct text is looked at once.
    words = {word for text in {cell for row in read.rows for cell in row.cells} for word in _words(text)}
    counts = Counter({name: len(words & _identifiers(name)) for name in linked_editions()})
    return [(name, count) for name, count in counts.most_common() if count]


def suggest(row: Row, edition: EditionName | None) -> Suggestions:
    """The practices that a row may be about, in a list that follows an edition, or none that we know."""
    found = identifiers_in(row, edition)
    return Suggestions(found, practices_named(row, edition), _hint(row))


def identifiers_in(row: Row, edition: EditionName | None) -> tuple[str, ...]:
    """The edition's identifiers that stand in a row, in their order."""
    if edition is None:
        return ()
    known = _identifiers(edition)
    return tuple(dict.fromkeys(word for cell in row.cells for word in _words(cell) if word in known))


def practices_named(row: Row, edition: EditionName | None) -> tuple[str, ...]:
    """The practices that a row's identifiers name, the closest first."""
    found = identifiers_in(row, edition)
    return _linked(edition, found) if edition is not None and found else ()


def rows_named(read: ReadFile, edition: EditionName | None) -> dict[int, tuple[str, ...]]:
    """By the number of the row: the practices that its identifiers name. Rows that name none are left out."""
    if edition is None:
        return {}
    known = _identifiers(edition)
    by_text: dict[str, tuple[str, ...]] = {}
    for text in (cell for row in read.rows for cell in row.cells):
        if text not in by_text:
            by_text[text] = tuple(word for word in _words(text) if word in known)
    named: dict[int, tuple[str, ...]] = {}
    for row in read.rows:
        found = tuple(dict.fromkeys(word for cell in row.cells for word in by_text[cell]))
        if practices := _linked(edition, found):
            named[row.number] = practices
    return named


def _words(text: str) -> Iterable[str]:
    return (word.strip(_EDGES) or word for word in _WORD.findall(text))


@functools.cache
def _identifiers(name: EditionName) -> frozenset[str]:
    links = edition_links(name, load_practices().asked)
    return frozenset(links.by_id)


def _linked(edition: EditionName, identifiers: tuple[str, ...]) -> tuple[str, ...]:
    links = edition_links(edition, load_practices().asked)
    found: dict[str, int] = {}
    for identifier in identifiers:
        for link in links.of(identifier):
            if link.relation in _ORDER:
                found[link.practice] = min(found.get(link.practice, 9), _ORDER.index(link.relation))
    return tuple(sorted(found, key=lambda practice: found[practice]))[:MOST_SUGGESTIONS]


def _hint(row: Row) -> str | None:
    words = _telling(row.text)
    likeness = Counter({practice: len(words & telling) for practice, telling in _practice_words().items()})
    best = likeness.most_common(2)
    # Two telling words in common, and no other practice as like: less than that is chance.
    if not best or best[0][1] < 2 or (len(best) > 1 and best[1][1] == best[0][1]):
        return None
    return best[0][0]


@functools.cache
def _practice_words() -> dict[str, frozenset[str]]:
    return {key: _telling(f"{each.title} {each.question}") for key, each in load_practices().asked.items()}


def _telling(text: str) -> frozenset[str]:
    return frozenset(word[:6] for word in _LETTERS.findall(text.lower()) if word not in _COMMON)
