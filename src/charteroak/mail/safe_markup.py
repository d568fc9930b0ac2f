"""A hostile HTML text as markup that does nothing: its structure and its words, addresses as text, and no attribute.

Three steps, the last of which is the guarantee whatever the ones before it let through:

1. ``nh3`` (the HTML standard's parser) drops what acts, loads or paints, with its content where that is no text.
2. Links, pictures and fields become words: where a link led, what a picture said it was. Addresses are defanged.
3. ``nh3`` again, with a short list of elements and not one attribute.

Lengths, tags, their attributes and references are bounded first: the parser's time grows with the square of the nesting
and of the attributes of a tag. Within the bounds the parser reads the source itself: it alone says what is text.
"""

import hashlib
import re
from collections.abc import Callable
from html import escape, unescape

import nh3

from charteroak.mail.decoding import with_turns_told, without_controls
from charteroak.mail.markup_tags import has_cheap_tags, with_plainer_tags

MAX_SOURCE_CHARACTERS = 400_000
MAX_SOURCE_TAGS = 3_000
MAX_SOURCE_REFERENCES = 20_000
MAX_SHOWN_CHARACTERS = 80_000
MAX_ADDRESS_CHARACTERS = 300
_MAX_SEARCHED = 4_000
MAX_NESTING = 24
"""Deeper markup keeps its lines and loses its boxes; honest mail has tables in tables, but not so many."""

_LINES = frozenset({"p", "br", "b", "strong", "i", "em", "u", "s", "code"})
_BOXES = frozenset({"div", "blockquote", "pre", "ul", "ol", "li", "table", "tbody", "tr", "td"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_MENTIONED: dict[str, set[str]] = {
    "a": {"href"},
    "area": {"href"},
    "img": {"src", "alt"},
    "form": {"action"},
    "input": {"type", "name", "placeholder", "value"},
    "button": set(),
    "textarea": set(),
    "select": set(),
}
_NOTHING: dict[str, set[str]] = {"*": set()}
"""nh3 keeps ``lang`` and ``title`` of every element unless it is told otherwise."""
_NO_TEXT = {"script", "style", "title", "iframe", "template"}
"""Left out with their content; no reader of mail shows it."""
_UNREAD = {"object", "noscript", "svg", "math"}
"""Left out with their content as well, of which readers of mail may show the text."""
_UNREAD_TAG = re.compile(r"<(?:object|noscript|svg|math)[\s/>]", re.IGNORECASE)
_BEGINNING = re.compile(r"<([a-zA-Z][^\s/>]*)")
_VOID = frozenset({"br", "img", "input", "area"})
_SCHEMES = {"http", "https", "mailto", "tel", "sms", "ftp", "file", "cid", "data", "javascript", "vbscript", "blob"}
_SCHEMES |= {"ms-excel", "ms-msdt", "ms-officecmd", "ms-powerpoint", "ms-word", "search-ms", "feed", "intent", "skype"}
"""Of what a link is told in words; links to anything else are left out. None of them is ever a link in the page."""
_ADDRESSES = {"href", "src", "action"}
_TAG = re.compile(r"(<(?:[^<>\"]|\"[^\"]*\")*>)")
_LINE_END = re.compile(r"</?(?:p|div|tr|td|li|ul|ol|table|tbody|blockquote|pre)>|<br>")
_NAME = re.compile(r"</?([a-z0-9]+)")
_ATTRIBUTE = re.compile(r" ([a-z]+)=\"([^\"]*)\"")
_ADDRESS = re.compile(
    r"(?P<web>\b(?:[hH][tT][tT][pP][sS]?|[fF][tT][pP]):[/\\]{1,3}|\b[wW]{3}\.)(?P<host>[^\s/\\?#<>\"'&]{1,255})"
    r"|(?P<mail>[^\s<>\"'@:;,()&]{1,64}@[^\s<>\"'@:;,()&]{1,255})"
    r"|\b(?P<active>javascript|vbscript|data|blob|file):",
    re.IGNORECASE,
)
_HOST_DOT = re.compile(r"(?<=[^\W_])\.(?=[^\W_])")
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200d\u2060-\u2064\u3164\ufe00-\ufe0f\ufeff\uffa0]"
)


def safe_text(text: str, hide: Callable[[str], str] = str) -> str:
    """A text without what hides or turns it, its addresses spelled so that no program makes links of them.

    Characters that turn text around are written as their number; invisible ones are left out. ``hide`` takes out what
    must not be shown, once the text is as people read it and before its addresses are spelled.
    """
    lines = (without_controls(line.replace("\t", " ")) for line in text.splitlines())
    plain = _INVISIBLE.sub("", "\n".join(lines))
    return _ADDRESS.sub(_defanged, hide(with_turns_told(plain)))


def safe_address(text: str, hide: Callable[[str], str] = str) -> str:
    """The same for a text that stands where an address does: also one without a scheme, or with a strange one.

    Mail readers complete ``//evil.example``, and hand ``search-ms:`` and its like to other programs.
    """
    shown = safe_text(text, hide)
    return shown if "[.]" in shown else _HOST_DOT.sub("[.]", shown)


def words_of_markup(markup: str, between: str = "") -> str:
    """The words of markup that ``safe_markup`` made, addresses spelled as usual; ``between`` parts its lines."""
    lines = _LINE_END.sub(between, markup)
    return unescape(_TAG.sub("", lines)).replace("[.]", ".").replace("[@]", "@")


def markup_of_words(text: str) -> str:
    """Markup that shows a text line by line and nothing else."""
    lines = (f"<p>{escape(safe_text(line), quote=False)}</p>" for line in text.splitlines() if line.strip())
    return nh3.clean("".join(lines), tags={"p"}, attributes=_NOTHING, link_rel=None)


def safe_markup(source: str, hide: Callable[[str], str] = str) -> tuple[str, bool]:
    """The markup to show, and whether it shows the whole source. It holds no attribute, so nothing in it can act.

    ``hide`` takes out of each text and address what must not be shown, after references were read and tags left out.
    """
    seen, is_whole = _seen(source)
    pieces = _TAG.split(seen)
    is_deep = _nesting(pieces) > MAX_NESTING
    shown = "".join(_said(piece, hide) if i % 2 else _text_of(piece, hide) for i, piece in enumerate(pieces))
    if len(shown) > MAX_SHOWN_CHARACTERS:
        # The parser drops a tag that the cut left open.
        shown, is_whole = shown[:MAX_SHOWN_CHARACTERS], False
    tags = set(_LINES if is_deep else _LINES | _BOXES)
    return nh3.clean(shown, tags=tags, attributes=_NOTHING, link_rel=None), is_whole and not is_deep


def _seen(source: str) -> tuple[str, bool]:
    """What the parser reads, without what acts, loads or paints, and whether no text of the source is missing in it."""
    begun = source[:MAX_SOURCE_CHARACTERS]
    is_whole = len(begun) == len(source)
    # Where this word is not read as text, what stands before it is in something that has no end.
    last = f"\ue000{hashlib.sha256(begun.encode('utf-8', 'replace')).hexdigest()}"
    marked = begun + last
    if not has_cheap_tags(begun, most_tags=MAX_SOURCE_TAGS, most_references=MAX_SOURCE_REFERENCES):
        marked, is_certain = with_plainer_tags(
            marked, _MENTIONED, most_tags=MAX_SOURCE_TAGS, most_references=MAX_SOURCE_REFERENCES
        )
        is_whole = is_whole and is_certain
        begun = marked.removesuffix(last)
    seen = _read(marked)
    if last in seen:
        seen = seen.replace(last, "")
    else:
        seen, is_whole = _read(begun), False
    return seen, is_whole and not (_UNREAD_TAG.search(begun) and _leaves_out_text(begun, seen))


def _read(markup: str) -> str:
    return nh3.clean(
        markup,
        tags=set(_LINES | _BOXES | _HEADINGS | {"th"} | set(_MENTIONED)),
        attributes=_MENTIONED | _NOTHING,
        clean_content_tags=_NO_TEXT | _UNREAD,
        url_schemes=_SCHEMES,
        link_rel=None,
    )


def _leaves_out_text(markup: str, seen: str) -> bool:
    """Whether a drawing, an object or what is for readers without scripts has text of its own."""
    # Of drawings the parser keeps the text of those elements alone that it is asked to keep.
    names = {each for name in _BEGINNING.findall(markup) for each in (name, name.lower())} | {
        "foreignObject",
        "textPath",
    }
    kept = nh3.clean(markup, tags=names - _NO_TEXT, attributes=_NOTHING, clean_content_tags=_NO_TEXT, link_rel=None)
    return "".join(_TAG.sub("", kept).split()) != "".join(_TAG.sub("", seen).split())


def _nesting(pieces: list[str]) -> int:
    """How deep the elements stand in each other; what the parser wrote is well-formed."""
    deepest = depth = 0
    for tag in pieces[1::2]:
        name = _NAME.match(tag)
        if name is None or name[1] in _VOID:
            continue
        depth += -1 if tag.startswith("</") else 1
        deepest = max(deepest, depth)
    return deepest


def _text_of(markup: str, hide: Callable[[str], str]) -> str:
    """Words between tags, with the blanks around them that part them from the words in the tags."""
    words = markup.strip()
    if not words:
        return markup
    before, after = " " * markup[0].isspace(), " " * markup[-1].isspace()
    return f"{before}{escape(safe_text(unescape(words), hide), quote=False)}{after}"


def _said(tag: str, hide: Callable[[str], str]) -> str:
    """A tag as it is shown: as it was, as words, or as a plainer tag."""
    found = _NAME.match(tag)
    name, is_end = (found[1] if found else ""), tag.startswith("</")
    if name in _HEADINGS:
        return "</strong></p>" if is_end else "<p><strong>"
    if name == "th":
        return "</td>" if is_end else "<td>"
    if name not in _MENTIONED:
        return tag
    if is_end:
        return "]</p>" if name == "form" else ""
    attributes = {
        key: _short(unescape(value), safe_address if key in _ADDRESSES else safe_text, hide)
        for key, value in _ATTRIBUTE.findall(tag)
    }
    match name:
        case "a" | "area":
            words = f"[→ {attributes['href']}] " if attributes.get("href") else ""
        case "img":
            words = " ".join(filter(None, ("[picture", attributes.get("alt", ""), attributes.get("src", "")))) + "]"
        case "form":
            return f"<p>[form {_code(attributes.get('action', ''))} "
        case "input":
            words = f"[field {attributes.get('type', 'text')} {attributes.get('name', '')}".rstrip() + "]"
        case _:
            words = f"[{name}] "
    return _code(words)


def _code(words: str) -> str:
    return f"<code>{escape(words, quote=False)}</code>" if words.strip() else ""


def _short(text: str, made_safe: Callable[[str, Callable[[str], str]], str], hide: Callable[[str], str]) -> str:
    # What is cut off in the middle of an address is no longer known for one, so that a whole text is searched first.
    shown = made_safe(" ".join(hide(text[:_MAX_SEARCHED])[: MAX_ADDRESS_CHARACTERS + 1].split()), hide)
    return shown if len(text) <= MAX_ADDRESS_CHARACTERS else f"{shown[:MAX_ADDRESS_CHARACTERS]}…"


def _defanged(match: re.Match[str]) -> str:
    if match["active"]:
        return f"{match['active']}[:]"
    if match["mail"]:
        return match["mail"].replace("@", "[@]").replace(".", "[.]")
    scheme = match["web"].lower().replace("http", "hxxp").replace("ftp", "fxp").replace("www.", "www[.]")
    host = match["host"].replace("@", "[@]").replace(".", "[.]")
    # A scheme in the place of a host would be a whole address again.
    return f"{scheme}{f'{host[:-1]}[:]' if host.endswith(':') else host}"
