"""What the names of tags and attributes mean to a reader of mail."""

from functools import lru_cache
from typing import NamedTuple

_INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
        "label",
        "mark",
        "nobr",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
        "o:p",
    ]
)
_LAYOUT = frozenset(
    [
        "p",
        "span",
        "div",
        "br",
        "b",
        "i",
        "u",
        "strong",
        "em",
        "font",
        "center",
        "h1",
        "h2",
        "h3",
        "h4",
        "ul",
        "li",
        "tr",
        "td",
        "th",
        "tbody",
        "table",
    ]
)
LINK_ATTRIBUTES = {
    "href": "link",
    "xlink:href": "link",
    "action": "form",
    "formaction": "form",
    "ping": "resource",
    "src": "resource",
    "srcset": "resource",
    "background": "resource",
    "poster": "resource",
    "data": "resource",
    "cite": "resource",
    "codebase": "resource",
    "archive": "resource",
    "classid": "resource",
    "longdesc": "resource",
    "lowsrc": "resource",
    "dynsrc": "resource",
    "manifest": "resource",
    "profile": "resource",
}


HOLD_NO_MARKUP = frozenset(["script", "style", "title", "xmp", "iframe", "noembed", "noframes"])
"""Elements of which the content is no markup (HTML standard, 13.2.5.2)."""
ACTING = frozenset(["a", "base", "form", "img", "input", "script"])
"""Elements that mean something even where they lead nowhere."""

READ_ATTRIBUTES = frozenset({*LINK_ATTRIBUTES, "type", "content", "style"})


class Tag(NamedTuple):
    """A tag's name in lower case, the line end that stands for it in text, and whether it is of layout alone."""

    name: str
    line_end: str
    is_layout: bool


@lru_cache(maxsize=1024)
def kind_of_tag(written: str) -> Tag:
    """What the name of a tag means, however it is written."""
    name = written.lower()
    return Tag(name, "" if name in _INLINE else "\n", name in _LAYOUT)
