"""What can go wrong with framework data.

FrameworkError (InputError)
|-- UnknownFrameworkError    a framework or edition that is not carried
|-- UnknownControlError      an identifier that is not in the catalog
`-- UnknownCrosswalkError    no published crosswalk is carried in that direction
"""

from typing import ClassVar

from charteroak.errors import InputError


class FrameworkError(InputError):
    """A framework, edition, control or crosswalk was asked for that is not carried."""

    code: ClassVar[str] = "frameworks.invalid"


class UnknownFrameworkError(FrameworkError):
    """A framework or an edition of it that is not carried."""

    code: ClassVar[str] = "frameworks.unknown-edition"


class UnknownControlError(FrameworkError):
    """An identifier that does not stand in the catalog."""

    code: ClassVar[str] = "frameworks.unknown-control"


class UnknownCrosswalkError(FrameworkError):
    """No published crosswalk leads from the one edition to the other."""

    code: ClassVar[str] = "frameworks.unknown-crosswalk"
