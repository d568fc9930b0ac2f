"""From bytes to a document that can be used: read, then held against its schema and against our reference checks."""

from collections.abc import Sequence

from charteroak.errors import SourceLocation
from charteroak.oscal.document import Document, parse_document
from charteroak.oscal.errors import OSCALFormatError, OSCALInvalidError
from charteroak.oscal.issues import Issue, errors_among
from charteroak.oscal.references import validate_references
from charteroak.oscal.schema import validate_schema
from charteroak.oscal.strict_json import collector_at_rest


def read_document(data: bytes, *, path: str | None = None) -> Document:
    """The document in some bytes, not yet judged.

    Raises:
        OSCALError: the bytes are no document of a model and version that is read.
    """
    if data.lstrip()[:1] == b"<":
        raise OSCALFormatError(
            "This is XML; OSCAL is read as JSON.",
            remedy="Take the JSON form of the document from its publisher.",
            location=SourceLocation(path=path),
        )
    return parse_document(data, path=path)


def validate_document(document: Document) -> list[Issue]:
    """Everything that is wrong with a document. References are only looked at in one that its schema takes."""
    return validate_schema(document) or validate_references(document)


def usable_document(data: bytes, *, path: str | None = None) -> tuple[Document, Sequence[Issue]]:
    """A document that can be used, with the warnings about it.

    Raises:
        OSCALError: it cannot be read.
        OSCALInvalidError: its schema or a reference check refuses it.
    """
    with collector_at_rest():
        document = read_document(data, path=path)
        issues = validate_document(document)
    errors = errors_among(issues)
    if errors:
        raise OSCALInvalidError(errors, path=path)
    return document, issues
