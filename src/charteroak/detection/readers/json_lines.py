"""JSON Lines: every string, key and number of a record that may hold a match, decoded, with its dotted path.

A line is parsed only if the raw bytes show a candidate or an escape that could hide one; no other line can match, for
an escape changes characters and never takes one away. A line that is no JSON is searched as text after undoing JSON's
escapes, and counted: so a record that was cut short, or a document printed over several lines, still shows its matches.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from charteroak.detection.limits import FIELD_CHARACTERS
from charteroak.detection.matcher import Matcher
from charteroak.detection.readers.batches import Batch, CellBatch, ReadTally
from charteroak.detection.readers.lines import Block, lines_at

_ESCAPE = re.compile(r'\\(?:u([0-9a-fA-F]{4})|(["\\/bfnrt]))')
_SHORT_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


class _Pairs(list[tuple[str, Any]]):
    """The members of an object, in order; a key that stands twice keeps both values."""


_DECODER = json.JSONDecoder(object_pairs_hook=_Pairs, parse_int=str, parse_float=str, parse_constant=str)
"""Numbers stay text: a digest of digits alone may stand there without quotation marks."""


def read_json_lines(blocks: Iterable[Block], matcher: Matcher, tally: ReadTally) -> Iterator[Batch]:
    """The decoded values of the lines of each block that may hold a match."""
    for block in blocks:
        if block.owned is not None:
            yield block.as_text()
            continue
        cells = CellBatch()
        places = {*matcher.candidate_places(block.data), *matcher.places_json_hides(block.data)}
        for line, text in lines_at(block, places):
            _add_line(cells, line, text, tally)
        if len(cells):
            yield cells


def _add_line(cells: CellBatch, line: int, raw: bytes, tally: ReadTally) -> None:
    text = raw.decode("utf-8", "replace")
    try:
        document = _DECODER.decode(text)
    except (ValueError, RecursionError):
        tally.searched_as_text += 1
        cells.add(_ESCAPE.sub(_unescaped, text), line, None)
        return
    for path, value in _strings(document):
        cells.add(value, line, path.encode("utf-8", "replace").decode() or None)


def _unescaped(escape: re.Match[str]) -> str:
    code, short = escape.groups()
    return chr(int(code, 16)) if code else _SHORT_ESCAPES.get(short, short)


def _strings(document: Any) -> Iterator[tuple[str, str]]:
    """Path and text of each key, string and number, in the order of the document."""
    waiting = [("", document)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, str):
            yield path, value
            continue
        if isinstance(value, _Pairs):
            members = [(_below(path, key), key, member) for key, member in value]
            for below, key, member in reversed(members):
                waiting += [(below, member), (below, key)]
        elif isinstance(value, list):
            waiting += [(_below(path, str(i)), value[i]) for i in reversed(range(len(value)))]


def _below(path: str, name: str) -> str:
    return (f"{path}.{name}" if path else name)[:FIELD_CHARACTERS]
