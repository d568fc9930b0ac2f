"""What can go wrong while a document is made. A document that lacks something is never handed out as whole."""

from typing import ClassVar

from charteroak.errors import CouldNotError, InputError


class UnknownTemplateError(InputError):
    """This release has no template of that name."""

    code: ClassVar[str] = "documents.unknown-template"


class DocumentTooLargeError(InputError):
    """There is more than one document may hold; nothing was cut in silence, nothing was made."""

    code: ClassVar[str] = "documents.too-large"


class DocumentDataError(InputError):
    """The data is not what the template draws."""

    code: ClassVar[str] = "documents.data"


class DocumentNotMadeError(CouldNotError):
    """The typesetter refused; its own words are in the message."""

    code: ClassVar[str] = "documents.not-made"


class PictureDataError(InputError):
    """What should be drawn contradicts itself, such as an interval that ends before it begins."""

    code: ClassVar[str] = "documents.picture"
