"""Text from strangers on a terminal: what would steer it, or turn the order of letters round, is shown as an escape.

Mail, logs, archives and lists are written by whoever wants to be believed. An escape sequence in a subject could paint
over the line that says FAILED; U+202E makes ``exe.pdf`` of ``fdp.exe``.
"""

import re

_LINES = re.compile(r"[^\n]+")


def printable(text: str) -> str:
    """The text with every character that is not to be seen written as an escape; a line's end is one of them."""
    return text if text.isprintable() else "".join(c if c.isprintable() else _escaped(c) for c in text)


def printable_lines(text: str) -> str:
    """The same for a text of several lines, which stay lines."""
    return _LINES.sub(lambda line: printable(line.group()), text)


def escaped_json(text: str) -> str:
    """A JSON document, in which such characters stand in strings alone, with JSON's own escapes for them.

    It is the same document: whoever parses it gets the characters, whoever prints it does not.
    """
    return _LINES.sub(lambda line: _escaped_for_json(line.group()), text)


def _escaped(character: str) -> str:
    # A name of a file can hold bytes that are no text; Python keeps them as lone surrogates.
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")


def _escaped_for_json(line: str) -> str:
    if line.isprintable():
        return line
    return "".join(c if c.isprintable() else _utf16_escapes(c) for c in line)


def _utf16_escapes(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[i : i + 4]}" for i in range(0, len(units), 4))
