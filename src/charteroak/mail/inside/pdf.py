"""PDF files: links, text, codes on the pages, and what acts by itself.

PDFium reads; at most three pages are drawn, and only to look for QR codes. Links come from link annotations
(ISO 32000-1, 12.6.4.7), from addresses in the text, and from codes. Scripts, launch actions and files inside are named,
never run or opened.
"""

import ctypes
import re
from typing import Any

from charteroak.mail import limits
from charteroak.mail.inside.finding import Inside, InsideDefect, LinkInside
from charteroak.mail.inside.images import read_codes

_LAUNCH = re.compile(rb"/Launch\b|/ImportData\b|/SubmitForm\b")
_LINKS_PER_PAGE = 500
_WORDS = re.compile(r"[ \t\r\f\v\u00a0]+")


def look_into_pdf(data: bytes) -> Inside:
    """What a PDF shows and where it leads; damaged and locked ones are defects."""
    import pypdfium2  # noqa: PLC0415 - only the worker loads it

    found = Inside()
    if len(data) > limits.MAX_PDF_BYTES:
        found.miss(InsideDefect.TOO_LARGE, "A PDF.")
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
        _read_document(document, found)
    except pypdfium2.PdfiumError:
        found.miss(InsideDefect.DAMAGED, "A PDF.")
    finally:
        document.close()
    return found


def _read_document(document: Any, found: Inside) -> None:
    import pypdfium2.raw as pdfium  # noqa: PLC0415 - only the worker loads it

    if pdfium.FPDFDoc_GetJavaScriptActionCount(document.raw) > 0:
        found.flag("pdf-script")
    if pdfium.FPDFDoc_GetAttachmentCount(document.raw) > 0:
        found.flag("pdf-holds-files")
    pages = len(document)
    if pages > limits.MAX_PDF_PAGES:
        found.miss(InsideDefect.CUT, f"Of {pages} pages of a PDF the first {limits.MAX_PDF_PAGES} were read.")
    for number in range(min(pages, limits.MAX_PDF_PAGES)):
        page = document[number]
        try:
            _read_links(document, page, found)
            _read_text(page, found)
            _read_drawn_codes(page, found)
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
