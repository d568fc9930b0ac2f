"""PDF files: links, text, codes on the pages, and what acts by itself.

PDFium reads; at most three pages are drawn, and only to look for QR codes. Links come from link annotations
(ISO 32000-1, 12.6.4.7), from addresses in the text, and from codes. Scripts, launch actions and files inside are named,
never run or opened.
"""

import ctypes
import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from charteroak.mail import limits
from charteroak.mail.inside.finding import GoesOn, Inside, InsideDefect, LinkInside, always
from charteroak.mail.inside.images import read_codes

_LAUNCH = re.compile(rb"/Launch\b|/ImportData\b|/SubmitForm\b")
_ADDRESS = re.compile(rb"https?://[^\s\x00\"'<>()\\]{4,400}", re.IGNORECASE)
_UNREADABLE = frozenset({InsideDefect.TOO_LARGE, InsideDefect.DAMAGED, InsideDefect.LOCKED})
_LINKS_PER_PAGE = 500
_WORDS = re.compile(r"[ \t\r\f\v\u00a0]+")


def look_into_pdf(data: bytes, goes_on: GoesOn = always) -> Inside:
    """What a PDF shows and where it leads; damaged and locked ones are defects."""
    found = words_of_pdf(data, goes_on)
    if not {why for why, _ in found.defects} & _UNREADABLE:
        found.take(codes_of_pdf(data, goes_on))
    return found


def words_of_pdf(data: bytes, goes_on: GoesOn = always) -> Inside:
    """Links, text and what acts; nothing is drawn."""
    return _read(data, _read_words, goes_on)


def codes_of_pdf(data: bytes, goes_on: GoesOn = always) -> Inside:
    """The codes on its pages, which are drawn for this alone."""
    return _read(data, _read_codes, goes_on)


def addresses_in_pdf(data: bytes, _goes_on: GoesOn = always) -> Inside:
    """Addresses that stand in the bytes of a PDF whose pages cannot be read in time."""
    found = Inside()
    if _LAUNCH.search(data):
        found.flag("pdf-acts")
    addresses = dict.fromkeys(match[0].decode("latin-1") for match in islice(_ADDRESS.finditer(data), _LINKS_PER_PAGE))
    found.links = [LinkInside(address, "pdf-link") for address in list(addresses)[: limits.MAX_LINKS_INSIDE]]
    return found


def _read(data: bytes, read: Callable[[Any, Inside, GoesOn], None], goes_on: GoesOn) -> Inside:
    import pypdfium2  # noqa: PLC0415 - only the worker loads it

    found = Inside()
    if len(data) > limits.MAX_PDF_BYTES:
        found.miss(InsideDefect.TOO_LARGE, "A PDF.")
        return found
    if data.count(b"endobj") > limits.MAX_PDF_OBJECTS:
        # PDFium reads them all before the first page.
        found = addresses_in_pdf(data)
        found.miss(InsideDefect.TOO_LARGE, "A PDF of too many objects.")
        return found
    if _LAUNCH.search(data):
        found.flag("pdf-acts")
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        # FPDF_ERR_PASSWORD is 4 (fpdfview.h); everything else is damage.
        if getattr(error, "err_code", None) == 4:
            found.flag("password-protected")
            found.miss(InsideDefect.LOCKED, "A PDF.")
        else:
            found.miss(InsideDefect.DAMAGED, "A PDF.")
        return found
    try:
        read(document, found, goes_on)
    except pypdfium2.PdfiumError:
        found.miss(InsideDefect.DAMAGED, "A PDF.")
    finally:
        document.close()
    return found


def _read_words(document: Any, found: Inside, goes_on: GoesOn) -> None:
    import pypdfium2.raw as pdfium  # noqa: PLC0415 - only the worker loads it

    if pdfium.FPDFDoc_GetJavaScriptActionCount(document.raw) > 0:
        found.flag("pdf-script")
    if pdfium.FPDFDoc_GetAttachmentCount(document.raw) > 0:
        found.flag("pdf-holds-files")
    pages = len(document)
    if pages > limits.MAX_PDF_PAGES:
        found.miss(InsideDefect.CUT, f"Of {pages} pages of a PDF the first {limits.MAX_PDF_PAGES} were read.")
    for page in _pages(document, found, goes_on):
        _read_links(document, page, found)
        _read_text(page, found)


def _read_codes(document: Any, found: Inside, goes_on: GoesOn) -> None:
    for page in _pages(document, found, goes_on):
        _read_drawn_codes(page, found)


def _pages(document: Any, found: Inside, goes_on: GoesOn) -> Iterator[Any]:
    """The first pages, each closed when the next is asked for, as long as there is time."""
    for number in range(min(len(document), limits.MAX_PDF_PAGES)):
        if number and not goes_on():
            found.miss(InsideDefect.CUT, "The pages of a PDF take too long; the rest was not read.")
            return
        page = document[number]
        try:
            yield page
        finally:
            page.close()


def _read_links(document: Any, page: Any, found: Inside) -> None:
    import pypdfium2.raw as pdfium  # noqa: PLC0415 - only the worker loads it

    position = ctypes.c_int(0)
    link = pdfium.FPDF_LINK()
    for _ in range(_LINKS_PER_PAGE):
        if not pdfium.FPDFLink_Enumerate(page.raw, ctypes.byref(position), ctypes.byref(link)):
            return
        action = pdfium.FPDFLink_GetAction(link)
        kind = pdfium.FPDFAction_GetType(action) if action else 0
        if kind == pdfium.PDFACTION_LAUNCH:
            found.flag("pdf-acts")
        if kind != pdfium.PDFACTION_URI or len(found.links) >= limits.MAX_LINKS_INSIDE:
            continue
        length = pdfium.FPDFAction_GetURIPath(document.raw, action, None, 0)
        buffer = ctypes.create_string_buffer(min(length, 4 * limits.MAX_URL_CHARACTERS))
        if length and pdfium.FPDFAction_GetURIPath(document.raw, action, buffer, len(buffer)):
            address = buffer.value.decode("utf-8", "replace")[: limits.MAX_URL_CHARACTERS]
            found.links.append(LinkInside(address, "pdf-link"))


def _read_text(page: Any, found: Inside) -> None:
    room = limits.MAX_TEXT_INSIDE - len(found.text)
    if room <= 0:
        return
    text_page = page.get_textpage()
    try:
        count = min(text_page.count_chars(), room)
        if count > 0:
            words = _WORDS.sub(" ", text_page.get_text_range(0, count))
            found.text = f"{found.text}\n{words}".strip()[: limits.MAX_TEXT_INSIDE]
    finally:
        text_page.close()


def _read_drawn_codes(page: Any, found: Inside) -> None:
    width, height = page.get_size()
    longest = max(width, height)
    if not 0 < longest < 20_000 or min(width, height) <= 0:
        found.miss(InsideDefect.CUT, "A page of a PDF has no usable size.")
        return
    bitmap = page.render(scale=min(2.0, limits.MAX_PDF_SIDE_PIXELS / longest), grayscale=True, may_draw_forms=False)
    read_codes(bitmap.to_pil(), found)
