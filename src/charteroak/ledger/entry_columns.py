"""Entries by columns: what is stored of many at a time, held against their headers without an object for any of them.

What is stored of an entry is written out as the header that would have to stand there and compared with the one that
does; one comparison so holds place, organisation, kind, moment, body and private parts against the leaf. Nothing is
named here: where anything does not hold, or is not in the plain form in which this program writes it, the answer is no.
"""

import functools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from charteroak.errors import InputError
from charteroak.ledger.entry import SALT_BYTES
from charteroak.ledger.header import EntryHeader, parse_header
from charteroak.ledger.limits import HEADER_LIMIT_BYTES

_REMEMBERED = 1 << 14
"""Members of headers that are kept because they were found good; a bound, so that memory does not grow with the log."""
_MOMENT_CHARACTERS = {len("2026-03-01T09:00:00"), len("2026-03-01T09:00:00.000001")}
_HASH = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"[a-z][A-Za-z0-9]{0,63}")
_UNSTORED = re.compile(
    r'^\{"actor":"([^"]*)","bodySha256":"([^"]*)","bodyVersion":([^,]*)[^{]*\{([^}]*)\}', re.MULTILINE
)
"""Finds in a header what no column says. Whether it is as it should be is asked of ``parse_header``."""
_IN_DAYS = re.compile(
    r'"from":"([0-9-]{10})","precision":"day","source":"(?:stated|observed|document|imported|unknown)",'
    r'"to":(?:null|"([0-9-]{10})")'
)
"""The plainest way to say when it was, which needs no ``parse_header``."""

_SHARED = '{"actor":"%s","bodySha256":"%s","bodyVersion":%s,"index":%d,"kind":"%s","occurred":{%s},'
_FORMS = {
    # The first version has no private parts: one that is stored is written without a name, which fits no header.
    1: _SHARED + '"organisation":"ORGANISATION",%s"recorded":"%sZ","v":1}',
    2: _SHARED + '"organisation":"ORGANISATION","private":{%s},"recorded":"%sZ","v":2}',
}
"""A header of each version, to be filled with actor, digest, body's version, index, kind, times, parts and moment."""
_NO_HASH = "0" * 64
_ANY_MOMENT = "2026-03-01T09:00:00"
_ANY_TIME = '"from":"2026-03-01","to":null'


@dataclass(frozen=True, slots=True)
class EntryColumns:
    """Entries that follow each other, as they are stored: the same place in each column is the same entry."""

    indexes: Sequence[int]
    kinds: Sequence[str]
    moments: Sequence[str]
    """When they were recorded, as the header writes it but without the Z, so that the order of texts is that of time:
    with it, a fraction would sort before the whole second."""
    headers: Sequence[bytes]
    leaf_hashes: Sequence[bytes]
    bodies: Sequence[bytes | None]
    salts: Sequence[bytes | None]
    parts: Sequence[tuple[int, str, bytes | None, bytes | None]]
    """Entry, name, value and salt of each of their private parts."""


class HeaderCheck:
    """Holds the entries of one log against their headers, and remembers the members that it found good."""

    def __init__(self, organisation: str) -> None:
        slug = organisation.replace("%", "%%")
        self._forms = {version: form.replace("ORGANISATION", slug) for version, form in _FORMS.items()}
        self._last_moment = ""
        self._good_names: set[tuple[str, str, str]] = set()
        self._good_times: set[tuple[int, str]] = set()

    def holds(self, columns: EntryColumns) -> bool:
        """Whether these entries, which follow the last ones, have exactly the headers that what is stored demands."""
        if not columns.headers or max(map(len, columns.headers)) > HEADER_LIMIT_BYTES:
            return False
        try:
            text = b"\n".join(columns.headers).decode("ascii")
            private = _private_members(columns)
        except (UnicodeDecodeError, InputError):
            return False
        found = _UNSTORED.findall(text)
        if private is None or len(found) != len(columns.headers):
            return False
        actors, stated, versions, times = zip(*found, strict=True)
        digests = _body_digests(columns, stated)
        forms = [2] * len(found)
        if '"v":1}' in text:
            forms = [1 if header.endswith(b'"v":1}') else 2 for header in columns.headers]
        if (
            digests is None
            or not self._are_in_order(list(columns.moments))
            or not self._are_names(zip(actors, versions, columns.kinds, strict=True))
            or not self._are_times(zip(forms, times, strict=True))
        ):
            return False
        rows = zip(
            actors, digests, versions, columns.indexes, columns.kinds, times, private, columns.moments, strict=True
        )
        expected = [self._forms[form] % row for form, row in zip(forms, rows, strict=True)]
        # No member has an end of line in it, so that the texts are the same only if each header is.
        return "\n".join(expected) == text

    def _are_in_order(self, moments: list[str]) -> bool:
        """Whether they exist, are written in the shortest way, and none is before the one in front of it."""
        try:
            shortest = [datetime.fromisoformat(moment).isoformat() for moment in moments]
        except ValueError:
            return False
        # These lengths leave no room for an offset, and without one the moment is that of the header's Z.
        if shortest != moments or not set(map(len, moments)) <= _MOMENT_CHARACTERS:
            return False
        follows, self._last_moment = moments[0] >= self._last_moment, moments[-1]
        return follows and moments == sorted(moments)

    def _are_names(self, combinations: Iterable[tuple[str, str, str]]) -> bool:
        """Whether actors, versions of bodies and kinds have the form that they should have."""
        fresh = set(combinations) - self._good_names
        for actor, version, kind in fresh:
            header = _read(self._forms[1] % (actor, _NO_HASH, version, 0, kind, _ANY_TIME, "", _ANY_MOMENT))
            if header is None or (header.actor, str(header.body_version), header.kind) != (actor, version, kind):
                return False
        self._good_names = (self._good_names if len(self._good_names) < _REMEMBERED else set()) | fresh
        return True

    def _are_times(self, combinations: Iterable[tuple[int, str]]) -> bool:
        """Whether what the headers say of when it was so has the form and the sense that it should have."""
        fresh = set(combinations) - self._good_times
        for form, occurred in fresh:
            plain = _IN_DAYS.fullmatch(occurred) if form != 1 else None
            if plain is not None:
                start, end = plain.groups(default="")
                if not (_is_day(start) and (not end or (start <= end and _is_day(end)))):
                    return False
            elif _read(self._forms[form] % ("system", _NO_HASH, "1", 0, "a.b", occurred, "", _ANY_MOMENT)) is None:
                return False
        self._good_times = (self._good_times if len(self._good_times) < _REMEMBERED else set()) | fresh
        return True


@functools.lru_cache(maxsize=1 << 12)
def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _read(leaf: str) -> EntryHeader | None:
    try:
        return parse_header(leaf.encode(errors="replace"))
    except InputError:
        return None


def _body_digests(columns: EntryColumns, stated: Sequence[str]) -> list[str] | None:
    """The commitments to the bodies: where one is not at hand, that of its header is taken as it stands."""
    pairs = list(zip(columns.salts, columns.bodies, strict=True))
    at_hand = [(salt, body) for salt, body in pairs if salt is not None and body is not None]
    if not {len(salt) for salt, _ in at_hand} <= {SALT_BYTES}:
        return None
    digests = [sha256(salt + body).hexdigest() for salt, body in at_hand]
    if len(at_hand) == len(pairs):
        return digests
    remaining = iter(digests)
    whole = []
    for (salt, body), digest in zip(pairs, stated, strict=True):
        if (salt is None) != (body is None) or not _HASH.fullmatch(digest):
            return None
        whole.append(digest if salt is None else next(remaining))
    return whole


def _private_members(columns: EntryColumns) -> list[str] | None:
    """What each header's member ``private`` has to hold: each part that is stored, in the order of their names.

    Raises:
        EntryFormatError: a part is not at hand, and its entry's header cannot be read.
    """
    if not all(map(_NAME.fullmatch, {name for _, name, _, _ in columns.parts})):
        return None
    found: dict[int, str] = {}
    first = columns.indexes[0]
    for index, name, value, salt in columns.parts:
        if value is not None and salt is not None and len(salt) == SALT_BYTES:
            digest = sha256(salt + value).hexdigest()
        elif value is None and salt is None and 0 <= index - first < len(columns.headers):
            digest = parse_header(columns.headers[index - first]).private.get(name, "")
        else:
            return None
        member = f'"{name}":"{digest}"'
        if index in found:
            # Each name once, and in order: the quote behind a name sorts before every character of a longer one.
            others = found[index].split(",")
            if any(other.startswith(f'"{name}":') for other in others):
                return None
            member = ",".join(sorted([*others, member]))
        found[index] = member
    private = [found.pop(index, "") for index in columns.indexes]
    return None if found else private
