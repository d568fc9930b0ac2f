"""A scanner's report as XML, element by element: nothing is kept in memory, no entity is known, every limit is ours.

A document type declaration is refused before anything of it is read, so that no entity can be declared, and a report of
100 MB is read in pieces.
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

    names: list[str] = []
    around: list[Element] = []
    kept_from = elements = 0
    try:
        for event, element in iterparse(_Bounded(source), events=("start", "end"), forbid_dtd=True):
            if event == "start":
                elements += 1
                names.append(element.tag)
                around.append(element)
                if len(names) > DEEPEST or elements > MOST_ELEMENTS:
                    what = f"goes deeper than {DEEPEST} elements" if len(names) > DEEPEST else "has too many elements"
                    raise CollectorInputError(f"The report {what}.", remedy="Export it again from the scanner.")
                opened(tuple(names), element)
                if not kept_from and wanted(tuple(names)):
                    kept_from = len(names)
                continue
            if len(element.text or "") > LONGEST_TEXT:
                raise CollectorInputError(f"The report has an element of more than {LONGEST_TEXT >> 20} MB.")
            if kept_from == len(names):
                yield tuple(names), element
                kept_from = 0
            names.pop()
            around.pop()
            if around and not kept_from:
                around[-1].remove(element)
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


class _Bounded:
    """A stream that ends in an error where it goes on beyond the limit."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._size = 0

    def read(self, size: int = -1) -> bytes:
        piece = self._source.read(size)
        self._size += len(piece)
        if self._size > REPORT_LIMIT_BYTES:
            raise CollectorInputError(
                f"The report is larger than {REPORT_LIMIT_BYTES >> 20} MB.", remedy="Export it in parts."
            )
        return piece
