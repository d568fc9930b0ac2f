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
from functools import cached_property
from html import unescape

import msgspec

from charteroak.mail import limits
from charteroak.mail.decoding import without_controls
from charteroak.mail.defects import DefectKind, DefectLog
from charteroak.mail.html_names import ACTING, HOLD_NO_MARKUP, LINK_ATTRIBUTES, READ_ATTRIBUTES, Tag, kind_of_tag

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
# A tag as it stands between its brackets, where no quoted value holds the second of them.
_WHOLE_TAG = re.compile(
    r"(/?)([a-zA-Z][^\s/>]{0,64}+)([^>=]*+(?:=\s*+(?>\"[^\"]*\"|'[^']*'|(?![\"']))[^>=]*+)*+)", re.DOTALL
)
_EMPTY_COMMENT = re.compile(r"!---?>")
_COMMENT_END = re.compile(r"--!?>")
_END_TAG = re.compile(r"/([a-zA-Z]++)[\s/>]")
# The same as most tags are written: in lower case, with double quotes, and one attribute at most that leads anywhere.
_DULL = (
    r'(?:\s++(?:style="(?:[^"(&]++|(?<![lL])\(|&(?!\#|lpar))*+"'
    rf'|(?!(?:{"|".join(sorted(READ_ATTRIBUTES))})=)[a-z_][a-z0-9_:-]*+="[^"]*+"))*+'
)
_USUAL_TAG = re.compile(rf'([a-z][a-z0-9]{{0,64}}+){_DULL}(?:\s++(href|src)="([^"]*+)"{_DULL})?+\s*+/?')
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

_REMEMBERED: dict[str, tuple[str, str]] = {}
"""What a tag that leads nowhere adds to tags and text, by all that stands between its brackets.

Three of four tags of a mail were met before: mailing programs write the same rows, cells and styles again and again.
"""
_MOST_REMEMBERED = 4096
_LONGEST_REMEMBERED = 400


def _remember(tag: str, name: str, line_end: str) -> None:
    if len(tag) <= _LONGEST_REMEMBERED:
        if len(_REMEMBERED) >= _MOST_REMEMBERED:
            _REMEMBERED.clear()
        _REMEMBERED[tag] = (name, line_end)


class Reference(msgspec.Struct, frozen=True, gc=False):
    """An address as written in the source: its role (link, form, base, refresh, resource) and the text shown for it."""

    address: str
    role: str
    text: str = ""


@dataclass
class Page:
    """What was found in one HTML text; ``unspaced`` is its text with the blanks of its source."""

    references: list[Reference] = field(default_factory=list)
    unspaced: str = ""
    base: str = ""
    tags: list[str] = field(default_factory=list)
    has_password_field: bool = False
    has_form: bool = False
    has_script: bool = False
    smuggles: bool = False
    image_count: int = 0

    @cached_property
    def text(self) -> str:
        """The text that is shown, each run of blanks as one; line ends stay."""
        return _single_blanks(self.unspaced)

    @cached_property
    def words(self) -> list[str]:
        """The words that are shown."""
        return self.unspaced.split()


class _PageReader:
    """Takes the tags of one page in their order; ``cut_tags`` had more attributes than are looked at."""

    def __init__(self) -> None:
        self.page = Page()
        self.cut_tags = 0
        self._text: list[str] = []
        self._anchor: str | None = None
        self._anchor_text: list[str] = []
        self._anchor_length = 0

    def take_usual(self, source: str) -> bool:
        """Take a page of which each tag ends where it seems to; False where only ``take_any`` can tell.

        Cutting at the brackets takes half the time of the exact expression, and most tags were met before.
        """
        rest = iter(source.split("<"))
        if before := next(rest):
            self._show(before)
        show, tags, remembered = self._text.append, self.page.tags, _REMEMBERED.get
        for piece in rest:
            tag, end, after = piece.partition(">")
            known = remembered(tag)
            if known is not None and end:
                name, line_end = known
                if name:
                    tags.append(name)
                if line_end:
                    show(line_end)
            elif tag == "/a" and end:
                self._finish_anchor()
            else:
                behind = self._take_new(tag, end, after, rest)
                if behind is None:
                    return False
                after = behind
            if after:
                if self._anchor is None:
                    show(after)
                else:
                    self._show(after)
        return True

    def take_any(self, source: str, max_tags: int) -> bool:
        """Take the first ``max_tags`` tags of any page; False where it has more."""
        pieces = _TAG.split(source, max_tags + 1)
        is_whole = len(pieces) <= _PIECES_PER_TAG * (max_tags + 1)
        if not is_whole:
            pieces[_PIECES_PER_TAG * max_tags :] = [""]
        iterator = iter(pieces)
        if before := next(iterator):
            self._show(before)
        for raw_name, raw_attributes, slash, name, attributes, after in zip(*[iterator] * 6, strict=True):
            if name or raw_name:
                self._take(slash or "", name or raw_name, attributes or raw_attributes or "")
            if after:
                self._show(after)
        return is_whole

    def finish(self, source: str) -> Page:
        """The page, all tags taken."""
        self._finish_anchor()
        self.page.smuggles = self.page.has_script and makes_a_file(source)
        # Most references are blanks, which need no table.
        self.page.unspaced = unescape_references("".join(self._text).replace("&nbsp;", " "))
        self._add_plain_addresses(source)
        return self.page

    def _take_new(self, tag: str, end: str, after: str, rest: Iterator[str]) -> str | None:
        """Take a tag that was not met before, and what belongs to it of the ``rest``; the text behind it.

        None where the tag does not end at its first bracket, or is none.
        """
        if tag.startswith("!--"):
            return _behind_comment(f"{tag}{end}{after}", rest)
        if not end:
            return None
        usual = _USUAL_TAG.fullmatch(tag) if len(tag) <= _SHORT_ATTRIBUTES else None
        if usual is not None:
            name, attribute, value = usual.groups()
            leads = bool(value)
            line_end = self._open(kind_of_tag(name), {attribute: _value_of(value)} if leads else {})
        elif tag.startswith(("!", "?")):
            name = line_end = ""
            leads = False
        elif (whole := _WHOLE_TAG.fullmatch(tag)) is not None:
            references = len(self.page.references)
            name, line_end = self._take(*whole.groups())
            leads = len(self.page.references) > references
        else:
            return None
        if name in HOLD_NO_MARKUP:
            return self._skip_content(name, rest)
        if not leads and name not in ACTING:
            _remember(tag, name, line_end)
        return after

    def _skip_content(self, name: str, rest: Iterator[str]) -> str | None:
        """Leave out the content of an element that holds no markup, up to its end tag, which is taken."""
        for piece in rest:
            end_tag = _END_TAG.match(piece)
            if end_tag is not None and end_tag[1].lower() == name:
                return self._take_new(*piece.partition(">"), rest)
        return ""

    def _take(self, slash: str, written: str, attributes: str) -> tuple[str, str]:
        """Take a tag; the name of what it begins or of the link it ends, and the line end that stands for it."""
        tag = kind_of_tag(written)
        if not slash:
            may_lead = "=" in attributes and (not tag.is_layout or _may_lead(attributes))
            return tag.name, self._open(tag, self._attributes(attributes) if may_lead else {})
        if tag.line_end:
            self._text.append(tag.line_end)
        elif tag.name == "a":
            self._finish_anchor()
            return "a", ""
        return "", tag.line_end

    def _open(self, tag: Tag, values: dict[str, str]) -> str:
        """Take the beginning of an element; the line end that stands for it in the text."""
        name, line_end, _ = tag
        self.page.tags.append(name)
        if line_end:
            self._text.append(line_end)
        if name in ACTING:
            page = self.page
            if name == "a":
                self._finish_anchor()
            elif name == "img":
                page.image_count += 1
            elif name == "form":
                page.has_form = True
            elif name == "script":
                page.has_script = True
            elif name == "input" and values.get("type", "").strip().lower() == "password":
                page.has_password_field = True
        if values:
            self._collect(name, values)
        return line_end

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

    def _attributes(self, text: str) -> dict[str, str]:
        """Attribute values by lower-case name; the first of two counts (HTML standard, 13.2.5.33)."""
        values: dict[str, str] = {}
        if len(text) <= _SHORT_ATTRIBUTES:
            found: Iterable[tuple[str, ...]] = _ATTRIBUTE.findall(text)
        else:
            found = self._first_attributes(text)
        for written, double_quoted, single_quoted, bare in found:
            name = written.lower()
            if name in READ_ATTRIBUTES and name not in values:
                value = double_quoted or single_quoted or bare
                if value:
                    values[name] = _value_of(value)
        return values

    def _first_attributes(self, text: str) -> Iterator[tuple[str, ...]]:
        for count, match in enumerate(_ATTRIBUTE.finditer(text)):
            if count >= limits.MAX_ATTRIBUTES:
                self.cut_tags += 1
                return
            yield match.groups("")

    def _collect(self, name: str, values: dict[str, str]) -> None:
        for attribute, value in values.items():
            role = LINK_ATTRIBUTES.get(attribute)
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
        broken = [address for address in known if " " in address or not address.isprintable()]
        known.update(address.split(maxsplit=1)[0] for address in broken if address.strip())
        # What is shown as text is for whoever reads the text: it may be bait that leads nowhere.
        known.update(written.rstrip(".,;") for written in _absolute_addresses(self.page.unspaced))
        for written in _absolute_addresses(source):
            # A quotation mark that was written as a reference ends an address like any other.
            address = _BEYOND_ADDRESS.split(unescape_references(written), maxsplit=1)[0].rstrip(".,;")
            if address not in known:
                known.add(address)
                self._add(address, "resource")
                if len(known) > limits.MAX_LINKS_SEEN:
                    return


def _value_of(written: str) -> str:
    """The value of an attribute; one character more than a link may have shows that it was cut."""
    return unescape_references(written[: limits.MAX_URL_CHARACTERS + 1]).strip()


def _behind_comment(piece: str, rest: Iterator[str]) -> str:
    """The text behind the comment that a piece begins with; it ends in one of the ``rest``, or never."""
    end = _EMPTY_COMMENT.match(piece) or _COMMENT_END.search(piece, 3)
    while end is None:
        following = next(rest, None)
        if following is None:
            return ""
        piece = following
        end = _COMMENT_END.search(piece)
    return piece[end.end() :]


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
    reader = _PageReader()
    is_whole = source.count("<") <= max_tags and reader.take_usual(source)
    if not is_whole:
        reader = _PageReader()
        is_whole = reader.take_any(source, max_tags)
    page = reader.finish(source)
    for _ in range(reader.cut_tags + (not is_whole)):
        defects.note(DefectKind.TOO_MANY_TAGS)
    return page


def looks_like_html(text: str) -> bool:
    """Whether a text without a declared type is HTML."""
    head = text[:1024].lower()
    return "<" in head and any(
        tag in head for tag in ("<html", "<!doctype html", "<body", "<script", "<table", "<meta ", "<svg", "<a ")
    )
