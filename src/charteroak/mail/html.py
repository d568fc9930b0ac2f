"""What a hostile HTML text shows and where it leads, in one linear pass.

Nothing is rendered, fetched or built into a tree. We read tags and attributes as the WHATWG tokenizer does
(HTML standard, section 13.2.5) and nothing more. A tree builder was tried and left out: building a tree takes time
that grows with the square of the nesting depth and of the attributes in one tag, and a guard in front of it would
have to read the tags first, which is all that is needed here. Each expression below consumes what it has looked at,
so that the time stays in proportion to the length.

Addresses are found twice: in the attributes that load or link, with their meaning, and anywhere else in the source
(conditional comments, scripts, style sheets) as ``resource``, since mail readers disagree about what is hidden.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape
from typing import NamedTuple

from charteroak.mail import limits
from charteroak.mail.decoding import without_controls
from charteroak.mail.defects import DefectKind, DefectLog

_ATTRIBUTES = r"([^>=]*+(?:=\s*+(?>\"[^\"]*\"|'[^']*'|)[^>=]*+)*+)>?"
# An element that holds no markup (HTML standard, 13.2.5.2: a script, a style sheet) is taken with its content, up to
# its end tag. Groups: name and attributes of such an element; slash, name and attributes of any other tag.
_TAG = re.compile(
    r"<(?:!--(?:-?>|.*?--!?>|.*)"
    r"|[!?][^>]*+>?"
    r"|(?=[iInNsStTxX])((?ai:script|style|title|xmp|iframe|noembed|noframes))(?=[\s/>]|\Z)"
    rf"{_ATTRIBUTES}(?:[^<]++|<(?!/(?i:\1)[\s/>]))*+"
    rf"|(/?)([a-zA-Z][^\s/>]{{0,64}}+){_ATTRIBUTES})",
    re.DOTALL,
)
_PIECES_PER_TAG = 6
_SHORT_ATTRIBUTES = 2 * limits.MAX_ATTRIBUTES
"""Characters of a tag that cannot hold more attributes than are looked at."""
_ATTRIBUTE = re.compile(r"([^\s/>=][^\s/>=]*+)(?:\s*+=\s*+(?:\"([^\"]*)\"|'([^']*)'|([^\s>]*+)))?")
_CSS_URL = re.compile(r"url\(\s*[\"']?([^\"')\s]{1,4096})", re.IGNORECASE)
_REFRESH = re.compile(r"(?:url\s*=\s*|^\s*[\d.]*\s*[;,]\s*(?=[\"']?https?:))[\"']?([^\"'\s>]{1,4096})", re.IGNORECASE)
# It begins with the colon, which a search skips to in one step; the letters before it are looked back at.
_ABSOLUTE = re.compile(r":(?:(?<=[hH][tT][tT][pP]:)|(?<=[hH][tT][tT][pP][sS]:))[/\\]{2}[^\s\"'<>()`{}|^]{1,4096}")
_BEYOND_ADDRESS = re.compile("[\\s\"'<>]")
_PADDED_REFERENCE = re.compile(r"&#([xX]?)0+(?=[0-9a-fA-F])")
_LONG_REFERENCE = re.compile(r"&#[xX]?[0-9a-fA-F]{9,}+;?")
_SMUGGLED_FROM = ("atob(", "uint8array", "fromcharcode", "unescape(", "decodeuricomponent(")
_SMUGGLED_TO = (
    "new blob",
    "createobjecturl",
    "mssaveoropenblob",
    "document.write",
    "location.href",
    ".download",
    "eval(",
)
_BLANKS = "\t\r\f\v\u00a0"

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
_PLAIN_TAGS = frozenset(
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
_LINK_ATTRIBUTES = {
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


_READ_ATTRIBUTES = frozenset({*_LINK_ATTRIBUTES, "type", "content", "style"})


class _Tag(NamedTuple):
    """A tag's name in lower case, whether it ends a line of text, and whether it is of text and layout alone."""

    name: str
    breaks_line: bool
    is_plain: bool


@lru_cache(maxsize=1024)
def _kind_of_tag(written: str) -> _Tag:
    name = written.lower()
    return _Tag(name, name not in _INLINE, name in _PLAIN_TAGS)


class Reference(NamedTuple):
    """An address as written in the source: its role (link, form, base, refresh, resource) and the text shown for it."""

    address: str
    role: str
    text: str = ""


@dataclass(slots=True)
class Page:
    """What was found in one HTML text."""

    references: list[Reference] = field(default_factory=list)
    text: str = ""
    base: str = ""
    tags: list[str] = field(default_factory=list)
    has_password_field: bool = False
    has_form: bool = False
    has_script: bool = False
    smuggles: bool = False
    image_count: int = 0


class _PageReader:
    def __init__(self, defects: DefectLog, max_tags: int) -> None:
        self._defects = defects
        self._max_tags = max_tags
        self.page = Page()
        self._text: list[str] = []
        self._anchor: str | None = None
        self._anchor_text: list[str] = []
        self._anchor_length = 0
        self._dull: set[str] = set()

    def read(self, source: str) -> Page:
        # One call splits the whole source into text and tags; only what means something costs a step of ours.
        pieces = _TAG.split(source, self._max_tags + 1)
        if len(pieces) > _PIECES_PER_TAG * (self._max_tags + 1):
            self._defects.note(DefectKind.TOO_MANY_TAGS)
            pieces[_PIECES_PER_TAG * self._max_tags :] = [""]
        iterator = iter(pieces)
        if before := next(iterator):
            self._show(before)
        # A page has hundreds of tags of layout: for those nothing is called that need not be.
        show, tags, dull = self._text.append, self.page.tags, self._dull
        for raw_name, raw_attributes, slash, name, attributes, after in zip(*[iterator] * 6, strict=True):
            if name:
                tag, breaks_line, is_plain = _kind_of_tag(name)
                if slash:
                    if breaks_line:
                        show("\n")
                    elif tag == "a":
                        self._finish_anchor()
                else:
                    tags.append(tag)
                    if breaks_line:
                        show("\n")
                    if not is_plain:
                        self._open(tag, attributes)
                    elif attributes and attributes not in dull:
                        self._open_plain(tag, attributes)
            elif raw_name:
                tag, breaks_line, _ = _kind_of_tag(raw_name)
                tags.append(tag)
                if breaks_line:
                    show("\n")
                self._open(tag, raw_attributes)
            if after:
                if self._anchor is None:
                    show(after)
                else:
                    self._show(after)
        self._finish_anchor()
        self.page.smuggles = self.page.has_script and makes_a_file(source)
        # Most references are blanks, which need no table.
        text = "".join(self._text).replace("&nbsp;", " ")
        self.page.text = _single_blanks(unescape_references(text))
        self._add_plain_addresses(source)
        return self.page

    def _show(self, text: str) -> None:
        self._text.append(text)
        if self._anchor is not None and self._anchor_length < limits.MAX_ANCHOR_CHARACTERS:
            self._anchor_text.append(text[: limits.MAX_ANCHOR_CHARACTERS])
            self._anchor_length += len(text)

    def _finish_anchor(self) -> None:
        if self._anchor is not None:
            shown = " ".join(unescape_references("".join(self._anchor_text)).split())[: limits.MAX_ANCHOR_CHARACTERS]
            self.page.references.append(Reference(self._anchor, "link", without_controls(shown)))
        self._anchor, self._anchor_text, self._anchor_length = None, [], 0

    def _open_plain(self, name: str, attributes: str) -> None:
        """A tag of text and layout; the same styles stand in it again and again."""
        if "=" in attributes and _may_lead(attributes):
            self._collect(name, self._attributes(attributes))
        else:
            self._dull.add(attributes)

    def _open(self, name: str, attributes: str) -> None:
        page = self.page
        if name == "a":
            self._finish_anchor()
        elif name == "img":
            page.image_count += 1
        elif name == "form":
            page.has_form = True
        elif name == "script":
            page.has_script = True
        if "=" not in attributes:
            return
        values = self._attributes(attributes)
        if name == "input" and values.get("type", "").strip().lower() == "password":
            page.has_password_field = True
        self._collect(name, values)

    def _attributes(self, text: str) -> dict[str, str]:
        """Attribute values by lower-case name; the first of two counts (HTML standard, 13.2.5.33)."""
        values: dict[str, str] = {}
        if len(text) <= _SHORT_ATTRIBUTES:
            found: Iterable[tuple[str, ...]] = _ATTRIBUTE.findall(text)
        else:
            found = self._first_attributes(text)
        for written, double_quoted, single_quoted, bare in found:
            name = written.lower()
            if name in _READ_ATTRIBUTES and name not in values:
                value = double_quoted or single_quoted or bare
                if value:
                    values[name] = unescape_references(value[: limits.MAX_URL_CHARACTERS + 1]).strip()
        return values

    def _first_attributes(self, text: str) -> Iterator[tuple[str, ...]]:
        for count, match in enumerate(_ATTRIBUTE.finditer(text)):
            if count >= limits.MAX_ATTRIBUTES:
                self._defects.note(DefectKind.TOO_MANY_TAGS)
                return
            yield match.groups("")

    def _collect(self, name: str, values: dict[str, str]) -> None:
        for attribute, value in values.items():
            role = _LINK_ATTRIBUTES.get(attribute)
            if role is None:
                continue
            if name == "a" and attribute == "href":
                self._anchor = value
            elif name == "base" and attribute == "href":
                self.page.base = self.page.base or value
                self._add(value, "base")
            elif attribute == "srcset":
                for candidate in value.split(",")[:16]:
                    self._add(candidate.strip().partition(" ")[0], role)
            else:
                self._add(value, "resource" if name == "link" else role)
        if name == "meta" and (refresh := _REFRESH.search(values.get("content", ""))) is not None:
            self._add(refresh[1], "refresh")
        if "(" in values.get("style", ""):
            for found in _CSS_URL.findall(values["style"])[:16]:
                self._add(found, "resource")

    def _add(self, address: str, role: str) -> None:
        if address:
            self.page.references.append(Reference(address, role))

    def _add_plain_addresses(self, source: str) -> None:
        known = {reference.address for reference in self.page.references}
        # A line break inside an attribute is dropped by browsers; here it would leave half an address.
        known.update(address.split(maxsplit=1)[0] for address in tuple(known) if address.strip())
        # What is shown as text is for whoever reads the text: it may be bait that leads nowhere.
        known.update(written.rstrip(".,;") for written in _absolute_addresses(self.page.text))
        for written in _absolute_addresses(source):
            # A quotation mark that was written as a reference ends an address like any other.
            address = _BEYOND_ADDRESS.split(unescape_references(written), maxsplit=1)[0].rstrip(".,;")
            if address not in known:
                known.add(address)
                self._add(address, "resource")
                if len(known) > limits.MAX_LINKS_SEEN:
                    return


def _absolute_addresses(text: str) -> Iterator[str]:
    for match in _ABSOLUTE.finditer(text):
        colon, end = match.span()
        yield text[colon - (5 if text[colon - 1] in "sS" else 4) : end]


def _single_blanks(text: str) -> str:
    """Text with each run of blanks as one; line ends stay."""
    for blank in _BLANKS:
        if blank in text:
            text = text.replace(blank, " ")
    while "  " in text:
        # Each turn halves the longest run, so that there are few of them.
        text = text.replace("  ", " ")
    return text


def makes_a_file(source: str) -> bool:
    """Whether a script unpacks something and hands it out or shows it: HTML smuggling (ATT&CK T1027.006)."""
    code = source.lower()
    return any(mark in code for mark in _SMUGGLED_FROM) and any(mark in code for mark in _SMUGGLED_TO)


def _may_lead(attributes: str) -> bool:
    """Whether the attributes of a tag of text or layout can hold an address; a cheap look before reading them all."""
    return (
        "(" in attributes
        or "://" in attributes
        or "href" in attributes
        or "src" in attributes
        or "ground" in attributes
        or "data" in attributes
        or "HREF" in attributes
        or "SRC" in attributes
        or "GROUND" in attributes
        or "DATA" in attributes
    )


def unescape_references(text: str) -> str:
    """Character references decoded; a number of thousands of digits, which ``html.unescape`` raises at, is cut."""
    if "&" not in text:
        return text
    return unescape(_LONG_REFERENCE.sub("\ufffd", _PADDED_REFERENCE.sub(r"&#\1", text)))


def read_page(source: str, defects: DefectLog, max_tags: int = limits.MAX_HTML_TAGS) -> Page:
    """Read one HTML text; it never raises and takes time in proportion to its length."""
    return _PageReader(defects, max_tags).read(source)


def looks_like_html(text: str) -> bool:
    """Whether a text without a declared type is HTML."""
    head = text[:1024].lower()
    return any(
        tag in head for tag in ("<html", "<!doctype html", "<body", "<script", "<table", "<meta ", "<svg", "<a ")
    )
