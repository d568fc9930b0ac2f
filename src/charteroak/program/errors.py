"""What can go wrong with a program's record.

BodyError (InputError)        a body does not fit its kind; nothing is recorded
QuestionError (InputError)    a question about the record that has no answer, such as a reversed interval
PracticeFileError (InputError)  a file of practices cannot be read, or contradicts itself
LinkError (InputError)        a file of links from practices to requirements names what is not there
PlanError (InputError)        a plan of gaps whose tasks or limits cannot be used
StartError (InputError)       answers of the guided start that cannot be used; nothing is recorded
"""

from typing import ClassVar

from charteroak.errors import InputError


class BodyError(InputError):
    """The body of an entry does not fit its kind."""

    code: ClassVar[str] = "program.body"


class QuestionError(InputError):
    """A question about the record that cannot be asked."""

    code: ClassVar[str] = "program.question"


class StartError(InputError):
    """Answers of the guided start that cannot be used."""

    code: ClassVar[str] = "program.start"


class LinkError(InputError):
    """A file that links practices to requirements cannot be used."""

    code: ClassVar[str] = "program.links"


class PracticeFileError(InputError):
    """A file of practices or framework-only questions cannot be used."""

    code: ClassVar[str] = "program.practice-file"


class PlanError(InputError):
    """Tasks or limits of a gap plan that cannot be used, or a best set that was not proven."""

    code: ClassVar[str] = "program.plan"
