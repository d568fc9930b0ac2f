"""Errors of the detection packages.

DetectionInputError (an InputError)
|-- IndicatorFileError    the list of indicators cannot be used at all
|-- LogPathError          a path named for the search is not there or is no file
`-- EngineMissingError    the engine asked for is not installed
LogReadError (a CouldNotError)   a log could not be read to its end
"""

from typing import ClassVar

from charteroak.errors import CouldNotError, InputError


class DetectionInputError(InputError):
    """What a search was started with cannot be used."""

    code: ClassVar[str] = "detection.input"


class IndicatorFileError(DetectionInputError):
    """The list of indicators cannot be used at all."""

    code: ClassVar[str] = "detection.indicators"


class LogPathError(DetectionInputError):
    """A path named for the search is not there, or is nothing that can be read like a file."""

    code: ClassVar[str] = "detection.log-path"


class EngineMissingError(DetectionInputError):
    """The engine asked for is not installed here."""

    code: ClassVar[str] = "detection.engine-missing"


class LogReadError(CouldNotError):
    """A log could not be read to its end; what was found before that point stands."""

    code: ClassVar[str] = "detection.log-unreadable"
