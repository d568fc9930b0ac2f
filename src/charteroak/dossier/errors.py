"""What can go wrong with a dossier.

CouldNotError      |-- DossierIncompleteError   it cannot be made: something it needs is missing or does not hold
                   `-- StampUncheckedError      a time-stamp cannot be checked here
InputError         `-- NotADossierError         what was handed in is no dossier archive at all
VerificationError  `-- DossierError             a file of it is not what it should be; the file is named
"""

from typing import ClassVar

from charteroak.errors import CouldNotError, InputError, VerificationError


class DossierIncompleteError(CouldNotError):
    """A dossier cannot be made: something it needs is missing, or would not verify."""

    code: ClassVar[str] = "dossier.incomplete"


class StampUncheckedError(CouldNotError):
    """A time-stamp cannot be checked here; everything else was, and that is no good answer yet."""

    code: ClassVar[str] = "dossier.stamp-unchecked"


class NotADossierError(InputError):
    """What was handed in is no dossier archive: not a zip file, or one that no dossier could be in."""

    code: ClassVar[str] = "dossier.not-an-archive"


class DossierError(VerificationError):
    """A file of a dossier is missing, altered, not listed, or contradicts another. ``file`` is its name inside."""

    code: ClassVar[str] = "dossier.does-not-hold"

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(f"{file}: {reason}")
        self.file = file
        self.reason = reason
