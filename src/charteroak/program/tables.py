"""Lists as CSV (RFC 4180), for spreadsheets that must not take a stranger's words for a formula."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_BEGINS = "=+\\-@\uff1d\uff0b\uff0d\uff20"
"""What a formula begins with, also in full width."""
_UNSEEN = ' "\\x01-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f\\x85\\xa0\u2000-\u200f\u2028\u2029\u202f\u205f\u2060\u3000\ufeff'
"""What a spreadsheet may drop before a cell: quotes, blanks, control characters, and what has no width."""
_FORMULA = re.compile(f"[\\t\\r\\n]|[{_UNSEEN}]*[{_BEGINS}]")
_WITHIN = re.compile(f"([;\\t\\r\\n][{_UNSEEN}]*)(?=[{_BEGINS}])")
"""Where a formula would begin a cell for a spreadsheet that was told of another separator than the comma."""


def render_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """The rows as UTF-8 with a byte-order mark, which spreadsheets need to read names.

    A cell that a spreadsheet would calculate gets an apostrophe in front (OWASP, CSV injection), and so does a formula
    within it that would begin a cell if semicolons, tabs or line ends parted cells. Exact words are in the JSON.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row.get(column)) for column in columns])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "backslashreplace")


def _cell(value: Any) -> str:
    text = _WITHIN.sub(r"\1'", "" if value is None else str(value).replace("\0", ""))
    return f"'{text}" if _FORMULA.match(text) else text
