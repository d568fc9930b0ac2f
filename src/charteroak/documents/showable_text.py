"""Text from strangers, made so that paper shows all of it: nothing hidden, nothing turned around, nothing off the edge.

The rules, in this order:

1. Line ends of every kind become one kind; other white space becomes a space. Letters are composed (Unicode NFC).
2. What has no shape (controls, format characters such as U+202E that turn text around, private and unassigned code
   points, lone surrogates) and what no packaged font can show is written as its number in brackets: ``[U+202E]``.
3. A letter carries at most ``MARKS_LIMIT`` marks; further ones are written as numbers.
4. A text longer than ``TEXT_LIMIT`` is cut, and says how much is missing.
5. A word that no line holds may break without a hyphen. Words of ASCII, such as digests, are left to the house style,
   which breaks them without a trace; in others the place is marked by U+200B, the one invisible character that this
   module writes.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from charteroak.documents.fonts import can_show
from charteroak.normal_forms import normalized

TEXT_LIMIT = 8_000
"""Characters of one text. A body that is longer stands whole in the files beside the document."""
MARKS_LIMIT = 3
WORD_LIMIT = 28
"""The longest word that is left whole; in English and in names, hardly any is longer."""
BREAK_EVERY = 14
PICTURE_MEMBER = "svg"
"""The one member of a document's data that is no text: a picture drawn by our own code, which showed its own texts."""

_BREAK = "\u200b"
_LINE_ENDS = re.compile(r"\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_PLAIN = re.compile(r"[\n -~]*\Z")
_LONG_WORD = re.compile(rf"\S{{{WORD_LIMIT + 1},}}")
_SHAPELESS = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_INVISIBLE = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]")


def showable(text: str) -> str:
    """The text as the rules above have it; plain ASCII comes back as it is, but for long words and lengths."""
    shown = _cut(_LINE_ENDS.sub("\n", text))
    if not _PLAIN.match(shown):
        shown = "".join(_pieces(normalized("NFC", shown)))
    return _LONG_WORD.sub(lambda word: word[0] if word[0].isascii() else breakable(word[0], BREAK_EVERY), shown)


def showable_line(text: str) -> str:
    """The same for a title or a label: one line."""
    return " ".join(showable(text).split())


def breakable(word: str, every: int) -> str:
    """A word with invisible places to break at."""
    return _BREAK.join(word[at : at + every] for at in range(0, len(word), every))


def showable_values(value: Any) -> Any:
    """JSON values with every text in them, names of members apart, made showable."""
    match value:
        case str():
            return showable(value)
        case Mapping():
            return {
                name: member if name == PICTURE_MEMBER else showable_values(member) for name, member in value.items()
            }
        case list() | tuple():
            return [showable_values(item) for item in value]
        case _:
            return value


def _cut(text: str) -> str:
    if len(text) <= TEXT_LIMIT:
        return text
    return f"{text[:TEXT_LIMIT]} [cut here: {len(text) - TEXT_LIMIT:,} more characters are in the record]"


def _pieces(text: str) -> Iterator[str]:
    """Clusters that can be shown, and in between the numbers of what cannot."""
    hidden: list[str] = []
    at = 0
    while at < len(text):
        cluster = _cluster(text, at)
        at += len(cluster)
        shown, rest = _divide(cluster)
        if shown and hidden:
            yield _numbers(hidden)
            hidden = []
        yield shown
        hidden += rest
    if hidden:
        yield _numbers(hidden)


def _cluster(text: str, at: int) -> str:
    """A character with the marks that follow it."""
    end = at + 1
    while end < len(text) and _is_mark(text[end]):
        end += 1
    return text[at:end]


def _divide(cluster: str) -> tuple[str, list[str]]:
    first = cluster[0]
    if first == "\n":
        return "\n", list(cluster[1:])
    if first.isspace():
        return " ", list(cluster[1:])
    if _is_hidden(first) or _is_mark(first) or not can_show(first):
        return "", list(cluster)
    kept = first
    for mark in cluster[1 : 1 + MARKS_LIMIT]:
        if _is_hidden(mark) or not can_show(kept + mark):
            break
        kept += mark
    return kept, list(cluster[len(kept) :])


def _is_mark(character: str) -> bool:
    return unicodedata.category(character).startswith("M")


def _is_hidden(character: str) -> bool:
    return unicodedata.category(character) in _SHAPELESS or _INVISIBLE.match(character) is not None


def _numbers(characters: list[str]) -> str:
    return f"[{' '.join(f'U+{ord(character):04X}' for character in characters)}]"
