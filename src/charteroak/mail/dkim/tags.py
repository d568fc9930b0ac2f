"""Tag lists: the form of a signature field and of a published key record (RFC 6376 section 3.2)."""

import base64
import binascii
import re

MAX_TAGS = 32
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,31}")
_FOLDING = re.compile(r"[ \t\r\n]+")


class TagError(ValueError):
    """A text is no tag list, or a tag's value is not of its form; the message is a sentence."""


def parse_tags(text: str) -> dict[str, str]:
    """The tags of a list; names are compared by case.

    Raises:
        TagError: it is no tag list, or a tag stands twice (which makes the whole list invalid).
    """
    tags: dict[str, str] = {}
    pieces = text.split(";")
    if len(pieces) > MAX_TAGS + 1:
        raise TagError("It has too many tags.")
    if not pieces[-1].strip():
        pieces.pop()
    for piece in pieces:
        name, equals, value = piece.partition("=")
        name = name.strip()
        if not equals or not _NAME.fullmatch(name):
            raise TagError("It is no list of tags.")
        if name in tags:
            raise TagError(f"The tag {name} stands twice.")
        tags[name] = value.strip()
    return tags


def without_folding(value: str) -> str:
    """A value with all its white space taken out, as digests and signatures are read."""
    return _FOLDING.sub("", value)


def decoded(value: str, what: str) -> bytes:
    """The bytes of a base64 value.

    Raises:
        TagError: it is none.
    """
    try:
        return base64.b64decode(without_folding(value), validate=True)
    except (binascii.Error, ValueError) as error:
        raise TagError(f"The {what} is no base64.") from error
