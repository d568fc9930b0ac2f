"""Setting a document as PDF: tagged, declared as PDF/UA-1 (ISO 14289-1) and PDF/A-2a (ISO 19005-2), by Typst.

The only module that knows Typst. A template is one of our own files; what people typed reaches it as JSON through
``sys.inputs`` and is read there as data, so that no text can become markup. No font of the machine, no package and no
file outside the folder of templates is read. The same data give the same bytes: the one date in the file is the
document's.

PDF/UA-1 is declared by the maker and not proven: Typst refuses what it knows to be wrong (a picture without words, a
letter without a glyph, a skipped heading), and nobody else has looked.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import typst

from charteroak.documents.blocks import Document
from charteroak.documents.errors import (
    DocumentDataError,
    DocumentNotMadeError,
    DocumentTooLargeError,
    UnknownTemplateError,
)
from charteroak.documents.finished_pdf import finish_pdf
from charteroak.documents.fonts import FONT_FOLDER
from charteroak.documents.showable_text import showable_values

TEMPLATE_FOLDER = Path(__file__).parent / "templates"
STANDARDS: "list[typst.PDFStandard]" = ["a-2a", "ua-1"]
"""PDF/A-2a is the highest level that can be had together with PDF/UA-1: PDF/A-4 asks for PDF 2.0, PDF/UA-1 for 1.7."""
DATA_LIMIT_BYTES = 2 << 20
"""Of the showable data as JSON: about five hundred pages. It bounds time and memory; nothing can stop Typst midway."""
DEPTH_LIMIT = 16
_TEMPLATE_NAME = re.compile(r"[a-z]+(-[a-z]+)*")
_NOWHERE = "/charteroak-has-no-typst-packages"


def render_document(document: Document, template: str = "document") -> bytes:
    """A document made of blocks as PDF.

    Raises:
        InputError: the data is too large or of another form, or there is no such template.
        DocumentNotMadeError: Typst refused.
    """
    return render_pdf(template, msgspec.to_builtins(document))


def render_pdf(template: str, data: Mapping[str, Any]) -> bytes:
    """JSON values set by one of our templates. ``data`` needs ``title`` (text) and ``dated`` (RFC 3339).

    Raises:
        InputError: the data is too large or of another form, or there is no such template.
        DocumentNotMadeError: Typst refused.
    """
    source = TEMPLATE_FOLDER / f"{template}.typ"
    if not _TEMPLATE_NAME.fullmatch(template) or not source.is_file():
        raise UnknownTemplateError(f"There is no template {template!r}.")
    values = _prepared(data)
    compiler = typst.Compiler(
        str(source),
        root=str(TEMPLATE_FOLDER),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": values},
        package_path=_NOWHERE,
        package_cache_path=_NOWHERE,
    )
    try:
        made, warnings = compiler.compile_with_warnings(format="pdf", pdf_standards=STANDARDS)
    except typst.TypstError as error:
        raise DocumentNotMadeError(
            f"The document could not be set: {error.message}", remedy=" ".join(error.hints)
        ) from error
    except RuntimeError as error:
        raise DocumentNotMadeError(f"The document could not be set: {error}") from error
    if warnings:
        raise DocumentNotMadeError(f"The document was not set cleanly: {warnings[0].message}")
    if not isinstance(made, bytes):
        raise DocumentNotMadeError("Typst gave no PDF.")
    return finish_pdf(made)


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONT_FOLDER)])


def _prepared(data: Mapping[str, Any]) -> str:
    """The data as JSON in which every text can be shown, with the date in parts as Typst reads it."""
    if _depth(data) > DEPTH_LIMIT:
        raise DocumentDataError(f"The data is nested more than {DEPTH_LIMIT} levels deep.")
    try:
        dated = datetime.fromisoformat(str(data["dated"]))
    except (KeyError, ValueError) as error:
        raise DocumentDataError(
            "The data has no member dated that is a moment.", remedy="Give the moment of the record as RFC 3339."
        ) from error
    if not str(data.get("title", "")).strip():
        raise DocumentDataError("The data has no title.", remedy="A document says what it is.")
    values = showable_values(data) | {"dateParts": list(dated.utctimetuple()[:6])}
    encoded = msgspec.json.encode(values)
    if len(encoded) > DATA_LIMIT_BYTES:
        raise DocumentTooLargeError(
            f"The document would hold {len(encoded):,} bytes of data; {DATA_LIMIT_BYTES:,} are allowed.",
            remedy="Ask for a shorter interval, or hand over the files beside the document instead.",
        )
    return encoded.decode()


def _depth(value: Any) -> int:
    """How deep values are nested, without going deeper than the limit."""
    level, here = 0, [value]
    while here and level <= DEPTH_LIMIT:
        level += 1
        here = [
            child
            for item in here
            if isinstance(item, Mapping | list | tuple)
            for child in (item.values() if isinstance(item, Mapping) else item)
        ]
    return level
