"""Texts of the record as OSCAL's texts: one line, or Markdown in which nobody's words turn into markup.

OSCAL's texts are Markdown (CommonMark) with insertions in braces. A person's note is neither, so that every character
that could act is escaped; ``plain`` takes the escapes off again.
"""

import re

_ACTS = re.compile(r"([\\`*_\[\]<>{}])")
_ESCAPED = re.compile(r"\\([\\`*_\[\]<>{}])")
_VALUE_LIMIT = 2000


def marked(text: str) -> str:
    """A text of several lines, as Markdown that shows it letter by letter."""
    return _ACTS.sub(r"\\\1", text)


def marked_line(text: str) -> str:
    """A text on one line, as Markdown; a hyphen stands for an empty one, which OSCAL does not know."""
    return marked(" ".join(text.split()) or "-")


def value(text: str) -> str:
    """A text as the value of a property: one line, nothing around it, a hyphen where it is empty."""
    return " ".join(text.split())[:_VALUE_LIMIT].strip() or "-"


def plain(text: str) -> str:
    """The words behind an escaped text."""
    return _ESCAPED.sub(r"\1", text)
