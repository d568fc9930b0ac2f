"""Hostile markup with plainer tags: of each tag only the attributes that are asked for, once each.

Parsers look through all attributes of a tag for each next one, so that one tag of 100,000 takes them seconds. Here
every character is looked at once, as the HTML standard divides them (section 13.2.5, "Tokenization"), and what is
written has no ``<`` but those of its tags: whoever reads it again finds these tags and no others. Comments,
declarations and what stands in scripts, styles and titles are no text and are left out.
"""

import re
from collections.abc import Collection, Mapping

_SPACE = "\t\n\f\r "
_NEXT = re.compile(
    r"(?P<comment><!--(?:-?>|.*?(?:--!?>|\Z)))"
    r"|(?P<declaration><(?:[!?]|/[^a-zA-Z])[^>]*+>?)"
    rf"|<(?P<end>/?)(?P<name>[a-zA-Z][^{_SPACE}/>]*+)"
    r"|(?P<reference>[&<])",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(
    rf"[{_SPACE}/]*+(?P<name>[^{_SPACE}/>][^{_SPACE}/>=]*+)"
    rf"(?:[{_SPACE}]*+=[{_SPACE}]*+(?:\"(?P<double>[^\"]*+)\"?|'(?P<single>[^']*+)'?|(?P<plain>[^{_SPACE}>]*+)))?"
)
_TAG_END = re.compile(rf"[{_SPACE}/]*+>")
_PLAIN_NAME = re.compile(r"[a-z][a-z0-9:_-]*")
_LEFT_OUT = {
    name: re.compile(rf"</{name}(?=[{_SPACE}/>])", re.IGNORECASE) for name in ("script", "style", "title", "iframe")
}
"""Elements whose content is read up to their own end, whatever stands in it."""
_ESCAPES = str.maketrans({'"': "&quot;", "<": "&lt;"})


def with_plainer_tags(
    source: str, wanted: Mapping[str, Collection[str]], *, most_tags: int, most_references: int
) -> tuple[str, bool]:
    """The markup with the ``wanted`` attributes of each element alone, and whether it is the whole of it.

    After ``most_tags`` beginnings of elements, as many ends, or ``most_references`` (a ``<`` that is no tag becomes
    one) the rest is left out. The first of two attributes of one name counts. A tag that never ends is none.
    """
    left = {"": most_tags, "/": most_tags, "&": most_references}
    written: list[str] = []
    place = 0
    while match := _NEXT.search(source, place):
        written.append(source[place : match.start()])
        place = match.end()
        if match["comment"] or match["declaration"]:
            continue
        kind = "&" if match["reference"] else match["end"]
        left[kind] -= 1
        if left[kind] < 0:
            return "".join(written), False
        if match["reference"]:
            written.append("&" if match["reference"] == "&" else "&lt;")
            continue
        name = match["name"].lower()
        attributes, end = _attributes(source, place, wanted.get(name, ()))
        if end is None:
            return "".join(written), True
        place = end
        if _PLAIN_NAME.fullmatch(name):
            written.append(f"<{kind}{name}{'' if kind else attributes}>")
        if not kind and (closing := _LEFT_OUT.get(name)):
            found = closing.search(source, place)
            place = found.start() if found else len(source)
    written.append(source[place:])
    return "".join(written), True


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
