"""What notices refuse."""

from typing import ClassVar

from charteroak.errors import InputError


class NoticeError(InputError):
    """There is no such notice, or its template cannot be used."""

    code: ClassVar[str] = "notice.invalid"


class ParticularError(InputError):
    """An answer that notices need cannot be used; ``field`` names it."""

    code: ClassVar[str] = "notice.particular"

    def __init__(self, message: str, *, field: str, remedy: str = "") -> None:
        super().__init__(message, remedy=remedy)
        self.field = field
