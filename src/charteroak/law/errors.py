"""What the law package refuses.

InputError
|-- FactsError             a facts document, or facts built in Python, that cannot be used; names the place
`-- UnknownStatuteError    a statute that no evaluator answers for
"""

from typing import ClassVar

from charteroak.errors import InputError


class FactsError(InputError):
    """Facts that cannot be used: wrong shape, an unknown word, or a combination that cannot be true."""

    code: ClassVar[str] = "law.facts"


class UnknownStatuteError(InputError):
    """No evaluator answers for this statute."""

    code: ClassVar[str] = "law.unknown-statute"
