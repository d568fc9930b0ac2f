"""Reading the selected entries of a ledger, and the changes in an interval.

Each entry that an answer rests on is checked before it is read: its header against the leaf that the stored tree holds,
its body and private parts against the header. A projection that was tampered with can hide an entry from an answer
until ``charteroak ledger verify`` finds it; it can put nothing into one.
"""

import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Max

from charteroak.errors import InputError
from charteroak.ledger.entry import Entry, PrivatePart, parse_header
from charteroak.ledger.errors import LogError
from charteroak.ledger.log import verify_commitments
from charteroak.ledger.tree import hash_leaf
from charteroak.program.history import Change, KnownAt, changes_between, check_interval
from charteroak.program.recorded import STATES, RecordedFact, first_moment, read_fact
from charteroak.program.status import COUNTED, Totals
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import Checkpoint, LedgerEntry, LedgerNode, LedgerPart
from charteroak.services.fact_rows import FactRows, stored_day, stored_moment
from charteroak.services.ledger import read_entries
from charteroak.services.ledger_ties import Ties
from charteroak.services.projections import is_whole
from charteroak.services.selection import Selection, known_size

_BATCH = 900
CHANGES_LISTED = 500
"""Changes of an interval that are listed: the ones that happened last."""


def read_selected(organisation: Organisation, indexes: Sequence[int]) -> Iterator[Entry]:
    """Some entries by index, in their order, each checked against the stored tree and its own commitments.

    Raises:
        LogError: one is missing or was altered, and is named.
    """
    for start in range(0, len(indexes), _BATCH):
        wanted = indexes[start : start + _BATCH]
        of = {"organisation_id": organisation.pk}
        rows = {
            row[0]: row
            for row in LedgerEntry.objects.filter(**of, index__in=wanted).values_list("index", "header", "body", "salt")
        }
        leaves = dict(LedgerNode.objects.filter(**of, level=0, position__in=wanted).values_list("position", "hash"))
        parts: dict[int, dict[str, PrivatePart]] = {}
        for index, name, salt, value in LedgerPart.objects.filter(**of, index__in=wanted).values_list(
            "index", "name", "salt", "value"
        ):
            parts.setdefault(index, {})[name] = PrivatePart(_bytes(salt), _bytes(value))
        for index in wanted:
            if index not in rows or index not in leaves:
                raise LogError(f"Entry {index} or its place in the stored tree is missing.", index=index)
            _, leaf, body, salt = rows[index]
            yield _checked(organisation, index, bytes(leaf), bytes(leaves[index]), (body, salt), parts.get(index, {}))


def _checked(
    organisation: Organisation,
    index: int,
    leaf: bytes,
    leaf_hash: bytes,
    body: tuple[bytes | memoryview | None, bytes | memoryview | None],
    parts: dict[str, PrivatePart],
) -> Entry:
    if not hmac.compare_digest(hash_leaf(leaf), leaf_hash):
        raise LogError(f"Entry {index} is not the one that the stored tree holds.", index=index)
    try:
        header = parse_header(leaf)
    except InputError as error:
        raise LogError(f"Entry {index} was altered: {error.message}", index=index) from error
    if (header.index, header.organisation) != (index, organisation.slug):
        raise LogError(f"In the place of entry {index} stands entry {header.index}.", index=index)
    entry = Entry(header, leaf, _bytes(body[0]), _bytes(body[1]), parts)
    verify_commitments(entry)
    return entry


def _bytes(value: bytes | memoryview | None) -> bytes | None:
    return None if value is None else bytes(value)


def facts_between(organisation: Organisation, first: date, last: date, known_at: KnownAt = None) -> list[RecordedFact]:
    """The entries that can matter to the facts document of an interval; all of them where no projections are whole.

    Raises:
        LogError: one of them is missing or was altered.
    """
    if not is_whole(organisation):
        return [read_fact(entry) for entry in read_entries(organisation)]
    selection = Selection(organisation, first, last, _whole_size(organisation, known_at))
    selection.add_answers()
    return [read_fact(entry) for entry in read_selected(organisation, selection.indexes())]


def facts_on(
    organisation: Organisation, day: date, known_at: KnownAt = None
) -> tuple[list[RecordedFact], Totals | None]:
    """The entries that can matter to a status, with the totals of its lists; all of them where nothing is projected.

    Raises:
        LogError: one of them is missing or was altered.
    """
    if not is_whole(organisation):
        return [read_fact(entry) for entry in read_entries(organisation)], None
    selection = Selection(organisation, day, day, _whole_size(organisation, known_at))
    selection.add_answers()
    totals = selection.add_lists()
    return [read_fact(entry) for entry in read_selected(organisation, selection.indexes())], totals


def _whole_size(organisation: Organisation, known_at: KnownAt) -> int:
    """How many entries were known; the ledger does not end before its newest checkpoint or its projections."""
    projected = known_size(organisation)
    signed = Checkpoint.objects.filter(organisation=organisation).aggregate(size=Max("size"))["size"] or 0
    newest = LedgerEntry.objects.filter(organisation=organisation).aggregate(index=Max("index"))["index"]
    size = 0 if newest is None else newest + 1
    if size < max(signed, projected):
        raise LogError(f"The log ends after {size} entries; there were {max(signed, projected)}.", index=size)
    if projected < size:
        raise LogError(f"Only {projected} of {size} entries are projected.", index=projected)
    return projected if known_at is None else known_size(organisation, known_at)


@dataclass(frozen=True, slots=True)
class IntervalChanges:
    """The changes in an interval that happened last, and how many more there are (up to ``COUNTED``)."""

    changes: tuple[Change, ...]
    left_out: int


def changes_of(
    organisation: Organisation, first: date, last: date, known_at: KnownAt = None, *, listed: int = CHANGES_LISTED
) -> IntervalChanges:
    """What happened in an interval or was recorded in or after it about it: the newest by when it happened.

    Raises:
        QuestionError: the interval is reversed.
        LogError: an entry is missing or was altered.
    """
    check_interval(first, last)
    if not is_whole(organisation):
        every = changes_between([read_fact(entry) for entry in read_entries(organisation)], first, last, known_at)
        return IntervalChanges(every[-listed:], min(max(0, len(every) - listed), COUNTED))
    size = _whole_size(organisation, known_at)
    chosen = _changed(organisation, first, last, size, listed + COUNTED)
    shown = chosen[:listed]
    indexes = sorted(Ties(organisation.pk, size).with_ties(shown))
    facts = [read_fact(entry) for entry in read_selected(organisation, indexes)]
    changes = tuple(
        change for change in changes_between(facts, first, last, known_at) if change.fact.index in set(shown)
    )
    return IntervalChanges(changes, max(0, len(chosen) - listed))


def _changed(organisation: Organisation, first: date, last: date, size: int, limit: int) -> list[int]:
    """The entries that bear on an interval, the ones that began last first."""
    known = FactRows(organisation.pk, size, Ties(organisation.pk, size))
    day, final = stored_day(first), stored_day(last)
    inside = known.begun_by(last).where(
        'f."began" >= %s AND f."first_day" >= %s', stored_moment(first_moment(first)), day
    )
    found = set(inside.beginnings(limit))
    if len(found) < limit:
        for rows in known.in_reach("lag", first):
            found.update(rows.where('f."recorded_day" >= %s', day).beginnings(limit))
        states = ", ".join(f"'{kind}'" for kind in sorted(STATES))
        for rows in known.in_reach("span", first):
            reaching = rows.where('f."end_day" >= %s', day)
            ended = reaching.where(f'f."end_day" <= %s OR f."kind" NOT IN ({states})', final)
            found.update(ended.beginnings(limit))
    return [index for _, index in sorted(found, reverse=True)[:limit]]
