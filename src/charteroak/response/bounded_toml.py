"""TOML from strangers: what the standard library's reader takes too long for is refused before it begins.

``tomllib`` walks from the root for each part of a dotted key, so that its time grows with the square of the parts, and
``int`` refuses more than 4,300 digits with an error that is no ``TOMLDecodeError``. No form of ours has either.
"""

import re
import tomllib
from typing import Any, Final

KEY_PARTS_LIMIT: Final = 100
"""Parts of one dotted key. Texts may hold names with dots, and an address of IPv6 written backwards has 34."""
_TOKEN = re.compile(r"""(?P<part>"[^"\n]*"|'[^'\n]*'|[\w-]+)|(?P<dot>\.)|(?P<blank>[ \t]+)|.|\n""")


class BoundedTOMLError(ValueError):
    """A text is no TOML, or has a key or a number that is longer than any form needs."""


def parse_toml(text: str) -> dict[str, Any]:
    """What a TOML text says, in a time that grows with its length.

    Raises:
        BoundedTOMLError: it cannot be read, is nested too deep, or has too long a key or number.
    """
    dots = 0
    for token in _TOKEN.finditer(text):
        if token.lastgroup is None:
            dots = 0
        elif token.lastgroup == "dot":
            dots += 1
            if dots >= KEY_PARTS_LIMIT:
                line = text.count("\n", 0, token.start()) + 1
                raise BoundedTOMLError(f"a key has more than {KEY_PARTS_LIMIT} parts (at line {line})")
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise BoundedTOMLError("it is nested too deep") from error
    except tomllib.TOMLDecodeError as error:
        raise BoundedTOMLError(str(error)) from error
    except ValueError as error:  # int() has a limit of its own for digits
        raise BoundedTOMLError("a number has too many digits") from error
