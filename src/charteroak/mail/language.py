"""The words of a message: normal form of text, and the themes that its phrases belong to.

Phrases are searched with RE2, whose time is linear whatever the text. Text is compared without accents and in lower
case, so that one spelling in the lexicon finds the sloppy ones too.
"""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal

import re2

from charteroak.mail import limits

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u206a-\u206f\ufeff]"
)
_INSIDE_WORD = re.compile("[A-Za-z][\u00ad\u200b-\u200d\u2060\ufeff](?=[A-Za-z])")
_STYLED = re.compile("[\U0001d400-\U0001d7ff]{3}")
_MARKS = re.compile("[\u0300-\u036f]")
_LONG_MARKS = re2.compile(r"(\pM{8})\pM+")
_SPACES = re.compile(r"\s+")
_LATIN_WITH_FOREIGN = re.compile("[a-zA-Z][\u0370-\u03ff\u0400-\u04ff]|[\u0370-\u03ff\u0400-\u04ff][a-zA-Z]")
_GAP = r"(?:[^\s]{1,24} ){0,3}?"


def _normalize(form: Literal["NFKC", "NFKD"], text: str) -> str:
    """Unicode normalisation, safe from long runs of combining marks, on which its time grows with the square."""
    return unicodedata.normalize(form, str(_LONG_MARKS.sub(r"\1", text)))


def visible_text(text: str) -> str:
    """Text as a person reads it: compatibility forms folded, invisible characters gone, blanks single."""
    if not text.isascii():
        text = _INVISIBLE.sub("", _normalize("NFKC", text))
    return _SPACES.sub(" ", text).strip()


def plain_text(text: str) -> str:
    """``visible_text`` in lower case and without accents, for comparing."""
    if not text.isascii():
        text = _MARKS.sub("", _normalize("NFKD", text.replace("\u2019", "'")))
    return visible_text(text).lower()


def hides_letters(text: str) -> bool:
    """Whether words are broken up by invisible characters, mixed with another script's letters, or styled symbols."""
    if text.isascii():
        return False
    if _STYLED.search(text) is not None:
        return True
    return len(_INSIDE_WORD.findall(text)) >= 3 or _LATIN_WITH_FOREIGN.search(text) is not None


@dataclass(frozen=True, slots=True)
class ThemeMatch:
    """A theme of the lexicon, and the phrase that showed it."""

    theme: str
    phrase: str


def _expression(phrase: str) -> str:
    words = " ".join(phrase.split())
    start = r"\b" if words[0].isalnum() else ""
    end = r"\b" if words[-1].isalnum() else ""
    gapped = re2.escape(words).replace(re2.escape(" * "), " " + _GAP)
    return f"{start}{gapped}{end}"


@lru_cache(maxsize=1)
def _themes() -> tuple[tuple[str, "re2._Regexp"], ...]:
    text = files("charteroak.mail").joinpath("data/lexicon.toml").read_text(encoding="utf-8")
    themes = tomllib.loads(text)["themes"]
    options = re2.Options()
    options.log_errors = False
    compiled = []
    for theme, languages in themes.items():
        phrases = sorted({phrase for phrases in languages.values() for phrase in phrases})
        compiled.append((theme, re2.compile("|".join(map(_expression, phrases)), options)))
    return tuple(compiled)


def find_themes(text: str) -> tuple[ThemeMatch, ...]:
    """The themes of a text in the lexicon's order, one phrase each. ``text`` is in the form of ``plain_text``."""
    ascii_text = text[: limits.MAX_LANGUAGE_CHARACTERS].encode("ascii", "replace").decode("ascii")
    found = []
    for theme, expression in _themes():
        match = expression.search(ascii_text)
        if match is not None:
            found.append(ThemeMatch(theme, match.group()))
    return tuple(found)
