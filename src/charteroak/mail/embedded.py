"""What stands inside the source of a page and is neither its text nor its links: whole files, drawings, handlers.

Each search takes time in proportion to the source, and looks only where a word that it cannot do without stands in it.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from charteroak.mail.decoding import decode_base64
from charteroak.mail.defects import DefectLog
from charteroak.mail.html import unescape_references

_DATA = re.compile(
    r"data:(image/[a-z+.-]{1,20}|text/html|application/xhtml\+xml)((?:;[a-z0-9=\"-]{1,40}){0,4}),([A-Za-z0-9+/=%\s._~!*();:@&$-]{16,})",
    re.IGNORECASE,
)
# It begins with the colon, which a search skips to in one step.
_MAY_HOLD_DATA = re.compile(r":(?<=[dD][aA][tT][aA]:)")
_UNPACKED = re.compile(r"atob\(\s{0,8}[\"'`]([A-Za-z0-9+/=]{16,})[\"'`]")
_BLOCKS = ("▀", "▄", "█", "&#96", "&#x25", "&#X25", "&block", "&uhblk", "&lhblk")
_LINE_END = re.compile(r"<br\b[^<>]{0,200}>|</(?:div|p|pre|tr|td|li)>", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[^<>]{0,1000}>")
_HANDLER = re.compile(
    r"\son(?:load|error|click|begin|focus|toggle|mouse\w{2,6}|pointer\w{2,6}|submit)\s*=", re.IGNORECASE
)


class EmbeddedFile(NamedTuple):
    """A file that is written into a page as an address (RFC 2397)."""

    content_type: str
    data: bytes


def embedded_files(source: str) -> Iterator[EmbeddedFile]:
    """Pictures and pages written into a page; how many of them are looked at is for the caller to bound."""
    if _MAY_HOLD_DATA.search(source) is None:
        return
    for match in _DATA.finditer(source):
        data = unquote_to_bytes(match[3]) if "%" in match[3] else match[3].encode("ascii", "ignore")
        is_base64 = match[2].lower().endswith(";base64")
        yield EmbeddedFile(match[1].lower(), decode_base64(data, DefectLog()) if is_base64 else data)


def unpacked_texts(source: str) -> Iterator[str]:
    """What scripts of a page unpack from base64 that is written into it: what they then show, or where they lead."""
    if "atob" not in source:
        return
    for match in _UNPACKED.finditer(source):
        yield decode_base64(match[1].encode("ascii"), DefectLog()).decode("utf-8", "replace")


def drawn_text(source: str) -> str:
    """The text of a page with its blanks and lines as they stand, where it holds blocks that may draw a code."""
    if source.isascii() and "&#" not in source and "lk;" not in source and "ock;" not in source:
        return ""
    if not any(block in source for block in _BLOCKS):
        return ""
    # In preformatted text the source's own line ends count; elsewhere only what breaks a line does.
    text = source if "<pre" in source.lower() else source.replace("\r", "").replace("\n", "")
    return unescape_references(_ANY_TAG.sub("", _LINE_END.sub("\n", text)))


def acts_by_itself(source: str) -> bool:
    """Whether a page has a handler that runs code when it is shown or touched."""
    return _HANDLER.search(source) is not None
