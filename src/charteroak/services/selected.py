"""Reading the selected entries of a ledger, and the changes in an interval.

Each entry that an answer rests on is checked before it is read: its header against the leaf that the stored tree holds,
its body and private parts against the header. A projection that was tampered with can hide an entry from an answer
until ``charteroak ledger verify`` finds it; it can put nothing into one.
"""

import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from charteroak.errors import InputError
from charteroak.ledger.entry import Entry, PrivatePart, parse_header
from charteroak.ledger.errors import LogError
from charteroak.ledger.log import verify_commitments
from charteroak.ledger.tree import hash_leaf
from charteroak.program.history import Change, KnownAt, changes_between, check_interval
from charteroak.program.practices import load_practices
from charteroak.program.recorded import STATES, RecordedFact, first_moment, read_fact
from charteroak.program.status import COUNTED, Totals
from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.fields import as_bytes
from charteroak.services.fact_rows import FactRows
from charteroak.services.ledger import read_entries
from charteroak.services.ledger_ties import Ties
from charteroak.services.projections import is_whole
from charteroak.services.raw_rows import number_lists, select_rows
from charteroak.services.selection import Selection, known_size
from charteroak.services.stored_times import stored_day, stored_moment

CHANGES_LISTED = 500
"""Changes of an interval that are listed: the ones that happened last."""


def read_selected(organisation: Organisation, indexes: Sequence[int]) -> Iterator[Entry]:
    """Some entries by index, in their order, each checked against the stored tree and its own commitments.

    Raises:
        LogError: one is missing or was altered, and is named.
    """
    for wanted, listed in number_lists(indexes):
        rows = {
            row[0]: row
            for row in select_rows(
                'SELECT e."index", e."header", n."hash", e."body", e."salt" FROM "ledger_ledgerentry" e '  # noqa: S608 - our own words and integers
                'JOIN "ledger_ledgernode" n ON n."organisation_id" = e."organisation_id" AND n."level" = 0 '
                f'AND n."position" = e."index" WHERE e."organisation_id" = %s AND e."index" IN ({listed})',
                (organisation.pk,),
            )
        }
        parts: dict[int, dict[str, PrivatePart]] = {}
        for index, name, salt, value in select_rows(
            'SELECT "index", "name", "salt", "value" FROM "ledger_ledgerpart" '  # noqa: S608 - our own words and integers
            f'WHERE "organisation_id" = %s AND "index" IN ({listed})',
            (organisation.pk,),
        ):
            parts.setdefault(index, {})[name] = PrivatePart(_bytes(salt), _bytes(value))
        for index in wanted:
            if index not in rows:
                raise LogError(f"Entry {index} or its place in the stored tree is missing.", index=index)
            _, leaf, leaf_hash, body, salt = rows[index]
            yield _checked(
                organisation.slug, index, as_bytes(leaf), as_bytes(leaf_hash), (_bytes(body), _bytes(salt)),
                parts.get(index, {}),
            )  # fmt: skip


def _checked(
    slug: str,
    index: int,
    leaf: bytes,
    leaf_hash: bytes,
    body: tuple[bytes | None, bytes | None],
    parts: dict[str, PrivatePart],
) -> Entry:
    if not hmac.compare_digest(hash_leaf(leaf), leaf_hash):
        raise LogError(f"Entry {index} is not the one that the stored tree holds.", index=index)
    try:
        header = parse_header(leaf)
    except InputError as error:
        raise LogError(f"Entry {index} was altered: {error.message}", index=index) from error
    if (header.index, header.organisation) != (index, slug):
        raise LogError(f"In the place of entry {index} stands entry {header.index}.", index=index)
    entry = Entry(header, leaf, *body, parts)
    verify_commitments(entry)
    return entry


def _bytes(value: Any) -> bytes | None:
    return None if value is None else as_bytes(value)


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


def facts_to_answer(
    organisation: Organisation,
    day: date,
    known_at: KnownAt = None,
    *,
    read: dict[int, RecordedFact] | None = None,
    with_other_practices: bool = False,
) -> list[RecordedFact]:
    """The entries that can matter to the facts document of a day and to what the record lacks on it, without lists.

    ``read`` keeps what was read, by index, for the next question to the same ledger; ``with_other_practices`` adds what
    names a practice that this release does not know.

    Raises:
        LogError: one of them is missing or was altered.
    """
    if not is_whole(organisation):
        return [read_fact(entry) for entry in read_entries(organisation)]
    selection = Selection(organisation, day, day, _whole_size(organisation, known_at))
    selection.add_answers()
    selection.add_gaps()
    if with_other_practices:
        selection.add_other_practices()
    known = {} if read is None else read
    wanted = selection.indexes()
    for entry in read_selected(organisation, [index for index in wanted if index not in known]):
        known[entry.header.index] = read_fact(entry)
    return [known[index] for index in wanted]


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


def no_lists() -> Totals:
    """The totals of a status that lists nothing beyond its answers."""
    return Totals(late=0, corrections=0, not_understood=0, evidence=dict.fromkeys(load_practices().by_id, 0))


def _whole_size(organisation: Organisation, known_at: KnownAt) -> int:
    """How many entries were known; the ledger does not end before its newest checkpoint or its projections."""
    projected = known_size(organisation)
    signed, size = select_rows(
        'SELECT COALESCE((SELECT MAX("size") FROM "ledger_checkpoint" WHERE "organisation_id" = %s), 0), '
        'COALESCE((SELECT MAX("index") FROM "ledger_ledgerentry" WHERE "organisation_id" = %s), -1) + 1',
        (organisation.pk, organisation.pk),
    )[0]
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
