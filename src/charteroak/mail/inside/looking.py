"""The one door to files of a message: a kind and bytes in, what is inside out."""

from collections.abc import Callable, Sequence

from charteroak.mail import limits
from charteroak.mail.filetypes import PAGE_EXTENSIONS, extension
from charteroak.mail.inside.archives import ARCHIVE_KINDS, Budget, look_into_archive
from charteroak.mail.inside.finding import GoesOn, Inside, InsideDefect, always
from charteroak.mail.inside.images import IMAGE_KINDS, look_into_image
from charteroak.mail.inside.office import look_into_office
from charteroak.mail.inside.ole import is_outlook_message, look_into_ole
from charteroak.mail.inside.outlook import outlook_message
from charteroak.mail.inside.pdf import addresses_in_pdf, codes_of_pdf, look_into_pdf, words_of_pdf
from charteroak.mail.inside.raw_files import RAW_KINDS, look_into_raw

INSPECTABLE_KINDS = IMAGE_KINDS | ARCHIVE_KINDS | RAW_KINDS | {"pdf", "ole"}
"""Types that a look inside can say more about than their first bytes do."""

_OFFICE_MARK = b"[Content_Types].xml"
_PDF_READERS: dict[str, Callable[[bytes, GoesOn], Inside]] = {
    "pdf": look_into_pdf,
    # A worker asks for a PDF in steps, so that a page which takes too long to draw costs no link.
    "pdf-words": words_of_pdf,
    "pdf-codes": codes_of_pdf,
    "pdf-addresses": addresses_in_pdf,
}


def look_inside(
    kind: str, name: str, data: bytes, passwords: Sequence[str], _seconds: float = 0, *, goes_on: GoesOn = always
) -> Inside:
    """Look into one file; what cannot be read is a defect of the answer.

    It is an ``Inspector`` for tests and tools; the time that it may take is for whoever can end it. ``goes_on`` is
    asked before each thing of many: what there was no time for is said, and what was found by then is kept.

    Raises:
        MemoryError: a reader needed more than the worker has; the caller reports the file as not read.
    """
    return _Looking(goes_on).look(kind, name, data, passwords, 0)


class _Looking:
    """One outermost file and the budget that everything inside it shares."""

    def __init__(self, goes_on: GoesOn) -> None:
        self._goes_on = goes_on
        self._budget = Budget()
        self._opened = 0

    def look(self, kind: str, name: str, data: bytes, passwords: Sequence[str], depth: int) -> Inside:
        self._opened += 1
        if self._opened > limits.MAX_ARCHIVE_ENTRIES:
            return Inside()
        if depth and not self._goes_on():
            unread = Inside()
            unread.miss(InsideDefect.CUT, "The files in an archive take too long; the rest was not read.")
            return unread
        if kind in IMAGE_KINDS:
            return look_into_image(data)
        if (reader := _PDF_READERS.get(kind)) is not None:
            return reader(data, self._goes_on)
        if kind == "ole":
            return outlook_message(data) if is_outlook_message(data) else look_into_ole(data)
        if kind in RAW_KINDS:
            return look_into_raw(kind, data, passwords, look=self.look, depth=depth, budget=self._budget)
        if extension(name) == "eml" and depth:
            return Inside(message=data)
        if kind not in ARCHIVE_KINDS:
            return _addresses_of_text("html" if extension(name) in PAGE_EXTENSIONS else kind, data)
        found = look_into_archive(kind, name, data, passwords, look=self.look, depth=depth, budget=self._budget)
        if kind == "zip" and _OFFICE_MARK in data:
            # An Office file is an archive too: its pictures may hold codes. The mark alone hides nothing from the walk.
            found.take(look_into_office(data))
        return found


def _addresses_of_text(kind: str, data: bytes) -> Inside:
    """A page or text in an archive: its addresses, by the same bounded readers that read a message's own pages."""
    from charteroak.mail.defects import DefectLog  # noqa: PLC0415 - the worker reads few of them
    from charteroak.mail.html import read_page  # noqa: PLC0415
    from charteroak.mail.inside.finding import LinkInside  # noqa: PLC0415
    from charteroak.mail.urls import LinkCollector  # noqa: PLC0415

    found = Inside()
    if kind not in {"html", "svg", "text", "internet-shortcut", "calendar", "contact", "script"}:
        return found
    source = data[: limits.MAX_TEXT_BYTES].decode("utf-8", "replace")
    links = LinkCollector(DefectLog())
    if kind in {"html", "svg"}:
        page = read_page(source, DefectLog(), limits.MAX_HTML_TAGS)
        links.add_page(page, "attachment")
        if page.has_script:
            found.flag("page-with-script")
        if page.has_form or page.has_password_field:
            found.flag("page-with-form")
    else:
        links.add_text(source, "attachment")
    found.links = [LinkInside(link.url, "text") for link in links.links if link.is_followed][: limits.MAX_LINKS_INSIDE]
    return found
