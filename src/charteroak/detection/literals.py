"""One fast pass that finds where a match could be: Hyperscan over short literal fragments of what is listed.

A fragment is a piece of a pattern that ends at the pattern's end or after one of its punctuation marks. Hyperscan looks
at the last eight bytes first, so some thousand patterns that share an ending (``.example``) slow every line that holds
it by a factor of ten and more: of each pattern's possible fragments, one whose last bytes few others share is taken.
What a candidate is, decides ``matcher``.
"""

import re
from collections import Counter
from collections.abc import Sequence

import hyperscan

from charteroak.detection.errors import DetectionInputError

_WINDOW = 8
"""Hyperscan tells literals apart by so many last bytes at first sight."""

_SHORTEST_WINDOW = 4
"""Anything shorter stands everywhere."""

_FRAGMENT_BYTES = 16
"""Longer literals cost memory and tell little more."""

_SEARCHED_BYTES = 96
"""Fragments end within the first bytes of a pattern; a URL of 8,000 characters differs from others before that."""

_MARK = re.compile(rb"[0-9a-z][^0-9a-z]")


def _cuts(pattern: bytes) -> list[int]:
    """Where a fragment may end: at the pattern's end and after the mark behind each run of letters and digits."""
    reach = min(len(pattern), _SEARCHED_BYTES)
    return [*(mark.end() for mark in _MARK.finditer(pattern, _SHORTEST_WINDOW - 2, reach)), reach]


def choose_fragments(patterns: Sequence[bytes]) -> list[tuple[int, int]]:
    """For each lower-case pattern, start and end of the fragment to search for."""
    cuts = [_cuts(pattern) for pattern in patterns]
    windows = [
        [pattern[max(0, cut - _WINDOW) : cut] for cut in ends] for pattern, ends in zip(patterns, cuts, strict=True)
    ]
    shared = Counter(window for row in windows for window in row)
    chosen = []
    for ends, row in zip(cuts, windows, strict=True):
        # A byte less is as bad as four times as many that share it: so much more often does it stand in a log.
        costs = [shared[window] + 4 ** (_WINDOW - len(window)) for window in row]
        cut = min(zip(costs, ends, strict=True), key=lambda choice: (choice[0], -choice[1]))[1]
        chosen.append((max(0, cut - _FRAGMENT_BYTES), cut))
    return chosen


class CandidateScanner:
    """Finds every end of every literal and expression in a block, in any case.

    A scanner belongs to one thread: Hyperscan keeps its working memory beside the compiled patterns.
    """

    def __init__(self, literals: Sequence[bytes], expressions: Sequence[bytes]) -> None:
        """Compile; numbers up to ``len(literals)`` stand for literals, those from there on for expressions.

        Raises:
            DetectionInputError: Hyperscan cannot compile them (too many for this machine's memory).
        """
        self._databases: list[hyperscan.Database] = []
        if literals:
            self._databases.append(_compile(literals, 0, hyperscan.HS_FLAG_CASELESS, literal=True))
        if expressions:
            flags = hyperscan.HS_FLAG_CASELESS | hyperscan.HS_FLAG_DOTALL
            self._databases.append(_compile(expressions, len(literals), flags, literal=False))

    def scan(self, data: bytes) -> list[tuple[int, int]]:
        """The number of what was found and the offset of its end, for each place."""
        found: list[tuple[int, int]] = []
        if data:
            for database in self._databases:
                database.scan(data, match_event_handler=lambda n, _from, to, _flags, _context: found.append((n, to)))
        return found


def _compile(patterns: Sequence[bytes], first: int, flags: int, *, literal: bool) -> hyperscan.Database:
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    numbers = list(range(first, first + len(patterns)))
    try:
        database.compile(expressions=list(patterns), ids=numbers, elements=len(numbers), flags=flags, literal=literal)
    except hyperscan.error as error:
        raise DetectionInputError(
            f"These {len(numbers)} patterns cannot be compiled: {error}.", remedy="Search for fewer at once."
        ) from error
    return database
