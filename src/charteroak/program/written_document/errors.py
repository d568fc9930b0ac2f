"""What can go wrong with a written program that is being drafted."""

from typing import ClassVar

from charteroak.errors import InputError


class DraftError(InputError):
    """A draft cannot be used as handed in; nothing of it was kept."""

    code: ClassVar[str] = "program.draft"
