"""A scanner's report as XML, element by element: nothing is kept in memory, no entity is known, every limit is ours.

A document type declaration is refused before anything of it is read, so that no entity can be declared, and a report of
100 MB is read in pieces. A tag, comment or text that goes on for more than 1 MB is refused while it goes on: expat
before 2.6.0 begins each token anew with every piece (CVE-2023-52425).
"""

from collections.abc import Callable, Iterator
from typing import BinaryIO, TypeAlias
from xml.etree.ElementTree import (
    Element,
    ParseError,
)

from charteroak.collectors.collected import CollectorInputError
from charteroak.errors import SourceLocation

REPORT_LIMIT_BYTES = 100 << 20
MOST_ELEMENTS = 5_000_000
DEEPEST = 40
LONGEST_TEXT = 1 << 20
"""Characters of one element: a plug-in's whole output stays below."""
LONGEST_TOKEN_BYTES = 1 << 20
"""Bytes in which no element begins or ends."""
MOST_KEPT_ELEMENTS = 1000
"""Elements inside one result; scanners write some dozens."""
MOST_KEPT_BYTES = 4 << 20
"""Bytes of one result, to within a piece."""
_PIECE_BYTES = 1 << 16
_EMPTIED_LEFT = 256
"""Elements that were emptied stand in their parent until there are so many: taking out each alone shifts all others."""


Path: TypeAlias = tuple[str, ...]
"""The names of the elements that lead to one, and its own."""


def read_elements(
    source: BinaryIO, wanted: Callable[[Path], bool], opened: Callable[[Path, Element], None]
) -> Iterator[tuple[Path, Element]]:
    """The elements that are wanted, each whole when its end was read, with the names that lead to it.

    ``opened`` is told of every element when it begins, with its attributes. Whatever is not inside a wanted element is
    thrown away as it goes by.

    Raises:
        CollectorInputError: it is no well-formed XML, declares a document type, or goes beyond a limit.
    """
    from defusedxml import DefusedXmlException  # noqa: PLC0415 - heavy where no report is read
    from defusedxml.ElementTree import iterparse  # noqa: PLC0415 - as above

    stream = _Bounded(source)
    spine = _Spine(stream)
    try:
        for event, element in iterparse(stream, events=("start", "end"), forbid_dtd=True):
            stream.without_event = 0
            if event == "start":
                path = spine.begin(element)
                opened(path, element)
                if not spine.kept_from and wanted(path):
                    spine.keep()
                continue
            if len(element.text or "") > LONGEST_TEXT:
                raise CollectorInputError(f"The report has an element of more than {LONGEST_TEXT >> 20} MB.")
            if spine.kept_from == len(spine.names):
                yield tuple(spine.names), element
                spine.kept_from = 0
            spine.end(element)
    except DefusedXmlException as error:
        raise CollectorInputError(
            "The report declares a document type or an entity; none is read.",
            remedy="Export it again from the scanner, which writes none.",
        ) from error
    except ParseError as error:
        raise CollectorInputError(
            f"Not well-formed XML: {error}.",
            remedy="Export it again from the scanner.",
            location=SourceLocation(line=error.position[0]),
        ) from error
    except (ValueError, LookupError) as error:
        raise CollectorInputError(f"Not readable as XML: {error}.", remedy="Export it again as UTF-8.") from error


class _Spine:
    """The elements that began and did not end; what ended is emptied unless it stands inside a wanted one."""

    def __init__(self, stream: "_Bounded") -> None:
        self._stream = stream
        self.names: list[str] = []
        self.kept_from = 0
        """How deep the wanted element stands in which we are; 0 outside of one."""
        self._around: list[Element] = []
        self._emptied: list[int] = []
        self._last: Element | None = None
        self._elements = self._first_kept = self._kept_at = 0

    def begin(self, element: Element) -> Path:
        """An element began; the names that lead to it, and its own."""
        self._forget_tail()
        self._elements += 1
        self.names.append(element.tag)
        self._around.append(element)
        self._emptied.append(0)
        what = ""
        if len(self.names) > DEEPEST:
            what = f"goes deeper than {DEEPEST} elements"
        elif self._elements > MOST_ELEMENTS:
            what = "has too many elements"
        elif self.kept_from and self._elements - self._first_kept > MOST_KEPT_ELEMENTS:
            what = f"has a result of more than {MOST_KEPT_ELEMENTS} elements"
        elif self.kept_from and self._stream.size - self._kept_at > MOST_KEPT_BYTES:
            what = f"has a result of more than {MOST_KEPT_BYTES >> 20} MB"
        if what:
            raise CollectorInputError(f"The report {what}.", remedy="Export it again from the scanner.")
        return tuple(self.names)

    def keep(self) -> None:
        """The element that began last is wanted, with all that is in it."""
        self.kept_from, self._first_kept, self._kept_at = len(self.names), self._elements, self._stream.size

    def end(self, element: Element) -> None:
        """The element that began last and did not end has ended."""
        self._forget_tail()
        self.names.pop()
        self._around.pop()
        self._emptied.pop()
        if not self._around or self.kept_from:
            return
        element.clear()
        self._last = element
        self._emptied[-1] += 1
        if self._emptied[-1] == _EMPTIED_LEFT:
            del self._around[-1][:_EMPTIED_LEFT]
            self._emptied[-1] = 0

    def _forget_tail(self) -> None:
        """The text after an element comes when the element was emptied already."""
        if self._last is not None:
            self._last.tail = None
            self._last = None


class _Bounded:
    """A stream that ends in an error where it goes on beyond the limit, or for too long without an element."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self.size = 0
        self.without_event = 0
        """Bytes that were read since an element began or ended; whoever is told of one sets it back."""

    def read(self, _size: int = -1) -> bytes:
        """The next piece: larger than expat's caller asks for, so that a long token is begun anew less often."""
        piece = self._source.read(_PIECE_BYTES)
        self.size += len(piece)
        self.without_event += len(piece)
        if self.size > REPORT_LIMIT_BYTES:
            raise CollectorInputError(
                f"The report is larger than {REPORT_LIMIT_BYTES >> 20} MB.", remedy="Export it in parts."
            )
        if self.without_event > LONGEST_TOKEN_BYTES + _PIECE_BYTES:
            raise CollectorInputError(
                f"The report goes on for more than {LONGEST_TOKEN_BYTES >> 20} MB without an element.",
                remedy="Export it again from the scanner.",
            )
        return piece
