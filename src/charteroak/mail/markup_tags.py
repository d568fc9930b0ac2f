"""Hostile markup with plainer tags: of each tag only the attributes that are asked for, once each.

Parsers look through all attributes of a tag for each next one, and compare and repeat the tags of bold text that nobody
ended, so that one tag of 100,000 attributes takes them seconds. Markup of which no reading has such tags is given to
them as it is (``has_cheap_tags``). Of any other each character is looked at once, as the HTML standard divides them
(section 13.2.5, "Tokenization"), and what is written has no tags but those that were found: whoever reads it again
finds these and no others. Comments, declarations and what stands in scripts, styles and titles are left out.

Where a tag ends a text that is no markup (``<textarea>``, ``<svg>``) depends on the tree that a parser builds. None is
built here, so that markup with such tags is never called whole: a text must not be hidden by a tag read otherwise.
"""

import re
from collections.abc import Collection, Mapping

MOST_ATTRIBUTES = 200
MOST_REPEATED = 15
"""Tags of bold text and its like that have attributes: a parser repeats each, unended, in every paragraph after it."""
_MOST_LOOKED_AT = 4_000_000
_SPACE = "\t\n\f\r "
_NEXT = re.compile(
    r"(?P<comment><!--(?:-?>|.*?(?:--!?>|\Z)))"
    r"|(?P<declaration></>|<(?:[!?]|/[^a-zA-Z>])[^>]*+>?)"
    rf"|<(?P<end>/?)(?P<name>[a-zA-Z][^{_SPACE}/>]*+)"
    r"|(?P<reference>[&<])",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(
    rf"[{_SPACE}/]*+(?P<name>[^{_SPACE}/>][^{_SPACE}/>=]*+)"
    rf"(?:[{_SPACE}]*+=[{_SPACE}]*+(?:\"(?P<double>[^\"]*+)\"?|'(?P<single>[^']*+)'?|(?P<plain>[^{_SPACE}>]*+)))?"
)
_TAG_END = re.compile(rf"[{_SPACE}/]*+>")
_BEGINNING = re.compile(r"<(?=[a-zA-Z])")
_ENDING = re.compile(r"</(?=[a-zA-Z])")
_NAME = re.compile(rf"[^{_SPACE}/>]++")
_REPEATED = re.compile(rf"<(?:b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)[{_SPACE}/]", re.IGNORECASE)
_PLAIN_NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9:_-]*")
_LEFT_OUT = {
    name: re.compile(rf"</{name}(?=[{_SPACE}/>])", re.IGNORECASE) for name in ("script", "style", "title", "iframe")
}
"""Elements whose content is read up to their own end, whatever stands in it."""
_READ_BY_THE_TREE = frozenset(
    {
        *("svg", "math", "select", "template", "frameset"),
        *("textarea", "xmp", "noembed", "noframes", "noscript", "plaintext"),
    }
)
_READ_AS = {"image": "img"}
"""Names that a parser takes for another (HTML standard, section 13.2.6.4.7)."""
_ESCAPES = str.maketrans({'"': "&quot;", "<": "&lt;"})
_NO_REFERENCE = "<!---->"


def has_cheap_tags(source: str, *, most_tags: int, most_references: int) -> bool:
    """Whether a parser reads the markup in little time, wherever it takes a ``<`` for the beginning of a tag.

    Every ``<`` before a letter is followed to the end of the tag that it may begin. More than ``most_tags`` beginnings
    of elements or ends of them, ``most_references`` (and other ``<``), or a tag of many attributes are not cheap, nor
    is what takes too long to follow.
    """
    beginnings = [match.end() for match in _BEGINNING.finditer(source)]
    endings = [match.end() for match in _ENDING.finditer(source)]
    if max(len(beginnings), len(endings)) > most_tags or source.count("&") + source.count("<") > most_references:
        return False
    if sum(1 for _ in _REPEATED.finditer(source)) > MOST_REPEATED:
        return False
    left = _MOST_LOOKED_AT
    for place in beginnings + endings:
        name = _NAME.match(source, place)
        end = name.end() if name else place
        left -= end - place
        attributes = 0
        while match := _ATTRIBUTE.match(source, end):
            attributes += 1
            left -= 10 + match.end() - end
            end = match.end()
            if attributes > MOST_ATTRIBUTES or left < 0:
                return False
        if left < 0:
            return False
    return True


def with_plainer_tags(
    source: str, wanted: Mapping[str, Collection[str]], *, most_tags: int, most_references: int
) -> tuple[str, bool]:
    """The markup with the ``wanted`` attributes of each element alone, and whether a parser reads it as the source.

    After ``most_tags`` beginnings of elements, as many ends, or ``most_references`` (a ``<`` that is no tag becomes
    one) the rest is left out. The first of two attributes of one name counts. A tag that never ends is none.
    """
    left = {"": most_tags, "/": most_tags, "&": most_references}
    written: list[str] = []
    place = 0
    is_certain = True
    while match := _NEXT.search(source, place):
        written.append(source[place : match.start()])
        place = match.end()
        if match["comment"] or match["declaration"]:
            _part(written)
            continue
        kind = "&" if match["reference"] else match["end"]
        left[kind] -= 1
        if left[kind] < 0:
            return "".join(written), False
        if match["reference"]:
            written.append("&" if match["reference"] == "&" else "&lt;")
            continue
        is_plain = _PLAIN_NAME.fullmatch(match["name"]) is not None
        name = match["name"].lower() if is_plain else ""
        attributes, end = _attributes(source, place, wanted.get(_READ_AS.get(name, name), ()))
        if end is None:
            return "".join(written), is_certain
        place = end
        is_certain = is_certain and name not in _READ_BY_THE_TREE
        if is_plain:
            written.append(f"<{kind}{name}{'' if kind else attributes}>")
        else:
            _part(written)
        if not kind and (closing := _LEFT_OUT.get(name)):
            found = closing.search(source, place)
            begun, place = place, found.start() if found else len(source)
            # A script in a comment in a script moves the script's end.
            is_certain = is_certain and not (name == "script" and "<!--" in source[begun:place])
    written.append(source[place:])
    return "".join(written), is_certain


def _part(written: list[str]) -> None:
    """Keep a reference that what is left out here ended from going on behind it."""
    if written[-2:-1] == ["&"]:
        written.append(_NO_REFERENCE)


def _attributes(source: str, place: int, wanted: Collection[str]) -> tuple[str, int | None]:
    """The wanted attributes of the tag whose name ends at ``place``, and where the tag ends; ``None`` if nowhere."""
    kept: dict[str, str] = {}
    while match := _ATTRIBUTE.match(source, place):
        place = match.end()
        name = match["name"].lower()
        if name in wanted and name not in kept:
            kept[name] = match["double"] or match["single"] or match["plain"] or ""
    end = _TAG_END.match(source, place)
    written = "".join(f' {name}="{value.translate(_ESCAPES)}"' for name, value in kept.items())
    return written, end.end() if end else None
