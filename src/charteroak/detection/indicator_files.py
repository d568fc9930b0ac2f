"""Reading a list of indicators in the forms in which people pass them on.

One a line, CSV with a header, a STIX 2.1 bundle, a MISP event. The form is recognised by content, not by the name.
"""

import re

from charteroak.detection.errors import IndicatorFileError
from charteroak.detection.indicator_documents import listed_in_json
from charteroak.detection.indicator_tables import listed_in_text
from charteroak.detection.indicators import IndicatorList, collect
from charteroak.errors import SourceLocation

_UTF16_MARKS = {b"\xff\xfe", b"\xfe\xff"}
_JSON_START = re.compile(r"\s*(?:\{|\[\s*[\]\[{\"])")
"""A line may begin with ``[``, too: ``[2001:db8::1]``, ``[.]evil[.]example``."""


def read_indicators(data: bytes, path: str) -> IndicatorList:
    """The indicators of a file, whatever of the four forms it has.

    Raises:
        IndicatorFileError: it is not text, or nothing in it can be searched for; the first reason is named.
    """
    text = _text(data, path)
    listed = listed_in_json(text, path) if _JSON_START.match(text) else listed_in_text(text, path)
    found = collect(listed)
    if found.usable:
        return found
    left_out = found.could_not_use or found.set_aside
    if not left_out:
        raise IndicatorFileError(
            "No indicator is listed here.",
            remedy="List one a line, or give CSV with a header, a STIX bundle or a MISP event.",
            location=SourceLocation(path=path),
        )
    first = left_out[0]
    raise IndicatorFileError(
        f"None of the {len(left_out)} listed values can be searched for; the first, {first.value!r}: {first.reason}",
        remedy="Correct the list.",
        location=SourceLocation(path, first.location.line, first.location.pointer),
    )


def _text(data: bytes, path: str) -> str:
    encoding = "utf-16" if data[:2] in _UTF16_MARKS else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise IndicatorFileError(
            f"Not text in UTF-8: byte {error.start} does not fit.",
            remedy="Save the list as UTF-8.",
            location=SourceLocation(path=path),
        ) from error
    if "\x00" in text:
        raise IndicatorFileError(
            "Not text: it holds NUL characters.",
            remedy="Name a list of indicators.",
            location=SourceLocation(path=path),
        )
    return text
