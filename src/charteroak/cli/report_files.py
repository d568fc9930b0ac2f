"""Reading a report from a file that a person names: JSON, or text with labels."""

from datetime import datetime
from pathlib import Path

import click

from charteroak.cli.files import FileInputError, read_document
from charteroak.errors import InputError, SourceLocation
from charteroak.response.incident_report import (
    IncidentReportRecord,
    parse_report,
    parse_report_json,
    without_names,
)
from charteroak.response.labelled_report import parse_labelled

FILE = click.Path(path_type=Path)


def read_report(path: Path, *, received: datetime | None = None) -> IncidentReportRecord:
    """The record in a file; ``-`` is standard input.

    Raises:
        FileInputError: it cannot be read, or is no text.
        InputError: it is no report that can be taken; the place is named.
    """
    data = read_document(path)
    place = "standard input" if str(path) == "-" else str(path)
    if data.lstrip()[:1] in {b"{", b"["}:
        return parse_report_json(data, path=place, received=received)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileInputError(
            f"Neither JSON nor UTF-8 text, at byte {error.start}.", remedy="Save it as UTF-8.",
            location=SourceLocation(path=place),
        ) from error  # fmt: skip
    document = parse_labelled(text.replace("\r\n", "\n"), path=place)
    if document.get("disclosure") == "anonymous":
        document = without_names(document)
    try:
        return parse_report(document, received=received)
    except InputError as error:
        pointer = error.location.pointer if error.location else None
        error.location = SourceLocation(path=place, pointer=pointer)
        raise
