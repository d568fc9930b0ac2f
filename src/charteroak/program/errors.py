"""What can go wrong with a program's record.

BodyError (InputError)        a body does not fit its kind; nothing is recorded
QuestionError (InputError)    a question about the record that has no answer, such as a reversed interval
"""

from typing import ClassVar

from charteroak.errors import InputError


class BodyError(InputError):
    """The body of an entry does not fit its kind."""

    code: ClassVar[str] = "program.body"


class QuestionError(InputError):
    """A question about the record that cannot be asked."""

    code: ClassVar[str] = "program.question"
