"""Strict JSON within limits, and one walk through it.

The limits stand before the reader: bytes, members, and afterwards depth. Refused are what is no UTF-8, a key that
stands twice, NaN and numbers that no reader holds, the character NUL and half characters. This is RFC 8259 as
``charteroak.canonical`` reads it, for documents a thousand times larger.
"""

import gc
import json
import math
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec

from charteroak.errors import SourceLocation
from charteroak.oscal.errors import OSCALFormatError
from charteroak.oscal.issues import shown
from charteroak.oscal.limits import DEPTH_LIMIT, DOCUMENT_LIMIT_BYTES, MEMBER_LIMIT
from charteroak.oscal.walking import Walk, walk


def read_json(data: bytes, place: SourceLocation) -> tuple[Any, Walk]:
    """The JSON value in some bytes, and what a walk through it finds.

    Raises:
        OSCALFormatError: it is larger or deeper than is read, or no strict JSON.
    """
    _refuse_large(data, place)
    _refuse_nothing(data, place)
    return _parse_json(data, place)


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Nothing that is read becomes garbage, yet the collector would walk all of it a dozen times: half of the work."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def walked(whole: Any, place: SourceLocation) -> Walk:
    """A walk through a JSON value.

    Raises:
        OSCALFormatError: it is nested too deeply.
    """
    try:
        return walk(whole, depth_limit=DEPTH_LIMIT)
    except RecursionError as error:
        raise _too_deep(place) from error


def _refuse_large(data: bytes, place: SourceLocation) -> None:
    if len(data) > DOCUMENT_LIMIT_BYTES:
        raise OSCALFormatError(
            f"The document has {len(data) >> 20} MB; at most {DOCUMENT_LIMIT_BYTES >> 20} MB are read.",
            remedy="Name the document itself.",
            location=place,
        )
    if not data.strip():
        raise OSCALFormatError("The file is empty.", remedy="Name a file with content.", location=place)
    # A member takes two bytes at least.
    if len(data) > 2 * MEMBER_LIMIT and data.count(b",") + data.count(b"{") + data.count(b"[") > MEMBER_LIMIT:
        raise OSCALFormatError(
            f"The document has more than {MEMBER_LIMIT} members.", remedy="Split the document.", location=place
        )


def _refuse_nothing(data: bytes, place: SourceLocation) -> None:
    """No database keeps it, and no text needs it."""
    if b"\\u0000" in data:
        raise OSCALFormatError(
            "An escape stands for no character (NUL).", remedy="Correct the document.", location=place
        )


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) != len(pairs):
        counted = Counter(key for key, _ in pairs)
        double = next(key for key in content if counted[key] > 1)
        raise OSCALFormatError(f"The key {shown(double)} stands twice in one object.", remedy="Keep one of them.")
    return content


def _refuse_constant(name: str) -> None:
    raise OSCALFormatError(f"{name} is not JSON.", remedy="Use a number or leave it out.")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise OSCALFormatError(f"The number {digits[:40]} is larger than any reader holds.", remedy="Correct it.")
    return number


def _integer(digits: str) -> int:
    if len(digits) > 20:
        raise OSCALFormatError(f"The number {digits[:40]}... is larger than any reader holds.", remedy="Correct it.")
    return int(digits)


_CAREFUL = json.JSONDecoder(
    parse_constant=_refuse_constant, parse_float=_finite, parse_int=_integer, object_pairs_hook=_unique
)
_BLANKS = b" \t\r\n"


def _parse_json(data: bytes, place: SourceLocation) -> tuple[Any, Walk]:
    """Strict JSON (RFC 8259), and a walk through it.

    ``msgspec`` reads it fast and keeps the last of two keys. Less all blanks, each key ends in the two bytes that are
    counted here; a text may hold them too. If they are as many as the members of all objects, no key stands twice. If
    they are more, or if anything is wrong, a slower reader looks at every object and says what it is.
    """
    text = data.removeprefix(b"\xef\xbb\xbf")
    try:
        whole = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        _say_what_is_wrong(text, place)
        raise OSCALFormatError(f"Not JSON: {error}.", remedy="Correct the document.", location=place) from error
    except RecursionError as error:
        raise _too_deep(place) from error
    found = walked(whole, place)
    if text.translate(None, _BLANKS).count(b'":') != found.members:
        _say_what_is_wrong(text, place)
    return whole, found


def _say_what_is_wrong(data: bytes, place: SourceLocation) -> None:
    try:
        # Half a character can be written as an escape and has no form in UTF-8, so that nothing could be written.
        json.dumps(_CAREFUL.decode(data.decode("utf-8")), ensure_ascii=False).encode()
    except OSCALFormatError as error:
        raise OSCALFormatError(error.message, remedy=error.remedy, location=place) from error
    except UnicodeDecodeError as error:
        raise OSCALFormatError(
            f"Not UTF-8 text at byte {error.start}.", remedy="Save the file as UTF-8 JSON.", location=place
        ) from error
    except UnicodeEncodeError as error:
        raise OSCALFormatError(
            "An escape stands for half a character.", remedy="Correct the document.", location=place
        ) from error
    except json.JSONDecodeError as error:
        raise OSCALFormatError(
            f"Not JSON: {error.msg} at column {error.colno}.",
            remedy="Correct the document.",
            location=SourceLocation(path=place.path, line=error.lineno),
        ) from error
    except RecursionError as error:
        raise _too_deep(place) from error


def _too_deep(place: SourceLocation) -> OSCALFormatError:
    return OSCALFormatError(
        f"Objects and lists stand in one another more than {DEPTH_LIMIT} deep.",
        remedy="Name an OSCAL document.",
        location=place,
    )
