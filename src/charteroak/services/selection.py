"""The few entries of a long ledger that can matter to a question, found by the projections.

What is selected decides nothing. The fold of ``charteroak.program`` makes the answer from the entries themselves, and
the selection holds enough of them that the answer is the one that the whole ledger would give:

- of states of one subject, the one in force on the first day, what takes its place where that one ends, and everything
  that begins later in the interval;
- of evidence of one practice, the item that lasts longest of those begun by the first day, and everything begun later;
- every entry that corrects or supersedes one of these, and what ties those in turn;
- for a status also the newest entries of each list that it shows, and how many there are.
"""

import heapq
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import islice
from typing import Any, TypeAlias

from charteroak.program.history import KnownAt
from charteroak.program.practices import Practice, load_practices
from charteroak.program.projection import NOT_UNDERSTOOD
from charteroak.program.recorded import first_moment
from charteroak.program.status import COUNTED, EVIDENCE_COUNTED, EVIDENCE_LISTED, LISTED, Totals
from charteroak.records.accounts.models import Organisation
from charteroak.services.fact_rows import NEWEST_FIRST, FactRow, FactRows
from charteroak.services.ledger_ties import Ties
from charteroak.services.raw_rows import number_lists, select_rows
from charteroak.services.stored_times import stored_day, stored_moment

_Source: TypeAlias = tuple[str, str]
"""A kind and a subject of evidence."""

_SHOWS = ""
"""The subject of operations that show a practice at work."""
_ABOUT_PRACTICES = ("practice.answered", "evidence.recorded")
_OLDEST_FIRST = '"began", "index"'
_BY_PERIOD = '"holds_from" DESC, "index" DESC'
_BY_END = '"end_day" DESC, "began" DESC, "index" DESC'


def known_size(organisation: Organisation, known_at: KnownAt = None) -> int:
    """How many entries had been recorded by a moment. They are the first ones: moments of recording never go back."""
    rows = 'SELECT "index" FROM "ledger_ledgerfact" WHERE "organisation_id" = %s'
    newest = 'ORDER BY "recorded" DESC, "index" DESC LIMIT 1'
    if isinstance(known_at, datetime):
        found = select_rows(f'{rows} AND "recorded" <= %s {newest}', (organisation.pk, stored_moment(known_at)))
    elif known_at is None or known_at == date.max:
        found = select_rows(f'{rows} ORDER BY "index" DESC LIMIT 1', (organisation.pk,))
    else:
        after = stored_moment(first_moment(known_at + timedelta(days=1)))
        found = select_rows(f'{rows} AND "recorded" < %s {newest}', (organisation.pk, after))
    return found[0][0] + 1 if found else 0


class Selection:
    """The entries that can matter to questions about the days from ``first`` to ``last``, among the first ``size``."""

    def __init__(self, organisation: Organisation, first: date, last: date, size: int) -> None:
        self._first = first
        self._last = last
        self._ties = Ties(organisation.pk, size)
        self._chosen: set[int] = set()
        self._known = FactRows(organisation.pk, size, self._ties)
        self._begun = self._known.begun_by(last)
        self._after = None if last == date.max else stored_moment(first_moment(last + timedelta(days=1)))
        self._listed: dict[_Source, list[FactRow]] = {}

    def indexes(self) -> list[int]:
        """The selected entries with everything that corrects or supersedes one of them, in ledger order."""
        return sorted(self._ties.with_ties(self._chosen))

    def add_answers(self) -> None:
        """What the facts document for the interval rests on."""
        for kind in ("organisation.described", "program.described", "program.adopted"):
            self._add_states(self._begun.of(kind, ""))
        for kind in ("program.adopted", "program.reviewed"):
            self._add_newest(self._begun.of(kind, ""))
        self._choose(islice(self._begun.of("program.adopted", "").standing(_OLDEST_FIRST), 1))
        for subject in self._subjects("program.approved"):
            self._add_newest(self._begun.of("program.approved", subject))
        self._add_assessments()
        for subject in self._subjects("edition.adopted"):
            assertions = self._begun.of("edition.adopted", subject)
            self._add_states(assertions, order=_BY_PERIOD)
            # That an edition was ever asserted makes a silent day unknown, whatever day the assertion is about.
            self._choose(islice(assertions.standing(), 1))
        self._add_practice_answers()
        self._add_evidence()
        self._add_exceptions()

    def add_lists(self) -> Totals:
        """What a status of the last day lists, and how many there are."""
        self.add_gaps()
        self.add_other_practices()
        return Totals(
            late=self._add_late(),
            corrections=self._add_known(
                self._known.where('f."kind" = %s AND f."subject" <> %s', "correction.made", NOT_UNDERSTOOD)
            ),
            not_understood=self._add_known(self._known.where(f"f.\"subject\" = '{NOT_UNDERSTOOD}'")),
            evidence=dict.fromkeys(load_practices().by_id, 0)
            | {
                practice.id: self._list_evidence(_sources_of(practice.id, practice.operations))
                for practice in self._asked
            },
        )

    @cached_property
    def _asked(self) -> list[Practice]:
        """Of all that is asked, what the record speaks of; nothing can be selected about the rest."""
        named = {subject for kind in _ABOUT_PRACTICES for subject in self._subjects(kind)}
        return [each for each in load_practices().asked.values() if each.id in named or each.operations]

    def _choose(self, rows: Iterable[FactRow]) -> None:
        self._chosen.update(row.entry for row in rows)

    def _subjects(self, kind: str) -> Iterable[str]:
        return self._known.where('f."kind" = %s', kind).subjects()

    def _of_kind(self, kind: str) -> FactRows:
        """The entries of one kind that had begun; their beginning in a function, so that the kind is looked up."""
        known = self._known.where('f."kind" = %s', kind)
        return known if self._after is None else known.where('COALESCE(f."began", f."began") < %s', self._after)

    def _is_superseded(self, row: FactRow) -> bool:
        return row.is_tied and row.entry in self._ties.superseded_by([row.entry], self._last)

    def _add_states(self, rows: FactRows, order: str = NEWEST_FIRST) -> None:
        """The states of one subject that are in force on some day of the interval."""
        first = stored_day(self._first)
        if self._first < self._last:
            inside = rows.where('f."holds_from" > %s AND f."holds_from" <= %s', first, stored_day(self._last))
            self._choose(inside.standing())
        begun = rows.where('f."holds_from" <= %s AND (f."holds_to" IS NULL OR f."holds_to" >= %s)', first, first)
        last = stored_day(self._last)
        reach: Any = None
        for row in begun.standing(order, with_ends=True):
            if reach is None or row.holds_to is None or row.holds_to > reach:
                self._chosen.add(row.entry)
                reach = row.holds_to
            if reach is None or reach >= last:
                return

    def _add_practice_answers(self) -> None:
        """The answers in force: of most practices simply the newest; only the others are walked through."""
        sources = [("practice.answered", practice.id) for practice in self._asked]
        if self._first < self._last:
            for source in sources:
                self._add_states(self._begun.of(*source))
            return
        first = stored_day(self._first)
        in_force = self._begun.where(
            'f."holds_from" <= %s AND (f."holds_to" IS NULL OR f."holds_to" >= %s)', first, first
        )
        for source in self._add_first_of_each(in_force, sources, NEWEST_FIRST):
            self._add_states(self._begun.of(*source))

    def _add_assessments(self) -> None:
        """What was found last about each requirement and objective. There can be thousands of them."""
        subjects = [("requirement.assessed", subject) for subject in self._subjects("requirement.assessed")]
        if self._first == self._last:
            # Begun by the last day is begun by the first; the tied ones are looked at alone.
            subjects = self._add_first_of_each(self._begun, subjects, NEWEST_FIRST)
        for source in subjects:
            self._add_newest(self._begun.of(*source))

    def _add_first_of_each(self, rows: FactRows, sources: list[_Source], order: str) -> list[_Source]:
        """Choose the first of each source; those of which it is tied to another entry are given back instead."""
        found = rows.first_of_each(sources, order)
        self._ties.load(row.entry for row in found)
        self._chosen.update(row.entry for row in found if not self._ties.is_tied(row.entry))
        return [(row.kind, row.subject) for row in found if self._ties.is_tied(row.entry)]

    def _add_newest(self, rows: FactRows) -> None:
        """Of one subject, what began last by the first day, and everything begun later in the interval."""
        if self._first < self._last:
            self._choose(rows.where('f."first_day" > %s', stored_day(self._first)).standing())
        self._choose(islice(rows.begun_by(self._first).standing(), 1))

    def _add_evidence(self) -> None:
        first = stored_day(self._first)
        sources = {source for practice in self._asked for source in _sources_of(practice.id, practice.operations)}
        kinds, subjects = (_listed(sorted({source[place] for source in sources})) for place in (0, 1))
        of_evidence = f'f."kind" IN ({kinds}) AND f."subject" IN ({subjects})'
        for rows in self._known.in_reach("span", self._first):
            self._choose(rows.where(of_evidence).where('f."end_day" > %s', first).standing())
        if self._first < self._last:
            inside = self._begun.where('f."began" >= %s', stored_moment(first_moment(self._first)))
            self._choose(inside.where(of_evidence).where('f."first_day" > %s', first).standing())
        ended = self._begun.where('f."end_day" <= %s', first)
        for reached, order in ((ended.where('f."span" = 0'), NEWEST_FIRST), (ended.where('f."span" > 0'), _BY_END)):
            for source in self._add_first_of_each(reached, sorted(sources), order):
                self._add_until_shown(reached.of(*source), order)

    def _add_until_shown(self, rows: FactRows, order: str) -> None:
        """The first that was never superseded, and before it every one that showed something for a while."""
        for row in rows.standing(order):
            self._chosen.add(row.entry)
            if not self._is_superseded(row):
                return

    def _add_exceptions(self) -> None:
        """The exceptions of which some acceptance reaches into the interval, each by the one that counts."""
        accepted = self._of_kind("exception.accepted")
        for subject in accepted.where('f."holds_to" >= %s', stored_day(self._first)).distinct_subjects():
            self._add_newest(self._begun.of("exception.accepted", subject))

    def add_gaps(self) -> None:
        """The gaps that no later closing, never corrected, has closed: every open one is among them.

        Each gap that was ever opened is looked at, which is only cheap because an index has every column named here.
        """
        closed = (
            'EXISTS (SELECT 1 FROM "ledger_ledgerfact" c WHERE c."organisation_id" = f."organisation_id" '
            'AND c."kind" = \'gap.closed\' AND c."subject" = f."subject" '
            'AND c."began" >= f."began" AND (c."began" > f."began" OR +c."index" > +f."index") '
            'AND c."began" < %s AND +c."index" < %s '
            'AND NOT EXISTS (SELECT 1 FROM "ledger_ledgerrelation" r WHERE r."organisation_id" = c."organisation_id" '
            'AND r."target" = c."index" AND r."relation" = \'corrects\'))'
        )
        opened = self._of_kind("gap.opened")
        if self._after is not None:
            opened = opened.where(f"NOT {closed}", self._after, self._known.size)
        for subject in opened.distinct_subjects():
            for kind in ("gap.opened", "gap.closed"):
                self._choose(islice(self._begun.of(kind, subject).standing(), 1))

    def add_other_practices(self) -> None:
        """For each practice that this release does not know, an entry that names it."""
        kinds = _ABOUT_PRACTICES
        names = {subject for kind in kinds for subject in self._subjects(kind)} - set(load_practices().asked)
        found = 0
        for name in sorted(name for name in names if " " not in name):
            named = [row for kind in kinds for row in islice(self._begun.of(kind, name).standing(), 1)]
            self._choose(named)
            found += bool(named)
            if found == LISTED:
                return

    def _add_late(self) -> int:
        day = stored_day(self._last)
        late = [
            rows.where('f."recorded_day" > %s', day).standing(page=LISTED)
            for rows in self._known.in_reach("lag", self._last)
        ]
        found = list(islice(heapq.merge(*late, reverse=True), COUNTED))
        self._choose(found[:LISTED])
        self._add_ends_of_gaps([row.entry for row in found[:LISTED]])
        return len(found)

    def _add_ends_of_gaps(self, entries: list[int]) -> None:
        """Of the gaps that some listed entries opened, what counts: a gap must not look open because it is listed."""
        for _, listed in number_lists(entries):
            opened = self._begun.where(f'f."kind" = \'gap.opened\' AND f."index" IN ({listed})')
            for subject in opened.distinct_subjects():
                for kind in ("gap.opened", "gap.closed"):
                    self._choose(islice(self._begun.of(kind, subject).standing(), 1))

    def _add_known(self, rows: FactRows) -> int:
        """The newest of some entries, whether they stand or not."""
        found = rows.newest(COUNTED)
        self._chosen.update(found[:LISTED])
        return len(found)

    def _list_evidence(self, sources: list[_Source]) -> int:
        shown: list[FactRow] = []
        for source in sources:
            if source not in self._listed:
                standing = self._begun.of(*source).standing(page=EVIDENCE_COUNTED)
                unsuperseded = (row for row in standing if not self._is_superseded(row))
                self._listed[source] = list(islice(unsuperseded, EVIDENCE_COUNTED))
            shown += self._listed[source]
        self._choose(sorted(shown, reverse=True)[:EVIDENCE_LISTED])
        return min(len(shown), EVIDENCE_COUNTED)


def _sources_of(practice: str, operations: tuple[str, ...]) -> list[_Source]:
    return [("evidence.recorded", practice), *((kind, _SHOWS) for kind in operations)]


def _listed(names: Iterable[str]) -> str:
    """Names of our own data as a list in a statement; none of them has a quote in it."""
    return ", ".join(f"'{name}'" for name in names)
