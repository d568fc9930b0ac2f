"""What can go wrong with OSCAL documents.

OSCALError (InputError)
|-- OSCALFormatError        the bytes are no document: too large, too deep, no UTF-8, no JSON, a key twice
|-- OSCALModelError         no OSCAL model, or one that cannot be used here
|-- OSCALVersionError       an OSCAL version that is not read
|-- OSCALInvalidError       the schema or a reference check refuses it; ``issues`` says where and why
`-- ImportNotAtHandError    a profile imports a catalog that is not here; nothing is fetched
"""

from collections.abc import Sequence
from typing import ClassVar

from charteroak.errors import InputError, SourceLocation
from charteroak.oscal.issues import Issue


class OSCALError(InputError):
    """An OSCAL document cannot be used."""

    code: ClassVar[str] = "oscal.invalid"


class OSCALFormatError(OSCALError):
    """The bytes are no document that is read: too large, nested too deeply, not UTF-8, not JSON, a key twice."""

    code: ClassVar[str] = "oscal.format"


class OSCALModelError(OSCALError):
    """The document is of no OSCAL model, or of one that cannot be used here."""

    code: ClassVar[str] = "oscal.model"


class OSCALVersionError(OSCALError):
    """The document names no OSCAL version, or one that is not read."""

    code: ClassVar[str] = "oscal.version"


class OSCALInvalidError(OSCALError):
    """The schema of its model or a reference check refuses the document."""

    code: ClassVar[str] = "oscal.refused"

    def __init__(self, issues: Sequence[Issue], *, path: str | None = None) -> None:
        first = issues[0]
        more = f" There are {len(issues) - 1} more." if len(issues) > 1 else ""
        super().__init__(
            f"{first.reason}{more}",
            remedy="`charteroak frameworks validate` lists them all." if more else "Correct the document.",
            location=SourceLocation(path=path, pointer=first.pointer or "/"),
        )
        self.issues = tuple(issues)


class ImportNotAtHandError(OSCALError):
    """A profile imports something that is not at hand here. Nothing is ever fetched."""

    code: ClassVar[str] = "oscal.import-not-at-hand"
