"""The phrases of the lexicon: which themes a text touches, and the first phrase of each.

Hyperscan finds every literal of every theme in one pass whose time is linear; what stands there is then judged by its
place. A phrase with a gap (``*``, up to three words) is only hinted at by its longest part: where all its parts stand
in the text, RE2 has the word on its theme, as on all of them where Hyperscan does not run. The answer is the one that
RE2 gives for all phrases of a theme together in alphabetical order: the first place counts, and of the phrases that
begin there the first in order.
"""

import threading
import tomllib
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property, lru_cache
from importlib.resources import files

import hyperscan
import msgspec
import re2

from charteroak.mail import limits
from charteroak.mail.language import in_ascii

_GAP = " * "
_UP_TO_THREE_WORDS = r" (?:[^\s]{1,24} ){0,3}?"
_AUTOMATON_BYTES = 64 << 20
"""What the automaton of a theme's phrases may take before the search falls back to a slower one."""
_IN_WORD = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
"""What ``\\b`` takes for a part of a word."""


class ThemeMatch(msgspec.Struct, frozen=True, gc=False):
    """A theme of the lexicon, and the phrase that showed it."""

    theme: str
    phrase: str


class _Theme:
    """A theme with its phrases in order; the expression of all of them is only made for a theme that needs it."""

    def __init__(self, name: str, phrases: Collection[str]) -> None:
        self.name = name
        self.phrases = sorted({" ".join(phrase.split()) for phrase in phrases})

    @cached_property
    def expression(self) -> "re2._Regexp":
        options = re2.Options()
        options.log_errors = False
        options.max_mem = _AUTOMATON_BYTES
        return re2.compile("|".join(map(_expression, self.phrases)), options)


def _expression(phrase: str) -> str:
    start = r"\b" if phrase[0].isalnum() else ""
    end = r"\b" if phrase[-1].isalnum() else ""
    return f"{start}{_UP_TO_THREE_WORDS.join(map(re2.escape, phrase.split(_GAP)))}{end}"


class _Literal:
    """What is searched for: a phrase, or the longest part of phrases with a gap, of one theme or of several."""

    def __init__(self, text: str) -> None:
        self.length = len(text)
        self.opens_word = text[0].isalnum()
        self.closes_word = text[-1].isalnum()
        self.whole: list[tuple[int, int]] = []
        """The themes that have it as a phrase, each with the place of the phrase in its order."""
        self.hints: list[tuple[int, tuple[bytes, ...]]] = []
        """The themes that have it as a part of a phrase, each with all parts of that."""

    def stands(self, data: bytes, start: int, end: int) -> bool:
        """Whether it stands for itself at a place of a text, and not within longer words."""
        if self.opens_word and start and data[start - 1] in _IN_WORD:
            return False
        return not (self.closes_word and end < len(data) and data[end] in _IN_WORD)


def _database(literals: Collection[str]) -> hyperscan.Database | None:
    """The search for all literals, or none where Hyperscan refuses: it does not run on every processor."""
    try:
        database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        database.compile(
            expressions=[text.encode("ascii") for text in literals],
            ids=list(range(len(literals))),
            elements=len(literals),
            flags=0,
            literal=True,
        )
    except hyperscan.error:
        return None
    return database


class Lexicon:
    """The phrases of every theme, in one database; threads may share it."""

    def __init__(self, themes: Mapping[str, Mapping[str, Collection[str]]]) -> None:
        self.themes = [
            _Theme(name, [phrase for phrases in languages.values() for phrase in phrases])
            for name, languages in themes.items()
        ]
        literals: dict[str, _Literal] = {}
        for number, theme in enumerate(self.themes):
            for order, phrase in enumerate(theme.phrases):
                parts = phrase.split(_GAP)
                longest = max(parts, key=len)
                literal = literals.setdefault(longest, _Literal(longest))
                if len(parts) > 1:
                    literal.hints.append((number, tuple(part.encode("ascii") for part in parts)))
                else:
                    literal.whole.append((number, order))
        self._literals = list(literals.values())
        self._database = _database(literals)
        self._own = threading.local()

    def _scan(self, database: hyperscan.Database, data: bytes) -> list[tuple[int, int]]:
        """The number of each literal that was found, and the offset of its end."""
        # Hyperscan's working memory belongs to one thread at a time.
        scratch = getattr(self._own, "scratch", None)
        if scratch is None:
            scratch = self._own.scratch = hyperscan.Scratch(database)
        found: list[tuple[int, int]] = []
        database.scan(
            data,
            match_event_handler=lambda number, _from, end, _flags, _context: found.append((number, end)),
            scratch=scratch,
        )
        return found

    def find(self, data: bytes) -> Iterator[ThemeMatch]:
        """Each theme of a text ``in_ascii`` in the lexicon's order, with its first phrase."""
        if self._database is not None:
            try:
                return self._judge(data, self._scan(self._database, data))
            except hyperscan.error:
                # No memory for its work: a report is answered all the same.
                pass
        return self._find_slowly(data)

    def _find_slowly(self, data: bytes) -> Iterator[ThemeMatch]:
        for theme in self.themes:
            if (match := theme.expression.search(data)) is not None:
                yield ThemeMatch(theme.name, match.group().decode("ascii"))

    def _judge(self, data: bytes, found: list[tuple[int, int]]) -> Iterator[ThemeMatch]:
        first: dict[int, tuple[int, int, int]] = {}
        hints: set[tuple[int, tuple[bytes, ...]]] = set()
        for which, end in found:
            literal = self._literals[which]
            start = end - literal.length
            if not literal.stands(data, start, end):
                continue
            for number, order in literal.whole:
                place = (start, order, end)
                first[number] = min(first.get(number, place), place)
            hints.update(literal.hints)
        gapped = {number for number, parts in hints if all(part in data for part in parts)}
        for number in sorted(first.keys() | gapped):
            theme = self.themes[number]
            if number not in gapped:
                start, _, end = first[number]
                yield ThemeMatch(theme.name, data[start:end].decode("ascii"))
            elif (match := theme.expression.search(data)) is not None:
                yield ThemeMatch(theme.name, match.group().decode("ascii"))


@lru_cache(maxsize=1)
def _lexicon() -> Lexicon:
    text = files("charteroak.mail").joinpath("data/lexicon.toml").read_text(encoding="utf-8")
    return Lexicon(tomllib.loads(text)["themes"])


def find_themes(text: str) -> tuple[ThemeMatch, ...]:
    """The themes of a text in the lexicon's order, one phrase each. ``text`` is in the form of ``plain_text``."""
    data = in_ascii(text[: limits.MAX_LANGUAGE_CHARACTERS])
    return tuple(_lexicon().find(data)) if data else ()
