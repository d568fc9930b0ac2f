"""Office files that are zip archives (ECMA-376): macros, templates and links that point outside, objects.

Links stand in relationship files as ``Target`` of an external relationship. These are read with expressions and not
with an XML reader: nothing of their structure is needed, and no entity can grow.
"""

import io
import re
import zipfile
from html import unescape

from charteroak.mail import limits
from charteroak.mail.inside.finding import Inside, InsideDefect, LinkInside

_RELATIONSHIP = re.compile(r"<Relationship\b([^>]{0,6000})>", re.IGNORECASE)
_TARGET = re.compile(r"\bTarget\s*=\s*(?:\"([^\"]{0,4096})\"|'([^']{0,4096})')", re.IGNORECASE)
_TYPE = re.compile(r"\bType\s*=\s*[\"'][^\"']{0,400}/([A-Za-z]{2,40})[\"']", re.IGNORECASE)
_TEXT_RUN = re.compile(r"<(?:w|a):t(?:\s[^>]{0,200})?>([^<]{1,4000})<|<t(?:\s[^>]{0,200})?>([^<]{1,4000})<")
_STARTS_PROGRAM = re.compile(r"<w:instrText\b[^<>]{0,200}>\s{0,20}DDE(?:AUTO)?\s", re.IGNORECASE)
"""A field that asks another program for its text (DDE) runs a command as a macro does."""
_LOADED_BY_ITSELF = frozenset({"attachedtemplate", "frame", "oleobject", "externallinkpath", "subdocument", "image"})
_MOST_BYTES_OF_ONE = 2 << 20
_MOST_BYTES = 16 << 20


def look_into_office(data: bytes) -> Inside:
    """What an Office file leads to and what would act in it; nothing else of it is read."""
    found = Inside()
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - zipfile raises several kinds on hostile directories
        found.miss(InsideDefect.DAMAGED, f"An Office file ({type(error).__name__}).")
        return found
    with archive:
        left = _MOST_BYTES
        for entry in archive.infolist()[: limits.MAX_ARCHIVE_ENTRIES]:
            name = entry.filename.lower()
            if name.endswith("vbaproject.bin") or "/macrosheets/" in name:
                found.flag("macro-document")
            elif "/embeddings/" in name or "/activex/" in name:
                found.flag("document-holds-objects")
            is_relations, is_text = name.endswith(".rels"), name.endswith(("document.xml", "sharedstrings.xml"))
            is_text = is_text or ("/slides/slide" in name and name.endswith(".xml"))
            if left > 0 and (is_relations or is_text):
                text = _beginning(archive, entry, found)
                left -= len(text)
                if is_relations:
                    _read_relations(text, found)
                else:
                    _read_text(text, found)
                    if _STARTS_PROGRAM.search(text) is not None:
                        found.flag("macro-document")
    return found


def _beginning(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, found: Inside) -> str:
    try:
        with archive.open(entry) as stream:
            return stream.read(_MOST_BYTES_OF_ONE).decode("utf-8", "replace")
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - zipfile raises several kinds on hostile entries
        found.miss(InsideDefect.DAMAGED, f"A part of an Office file ({type(error).__name__}).")
        return ""


def _read_relations(text: str, found: Inside) -> None:
    for match in _RELATIONSHIP.finditer(text):
        attributes = match[1]
        target = _TARGET.search(attributes)
        if target is None or "external" not in attributes.lower():
            continue
        address = unescape(target[1] or target[2] or "").strip()
        kind = match_type[1].lower() if (match_type := _TYPE.search(attributes)) is not None else ""
        loads = kind in _LOADED_BY_ITSELF and address.lower().startswith(("http:", "https:", "ftp:", "\\\\", "file:"))
        if loads and kind != "image":
            found.flag("document-loads-from-outside")
        if address and len(found.links) < limits.MAX_LINKS_INSIDE:
            how = "template" if loads and kind != "image" else "document-link"
            found.links.append(LinkInside(address[: limits.MAX_URL_CHARACTERS], how))


def _read_text(text: str, found: Inside) -> None:
    room = limits.MAX_TEXT_INSIDE - len(found.text)
    pieces: list[str] = []
    for match in _TEXT_RUN.finditer(text):
        piece = unescape(match[1] or match[2] or "")
        pieces.append(piece)
        room -= len(piece) + 1
        if room <= 0:
            break
    found.text = f"{found.text} {' '.join(pieces)}".strip()[: limits.MAX_TEXT_INSIDE]
